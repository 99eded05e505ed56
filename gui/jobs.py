"""Work beside the user interface: the only place where threads are made."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from threading import Event, Thread
from time import monotonic
from typing import Final, TypeVar, cast

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from deid import DefectError, DeidError, describe, stoppable
from gui.precedence import Precedence

_LAST: Final = -1
# While a job computes, the window waits so long for its turn, again and again, instead of 5 ms.
_TURN_SECONDS: Final = 0.0005
_PARTING_SECONDS: Final = 5.0
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What became of one job; `error` is `None` when it went well."""

    ticket: int
    value: object
    error: DeidError | None


@dataclass(frozen=True, slots=True)
class _Receiver:
    done: Callable[[object], None]
    failed: Callable[[DeidError], None]


class Jobs(QObject):
    """A queue of jobs that one worker thread does in turn.

    Their results are delivered in the thread that this object lives in, so a receiver may touch
    widgets. No exception is lost: one that is not ours is told as a `DefectError` by its class
    alone, for its message might hold note text.

    Args:
        parent: owns it.
        precedence: what keys take before these jobs; None: their own.
    """

    _reported = Signal(object)

    def __init__(
        self, parent: QObject | None = None, *, precedence: Precedence | None = None
    ) -> None:
        super().__init__(parent)
        self._precedence = precedence if precedence is not None else Precedence(self)
        sys.setswitchinterval(_TURN_SECONDS)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        # One and the same thread for good, as database connections ask for.
        self._pool.setExpiryTimeout(-1)
        self._tickets = count()
        self._receivers: dict[int, _Receiver] = {}
        self._stopping = Event()
        self._reported.connect(self._deliver)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return bool(self._receivers)

    def start(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[DeidError], None],
        *,
        stale: Callable[[], bool] = lambda: False,
    ) -> None:
        """Queue a job.

        Args:
            work: runs in the worker thread; must touch no widget.
            done: gets the result, in this object's thread.
            failed: gets the error instead.
            stale: whether nobody waits for the result any more; asked in the worker thread, and
                what redacts or examines is given up then, with an `ExaminationStopped`.
        """
        ticket = next(self._tickets)
        self._receivers[ticket] = _Receiver(cast(Callable[[object], None], done), failed)
        self._pool.start(_Call(ticket, self._stoppable(work, stale), self._reported.emit))

    def give_way(self) -> None:
        """Let what redacts or examines rest until what is done now is painted."""
        self._precedence.take()

    def stop(self, last: Callable[[], object] = lambda: None) -> None:
        """Forget what is queued, give up what examines, and deliver nothing any more.

        What runs is waited for: an examination ends between two of its steps, all else when done.

        Args:
            last: runs in the worker thread after everything else.
        """
        self._stopping.set()
        self._pool.clear()
        self.finish(last)

    def finish(self, last: Callable[[], object] = lambda: None) -> None:
        """Do what is queued, wait for it, and deliver nothing any more.

        Args:
            last: runs in the worker thread after everything else.
        """
        self._receivers.clear()
        self._precedence.leave()
        self._pool.start(_Call(_LAST, last, lambda _: None))
        self._pool.waitForDone()

    def _stoppable(self, work: Callable[[], T], stale: Callable[[], bool]) -> Callable[[], T]:
        def asked() -> bool:
            self._precedence.rest()
            return self._stopping.is_set() or stale()

        def begin() -> T:
            with stoppable(asked):
                return work()

        return begin

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        _hand_on(self._receivers.pop(outcome.ticket, None), outcome)


def _hand_on(receiver: _Receiver | None, outcome: _Outcome) -> None:
    if receiver is None:
        return
    if outcome.error is None:
        receiver.done(outcome.value)
    else:
        receiver.failed(outcome.error)


class _Call(QRunnable):
    """A job in the pool."""

    def __init__(
        self, ticket: int, work: Callable[[], object], report: Callable[[_Outcome], None]
    ) -> None:
        super().__init__()
        self._ticket = ticket
        self._work = work
        self._report = report

    def run(self) -> None:
        """Do the work and report what became of it."""
        self._report(_run(self._ticket, self._work))


def _run(ticket: int, work: Callable[[], object]) -> _Outcome:
    try:
        return _Outcome(ticket, work(), None)
    except DeidError as error:
        return _Outcome(ticket, None, error)
    except BaseException as error:  # noqa: BLE001 - whatever it is, the user must be told
        return _Outcome(ticket, None, DefectError(f"{describe(error)}: please report it"))


class LooseJobs(QObject):
    """Jobs in threads of their own, none of which waits for another.

    They are for what may hang for minutes, such as a share that is away: one that nobody waits for
    any more is forgotten, and the end of the program does not wait long for it.

    Args:
        parent: owns it.
    """

    _reported = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tickets = count()
        self._receivers: dict[int, _Receiver] = {}
        self._threads: list[Thread] = []
        self._reported.connect(self._deliver)

    @property
    def busy(self) -> bool:
        """Whether a result is still to come."""
        return bool(self._receivers)

    def start(
        self, work: Callable[[], T], done: Callable[[T], None], failed: Callable[[DeidError], None]
    ) -> int:
        """Begin a job, and give its number.

        Args:
            work: runs in a thread of its own; must touch no widget.
            done: gets the result, in this object's thread.
            failed: gets the error instead.
        """
        ticket = next(self._tickets)
        self._receivers[ticket] = _Receiver(cast(Callable[[object], None], done), failed)
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = Thread(target=_report, args=(ticket, work, self._reported.emit), daemon=True)
        self._threads.append(thread)
        thread.start()
        return ticket

    def forget(self, ticket: int) -> None:
        """Wait for this job no longer."""
        self._receivers.pop(ticket, None)

    def stop(self) -> None:
        """Deliver nothing any more, and wait a little for what ends of itself."""
        self._receivers.clear()
        end = monotonic() + _PARTING_SECONDS
        for thread in self._threads:
            thread.join(max(end - monotonic(), 0))

    @Slot(object)
    def _deliver(self, outcome: _Outcome) -> None:
        _hand_on(self._receivers.pop(outcome.ticket, None), outcome)


def _report(ticket: int, work: Callable[[], object], report: Callable[[_Outcome], None]) -> None:
    outcome = _run(ticket, work)
    with suppress(RuntimeError):  # the window was closed meanwhile
        report(outcome)
