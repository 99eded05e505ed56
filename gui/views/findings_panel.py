# ruff: noqa: N802 - Qt gives methods their names
"""The list of findings beside the note, and what stands about the one that is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from deid import Label, Mark, Policy
from gui.desk import is_uncertain
from gui.tables.findings import (
    Column,
    FindingsModel,
    Shown,
    detector_words,
    state_words,
)
from gui.theme import Theme
from gui.views.action_button import ActionButton
from gui.views.chips import ChipDelegate
from gui.views.choice import Choice


class FindingsPanel(QFrame):
    """Lists marks; one of them is looked at.

    Signals:
        current_changed: carries the mark that is looked at now, or None.
        listing_changed: another kind of marks is listed.
    """

    current_changed = Signal(object)
    listing_changed = Signal()

    def __init__(
        self,
        theme: Theme,
        policy: Policy,
        actions: Sequence[QAction],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self._policy = policy
        self._model = FindingsModel(policy, self)
        self._chips = ChipDelegate(theme, self)
        self.heading = QLabel(self.tr("Findings"))
        self.heading.setObjectName("heading")
        self.words = QLineEdit(placeholderText=self.tr("Filter by text, label or detector"))
        self.words.setAccessibleName(self.tr("Filter findings"))
        self.words.setClearButtonEnabled(True)
        self.kinds = self._kinds()
        self.table = self._table()
        self._facts = _Facts()
        self._lay_out(actions)
        self.words.textChanged.connect(self._list)
        self.kinds.currentIndexChanged.connect(self._list)
        self.table.selectionModel().currentChanged.connect(self._moved)

    @property
    def shown(self) -> Shown:
        """Which marks are listed."""
        return self._model.shown

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._chips.theme = theme
        self.table.viewport().update()

    def show_marks(self, marks: Sequence[Mark], text: str, policy: Policy) -> None:
        """List these marks; the one that was looked at stays so, or the one in its place."""
        before = self.current()
        row = self.table.currentIndex().row()
        self._policy = policy
        self._model.show(marks, text, policy)
        if before is None or not self._select_at(before):
            self._go_to(min(max(row, 0), self._model.rowCount() - 1))
        self._tell()

    def current(self) -> Mark | None:
        """The mark that is looked at."""
        index = self.table.currentIndex()
        return self._model.mark(index.row()) if index.isValid() else None

    def selected(self) -> tuple[Mark, ...]:
        """All marks that are selected."""
        rows = self.table.selectionModel().selectedRows()
        return tuple(self._model.mark(row.row()) for row in rows)

    def select(self, mark: Mark) -> None:
        """Look at this mark; if it is not listed, list them all."""
        if not self._select_at(mark):
            self.words.clear()
            self.kinds.setCurrentIndex(self.kinds.findData(Shown.ALL))
            self._select_at(mark)

    def step(self, by: int) -> None:
        """Look at the next or the previous mark of the list."""
        if self._model.rowCount():
            self._go_to((self.table.currentIndex().row() + by) % self._model.rowCount())

    def step_uncertain(self) -> None:
        """Look at the next mark that wants a look, from the beginning again after the last."""
        count = self._model.rowCount()
        start = self.table.currentIndex().row()
        for row in ((start + 1 + ahead) % count for ahead in range(count)):
            if is_uncertain(self._model.mark(row), self._policy):
                self._go_to(row)
                return

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, leave it to the text."""
        super().resizeEvent(event)
        narrow = self.width() < 58 * self.fontMetrics().averageCharWidth()
        self.table.setColumnHidden(Column.FOUND_BY, narrow)

    def _kinds(self) -> Choice:
        kinds = Choice()
        kinds.setAccessibleName(self.tr("Which findings are listed"))
        for shown, words in (
            (Shown.REPLACED, self.tr("To be replaced")),
            (Shown.UNCERTAIN, self.tr("Uncertain")),
            (Shown.REJECTED, self.tr("Rejected")),
            (Shown.LEFT, self.tr("Not sure enough")),
            (Shown.ALL, self.tr("All")),
        ):
            kinds.addItem(words, shown)
        return kinds

    def _table(self) -> QTableView:
        table = QTableView()
        table.setAccessibleName(self.tr("Findings"))
        table.setModel(self._model)
        table.setItemDelegateForColumn(Column.LABEL, self._chips)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSortingEnabled(True)
        table.sortByColumn(Column.STATE, Qt.SortOrder.AscendingOrder)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setTabKeyNavigation(False)
        table.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + 15)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(Column.TEXT, QHeaderView.ResizeMode.Stretch)
        wide = table.fontMetrics().averageCharWidth()
        table.setColumnWidth(Column.STATE, 28)
        widest = max(self._chips.chip_size(table.font(), label).width() for label in Label)
        table.setColumnWidth(Column.LABEL, int(widest) + 14)
        table.setColumnWidth(Column.SCORE, 7 * wide)
        table.setColumnWidth(Column.FOUND_BY, 14 * wide)
        return table

    def _lay_out(self, actions: Sequence[QAction]) -> None:
        top = QHBoxLayout()
        top.addWidget(self.heading)
        top.addStretch()
        top.addWidget(self.kinds)
        buttons = QHBoxLayout()
        buttons.setSpacing(6)
        for action in actions:
            buttons.addWidget(ActionButton(action))
        buttons.addStretch()
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(8)
        head.addLayout(top)
        head.addWidget(self.words)
        card = QFrame()
        card.setObjectName("card")
        foot = QVBoxLayout(card)
        foot.setContentsMargins(12, 10, 12, 12)
        foot.setSpacing(10)
        foot.addWidget(self._facts)
        foot.addLayout(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self.table, 1)
        layout.addWidget(card)

    def _list(self) -> None:
        before = self.current()
        self._model.list_only(Shown(self.kinds.currentData()), self.words.text())
        if before is None or not self._select_at(before):
            self._go_to(0)
        self.listing_changed.emit()

    def _select_at(self, mark: Mark) -> bool:
        """Select the row of this mark, or of the one that now has its place in the text."""
        row = self._model.row_of(mark.finding.span)
        if row is not None:
            self._go_to(row)
        return row is not None

    def _go_to(self, row: int) -> None:
        index = self._model.index(row, Column.TEXT)
        flags = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._tell()

    def _tell(self) -> None:
        mark = self.current()
        self._facts.show_mark(mark, self._policy)
        self.current_changed.emit(mark)


