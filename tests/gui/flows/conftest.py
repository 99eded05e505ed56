"""The whole program in this process, with rules as detectors and a data folder of its own."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from deid import AuditLog, Deidentifier, DetectorChoice, home, load_policy
from deid.audit.records import Event
from deid.review import Review, to_json
from gui.appearance import Appearance
from gui.engine import Detectors, LogFile, NoteEngine
from gui.main_window import MainWindow
from gui.program import Program
from gui.settings import Settings

POLICY = load_policy("safe-harbor")
_NO_KEYS = Qt.KeyboardModifier.NoModifier
_BY_MOUSE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
        QEvent.Type.DragEnter,
        QEvent.Type.ContextMenu,
    }
)


class Flow(Program):
    """The program with its window, and the keys that are pressed at it."""

    def __init__(self, deidentifier: Deidentifier, appearance: Appearance, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        detectors = Detectors(lambda: deidentifier)
        super().__init__(
            NoteEngine(detectors),
            detectors,
            LogFile(),
            Settings(),
            policies=[POLICY, load_policy("everything")],
            policy=POLICY,
            reviewer="clerk",
            settled_after=0.05,
            slow=0.2,
        )
        self.window = MainWindow(self, appearance)
        qtbot.addWidget(self.window)
        self.window.show()
        self.come_back()
        self.start()
        self.settle()

    def settle(self) -> None:
        """Wait until no job is under way."""
        self.wait(lambda: not self.busy)

    def come_back(self) -> None:
        """Give the focus back to the window: on the screen of the tests no one else does."""
        self.window.activateWindow()
        self.wait(self.window.isActiveWindow)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Wait until something holds."""
        self.qtbot.waitUntil(condition, timeout=20_000)

    def press(self, key: Qt.Key, modifiers: Qt.KeyboardModifier = _NO_KEYS) -> None:
        """Press a key in whatever widget has the focus."""
        QTest.keyClick(focused(), key, modifiers)
        QApplication.processEvents()

    def control(self, key: Qt.Key, more: Qt.KeyboardModifier = _NO_KEYS) -> None:
        """Press a key together with Ctrl."""
        self.press(key, Qt.KeyboardModifier.ControlModifier | more)

    def type(self, words: str) -> None:
        """Type in whatever widget has the focus."""
        for letter in words:
            QTest.keyClicks(focused(), letter)
        QApplication.processEvents()


def focused() -> QWidget:
    """The widget that the keys go to."""
    found = QApplication.focusWidget()
    assert found is not None, "no widget has the focus"
    return found


class MouseWatch(QObject):
    """Lets nothing through that comes from a mouse, a finger or a pen, and remembers it."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[QEvent.Type] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt names it
        """Keep such events back."""
        if event.type() in _BY_MOUSE:
            self.seen.append(event.type())
            return True
        return False


@pytest.fixture(scope="session")
def deidentifier() -> Deidentifier:
    return Deidentifier.open(policy=POLICY, detectors=DetectorChoice.RULES)


@pytest.fixture(autouse=True)
def no_double_press(qapp: QApplication) -> Iterator[None]:
    """Keys come faster here than from people: none is meant as the second of a double press."""
    usual = qapp.doubleClickInterval()
    qapp.setDoubleClickInterval(0)
    yield
    qapp.setDoubleClickInterval(usual)


@pytest.fixture
def start(
    deidentifier: Deidentifier, appearance: Appearance, qtbot: QtBot
) -> Iterator[Callable[[], Flow]]:
    """Starts the program on the data folder of this test, after ending the one before."""
    made: list[Flow] = []

    def begin() -> Flow:
        for before in made:
            before.stop()
        made[:] = [Flow(deidentifier, appearance, qtbot)]
        return made[0]

    yield begin
    for last in made:
        last.stop()


@pytest.fixture
def flow(start: Callable[[], Flow]) -> Flow:
    return start()


@pytest.fixture
def no_mouse(qapp: QApplication) -> Iterator[MouseWatch]:
    """Keeps the mouse out; the test fails if it was used all the same."""
    watch = MouseWatch()
    qapp.installEventFilter(watch)
    yield watch
    qapp.removeEventFilter(watch)


@pytest.fixture
def logged() -> Callable[[], list[Event]]:
    """What stands in the log of this test's data folder, once that verifies."""

    def read() -> list[Event]:
        LogFile().verify()
        with AuditLog.open(home(), read_only=True) as log:
            return [record.event for record in log.records(0, log.size)]

    return read


@pytest.fixture
def stored() -> Callable[[Review], str]:
    """A review as it is kept, without the steps that led there: undoing is a step too."""
    return lambda review: to_json(replace(review, events=()))


@pytest.fixture
def spellings() -> Callable[[str], Iterator[bytes]]:
    """The bytes in which a name could stand in a file."""

    def spell(name: str) -> Iterator[bytes]:
        for cased in (name, name.casefold(), name.upper()):
            for raw in (cased.encode(), cased.encode("utf-16-le"), cased.encode("utf-16-be")):
                yield raw
                yield raw.hex().encode()
                for before in range(3):
                    # The first and last group of base64 also hold bits of what stands beside.
                    yield base64.b64encode(bytes(before) + raw)[4:-4]

    return spell


@pytest.fixture
def read_all() -> Callable[[Path], dict[Path, bytes]]:
    """The contents of all files below a folder."""
    return lambda folder: {p: p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
