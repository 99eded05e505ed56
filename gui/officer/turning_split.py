# ruff: noqa: N802 - Qt gives methods their names
"""Two parts of a page that stand side by side where there is room, and else upon each other."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget


class TurningSplit(QSplitter):
    """Parts the room among its widgets, until somebody moves the handle between them.

    Args:
        characters: so wide it must be at least for the parts to stand side by side.
        widgets: the parts.
        shares: how much of the room each gets, whichever way they stand; empty: all the same.
    """

    def __init__(self, characters: int, *widgets: QWidget, shares: Sequence[int] = ()) -> None:
        super().__init__()
        self._characters = characters
        self._shares = list(shares) or [1] * len(widgets)
        self._parted = False
        self.setHandleWidth(10)
        self.setChildrenCollapsible(False)
        for place, (widget, share) in enumerate(zip(widgets, self._shares, strict=True)):
            self.addWidget(widget)
            self.setStretchFactor(place, share)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Turn when it becomes narrower or wider than that."""
        wide = self.width() >= self._characters * self.fontMetrics().averageCharWidth()
        wanted = Qt.Orientation.Horizontal if wide else Qt.Orientation.Vertical
        if wanted is not self.orientation():
            self.setOrientation(wanted)
            self._parted = False
        super().resizeEvent(event)
        if not self._parted:
            self._parted = True
            room = self.width() if wide else self.height()
            self.setSizes([room * share // sum(self._shares) for share in self._shares])
