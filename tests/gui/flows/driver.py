"""The program as `deid-gui` starts it, worked by keys until somebody kills it.

    python driver.py HOW NOTE...

HOW is `review` (decide and undo at random), `tour` (review a file, search it, save it, look at the
policy, type two notes and leave the second unsaved, then tell `ready`), or a point in saving a note
at which the program kills itself. What has been kept is told on standard output, as soon as it is
on the disk: `began` or `step`, the id of the note, and what was kept.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from deid import Act, Deidentifier, Document, ItemState, Resolution, Review, Step, Worklist
from deid.formats.atomic import StagedFile
from deid.review import act_to_json, to_json
from gui import app
from gui.main_window import MainWindow

CONTROL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
DECIDING = [
    *((key, Qt.KeyboardModifier.NoModifier) for key in (Qt.Key.Key_A, Qt.Key.Key_R, Qt.Key.Key_R)),
    (Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier),
    *((key, Qt.KeyboardModifier.NoModifier) for key in (Qt.Key.Key_N, Qt.Key.Key_E)),
    (Qt.Key.Key_Right, ALT),
    (Qt.Key.Key_Z, CONTROL),
    (Qt.Key.Key_Y, CONTROL),
    (Qt.Key.Key_PageDown, CONTROL),
    (Qt.Key.Key_PageUp, CONTROL),
]
"""Accept, reject here and everywhere, go on, extend, undo and redo, go to another note."""


class Driven(MainWindow):
    """The window, with somebody at its keys."""

    def __init__(self, program: Any, appearance: Any) -> None:
        super().__init__(program, appearance)
        QApplication.setDoubleClickInterval(0)  # no press here is the second of a double one
        self._program = program
        self._random = Random(os.getpid())
        self._tour = tour(self)
        self._timer = QTimer(self, interval=1)
        self._timer.timeout.connect(self._work)
        self._timer.start()

    @property
    def certain(self) -> bool:
        """Whether no finding wants a look."""
        return self._program.session.tally.uncertain == 0

    @property
    def savable(self) -> bool:
        """Whether the note on the desk can be saved."""
        return bool(self._program.session.savable)

    @property
    def saved(self) -> int:
        """How many notes of the queue are done."""
        items = self._program.worklist.items.values()
        return sum(item.state is ItemState.DONE for item in items)

    def _work(self) -> None:
        if not self.isActiveWindow():
            self.activateWindow()
        elif HOW == "tour":
            if not self._program.busy:
                next(self._tour, None)
        elif self._program.session.reviewable and HOW == "review":
            press(*self._random.choice(DECIDING))
        elif self._program.session.savable and HOW != "review":
            # Where findings are uncertain, the next press says that this is meant.
            press(Qt.Key.Key_Return, CONTROL)


def press(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    focused = QApplication.focusWidget()
    if focused is not None:
        QTest.keyClick(focused, key, modifiers)


def type_in(words: str) -> None:
    QTest.keyClicks(QApplication.focusWidget(), words)


def tour(window: Driven) -> Iterator[None]:
    """What a reviewer does in a day; goes on whenever all results are there."""
    while not window.savable:
        yield
    press(Qt.Key.Key_F, CONTROL)
    type_in(SEARCHED)
    press(Qt.Key.Key_Tab, PLAIN)
    press(Qt.Key.Key_Space, PLAIN)
    yield
    press(Qt.Key.Key_Escape, PLAIN)
    press(Qt.Key.Key_G, PLAIN)
    press(Qt.Key.Key_Equal, CONTROL)
    press(Qt.Key.Key_E, CONTROL)
    yield from wait_until(lambda: QApplication.activeModalWidget() is not None)
    QTest.keyClick(QApplication.activeModalWidget(), Qt.Key.Key_Escape)
    yield from save(window, 1)
    for number, text in enumerate(TYPED):
        press(Qt.Key.Key_N, CONTROL)
        yield
        type_in(text)
        press(Qt.Key.Key_F5, PLAIN)
        yield from wait_until(lambda: window.savable)
        press(Qt.Key.Key_W, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        press(Qt.Key.Key_F, CONTROL | Qt.KeyboardModifier.ShiftModifier)
        yield
        press(Qt.Key.Key_F4, PLAIN)
        press(Qt.Key.Key_R, PLAIN)
        press(Qt.Key.Key_Z, CONTROL)
        yield
        if number == 0:
            yield from save(window, 2)
    tell("ready", FAILURES[0])


def wait_until(holds: Callable[[], bool]) -> Iterator[None]:
    while not holds():
        yield


def save(window: Driven, count: int) -> Iterator[None]:
    """Confirm what wants a look, then save; as many notes are done then."""
    yield from wait_until(lambda: window.savable)
    press(Qt.Key.Key_F4, PLAIN)
    while not window.certain:
        press(Qt.Key.Key_A, PLAIN)
        yield
    yield from wait_until(lambda: window.savable)
    press(Qt.Key.Key_Return, CONTROL)
    yield from wait_until(lambda: window.saved == count)


def fail_with_text(self: Deidentifier, document: Document) -> Resolution:
    """What a defect may come to: an error that holds the text of a note."""
    FAILURES[0] += 1
    raise ValueError(document.text)


def tell(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def told(method: str, words: Callable[..., tuple[object, ...]]) -> None:
    """Tell each time that the worklist has kept something."""
    keep = getattr(Worklist, method)

    def keep_and_tell(self: Worklist, *what: Any, **options: Any) -> Any:
        kept = keep(self, *what, **options)
        tell(*words(*what))
        return kept

    setattr(Worklist, method, keep_and_tell)


def die_at(method: str, *, after: bool) -> None:
    """Kill the program when a saved note comes to this point the third time."""
    do, calls = getattr(StagedFile, method), []

    def do_and_die(self: StagedFile) -> None:
        calls.append(self)
        if after:
            do(self)
        if len(calls) == 3:
            os.kill(os.getpid(), signal.SIGKILL)
        if not after:
            do(self)

    setattr(StagedFile, method, do_and_die)


def began(item: int, review: Review) -> tuple[object, ...]:
    return "began", item, to_json(review)


def went(item: int, act: Act, step: Step) -> tuple[object, ...]:
    return "step", item, step.value, act_to_json(act)


HOW = sys.argv[1]
PLAIN = Qt.KeyboardModifier.NoModifier
SEARCHED = os.environ.get("FLOW_SEARCHED", "")
TYPED = os.environ.get("FLOW_TYPED", "").split("|")
FAILURES = [0]
if __name__ == "__main__":
    told("keep_review", began)
    told("keep_step", went)
    if HOW == "tour":
        Deidentifier.look_again = fail_with_text  # type: ignore[method-assign]
    if HOW.startswith("before-"):
        die_at(HOW.removeprefix("before-"), after=False)
    if HOW.startswith("after-"):
        die_at(HOW.removeprefix("after-"), after=True)
    app.MainWindow = Driven  # type: ignore[misc]
    sys.exit(app.main(["--detectors", "rules", *sys.argv[2:]]))
