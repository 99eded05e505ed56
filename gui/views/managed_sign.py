"""The sign at the foot of the window that IT manages some of the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from deid.managed import Managed
from gui.icons import Symbol, pixmap
from gui.locks import locked_list, managed_words
from gui.theme import Theme
from gui.views.elided_label import ElidedLabel


class ManagedSign(QWidget):
    """A lock and a few words; the tooltip lists what is managed.

    Args:
        here: what IT manages.
        theme: the colours.
        parent: the window.
    """

    def __init__(self, here: Managed, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lock = QLabel()
        self._lock.setObjectName("sign")
        self.words = ElidedLabel(managed_words())
        self.words.setObjectName("sign")
        listed = locked_list(here)
        self.setToolTip(listed)
        self.words.setToolTip(listed)
        self.words.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.words.setAccessibleName(managed_words())
        self.words.setAccessibleDescription(listed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(6)
        layout.addWidget(self._lock)
        layout.addWidget(self.words, 1)
        self.use_theme(theme)

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        size, ratio = self.fontMetrics().height(), self.devicePixelRatioF()
        self._lock.setPixmap(pixmap(Symbol.LOCK, theme.muted, size, ratio=ratio))
