"""What is shown of the log: the presenter between `deid.audit` and the log's view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Record, Verified
from gui.jobs import Jobs

NEWEST: Final = 20_000
"""How many records are listed at most; older ones are read with the command line."""


@dataclass(frozen=True, slots=True)
class Pages:
    """The newest records, oldest of them first, and how many there are in all."""

    records: tuple[Record, ...]
    size: int


class LogReader(Protocol):
    """What the window asks of the log. Every method may take long and is called in a job."""

    def newest(self, limit: int) -> Pages:
        """The newest records."""

    def verify(self) -> Verified:
        """Check the whole log.

        Raises:
            VerificationFailed: it does not agree with itself.
        """


class LogSession(QObject):
    """The records of the log, and what verifying it said.

    Signals:
        records_changed: other records are listed.
        state_changed: a verification began, ended or is outdated.
        failed: carries the `DeidError` for which the records could not be read.
    """

    records_changed = Signal()
    state_changed = Signal()
    failed = Signal(object)

    def __init__(self, reader: LogReader, jobs: Jobs) -> None:
        super().__init__()
        self.records: Sequence[Record] = ()
        self.size = 0
        self.verifying = False
        self.verified: Verified | None = None
        self.broken: DeidError | None = None
        self._reader = reader
        self._jobs = jobs

    def reload(self) -> None:
        """Read the newest records."""
        self._jobs.start(lambda: self._reader.newest(NEWEST), self._read, self.failed.emit)

    def verify(self) -> None:
        """Check the whole log, then read it anew."""
        if self.verifying:
            return
        self.verifying, self.verified, self.broken = True, None, None
        self.state_changed.emit()
        self._jobs.start(self._reader.verify, self._found_whole, self._found_broken)
        self.reload()

    def _read(self, pages: Pages) -> None:
        if pages.size != self.size:
            self.verified = None
        self.records, self.size = pages.records, pages.size
        self.records_changed.emit()
        self.state_changed.emit()

    def _found_whole(self, verified: Verified) -> None:
        self.verifying, self.verified = False, verified
        self.size = verified.size
        self.state_changed.emit()

    def _found_broken(self, error: DeidError) -> None:
        self.verifying, self.broken = False, error
        self.state_changed.emit()
