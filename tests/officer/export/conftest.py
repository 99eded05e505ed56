"""A desk over a log with released and refused notes, a closed sample and a signature."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from deid.audit.people import make_personal_key
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    FindingDropped,
    Meaning,
    RedactionMade,
    ReviewAct,
    ReviewActed,
    ReviewerMeasured,
    ReviewFinished,
    Role,
    SessionOpened,
)
from deid.audit.verify import verify
from deid.datatypes import DropReason, Span
from deid.labels import Label
from deid.officer import Desk, sign_off
from deid.officer.enrolment import enrol
from deid.officer.samples import Wanted, draw_sample, drawn_notes
from deid.officer.verdicts import close_sample, give_verdict

PIN = "a short sentence"
OFFICER = "=Olive Officer"
MODEL, RULES, POLICY = "4" * 64, "1" * 64, "2" * 64
NOTES = 12


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder that is made once and copied."""
    home = tmp_path_factory.mktemp("exports") / "home"
    with Desk.open(home) as desk:
        administrator = make_personal_key(home, name="Ada Minister", pin=PIN)
        officer = make_personal_key(home, name=OFFICER, pin=PIN)
        desk.unlock(administrator.id, PIN)
        enrol(desk, administrator.id, Role.ADMINISTRATOR)
        enrol(desk, officer.id, Role.OFFICER)
        desk.unlock(officer.id, PIN)
        desk.record(SessionOpened('@"user", one', "ward-pc-7", "0.1.0", MODEL, RULES, POLICY))
        for number in range(NOTES):
            desk.record(*released(desk, number))
        unread = desk.keys.fingerprint("document", "unread")
        desk.record(DocumentRefused(unread, "EmptyNote", 3))
        leaky = desk.keys.fingerprint("document", "leaky")
        desk.record(
            DocumentRead(leaky, "7" * 64, 100, 90, "text", "utf-8"),
            DocumentRefused(leaky, "ResidualFound", 9),
        )
        _read_a_sample(desk)
        sign_off(
            desk,
            meaning=Meaning.APPROVED,
            verified=verify(desk.log.path, public_key=desk.keys.public_key),
        )
    return home


def released(desk: Desk, number: int) -> list[Event]:
    """The records of one note; every other one belongs to a patient and was reviewed."""
    document = desk.keys.fingerprint("document", f"note-{number}")
    patient = desk.keys.fingerprint("patient", f"patient-{number}") if number % 2 else None
    digest = sha256(f"in {number}".encode()).hexdigest()
    events: list[Event] = [
        DocumentRead(document, digest, 130, 120, "text", "utf-8", patient),
        FindingDropped(
            document, Span(4, 9), Label.DATE, "rule:us/mrn@2", 0.2, DropReason.BELOW_THRESHOLD
        ),
        RedactionMade(
            document, Span(10, 17), Label.PATIENT, "A", "model:00c0ffee", 0.97, "tag", POLICY,
            desk.keys.fingerprint("original", f"Zebedee {number}"), Span(10, 19),
        ),
    ]  # fmt: skip
    if number % 2:
        events += [
            ReviewActed(document, ReviewAct.MOVE, "rkoch", Span(3, 7), None, Label.PATIENT),
            ReviewFinished(document, "rkoch", 1, 0, 0.85),
        ]
    commit = DocumentCommitted(
        document, digest, sha256(f"out {number}".encode()).hexdigest(), 120, 122, 1, 1, POLICY,
        desk.keys.fingerprint("output-name", f"note-{number}.txt"), {Label.PATIENT: 1},
    )  # fmt: skip
    return [*events, commit]


def _read_a_sample(desk: Desk) -> None:
    reviewed = desk.keys.fingerprint("document", "reviewed")
    desk.record(ReviewerMeasured(reviewed, "-Olive-Officer", 40, 39))
    sample = draw_sample(desk, Wanted(count=8, target=0.3))
    for number, note in enumerate(drawn_notes(desk.log, sample)):
        give_verdict(desk, sample.id, note, {Label.DATE: 1} if number == 3 else {})
    close_sample(desk, sample.id)


@pytest.fixture
def desk(template: Path, tmp_path: Path) -> Iterator[Desk]:
    """The desk, with the officer's key unlocked."""
    home = tmp_path / "home"
    shutil.copytree(template, home)
    with Desk.open(home) as opened:
        person = next(person for person in opened.people() if person.name == OFFICER)
        opened.unlock(person.id, PIN)
        yield opened


@pytest.fixture
def more_notes() -> Callable[[Desk, int], list[Event]]:
    """The records of another released note of this number."""
    return released
