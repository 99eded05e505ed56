# ruff: noqa: N802 - Qt gives methods their names
"""A drop-down box whose arrow follows the theme."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QComboBox

from gui.icons import Symbol, pixmap

_SIZE = 14


class Choice(QComboBox):
    """A box with one of several things to choose."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the arrow, which a style sheet could only take from a file."""
        super().paintEvent(event)
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        place = QPoint(self.width() - _SIZE - 8, (self.height() - _SIZE) // 2)
        arrow = pixmap(Symbol.NEXT, colour, _SIZE, ratio=self.devicePixelRatioF())
        QPainter(self).drawPixmap(place, arrow)
