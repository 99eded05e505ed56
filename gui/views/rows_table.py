# ruff: noqa: N802 - Qt gives methods their names
"""A table that is read by rows: no grid, no numbers, and Tab leaves it."""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView


class RowsTable(QTableView):
    """Shows a model of which one row at a time is selected.

    Args:
        model: what is listed.
        name: what a screen reader calls the table.
    """

    def __init__(self, model: QAbstractItemModel, name: str) -> None:
        super().__init__()
        self._when_empty = ""
        self.setAccessibleName(name)
        self.setModel(model)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 15)
        self.horizontalHeader().setHighlightSections(False)

    def say_when_empty(self, words: str) -> None:
        """Let these words stand where no row is listed."""
        self._when_empty = words
        self.setAccessibleDescription(words)
        self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, or why there are none."""
        super().paintEvent(event)
        model = self.model()
        if self._when_empty and model is not None and not model.rowCount():
            painter = QPainter(self.viewport())
            # The style sheet makes that of the table fainter than the theme has it.
            painter.setPen(QApplication.palette().color(QPalette.ColorRole.PlaceholderText))
            line = self.fontMetrics().height()
            area = self.viewport().rect().adjusted(line, line // 2, -line, -line // 2)
            flags = Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, flags | Qt.TextFlag.TextWordWrap, self._when_empty)
            painter.end()
