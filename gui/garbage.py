"""Collects garbage in the thread of the user interface alone.

Python collects cycles in whichever thread happens to allocate. A Qt object that dies in a thread
that it does not live in takes the program down, so no worker thread may come to collect.
"""

from __future__ import annotations

import gc
from typing import Final

from PySide6.QtCore import QObject, QTimer

_EVERY_MS: Final = 5000
"""With a long note a collection takes up to 25 ms: seldom enough that few keys wait for one."""


class GarbageCollector(QObject):
    """Collects every few seconds, as far as Python itself would have.

    Args:
        parent: owns it.
        every_ms: so many milliseconds lie between two collections.
    """

    def __init__(self, parent: QObject | None = None, *, every_ms: int = _EVERY_MS) -> None:
        super().__init__(parent)
        gc.disable()
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self._collect)
        self._timer.start()

    def keep_for_good(self) -> None:
        """Look no more at what is there now: the detectors stay, and are much to look at."""
        gc.collect()
        gc.freeze()

    def _collect(self) -> None:
        for generation in (2, 1, 0):
            if gc.get_count()[generation] > gc.get_threshold()[generation] > 0:
                gc.collect(generation)
                return
