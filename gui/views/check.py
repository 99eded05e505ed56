# ruff: noqa: N802 - Qt gives methods their names
"""A box to tick whose tick follows the theme."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from gui.icons import Symbol, pixmap


class Check(QCheckBox):
    """A box to tick."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the box, then the tick, which a style sheet could only take from a file."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        part = QStyle.SubElement.SE_CheckBoxIndicator
        box = self.style().subElementRect(part, option, self)
        colour = self.palette().color(QPalette.ColorRole.Base).name()
        tick = pixmap(Symbol.ACCEPT, colour, box.width(), ratio=self.devicePixelRatioF())
        QPainter(self).drawPixmap(box.topLeft(), tick)
