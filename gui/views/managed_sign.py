# ruff: noqa: N802 - Qt gives methods their names
"""The sign that IT manages something: a lock, and words that the keyboard reaches too."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from deid.managed import Managed
from gui.icons import Symbol, pixmap
from gui.locks import locked_list, managed_words
from gui.views.elided_label import ElidedLabel


class ManagedSign(QWidget):
    """A lock and a few words.

    Args:
        words: beside the lock; empty: that something is managed.
        here: lists in the tooltip what IT manages; None: nothing is listed.
        parent: the window.
    """

    def __init__(
        self, words: str = "", *, here: Managed | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._lock, self.words = QLabel(), ElidedLabel(words or managed_words())
        for part in (self._lock, self.words):
            part.setObjectName("sign")
        listed = "" if here is None else locked_list(here)
        self.setToolTip(listed)
        self.words.setToolTip(listed)
        self.words.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.words.setAccessibleName(self.words.text())
        self.words.setAccessibleDescription(listed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self._lock)
        layout.addWidget(self.words, 1)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the lock anew in other colours and sizes."""
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.FontChange}:
            self._draw()

    def _draw(self) -> None:
        colour = self.palette().color(QPalette.ColorRole.PlaceholderText).name()
        size, ratio = self.fontMetrics().height(), self.devicePixelRatioF()
        self._lock.setPixmap(pixmap(Symbol.LOCK, colour, size, ratio=ratio))