class _Facts(QWidget):
    """What stands about one mark."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._values = []
        names = (
            self.tr("State"),
            self.tr("Found by"),
            self.tr("Safe Harbor"),
            self.tr("Treatment"),
        )
        for row, name in enumerate(names):
            caption, value = QLabel(name), QLabel("–")
            caption.setObjectName("muted")
            value.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
            value.setMinimumWidth(1)
            grid.addWidget(caption, row, 0)
            grid.addWidget(value, row, 1)
            self._values.append(value)

    def show_mark(self, mark: Mark | None, policy: Policy) -> None:
        """Show this one, or that there is none."""
        facts = ("–",) * 4 if mark is None else self._of(mark, policy)
        for value, fact in zip(self._values, facts, strict=True):
            value.setText(fact)
            value.setToolTip(fact)

    def _of(self, mark: Mark, policy: Policy) -> tuple[str, ...]:
        finding = mark.finding
        letter = finding.label.names.safe_harbor
        version = finding.detector.partition("@")[2]
        found_by = detector_words(finding.detector)
        if version:
            found_by += self.tr(", version {}").format(version)
        return (
            state_words(mark, policy),
            self.tr("{} · score {:.2f}").format(found_by, finding.score),
            self.tr("item ({})").format(letter) if letter else self.tr("not asked for"),
            policy.treatments[finding.label].operator.value
            if mark.state.replaced
            else self.tr("stays as it is"),
        )
