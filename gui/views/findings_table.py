# ruff: noqa: N802 - Qt gives methods their names
"""The table of findings: keys that open and close groups, and words where it is empty."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QWidget

from deid import Label
from gui.tables.findings import Column, FindingsModel
from gui.tables.roles import Branch
from gui.theme import Theme
from gui.views.cells import MentionDelegate, WordsDelegate, arrow_rect
from gui.views.chips import ChipDelegate
from gui.views.pictured_table import PicturedTable

_MARGIN: Final = 24
_LEAST_ROWS: Final = 2
_LEAST_TEXT: Final = 22
"""How many characters of a text are to be seen before other columns are."""


class FindingsTable(PicturedTable):
    """Lists findings. Up, Down, Home and End move; Right and Left open and close groups.

    Letters do not search: they are shortcuts.
    """

    def __init__(self, model: FindingsModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(QColor(theme.surface), parent)
        self._model = model
        self._chips = ChipDelegate(theme, self)
        self._words = ""
        self.setAccessibleName(self.tr("Findings"))
        self.setModel(model)
        self.setItemDelegate(WordsDelegate(self))
        centred = WordsDelegate(self, alignment=Qt.AlignmentFlag.AlignCenter)
        self.setItemDelegateForColumn(Column.STATE, centred)
        self.setItemDelegateForColumn(Column.LABEL, self._chips)
        self.setItemDelegateForColumn(Column.TEXT, MentionDelegate(self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._set_sizes()
        self.doubleClicked.connect(self._toggle)
        # Nothing of a note stays behind when another one is listed.
        model.modelReset.connect(self.forget_pictures)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._chips.theme = theme
        self.set_backing(QColor(theme.surface))

    def face(self, row: int) -> Hashable:
        """What a row shows."""
        return self._model.face(row)

    def say(self, words: str) -> None:
        """Say this where there is no row."""
        if words != self._words:
            self._words = words
            self.setAccessibleDescription(words)
            self.viewport().update()

    def minimumSizeHint(self) -> QSize:
        """A few rows, whatever stands below."""
        rows = _LEAST_ROWS * self.verticalHeader().defaultSectionSize()
        return QSize(
            super().minimumSizeHint().width(), rows + self.horizontalHeader().sizeHint().height()
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or the words that stand for them."""
        super().paintEvent(event)
        if self._words and not self._model.rowCount():
            area = self.viewport().rect().adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop
            painter.drawText(area, int(flags) | int(Qt.TextFlag.TextWordWrap), self._words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width out anew, and keep in sight what is looked at."""
        super().resizeEvent(event)
        self._share_width()
        self.scrollTo(self.currentIndex())

    def changeEvent(self, event: QEvent) -> None:
        """Columns are as wide as the font wants them."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._share_width()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move by rows, and open and close groups."""
        key = Qt.Key(event.key())
        if self.layoutDirection() is Qt.LayoutDirection.RightToLeft:
            key = {Qt.Key.Key_Left: Qt.Key.Key_Right, Qt.Key.Key_Right: Qt.Key.Key_Left}.get(
                key, key
            )
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
        )
        row = self.currentIndex().row()
        if held or row < 0 or key not in _KEYS:
            super().keyPressEvent(event)
            return
        match key:
            case Qt.Key.Key_Home:
                self._go_to(0, event)
            case Qt.Key.Key_End:
                self._go_to(self._model.rowCount() - 1, event)
            case Qt.Key.Key_Right:
                self._open_or_enter(row, event)
            case _:
                self._close_or_leave(row, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Open or close a group whose arrow is pressed; else select."""
        index = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)
        if self._arrow(index).contains(event.position().toPoint()):
            self._toggle(index)

    def keyboardSearch(self, search: str) -> None:
        """Do not search: letters are shortcuts."""

    def _toggle(self, index: QModelIndex) -> None:
        branch = self._model.branch(index.row())
        self._model.set_open(index.row(), opened=branch is Branch.CLOSED)

    def _open_or_enter(self, row: int, event: QKeyEvent) -> None:
        branch = self._model.branch(row)
        if branch is Branch.CLOSED:
            self._model.set_open(row, opened=True)
        elif branch is Branch.OPEN:
            self._go_to(row + 1, event)

    def _close_or_leave(self, row: int, event: QKeyEvent) -> None:
        if self._model.branch(row) is Branch.PART:
            self._go_to(self._model.row_of_group(row), event)
        else:
            self._model.set_open(row, opened=False)

    def _go_to(self, row: int, event: QKeyEvent) -> None:
        flags = QItemSelectionModel.SelectionFlag
        index = self._model.index(row, Column.TEXT)
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            anchor = self._model.index(self._anchor(), Column.STATE)
            self.selectionModel().setCurrentIndex(index, flags.NoUpdate)
            rows = QItemSelection(anchor, index)
            self.selectionModel().select(rows, flags.ClearAndSelect | flags.Rows)
        else:
            self.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)

    def _anchor(self) -> int:
        """The row at which a selection began: the end that is not the current row."""
        rows = [index.row() for index in self.selectionModel().selectedRows()]
        current = self.currentIndex().row()
        if not rows:
            return current
        return max(rows) if current == min(rows) else min(rows)

    def _arrow(self, index: QModelIndex) -> QRect:
        if not index.isValid() or index.column() != Column.TEXT:
            return QRect(QPoint(-1, -1), QPoint(-2, -2))
        if self._model.branch(index.row()) not in {Branch.CLOSED, Branch.OPEN}:
            return QRect(QPoint(-1, -1), QPoint(-2, -2))
        area = arrow_rect(self.visualRect(index), self.font(), self.layoutDirection())
        return area.toAlignedRect()

    def _set_sizes(self) -> None:
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 15)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.TEXT, QHeaderView.ResizeMode.Stretch)
        self._share_width()

    def _share_width(self) -> None:
        """Leave most to the text; where there is little room, the rest is told below the list."""
        character = self.fontMetrics().averageCharWidth()
        chips = [self._chips.chip_size(self.font(), label) for label in Label]
        widest = max(int(chip.width()) for chip in chips)
        room = self.viewport().width() - 4 * character - _LEAST_TEXT * character
        for column, width, least in (
            (Column.LABEL, widest + 2 * character, int(chips[0].height()) + 2 * character),
            (Column.CERTAINTY, 9 * character, 0),
            (Column.FOUND_BY, 14 * character, 0),
        ):
            given = width if width <= room else least
            self.setColumnHidden(column, not given)
            self.setColumnWidth(column, given)
            room = room - given if given == width else 0
        self.setColumnWidth(Column.STATE, 4 * character)


_KEYS: Final = {Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_Left, Qt.Key.Key_Right}
