"""Examines the notes that wait in the queue, one at a time, beside the note on the desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Finding, Policy, Resolution
from gui.desk import Note, Withhold
from gui.jobs import Jobs


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note to examine.

    Attributes:
        item: its id in the queue.
        path: where it lies.
        policy: under which policy.
        patient: the key under which its stand-ins stay the same.
    """

    item: int
    path: Path = field(repr=False)
    policy: Policy
    patient: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Found:
    """What the examination of a waiting note gave.

    Attributes:
        waiting: the note, as it was asked for.
        note: as it was read.
        resolution: its identifiers.
        stamp: digest of what they were found with.
        seconds: how long it took.
        withheld: those of the identifiers that the reviewer is not shown.
    """

    waiting: Waiting
    note: Note
    resolution: Resolution
    stamp: str
    seconds: float
    withheld: tuple[Finding, ...] = ()


_Prepared = tuple[Note, bytes, str, Withhold]


class Preparer(Protocol):
    """What is done in the thread of the note on the desk: it owns the log and the keys."""

    def prepare(self, path: Path, policy: Policy, *, patient: str = "") -> tuple[Note, bytes]:
        """Read a note, and draw its seed."""

    def stamp(self, policy: Policy) -> str:
        """Digest of the rules, the model and the policy."""

    def withholding(self, note: Note) -> Withhold:
        """What chooses the findings of a note that its reviewer is not shown."""

    def refuse(self, note: Note, error: DeidError) -> None:
        """Record that a note was refused."""


class Backlog(QObject):
    """Examines one waiting note after another.

    Args:
        engine: reads notes and records refusals, in `desk_jobs`.
        examine: finds the identifiers of a note, in `own_jobs`; it must need no database.
        desk_jobs: the queue of the note on the desk, which is never held up for long.
        own_jobs: a queue for examinations alone.

    Signals:
        found: carries a `Found`.
        refused: carries the `Waiting` and the `DeidError`.
    """

    found = Signal(object)
    refused = Signal(object, object)

    def __init__(
        self,
        engine: Preparer,
        examine: Callable[[Note, Policy, bytes], Resolution],
        *,
        desk_jobs: Jobs,
        own_jobs: Jobs,
    ) -> None:
        super().__init__()
        self._engine = engine
        self._examine = examine
        self._desk_jobs = desk_jobs
        self._own_jobs = own_jobs
        self.working_on: Waiting | None = None

    def examine(self, waiting: Waiting) -> None:
        """Examine this note; only when nothing else is being examined."""
        self.working_on = waiting
        self._desk_jobs.start(
            partial(self._prepare, waiting),
            partial(self._prepared, waiting),
            partial(self._not_found, waiting),
        )

    def _prepare(self, waiting: Waiting) -> _Prepared:
        engine, policy = self._engine, waiting.policy
        note, seed = engine.prepare(waiting.path, policy, patient=waiting.patient)
        return note, seed, engine.stamp(policy), engine.withholding(note)

    def _prepared(self, waiting: Waiting, prepared: _Prepared) -> None:
        note, seed, stamp, withhold = prepared
        begun = monotonic()

        def find() -> Found:
            resolution = self._examine(note, waiting.policy, seed)
            withheld = withhold(resolution, waiting.policy)
            return Found(waiting, note, resolution, stamp, monotonic() - begun, withheld)

        self._own_jobs.start(find, self._end, partial(self._not_examined, waiting, note))

    def _end(self, found: Found) -> None:
        self.working_on = None
        self.found.emit(found)

    def _not_examined(self, waiting: Waiting, note: Note, error: DeidError) -> None:
        self._desk_jobs.start(
            partial(self._engine.refuse, note, error),
            lambda _: self._not_found(waiting, error),
            lambda worse: self._not_found(waiting, worse),
        )

    def _not_found(self, waiting: Waiting, error: DeidError) -> None:
        self.working_on = None
        self.refused.emit(waiting, error)
