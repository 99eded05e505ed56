"""Which row of the list of findings is looked at, and where one goes from there."""

from __future__ import annotations

from collections.abc import Hashable
from itertools import chain
from typing import NamedTuple

from PySide6.QtCore import QItemSelectionModel

from deid import Mark
from gui.tables.findings import Column, FindingsModel
from gui.tables.roles import Branch
from gui.views.findings_table import FindingsTable


class FindingsCursor:
    """The row that is looked at, and the rows that are selected with it."""

    def __init__(self, table: FindingsTable, model: FindingsModel) -> None:
        self._table = table
        self._model = model
        self._before: _Place | None = None
        self._row_before = 0
        self._has_left = False

    @property
    def row(self) -> int:
        """The row that is looked at; -1: none is."""
        return self._table.currentIndex().row()

    @property
    def mark(self) -> Mark | None:
        """The mark that is looked at; of a group, the one that most wants a look."""
        row = self.row
        return self._model.mark(row) if row >= 0 else None

    def selected(self) -> tuple[Mark, ...]:
        """All marks of all rows that are selected, in the order of the text."""
        rows = self._table.selectionModel().selectedRows()
        marks = chain.from_iterable(self._model.marks(index.row()) for index in rows)
        unique = {id(mark): mark for mark in marks}
        return tuple(sorted(unique.values(), key=lambda mark: mark.finding.span))

    def go_to(self, row: int) -> None:
        """Look at a row, and at no other."""
        index = self._model.index(row, Column.TEXT)
        chosen = self._table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        if index != self._table.currentIndex() or len(chosen.selectedRows()) != 1:
            chosen.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def go_to_mark(self, mark: Mark) -> None:
        """Look at this mark and at no other of its identity, if it is listed."""
        row = self._model.row_of(mark)
        if row is not None and self._model.branch(row) is Branch.CLOSED:
            self._model.set_open(row, opened=True)
            row = self._model.row_of(mark)
        if row is not None:
            self.go_to(row)

    def step(self, by: int) -> None:
        """Look at the next or the previous row, from the other end again after the last."""
        if self._model.rowCount():
            self.go_to((self.row + by) % self._model.rowCount())

    def go_to_uncertain(self, start: int) -> bool:
        """Look at the first row from here on that wants a look, from the beginning after the last.

        Returns:
            Whether there is one.
        """
        row = self._model.next_uncertain(start)
        if row is not None:
            self.go_to(row)
        return row is not None

    def go_on(self) -> None:
        """After a decision, look at the next row that wants a look; if none does, at the next.

        Where the decided row left the list, the next one is the one that has its place.
        """
        if self._model.rowCount():
            self.go_to(self._following(self.row))

    def remember(self) -> None:
        """Keep in mind what is looked at, before rows come and go."""
        row = self.row
        self._before = None
        if row >= 0:
            whole = self._model.branch(row) in {Branch.CLOSED, Branch.OPEN}
            key = self._model.key(row) if whole else None
            self._before = _Place(row, self._model.mark(row), key)

    def forget(self) -> None:
        """Keep nothing in mind: what comes is another note."""
        self._before = None

    def come_back(self, *, going_on: bool = False) -> bool:
        """Look at what was looked at, at what came in its place, or at what has its row now.

        Args:
            going_on: look at what `go_on` leads to from there, and at nothing in between: the list
                would scroll to a row that moved far away, and come back to show others.

        Returns:
            Whether another row is looked at than the one that was come back to.
        """
        row = self._row_to_come_back_to()
        at = self._following(row) if going_on and self._model.rowCount() else row
        self.go_to(at)
        return at != row

    def _row_to_come_back_to(self) -> int:
        before, self._before = self._before, None
        self._has_left = False
        self._row_before = before.row if before is not None else 0
        if before is None:
            return 0
        row = self._model.row_of_key(before.group) if before.group is not None else None
        if row is None:
            row = self._model.row_of(before.mark)
        if row is None:
            row = self._model.row_at(before.mark.finding.span)
        if row is None:
            self._has_left = True
            row = min(before.row, self._model.rowCount() - 1)
        return row

    def _following(self, row: int) -> int:
        """The row to look at after a decision on this one."""
        start = self._row_before
        if row == start and not self._has_left:
            start = self._model.row_behind(row)
        uncertain = self._model.next_uncertain(start)
        return uncertain if uncertain is not None else min(start, self._model.rowCount() - 1)


class _Place(NamedTuple):
    """A row that is looked at: where, which mark, and of which group if it is one."""

    row: int
    mark: Mark
    group: Hashable | None
