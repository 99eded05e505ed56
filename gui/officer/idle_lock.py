# ruff: noqa: N802 - Qt gives methods their names
"""Puts a key away that somebody left unlocked: automatic logoff, 45 CFR 164.312(a)(2)(iii)."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from gui.officer.desk_jobs import DeskJobs

IDLE_MINUTES: Final = 15

_INPUT: Final = {
    QEvent.Type.KeyPress,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.MouseMove,
    QEvent.Type.TouchBegin,
    QEvent.Type.Wheel,
}


class IdleLock(QObject):
    """Locks the desk once nobody has touched keys or mouse in a window for a while.

    Args:
        desk: where a key may be unlocked.
        window: the window; it owns this.
    """

    def __init__(self, desk: DeskJobs, window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._window = window
        self._watched: QObject | None = None
        self.timer = QTimer(self, singleShot=True, interval=IDLE_MINUTES * 60_000)
        self.timer.timeout.connect(desk.lock)
        desk.person_changed.connect(self._follow)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Begin to wait anew with each touch; the window has what gets them once it is shown."""
        if event.type() == QEvent.Type.Show and watched is self._window:
            self._watch()
        elif watched is self._watched and self.timer.isActive() and event.type() in _INPUT:
            self.timer.start()
        return False

    def _watch(self) -> None:
        handle = self._window.windowHandle()
        if handle is not None and handle is not self._watched:
            handle.installEventFilter(self)
            self._watched = handle

    def _follow(self) -> None:
        if self._desk.person is None:
            self.timer.stop()
        else:
            self.timer.start()
