"""Files that the system asks the running program to open.

On macOS the Finder, the Dock and `open` send them so; elsewhere they are arguments of the program.
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication


class FileRequests(QObject):
    """Hands on what the system asks for."""

    asked = Signal(object)
    """The paths, a list with one entry."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        app.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt calls it
        """Take such a request out of the way of all others."""
        if not isinstance(event, QFileOpenEvent):
            return False
        if event.file():  # an address of the web has none, and is not for us
            self.asked.emit([Path(event.file())])
        return True
