"""A session over a stand-in for `gui.engine.NoteEngine`: a few patterns instead of detectors."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from threading import Event

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from PySide6.QtCore import QPoint, QRect, QSettings, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLabel,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from deid import review
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
from deid.errors import BinaryInput, DeidError, EmptyNote, OutputExists
from deid.formats.text import TextFile, TextForm
from deid.labels import Label
from deid.policy import Policy, Unexamined, load_policy
from deid.review import Mark, Review
from gui.appearance import Appearance
from gui.desk import Examined, Note, Reviewed, Withhold
from gui.everywhere import Everywhere
from gui.log_session import Pages
from gui.main_window import MainWindow
from gui.program import Program
from gui.session import Session
from gui.settings import Settings
from gui.views.elided_label import ElidedLabel
from gui.why_session import Told

ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly

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
        self.refusals: list[DeidError] = []
        self.share = 0.0
        self.saved: list[tuple[Review, Redacted, Path]] = []

    def load(self) -> tuple[str, ...]:
        return ("rules", "model:0a1b2c3d")

    def read(
        self,
        path: Path,
        *,
        patient: str = "",
        part: int | None = None,
        unexamined: Unexamined = Unexamined.REFUSE,
    ) -> Note:
        content = path.read_bytes()
        if b"\x00" in content:
            raise BinaryInput("the file holds NUL bytes: exclude it")
        document = Document(id=path.name, text=content.decode(), patient=patient)
        file = TextFile(document, TextForm("utf-8"), content)
        digest = sha256(content).hexdigest()
        return Note(document, file, path, digest, chosen_patient=patient)

    def listed(self, path: Path, policy: Policy) -> Sequence[Note]:
        return [self.read(path)]

    def save_list(
        self, path: Path, reviewed: Sequence[Reviewed], policy: Policy, target: Path
    ) -> None:
        raise AssertionError("no file of this engine holds a list")

    def take(self, text: str) -> Note:
        if not text.strip():
            raise EmptyNote("the note is empty")
        document = Document(id="typed", text=text)
        content = text.encode()
        file = TextFile(document, TextForm("utf-8"), content)
        return Note(document, file, None, sha256(content).hexdigest())

    def stamp(self, policy: Policy) -> str:
        return policy.digest

    def prepare(
        self, path: Path, policy: Policy, *, patient: str = "", part: int | None = None
    ) -> tuple[Note, bytes]:
        return self.read(path, patient=patient), b"seed"

    def measures(self) -> bool:
        return self.share > 0

    def withholding(self, note: Note) -> Withhold:
        key, share = note.content.encode(), self.share
        return lambda resolution, policy: review.choose_withheld(
            resolution, key=key, share=share, policy=policy
        )

    def refuse(self, note: Note, error: DeidError) -> None:
        self.refusals.append(error)

    def examine(self, note: Note, policy: Policy) -> Examined:
        self.examining.set()
        self.gate.wait()
        if self.failure is not None:
            raise self.failure
        resolution = self.find(note, policy)
        withheld = self.withholding(note)(resolution, policy)
        return Examined(resolution, self.stamp(policy), self.propose(note, policy), withheld)

    def look_again(self, note: Note, policy: Policy) -> Resolution:
        closer = [
            Finding(Span(*m.span()), Label.PERSON, 0.2, "model:0a1b2c3d")
            for m in re.finditer("daughter", note.document.text)
        ]
        found = self.find(note, policy)
        return replace(found, kept=(*found.kept, *closer))

    def close(self) -> None:
        pass

    def find(self, note: Note, policy: Policy, seed: bytes = b"") -> Resolution:
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

    def explain(self, note: Note, policy: Policy, mark: Mark) -> Told:
        return Told((), None)

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

    def try_policy(self, text: str, policy: Policy) -> Redacted:
        note = self.take(text)
        state = review.begin(note.document, self.find(note, policy), reviewer="nobody")
        return self.redact(note, state, policy)

    def propose(self, note: Note, policy: Policy) -> Path:
        name = note.path.stem if note.path is not None else "note"
        return self.folder / f"{name}-redacted.txt"

    def save(
        self, note: Note, state: Review, redacted: Redacted, policy: Policy, target: Path
    ) -> None:
        if target.exists():
            raise OutputExists("the file is there already: choose another name")
        target.write_text(redacted.text)
        self.saved.append((state, redacted, target))

    def rendered(self, note: Note, redacted: Redacted, policy: Policy) -> bytes:
        return redacted.text.encode()

    def was_saved(self, source: Path | str, policy: Policy, target: Path) -> bool:
        return target.exists()

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


class Desk(Program):
    """The presenters over the fake engine."""

    def __init__(self, engine: FakeEngine, qtbot: QtBot) -> None:
        self.engine, self.qtbot, self.log_reader, self.note = engine, qtbot, FakeLog(), NOTE
        policies = [load_policy("safe-harbor"), load_policy("everything")]
        super().__init__(
            engine,
            engine,
            self.log_reader,
            Settings(),
            policies=policies,
            policy=policies[0],
            reviewer="clerk",
            settled_after=0.05,
            slow=0.2,
        )
        self.start()
        self.settle()

    def settle(self) -> None:
        """Wait until no job is under way."""
        self.qtbot.waitUntil(lambda: not self.busy, timeout=60_000)

    def examine(self, text: str = NOTE) -> Session:
        """Paste a text and wait until it is examined."""
        self.worklist.paste(text)
        self.settle()
        return self.session

    def stop(self) -> None:
        """End what is under way, as the program does."""
        self.engine.gate.set()
        super().stop()


@pytest.fixture(autouse=True)
def _garbage() -> Iterator[None]:
    """Collect garbage between tests only: a worker thread must not, see `gui.garbage`."""
    # What earlier tests loaded is not looked at again and again.
    gc.freeze()
    gc.disable()
    yield
    gc.collect()
    gc.enable()


@pytest.fixture(autouse=True)
def settings_folder(tmp_path: Path) -> Path:
    """Where Qt keeps settings during this test, instead of the user's folder."""
    folder = tmp_path / "settings"
    scope, kind = QSettings.Scope.UserScope, QSettings.Format.NativeFormat
    QSettings.setPath(kind, scope, str(folder))
    return folder


