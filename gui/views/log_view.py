# ruff: noqa: N802 - Qt gives methods their names
"""The log: its records, one of them in full, and whether it verifies."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from gui.log_session import LogSession
from gui.tables.records import Column, RecordsModel
from gui.theme import Theme
from gui.views.action_button import ActionButton
from gui.views.chips import ChipDelegate
from gui.views.header import Tone, counted, set_tone
from gui.views.record_details import RecordDetails
from gui.views.rows_table import RowsTable


class LogView(QWidget):
    """Shows a log session."""

    def __init__(
        self,
        session: LogSession,
        theme: Theme,
        *,
        verify: QAction,
        reload: QAction,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("page")
        self._session = session
        self._model = RecordsModel(self)
        self._chips = ChipDelegate(theme, self)
        self.verdict = QLabel()
        self.verdict.setObjectName("verdict")
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.verdict.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self.sentence = QLabel()
        self.sentence.setObjectName("sentence")
        self.sentence.setWordWrap(True)
        self.words = QLineEdit(placeholderText=self.tr("Filter: event, label, detector, note"))
        self.words.setAccessibleName(self.tr("Filter records"))
        self.words.setClearButtonEnabled(True)
        self.table = self._table()
        self._details = RecordDetails()
        self._count = QLabel()
        self._count.setObjectName("muted")
        self._lay_out(verify, reload)
        self.words.textChanged.connect(self._list)
        self.table.selectionModel().currentChanged.connect(self._moved)
        session.records_changed.connect(self._show_records)
        session.state_changed.connect(self._show_state)
        self._show_state()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._chips.theme = theme
        self.table.viewport().update()

    def heightForWidth(self, width: int) -> int:
        """As high as all of it needs at least: what is longer scrolls by itself."""
        layout = self.layout()
        return layout.totalMinimumHeightForWidth(width) if layout is not None else -1

    def _table(self) -> RowsTable:
        table = RowsTable(self._model, self.tr("Records of the log"))
        table.setItemDelegateForColumn(Column.LABEL, self._chips)
        table.setSortingEnabled(True)
        table.sortByColumn(Column.SEQ, Qt.SortOrder.DescendingOrder)
        header = table.horizontalHeader()
        header.setSectionResizeMode(Column.RESULT, QHeaderView.ResizeMode.Stretch)
        wide = table.fontMetrics().averageCharWidth()
        for column, characters in (
            (Column.SEQ, 8),
            (Column.TIME, 23),
            (Column.EVENT, 19),
            (Column.LABEL, 19),
            (Column.BY, 26),
            (Column.DOCUMENT, 13),
        ):
            table.setColumnWidth(column, characters * wide)
        return table

    def _lay_out(self, verify: QAction, reload: QAction) -> None:
        strip = QFrame()
        strip.setObjectName("strip")
        row = QHBoxLayout(strip)
        row.setContentsMargins(10, 8, 10, 8)
        row.setSpacing(12)
        row.addWidget(self.verdict, alignment=Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.sentence, 1)
        row.addWidget(ActionButton(reload))
        row.addWidget(ActionButton(verify, primary=True))
        pane = QFrame()
        pane.setObjectName("pane")
        inside = QVBoxLayout(pane)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        top = QHBoxLayout()
        top.setContentsMargins(14, 10, 12, 8)
        heading = QLabel(self.tr("Records"))
        heading.setObjectName("heading")
        top.addWidget(heading)
        top.addSpacing(8)
        top.addWidget(self._count)
        top.addStretch()
        self.words.setMinimumWidth(self.words.fontMetrics().averageCharWidth() * 40)
        top.addWidget(self.words)
        inside.addLayout(top)
        inside.addWidget(self.table)
        split = QSplitter()
        split.setHandleWidth(10)
        split.addWidget(pane)
        split.addWidget(self._details)
        split.setStretchFactor(0, 1)
        split.setSizes([900, 380])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 12)
        layout.setSpacing(10)
        layout.addWidget(strip)
        layout.addWidget(split, 1)

    def _list(self, words: str) -> None:
        self._model.list_only(words)
        self._go_to_first()

    def _show_records(self) -> None:
        self._model.show(self._session.records)
        shown, size = len(self._session.records), self._session.size
        newest = self.tr("the newest {:,} of {:,}").format(shown, size)
        self._count.setText(f"{size:,}" if shown == size else newest)
        self._go_to_first()

    def _show_state(self) -> None:
        session = self._session
        if session.verifying:
            words, tone = self.tr("CHECKING"), Tone.NEUTRAL
            told = self.tr("Every record is read and the tree is built anew …")
        elif session.broken is not None:
            words, tone = self.tr("NOT VERIFIED"), Tone.BAD
            told = self.tr("The log does not verify: {}").format(session.broken)
        elif session.verified is not None:
            words, tone = self.tr("VERIFIED"), Tone.GOOD
            told = self._told_whole()
        else:
            words, tone = self.tr("NOT CHECKED"), Tone.NEUTRAL
            told = self.tr(
                "Each redaction is a record in this log. Verify checks that none changed."
            )
        self.verdict.setText(words)
        set_tone(self.verdict, tone)
        self.sentence.setText(told)

    def _told_whole(self) -> str:
        verified = self._session.verified
        if verified is None:
            return ""
        records = counted(verified.size, self.tr("record is"), self.tr("records are"))
        told = self.tr("{} whole, unchanged and in order.").format(records)
        if verified.signed < verified.size:
            late = verified.size - verified.signed
            told += self.tr(" The last {:,} will be signed when the window is closed.").format(late)
        return told + self.tr(
            " To notice a log that was cut off or replaced, compare it with a checkpoint kept "
            "elsewhere."
        )

    def _go_to_first(self) -> None:
        flags = QItemSelectionModel.SelectionFlag
        first = self._model.index(0, 0)
        self.table.selectionModel().setCurrentIndex(first, flags.ClearAndSelect | flags.Rows)
        self._tell(first)

    def _moved(self, current: QModelIndex, previous: QModelIndex) -> None:
        self._tell(current)

    def _tell(self, index: QModelIndex) -> None:
        self._details.show_record(self._model.record(index.row()) if index.isValid() else None)
