"""Work beside the officer's desk: long, or with folders that may not answer."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final, TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from deid import DeidError, ExaminationStopped
from gui.jobs import LooseJobs

T = TypeVar("T")
_SLOW_MS: Final = 1500
"""A folder that has not answered by then may not for minutes."""


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


@dataclass(frozen=True, slots=True)
class Waiting:
    """What lies elsewhere and does not answer.

    Attributes:
        what: the file or folder.
        stop: of the work that waits for it, see `DeskJobs.give_up`.
    """

    what: str
    stop: Stop


class Beside(QObject):
    """Jobs that need nobody's key, each by itself, so that one that hangs keeps no other waiting.

    Args:
        home: the data folder.
        parent: owns it.

    Signals:
        failed: carries the `DeidError` of work whose caller does not take it.
        waits: carries a `Waiting`: what is elsewhere does not answer.
        reached: carries the `Stop` of work that waits no more.
    """

    failed = Signal(object)
    waits = Signal(object)
    reached = Signal(object)
    _told = Signal(object)

    def __init__(self, home: Path, parent: QObject) -> None:
        super().__init__(parent)
        self._home = home
        self._jobs = LooseJobs(self)
        self._stops: dict[Stop, tuple[int, Callable[[DeidError], None]]] = {}
        self._told.connect(_call)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return self._jobs.busy

    def start(
        self,
        work: Callable[[Path, Stop, Callable[[float], None]], T],
        done: Callable[[T], None],
        failed: Callable[[DeidError], None] | None = None,
        *,
        progress: Callable[[float], None] = lambda _: None,
    ) -> Stop:
        """Do something long that needs the data folder.

        Args:
            work: runs in another thread than that of the desk. It gets the data folder, what tells
                whether it is still wanted, and where to say how far it is, 0 to 1.
            done: gets the result, in this object's thread.
            failed: gets the error instead; None: it is told by the signal `failed`.
            progress: gets how far it is, in this object's thread.
        """
        stop, home, tell = Stop(), self._home, self._told.emit

        def say(part: float) -> None:
            if not stop.asked:
                tell(partial(progress, part))

        def take(answer: T) -> None:
            self._stops.pop(stop, None)
            done(answer)

        def refuse(error: DeidError) -> None:
            self._stops.pop(stop, None)
            (failed or self.failed.emit)(error)

        ticket = self._jobs.start(lambda: work(home, stop, say), take, refuse)
        self._stops[stop] = ticket, refuse
        return stop

    def reach(
        self,
        what: str,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[DeidError], None] | None = None,
    ) -> Stop:
        """Do something beside the desk with what lies elsewhere and may not answer.

        Args:
            what: the file or folder, to be named where it does not answer.
            work: runs in a thread of its own.
            done: gets the result, in this object's thread.
            failed: gets the error instead; None: it is told by the signal `failed`.
        """
        waits = QTimer(self, singleShot=True, interval=_SLOW_MS)

        def end() -> None:
            waits.stop()
            waits.deleteLater()
            self.reached.emit(stop)

        def take(answer: T) -> None:
            end()
            done(answer)

        def refuse(error: DeidError) -> None:
            end()
            (failed or self.failed.emit)(error)

        stop = self.start(lambda _home, _stop, _say: work(), take, refuse)
        waits.timeout.connect(lambda: self.waits.emit(Waiting(what, stop)))
        waits.start()
        return stop

    def give_up(self, stop: Stop) -> None:
        """Wait no longer for work beside the desk: it fails now; what it still gives is lost."""
        stop.ask()
        ticket, refuse = self._stops.get(stop, (None, None))
        if ticket is not None and refuse is not None:
            self._jobs.forget(ticket)
            refuse(
                ExaminationStopped(
                    "there was no answer, and it was given up: connect the drive or share, and "
                    "try again"
                )
            )

    def touch(
        self,
        path: Path,
        then: Callable[[], None],
        failed: Callable[[DeidError], None] | None = None,
    ) -> Stop:
        """Go on once a file or folder elsewhere answers, whatever it says."""
        return self.reach(str(path), lambda: _touch(path), lambda _: then(), failed)

    def ask_all(self) -> None:
        """Want none of it any longer."""
        for stop in self._stops:
            stop.ask()
        self._stops.clear()

    def stop(self) -> None:
        """Let nothing come any more; what hangs is not waited for."""
        self.ask_all()
        self._jobs.stop()


def _touch(path: Path) -> None:
    """Wait until a file and the folder that it is to lie in answer, whatever they say."""
    for one in (path.parent, path):
        with suppress(OSError):
            os.stat(one)  # noqa: PTH116 - plainly one question


def _call(tell: Callable[[], None]) -> None:
    tell()