@pytest.fixture(autouse=True)
def _quick_presses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let keys follow each other as quickly as tests press them."""
    monkeypatch.setattr("gui.notices.seconds_of_two_presses", lambda: 0.0)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(FakeEngine(tmp_path), qtbot)
    yield made
    made.stop()


@pytest.fixture
def start_again(desk: Desk, qtbot: QtBot, tmp_path: Path) -> Iterator[Callable[[], Desk]]:
    """Starts the program once more, on the data folder that the first one left."""
    made: list[Desk] = []

    def start() -> Desk:
        desk.stop()
        made.append(Desk(FakeEngine(tmp_path), qtbot))
        return made[-1]

    yield start
    for other in made:
        other.stop()


@pytest.fixture(scope="session")
def appearance(qapp: QApplication) -> Appearance:
    return Appearance(qapp)


@pytest.fixture
def window(desk: Desk, appearance: Appearance) -> MainWindow:
    return make_window(desk, appearance)


def make_window(desk: Desk, appearance: Appearance) -> MainWindow:
    """A window over a desk, on the screen."""
    made = MainWindow(desk, appearance)
    desk.qtbot.addWidget(made)
    made.show()
    desk.qtbot.waitExposed(made)
    return made


@pytest.fixture
def assert_nothing_clipped() -> Callable[[QWidget], None]:
    """Checks that all words within a widget can be read: they have room, or are shortened."""

    def check(root: QWidget) -> None:
        # What is told only once the keys rest is told now, not while this looks.
        for everywhere in root.window().findChildren(Everywhere):
            everywhere.count()
        _let_lie(root)
        inside = [w for w in root.findChildren(QWidget) if w.window() is root.window()]
        widgets = [w for w in (root, *inside) if w.isVisibleTo(root)]
        told = [w for w in widgets if isinstance(w, QLabel | QAbstractButton) and w.text()]
        assert told, "no words in sight"
        cut = {f"{type(w).__name__} {w.text()!r}": _why_cut(w, root) for w in told}
        faults = [f"{which}: {why}" for which, why in cut.items() if why]
        assert not faults, "\n".join(faults)

    return check


def _let_lie(root: QWidget) -> None:
    """Wait until nothing moves: what is laid out anew asks those around it to follow."""
    still, before = 0, None
    for _ in range(60):
        QApplication.processEvents()
        now = [one.geometry() for one in root.findChildren(QWidget)]
        still, before = (still + 1 if now == before else 0), now
        if still == 5:
            return


def _why_cut(widget: QLabel | QAbstractButton, root: QWidget) -> str:
    """Why the words of a widget cannot be read whole; empty if they can."""
    if isinstance(widget, QToolButton) and widget.toolButtonStyle() is ICON_ONLY:
        return "" if widget.toolTip() else "an icon without a tooltip"
    wanted = widget.sizeHint()
    if isinstance(widget, QLabel) and widget.wordWrap():
        words = re.sub("<[^>]+>|\u200b", " ", widget.text()).split()
        longest = max((widget.fontMetrics().horizontalAdvance(word) for word in words), default=0)
        wanted = QSize(longest, widget.heightForWidth(widget.width()))
    if isinstance(widget, ElidedLabel):
        wanted.setWidth(min(wanted.width(), widget.minimumSizeHint().width()))
    if widget.width() < wanted.width() or widget.height() < wanted.height():
        return f"{widget.width()} x {widget.height()}, wants {wanted.width()} x {wanted.height()}"
    return _why_hidden(widget, root)


def _why_hidden(widget: QWidget, root: QWidget) -> str:
    """Which widget around it covers a part of it; what can be scrolled hides nothing."""
    around = widget.parentWidget()
    while around is not None and widget is not root:
        if isinstance(around.parentWidget(), QAbstractScrollArea):
            return ""
        area = QRect(widget.mapTo(around, QPoint()), widget.size())
        if not around.rect().contains(area):
            return f"reaches out of {type(around).__name__} {around.accessibleName()!r}"
        if around is root:
            return ""
        around = around.parentWidget()
    return ""
