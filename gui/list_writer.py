"""Writes a file of several notes once all of them are reviewed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Item, ItemState, Policy, Worklist
from gui.desk import Note, Reviewed, Saved, Unfinished
from gui.jobs import Jobs
from gui.queue import HELD, Queue
from gui.shelf import Shelf


@dataclass(frozen=True, slots=True)
class Complete:
    """A file all of whose notes are reviewed.

    Attributes:
        items: the notes in the queue, in their order.
        path: of the file.
        policy: they were reviewed under.
        target: where the redacted file goes.
    """

    items: tuple[Item, ...]
    path: Path = field(repr=False)
    policy: Policy
    target: Path = field(repr=False)


class ListEngine(Protocol):
    """What is done with a whole list. Both may take long and are called in a job."""

    def listed(self, path: Path, policy: Policy) -> Sequence[Note]:
        """All notes of a file."""

    def save_list(
        self, path: Path, reviewed: Sequence[Reviewed], policy: Policy, target: Path
    ) -> None:
        """Log the redactions of all of them, then write the file."""


class ListWriter(QObject):
    """Writes files of several notes.

    Args:
        engine: redacts and writes.
        jobs: where that is done: those of the note on the desk.
        queue: whose notes they are.
        shelf: keeps their reviews.

    Signals:
        written: carries a `Saved`.
        failed: carries the `DeidError`; then nothing was written.
    """

    written = Signal(object)
    failed = Signal(object)

    def __init__(self, engine: ListEngine, jobs: Jobs, queue: Queue, shelf: Shelf) -> None:
        super().__init__()
        self._engine = engine
        self._jobs = jobs
        self._queue = queue
        self._shelf = shelf
        self._writing: set[Path] = set()

    def write(self, complete: Complete) -> None:
        """Write a file, unless that is under way."""
        if complete.path in self._writing:
            return
        self._writing.add(complete.path)
        self._jobs.start(
            partial(self._engine.listed, complete.path, complete.policy),
            partial(self._read, complete),
            partial(self._fail, complete),
        )

    def _read(self, complete: Complete, notes: Sequence[Note]) -> None:
        """Ask for the reviews as they were kept, once where the file goes is kept too."""
        ask = partial(
            self._shelf.ask,
            partial(_reviews, items=complete.items, notes=notes),
            partial(self._write, complete),
            otherwise=partial(self._writing.discard, complete.path),
        )
        # What is told of the note on the desk meanwhile would take it back.
        beside = (item.id for item in complete.items if item.id != self._queue.current)
        self._queue.announce(next(beside, complete.items[0].id), complete.target, ask)

    def _write(self, complete: Complete, found: tuple[Sequence[Reviewed], list[int]]) -> None:
        reviewed, gone = found
        if gone:
            numbers = ", ".join(str(part + 1) for part in gone[:10])
            words = f"the file changed: look at these of its notes once more: {numbers}"
            self._fail(complete, Unfinished(words, gone))
            return
        path, policy, target = complete.path, complete.policy, complete.target
        self._jobs.start(
            partial(self._engine.save_list, path, reviewed, policy, target),
            partial(self._wrote, complete, reviewed),
            partial(self._fail, complete),
        )

    def _wrote(self, complete: Complete, reviewed: Sequence[Reviewed], _: None) -> None:
        self._writing.discard(complete.path)
        held, target = complete.policy.holds, complete.target
        for item in complete.items:
            reason = HELD if held else ""
            self._queue.change(item.id, state=ItemState.DONE, target=target, reason=reason)
        self._queue.pass_over(target)
        marks = (mark for one in reviewed for mark in one.review.marks)
        replaced = sum(mark.state.replaced for mark in marks)
        self.written.emit(Saved(target, replaced, held=held))

    def _fail(self, complete: Complete, error: DeidError) -> None:
        """Say what stopped it; notes that are to be looked at once more want that."""
        self._writing.discard(complete.path)
        parts = error.parts if isinstance(error, Unfinished) else ()
        for item in complete.items:
            if item.part in parts:
                self._queue.change(item.id, state=ItemState.REVIEW)
        self.failed.emit(error)


def _reviews(
    store: Worklist, *, items: Sequence[Item], notes: Sequence[Note]
) -> tuple[Sequence[Reviewed], list[int]]:
    """The reviews of notes as they were kept, and which notes have none, or one of another text."""
    found: list[Reviewed] = []
    gone: list[int] = []
    for item, note in zip(items, notes, strict=False):
        kept = store.review(item.id, note.document, content=note.content)
        if kept is None:
            gone.append(item.part or 0)
        else:
            standard = item.certain_from if item.certain_from is not None else 1.0
            found.append(Reviewed(kept.review, kept.content, kept.made_with, standard))
    return found, gone
