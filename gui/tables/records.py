# ruff: noqa: N802 - Qt gives methods their names
"""The records of the log as a table, newest first, and one record in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from deid import Label, Record, Span
from gui.tables.headers import header
from gui.tables.roles import LABEL_ROLE
from gui.tables.words import detector_words

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class Column(IntEnum):
    """The columns of the table."""

    SEQ = 0
    TIME = 1
    EVENT = 2
    LABEL = 3
    BY = 4
    RESULT = 5
    DOCUMENT = 6


_HEADERS = {
    Column.SEQ: "No.",
    Column.TIME: "Time",
    Column.EVENT: "Event",
    Column.LABEL: "Label",
    Column.BY: "By",
    Column.RESULT: "Result",
    Column.DOCUMENT: "Note",
}
_KINDS = {
    "session-opened": "Session opened",
    "policy-changed": "Policy changed",
    "model-changed": "Model changed",
    "measuring-changed": "Measuring changed",
    "document-read": "Note read",
    "redaction-made": "Redaction",
    "part-removed": "Part removed",
    "finding-dropped": "Left in the text",
    "review-acted": "Review",
    "review-finished": "Review finished",
    "reviewer-measured": "Reviewer measured",
    "document-committed": "Note saved",
    "document-refused": "Note refused",
    "exported": "Exported",
    "role-granted": "Role granted",
    "role-withdrawn": "Role withdrawn",
    "key-changed": "Key",
    "sample-drawn": "Sample drawn",
    "verdict-given": "Verdict",
    "sample-closed": "Sample closed",
    "value-revealed": "Values shown",
    "signed-off": "Signed off",
    "release-held": "Note held",
    "release-decided": "Held note decided",
    "archived": "Archived",
    "anchored": "Checkpoint taken out",
    "budget-set": "Training budget set",
    "training-started": "Training started",
    "training-ended": "Training ended",
    "model-evaluated": "Model evaluated",
    "leakage-measured": "Leakage measured",
    "model-decided": "Model decided",
}
_FINGERPRINT_DIGITS = 8
_RESULTS = (
    "operator", "reason", "act", "error", "role", "meaning", "decision", "outcome", "gate", "what",
    "place",
)  # fmt: skip


def event_words(record: Record) -> str:
    """What happened, in words."""
    return kind_words(record.event.kind)


def kind_words(kind: str) -> str:
    """What a kind of event is called."""
    return QCoreApplication.translate("Records", _KINDS.get(kind, kind))


def facts(record: Record) -> Iterator[tuple[str, str]]:
    """Everything that a record says, as names and values."""
    yield QCoreApplication.translate("Records", "number"), str(record.seq)
    yield QCoreApplication.translate("Records", "time"), record.time.isoformat()
    yield QCoreApplication.translate("Records", "session"), record.session
    yield QCoreApplication.translate("Records", "event"), record.event.kind
    for field in fields(record.event):
        value = getattr(record.event, field.name)
        if value is not None and value != "":
            yield field.name.replace("_", " "), _in_words(value)


def _in_words(value: object) -> str:
    if isinstance(value, Span):
        return f"{value.start} to {value.end}"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {count}" for name, count in value.items()) or "–"
    return str(value)


class RecordsModel(QAbstractTableModel):
    """Records of the log, or some of them, sorted: newest first unless asked otherwise."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._records: tuple[Record, ...] = ()
        self._listed: list[Record] = []
        self._words: tuple[str, ...] = ()
        self._order = (Column.SEQ, Qt.SortOrder.DescendingOrder)

    def show(self, records: Sequence[Record]) -> None:
        """List these records instead."""
        self._records = tuple(records)
        self._list()

    def list_only(self, words: str) -> None:
        """List only the records whose cells hold all of these words."""
        self._words = tuple(words.casefold().split())
        self._list()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column."""
        self._order = (Column(column), order)
        self._list()

    def record(self, row: int) -> Record:
        """The record in a row."""
        return self._listed[row]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many records are listed."""
        return 0 if parent.isValid() else len(self._listed)

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
        if not index.isValid() or not 0 <= index.row() < len(self._listed):
            return None
        record, column = self._listed[index.row()], Column(index.column())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            return cell_words(record, column)
        if role == LABEL_ROLE and column is Column.LABEL:
            label = label_of(record)
            return label.value if label is not None else None
        return None

    def _list(self) -> None:
        column, order = self._order
        self.beginResetModel()
        self._listed = [record for record in self._records if self._is_listed(record)]
        reverse = order is Qt.SortOrder.DescendingOrder
        self._listed.sort(key=lambda record: _sort_key(record, column), reverse=reverse)
        self.endResetModel()

    def _is_listed(self, record: Record) -> bool:
        if not self._words:
            return True
        line = " ".join(cell_words(record, column) for column in Column).casefold()
        return all(word in line for word in self._words)


def _sort_key(record: Record, column: Column) -> tuple[str, int]:
    by_number = column in {Column.SEQ, Column.TIME}
    return ("" if by_number else cell_words(record, column).casefold(), record.seq)


def cell_words(record: Record, column: Column) -> str:
    """What a column shows of a record."""
    match column:
        case Column.SEQ:
            return str(record.seq)
        case Column.TIME:
            return record.time.astimezone().strftime("%Y-%m-%d %H:%M:%S")
        case Column.EVENT:
            return event_words(record)
        case Column.LABEL:
            label = label_of(record)
            return label.value if label is not None else ""
        case Column.BY:
            return _by(record)
        case Column.RESULT:
            return _result(record)
        case Column.DOCUMENT:
            fingerprint = str(getattr(record.event, "document", ""))
            return fingerprint.rpartition(":")[2][:_FINGERPRINT_DIGITS]


def label_of(record: Record) -> Label | None:
    """The label that a record is about, if any."""
    for name in ("label", "label_after", "label_before"):
        found = getattr(record.event, name, None)
        if isinstance(found, Label):
            return found
    return None


def _by(record: Record) -> str:
    event = record.event
    detector = getattr(event, "detector", None)
    if detector is not None:
        return detector_words(str(detector), short=True)
    for name in ("reviewer", "user", "name", "person"):
        who = getattr(event, name, None)
        if who:
            return str(who)
    return ""


def _result(record: Record) -> str:
    event = record.event
    for name in _RESULTS:
        found = getattr(event, name, None)
        if found is not None:
            return str(found)
    count = getattr(event, "redactions", None)
    if count is None:
        return ""
    if count == 1:
        return QCoreApplication.translate("Records", "1 redaction")
    return QCoreApplication.translate("Records", "{} redactions").format(count)
