"""An officer whose key never lies in the data folder does all that an officer does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deid.audit.keys import read_public_key
from deid.audit.records import Meaning, Purpose, ReleaseDecided, Role
from deid.audit.store import log_path
from deid.audit.verify import verify
from deid.datatypes import Document, Finding, Span
from deid.labels import Label
from deid.officer import Desk
from deid.officer.enrolment import enrol_person, make_key
from deid.officer.held import held_releases, read_held, release_held
from deid.officer.signoff import sign_off, verify_to_sign
from deid.officer.vault import create_vault, find_by_id, open_values, renew_vault, share_vault
from deid.policy import Policy, ReleaseRule, derive, load_policy
from deid.redact.apply import apply
from deid.resolve import resolve
from deid.site import Release, Site, Source

from .conftest import PIN

NOTE = Document("okonkwo-1.txt", "Ada Okonkwo was seen.")
FOUND = [Finding(Span(0, 11), Label.PATIENT, 0.98, "known")]


@pytest.fixture
def otto(desk: Desk, administrator: str, tmp_path: Path) -> str:
    """Id of an officer, enrolled by public keys, whose key on a stick is unlocked."""
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o700)
    key_file = stick / "otto.key"
    with Desk.open(tmp_path / "own computer") as own:
        made = make_key(own, name="Otto Officer", pin=PIN, key_file=key_file)
    desk.unlock(administrator, PIN)
    enrol_person(desk, made, Role.OFFICER)
    desk.unlock(made.id, PIN, key_file=key_file)
    return made.id


@pytest.fixture(autouse=True)
def _log_holds_and_no_key_came(desk: Desk, otto: str) -> Iterator[None]:
    yield
    desk.checkpoint()
    verify(log_path(desk.home), public_key=read_public_key(desk.home))
    assert not list(desk.home.rglob(f"*{otto}*"))


def test_the_vault_opens_to_a_key_on_a_stick(desk: Desk, otto: str) -> None:
    create_vault(desk)
    with Site.open(desk.home) as site:
        site.commit([_release(load_policy("gdpr-pseudonymise"))], publish=lambda: None)
    note = find_by_id(desk, NOTE.id)
    (value,) = open_values(desk, note, [0], purpose=Purpose.CARE)
    assert value.original == "Ada Okonkwo"
    renew_vault(desk)
    desk.unlock(otto, PIN)
    assert open_values(desk, note, [0], purpose=Purpose.COURT) == (value,)


def test_the_vault_is_shared_with_a_key_on_a_stick(desk: Desk, otto: str, officer: str) -> None:
    create_vault(desk)
    with Site.open(desk.home) as site:
        site.commit([_release(load_policy("gdpr-pseudonymise"))], publish=lambda: None)
    share_vault(desk, otto)
    desk.unlock(otto, PIN)
    note = find_by_id(desk, NOTE.id)
    assert open_values(desk, note, [0], purpose=Purpose.CARE)[0].original == "Ada Okonkwo"


def test_a_held_note_is_released_with_a_key_on_a_stick(
    desk: Desk, otto: str, tmp_path: Path
) -> None:
    policy = derive(
        load_policy("safe-harbor"), name="ward", description="", treatments={}, thresholds={},
        release=ReleaseRule.FOUR_EYES,
    )  # fmt: skip
    target = tmp_path / "out.txt"
    with Site.open(desk.home) as site:
        site.hold([_release(policy)], head=b"", target=target)
    (held,) = held_releases(desk)
    assert read_held(desk, held.id)
    assert release_held(desk, held.id) == target
    decided = [record.event for record in desk.log.records()]
    assert [e.person for e in decided if isinstance(e, ReleaseDecided)] == [otto]


def test_a_log_is_signed_with_a_key_on_a_stick(desk: Desk, otto: str) -> None:
    signed = sign_off(desk, meaning=Meaning.APPROVED, verified=verify_to_sign(desk.home))
    assert (signed.person, signed.name) == (otto, "Otto Officer")


def _release(policy: Policy) -> Release:
    redacted = apply(NOTE, resolve(NOTE.text, FOUND, policy), policy, seed=bytes(32))
    source = Source(NOTE, NOTE.text.encode(), "text", "utf-8")
    return Release(source, redacted, policy, redacted.text.encode(), NOTE.id)
