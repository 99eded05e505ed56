"""Roles follow from signed grants alone; whatever was not signed by whoever must is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.audit.checkpoint import Checkpoint, parse, seal
from deid.audit.keys import Keys
from deid.audit.note import SignerKey
from deid.audit.people import PersonalKey, id_of
from deid.audit.records import (
    Archived,
    BudgetSet,
    Decision,
    Event,
    Exported,
    ExportKind,
    GateOutcome,
    KeyAct,
    KeyChanged,
    KeyKind,
    LeakageMeasured,
    Meaning,
    MeasuringChanged,
    ModelDecided,
    ModelDecision,
    ModelEvaluated,
    PrivacyUnit,
    Purpose,
    Record,
    ReleaseDecided,
    RevealSource,
    Role,
    RoleGranted,
    RoleWithdrawn,
    SampleClosed,
    SampleDesign,
    SampleDrawn,
    SampleMethod,
    SignedOff,
    TrainingEnded,
    TrainingOutcome,
    TrainingStarted,
    ValueRevealed,
    VerdictGiven,
)
from deid.audit.roles import ALLOWED, Permission, Roles
from deid.audit.stated import Statements
from deid.audit.statement import facts_of, sign_statement
from deid.audit.store import AuditLog
from deid.audit.verify import verify
from deid.errors import VerificationFailed

LOG, TIME = "noteveil/log/3f0c9a51d2b7e864", datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
DIGEST, FINGERPRINT = "0f" * 32, f"hmac-sha256:{'0' * 16}:{'0f' * 32}"


@cache
def person(number: int) -> PersonalKey:
    seed = bytes([number]) * 32
    own = id_of(SignerKey("new", seed).verifier)
    return PersonalKey(own, f"Person {number}", SignerKey(f"noteveil/person/{own}", seed), seed)


ADA, OLIVE, EVE, REED = (person(number) for number in range(1, 5))
PEOPLE = (ADA, OLIVE, EVE, REED)


def signed(event: Any, signer: PersonalKey, *, log: str = LOG, size: int = 0) -> Any:
    """The event with a statement of this signer about it."""
    statement = sign_statement(
        signer,
        kind=event.kind,
        facts=facts_of(event),
        checkpoint=Checkpoint(log, size, bytes(32)),
        time=TIME,
    )
    return replace(event, statement=statement)


def granted(whom: PersonalKey, role: Role) -> RoleGranted:
    keys = whom.public_keys
    return RoleGranted(role, whom.name, whom.id, keys.signing, keys.sealing, "")


def grant(whom: PersonalKey, role: Role, by: PersonalKey) -> Any:
    return signed(granted(whom, role), by)


def withdraw(whom: PersonalKey, role: Role, by: PersonalKey) -> Any:
    return signed(RoleWithdrawn(role, whom.id, ""), by)


def roles_after(*events: Event) -> Roles:
    records = [Record(seq, TIME, "0" * 16, event) for seq, event in enumerate(events)]
    return Roles.of(records, log=LOG)


FIRST = grant(ADA, Role.ADMINISTRATOR, ADA)
OFFICER = grant(OLIVE, Role.OFFICER, ADA)


def test_the_first_administrator_enrols_the_others() -> None:
    roles = roles_after(FIRST, OFFICER, grant(REED, Role.REDACTOR, ADA))
    assert [one.name for one in roles.holders(Role.ADMINISTRATOR)] == [ADA.name]
    assert [one.id for one in roles.holders(Role.OFFICER)] == [OLIVE.id]
    assert roles.permissions(REED.id) == frozenset()
    assert roles.permissions(EVE.id) == frozenset()
    assert not Roles(LOG, {}).anybody


def test_duties_are_parted() -> None:
    for one, other in combinations(Role, 2):
        assert not ALLOWED[one] & ALLOWED[other]
    assert frozenset().union(*ALLOWED.values()) == frozenset(Permission)
    roles = roles_after(FIRST, OFFICER)
    for permission in Permission:
        assert roles.may(OLIVE.id, permission) != roles.may(ADA.id, permission)


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([OFFICER], "must be an administrator"),
        ([grant(ADA, Role.ADMINISTRATOR, EVE)], "not signed by the key"),
        ([granted(ADA, Role.ADMINISTRATOR)], "not signed by the key"),
        ([FIRST, grant(EVE, Role.ADMINISTRATOR, EVE)], "no role that allows it"),
        ([FIRST, OFFICER, grant(EVE, Role.OFFICER, OLIVE)], "no role that allows it"),
        ([FIRST, grant(ADA, Role.OFFICER, ADA)], "has a role already"),
        ([FIRST, OFFICER, OFFICER], "has a role already"),
        ([FIRST, granted(OLIVE, Role.OFFICER)], "bears no signature"),
        ([FIRST, replace(OFFICER, role=Role.ADMINISTRATOR)], "does not say what"),
        ([FIRST, replace(OFFICER, name="Somebody Else")], "does not say what"),
        ([FIRST, replace(OFFICER, sealing_key="A" * 43 + "=")], "does not say what"),
        ([FIRST, replace(OFFICER, person=EVE.id)], "id is not that of"),
        ([FIRST, replace(OFFICER, public_key=EVE.public_key)], "id is not that of"),
        ([FIRST, signed(granted(OLIVE, Role.OFFICER), ADA, log="noteveil/log/0")], "another log"),
        ([FIRST, signed(granted(OLIVE, Role.OFFICER), ADA, size=2)], "longer log"),
        ([FIRST, withdraw(ADA, Role.ADMINISTRATOR, ADA)], "last administrator"),
        ([FIRST, OFFICER, withdraw(OLIVE, Role.OFFICER, OLIVE)], "no role that allows it"),
        ([FIRST, OFFICER, withdraw(OLIVE, Role.REDACTOR, ADA)], "has not the role"),
        ([FIRST, withdraw(EVE, Role.OFFICER, ADA)], "has not the role"),
    ],
)
def test_a_forged_grant_or_withdrawal_is_refused(events: list[Event], said: str) -> None:
    with pytest.raises(VerificationFailed, match=said) as refused:
        roles_after(*events)
    assert str(refused.value).startswith(f"record {len(events) - 1}: ")


def test_a_withdrawn_role_may_be_granted_again_under_the_same_key() -> None:
    away = withdraw(OLIVE, Role.OFFICER, ADA)
    assert roles_after(FIRST, OFFICER, away).permissions(OLIVE.id) == frozenset()
    again = roles_after(FIRST, OFFICER, away, grant(OLIVE, Role.REDACTOR, ADA))
    assert again.people[OLIVE.id].role is Role.REDACTOR


@dataclass(frozen=True)
class Step:
    """Somebody tries to grant or withdraw a role, with their own signature or a forged one."""

    grants: bool
    whom: int
    role: Role
    by: int
    forged: bool


BEGINNING = Step(True, 0, Role.ADMINISTRATOR, 0, False)
steps = st.lists(
    st.builds(
        Step,
        grants=st.booleans(),
        whom=st.integers(0, 3),
        role=st.sampled_from(Role),
        by=st.sampled_from([0, 0, 0, 1, 2, 3]),
        forged=st.integers(0, 5).map(lambda number: number == 0),
    ),
    max_size=14,
).map(lambda tried: [BEGINNING, *tried] if len(tried) > 3 else tried)


@settings(max_examples=150)
@given(steps)
def test_whoever_tries_only_what_an_administrator_signed_counts(tried: list[Step]) -> None:
    roles, seen = Roles(LOG, {}), False
    has: dict[int, Role] = {}
    for seq, step in enumerate(tried):
        whom, by = PEOPLE[step.whom], PEOPLE[step.by]
        event = (grant if step.grants else withdraw)(whom, step.role, by)
        if step.forged:  # another's name on one's own signature
            victim = PEOPLE[(step.by + 1) % 4]
            event = replace(event, statement=event.statement.replace(by.id, victim.id))
        administrators = [one for one, role in has.items() if role is Role.ADMINISTRATOR]
        if step.forged:
            good = False
        elif step.grants and not seen:
            good = step.whom == step.by and step.role is Role.ADMINISTRATOR
        elif step.grants:
            good = step.by in administrators and step.whom not in has
        else:
            good = step.by in administrators and has.get(step.whom) is step.role
            good = good and administrators != [step.whom]
        try:
            roles = roles.after(Record(seq, TIME, "0" * 16, event))
            accepted = True
        except VerificationFailed:
            accepted = False
        assert accepted == good
        if good and step.grants:
            has[step.whom], seen = step.role, True
        elif good:
            del has[step.whom]
        assert {
            PEOPLE.index(next(p for p in PEOPLE if p.id == one.id)): one.role
            for one in roles.people.values()
            if one.role is not None
        } == has


SIGN_OFF = SignedOff(OLIVE.id, OLIVE.name, Meaning.REVIEWED, 0, DIGEST, "")
CLOSED = SampleClosed("0" * 16, OLIVE.id, 59, 0, 100, 95, "ooff", 0.05)
DECIDED = ReleaseDecided(FINGERPRINT, DIGEST, Decision.APPROVED, OLIVE.id, "")
DRAWN = SampleDrawn(
    "0" * 16, OLIVE.id, SampleMethod.RANDOM, DIGEST, 0, 2, 0, 0, 0.05, 0.95, SampleDesign.FIXED
)
VERDICT = VerdictGiven("0" * 16, OLIVE.id, FINGERPRINT, DIGEST, 0)
REVEALED = ValueRevealed(OLIVE.id, FINGERPRINT, RevealSource.VAULT, 1, Purpose.COURT)
MEASURING = MeasuringChanged("ooff", "desk-1", 0.05, OLIVE.id)
GIVEN_OUT = [
    Exported(one, 2, DIGEST, OLIVE.id)
    for one in (ExportKind.CSV, ExportKind.JSON, ExportKind.CERTIFICATE, ExportKind.FHIR)
]
TAKEN_OUT = [Exported(one, 2, DIGEST) for one in (ExportKind.CHECKPOINT, ExportKind.PROOF)]
VAULT_KEY = KeyChanged(KeyKind.VAULT, KeyAct.MADE, "0f" * 32, OLIVE.id)
PERSONS_KEY = KeyChanged(KeyKind.PERSON, KeyAct.USED, OLIVE.id, OLIVE.id)
MOVED = Archived(0, 1, DIGEST, 1000, 1, ADA.id)
BUDGET = BudgetSet(OLIVE.id, PrivacyUnit.PATIENT, "8", "0.00001", "")
RUN = "20261121-040506-0000007a"
STARTED = TrainingStarted(
    RUN, OLIVE.id, PrivacyUnit.PATIENT, 200, 900, 40, 0.2, FINGERPRINT, DIGEST, "full", "0.25", 4,
    None, None, 60, None, None, None, None, "",
)  # fmt: skip
ENDED = TrainingEnded(RUN, OLIVE.id, TrainingOutcome.FINISHED, 60, None, DIGEST, "")
EVALUATED = ModelEvaluated(
    RUN, OLIVE.id, DIGEST, DIGEST, 40, 0.9, 0.95, None, GateOutcome.PASSED, ""
)
ATTACKED = LeakageMeasured(RUN, OLIVE.id, 1000, "4.25", "0.00001", "8", "")
MODELS = [ModelDecided(OLIVE.id, one, DIGEST, DIGEST, None, "") for one in ModelDecision]


SIGNED = (
    SIGN_OFF, DRAWN, VERDICT, CLOSED, REVEALED, MEASURING, *GIVEN_OUT, VAULT_KEY, DECIDED, BUDGET,
    STARTED, ENDED, EVALUATED, ATTACKED, *MODELS,
)  # fmt: skip


@pytest.mark.parametrize("event", SIGNED)
def test_an_officer_s_signature_counts_and_no_other(event: Any) -> None:
    good = signed(event, OLIVE)
    roles_after(FIRST, OFFICER, good)
    away = withdraw(OLIVE, Role.OFFICER, ADA)
    for events in (
        [FIRST, good],
        [FIRST, OFFICER, away, good],
        [FIRST, OFFICER, signed(event, EVE)],
        [FIRST, OFFICER, signed(replace(event, person=ADA.id), ADA)],
        [FIRST, OFFICER, replace(good, person=ADA.id)],
        [FIRST, OFFICER, event],
        [FIRST, OFFICER, replace(event, statement=OFFICER.statement)],
        [FIRST, OFFICER, signed(event, OLIVE, log="noteveil/log/0")],
        [FIRST, OFFICER, signed(event, OLIVE, size=3)],
    ):
        with pytest.raises(VerificationFailed, match=f"record {len(events) - 1}: "):
            roles_after(*events)


@pytest.mark.parametrize(
    "change",
    [{"name": "Somebody Else"}, {"meaning": Meaning.APPROVED}, {"size": 1}, {"root": "00" * 32}],
)
def test_what_was_signed_off_cannot_be_said_otherwise(change: dict[str, Any]) -> None:
    with pytest.raises(VerificationFailed, match="does not say what"):
        roles_after(FIRST, OFFICER, replace(signed(SIGN_OFF, OLIVE), **change))


def test_an_officer_signs_under_the_granted_name_for_records_that_are_there() -> None:
    other = signed(replace(SIGN_OFF, name="Ada Minister"), OLIVE)
    with pytest.raises(VerificationFailed, match="another name"):
        roles_after(FIRST, OFFICER, other)
    later = signed(replace(SIGN_OFF, size=2), OLIVE, size=1)
    with pytest.raises(VerificationFailed, match="not there yet"):
        roles_after(FIRST, OFFICER, later)


def test_an_administrator_signs_for_what_is_archived() -> None:
    good = signed(MOVED, ADA)
    roles_after(FIRST, good)
    officer_s = signed(replace(MOVED, person=OLIVE.id), OLIVE)
    for event in (officer_s, signed(MOVED, OLIVE), replace(good, kept=0), MOVED):
        with pytest.raises(VerificationFailed, match="record 2: "):
            roles_after(FIRST, OFFICER, event)


def test_a_statement_from_before_the_last_archived_record_may_stand_in_the_archive() -> None:
    moved = signed(MOVED, ADA)
    roles_after(FIRST, OFFICER, signed(REVEALED, OLIVE), moved)
    roles_after(FIRST, OFFICER, moved, signed(REVEALED, OLIVE, size=1))
    statements = Statements(archived=1)
    for size, accepted in ((1, True), (0, False)):
        record = Record(3, TIME, "0" * 16, signed(REVEALED, OLIVE, size=size))
        if accepted:
            statements.take(record)
        else:
            with pytest.raises(VerificationFailed, match="taken from an earlier record"):
                statements.take(record)


@pytest.mark.parametrize("event", [MEASURING, MOVED])
def test_what_needs_no_key_before_anybody_is_enrolled_needs_one_then(event: Any) -> None:
    nobody_s = replace(event, person=None)
    roles_after(nobody_s)
    with pytest.raises(VerificationFailed, match="names nobody who might do it"):
        roles_after(FIRST, nobody_s)
    for early in (event, signed(event, OLIVE)):
        with pytest.raises(VerificationFailed, match="needs none"):
            roles_after(early)


@pytest.mark.parametrize("event", [*TAKEN_OUT, PERSONS_KEY])
def test_what_anybody_may_do_bears_no_signature(event: Any) -> None:
    roles_after(event)
    roles_after(FIRST, OFFICER, event)
    with pytest.raises(VerificationFailed, match="needs none"):
        roles_after(FIRST, OFFICER, signed(replace(event, person=OLIVE.id), OLIVE))


@pytest.mark.parametrize("event", GIVEN_OUT)
def test_what_an_officer_gives_out_names_the_officer(event: Any) -> None:
    with pytest.raises(VerificationFailed, match="names nobody who might do it"):
        roles_after(FIRST, OFFICER, replace(event, person=None))


# The same in a real log, where somebody who may write the file appends what they like.


@pytest.fixture
def append_signed(log: AuditLog, keys: Keys) -> Callable[..., None]:
    """Appends an event that this person signed over the log as it is, or as it is said to be."""

    def append(event: Any, signer: PersonalKey, **changes: Any) -> None:
        checkpoint = parse(seal(log, keys.signer), keys.signer.verifier)
        statement = sign_statement(
            signer,
            kind=event.kind,
            facts=facts_of(event),
            checkpoint=replace(checkpoint, **changes),
            time=TIME,
        )
        log.append([replace(event, statement=statement)])

    return append


def _verify(log: AuditLog, keys: Keys) -> None:
    verify(log.path, public_key=keys.public_key)


def test_a_log_with_good_signatures_verifies(
    log: AuditLog, keys: Keys, append_signed: Callable[..., None], note_events: Callable[..., Any]
) -> None:
    log.append(note_events(1))
    append_signed(granted(ADA, Role.ADMINISTRATOR), ADA)
    append_signed(granted(OLIVE, Role.OFFICER), ADA)
    append_signed(replace(SIGN_OFF, size=6, root=log.root(6).hex()), OLIVE)
    log.append(note_events(2))
    _verify(log, keys)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"root": bytes(32)}, "record 2: it was signed for other records"),
        ({"size": 0}, "record 2: it was signed for other records"),
        ({"origin": "noteveil/log/0"}, "record 2: the statement is one about another log"),
    ],
)
def test_a_statement_about_other_records_is_found(
    log: AuditLog,
    keys: Keys,
    append_signed: Callable[..., None],
    changes: dict[str, object],
    said: str,
) -> None:
    append_signed(granted(ADA, Role.ADMINISTRATOR), ADA)
    append_signed(granted(OLIVE, Role.OFFICER), ADA)
    _verify(log, keys)
    append_signed(granted(REED, Role.REDACTOR), ADA, **changes)
    with pytest.raises(VerificationFailed, match=said):
        _verify(log, keys)


def test_a_sign_off_for_other_records_is_found(
    log: AuditLog, keys: Keys, append_signed: Callable[..., None]
) -> None:
    append_signed(granted(ADA, Role.ADMINISTRATOR), ADA)
    append_signed(granted(OLIVE, Role.OFFICER), ADA)
    append_signed(replace(SIGN_OFF, size=1, root=log.root(2).hex()), OLIVE)
    with pytest.raises(VerificationFailed, match="record 2: it was signed for other records"):
        _verify(log, keys)


def test_a_grant_that_a_stranger_put_into_the_file_is_found(
    log: AuditLog, keys: Keys, append_signed: Callable[..., None]
) -> None:
    append_signed(granted(ADA, Role.ADMINISTRATOR), ADA)
    append_signed(granted(EVE, Role.ADMINISTRATOR), EVE)
    with pytest.raises(VerificationFailed, match=r"record 1: .* no role that allows it"):
        _verify(log, keys)


def test_a_signature_does_not_move_to_another_log(
    log: AuditLog,
    keys: Keys,
    append_signed: Callable[..., None],
    tmp_path: Path,
) -> None:
    append_signed(granted(ADA, Role.ADMINISTRATOR), ADA)
    other = tmp_path / "other"
    other_keys = Keys.open(other)
    with AuditLog.open(other) as elsewhere:
        elsewhere.append([log.record(0).event])
        with pytest.raises(VerificationFailed, match="another log"):
            _verify(elsewhere, other_keys)
