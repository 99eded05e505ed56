"""How a marked range looks: a tint, a line below, a badge above its beginning, a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPainter, QPen

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
        told: what a tooltip says.
        heavy: whether the line below is a heavy one, for what wants a look.
        current: whether it is the one that is looked at.
        loud: whether the badge is to be read from afar, as what one is to type.
    """

    line: str
    tint: str
    pen: Qt.PenStyle
    badge: str
    told: str
    heavy: bool = False
    current: bool = False
    loud: bool = False


def paint_tint(painter: QPainter, look: Look, rect: QRectF, *, accent: str) -> None:
    """Paint what lies behind the text: the tint, and the frame of the current range."""
    box = rect.adjusted(-1.5, -0.5, 1.5, 2.5)
    if look.tint:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(look.tint))
        painter.drawRoundedRect(box, 3, 3)
    if look.current:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(accent), 2.2))
        painter.drawRoundedRect(box.adjusted(-1.5, -1.5, 1.5, 2.5), 4, 4)


def paint_line(painter: QPainter, look: Look, rect: QRectF) -> None:
    """Paint the line below the text."""
    width = _HEAVY if look.heavy else _LINE
    painter.setPen(QPen(QColor(look.line), width, look.pen, Qt.PenCapStyle.FlatCap))
    below = rect.bottom() + 0.4 + width / 2
    painter.drawLine(QPointF(rect.left(), below), QPointF(rect.right(), below))


def paint_badge(painter: QPainter, look: Look, piece: Piece, *, font: QFont, canvas: str) -> None:
    """Paint the badge above the side at which the first piece of a range begins."""
    if not look.badge:
        return
    small = QFont(font)
    small.setFamilies([QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()])
    small.setPointSizeF(max(5.5, font.pointSizeF() * (_LOUD if look.loud else _QUIET)))
    small.setBold(True)
    metrics = QFontMetricsF(small)
    width = metrics.horizontalAdvance(look.badge) + 5
    rect = piece.rect
    left = rect.right() + 1.5 - width if piece.leftward else rect.left() - 1.5
    box = QRectF(left, rect.top() - metrics.height() + 2, width, metrics.height())
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(look.line))
    painter.drawRoundedRect(box, 2.5, 2.5)
    painter.setPen(QColor(canvas))
    painter.setFont(small)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, look.badge)


def paint_found(painter: QPainter, rect: QRectF, *, colour: str, current: bool) -> None:
    """Paint a sharp-cornered outline around what a search found, a double one where it is."""
    box = rect.adjusted(-1, 0.5, 1, 1)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(colour), 1.2))
    painter.drawRect(box)
    if current:
        painter.setPen(QPen(QColor(colour), 2.0))
        painter.drawRect(box.adjusted(-2.6, -2.6, 2.6, 2.6))
