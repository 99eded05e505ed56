"""A session over a stand-in for `gui.engine.NoteEngine`: a few patterns instead of detectors."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Event

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from deid.audit.verify import Verified
from deid.datatypes import (
    Document,
    Dropped,
    DropReason,
    Finding,
    Redacted,
    Redaction,
    Resolution,
    Span,
)
from deid.errors import BinaryInput, DeidError, OutputExists
from deid.formats.text import TextFile, TextForm
from deid.labels import Label
from deid.policy import Policy, load_policy
from deid.review import Review
from gui.appearance import Appearance
from gui.desk import Note
from gui.jobs import Jobs
from gui.log_session import LogSession, Pages
from gui.main_window import MainWindow
from gui.session import Session

NOTE = """\
DISCHARGE SUMMARY
Patient: Quillan Testfall    MRN: 00483921
DOB: 04/17/1948    Seen on 11/03/2026 at Examplewood Hospital

Mr. Testfall is a 78-year-old retired lighthouse keeper who was admitted with
chest pain. He lives at 12 Sample Lane, Fictown, and was seen by Dr. Amaru
Mockridge on ward 7B. Troponin negative, ECG without change.

Call 555-0142 or write to q.testfall@mail.example with questions.
Next visit on 11/17/2026. His daughter Ilse will bring him.
"""

_PATTERNS = (
    (r"Quillan Testfall|Testfall(?= is)", Label.PATIENT, 0.97, "model:0a1b2c3d"),
    (r"Amaru\nMockridge", Label.DOCTOR, 0.95, "model:0a1b2c3d"),
    (r"Ilse", Label.PERSON, 0.61, "model:0a1b2c3d"),
    (r"\b\d{8}\b", Label.MRN, 0.99, "rule:us/mrn@2"),
    (r"\d\d/\d\d/\d{4}", Label.DATE, 0.98, "rule:dates/numeric@1"),
    (r"Examplewood Hospital", Label.HOSPITAL, 0.93, "model:0a1b2c3d"),
    (r"78", Label.AGE, 0.9, "rule:ages/year-old@1"),
    (r"12 Sample Lane", Label.STREET, 0.92, "rule:places/street@1"),
    (r"Fictown", Label.CITY, 0.72, "model:0a1b2c3d"),
    (r"ward 7B", Label.ROOM, 0.85, "rule:places/ward@1"),
    (r"555-\d{4}", Label.PHONE, 0.95, "rule:contact/phone@1"),
    (r"\S+@\S+\.example", Label.EMAIL, 1.0, "rule:contact/email@1"),
)
_UNSURE = (r"lighthouse keeper", Label.PROFESSION, 0.42, "model:0a1b2c3d")


class FakeEngine:
    """Finds what the patterns match; each slow call can be held up, or made to fail."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.gate = Event()
        self.gate.set()
        self.examining = Event()
        self.failure: BaseException | None = None
        self.refused: DeidError | None = None
        self.saved: list[tuple[Review, Redacted, Path]] = []

    def load(self) -> tuple[str, ...]:
        return ("rules", "model:0a1b2c3d")

    def read(self, path: Path) -> Note:
        content = path.read_bytes()
        if b"\x00" in content:
            raise BinaryInput("the file holds NUL bytes: exclude it")
        document = Document(id=path.name, text=content.decode())
        return Note(document, TextFile(document, TextForm("utf-8"), content), path)

    def take(self, text: str) -> Note:
        document = Document(id="typed", text=text)
        return Note(document, TextFile(document, TextForm("utf-8"), text.encode()), None)

    def examine(self, note: Note, policy: Policy) -> Resolution:
        self.examining.set()
        self.gate.wait()
        if self.failure is not None:
            raise self.failure
        text = note.document.text
        kept = [
            Finding(Span(*match.span()), label, score, detector)
            for pattern, label, score, detector in _PATTERNS
            for match in re.finditer(pattern, text)
        ]
        pattern, label, score, detector = _UNSURE
        unsure = [
            Finding(Span(*match.span()), label, score, detector)
            for match in re.finditer(pattern, text)
        ]
        kept.sort(key=lambda finding: finding.span)
        dropped = tuple(Dropped(finding, DropReason.BELOW_THRESHOLD) for finding in unsure)
        return Resolution(tuple(kept), dropped)

    def redact(self, note: Note, state: Review, policy: Policy) -> Redacted:
        pieces: list[str] = []
        made: list[Redaction] = []
        at = out = 0
        resolution = state.resolution()
        for finding in resolution.kept:
            before = note.document.text[at : finding.span.start]
            tag = f"[{finding.label.value}]"
            start = out + len(before)
            made.append(Redaction(finding, "tag", Span(start, start + len(tag))))
            pieces += [before, tag]
            out, at = start + len(tag), finding.span.end
        text = "".join([*pieces, note.document.text[at:]])
        redacted = Redacted(note.document.id, text, tuple(made), resolution.dropped)
        return replace(redacted, residual=self._left(text, state))

    def propose(self, note: Note, policy: Policy) -> Path:
        return self.folder / "note-redacted.txt"

    def save(
        self, note: Note, state: Review, redacted: Redacted, policy: Policy, target: Path
    ) -> None:
        if target.exists():
            raise OutputExists("the file is there already: choose another name")
        target.write_text(redacted.text)
        self.saved.append((state, redacted, target))

    def _left(self, text: str, state: Review) -> tuple[Finding, ...]:
        """The name `Leftover` counts as an identifier that only the check of the output sees."""
        return tuple(
            Finding(Span(*match.span()), Label.PATIENT, 0.9, "residual:copy")
            for match in re.finditer("Leftover", text)
        )


