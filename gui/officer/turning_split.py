# ruff: noqa: N802 - Qt gives methods their names
"""Two parts of a page that stand side by side where there is room, and else upon each other."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget


class TurningSplit(QSplitter):
    """Parts its widgets, the first of which takes what is left.

    Args:
        characters: so wide it must be at least for the parts to stand side by side.
        widgets: the parts.
    """

    def __init__(self, characters: int, *widgets: QWidget) -> None:
        super().__init__()
        self._characters = characters
        self.setHandleWidth(10)
        self.setChildrenCollapsible(False)
        for widget in widgets:
            self.addWidget(widget)
        self.setStretchFactor(0, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn when it becomes narrower or wider than that."""
        wide = self.width() >= self._characters * self.fontMetrics().averageCharWidth()
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if wanted is not self.orientation():
            self.setOrientation(wanted)
        super().resizeEvent(event)
