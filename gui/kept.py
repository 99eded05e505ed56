"""What was done to the notes of the queue: kept as it happens, undone over all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from deid import Act, Entry, History, Item, KeptReview, Review, Step, Worklist, WorklistUnusable
from gui.desk import Note, Recalled
from gui.session import Session
from gui.shelf import Shelf


class Place(Protocol):
    """Which note of the queue lies on the desk."""

    @property
    def current(self) -> int | None:
        """Its id; None where the desk is empty, or holds what is not in the queue yet."""

    def came(self, item: Item, *, here: bool) -> None:
        """What was typed is in the queue now, and on the desk if it is still `here`."""

    def is_settled(self, item: int) -> bool:
        """Whether nothing more is to be done to it: its copy was saved, or it waits for others."""

    def announce(self, target: Path, then: Callable[[], None]) -> None:
        """Keep where the result of the note on the desk will be saved, then go on."""

    def open(self, item: int) -> None:
        """Bring another one to the desk."""


class Kept(QObject):
    """Keeps the steps of the review on the desk, and takes them back (a `Keeper`).

    Signals:
        changed: what may be undone or done again changed.
    """

    changed = Signal()

    def __init__(self, session: Session, shelf: Shelf, place: Place) -> None:
        super().__init__()
        self.history = History()
        self._session = session
        self._shelf = shelf
        self._place = place
        self._then: Callable[[], None] | None = None
        # Steps that the store could not take, by note; only the thread of the store touches them.
        self._owed: dict[int, list[tuple[Act, Step]]] = {}
        session.keeper = self
        session.examined.connect(self._examined)
        session.failed.connect(self._give_up)

    def load(self, history: History) -> None:
        """Take over what was done before the program was started."""
        self.history = history
        self.changed.emit()

    def forget(self, items: Iterable[int]) -> None:
        """Forget what was done to notes that go."""
        self.history = self.history.forget(items)
        self.changed.emit()

    def undo(self) -> None:
        """Take back what was done last, on whichever note that was."""
        self._go(Step.UNDONE)

    def redo(self) -> None:
        """Do again what was taken back last."""
        self._go(Step.REDONE)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self.history.done)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to do again."""
        return bool(self.history.undone)

    @property
    def decided(self) -> frozenset[int]:
        """Ids of the notes to which something was done that stands."""
        return frozenset(entry.item for entry in self.history.done)

    @property
    def in_review(self) -> frozenset[int]:
        """Ids of the notes to which something was done that stands or can be done again."""
        return frozenset(entry.item for entry in (*self.history.done, *self.history.undone))

    def recall(self, note: Note, then: Callable[[Recalled | None], None]) -> None:
        """Hand over the review that was kept of the note on the desk."""
        item = self._place.current
        if item is None:
            text = note.document.text
            self._shelf.ask(
                lambda store: store.add_text(text),
                partial(self._came, note, then),
                otherwise=lambda: then(None),
            )
        else:
            released = self._place.is_settled(item)
            self._shelf.ask(
                partial(self._read, item=item, note=note),
                lambda kept: then(_recalled(kept, released=released)),
                otherwise=lambda: then(None),
            )

    def keep(self, note: Note, review: Review, stamp: str) -> None:
        """Keep a review that an examination began; what was done before cannot be undone."""
        item = self._place.current
        if item is not None:
            self.history = self.history.forget([item])
            self._shelf.ask(
                partial(self._begin, item=item, review=review, content=note.content, stamp=stamp)
            )
            self.changed.emit()

    def keep_step(self, act: Act, step: Step) -> None:
        """Keep what was done or undone."""
        item = self._place.current
        if item is not None:
            if step is Step.DONE:
                self.history = self.history.push(item, act)
            self._shelf.ask(partial(self._add, item=item, act=act, step=step))
            self.changed.emit()

    def announce(self, target: Path, then: Callable[[], None]) -> None:
        """Keep where the result will be saved, then go on: a kill may come right after it was."""
        self._place.announce(target, then)

    def _came(self, note: Note, then: Callable[[Recalled | None], None], item: Item) -> None:
        self._place.came(item, here=self._session.note is note)
        then(None)

    # In the thread of the store

    def _begin(
        self, store: Worklist, *, item: int, review: Review, content: str, stamp: str
    ) -> None:
        self._owed.pop(item, None)
        store.keep_review(item, review, content=content, made_with=stamp)

    def _add(self, store: Worklist, *, item: int, act: Act, step: Step) -> None:
        """Keep a step, after those that could not be kept before."""
        self._owed.setdefault(item, []).append((act, step))
        self._pay(store, item)

    def _pay(self, store: Worklist, item: int) -> None:
        owed = self._owed.get(item, [])
        while owed:
            store.keep_step(item, *owed[0])
            del owed[0]

    def _read(self, store: Worklist, *, item: int, note: Note) -> KeptReview | None:
        with suppress(WorklistUnusable):  # was told when they were to be kept
            self._pay(store, item)
        self._owed.pop(item, None)
        return store.review(item, note.document, content=note.content)

    # In the thread of the window

    def _go(self, step: Step) -> None:
        """Undo or redo one act, on the note that it was done to."""
        history = self.history
        if not (history.done if step is Step.UNDONE else history.undone):
            return
        after, entry = history.undo() if step is Step.UNDONE else history.redo()
        if entry.item != self._place.current:
            self._place.open(entry.item)
            self._then = partial(self._go_here, entry, step)
        elif self._session.reviewable:
            self.history = after
            self._session.step(entry.act, step)

    def _go_here(self, wanted: Entry, step: Step) -> None:
        """Go the step, unless the note had to be examined anew: then there is none any more."""
        history = self.history.done if step is Step.UNDONE else self.history.undone
        if self._place.current == wanted.item and history[-1:] == (wanted,):
            self._go(step)

    def _examined(self) -> None:
        then, self._then = self._then, None
        if then is not None:
            then()

    def _give_up(self) -> None:
        self._then = None


def _recalled(kept: KeptReview | None, *, released: bool) -> Recalled | None:
    if kept is None:
        return None
    return Recalled(kept.review, kept.made_with, released=released)
