"""Examines the notes that wait in the queue, one at a time, beside the note on the desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Protocol

from PySide6.QtCore import QObject

from deid import (
    DeidError,
    Finding,
    FolderChoice,
    Item,
    ItemState,
    Policy,
    Resolution,
    Standard,
    Worklist,
    review,
)
from gui.desk import Note, Withhold
from gui.files import ManyNotes
from gui.jobs import Jobs
from gui.messages import told
from gui.progress import Pace
from gui.queue import Queue
from gui.session import Session
from gui.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Waiting:
    """A note to examine.

    Attributes:
        item: its id in the queue.
        path: where it lies.
        policy: under which policy.
        patient: the key under which its stand-ins stay the same.
        part: its number in the list that its file is; None: it is the whole file.
    """

    item: int
    path: Path = field(repr=False)
    policy: Policy
    patient: str = field(default="", repr=False)
    part: int | None = None


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
    """What the notes of the queue need besides detectors; it is asked in their own thread."""

    def prepare(
        self, path: Path, policy: Policy, *, patient: str = "", part: int | None = None
    ) -> tuple[Note, bytes]:
        """Read a note, and draw its seed."""

    def stamp(self, policy: Policy) -> str:
        """Digest of the rules, the model and the policy."""

    def withholding(self, note: Note) -> Withhold:
        """What chooses the findings of a note that its reviewer is not shown."""

    def refuse(self, note: Note, error: DeidError) -> None:
        """Record that a note was refused."""


class Backlog(QObject):
    """Examines one waiting note after another, and keeps what was found.

    Args:
        engine: reads notes and records refusals.
        find: finds the identifiers of a note.
        queue: whose notes wait.
        session: the note on the desk is left to it; its policy and threshold hold.
        shelf: keeps the reviews that begin.
        jobs: a queue of jobs for this alone, so that a long note on the desk holds up nothing.
        reviewer: id of the person at the window.
    """

    def __init__(
        self,
        engine: Preparer,
        find: Callable[[Note, Policy, bytes], Resolution],
        queue: Queue,
        session: Session,
        shelf: Shelf,
        *,
        jobs: Jobs,
        reviewer: str,
    ) -> None:
        super().__init__()
        self.paused = False
        self._engine = engine
        self._find = find
        self._queue = queue
        self._session = session
        self._shelf = shelf
        self._jobs = jobs
        self._reviewer = reviewer
        self._pace = Pace()
        self._working_on: int | None = None
        queue.changed.connect(self.go_on)
        session.state_changed.connect(self.go_on)

    def pause(self, paused: bool) -> None:
        """Examine no more waiting notes, or go on."""
        self.paused = paused
        self._queue.changed.emit()

    def go_on(self) -> None:
        """Examine the first note that waits, unless one is being examined."""
        ready = self._session.detectors is not None and not self.paused
        if not ready or self._working_on is not None:
            return
        for item in self._waiting():
            if item.path and item.id != self._queue.current:
                self._working_on = item.id
                self._queue.choice(item.path.parent, partial(self._begin, item.id, item.path))
                return

    @property
    def working_on(self) -> int | None:
        """Id of the note that is being examined."""
        return self._working_on

    @property
    def progress(self) -> tuple[int, int, float | None]:
        """How many notes were examined, of how many, and the seconds that the rest takes."""
        total, waiting = len(self._queue.items), list(self._waiting())
        left = self._pace.seconds_left(
            characters=sum(item.length for item in waiting),
            unread=sum(not item.length for item in waiting),
        )
        return total - len(waiting), total, left

    def _waiting(self) -> Iterator[Item]:
        # Asked for after each act: of ten thousand notes, finding this each time takes too long.
        state = ItemState.WAITING
        return (item for item in self._queue.items.values() if item.state is state)

    def _begin(self, item: int, path: Path, choice: FolderChoice | None) -> None:
        patient = choice.patient if choice is not None else ""
        listed = self._queue.items.get(item)
        part = listed.part if listed is not None else None
        waiting = Waiting(item, path, self._session.policy_of(choice), patient, part)
        self._jobs.start(
            partial(self._prepare, waiting),
            partial(self._prepared, waiting),
            partial(self._refused, waiting),
        )

    def _prepare(self, waiting: Waiting) -> _Prepared:
        engine, policy = self._engine, waiting.policy
        note, seed = engine.prepare(
            waiting.path, policy, patient=waiting.patient, part=waiting.part
        )
        return note, seed, engine.stamp(policy), engine.withholding(note)

    def _prepared(self, waiting: Waiting, prepared: _Prepared) -> None:
        note, seed, stamp, withhold = prepared
        begun = monotonic()

        def find() -> Found:
            resolution = self._find(note, waiting.policy, seed)
            withheld = withhold(resolution, waiting.policy)
            return Found(waiting, note, resolution, stamp, monotonic() - begun, withheld)

        self._jobs.start(find, self._found, partial(self._not_examined, waiting, note))

    def _found(self, found: Found) -> None:
        """Keep what was found, unless the note is gone or came to the desk meanwhile."""
        item = self._still_waiting(found.waiting)
        self._working_on = None
        self._pace = self._pace.after(len(found.note.document.text), found.seconds)
        if item is None:
            self.go_on()
        else:
            self._keep(item, found)

    def _keep(self, item: Item, found: Found) -> None:
        policy, note = found.waiting.policy, found.note
        state = review.begin(
            note.document, found.resolution, reviewer=self._reviewer, withheld=found.withheld
        )

        def keep(store: Worklist) -> None:
            # Another window may have gone on with the note meanwhile.
            if store.item(item.id).state is ItemState.WAITING:
                store.keep_review(item.id, state, content=note.content, made_with=found.stamp)

        self._shelf.ask(keep)
        standard = Standard(policy, self._session.standard.certain_from)
        tally = standard.tally(state.marks)
        self._queue.change(
            item.id,
            state=ItemState.REVIEW if tally.uncertain else ItemState.READY,
            length=len(note.document.text),
            marks=tally.replaced,
            uncertain=tally.uncertain,
            policy=policy.name,
            certain_from=standard.certain_from,
        )

    def _not_examined(self, waiting: Waiting, note: Note, error: DeidError) -> None:
        self._jobs.start(
            partial(self._engine.refuse, note, error),
            lambda _: self._refused(waiting, error),
            lambda worse: self._refused(waiting, worse),
        )

    def _refused(self, waiting: Waiting, error: DeidError) -> None:
        item = self._still_waiting(waiting)
        self._working_on = None
        if item is None:
            self.go_on()
        elif isinstance(error, ManyNotes):
            self._queue.split(item.id, error.count, lambda _: None)
        else:
            self._queue.change(item.id, state=ItemState.REFUSED, reason=told(error))

    def _still_waiting(self, waiting: Waiting) -> Item | None:
        item = self._queue.items.get(waiting.item)
        if item is None or item.id == self._queue.current or item.state is not ItemState.WAITING:
            return None
        return item
