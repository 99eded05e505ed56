# ruff: noqa: N802 - Qt gives methods their names
"""Which line of a plot is which, and its figure in the week of the cursor."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QWidget

from gui.officer.plot import MOST, Line, paint_letter, pen
from gui.theme import Theme
from gui.views.flow import FlowLayout


class PlotLegend(QWidget):
    """The names of the lines, each beside its badge and pattern."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entries = [_Entry(number, theme) for number in range(MOST)]
        flow = FlowLayout(gap=14)
        self.setLayout(flow)
        for entry in self._entries:
            flow.addWidget(entry)
        self.setAccessibleName(self.tr("Legend"))

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        for entry in self._entries:
            entry.swatch.theme = theme
            entry.swatch.updateGeometry()
            entry.swatch.update()

    def show_lines(self, lines: Sequence[Line], place: int) -> None:
        """Name these lines, with their figures in the week at this place."""
        for number, entry in enumerate(self._entries):
            entry.setVisible(number < len(lines))
            if number < len(lines):
                counts = lines[number].counts
                count = counts[place] if 0 <= place < len(counts) else 0
                entry.words.setText(f"{lines[number].name}  {count:,}")
        self.updateGeometry()


class _Entry(QWidget):
    def __init__(self, number: int, theme: Theme) -> None:
        super().__init__()
        self.swatch = _Swatch(number, theme)
        self.words = QLabel()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.swatch)
        row.addWidget(self.words)


class _Swatch(QWidget):
    """A piece of a line with its badge."""

    def __init__(self, number: int, theme: Theme) -> None:
        super().__init__()
        self.theme = theme
        self._number = number
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Room for the pattern to be seen."""
        return QSize(self.theme.px(46), self.theme.px(18))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = self.height() / 2
        painter.setPen(pen(self.theme, self._number))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        centre = QPointF(self.width() / 2, middle)
        paint_letter(painter, centre, self._number, self.theme, self.font())
