# ruff: noqa: N802 - Qt gives methods their names
"""A drop-down box on a page that scrolls."""

from __future__ import annotations

from PySide6.QtGui import QWheelEvent

from gui.views.choice import Choice


class StillChoice(Choice):
    """A box that a wheel passes over: it scrolls the page, and chooses nothing on its way."""

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave it to the page."""
        event.ignore()
