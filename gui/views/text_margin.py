# ruff: noqa: N802 - Qt gives methods their names
"""Room before the text of a box for numbers or dates, which a style sheet cannot give it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QAbstractSpinBox


class TextMargin(QObject):
    """Keeps the text of a box off its border, as it is in other fields, at every size.

    Args:
        box: owns it.
    """

    def __init__(self, box: QAbstractSpinBox) -> None:
        super().__init__(box)
        self._box = box
        box.installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the size of the letters."""
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.Polish, QEvent.Type.StyleChange}:
            self._follow()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        wide = self._box.fontMetrics().averageCharWidth()
        self._box.lineEdit().setTextMargins(wide, 0, wide, 0)
