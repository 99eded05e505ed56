# ruff: noqa: N802 - Qt gives methods their names
"""A small curve over the steps of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QFrame, QSizePolicy

from gui.officer.training_work import Point
from gui.theme import Kind, Theme

_HIGH: Final = 110
_WIDE: Final = 240
_MARKED: Final = 30
"""Up to so many points each has a mark."""


class Curve(QFrame):
    """Draws one figure over the steps of a run. Arrow keys tell it step by step.

    Args:
        theme: its colours.
        name: what it draws.
        percent: whether the figure is a share; its scale then ends at 100 %.
        ink: the colour of the line.
    """

    def __init__(self, theme: Theme, name: str, *, percent: bool, ink: Kind) -> None:
        super().__init__()
        self._theme, self._name, self._percent, self._ink = theme, name, percent, ink
        self._points: tuple[Point, ...] = ()
        self._steps = 1
        self._at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self.updateGeometry()
        self.update()

    def show_points(self, points: Sequence[Point], steps: int) -> None:
        """Draw these.

        Args:
            points: by step.
            steps: of the whole run, so wide the curve is.
        """
        self._points, self._steps = tuple(points), max(steps, 1)
        self._tell()

    def words(self) -> str:
        """The figure at the cursor, or the last one."""
        if not self._points:
            return self.tr("Nothing yet")
        point = self._points[self._place()]
        return self.tr("step {step}: {value}").format(
            step=point.step, value=self._value_words(point.value)
        )

    def sizeHint(self) -> QSize:
        """As large as there is room."""
        return QSize(self._theme.px(_WIDE * 2), self._theme.px(_HIGH))

    def minimumSizeHint(self) -> QSize:
        """Enough to see where it goes."""
        return QSize(self._theme.px(_WIDE), self._theme.px(_HIGH))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from point to point."""
        turned = -1 if self.isRightToLeft() else 1
        moves = {Qt.Key.Key_Left: -turned, Qt.Key.Key_Right: turned}
        key = Qt.Key(event.key())
        if self._points and key in moves:
            self._at = min(max(self._place() + moves[key], 0), len(self._points) - 1)
            self._tell()
        elif self._points and key in {Qt.Key.Key_Home, Qt.Key.Key_End}:
            self._at = 0 if key == Qt.Key.Key_Home else None
            self._tell()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the name, the figure, the axis and the line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, high = self._theme, self.fontMetrics().height()
        painter.setPen(QColor(theme.muted))
        words = f"{self._name}: {self.words()}"
        painter.drawText(QRectF(theme.px(4), 0, self.width(), high), words)
        area = QRectF(self.rect()).adjusted(
            theme.px(8), high + theme.px(8), -theme.px(8), -theme.px(8)
        )
        painter.setPen(QPen(QColor(theme.border), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        painter.drawLine(area.topLeft(), area.topRight())
        self._paint_line(painter, area)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme.accent), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_line(self, painter: QPainter, area: QRectF) -> None:
        if not self._points:
            return
        colour = QColor(self._theme.kinds[self._ink].line)
        most = 1.0 if self._percent else max(point.value for point in self._points)
        least = min(point.value for point in self._points) * 0.9 if self._percent else 0.0
        span = max(most - least, 1e-9)
        places = [
            QPointF(
                self._across(area, point.step),
                area.bottom() - area.height() * (point.value - least) / span,
            )
            for point in self._points
        ]
        painter.setPen(QPen(colour, self._theme.px(2)))
        painter.drawPolyline(QPolygonF(places))
        painter.setBrush(colour)
        radius = self._theme.px(3)
        marked = places if len(places) <= _MARKED else [places[self._place()]]
        for place in marked:
            painter.drawEllipse(place, radius, radius)
        painter.setPen(QPen(QColor(self._theme.text), 1, Qt.PenStyle.DashLine))
        x = places[self._place()].x()
        painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()))

    def _across(self, area: QRectF, step: int) -> float:
        part = step / self._steps
        return area.right() - area.width() * part if self.isRightToLeft() else (
            area.left() + area.width() * part
        )  # fmt: skip

    def _place(self) -> int:
        last = len(self._points) - 1
        return last if self._at is None else min(self._at, last)

    def _value_words(self, value: float) -> str:
        return f"{value:.2%}" if self._percent else f"{value:.3f}"

    def _tell(self) -> None:
        self.setAccessibleDescription(self.words())
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
        self.update()
