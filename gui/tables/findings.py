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
    Qt,
)

from deid import Mark, MarkState, Policy, Span
from gui.desk import is_replaced, is_uncertain, stays
from gui.views.chips import FADED_ROLE, LABEL_ROLE

Index = QModelIndex | QPersistentModelIndex
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
    """The marks of one note, or some of them, sorted.

    It sorts and filters by itself: a proxy would ask for every cell of every mark, each time.
    """

    def __init__(self, policy: Policy, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shown = Shown.REPLACED
        self._marks: tuple[Mark, ...] = ()
        self._listed: list[Mark] = []
        self._rows: dict[Span, int] = {}
        self._text = ""
        self._policy = policy
        self._words: tuple[str, ...] = ()
        self._order = (Column.STATE, Qt.SortOrder.AscendingOrder)

    def show(self, marks: Sequence[Mark], text: str, policy: Policy) -> None:
        """List these marks of this text, as this policy treats them, instead."""
        self._marks = tuple(marks)
        self._text = text
        self._policy = policy
        self._list()

    def list_only(self, shown: Shown, words: str) -> None:
        """List only marks of this kind whose text, label or detector hold these words."""
        self.shown = shown
        self._words = tuple(words.casefold().split())
        self._list()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; the first one stands for the order of the text."""
        self._order = (Column(column), order)
        self._list()

    def mark(self, row: int) -> Mark:
        """The mark in a row."""
        return self._listed[row]

    def row_of(self, span: Span) -> int | None:
        """The row of the mark with this range, or of one that overlaps it."""
        if span in self._rows:
            return self._rows[span]
        spans = (other for other in self._rows if other.overlaps(span))
        return next((self._rows[other] for other in spans), None)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many marks are listed."""
        return 0 if parent.isValid() else len(self._listed)

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
        if not index.isValid() or not 0 <= index.row() < len(self._listed):
            return None
        mark, column = self._listed[index.row()], Column(index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self._shown(mark, column)
        if role == LABEL_ROLE:
            return mark.finding.label.value if column is Column.LABEL else None
        if role == FADED_ROLE:
            return not is_replaced(mark, self._policy)
        if role in {Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole}:
            if column is Column.STATE:
                return state_words(mark, self._policy)
            return self._shown(mark, column)
        if role == Qt.ItemDataRole.TextAlignmentRole and column is Column.STATE:
            return Qt.AlignmentFlag.AlignCenter
        return None

    def _shown(self, mark: Mark, column: Column) -> str:
        match column:
            case Column.STATE:
                return sign(mark, self._policy)
            case Column.TEXT:
                return " ".join(mark.finding.span.of(self._text).split())
            case Column.LABEL:
                return mark.finding.label.value
            case Column.SCORE:
                return f"{mark.finding.score:.2f}"
            case Column.FOUND_BY:
                return detector_words(mark.finding.detector, short=True)

    def _list(self) -> None:
        column, order = self._order
        self.beginResetModel()
        self._listed = [mark for mark in self._marks if self._is_listed(mark)]
        reverse = order is Qt.SortOrder.DescendingOrder
        self._listed.sort(key=lambda mark: self._sort_key(mark, column), reverse=reverse)
        self._rows = {mark.finding.span: row for row, mark in enumerate(self._listed)}
        self.endResetModel()

    def _is_listed(self, mark: Mark) -> bool:
        if not self.shown.includes(mark, self._policy):
            return False
        if not self._words:
            return True
        cells = (Column.TEXT, Column.LABEL, Column.FOUND_BY)
        line = " ".join(self._shown(mark, cell) for cell in cells).casefold()
        return all(word in line for word in self._words)

    def _sort_key(self, mark: Mark, column: Column) -> tuple[float | str, Span]:
        span = mark.finding.span
        match column:
            case Column.STATE:
                return (0.0, span)
            case Column.SCORE:
                return (mark.finding.score, span)
            case _:
                return (self._shown(mark, column).casefold(), span)
