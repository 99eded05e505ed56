# ruff: noqa: N802 - Qt gives methods their names
"""A drop-down box whose arrow follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox

from gui.icons import Symbol, pixmap


class Choice(QComboBox):
    """A box with one of several things to choose.

    Attributes:
        locked: whether it shows a lock in place of the arrow.
    """

    locked = False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the arrow, which a style sheet could only take from a file."""
        super().paintEvent(event)
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        size = self.fontMetrics().height() * 7 // 8
        left = size // 2 if self.isRightToLeft() else self.width() - size * 3 // 2
        place = QPoint(left, (self.height() - size) // 2)
        symbol = Symbol.LOCK if self.locked else Symbol.NEXT
        arrow = pixmap(symbol, colour, size, ratio=self.devicePixelRatioF())
        QPainter(self).drawPixmap(place, arrow)
