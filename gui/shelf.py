"""The store of the queue, in the thread that its jobs run in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Keys, Worklist, home
from gui.jobs import Jobs

T = TypeVar("T")
_FORGET_FINISHED_AFTER: Final = timedelta(days=7)


class Shelf(QObject):
    """Asks the store in a job, and tells when it could not be asked.

    Args:
        jobs: whose one thread the store is opened and used in.
        folder: the user's data folder; None: where `DEID_HOME` says, or the system.

    Signals:
        failed: carries the `DeidError`.
    """

    failed = Signal(object)

    def __init__(self, jobs: Jobs, folder: Path | None = None) -> None:
        super().__init__()
        self._jobs = jobs
        self._folder = folder
        self._opened: Worklist | None = None

    def ask(
        self,
        work: Callable[[Worklist], T],
        then: Callable[[T], None] = lambda _: None,
        *,
        otherwise: Callable[[], None] = lambda: None,
    ) -> None:
        """Let the store do something, after all that it was asked before.

        Args:
            work: runs in the thread of the store.
            then: gets the result, in the thread of this object.
            otherwise: is called instead where the store cannot; that it cannot is told besides.
        """

        def fail(error: DeidError) -> None:
            self.failed.emit(error)
            otherwise()

        self._jobs.start(lambda: work(self._open()), then, fail)

    def close(self) -> None:
        """Do what was asked, then close the store. Nothing is delivered any more."""
        self._jobs.finish(self._close)

    def _open(self) -> Worklist:
        if self._opened is None:
            folder = self._folder if self._folder is not None else home()
            opened = Worklist.open(folder, keys=Keys.open(folder))
            opened.forget_finished(datetime.now(UTC) - _FORGET_FINISHED_AFTER)
            self._opened = opened
        return self._opened

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None
