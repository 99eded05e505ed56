# ruff: noqa: N802 - Qt gives methods their names
"""All weeks side by side, each as high as it has records, of which some can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QSizePolicy, QToolTip, QWidget

from deid.officer.index.query import Week
from gui.officer.plot_scale import Across, breaks, marks
from gui.officer.record_words import week_words
from gui.theme import Theme
from gui.views.header import counted

_HIGH: Final = 78
_STEPS: Final = {
    Qt.Key.Key_Left: -1,
    Qt.Key.Key_Right: 1,
    Qt.Key.Key_PageUp: -13,
    Qt.Key.Key_PageDown: 13,
    Qt.Key.Key_Home: -1_000_000,
    Qt.Key.Key_End: 1_000_000,
}
_SIDEWAYS: Final = (Qt.Key.Key_Left, Qt.Key.Key_Right)


class WeekStrip(QFrame):
    """Bars by week. A click or a drag chooses weeks, Escape gives all back.

    With the keyboard the arrows go from week to week, with Shift they take the weeks between along,
    and Return chooses.

    Signals:
        chosen: carries the first and the last `Week` that were chosen, or twice None for all.
    """

    chosen = Signal(object, object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._weeks: tuple[Week, ...] = ()
        self._counts: tuple[int, ...] = ()
        self._range: tuple[int, int] | None = None
        self._cursor, self._anchor = 0, 0
        self._dragging = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Records by week"))
        self.setMouseTracking(True)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_weeks(
        self,
        weeks: Sequence[Week],
        counts: Sequence[int],
        *,
        chosen: tuple[int, int] | None = None,
    ) -> None:
        """Show these weeks.

        Args:
            weeks: ascending.
            counts: records in each.
            chosen: places of the first and last that are chosen; None: all are.
        """
        if len(weeks) != len(self._weeks):
            self._cursor = self._anchor = max(len(weeks) - 1, 0)
        self._weeks, self._counts, self._range = tuple(weeks), tuple(counts), chosen
        self._tell()
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(self._theme.px(400), self._theme.px(_HIGH))

    def minimumSizeHint(self) -> QSize:
        """A part of it will do in width, not in height."""
        return QSize(self._theme.px(200), self._theme.px(_HIGH))

    def words(self, place: int) -> str:
        """A week, and how many records it has."""
        many = counted(self._counts[place], self.tr("record"), self.tr("records"))
        return f"{week_words(self._weeks[place])}: {many}"

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from week to week, and choose."""
        key = Qt.Key(event.key())
        if self._weeks and key in _STEPS:
            last = len(self._weeks) - 1
            turned = -1 if self.isRightToLeft() and key in _SIDEWAYS else 1
            self._cursor = min(max(self._cursor + turned * _STEPS[key], 0), last)
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._anchor = self._cursor
            self._tell()
            self.update()
        elif self._weeks and key in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose()
        elif key == Qt.Key.Key_Escape and self._range is not None:
            self.chosen.emit(None, None)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to choose."""
        if self._weeks and event.button() is Qt.MouseButton.LeftButton:
            self._dragging = True
            self._cursor = self._anchor = self._across().place(event.position().x())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Take the weeks between along."""
        if self._dragging:
            self._cursor = self._across().place(event.position().x())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        if self._dragging:
            self._dragging = False
            self._choose()

    def event(self, event: QEvent) -> bool:
        """Tell the week below the pointer."""
        if isinstance(event, QHelpEvent) and self._weeks:
            place = self._across().place(event.pos().x())
            QToolTip.showText(event.globalPos(), self.words(place), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the bars, what is chosen of them, and the months below."""
        theme, painter = self._theme, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        high, across = self._floor(), self._across()
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(QPointF(across.left, high), QPointF(across.left + across.width, high))
        most = max(self._counts, default=0)
        first, last = self._shown_range()
        for place, count in enumerate(self._counts):
            within = first <= place <= last
            bar = self._bar(across, place, count / most if most else 0)
            painter.fillRect(bar, QColor(theme.accent if within else theme.border))
            if not within and count:
                painter.setPen(QPen(QColor(theme.muted), 1))
                painter.drawLine(bar.topLeft(), bar.topRight())
        if self._range is not None or self._dragging or self._anchor != self._cursor:
            self._paint_range(painter, across, first, last)
        self._paint_marks(painter, across)
        if self.hasFocus() and self._counts:
            painter.setPen(QPen(QColor(theme.text), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            middle, wide = across.middle(self._cursor), max(across.step, theme.px(6))
            painter.drawRect(QRectF(middle - wide / 2, theme.px(3), wide, high - theme.px(3)))

    def _paint_range(self, painter: QPainter, across: Across, first: int, last: int) -> None:
        """A bracket below what is chosen, which so is not told by colour alone."""
        theme, high = self._theme, self._floor()
        painter.setPen(QPen(QColor(theme.text), theme.px(2)))
        left, right = across.edges(first, last)
        foot = high + theme.px(3)
        painter.drawLine(QPointF(left, foot), QPointF(right, foot))
        for edge in (left, right):
            painter.drawLine(QPointF(edge, foot), QPointF(edge, foot - theme.px(8)))

    def _paint_marks(self, painter: QPainter, across: Across) -> None:
        theme, metrics = self._theme, self.fontMetrics()
        painter.setPen(QColor(theme.muted))
        apart = metrics.horizontalAdvance("2026-12") * 1.4 / max(across.step, 0.001)
        for mark in marks(self._weeks, apart=apart):
            left, right = across.edges(mark.place, mark.place)
            wide = metrics.horizontalAdvance(mark.words)
            left = right - wide if across.leftward else left
            if left >= 0 and left + wide <= self.width():
                baseline = self.height() - metrics.descent() - 1
                painter.drawText(QPointF(left, baseline), mark.words)
        for place in breaks(self._weeks):
            middle = across.edges(place, place)[1 if across.leftward else 0]
            painter.setPen(QPen(QColor(theme.muted), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(middle, 0), QPointF(middle, self._floor()))

    def _bar(self, across: Across, place: int, part: float) -> QRectF:
        room = self._floor() - self._theme.px(6)
        high = max(part * room, self._theme.px(2) if part else 0)
        gap = min(across.step * 0.15, self._theme.px(2))
        left = across.edges(place, place)[0] + gap / 2
        return QRectF(left, self._floor() - high, across.step - gap, high)

    def _across(self) -> Across:
        edge = self._theme.px(8)
        wide = max(self.width() - 2 * edge, 1)
        return Across(edge, wide, len(self._counts), self.isRightToLeft())

    def _floor(self) -> float:
        """Where the bars stand."""
        return self.height() - self.fontMetrics().height() - self._theme.px(6)

    def _shown_range(self) -> tuple[int, int]:
        if self._dragging or self._anchor != self._cursor:
            return min(self._anchor, self._cursor), max(self._anchor, self._cursor)
        return self._range if self._range is not None else (0, len(self._counts) - 1)

    def _choose(self) -> None:
        first, last = sorted((self._anchor, self._cursor))
        self._anchor = self._cursor
        self.chosen.emit(self._weeks[first], self._weeks[last])

    def _tell(self) -> None:
        """Say to a screen reader where the cursor stands."""
        told = self.tr("No records")
        if self._weeks:
            many = counted(len(self._weeks), self.tr("week"), self.tr("weeks"))
            told = self.tr("{}, at {}").format(many, self.words(self._cursor))
        self.setAccessibleDescription(told)
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
