# ruff: noqa: N802 - Qt gives methods their names
"""Lines by week, each told by a letter and a pattern besides its colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QFont,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QWidget

from deid.officer.index.query import Week
from gui.officer.plot_scale import Across, breaks, marks, ticks
from gui.officer.record_words import week_words
from gui.theme import Kind, Theme

MOST: Final = 8
"""So many lines can be told apart."""

_HIGH: Final = 300
_STEPS: Final = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -13,
                 Qt.Key.Key_PageDown: 13}  # fmt: skip
_SIDEWAYS: Final = (Qt.Key.Key_Left, Qt.Key.Key_Right)
_INKS: Final = (
    Kind.NAME,
    Kind.DATE,
    Kind.LOCATION,
    Kind.ID,
    Kind.CONTACT,
    Kind.PROFESSION,
    Kind.AGE,
    Kind.OTHER,
)
_PATTERNS: Final = (
    Qt.PenStyle.SolidLine,
    Qt.PenStyle.DashLine,
    Qt.PenStyle.DotLine,
    Qt.PenStyle.DashDotLine,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a plot.

    Attributes:
        name: what it shows.
        counts: one a week.
    """

    name: str
    counts: tuple[int, ...]


def letter(line: int) -> str:
    """What stands for a line in the plot and its legend."""
    return chr(ord("A") + line)


