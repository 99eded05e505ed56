# ruff: noqa: N802 - Qt gives methods their names
"""A line that opens into a short list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPolygonF,
    QResizeEvent,
)
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
        self.arrow = _Arrow()
        self.arrow.setAccessibleName(name)
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

    def _show_choice(self) -> None:
        if self.remedy is not None:
            self.remedy.setEnabled(bool(self.lines.selectedItems()))

    def _mend(self) -> None:
        if self.lines.selectedItems():
            self.remedied.emit(self.lines.currentRow())


class _Arrow(QToolButton):
    """Points down where the list is shown, else the way of reading; as large as the text."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("arrow")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        """A square beside a line of text."""
        side = self.fontMetrics().height() + 4
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the button, then the arrow."""
        super().paintEvent(event)
        reach = self.fontMetrics().height() / 4
        shape = QPolygonF([QPointF(-reach / 2, -reach), QPointF(reach / 2, 0)])
        shape.append(QPointF(-reach / 2, reach))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(self.rect()).center())
        painter.rotate(90 if self.isChecked() else 180 if mirrored else 0)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawPolygon(shape)


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
        policy = Qt.ScrollBarPolicy
        many = self.count() > _ROWS
        self.setVerticalScrollBarPolicy(
            policy.ScrollBarAsNeeded if many else policy.ScrollBarAlwaysOff
        )
        self.doItemsLayout()
        rows = [self.visualItemRect(self.item(row)) for row in range(min(self.count(), _ROWS))]
        self.setFixedHeight(rows[-1].bottom() - rows[0].top() + 5 if rows else 0)


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
