"""How fast the window is with a very long note: opening it, and from a key to the painted answer.

    python benchmarks/window.py [--characters 1000000] [--findings 20000] [--acts 100]
                                [--pause 0.3] [--seed 1]

Drives the real main window with a stand-in for the detectors, which has all findings at once; all
else is the program's own: the review and its store, the redaction after each act (in its thread,
without the check of the result by the detectors), lists and views. Prints Markdown.

- *opening*: from asking for the file until its marks are painted, and until the result is there;
- *key to paint*: from the press of the key until the note is painted with what it did. Between two
  keys the window works on for the length of the pause, as it does while a person reads. *Own* is
  processor time of the window's thread alone: on a busy machine only that says what it needs. What
  is on the screen then must be what is there at the end of the pause, or the benchmark fails;
- *next, as a result comes*: the same for a key that is pressed at the beginning of the turn in
  which the window puts a result on the screen, and so waits for all of that turn first;
- *held up*: how long the window did not listen at a stretch during a pause, as while it puts a
  slice of a result on the screen. A key that is pressed just then waits for the rest of it.

Without a screen it paints into memory (QT_QPA_PLATFORM=offscreen), as here unless told otherwise.
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter, thread_time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from machine import machine
from PySide6.QtCore import QEvent, QEventLoop, QObject, QPoint, QRect, QSettings, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from deid.audit.verify import Verified
from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.errors import DeidError
from deid.formats.text import TextFile, TextForm
from deid.labels import Label
from deid.policy import Policy, Unexamined, load_policy
from deid.redact.apply import apply
from deid.review import Mark, Review
from gui.appearance import Appearance, Scheme
from gui.desk import Examined, Note, Reviewed, Withhold
from gui.garbage import GarbageCollector
from gui.log_session import Pages
from gui.main_window import MainWindow
from gui.program import Program
from gui.settings import Settings
from gui.views.label_picker import LabelPicker
from gui.why_session import Told

LABELS = (Label.PATIENT, Label.DOCTOR, Label.CITY, Label.HOSPITAL, Label.PERSON)
FILLER = (
    "the patient was seen for chest pain on exertion and denies fever or chills with no edema "
    "blood pressure 138/82 potassium 4.2 lungs clear bilaterally aspirin 81 mg daily continued"
)
SEED = bytes(32)
PATIENCE = 60.0
Taken = tuple[float, float]
"""Seconds by the clock, and of the processor in the window's own thread."""
ACTS = {
    "next": (Qt.Key.Key_N, Qt.KeyboardModifier.NoModifier),
    "accept": (Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier),
    "reject": (Qt.Key.Key_R, Qt.KeyboardModifier.NoModifier),
    "change label": (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    "next uncertain": (Qt.Key.Key_U, Qt.KeyboardModifier.NoModifier),
    "undo": (Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier),
}


class StandIn:
    """Reads and redacts as the program does, and has the findings of its one note at hand."""

    def __init__(self, folder: Path, findings: tuple[Finding, ...]) -> None:
        self._folder = folder
        self._findings = findings

    def load(self) -> tuple[str, ...]:
        """Name the detectors."""
        return ("a stand-in",)

    def read(
        self,
        path: Path,
        *,
        patient: str = "",
        part: int | None = None,
        unexamined: Unexamined = Unexamined.REFUSE,
    ) -> Note:
        """The note in a file."""
        content = path.read_bytes()
        document = Document(id=path.name, text=content.decode(), patient=patient)
        file = TextFile(document, TextForm("utf-8"), content)
        return Note(document, file, path, sha256(content).hexdigest())

    def take(self, text: str) -> Note:
        """Nothing is typed here."""
        raise NotImplementedError("nothing is typed here")

    def close(self) -> None:
        """Nothing is open."""

    def stamp(self, policy: Policy) -> str:
        """Digest of what findings are made with."""
        return policy.digest

    def prepare(
        self, path: Path, policy: Policy, *, patient: str = "", part: int | None = None
    ) -> tuple[Note, bytes]:
        """The note in a file, and a seed."""
        return self.read(path, patient=patient), SEED

    def rendered(self, note: Note, redacted: Redacted, policy: Policy) -> bytes:
        """No pages are shown here."""
        raise NotImplementedError("no pages are shown here")

    def listed(self, path: Path, policy: Policy) -> Sequence[Note]:
        """The one note in a file."""
        return [self.read(path)]

    def save_list(
        self, path: Path, reviewed: Sequence[Reviewed], policy: Policy, target: Path
    ) -> None:
        """No file of several notes is here."""
        raise NotImplementedError("no file of several notes is here")

    def measures(self) -> bool:
        """Nothing is withheld here."""
        return False

    def withholding(self, note: Note) -> Withhold:
        """Nothing is withheld here."""
        return lambda resolution, policy: ()

    def refuse(self, note: Note, error: DeidError) -> None:
        """Nothing is refused here."""
        raise error

    def find(self, note: Note, policy: Policy, seed: bytes) -> Resolution:
        """The findings."""
        return Resolution(self._findings, ())

    def examine(self, note: Note, policy: Policy) -> Examined:
        """The findings, as for the note on the desk."""
        found = self.find(note, policy, SEED)
        return Examined(found, self.stamp(policy), self.propose(note, policy))

    def look_again(self, note: Note, policy: Policy) -> Resolution:
        """The same findings."""
        return self.find(note, policy, SEED)

    def explain(self, note: Note, policy: Policy, mark: Mark) -> Told:
        """Nothing stands behind a finding."""
        return Told((), None)

    def redact(self, note: Note, state: Review, policy: Policy) -> Redacted:
        """The note with its replacements, as the program makes them."""
        return apply(note.document, state.resolution(), policy, seed=SEED)

    def try_policy(self, text: str, policy: Policy) -> Redacted:
        """Nothing becomes of a text."""
        return Redacted("trial", text, (), ())

    def propose(self, note: Note, policy: Policy) -> Path:
        """Where the note may be saved."""
        return self._folder / "redacted.txt"

    def save(
        self, note: Note, state: Review, redacted: Redacted, policy: Policy, target: Path
    ) -> None:
        """Nothing is saved here."""
        raise NotImplementedError("nothing is saved here")

    def was_saved(self, source: Path | str, policy: Policy, target: Path) -> bool:
        """Nothing was saved here."""
        return False


class NoLog:
    """A log without records."""

    def newest(self, limit: int) -> Pages:
        """No records."""
        return Pages((), 0)

    def verify(self) -> Verified:
        """There is nothing to verify."""
        raise NotImplementedError("there is no log")


class Painted(QObject):
    """Tells when a widget was painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Count, and let the event through."""
        self.count += event.type() is QEvent.Type.Paint
        return False


class Bench:
    """The window over the stand-in."""

    def __init__(self, folder: Path, findings: tuple[Finding, ...]) -> None:
        self.held_up: list[float] = []
        engine, policy = StandIn(folder, findings), load_policy("safe-harbor")
        settings = Settings(QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat))
        settings.theme = Scheme.LIGHT
        self.program = Program(
            engine, engine, NoLog(), settings, policies=[policy], policy=policy, reviewer="bench"
        )
        self.window = MainWindow(self.program, Appearance(QApplication.instance()))
        # With room for all panes, however small the screen: what is not in sight is not painted.
        self.window.resize(1500, 900)
        self.window.show()
        self.program.start()
        self.settle()
        self.painted = Painted(self.window.review.note.text.viewport())

    def settle(self) -> None:
        """Go on until no job is under way and nothing is to be done."""
        self.until(lambda: not self.program.busy)
        self.rest(0.1)

    def until(self, done: Callable[[], bool]) -> None:
        """Go on until this is so."""
        end = perf_counter() + PATIENCE
        while not done():
            if perf_counter() > end:
                raise SystemExit("the window does not answer")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)

    def rest(self, seconds: float) -> None:
        """Go on for some time, and note how long the window was held up at most."""
        longest, begin = 0.0, perf_counter()
        now, end = begin, begin + seconds
        while now < end:
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
            longest, now = max(longest, perf_counter() - now), perf_counter()
        self.held_up.append(longest)

    def on_screen(self) -> QImage:
        """The note as it is on the screen now, whatever has still to be painted."""
        text = self.window.review.note.text.viewport()
        place = QRect(text.mapTo(self.window, QPoint(0, 0)), text.size())
        screen = self.window.screen()
        taken = screen.grabWindow(
            self.window.winId(), place.x(), place.y(), place.width(), place.height()
        )
        return taken.toImage()

    def open(self, path: Path) -> tuple[Taken, Taken]:
        """What it takes until the marks of the note are painted, and until the result is."""
        begin, worked = perf_counter(), thread_time()
        session = self.program.session
        # Only what is painted after the views were told of the marks shows them.
        counts: list[int] = []

        def told() -> None:
            if session.review is not None:
                counts.append(self.painted.count)

        session.review_changed.connect(told)
        self.program.worklist.add([path])
        self.until(lambda: bool(counts) and self.painted.count > counts[0])
        session.review_changed.disconnect(told)
        seen = perf_counter() - begin, thread_time() - worked
        self.until(lambda: session.redacted is not None)
        # It may be painted already, and then is once more.
        viewport = self.window.review.result.text.viewport()
        result = Painted(viewport)
        viewport.update()
        self.until(lambda: result.count > 0)
        return seen, (perf_counter() - begin, thread_time() - worked)

    def until_painted(self, count: int) -> None:
        """Go on until the note is painted once more."""
        self.until(lambda: self.painted.count > count)

    def press(self, act: str) -> Taken:
        """What it takes from the key of an act until the note is painted with it."""
        key, modifier = ACTS[act]
        widget: QWidget = self.window.review.findings.table
        if act == "change label":
            QTest.keyClick(widget, Qt.Key.Key_L)
            picker = self.window.findChild(LabelPicker)
            QTest.keyClicks(picker.words, "organ")
            self.rest(0.05)
            widget = picker.words
        else:
            widget.setFocus()
        count = self.painted.count
        begin, worked = perf_counter(), thread_time()
        QTest.keyClick(widget, key, modifier)
        self.until_painted(count)
        return perf_counter() - begin, thread_time() - worked

    def press_at_result(self) -> Taken:
        """What it takes for a key that is pressed just as a result comes, and has to wait."""
        self.press("reject")
        session = self.program.session
        end = perf_counter() + PATIENCE
        while session.redacted is None:
            begin, worked = perf_counter(), thread_time()
            if begin > end:
                raise SystemExit("no result comes")
            QApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
        self.press("next")
        return perf_counter() - begin, thread_time() - worked

    def close(self) -> None:
        """End as the program does."""
        self.window.close()
        self.program.stop()


