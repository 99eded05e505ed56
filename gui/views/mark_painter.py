"""How a marked range looks: a tint, a line below, a badge above its beginning, a frame."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPen, QPixmap

from gui.views.text_places import Piece

_LINE: Final = 1.6
_HEAVY: Final = 3.0
_QUIET: Final = 0.64
_LOUD: Final = 0.9
"""The size of a badge's letters beside that of the text."""


@dataclass(frozen=True, slots=True)
class Look:
    """The looks of a marked range.

    Attributes:
        line: colour of the line below and of the badge; `#rrggbb`.
        tint: colour behind the text; empty for none.
        pen: style of the line below.
        badge: a letter or two.
        told: gives what a tooltip says; few are ever asked.
        heavy: whether the line below is a heavy one, for what wants a look.
        current: whether it is the one that is looked at.
        loud: whether the badge is to be read from afar, as what one is to type.
    """

    line: str
    tint: str
    pen: Qt.PenStyle
    badge: str
    told: Callable[[], str]
    heavy: bool = False
    current: bool = False
    loud: bool = False


def paint_tint(painter: QPainter, look: Look, rect: QRectF, *, accent: str) -> None:
    """Paint what lies behind the text: the tint, and the frame of the current range."""
    box = rect.adjusted(-1.5, -0.5, 1.5, 2.5)
    if look.tint:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_colour(look.tint))
        painter.drawRoundedRect(box, 3, 3)
    if look.current:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(_pen(accent, 2.2))
        painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 2.5), 4, 4)


def paint_line(painter: QPainter, look: Look, rect: QRectF) -> None:
    """Paint the line below the text."""
    width = _HEAVY if look.heavy else _LINE
    painter.setPen(_pen(look.line, width, look.pen, Qt.PenCapStyle.FlatCap))
    below = rect.bottom() + 0.4 + width / 2
    painter.drawLine(QPointF(rect.left(), below), QPointF(rect.right(), below))


class Badges:
    """Paints badges, each drawn once and kept as a picture.

    Args:
        font: of the text.
        canvas: colour of the letters on a badge.
        ratio: of pixels on the screen to those of the widget.
    """

    def __init__(self, font: QFont, canvas: str, ratio: float) -> None:
        self._made_for = font.key(), canvas, ratio
        self._font = font
        self._canvas = canvas
        self._ratio = ratio
        self._drawn: dict[tuple[str, str, bool], QPixmap] = {}

    def are_for(self, font: QFont, canvas: str, ratio: float) -> bool:
        """Whether they are those of this font, this colour and this screen."""
        return self._made_for == (font.key(), canvas, ratio)

    def paint(self, painter: QPainter, look: Look, piece: Piece) -> None:
        """Paint the badge above the side at which the first piece of a range begins."""
        if not look.badge:
            return
        wanted = look.badge, look.line, look.loud
        drawn = self._drawn.get(wanted)
        if drawn is None:
            drawn = self._drawn[wanted] = self._draw(*wanted)
        rect, size = piece.rect, drawn.deviceIndependentSize()
        left = rect.right() + 1.5 - size.width() if piece.leftward else rect.left() - 1.5
        # Always rounded the same way, so that it stays with its text when that is scrolled.
        painter.drawPixmap(QPointF(floor(left), floor(rect.top() - size.height() + 2)), drawn)

    def _draw(self, words: str, colour: str, loud: bool) -> QPixmap:
        small = QFont(self._font)
        general = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        small.setFamilies([general])
        small.setPointSizeF(max(5.5, self._font.pointSizeF() * (_LOUD if loud else _QUIET)))
        small.setBold(True)
        metrics = QFontMetricsF(small)
        # In whole pixels, or the letters would touch an edge.
        width, height = ceil(metrics.horizontalAdvance(words) + 5), ceil(metrics.height())
        box = QRectF(0, 0, width, height)
        drawn = QPixmap(ceil(width * self._ratio), ceil(height * self._ratio))
        drawn.setDevicePixelRatio(self._ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(_colour(colour))
        painter.drawRoundedRect(box, 2.5, 2.5)
        painter.setPen(_colour(self._canvas))
        painter.setFont(small)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)
        painter.end()
        return drawn


def paint_found(painter: QPainter, rect: QRectF, *, colour: str, current: bool) -> None:
    """Paint a sharp-cornered outline around what a search found, a double one where it is."""
    box = rect.adjusted(-1, 0.5, 1, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(colour, 1.2))
    painter.drawRect(box)
    if current:
        painter.setPen(_pen(colour, 2.0))
        painter.drawRect(box.adjusted(-2.6, -2.6, 2.6, 2.6))


@lru_cache(maxsize=256)
def _colour(name: str) -> QColor:
    return QColor(name)


@lru_cache(maxsize=256)
def _pen(
    colour: str,
    width: float,
    style: Qt.PenStyle = Qt.PenStyle.SolidLine,
    cap: Qt.PenCapStyle = Qt.PenCapStyle.SquareCap,
) -> QPen:
    return QPen(QColor(colour), width, style, cap)
