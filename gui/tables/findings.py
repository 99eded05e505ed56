# ruff: noqa: N802 - Qt gives methods their names
"""The findings of a note as a table whose rows can be grouped by identity, sorted and filtered.

The rows are flat: those of an opened group follow its own. A tree view asks a model for every row
again after each that comes or goes, which with thousands of findings takes too long.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from deid import Mark, Span, Standard, review
from gui.places import Places
from gui.tables.headers import header
from gui.tables.listing import Block, Column, Listing, Order, Shown
from gui.tables.roles import BRANCH_ROLE, COUNT_ROLE, FADED_ROLE, LABEL_ROLE, Branch
from gui.tables.summary import Summary, summarise
from gui.tables.words import say
from gui.words import QT_TRANSLATE_NOOP

__all__ = [
    "Column",
    "FindingsModel",
    "Order",
    "Shown",
]

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()

_HEADERS: Final = {
    Column.STATE: "",
    Column.TEXT: QT_TRANSLATE_NOOP("Findings", "Text"),
    Column.LABEL: QT_TRANSLATE_NOOP("Findings", "Label"),
    Column.CERTAINTY: QT_TRANSLATE_NOOP("Findings", "Sure"),
    Column.FOUND_BY: QT_TRANSLATE_NOOP("Findings", "Found by"),
}
_HEADER_TIPS: Final = {
    Column.STATE: QT_TRANSLATE_NOOP("Findings", "State; sorts by place in the note"),
    Column.TEXT: QT_TRANSLATE_NOOP("Findings", "What was found; sorts by its words"),
    Column.LABEL: QT_TRANSLATE_NOOP("Findings", "What kind of identifier it is"),
    Column.CERTAINTY: QT_TRANSLATE_NOOP(
        "Findings", "How sure it is that this is an identifier, and of its label, 0 to 1"
    ),
    Column.FOUND_BY: QT_TRANSLATE_NOOP("Findings", "Which detector found it"),
}


_COLUMNS: Final = tuple(Column)

# A view asks for more roles of a cell than there is an answer to.
_ROLES: Final = frozenset(
    {
        *(int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)),
        *(int(Qt.ItemDataRole.AccessibleTextRole),),
        *(int(LABEL_ROLE), int(FADED_ROLE), int(BRANCH_ROLE), int(COUNT_ROLE)),
    }
)
_HEADER_ROLES: Final = frozenset(
    {
        *(int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)),
        *(int(Qt.ItemDataRole.AccessibleTextRole), int(Qt.ItemDataRole.TextAlignmentRole)),
    }
)


class Row(NamedTuple):
    """A row: a block, or one mark below an opened one."""

    block: Block
    mark: Mark | None


class FindingsModel(QAbstractTableModel):
    """The findings of one note, or some of them."""

    def __init__(self, standard: Standard, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listing = Listing(standard)
        self._rows: list[Row] = []
        self._opened: set[Hashable] = set()
        self._summaries: dict[Hashable, tuple[Block, Summary]] = {}
        self.places = Places()

    # What is listed

    @property
    def shown(self) -> Shown:
        """Which kind of marks is listed."""
        return self._listing.shown

    @property
    def order(self) -> Order:
        """By what the rows are sorted."""
        return self._listing.order

    @property
    def grouped(self) -> bool:
        """Whether marks of one identity are in one row."""
        return self._listing.grouped

    @property
    def standard(self) -> Standard:
        """What tells which marks are replaced, and which want a look."""
        return self._listing.standard

    @property
    def counts(self) -> Mapping[Shown, int]:
        """How many marks of each kind there are, listed or not."""
        return self._listing.counts

    def show(
        self,
        marks: Sequence[Mark],
        text: str,
        standard: Standard,
        *,
        change: review.Change | None = None,
    ) -> None:
        """List these marks of this text; where few changed, only their rows change."""
        listing = self._listing
        if text == listing.text and standard == listing.standard:
            self._change(marks, change)
            return
        if text != listing.text:
            self._opened.clear()
        self.beginResetModel()
        listing.fill(marks, text, standard)
        self._lay_out_anew()

    def list_only(self, shown: Shown, words: str) -> None:
        """List only marks of this kind whose text, label or detector hold these words."""
        self.beginResetModel()
        self._listing.list_only(shown, words)
        self._lay_out_anew()

    def set_grouped(self, grouped: bool) -> None:
        """Put marks of one identity in one row, or each in its own."""
        if grouped != self._listing.grouped:
            self.beginResetModel()
            self._listing.grouped = grouped
            self._listing.relist()
            self._lay_out_anew()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; the first one stands for the order of the text."""
        wanted = Order(Column(column), order is Qt.SortOrder.DescendingOrder)
        if wanted != self._listing.order:
            self.beginResetModel()
            self._listing.order = wanted
            self._listing.relist()
            self._lay_out_anew()

    # Rows

    def mark(self, row: int) -> Mark:
        """The mark in a row; of a group, the one that most wants a look."""
        block, mark = self._rows[row]
        return mark or self._summary(block).lead

    def marks(self, row: int) -> tuple[Mark, ...]:
        """The marks that an act on this row concerns."""
        block, mark = self._rows[row]
        return (mark,) if mark is not None else block.marks

    def branch(self, row: int) -> Branch:
        """Whether a row is a group, and whether that is opened."""
        block, mark = self._rows[row]
        if mark is not None:
            return Branch.PART
        if len(block.marks) == 1:
            return Branch.NONE
        return Branch.OPEN if block.key in self._opened else Branch.CLOSED

    def next_uncertain(self, start: int) -> int | None:
        """The first row from here on with a mark that is uncertain, from the beginning at last.

        An open group is none, as its marks have rows of their own.
        """
        # Where there is none, thousands of rows need not be asked.
        count = self.rowCount() if self.counts[Shown.UNCERTAIN] else 0
        is_uncertain = self.standard.is_uncertain
        for ahead in range(count):
            row = (start + ahead) % count
            block, mark = self._rows[row]
            if mark is not None:
                if is_uncertain(mark):
                    return row
            elif any(map(is_uncertain, block.marks)) and self.branch(row) is not Branch.OPEN:
                return row
        return None

    def row_of(self, mark: Mark) -> int | None:
        """The row of a mark: its own, or that of its closed group."""
        key = self._listing.key(mark)
        block = self._listing.blocks.get(key)
        if block is None:
            return None
        same = [at for at, other in enumerate(block.marks) if other.finding == mark.finding]
        if not same:
            return None
        first = self._first_row(block)
        return first + 1 + same[0] if self.branch(first) is Branch.OPEN else first

    def row_at(self, span: Span) -> int | None:
        """The row of a listed mark that overlaps a range, of several the first in the text."""
        rows = (self.row_of(mark) for mark in self._listing.overlapping(span))
        return next((row for row in rows if row is not None), None)

    def mark_at(self, span: Span) -> Mark | None:
        """A mark that overlaps a range, listed or not; rather one that is replaced."""
        marks = sorted(self._listing.overlapping(span), key=lambda mark: not mark.state.replaced)
        return marks[0] if marks else None

    def row_behind(self, row: int) -> int:
        """The row that follows a row, and the marks of its group if it is one."""
        if self.branch(row) is Branch.OPEN:
            return row + 1 + len(self._rows[row].block.marks)
        return row + 1

    def row_of_group(self, row: int) -> int:
        """The row of the group that a row belongs to; itself if to none."""
        return self._first_row(self._rows[row].block)

    def row_of_key(self, key: Hashable) -> int | None:
        """The row of the group with this key."""
        block = self._listing.blocks.get(key)
        return None if block is None else self._first_row(block)

    def key(self, row: int) -> Hashable:
        """What a group keeps while its marks change."""
        return self._rows[row].block.key

    def set_open(self, row: int, *, opened: bool) -> None:
        """Show the marks of a group in rows of their own below it, or hide these."""
        block = self._rows[row].block
        if self.branch(row) is not (Branch.CLOSED if opened else Branch.OPEN):
            return
        first, last = row + 1, row + len(block.marks)
        if opened:
            self.beginInsertRows(_NO_INDEX, first, last)
            self._opened.add(block.key)
            self._rows[first:first] = self._rows_of(block)[1:]
            self.endInsertRows()
        else:
            self.beginRemoveRows(_NO_INDEX, first, last)
            self._opened.discard(block.key)
            del self._rows[first : last + 1]
            self.endRemoveRows()
        self._redraw(row, row)

    @property
    def come(self) -> tuple[Mark, ...]:
        """The marks that came with the last act."""
        return self._listing.come

    def copies(self, mark: Mark) -> int:
        """How many other marks of the same words are replaced."""
        return self._listing.copies(mark)

    def mention(self, mark: Mark) -> str:
        """The words of a mark, in one line."""
        return self._listing.mention(mark.finding.span)

    def summary(self, row: int) -> Summary | None:
        """What stands about the marks of a group together; None where a row is no group."""
        block, mark = self._rows[row]
        return None if mark is not None or len(block.marks) == 1 else self._summary(block)

    def face(self, row: int) -> Hashable:
        """What is seen of a row: those that look the same have the same."""
        told = self._told(row)
        branch = self.branch(row) if self.grouped else None
        return told.cells, told.label, told.faded, branch, len(self.marks(row))

    # What Qt asks for

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Titles of the columns."""
        if role not in _HEADER_ROLES:
            return None
        titles = [say(_HEADERS[column]) if _HEADERS[column] else "" for column in Column]
        tips = [say(_HEADER_TIPS[column]) for column in Column]
        return header(titles, section, orientation, role, tips=tips)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        if role not in _ROLES or not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row, column = index.row(), _COLUMNS[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._told(row).cells[column]
        if role == LABEL_ROLE:
            return self._told(row).label.value if column is Column.LABEL else None
        if role == FADED_ROLE:
            return self._told(row).faded
        if role == BRANCH_ROLE:
            return int(self.branch(row)) if self.grouped and column is Column.TEXT else None
        if role == COUNT_ROLE:
            return len(self.marks(row)) if column is Column.TEXT else None
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            return self._said(row, column)
        return None

    # Within

    def _said(self, row: int, column: Column) -> str:
        """What is read out of a cell; of a finding also from which place of the file it is."""
        told = self._told(row)
        said = told.said(column)
        place = self.places.at(told.lead.finding.span.start) if self.places else ""
        return f"{said}, {place}" if column is Column.TEXT and place else said

    def _told(self, row: int) -> Summary:
        block, mark = self._rows[row]
        if mark is None:
            return self._summary(block)
        return summarise(self._listing.mention(mark.finding.span), (mark,), self.standard)

    def _summary(self, block: Block) -> Summary:
        known = self._summaries.get(block.key)
        # While rows go, a view may still ask for what a block was before.
        if known is None or known[0] is not block:
            known = block, summarise(block.title, block.marks, self.standard)
            self._summaries[block.key] = known
        return known[1]

    def _lay_out_anew(self) -> None:
        blocks = sorted(self._listing.blocks.values(), key=lambda block: block.rank)
        self._rows = [row for block in blocks for row in self._rows_of(block)]
        self._summaries.clear()
        self.endResetModel()

    def _rows_of(self, block: Block) -> list[Row]:
        rows = [Row(block, None)]
        if len(block.marks) > 1 and block.key in self._opened:
            rows += [Row(block, mark) for mark in block.marks]
        return rows

    def _change(self, marks: Sequence[Mark], change: review.Change | None) -> None:
        changed = self._listing.change(marks, change)
        if changed is None:
            self.beginResetModel()
            self._lay_out_anew()
            return
        for old, new in changed:
            self._replace(old, new)

    def _replace(self, old: Block | None, new: Block | None) -> None:
        """Let one block stand for another."""
        if old is not None and new is None:
            self._summaries.pop(old.key, None)
        if old is not None and new is not None and old.rank == new.rank:
            self._refresh(old, new)
            return
        if old is not None:
            first = self._first_row(old)
            self._remove(first, first + len(self._rows_of(old)))
        if new is not None:
            self._insert(self._first_row(new), self._rows_of(new))

    def _refresh(self, old: Block, new: Block) -> None:
        """Let a block that has its place already have these marks."""
        first = self._first_row(old)
        before, after = self._rows_of(old), self._rows_of(new)
        same = _same_ends(before, after)
        self._remove(first + same[0], first + len(before) - same[1])
        self._insert(first + same[0], after[same[0] : len(after) - same[1]])
        self._rows[first : first + len(after)] = after
        self._redraw(first, first + len(after) - 1)

    def _remove(self, start: int, end: int) -> None:
        if start < end:
            self.beginRemoveRows(_NO_INDEX, start, end - 1)
            del self._rows[start:end]
            self.endRemoveRows()

    def _insert(self, at: int, rows: list[Row]) -> None:
        if rows:
            self.beginInsertRows(_NO_INDEX, at, at + len(rows) - 1)
            self._rows[at:at] = rows
            self.endInsertRows()

    def _redraw(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(Column) - 1))

    def _first_row(self, block: Block) -> int:
        return bisect_left(self._rows, block.rank, key=lambda row: row.block.rank)


def _same_ends(before: list[Row], after: list[Row]) -> tuple[int, int]:
    """How many rows at the beginning and at the end are of the same findings."""
    most = min(len(before), len(after))
    start = 1
    while start < most and _finding(before[start]) == _finding(after[start]):
        start += 1
    end = 0
    while end < most - start and _finding(before[-1 - end]) == _finding(after[-1 - end]):
        end += 1
    return start, end


def _finding(row: Row) -> object:
    return row.mark.finding if row.mark is not None else None
