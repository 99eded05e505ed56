"""Four eyes: nothing appears that one person alone decided on, and nothing is lost or doubled."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from deid.audit.keys import read_public_key
from deid.audit.records import Decision, DocumentCommitted, ReleaseDecided, ReleaseHeld, Role
from deid.audit.store import log_path
from deid.audit.verify import verify
from deid.datatypes import Document, Finding, Span
from deid.errors import (
    DefectError,
    InputError,
    LogUnavailable,
    NotPermitted,
    OutputError,
    OutputExists,
    ResidualFound,
)
from deid.formats.atomic import StagedFile
from deid.held.store import Held, HeldStore, held_folder
from deid.labels import Label
from deid.officer import Desk, held
from deid.officer.archiving import archive_records
from deid.officer.enrolment import withdraw
from deid.officer.held import (
    decline_held,
    held_history,
    held_releases,
    read_held,
    release_held,
    settle,
    stuck_releases,
)
from deid.officer.sampled_notes import Remark
from deid.officer.shredding import lost_with_key, shred_site_key
from deid.officer.vault import create_vault, find_by_id, vault_state
from deid.policy import Policy, ReleaseRule, derive, load_policy
from deid.redact.apply import apply
from deid.resolve import resolve
from deid.site import Release, Site, Source

from .conftest import PIN, Enrol

NAMES = ("Okonkwo", "Brandt")
NOTE = Document("okonkwo-1.txt", "Ada Okonkwo was seen by Dr. Brandt.")
FOUND = (
    Finding(Span(0, 11), Label.PATIENT, 0.98, "known"),
    Finding(Span(28, 34), Label.DOCTOR, 0.9, "rule:doctor@1"),
)


def four_eyes(base: str = "safe-harbor") -> Policy:
    return derive(
        load_policy(base),
        name="ward",
        description="",
        treatments={},
        thresholds={},
        release=ReleaseRule.FOUR_EYES,
    )


POLICY = four_eyes()


def release(document: str = NOTE.id, policy: Policy = POLICY) -> Release:
    note = Document(document, NOTE.text)
    redacted = apply(note, resolve(note.text, list(FOUND), policy), policy, seed=bytes(32))
    source = Source(note, note.text.encode(), "text", "utf-8")
    return Release(source, redacted, policy, redacted.text.encode(), "out.txt")


OUTPUT = release().output


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "released" / "out.txt"


@pytest.fixture
def waiting(desk: Desk, officer: str, target: Path) -> str:
    """Id of a held output; an officer is unlocked."""
    return hold(desk, target)


def hold(desk: Desk, target: Path, *releases: Release) -> str:
    with Site.open(desk.home) as site:
        return site.hold(list(releases) or [release()], head=b"", target=target)


def decisions(desk: Desk) -> list[Decision]:
    events = (record.event for record in desk.log.records())
    return [event.decision for event in events if isinstance(event, ReleaseDecided)]


def check_log(desk: Desk) -> None:
    desk.checkpoint()
    verify(log_path(desk.home), public_key=read_public_key(desk.home))


def test_a_note_is_never_released_directly_under_such_a_policy(tmp_path: Path) -> None:
    with Site.open(tmp_path) as site:
        with pytest.raises(DefectError, match="four eyes"):
            site.commit([release()], publish=lambda: pytest.fail("published"))
        assert site.log.size == 0


def test_holding_records_the_note_and_lets_nothing_appear(
    desk: Desk, waiting: str, target: Path
) -> None:
    *_, committed, holding = (record.event for record in desk.log.records())
    assert isinstance(committed, DocumentCommitted)
    assert isinstance(holding, ReleaseHeld)
    assert holding.output_sha256 == sha256(OUTPUT).hexdigest()
    assert not target.parent.exists()
    (one,) = held_releases(desk)
    assert (one.id, one.target, one.content) == (waiting, target, OUTPUT)
    assert [note.held.event for note in held_history(desk.log)] == [holding]
    check_log(desk)


def test_what_still_holds_an_identifier_is_not_even_held(home: Path, target: Path) -> None:
    made = release()
    left = Release(
        made.source,
        type(made.redacted)(
            document_id=made.redacted.document_id,
            text=made.redacted.text,
            redactions=made.redacted.redactions,
            residual=(Finding(Span(0, 3), Label.PATIENT, 0.9, "rule:x@1"),),
        ),
        POLICY,
        made.output,
        "out.txt",
    )
    with Site.open(home) as site:
        with pytest.raises(ResidualFound):
            site.hold([left], head=b"", target=target)
        assert site.log.size == 0
    assert not held_folder(home).exists()


def test_an_officer_reads_the_very_bytes_with_their_marks(desk: Desk, waiting: str) -> None:
    (note,) = read_held(desk, waiting)
    assert note.text.encode() == OUTPUT
    assert [one.label for one in note.replaced] == [Label.PATIENT, Label.DOCTOR]
    assert [one.span.of(note.text) for one in note.replaced] == ["[PATIENT-1]", "[DOCTOR-1]"]
    assert note.remarks == ()


def test_a_held_note_that_reads_otherwise_now_is_shown_and_nothing_marked(
    desk: Desk, waiting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held, "output_length", lambda *_: len(OUTPUT) + 1)
    (note,) = read_held(desk, waiting)
    assert (note.text.encode(), note.replaced) == (OUTPUT, ())
    assert note.remarks == (Remark.DIFFERS,)


def test_an_approved_note_appears_once_where_it_was_asked_for(
    desk: Desk, waiting: str, target: Path
) -> None:
    assert release_held(desk, waiting) == target
    assert target.read_bytes() == OUTPUT
    assert decisions(desk) == [Decision.APPROVED]
    assert held_releases(desk) == ()
    assert not list(held_folder(desk.home).iterdir())
    with pytest.raises(InputError):
        release_held(desk, waiting)
    (one,) = held_history(desk.log)
    assert one.decided is not None
    check_log(desk)


def test_an_approved_note_appears_in_another_folder(
    desk: Desk, waiting: str, tmp_path: Path, target: Path
) -> None:
    other = tmp_path / "elsewhere"
    assert release_held(desk, waiting, out=other) == other / "out.txt"
    assert (other / "out.txt").read_bytes() == OUTPUT
    assert not target.exists()


def test_a_declined_note_is_gone(desk: Desk, waiting: str, target: Path) -> None:
    decline_held(desk, waiting)
    assert decisions(desk) == [Decision.DECLINED]
    assert not target.exists()
    assert not list(held_folder(desk.home).iterdir())
    with pytest.raises(InputError):
        decline_held(desk, waiting)
    check_log(desk)


def test_nothing_is_overwritten(desk: Desk, waiting: str, target: Path) -> None:
    target.parent.mkdir()
    target.write_text("mine")
    with pytest.raises(OutputExists):
        release_held(desk, waiting)
    assert target.read_text() == "mine"
    assert decisions(desk) == []
    assert [one.id for one in held_releases(desk)] == [waiting]


def test_a_file_of_many_notes_is_decided_as_one(desk: Desk, officer: str, tmp_path: Path) -> None:
    lines = [
        json.dumps({"id": str(n), "text": release().redacted.text}).encode() + b"\n"
        for n in range(3)
    ]
    notes = [
        Release(one.source, one.redacted, POLICY, line, "out.jsonl")
        for one, line in zip((release(str(n)) for n in range(3)), lines, strict=True)
    ]
    own = hold(desk, tmp_path / "out.jsonl", *notes)
    assert [note.text for note in read_held(desk, own)] == [release().redacted.text] * 3
    release_held(desk, own)
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(lines)
    assert decisions(desk) == [Decision.APPROVED] * 3
    check_log(desk)


# Who


def test_only_an_officer_decides(
    desk: Desk, waiting: str, officer: str, administrator: str, enrolled: Enrol
) -> None:
    redactor = enrolled("Rea Redactor", Role.REDACTOR)
    for person in (None, administrator, redactor):
        desk.lock()
        if person is not None:
            desk.unlock(person, PIN)
        for act in (read_held, release_held, decline_held):
            with pytest.raises(NotPermitted):
                act(desk, waiting)
    desk.unlock(administrator, PIN)
    withdraw(desk, officer)
    desk.unlock(officer, PIN)
    with pytest.raises(NotPermitted):
        release_held(desk, waiting)
    assert decisions(desk) == []


@pytest.mark.parametrize("known_as", ["user_name", "full_name"])
def test_whoever_redacted_a_note_does_not_release_it(
    desk: Desk, officer: str, target: Path, monkeypatch: pytest.MonkeyPatch, known_as: str
) -> None:
    monkeypatch.setattr(f"deid.site.{known_as}", lambda: "olive  OFFICER")
    own = hold(desk, target)
    for act in (release_held, decline_held):
        with pytest.raises(NotPermitted, match="four eyes"):
            act(desk, own)
    assert decisions(desk) == []
    assert not target.exists()


def test_two_officers_do_not_both_decide(
    desk: Desk,
    waiting: str,
    target: Path,
    enrolled: Enrol,
    officer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    second = enrolled("Otto Second", Role.OFFICER)
    desk.unlock(officer, PIN)
    sign, other_done = desk.sign, []

    def slowly(event: ReleaseDecided) -> ReleaseDecided:
        signed = sign(event)
        if not other_done:
            other_done.append(True)
            with Desk.open(desk.home) as other:
                other.unlock(second, PIN)
                decline_held(other, waiting)
        return signed

    monkeypatch.setattr(desk, "sign", slowly)
    with pytest.raises((NotPermitted, OutputError)):
        release_held(desk, waiting)
    assert decisions(desk) == [Decision.DECLINED]
    assert not target.exists()
    settle(desk)
    assert held_releases(desk) == ()
    check_log(desk)


# What was changed


def test_a_changed_or_moved_file_is_not_released(desk: Desk, waiting: str, target: Path) -> None:
    path = held_folder(desk.home) / f"{waiting}.held"
    sealed = path.read_bytes()
    path.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
    with pytest.raises(OutputError, match="damaged"):
        release_held(desk, waiting)
    path.rename(path.with_name("0123456789abcdef.held"))
    path.with_name("0123456789abcdef.held").write_bytes(sealed)
    with pytest.raises(OutputError, match="damaged"):
        release_held(desk, "0123456789abcdef")
    assert not target.exists()


@pytest.mark.parametrize("name", ["", "..", "0123", "0123456789ABCDEF", "../../x"])
def test_only_ids_name_held_notes(desk: Desk, waiting: str, name: str) -> None:
    with pytest.raises(InputError):
        release_held(desk, name)


def test_bytes_that_were_not_recorded_are_not_released(
    desk: Desk, waiting: str, target: Path
) -> None:
    store = HeldStore(desk.home, desk.keys)
    one = store.get(waiting)
    store.put(replace(one, content=one.content.replace(b"[PATIENT-1]", b"Ada Okonkwo")))
    with pytest.raises(InputError, match="not what was recorded"):
        release_held(desk, waiting)
    digest = sha256(NOTE.text.encode()).hexdigest()
    note = replace(one.notes[0], output_sha256=digest, piece=Span(0, len(NOTE.text)))
    store.put(replace(one, content=NOTE.text.encode(), notes=(note,)))
    with pytest.raises(NotPermitted, match="does not tell"):
        release_held(desk, waiting)
    assert not target.exists()


# Killed at each step


class Killed(BaseException):
    """The program ends here, without cleaning up."""


def kill(*_: object, **__: object) -> None:
    raise Killed


def after(function: Callable[..., object]) -> Callable[..., object]:
    def do_it_and_die(*given: object, **named: object) -> object:
        function(*given, **named)
        raise Killed

    return do_it_and_die


STEPS: dict[str, tuple[object, str, bool]] = {
    # of what, which call the program dies before or after, and whether it had decided by then
    "before the temporary file": (StagedFile, "write", False),
    "before the intent": (HeldStore, "intend", False),
    "after the intent": (HeldStore, "intend", False),
    "before the record": (Desk, "record", False),
    "after the record": (Desk, "record", True),
    "before it appears": (StagedFile, "publish", True),
    "after it appeared": (StagedFile, "publish", True),
    "before the removal": (HeldStore, "remove", True),
    "after the removal": (HeldStore, "remove", True),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_release_that_is_killed_loses_nothing_and_releases_nothing_twice(
    desk: Desk, waiting: str, target: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    owner, name, decided = STEPS[step]
    die = kill if step.startswith("before") else after(getattr(owner, name))
    monkeypatch.setattr(owner, name, die)
    with pytest.raises(Killed):
        release_held(desk, waiting)
    monkeypatch.undo()
    assert decisions(desk) == [Decision.APPROVED] * decided
    assert not target.exists() or decided
    waits = held_releases(desk)
    if decided:
        assert waits == ()
        assert target.read_bytes() == OUTPUT
    else:
        assert [one.id for one in waits] == [waiting]
        assert not target.exists()
        release_held(desk, waiting)
        assert target.read_bytes() == OUTPUT
    assert decisions(desk) == [Decision.APPROVED]
    target.unlink()
    assert held_releases(desk) == ()
    assert not target.exists()
    assert not list(held_folder(desk.home).iterdir())
    check_log(desk)


@pytest.mark.parametrize("step", [step for step in STEPS if STEPS[step][0] is not StagedFile])
def test_a_declining_that_is_killed_lets_nothing_appear(
    desk: Desk, waiting: str, target: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    owner, name, decided = STEPS[step]
    monkeypatch.setattr(
        owner, name, kill if step.startswith("before") else after(getattr(owner, name))
    )
    with pytest.raises(Killed):
        decline_held(desk, waiting)
    monkeypatch.undo()
    assert len(held_releases(desk)) == (0 if decided else 1)
    if not decided:
        decline_held(desk, waiting)
    assert decisions(desk) == [Decision.DECLINED]
    assert not target.exists()
    assert not list(held_folder(desk.home).iterdir())


@pytest.mark.parametrize("step", ["before", "after"])
def test_a_holding_that_is_killed_before_its_record_can_be_released_by_nobody(
    desk: Desk, officer: str, target: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    site = Site.open(desk.home)
    append = site.log.append
    monkeypatch.setattr(site.log, "append", kill if step == "before" else after(append))
    with pytest.raises(Killed):
        site.hold([release()], head=b"", target=target)
    monkeypatch.undo()
    site.close()
    (own,) = HeldStore(desk.home, desk.keys).ids()
    if step == "after":
        release_held(desk, own)
        assert target.read_bytes() == OUTPUT
        return
    assert held_releases(desk) == ()
    with pytest.raises(NotPermitted):
        release_held(desk, own)
    assert HeldStore(desk.home, desk.keys).ids() == (own,)
    monkeypatch.setattr(held, "_LEFT_FOR", -held._LEFT_FOR)
    settle(desk)
    assert HeldStore(desk.home, desk.keys).ids() == ()


def test_a_log_that_is_full_holds_nothing(
    desk: Desk, officer: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise LogUnavailable("no space")

    with Site.open(desk.home) as site:
        monkeypatch.setattr(site.log, "append", full)
        with pytest.raises(LogUnavailable):
            site.hold([release()], head=b"", target=target)
        monkeypatch.undo()
    assert not list(held_folder(desk.home).iterdir())


def test_the_same_output_held_twice_is_released_once(
    desk: Desk, waiting: str, tmp_path: Path, target: Path
) -> None:
    again = hold(desk, tmp_path / "again.txt")
    assert {one.id for one in held_releases(desk)} == {waiting, again}
    release_held(desk, waiting)
    assert held_releases(desk) == ()
    assert HeldStore(desk.home, desk.keys).ids() == ()
    assert not (tmp_path / "again.txt").exists()
    check_log(desk)


def test_an_approved_output_whose_place_was_taken_goes_to_another_folder(
    desk: Desk, waiting: str, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(StagedFile, "publish", kill)
    with pytest.raises(Killed):
        release_held(desk, waiting)
    monkeypatch.undo()
    target.write_text("mine")
    assert [one.id for one in stuck_releases(desk)] == [waiting]
    with pytest.raises(OutputExists):
        release_held(desk, waiting)
    with pytest.raises(NotPermitted):
        decline_held(desk, waiting)
    release_held(desk, waiting, out=tmp_path / "other")
    assert (tmp_path / "other" / "out.txt").read_bytes() == OUTPUT
    assert target.read_text() == "mine"
    assert decisions(desk) == [Decision.APPROVED]
    assert stuck_releases(desk) == ()


def test_another_window_that_carries_out_a_decision_does_not_spoil_it(
    desk: Desk, waiting: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = StagedFile.publish

    def late(staged: StagedFile) -> None:
        monkeypatch.setattr(StagedFile, "publish", publish)
        with Desk.open(desk.home) as other:
            settle(other)
        publish(staged)

    monkeypatch.setattr(StagedFile, "publish", late)
    assert release_held(desk, waiting) == target
    assert target.read_bytes() == OUTPUT
    assert held_releases(desk) == ()


def test_an_output_that_is_held_again_after_a_decision_waits_from_its_first_moment(
    desk: Desk, waiting: str, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decline_held(desk, waiting)
    put = HeldStore.put

    def put_and_look(store: HeldStore, one: Held) -> None:
        put(store, one)
        settle(desk)

    monkeypatch.setattr(HeldStore, "put", put_and_look)
    again = hold(desk, target)
    monkeypatch.undo()
    assert [one.id for one in held_releases(desk)] == [again]
    release_held(desk, again)
    assert decisions(desk) == [Decision.DECLINED, Decision.APPROVED]
    assert [one.decided is not None for one in held_history(desk.log)] == [True, True]
    check_log(desk)


def test_what_waits_can_still_be_decided_on_after_archiving(
    desk: Desk, waiting: str, target: Path, officer: str, administrator: str, tmp_path: Path
) -> None:
    desk.unlock(administrator, PIN)
    archive_records(desk, tmp_path / "archives", stop=desk.log.size)
    desk.unlock(officer, PIN)
    assert [one.id for one in held_releases(desk)] == [waiting]
    release_held(desk, waiting)
    assert target.read_bytes() == OUTPUT


# With the vault and the site key


def test_declining_leaves_in_the_vault_what_was_released_before(
    desk: Desk, officer: str, target: Path
) -> None:
    create_vault(desk)
    policy = four_eyes("gdpr-pseudonymise")
    release_held(desk, hold(desk, target, release("1", policy)))
    again = hold(desk, target.with_name("again.txt"), release("1", policy))
    assert vault_state(desk).notes == 2
    decline_held(desk, again)
    assert vault_state(desk).notes == 1


def test_what_the_vault_keeps_of_a_declined_note_goes_with_it(
    desk: Desk, officer: str, target: Path
) -> None:
    create_vault(desk)
    policy = four_eyes("gdpr-pseudonymise")
    first = hold(desk, target, release("1", policy))
    second = hold(desk, target, release("2", policy))
    assert vault_state(desk).notes == 2
    decline_held(desk, first)
    release_held(desk, second)
    with pytest.raises(InputError):
        find_by_id(desk, "1")
    assert find_by_id(desk, "2").places


def test_what_waits_is_lost_with_the_site_key_only_if_that_was_said(
    desk: Desk, waiting: str, administrator: str
) -> None:
    desk.unlock(administrator, PIN)
    assert lost_with_key(desk).held == 1
    with pytest.raises(NotPermitted, match="held"):
        shred_site_key(desk)
    shred_site_key(desk, unfinished_too=True)
    assert not list(held_folder(desk.home).iterdir())
    assert held_releases(desk) == ()


def test_no_name_and_no_text_is_in_any_file(desk: Desk, officer: str, tmp_path: Path) -> None:
    own = hold(desk, tmp_path / "Okonkwo" / "Brandt.txt")
    canaries = {name.lower().encode() for name in (*NAMES, "was seen by")}
    canaries |= {sha256(name.encode()).hexdigest().encode() for name in NAMES}
    for name in NAMES:
        for shift in range(3):
            encoded = base64.b64encode(b"-" * shift + name.encode())
            canaries.add(encoded[shift + 1 : -4].lower())
    HeldStore(desk.home, desk.keys).intend(
        own, held.Intent(Decision.APPROVED, tmp_path / "Okonkwo", frozenset())
    )
    for path in desk.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes().lower()
            assert not any(canary in content for canary in canaries), path
            assert path.stat().st_mode & 0o077 == 0
    assert not any(name in repr(held_releases(desk)) for name in NAMES)
    assert not any(name in repr(read_held(desk, own)) for name in NAMES)
