"""Keys go before work: while one is answered, what computes in other threads rests.

Python runs one thread at a time. Each time the window's thread calls into Qt, one that computes
takes over and keeps it waiting, so that the answer to a key would take twice as long.
"""

from __future__ import annotations

from threading import Event
from typing import Final

from PySide6.QtCore import QObject, QTimer

_ANSWERED_MS: Final = 20
"""So long after a key work goes on, if what the key did is painted by then; else after that."""

_PATIENCE: Final = 0.2
"""Seconds that work rests at most, however busy the window is, before it goes one step on."""


class Precedence(QObject):
    """Lets work rest while the window answers. Lives in the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._free = Event()
        self._free.set()
        # Painting goes before timers.
        self._timer = QTimer(self, singleShot=True, interval=_ANSWERED_MS)
        self._timer.timeout.connect(self._free.set)

    def take(self) -> None:
        """Let work rest until what is done now is painted."""
        self._free.clear()
        self._timer.start()

    def leave(self) -> None:
        """Let work go on at once."""
        self._timer.stop()
        self._free.set()

    def rest(self) -> None:
        """Rest while the window answers; called by work, in its own thread."""
        if not self._free.is_set():
            self._free.wait(_PATIENCE)
