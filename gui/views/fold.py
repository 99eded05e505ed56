# ruff: noqa: N802 - Qt gives methods their names
"""A line that opens into a short list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
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
        self.arrow = QToolButton()
        self.arrow.setObjectName("arrow")
        self.arrow.setCheckable(True)
        self.arrow.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.line = _Line(self.arrow)
        self.lines = _Lines()
        self.lines.setAccessibleName(name)
        self.remedy = QPushButton(remedy) if remedy else None
        self._lay_out()
        self.arrow.toggled.connect(self._open)
        self.lines.itemSelectionChanged.connect(self._show_choice)
        self._open(False)
        self.hide()

    def show_lines(self, line: str, lines: Sequence[str]) -> None:
        """Show these; nothing at all if the line is empty."""
        self.line.setText(line)
        self.arrow.setAccessibleName(line)
        while self.lines.count() > len(lines):
            self.lines.takeItem(self.lines.count() - 1)
        for row, words in enumerate(lines):
            if row == self.lines.count():
                self.lines.addItem(words)
            self.lines.item(row).setText(words)
        self.setVisible(bool(line))
        self._show_choice()
        self.lines.fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the way of reading."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._point()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.arrow, alignment=Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.line, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 12, 4)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.lines)
        if self.remedy is not None:
            self.remedy.setObjectName("small")
            self.remedy.setAccessibleName(self.remedy.text())
            self.remedy.clicked.connect(self._mend)
            layout.addWidget(self.remedy)

    def _open(self, opened: bool) -> None:
        self.lines.setVisible(opened)
        if self.remedy is not None:
            self.remedy.setVisible(opened)
        self._point()

    def _point(self) -> None:
        """Let the arrow point down where the list is shown, else the way of reading."""
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        ahead = Qt.ArrowType.LeftArrow if mirrored else Qt.ArrowType.RightArrow
        self.arrow.setArrowType(Qt.ArrowType.DownArrow if self.arrow.isChecked() else ahead)

    def _show_choice(self) -> None:
        if self.remedy is not None:
            self.remedy.setEnabled(bool(self.lines.selectedItems()))

    def _mend(self) -> None:
        if self.lines.selectedItems():
            self.remedied.emit(self.lines.currentRow())


class _Lines(QListWidget):
    """A list that is as high as its first lines are."""

    def __init__(self) -> None:
        super().__init__()
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setWordWrap(True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words that wrap otherwise take another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def changeEvent(self, event: QEvent) -> None:
        """So does larger text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit()

    def fit(self) -> None:
        """Take the height that is needed."""
        self.doItemsLayout()
        first = (self.visualItemRect(self.item(row)) for row in range(min(self.count(), _ROWS)))
        self.setFixedHeight(sum(place.height() for place in first) + 4)


class _Line(QLabel):
    """Words beside an arrow; a click on them presses it."""

    def __init__(self, arrow: QToolButton) -> None:
        super().__init__()
        self._arrow = arrow
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Press the arrow."""
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self._arrow.click()
