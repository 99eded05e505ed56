# ruff: noqa: N802 - Qt gives methods their names
"""The marks of a note as a table that can be sorted and filtered."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, StrEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QSortFilterProxyModel,
    Qt,
)

from deid import Mark, MarkState, Policy
from gui.desk import is_replaced, is_uncertain, stays
from gui.views.chips import FADED_ROLE, LABEL_ROLE

Index = QModelIndex | QPersistentModelIndex
SORT_ROLE = Qt.ItemDataRole.UserRole + 3
_NO_INDEX = QModelIndex()


class Column(IntEnum):
    """The columns of the table."""

    STATE = 0
    TEXT = 1
    LABEL = 2
    SCORE = 3
    FOUND_BY = 4


_HEADERS = {
    Column.STATE: "",
    Column.TEXT: "Text",
    Column.LABEL: "Label",
    Column.SCORE: "Score",
    Column.FOUND_BY: "Found by",
}
_SIGNS = {
    MarkState.OPEN: "",
    MarkState.ACCEPTED: "✓",
    MarkState.CHANGED: "✎",
    MarkState.ADDED: "+",
    MarkState.REJECTED: "×",
    MarkState.DROPPED: "–",
}
_STATES = {
    MarkState.OPEN: "will be replaced",
    MarkState.ACCEPTED: "accepted",
    MarkState.CHANGED: "label changed",
    MarkState.ADDED: "added by you",
    MarkState.REJECTED: "rejected, stays in the text",
    MarkState.DROPPED: "not sure enough, stays in the text",
}
_FAMILIES = {
    "rule": "Rule",
    "model": "Model",
    "known": "Known identifier",
    "propagated": "Same words elsewhere",
    "presidio": "Presidio",
    "residual": "Check of the result",
    "reviewer": "You",
}


class Shown(StrEnum):
    """Which marks are listed."""

    REPLACED = "replaced"
    UNCERTAIN = "uncertain"
    REJECTED = "rejected"
    LEFT = "left"
    ALL = "all"

    def includes(self, mark: Mark, policy: Policy) -> bool:
        """Whether a mark is listed."""
        match self:
            case Shown.REPLACED:
                return is_replaced(mark, policy)
            case Shown.UNCERTAIN:
                return is_uncertain(mark, policy)
            case Shown.REJECTED:
                return mark.state is MarkState.REJECTED
            case Shown.LEFT:
                return mark.state is MarkState.DROPPED
            case Shown.ALL:
                return True


def sign(mark: Mark, policy: Policy) -> str:
    """The sign of a mark's state; a question mark where it wants a look."""
    return "?" if is_uncertain(mark, policy) else _SIGNS[mark.state]


def state_words(mark: Mark, policy: Policy) -> str:
    """What stands about a mark, in words."""
    words = _STATES[mark.state]
    if is_uncertain(mark, policy):
        words = "uncertain, will be replaced"
    elif mark.state.replaced and stays(mark, policy):
        words = "may stay under this policy"
    return QCoreApplication.translate("Findings", words)


def detector_words(detector: str, *, short: bool = False) -> str:
    """A detector's name for people: `rule:us/mrn@2` is `Rule us/mrn`, in short `us/mrn`."""
    family, _, rest = detector.partition(":")
    words = QCoreApplication.translate("Findings", _FAMILIES.get(family, family))
    if family not in {"rule", "presidio"} or not rest:
        return words
    name = rest.partition("@")[0]
    return name if short else f"{words} {name}"


class FindingsModel(QAbstractTableModel):
    """The marks of one note, in the order of its text."""

    def __init__(self, policy: Policy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._marks: tuple[Mark, ...] = ()
        self._text = ""
        self.policy = policy

    def show(self, marks: Sequence[Mark], text: str, policy: Policy) -> None:
        """List these marks of this text, as this policy treats them, instead."""
        self.beginResetModel()
        self._marks = tuple(marks)
        self._text = text
        self.policy = policy
        self.endResetModel()

    def mark(self, row: int) -> Mark:
        """The mark in a row."""
        return self._marks[row]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many marks there are."""
        return 0 if parent.isValid() else len(self._marks)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Titles of the columns."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(Column):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return QCoreApplication.translate("Findings", _HEADERS[Column(section)])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        if not index.isValid() or not 0 <= index.row() < len(self._marks):
            return None
        mark, column = self._marks[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(mark, column)
        if role == SORT_ROLE:
            return self._sort_key(mark, column)
        if role == LABEL_ROLE:
            return mark.finding.label.value if column is Column.LABEL else None
        if role == FADED_ROLE:
            return not is_replaced(mark, self.policy)
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            if column is Column.STATE:
                return state_words(mark, self.policy)
            return self._shown(mark, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is Column.STATE:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def _shown(self, mark: Mark, column: Column) -> str:
        match column:
            case Column.STATE:
                return sign(mark, self.policy)
            case Column.TEXT:
                return " ".join(mark.finding.span.of(self._text).split())
            case Column.LABEL:
                return mark.finding.label.value
            case Column.SCORE:
                return f"{mark.finding.score:.2f}"
            case Column.FOUND_BY:
                return detector_words(mark.finding.detector, short=True)

    def _sort_key(self, mark: Mark, column: Column) -> object:
        match column:
            case Column.STATE:
                return mark.finding.span.start
            case Column.SCORE:
                return mark.finding.score
            case _:
                return self._shown(mark, column).casefold()


class FindingsFilter(QSortFilterProxyModel):
    """The marks of one kind of state whose text, label or detector holds some words."""

    def __init__(self, model: FindingsModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._words: tuple[str, ...] = ()
        self.shown = Shown.REPLACED
        self.setSourceModel(model)
        self.setSortRole(SORT_ROLE)

    def list_only(self, shown: Shown, words: str) -> None:
        """List only these marks."""
        self.beginFilterChange()
        self.shown = shown
        self._words = tuple(words.casefold().split())
        self.endFilterChange()

    def filterAcceptsRow(self, row: int, parent: Index) -> bool:
        """Whether a mark is listed."""
        if not self.shown.includes(self._model.mark(row), self._model.policy):
            return False
        cells = (Column.TEXT, Column.LABEL, Column.FOUND_BY)
        line = " ".join(str(self._model.index(row, cell).data()) for cell in cells).casefold()
        return all(word in line for word in self._words)
