# ruff: noqa: N802 - Qt gives methods their names
"""The notes of the queue as a list that follows them without starting anew."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from deid import Item
from gui.tables.standing import (
    OF_STATE,
    Listed,
    Standing,
    isolated,
    item_name,
    origin_words,
    state_words,
)

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()

STATE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
"""The value of the `Standing` of a note."""

DETAIL_ROLE: Final = Qt.ItemDataRole.UserRole + 2
"""How it stands with a note and where it is from, in words."""

OPEN_ROLE: Final = Qt.ItemDataRole.UserRole + 3
"""Whether the note lies on the desk."""

translate: Final = QCoreApplication.translate
_MANY_CHANGES: Final = 60


class WorklistModel(QAbstractListModel):
    """The notes of the queue, or those that stand in one way, in the order of the queue.

    A listed note that is opened stays listed, however it then stands: it may be examined anew
    because it was opened, and must not leave the list below the hand that opened it.

    What changed is told row by row, so that a view keeps its place and its selection; where very
    much changed at once, as a reset.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._items: tuple[Item, ...] = ()
        self._examining: frozenset[int] = frozenset()
        self._standings: dict[int, Standing] = {}
        self._places: dict[int, int] = {}
        self._listed: list[Item] = []
        self._rows: dict[int, int] = {}
        self._open: int | None = None
        self._kept: int | None = None
        self.listed = Listed.ALL

    @property
    def counts(self) -> Mapping[Standing, int]:
        """How many notes of the queue stand in each way, listed or not."""
        return Counter(self._standings.values())

    def show(
        self,
        items: Sequence[Item],
        *,
        current: int | None = None,
        examining: Collection[int] = (),
    ) -> None:
        """List these notes instead.

        Args:
            items: the notes, in the order of the queue.
            current: id of the one on the desk.
            examining: ids of those that are being examined.
        """
        fresh, now = tuple(items), frozenset(examining)
        before, last_kept = self._standings, self._kept
        self._kept = current if current in self._rows else None
        opened = {self._open, current} if self._open != current else set()
        same = _are_the_same(self._items, fresh)
        if same:
            pairs = zip(self._items, fresh, strict=True)
            changed = {item.id for old, item in pairs if old is not item}
            changed |= self._examining ^ now
        else:
            self._places = {item.id: place for place, item in enumerate(fresh)}
            changed = set(self._places)
        self._items, self._open, self._examining = fresh, current, now
        changed &= self._places.keys()
        self._standings = (before if same else {}) | {
            key: self._stand(fresh[self._places[key]]) for key in changed
        }
        moved = changed | (opened & self._places.keys())
        if same and not any(self._comes_or_goes(key, before, last_kept) for key in moved):
            self._refresh(changed | opened)
        else:
            self._list(before, opened)

    def list_only(self, listed: Listed) -> None:
        """List only the notes that stand like this."""
        self.listed, self._kept = listed, None
        self._list(self._standings, set())

    def item(self, row: int) -> Item:
        """The note in a row."""
        return self._listed[row]

    def standing(self, key: int) -> Standing:
        """How it stands with the note of this id."""
        return self._standings[key]

    def row_of(self, key: int | None) -> int | None:
        """The row of the note with this id, if it is listed."""
        return None if key is None else self._rows.get(key)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many notes are listed."""
        return 0 if parent.isValid() else len(self._listed)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a row shows."""
        if not index.isValid() or not 0 <= index.row() < len(self._listed):
            return None
        item = self._listed[index.row()]
        # During a change a row may still hold a note that has left the queue.
        standing = self._standings.get(item.id, OF_STATE[item.state])
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return item_name(item)
            case Qt.ItemDataRole.AccessibleTextRole:
                return ", ".join(self._facts(item, standing))
            case Qt.ItemDataRole.ToolTipRole:
                return "<br>".join(html.escape(fact) for fact in self._facts(item, standing))
            case _ if role == STATE_ROLE:
                return standing.value
            case _ if role == DETAIL_ROLE:
                return f"{state_words(item, standing)} · {origin_words(item)}"
            case _ if role == OPEN_ROLE:
                return item.id == self._open
        return None

    def _facts(self, item: Item, standing: Standing) -> Iterator[str]:
        yield isolated(item_name(item))
        yield state_words(item, standing)
        if standing is Standing.REVIEW:
            yield translate("Worklist", "uncertain findings: {}").format(f"{item.uncertain:,}")
        yield origin_words(item)
        if item.id == self._open:
            yield translate("Worklist", "open now")

    def _list(self, before: Mapping[int, Standing], touched: set[int | None]) -> None:
        """Let the rows follow.

        Args:
            before: how the notes stood when they were listed last.
            touched: ids of notes whose row looks otherwise though they are the same.
        """
        standings = self._standings
        new = [
            item
            for item in self._items
            if self.listed.includes(standings[item.id]) or item.id == self._kept
        ]
        old_keys, new_keys = [item.id for item in self._listed], [item.id for item in new]
        moves = changed_rows(old_keys, new_keys)
        if moves is None:
            self.beginResetModel()
            self._take(new)
            self.endResetModel()
            return
        self._move(new, *moves)
        changed = [
            row
            for row, (old, item) in enumerate(zip(self._listed, new, strict=True))
            if item.id in touched
            or before.get(item.id) is not standings[item.id]
            or (old is not item and _face(old) != _face(item))
        ]
        self._take(new)
        self._tell_changed(changed)

    def _stand(self, item: Item) -> Standing:
        return Standing.EXAMINING if item.id in self._examining else OF_STATE[item.state]

    def _comes_or_goes(
        self, key: int | None, before: Mapping[int, Standing], last_kept: int | None
    ) -> bool:
        """Whether a note is listed now and was not, or the other way about."""
        if key is None:
            return False
        was = self.listed.includes(before[key]) or key == last_kept
        return was is not (self.listed.includes(self._standings[key]) or key == self._kept)

    def _refresh(self, keys: Collection[int | None]) -> None:
        """Let the rows of these notes, which all stay, show how they are now."""
        rows = sorted(row for row in map(self.row_of, keys) if row is not None)
        for row in rows:
            self._listed[row] = self._items[self._places[self._listed[row].id]]
        self._tell_changed(rows)

    def _tell_changed(self, rows: Sequence[int]) -> None:
        for run in runs(rows):
            self.dataChanged.emit(self.index(run.start), self.index(run.stop - 1))

    def _take(self, new: list[Item]) -> None:
        self._listed = new
        self._rows = {item.id: row for row, item in enumerate(new)}

    def _move(self, new: list[Item], removed: list[range], inserted: list[range]) -> None:
        for rows in reversed(removed):
            self.beginRemoveRows(_NO_INDEX, rows.start, rows.stop - 1)
            del self._listed[rows.start : rows.stop]
            self.endRemoveRows()
        for rows in inserted:
            self.beginInsertRows(_NO_INDEX, rows.start, rows.stop - 1)
            self._listed[rows.start : rows.start] = new[rows.start : rows.stop]
            self.endInsertRows()


