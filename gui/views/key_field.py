# ruff: noqa: N802 - Qt gives methods their names
"""A field that shows the key that is pressed in it."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit, QWidget

from gui.keys import native

_MODIFIERS: Final = frozenset(
    {
        Qt.Key.Key_Shift,
        Qt.Key.Key_Control,
        Qt.Key.Key_Alt,
        Qt.Key.Key_AltGr,
        Qt.Key.Key_Meta,
        Qt.Key.Key_CapsLock,
        Qt.Key.Key_unknown,
    }
)


class KeyField(QLineEdit):
    """Takes every key but Tab, which leaves it, and Escape.

    Signals:
        key_changed: another key was pressed, or none is there any more.
    """

    key_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setReadOnly(True)
        self.key = ""

    def forget(self) -> None:
        """Show no key."""
        self._show("")

    def event(self, event: QEvent) -> bool:
        """Keep keys that have a meaning in the window from having it here."""
        if event.type() is QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take the key."""
        if event.key() == Qt.Key.Key_Escape:
            super().keyPressEvent(event)
        elif Qt.Key(event.key()) not in _MODIFIERS:
            pressed = QKeySequence(event.keyCombination())
            self._show(pressed.toString(QKeySequence.SequenceFormat.PortableText))

    def _show(self, key: str) -> None:
        self.key = key
        self.setText(native(key))
        self.key_changed.emit()