class Plot(QFrame):
    """Draws lines over weeks. Arrow keys and clicks go to a week, whose figures are told.

    Signals:
        week_changed: carries the place of the week that the cursor stands on, or -1.
    """

    week_changed = Signal(int)

    def __init__(self, theme: Theme, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._weeks: tuple[Week, ...] = ()
        self._lines: tuple[Line, ...] = ()
        self.cursor_week = -1
        """Place of the week that the cursor stands on; -1 where there are none."""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_lines(self, weeks: Sequence[Week], lines: Sequence[Line]) -> None:
        """Draw these, at most `MOST`.

        Args:
            weeks: ascending.
            lines: each with a count a week.
        """
        self._weeks, self._lines = tuple(weeks), tuple(lines[:MOST])
        self.go_to(len(self._weeks) - 1)

    def words(self, place: int) -> str:
        """A week, and the figure of each line in it."""
        if not 0 <= place < len(self._weeks):
            return self.tr("No records")
        figures = [f"{line.name} {line.counts[place]:,}" for line in self._lines]
        return f"{week_words(self._weeks[place])}: {', '.join(figures)}"

    def week_name(self, place: int) -> str:
        """What the week at a place is called."""
        return week_words(self._weeks[place])

    def sizeHint(self) -> QSize:
        """As large as there is room."""
        return QSize(self._theme.px(500), self._theme.px(_HIGH))

    def minimumSizeHint(self) -> QSize:
        """Enough to read it."""
        return QSize(self._theme.px(260), self._theme.px(_HIGH * 2 // 3))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from week to week."""
        key = Qt.Key(event.key())
        if self._weeks and key in _STEPS:
            turned = -1 if self.isRightToLeft() and key in _SIDEWAYS else 1
            self.go_to(self.cursor_week + turned * _STEPS[key])
        elif self._weeks and key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self.go_to(0 if key == Qt.Key.Key_Home else len(self._weeks) - 1)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a week."""
        if self._weeks:
            self.go_to(self._across().place(event.position().x()))

    def event(self, event: QEvent) -> bool:
        """Tell the figures of the week below the pointer."""
        if isinstance(event, QHelpEvent) and self._weeks:
            place = self._across().place(event.pos().x())
            QToolTip.showText(event.globalPos(), self.words(place), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the axes, the lines, and the cursor."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        across, area = self._across(), self._area()
        steps = self._ticks()
        self._paint_axes(painter, area, across, steps)
        for number, line in enumerate(self._lines):
            self._paint_line(painter, number, line, area, across, steps[-1])
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), self._theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_axes(
        self, painter: QPainter, area: QRectF, across: Across, steps: tuple[int, ...]
    ) -> None:
        theme, metrics = self._theme, self.fontMetrics()
        for step in steps:
            high = self._y(area, step, steps[-1])
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(area.left(), high), QPointF(area.right(), high))
            painter.setPen(QColor(theme.muted))
            top, gap = high - metrics.height() / 2, theme.px(6)
            if across.leftward:
                box = QRectF(area.right() + gap, top, self.width(), metrics.height())
            else:
                box = QRectF(0, top, area.left() - gap, metrics.height())
            side = Qt.AlignmentFlag.AlignLeft if across.leftward else Qt.AlignmentFlag.AlignRight
            flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(box, flags, f"{step:,}")
        apart = metrics.horizontalAdvance("2026-12") * 1.4 / max(across.step, 0.001)
        for mark in marks(self._weeks, apart=apart):
            middle = across.middle(mark.place)
            painter.drawLine(
                QPointF(middle, area.bottom()), QPointF(middle, area.bottom() + theme.px(4))
            )
            wide = metrics.horizontalAdvance(mark.words)
            left = middle - wide if across.leftward else middle
            if left >= 0 and left + wide <= self.width():
                foot = area.bottom() + theme.px(6) + metrics.ascent()
                painter.drawText(QPointF(left, foot), mark.words)
        if self._weeks:
            middle = across.middle(self.cursor_week)
            painter.setPen(QPen(QColor(theme.text), theme.px(1), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(middle, area.top()), QPointF(middle, area.bottom()))

    def _paint_line(
        self,
        painter: QPainter,
        number: int,
        line: Line,
        area: QRectF,
        across: Across,
        most: int,
    ) -> None:
        painter.setPen(pen(self._theme, number))
        ends = [0, *breaks(self._weeks), len(self._weeks)]
        for first, stop in pairwise(ends):
            points = [
                QPointF(across.middle(place), self._y(area, line.counts[place], most))
                for place in range(first, stop)
            ]
            painter.drawPolyline(QPolygonF(points))
        for place in self._lettered(number, across):
            centre = QPointF(across.middle(place), self._y(area, line.counts[place], most))
            paint_letter(painter, centre, number, self._theme, self.font())

    def _lettered(self, number: int, across: Across) -> range:
        """Weeks at which the letter of a line stands, those of other lines elsewhere."""
        apart = max(int(self._theme.px(90) / max(across.step, 0.001)), 1)
        shift = number * apart // max(len(self._lines), 1)
        return range(min(shift, max(len(self._weeks) - 1, 0)), len(self._weeks), apart)

    def _ticks(self) -> tuple[int, ...]:
        return ticks(max((max(line.counts, default=0) for line in self._lines), default=0))

    def _area(self) -> QRectF:
        """Where the lines lie."""
        theme, metrics = self._theme, self.fontMetrics()
        widest = max(metrics.horizontalAdvance(f"{step:,}") for step in self._ticks())
        near, far = widest + theme.px(12), theme.px(14)
        left, right = (far, near) if self.isRightToLeft() else (near, far)
        foot = metrics.height() + theme.px(10)
        return QRectF(self.rect()).adjusted(left, theme.px(14), -right, -foot)

    def _across(self) -> Across:
        area = self._area()
        wide = max(area.width(), 1)
        return Across(area.left(), wide, len(self._weeks), self.isRightToLeft())

    def _y(self, area: QRectF, count: int, most: int) -> float:
        return area.bottom() - area.height() * count / most

    def go_to(self, place: int) -> None:
        """Let the cursor stand on a week, or on the one at the nearer end."""
        self.cursor_week = min(max(place, 0), len(self._weeks) - 1)
        self.setAccessibleDescription(self.words(self.cursor_week))
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
        self.update()
        self.week_changed.emit(self.cursor_week)


def pen(theme: Theme, number: int) -> QPen:
    """What a line is drawn with."""
    return QPen(
        QColor(theme.kinds[_INKS[number]].line), theme.px(2), _PATTERNS[number % len(_PATTERNS)]
    )


def paint_letter(
    painter: QPainter, centre: QPointF, number: int, theme: Theme, font: QFont
) -> None:
    """Paint the badge of a line."""
    small = QFont(font)
    small.setPointSizeF(font.pointSizeF() * 0.8)
    small.setWeight(QFont.Weight.Bold)
    side = theme.px(15)
    box = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
    painter.save()
    painter.setPen(QPen(QColor(theme.surface), 1))
    painter.setBrush(QColor(theme.kinds[_INKS[number]].line))
    painter.drawRoundedRect(box, theme.px(4), theme.px(4))
    painter.setFont(small)
    painter.setPen(QColor(theme.surface))
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, letter(number))
    painter.restore()
