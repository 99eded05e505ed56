"""Light or dark: follows the system unless the user says otherwise."""

from __future__ import annotations

from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from gui.style import style_sheet
from gui.theme import DARK, LIGHT, Theme


class Scheme(StrEnum):
    """What the user may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


_THEMES = {Scheme.SYSTEM: None, Scheme.LIGHT: LIGHT, Scheme.DARK: DARK}


class Appearance(QObject):
    """The theme in use.

    Signals:
        changed: carries the new `Theme`.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._chosen: Theme | None = None
        self.theme = LIGHT
        app.setStyle("Fusion")
        font = QFont(app.font())
        font.setPointSizeF(9.5)
        app.setFont(font)
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._apply)

    def choose(self, scheme: Scheme) -> None:
        """Look like this from now on."""
        self._chosen = _THEMES[scheme]
        self._apply()

    def _apply(self) -> None:
        dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.theme = self._chosen or (DARK if dark else LIGHT)
        self._app.setPalette(self.theme.palette())
        self._app.setStyleSheet(style_sheet(self.theme))
        self.changed.emit(self.theme)
