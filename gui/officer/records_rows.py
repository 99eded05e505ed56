# ruff: noqa: N802 - Qt gives methods their names
"""The records that are listed as a table that reads what comes into sight."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from deid.officer.browsing import Row
from gui.officer.record_words import found_by, machine_words
from gui.officer.records_session import BLOCK, RecordsSession
from gui.tables import records
from gui.tables.headers import header
from gui.tables.roles import LABEL_ROLE
from gui.words import QT_TRANSLATE_NOOP

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX: Final = QModelIndex()
_SPOKEN: Final = frozenset({Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole})


class Column(IntEnum):
    """The columns of the table."""

    SEQ = 0
    TIME = 1
    USER = 2
    EVENT = 3
    LABEL = 4
    BY = 5
    RESULT = 6
    NOTE = 7
    MACHINE = 8


_HEADERS: Final = {
    Column.SEQ: QT_TRANSLATE_NOOP("Records", "No."),
    Column.TIME: QT_TRANSLATE_NOOP("Records", "Time"),
    Column.USER: QT_TRANSLATE_NOOP("Records", "User"),
    Column.EVENT: QT_TRANSLATE_NOOP("Records", "Event"),
    Column.LABEL: QT_TRANSLATE_NOOP("Records", "Label"),
    Column.BY: QT_TRANSLATE_NOOP("Records", "By"),
    Column.RESULT: QT_TRANSLATE_NOOP("Records", "Result"),
    Column.NOTE: QT_TRANSLATE_NOOP("Records", "Note"),
    Column.MACHINE: QT_TRANSLATE_NOOP("Records", "Machine"),
}
_OF_RECORD: Final = {
    Column.SEQ: records.Column.SEQ,
    Column.TIME: records.Column.TIME,
    Column.EVENT: records.Column.EVENT,
    Column.LABEL: records.Column.LABEL,
    Column.BY: records.Column.BY,
    Column.RESULT: records.Column.RESULT,
    Column.NOTE: records.Column.DOCUMENT,
}


class RecordRows(QAbstractTableModel):
    """The records of a session, the newest first; those not read yet are shown as such."""

    def __init__(self, session: RecordsSession, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._count = session.count
        session.changed.connect(self._renew)
        session.rows_read.connect(self._show_block)

    def row(self, number: int) -> Row | None:
        """The record in a row; None where it is not read yet."""
        return self._session.row(number) if 0 <= number < self._count else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many records are listed."""
        return 0 if parent.isValid() else self._count

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Titles of the columns."""
        titles = [QCoreApplication.translate("Records", _HEADERS[column]) for column in Column]
        return header(titles, section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        column = Column(index.column()) if index.isValid() else None
        if column is not None and role == Qt.ItemDataRole.ToolTipRole:
            role = Qt.ItemDataRole.DisplayRole
        if column is None or (role not in _SPOKEN and role != LABEL_ROLE):
            return None
        row = self.row(index.row())
        if role == LABEL_ROLE:
            label = records.label_of(row.record) if row is not None and row.record else None
            return label.value if label is not None and column is Column.LABEL else None
        if row is None:
            return "…" if column is Column.SEQ else ""
        return _shown(row, column, self._session.people)

    def _renew(self) -> None:
        self.beginResetModel()
        self._count = self._session.count
        self.endResetModel()

    def _show_block(self, block: int) -> None:
        first = self.index(block * BLOCK, 0)
        last = self.index(min((block + 1) * BLOCK, self._count) - 1, len(Column) - 1)
        if first.isValid() and last.isValid():
            self.dataChanged.emit(first, last)


def _shown(row: Row, column: Column, people: Mapping[str, str]) -> str:
    place, record = row.place, row.record
    if column is Column.USER:
        return place.user
    if column is Column.MACHINE:
        return machine_words(place.machine)
    if record is None:
        if column is Column.EVENT:
            return QCoreApplication.translate("Records", "Not at hand")
        return str(place.seq) if column is Column.SEQ else ""
    detector = getattr(record.event, "detector", None)
    if column is Column.BY and detector is not None:
        return found_by(str(detector))
    person = people.get(str(getattr(record.event, "person", "")))
    if column is Column.BY and person is not None:
        return person
    return records.cell_words(record, _OF_RECORD[column])