def _are_the_same(old: Sequence[Item], new: Sequence[Item]) -> bool:
    """Whether these are the same notes in the same order, though they may stand otherwise."""
    return len(old) == len(new) and all(
        one is other or one.id == other.id for one, other in zip(old, new, strict=True)
    )


def changed_rows(old: Sequence[int], new: Sequence[int]) -> tuple[list[range], list[range]] | None:
    """Which rows to take out, last first, and which to put in then, first one first.

    Args:
        old: the ids that are listed, each once.
        new: those that shall be.

    Returns:
        Rows of `old` and rows of `new`; None if the order of those in both is another, or if the
        changes are so many that it is quicker to begin anew.
    """
    if old == new:
        return [], []
    stay, are_there = set(new), set(old)
    if [key for key in old if key in stay] != [key for key in new if key in are_there]:
        return None
    removed = runs([row for row, key in enumerate(old) if key not in stay])
    inserted = runs([row for row, key in enumerate(new) if key not in are_there])
    return (removed, inserted) if len(removed) + len(inserted) <= _MANY_CHANGES else None


def runs(rows: Sequence[int]) -> list[range]:
    """Ascending numbers as ranges without gaps."""
    found: list[range] = []
    for _, run in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        numbers = [row for _, row in run]
        found.append(range(numbers[0], numbers[-1] + 1))
    return found


def _face(item: Item) -> tuple[object, ...]:
    """What of a note is seen in its row."""
    return (item.uncertain, item.reason, item.name, item.origin)