def long_note(characters: int, count: int, draw: random.Random) -> tuple[str, list[Finding]]:
    """An invented note of this length with so many findings, each identity about four times.

    Raises:
        ValueError: so many findings need more room.
    """
    words = FILLER.split()
    people = [(_word(draw), draw.choice(LABELS)) for _ in range(max(1, count // 5))]
    room = characters / count
    pieces: list[str] = []
    findings: list[Finding] = []
    at = 0
    for number in range(count):
        said, label = draw.choice(people)
        if number % 5 == 0:
            said, label = f"{draw.randint(1, 12)}/{draw.randint(1, 28)}/2026", Label.DATE
        filler = ""
        while at + len(filler) + len(said) < (number + 1) * room - 12:
            filler += draw.choice(words) + (" " if draw.random() < 0.95 else ".\n")
        start = at + len(filler)
        detector = draw.choice(("rule:bench/names@1", "model:0a1b2c3d", "known"))
        span = Span(start, start + len(said))
        findings.append(Finding(span, label, draw.uniform(0.6, 1.0), detector))
        pieces += (filler, said, " ")
        at = span.end + 1
    text = "".join(pieces)
    if len(text) > characters:
        raise ValueError("so many findings need a longer note")
    return text.ljust(characters, "."), findings


def _word(draw: random.Random) -> str:
    syllables = (draw.choice("bdfgklmnprstvz") + draw.choice("aeiou") for _ in range(4))
    return "".join(syllables).capitalize()


def row(what: str, seconds: Sequence[Taken]) -> str:
    """A line of the table."""
    times, worked = ([1000 * second for second in column] for column in zip(*seconds, strict=True))
    under = sum(time < 50 for time in times) / len(times)
    return (
        f"| {what} | {len(times)} | {median(times):.0f} | {at_95(times):.0f} | {max(times):.0f} "
        f"| {under:.0%} | {median(worked):.0f} | {at_95(worked):.0f} |"
    )


def at_95(times: list[float]) -> float:
    """What 95 % of them are no longer than."""
    return sorted(times)[ceil(0.95 * len(times)) - 1]


def main() -> None:
    """Measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--characters", type=int, default=1_000_000)
    parser.add_argument("--findings", type=int, default=20_000)
    parser.add_argument("--acts", type=int, default=100, metavar="N", help="so many of each kind")
    parser.add_argument("--pause", type=float, default=0.3, help="seconds between two keys")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    app = QApplication([])
    # A caret that blinks would look as if something was painted late.
    app.setCursorFlashTime(0)
    GarbageCollector(app)
    draw = random.Random(options.seed)
    text, findings = long_note(options.characters, options.findings, draw)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        os.environ["DEID_HOME"] = named
        (folder / "note.txt").write_text(text, encoding="utf-8")
        bench = Bench(folder, tuple(findings))
        seen, result = bench.open(folder / "note.txt")
        print(f"{machine()}; Qt platform {app.platformName()}\n")
        print(f"{len(text):,} characters, {options.findings:,} findings")
        print(
            f"opening: marks painted after {seen[0]:.2f} s (own {seen[1]:.2f} s), "
            f"result after {result[0]:.2f} s (own {result[1]:.2f} s)\n"
        )
        bench.settle()
        bench.held_up.clear()
        times: dict[str, list[Taken]] = {act: [] for act in ACTS}
        as_one_comes: list[Taken] = []
        for _ in range(options.acts):
            for act, taken in times.items():
                taken.append(bench.press(act))
                painted = bench.on_screen()
                bench.rest(options.pause)
                if painted != bench.on_screen():
                    raise SystemExit(f"not all of what '{act}' did was painted at once")
            as_one_comes.append(bench.press_at_result())
            bench.rest(options.pause)
        print(
            "| key to paint, ms | n | median | 95 % | longest | under 50 | own median | own 95 % |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for act, taken in times.items():
            print(row(act, taken))
        print(row("next, as a result comes", as_one_comes))
        every = [*times.values(), as_one_comes]
        print(row("all", [time for taken in every for time in taken]))
        held = [1000 * seconds for seconds in bench.held_up]
        print(
            f"\nheld up in a pause: median {median(held):.0f} ms, 95 % {at_95(held):.0f} ms, "
            f"longest {max(held):.0f} ms"
        )
        bench.close()


if __name__ == "__main__":
    main()
