# ruff: noqa: N802 - Qt gives methods their names
"""A line that opens into a short list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListWidget,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

_ROWS = 4


class Fold(QWidget):
    """Shows one line, and below it, when that is opened, the lines that it sums up.

    Args:
        name: what the list is called for those who cannot see it.
        remedy: words on a button that does something about the chosen line; empty: no button.
        parent: the widget that it belongs to.

    Signals:
        remedied: carries the number of the chosen line, from 0, when the button is pressed.
    """

    remedied = Signal(object)

    def __init__(self, name: str, *, remedy: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = QToolButton()
        self.line.setCheckable(True)
        self.line.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.line.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.lines = QListWidget()
        self.lines.setAccessibleName(name)
        self.lines.setFrameShape(QFrame.Shape.NoFrame)
        self.lines.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.lines.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.lines.setWordWrap(True)
        self.remedy = QPushButton(remedy) if remedy else None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.setSpacing(4)
        layout.addWidget(self.line)
        layout.addWidget(self.lines)
        if self.remedy is not None:
            self.remedy.setAccessibleName(remedy)
            self.remedy.clicked.connect(self._mend)
            layout.addWidget(self.remedy)
        self.line.toggled.connect(self._open)
        self.lines.itemSelectionChanged.connect(self._show_choice)
        self._open(False)
        self._fit()
        self.hide()

    def show_lines(self, line: str, lines: Sequence[str]) -> None:
        """Show these; nothing at all if the line is empty."""
        self.line.setText(line)
        self.line.setAccessibleName(line)
        while self.lines.count() > len(lines):
            self.lines.takeItem(self.lines.count() - 1)
        for row, words in enumerate(lines):
            if row == self.lines.count():
                self.lines.addItem(words)
            self.lines.item(row).setText(words)
            self.lines.item(row).setToolTip(words)
        self.setVisible(bool(line))
        self._show_choice()

    def changeEvent(self, event: QEvent) -> None:
        """Let the list be as high as some lines of this font are."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()
        elif event.type() == QEvent.Type.LayoutDirectionChange:
            self._point(self.line.isChecked())

    def _point(self, opened: bool) -> None:
        """Let the arrow point down where the list is shown, else the way of reading."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ahead = Qt.ArrowType.LeftArrow if mirrored else Qt.ArrowType.RightArrow
        self.line.setArrowType(Qt.ArrowType.DownArrow if opened else ahead)

    def _fit(self) -> None:
        self.lines.setMaximumHeight(_ROWS * 2 * self.fontMetrics().lineSpacing())

    def _open(self, opened: bool) -> None:
        self._point(opened)
        self.lines.setVisible(opened)
        if self.remedy is not None:
            self.remedy.setVisible(opened)

    def _show_choice(self) -> None:
        if self.remedy is not None:
            self.remedy.setEnabled(bool(self.lines.selectedItems()))

    def _mend(self) -> None:
        if self.lines.selectedItems():
            self.remedied.emit(self.lines.currentRow())
