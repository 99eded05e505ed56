"""Counts anew how many findings are uncertain in the notes that are not on the desk."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Final

from PySide6.QtCore import QObject

from deid import Item, ItemState, Policy, Standard
from gui.queue import Queue
from gui.session import Session
from gui.shelf import Shelf

# What is decided on the desk meanwhile is kept between two of these.
_AT_ONCE: Final = 16
_EXAMINED: Final = (ItemState.REVIEW, ItemState.READY)


class Recount(QObject):
    """Lets the queue follow the certainty from which on a finding needs no look.

    Args:
        queue: whose notes are counted.
        session: its threshold holds; the note on the desk is left to it.
        shelf: reads the reviews, a few at a time, and only those whose count may be another.
    """

    def __init__(self, queue: Queue, session: Session, shelf: Shelf) -> None:
        super().__init__()
        self._queue = queue
        self._session = session
        self._shelf = shelf
        # Each is counted once: another window may count by another threshold.
        self._seen: set[int] = set()
        self._counting = False

    def begin(self) -> None:
        """Count by the present threshold, also where that is under way by another one."""
        self._seen.clear()
        self._go_on()

    def _go_on(self) -> None:
        if self._counting:
            return
        asked = dict(islice(self._wanted(), _AT_ONCE))
        if asked:
            self._counting = True
            self._seen |= asked.keys()
            before = {id_: self._queue.items[id_] for id_ in asked}
            self._shelf.ask(
                lambda store: store.recount(asked),
                lambda items: self._counted(before, items),
                otherwise=self._not_counted,
            )

    def _wanted(self) -> Iterator[tuple[int, Standard]]:
        certain_from = self._session.standard.certain_from
        policies = {policy.name: policy for policy in self._session.policies}
        for item in self._queue.items.values():
            policy: Policy | None = policies.get(item.policy)
            mine = item.id != self._queue.current and item.id not in self._seen
            if mine and policy is not None and is_affected(item, certain_from):
                yield item.id, Standard(policy, certain_from)

    def _counted(self, before: dict[int, Item], items: tuple[Item, ...]) -> None:
        """Take over what was counted, but of notes that came to stand otherwise meanwhile."""
        present = self._queue.items
        same = [item for item in items if present.get(item.id) == before[item.id]]
        self._queue.put(*(item for item in same if item.id != self._queue.current))
        self._not_counted()

    def _not_counted(self) -> None:
        self._counting = False
        self._go_on()


def is_affected(item: Item, certain_from: float) -> bool:
    """Whether another number of findings of a note may be uncertain by this threshold.

    Args:
        item: the note, with what was counted last.
        certain_from: the threshold by which to count, 0 to 1.
    """
    if item.state not in _EXAMINED or item.saving is not None:
        return False
    if item.certain_from is None:
        return True
    if certain_from > item.certain_from:
        return item.uncertain < item.marks
    return certain_from < item.certain_from and item.uncertain > 0
