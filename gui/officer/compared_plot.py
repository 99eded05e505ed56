# ruff: noqa: N802 - Qt gives methods their names
"""Two models side by side: for each row a figure with its interval before, and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy

from deid.training.tune.results import Change
from gui.theme import Kind, Theme

_STEPS: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.25)
_TICKS: Final = 5
_BEFORE, _AFTER = Kind.NAME, Kind.DATE


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the plot.

    Attributes:
        name: of what.
        change: the figure before and after, 0 to 1.
        gap: whether some room is left above it: other things follow.
    """

    name: str
    change: Change
    gap: bool = False


class ComparedPlot(QFrame):
    """Draws rows of two figures: an open circle before, a full square after.

    Up and Down go from row to row, whose figures are told.
    """

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._rows: tuple[Row, ...] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(name)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._theme = theme
        self._fit()

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Draw these, from the top."""
        self._rows, self._at = tuple(rows), 0
        self._fit()
        self._tell()

    def words(self) -> str:
        """The figures of the row at the cursor."""
        if not self._rows:
            return self.tr("Nothing was measured")
        row = self._rows[self._at]
        change = row.change.change
        return self.tr(
            "{name}: {before:.2%} before, {after:.2%} now, {change:+.2f} points "
            "({low:+.2f} to {high:+.2f})"
        ).format(
            name=row.name,
            before=row.change.before.value,
            after=row.change.after.value,
            change=100 * change.value,
            low=100 * change.low,
            high=100 * change.high,
        )

    def sizeHint(self) -> QSize:
        """As wide as there is room, as high as all rows."""
        return QSize(self._theme.px(560), self._high())

    def minimumSizeHint(self) -> QSize:
        """The same height, and not too narrow for the names."""
        return QSize(self._names() + self._theme.px(180), self._high())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from row to row."""
        last = len(self._rows) - 1
        moves = {
            Qt.Key.Key_Up: self._at - 1,
            Qt.Key.Key_Down: self._at + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if self._rows and key in moves:
            self._at = min(max(moves[key], 0), last)
            self._tell()
            self._bring_into_sight()
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go to a row."""
        tops = self._tops()
        below = [at for at, top in enumerate(tops) if top <= event.position().y()]
        if below:
            self._at = below[-1]
            self._tell()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the scale, the rows, and the key to the marks."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._rows:
            least, step = self._scale()
            self._paint_scale(painter, least, step)
            for at, top in enumerate(self._tops()):
                self._paint_row(painter, at, top, least)
            self._paint_key(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._theme.accent), self._theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(self.rect()).adjusted(1, 1, -1, -1))

    def _paint_scale(self, painter: QPainter, least: float, step: float) -> None:
        theme, metrics = self._theme, self.fontMetrics()
        foot = self.height() - metrics.height() - theme.px(6)
        for number in range(round((1 - least) / step) + 1):
            value = least + number * step
            x = self._x(value, least)
            painter.setPen(QPen(QColor(theme.border), 1))
            painter.drawLine(QPointF(x, self._line()), QPointF(x, foot))
            painter.setPen(QColor(theme.muted))
            words = f"{value:.1%}" if step < 0.01 else f"{value:.0%}"
            wide = metrics.horizontalAdvance(words)
            left = min(max(x - wide / 2, 0), self.width() - wide)
            painter.drawText(QPointF(left, foot + metrics.ascent() + theme.px(2)), words)

    def _paint_row(self, painter: QPainter, at: int, top: float, least: float) -> None:
        theme, row, line = self._theme, self._rows[at], self._line()
        if at == self._at:
            painter.fillRect(QRectF(0, top, self.width(), line), QColor(theme.selection))
        painter.setPen(QColor(theme.text))
        names, gap = self._names(), theme.px(8)
        leftward = self.isRightToLeft()
        left = self.width() - names if leftward else 0
        side = Qt.AlignmentFlag.AlignLeft if leftward else Qt.AlignmentFlag.AlignRight
        box = QRectF(left + gap, top, names - 2 * gap, line)
        flags = side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags, row.name)
        for kind, interval, part in (
            (_BEFORE, row.change.before, 0.32),
            (_AFTER, row.change.after, 0.68),
        ):
            y = top + line * part
            painter.setPen(QPen(QColor(theme.kinds[kind].line), theme.px(2)))
            painter.drawLine(
                QPointF(self._x(interval.low, least), y), QPointF(self._x(interval.high, least), y)
            )
            self._paint_mark(painter, QPointF(self._x(interval.value, least), y), kind)

    def _paint_mark(self, painter: QPainter, centre: QPointF, kind: Kind) -> None:
        colour, radius = QColor(self._theme.kinds[kind].line), self._theme.px(4)
        painter.setPen(QPen(colour, self._theme.px(2)))
        if kind is _BEFORE:
            painter.setBrush(QColor(self._theme.surface))
            painter.drawEllipse(centre, radius, radius)
        else:
            painter.setBrush(colour)
            painter.drawRect(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius,
                                    2 * radius))  # fmt: skip

    def _paint_key(self, painter: QPainter) -> None:
        """What the marks mean, above the rows."""
        theme, metrics, line = self._theme, self.fontMetrics(), self._line()
        x, leftward = float(theme.px(10)), self.isRightToLeft()
        for kind, words in ((_BEFORE, self.tr("in use then")), (_AFTER, self.tr("of this run"))):
            wide = metrics.horizontalAdvance(words)
            place = self.width() - x if leftward else x
            self._paint_mark(painter, QPointF(place, line / 2), kind)
            painter.setPen(QColor(theme.text))
            gap = theme.px(10)
            left = place - gap - wide if leftward else place + gap
            painter.drawText(QPointF(left, line / 2 + metrics.ascent() / 2 - 1), words)
            x += wide + theme.px(40)

    def _scale(self) -> tuple[float, float]:
        """Where the scale begins, and how far its ticks are apart; it ends at 1."""
        low = min(min(row.change.before.low, row.change.after.low) for row in self._rows)
        step = next((one for one in _STEPS if one * _TICKS >= 1 - low), _STEPS[-1])
        ticks = max(1, -int(-(1 - low + 1e-9) // step))
        return max(1 - ticks * step, 0.0), step

    def _x(self, value: float, least: float) -> float:
        edge = self._theme.px(16)
        wide = self.width() - self._names() - 2 * edge
        along = (min(max(value, least), 1.0) - least) / (1 - least) * wide
        if self.isRightToLeft():
            return self.width() - self._names() - edge - along
        return self._names() + edge + along

    def _tops(self) -> list[float]:
        line, top, tops = self._line(), float(self._line()), []
        for row in self._rows:
            top += line / 2 if row.gap else 0
            tops.append(top)
            top += line
        return tops

    def _line(self) -> int:
        return self.fontMetrics().height() + self._theme.px(6)

    def _names(self) -> int:
        metrics = self.fontMetrics()
        widest = max((metrics.horizontalAdvance(row.name) for row in self._rows), default=0)
        return widest + self._theme.px(18)

    def _high(self) -> int:
        gaps = sum(row.gap for row in self._rows)
        return round(self._line() * (len(self._rows) + gaps / 2 + 2)) + self._theme.px(10)

    def _bring_into_sight(self) -> None:
        """Scroll what is around it to the row of the cursor."""
        around = self.parentWidget()
        while around is not None and not isinstance(around, QScrollArea):
            around = around.parentWidget()
        whole = None if around is None else around.widget()
        if around is None or whole is None:
            return
        line = self._line()
        middle = QPoint(self.width() // 2, round(self._tops()[self._at] + line / 2))
        place = self.mapTo(whole, middle)
        around.ensureVisible(place.x(), place.y(), 0, 2 * line)

    def _fit(self) -> None:
        self.setMinimumHeight(self._high())
        self.updateGeometry()
        self.update()

    def _tell(self) -> None:
        self.setAccessibleDescription(self.words())
        QAccessible.updateAccessibility(
            QAccessibleEvent(self, QAccessible.Event.DescriptionChanged)
        )
        self.update()
