"""A data folder with released notes, their files, and an officer to sample them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

from deid.audit.people import make_personal_key
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Event,
    RedactionMade,
    ReviewerMeasured,
    Role,
)
from deid.datatypes import Span
from deid.labels import Label
from deid.officer import Desk
from deid.officer.enrolment import enrol

PIN = "a short sentence"
POLICY = "2" * 64
NAME, TAG = "Quenbridge", "[PATIENT]"


@dataclass(frozen=True)
class Clinic:
    """A desk, who works at it, and where the notes lie."""

    desk: Desk
    originals: Path
    outputs: Path
    officer: str
    second: str
    administrator: str


@pytest.fixture(scope="session")
def enrolled_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """Keys take long to make: a data folder with three people, to be copied."""
    home = tmp_path_factory.mktemp("enrolled") / "home"
    people = {"Ada Minister": Role.ADMINISTRATOR, "ola": Role.OFFICER, "bo": Role.OFFICER}
    with Desk.open(home) as desk:
        ids = [make_personal_key(home, name=name, pin=PIN).id for name in people]
        desk.unlock(ids[0], PIN)
        for person, role in zip(ids, people.values(), strict=True):
            enrol(desk, person, role)
    return home, ids


@pytest.fixture
def clinic(enrolled_home: tuple[Path, list[str]], tmp_path: Path) -> Iterator[Clinic]:
    """Forty released notes; an officer is unlocked."""
    template, (administrator, officer, second) = enrolled_home
    home = tmp_path / "home"
    shutil.copytree(template, home)
    originals, outputs = tmp_path / "in", tmp_path / "out" / "deeper"
    originals.mkdir()
    outputs.mkdir(parents=True)
    with Desk.open(home) as desk:
        for number in range(40):
            _release(desk, number, originals, outputs)
        desk.unlock(officer, PIN)
        yield Clinic(desk, originals, tmp_path / "out", officer, second, administrator)


@pytest.fixture
def measured(clinic: Clinic) -> Callable[..., None]:
    """Records what a reviewer caught, two of a note."""

    def record(reviewer: str, withheld: int, caught: int) -> None:
        events: list[Event] = []
        for number in range(withheld // 2):
            document = clinic.desk.keys.fingerprint("document", f"reviewed-{number}")
            found = min(2, max(0, caught - 2 * number))
            events.append(ReviewerMeasured(document, reviewer, 2, found))
        clinic.desk.log.append(events)

    return record


def _release(desk: Desk, number: int, originals: Path, outputs: Path) -> None:
    original = f"Seen: {NAME} {number}.\n"
    output = original.replace(NAME, TAG)
    (originals / f"{number}.txt").write_bytes(original.encode())
    (outputs / f"{number}.txt").write_bytes(output.encode())
    document = desk.keys.fingerprint("document", f"{number}.txt")
    read, written = (sha256(text.encode()).hexdigest() for text in (original, output))
    start = original.index(NAME)
    desk.log.append(
        [
            DocumentRead(document, read, len(original), len(original), "text", "utf-8"),
            RedactionMade(
                document, Span(start, start + len(NAME)), Label.PATIENT, "A", "model:0a1b2c3d",
                0.99, "tag", POLICY, desk.keys.fingerprint("original", NAME),
                Span(start, start + len(TAG)),
            ),
            DocumentCommitted(
                document, read, written, len(original), len(output), 1, 0, POLICY,
                desk.keys.fingerprint("output-name", f"{number}.txt"), {Label.PATIENT: 1},
            ),
        ]
    )  # fmt: skip