class FakeLog:
    """Shows the records that it is given, and verifies unless told otherwise."""

    def __init__(self) -> None:
        self.pages = Pages((), 0)
        self.broken: DeidError | None = None

    def newest(self, limit: int) -> Pages:
        return self.pages

    def verify(self) -> Verified:
        if self.broken is not None:
            raise self.broken
        size = self.pages.size
        return Verified(size, b"\x00" * 32, 1, size, 0, 1, 0)


@dataclass
class Desk:
    """A session over the fake engine, and the queue of jobs that it uses."""

    session: Session
    engine: FakeEngine
    jobs: Jobs
    log: LogSession
    log_reader: FakeLog
    log_jobs: Jobs
    qtbot: QtBot
    note: str = NOTE

    def settle(self) -> None:
        """Wait until no job is under way."""
        self.qtbot.waitUntil(lambda: not self.jobs.busy and not self.log_jobs.busy)

    def examine(self, text: str = NOTE) -> Session:
        """Paste a text and wait until it is examined."""
        self.session.paste(text)
        self.settle()
        return self.session


@pytest.fixture(autouse=True)
def settings_folder(tmp_path: Path) -> Path:
    """Where Qt keeps settings during this test, instead of the user's folder."""
    folder = tmp_path / "settings"
    scope, kind = QSettings.Scope.UserScope, QSettings.Format.NativeFormat
    QSettings.setPath(kind, scope, str(folder))
    return folder


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    policies = [load_policy("safe-harbor"), load_policy("everything")]
    engine, jobs, log_jobs, reader = FakeEngine(tmp_path), Jobs(), Jobs(), FakeLog()
    session = Session(engine, jobs, policies=policies, policy=policies[0], reviewer="clerk")
    log = LogSession(reader, log_jobs)
    yield Desk(session, engine, jobs, log, reader, log_jobs, qtbot)
    engine.gate.set()
    jobs.stop()
    log_jobs.stop()


@pytest.fixture(scope="session")
def appearance(qapp: QApplication) -> Appearance:
    return Appearance(qapp)


@pytest.fixture
def window(desk: Desk, appearance: Appearance) -> MainWindow:
    made = MainWindow(desk.session, desk.log, appearance)
    desk.qtbot.addWidget(made)
    made.show()
    desk.qtbot.waitExposed(made)
    return made
