"""Work on the officer's desk beside the user interface."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Event
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from deid import DeidError, VerificationFailed, officer
from gui.jobs import Jobs

T = TypeVar("T")

Sitting = tuple[officer.KnownPerson | None, frozenset[officer.Permission]]
"""Whose key is unlocked, and what that person may do."""


class Stop:
    """Tells long work that it is no longer wanted."""

    def __init__(self) -> None:
        self._event = Event()

    def ask(self) -> None:
        """Want it no longer."""
        self._event.set()

    @property
    def asked(self) -> bool:
        """Whether the work should end soon; what asks it decides how."""
        return self._event.is_set()


class DeskJobs(QObject):
    """The desk of one data folder, used by one thread; and room for long work beside it.

    Args:
        home: the data folder.

    Signals:
        person_changed: somebody unlocked a key, or it was locked again.
        log_changed: something was written to the log here.
        failed: carries the `DeidError` of work whose caller does not take it.
        stopped: nothing is under way any more, and nothing will be: let go of what was opened.
    """

    person_changed = Signal()
    log_changed = Signal()
    failed = Signal(object)
    stopped = Signal()
    _told = Signal(object)

    def __init__(self, home: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.home = home
        self.person: officer.KnownPerson | None = None
        """Whose key is unlocked."""
        self.permissions: frozenset[officer.Permission] = frozenset()
        """What that person may do."""
        self._desk: officer.Desk | None = None
        self._jobs, self._beside = Jobs(self), Jobs(self)
        self._stops: set[Stop] = set()
        self._told.connect(_call)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._jobs.busy or self._beside.busy

    def start(
        self,
        work: Callable[[officer.Desk], T],
        done: Callable[[T], None],
        failed: Callable[[DeidError], None] | None = None,
    ) -> None:
        """Do something at the desk.

        Args:
            work: runs in the thread of the desk; must touch no widget.
            done: gets the result, in this object's thread.
            failed: gets the error instead; None: it is told by the signal `failed`.
        """
        self._jobs.start(
            lambda: self._at_desk(work),
            partial(self._finish, done),
            partial(self._fail, failed or self.failed.emit),
        )

    def start_beside(
        self,
        work: Callable[[Path, Stop, Callable[[float], None]], T],
        done: Callable[[T], None],
        failed: Callable[[DeidError], None] | None = None,
        *,
        progress: Callable[[float], None] = lambda _: None,
    ) -> Stop:
        """Do something long that needs the data folder but nobody's key.

        Args:
            work: runs in another thread than that of the desk. It gets the data folder, what tells
                whether it is still wanted, and where to say how far it is, 0 to 1.
            done: gets the result, in this object's thread.
            failed: gets the error instead; None: it is told by the signal `failed`.
            progress: gets how far it is, in this object's thread.
        """
        stop = Stop()
        self._stops.add(stop)

        def say(part: float) -> None:
            self._told.emit(partial(progress, part))

        def take(answer: T) -> None:
            self._stops.discard(stop)
            done(answer)

        def refuse(error: DeidError) -> None:
            self._stops.discard(stop)
            (failed or self.failed.emit)(error)

        self._beside.start(lambda: work(self.home, stop, say), take, refuse)
        return stop

    def unlock(
        self,
        person: str,
        pin: str,
        *,
        done: Callable[[], None],
        failed: Callable[[DeidError], None],
    ) -> None:
        """Take out a person's key; one that was out before is put away.

        Args:
            person: id of the person.
            pin: protects the key.
            done: called when it is out.
            failed: gets the error, such as that of a wrong PIN.
        """
        self.start(lambda desk: desk.unlock(person, pin), lambda _: done(), failed)

    def lock(self) -> None:
        """Put the key away."""
        self.start(lambda desk: desk.lock(), lambda _: None)

    def stop(self) -> None:
        """Sign the log, and let nothing come any more."""
        for stop in self._stops:
            stop.ask()
        self._jobs.stop(self._close)
        self._beside.stop()
        self.stopped.emit()

    def _at_desk(self, work: Callable[[officer.Desk], T]) -> tuple[T, bool, Sitting]:
        """What the work gives, whether it wrote to the log, and who sits there now."""
        if self._desk is None:
            self._desk = officer.Desk.open(self.home)
        size = self._desk.log.size
        answer = work(self._desk)
        return answer, self._desk.log.size != size, _sitting(self._desk)

    def _finish(self, done: Callable[[T], None], found: tuple[T, bool, Sitting]) -> None:
        answer, wrote, sitting = found
        self._sit(sitting)
        done(answer)
        if wrote:
            self.log_changed.emit()

    def _fail(self, failed: Callable[[DeidError], None], error: DeidError) -> None:
        # A PIN that is refused puts away the key that was out before.
        desk = self._desk
        if desk is not None:
            self._jobs.start(lambda: _sitting(desk), self._sit, self.failed.emit)
        failed(error)

    def _sit(self, sitting: Sitting) -> None:
        if sitting != (self.person, self.permissions):
            self.person, self.permissions = sitting
            self.person_changed.emit()

    def _close(self) -> None:
        if self._desk is not None:
            self._desk.close()
            self._desk = None


def _sitting(desk: officer.Desk) -> Sitting:
    person = desk.person
    if person is None:
        return None, frozenset()
    known = officer.KnownPerson(person.id, person.name)
    try:
        return known, desk.roles().permissions(person.id)
    except VerificationFailed:  # what the page does next says so
        return known, frozenset()


def _call(tell: Callable[[], None]) -> None:
    tell()
