"""What was done in all notes, in order, to be taken back and done again without limit (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from deid.review import Act, Step


@dataclass(frozen=True, slots=True)
class Entry:
    """An act in one note.

    Attributes:
        item: id of the note in the worklist.
        act: what was done there.
    """

    item: int
    act: Act


@dataclass(frozen=True, slots=True)
class History:
    """The acts that stand and those that were taken back, over all notes.

    Attributes:
        done: what stands, oldest first.
        undone: what was taken back, oldest first; the last is done again first.
    """

    done: tuple[Entry, ...] = ()
    undone: tuple[Entry, ...] = ()

    def push(self, item: int, act: Act) -> Self:
        """The history after an act; what was taken back can no longer be done again."""
        return type(self)((*self.done, Entry(item, act)))

    def undo(self) -> tuple[Self, Entry]:
        """The history with its last act taken back, and that act.

        Raises:
            ValueError: there is nothing to take back.
        """
        if not self.done:
            raise ValueError("nothing to take back")
        entry = self.done[-1]
        return type(self)(self.done[:-1], (*self.undone, entry)), entry

    def redo(self) -> tuple[Self, Entry]:
        """The history with the act that was taken back last done again, and that act.

        Raises:
            ValueError: there is nothing to do again.
        """
        if not self.undone:
            raise ValueError("nothing to do again")
        entry = self.undone[-1]
        return type(self)((*self.done, entry), self.undone[:-1]), entry

    def forget(self, items: Iterable[int]) -> Self:
        """The history without the acts in these notes."""
        gone = frozenset(items)
        return type(self)(
            tuple(entry for entry in self.done if entry.item not in gone),
            tuple(entry for entry in self.undone if entry.item not in gone),
        )


def fold(steps: Iterable[tuple[int, Act | None, Step]]) -> History:
    """The history that these steps made.

    Args:
        steps: id of the note, act and which way it went, oldest first. An act of None was
            forgotten with its review; like any other it keeps what was taken back before it
            from being done again.
    """
    done: list[tuple[int, Act | None]] = []
    undone: list[tuple[int, Act | None]] = []
    for item, act, step in steps:
        if step is Step.UNDONE:
            _take_last(done, item)
            undone.append((item, act))
        else:
            if step is Step.REDONE:
                _take_last(undone, item)
            else:
                undone.clear()
            done.append((item, act))
    return History(_entries(done), _entries(undone))


def _take_last(entries: list[tuple[int, Act | None]], item: int) -> None:
    for at in range(len(entries) - 1, -1, -1):
        if entries[at][0] == item:
            del entries[at]
            return


def _entries(kept: Iterable[tuple[int, Act | None]]) -> tuple[Entry, ...]:
    return tuple(Entry(item, act) for item, act in kept if act is not None)
