"""Long work over a folder of notes, one at a time, and the words that an officer may read of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Document, ExaminationStopped, Span, officer, stoppable
from gui.officer.beside import Stop
from gui.officer.desk_jobs import DeskJobs

T = TypeVar("T")
Say = Callable[[float], None]

_BEFORE: Final = 24


class FolderWork(QObject):
    """Work that is under way, or came to its end.

    Signals:
        changed: it began, went on or ended.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._stop: Stop | None = None
        self.part = 0.0
        """How far it is, 0 to 1."""
        self.error: DeidError | None = None
        """Why the last one came to nothing; None where it was only cancelled."""

    @property
    def running(self) -> bool:
        """Whether it is under way."""
        return self._stop is not None

    def start(self, work: Callable[[Say], T], done: Callable[[T], None]) -> None:
        """Begin, unless something is under way.

        Args:
            work: runs in a thread beside the window; told where to say how far it is. It is given
                up between two of its steps when it is cancelled.
            done: gets the result, in this object's thread.
        """
        if self.running:
            return
        self.part, self.error = 0.0, None
        self._stop = self._desk.beside.start(
            lambda _, stop, say: _stopping(work, stop, say),
            partial(self._end, done),
            self._fail,
            progress=self._go_on,
        )
        self.changed.emit()

    def cancel(self) -> None:
        """Give up what is under way, at once: a share that hangs is not waited for."""
        if self._stop is not None:
            self._desk.beside.give_up(self._stop)

    def _go_on(self, part: float) -> None:
        if self.running:
            self.part = part
            self.changed.emit()

    def _end(self, done: Callable[[T], None], result: T) -> None:
        self._stop = None
        done(result)
        self.changed.emit()

    def _fail(self, error: DeidError) -> None:
        self._stop = None
        self.error = None if isinstance(error, ExaminationStopped) else error
        self.changed.emit()


class Lines(QObject):
    """Words of outputs in their lines, there only while an officer's key is unlocked.

    Signals:
        changed: other lines are there, or none any more.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._places: tuple[tuple[Document, Span], ...] = ()
        self.lines: tuple[officer.outputs.ShownLine, ...] | None = None
        """One for each place; None where they may not be read."""
        desk.person_changed.connect(self._read)

    def want(self, places: Sequence[tuple[Document, Span]]) -> None:
        """Read the words at these places instead."""
        self._places = tuple(places)
        self._read()

    def _read(self) -> None:
        self.lines = None
        self.changed.emit()
        if officer.Permission.READ_VALUES in self._desk.permissions and self._places:
            places = self._places
            self._desk.start(
                lambda desk: officer.outputs.shown_lines(desk, places), partial(self._take, places)
            )

    def _take(
        self,
        places: tuple[tuple[Document, Span], ...],
        lines: tuple[officer.outputs.ShownLine, ...],
    ) -> None:
        may = officer.Permission.READ_VALUES in self._desk.permissions
        if places is self._places and may:
            self.lines = lines
            self.changed.emit()


def words_of(line: officer.outputs.ShownLine | None) -> str:
    """The words in their line, with so little before them that they are in sight in a narrow cell.

    Empty where they may not be read.
    """
    if line is None:
        return ""
    before = line.before.lstrip()
    if len(before) > _BEFORE:
        before = f"…{before[-_BEFORE:]}"
    return f"{before}⟦{line.words}⟧{line.behind.rstrip()}"


def _stopping(work: Callable[[Say], T], stop: Stop, say: Say) -> T:
    with stoppable(lambda: stop.asked):
        return work(say)
