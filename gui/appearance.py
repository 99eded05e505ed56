"""Light, dark or high contrast, and how large: as the system is unless the user says otherwise."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication

from gui.scaling import fit
from gui.style import style_sheet
from gui.theme import DARK, HIGH_CONTRAST, LIGHT, Theme


class Scheme(StrEnum):
    """What the user may choose."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"


SMALLEST: Final = 100
"""The usual size, in per cent."""

LARGEST: Final = 300
"""The largest size, in per cent."""

_FONT: Final = 9.5
_STEPS: Final = (100, 110, 125, 150, 175, 200, 250, 300)
_THEMES = {
    Scheme.SYSTEM: None,
    Scheme.LIGHT: LIGHT,
    Scheme.DARK: DARK,
    Scheme.HIGH_CONTRAST: HIGH_CONTRAST,
}


def step_of_scale(percent: int, step: int) -> int:
    """The next larger or smaller size; the same at the end.

    Args:
        percent: the size now.
        step: 1 for larger, -1 for smaller.
    """
    if step > 0:
        return next((size for size in _STEPS if size > percent), LARGEST)
    return next((size for size in reversed(_STEPS) if size < percent), SMALLEST)


class Appearance(QObject):
    """The theme and the size in use.

    Signals:
        changed: carries the new `Theme`.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self._chosen: Theme | None = None
        self._scale = 1.0
        self.theme = LIGHT
        app.setStyle("Fusion")
        self._apply()
        app.styleHints().colorSchemeChanged.connect(self._apply)
        app.focusWindowChanged.connect(self._fit_what_came)

    def choose(self, scheme: Scheme, *, percent: int = SMALLEST) -> None:
        """Look like this from now on.

        Args:
            scheme: the colours.
            percent: the size of fonts, icons, margins and rows; `SMALLEST` to `LARGEST`.
        """
        chosen, scale = _THEMES[scheme], min(max(percent, SMALLEST), LARGEST) / 100
        if (chosen, scale) != (self._chosen, self._scale):
            self._fit()
            self._chosen, self._scale = chosen, scale
            self._apply()

    def _apply(self) -> None:
        dark = self._app.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.theme = replace(self._chosen or (DARK if dark else LIGHT), scale=self._scale)
        font = QFont(self._app.font())
        font.setPointSizeF(_FONT * self._scale)
        self._app.setFont(font)
        self._app.setPalette(self.theme.palette())
        self._app.setStyleSheet(style_sheet(self.theme))
        self._fit()
        self.changed.emit(self.theme)

    def _fit_what_came(self) -> None:
        """A window that is made later comes in the usual size: where that is wanted, leave it."""
        if self._scale != 1:
            self._fit()

    def _fit(self) -> None:
        for window in self._app.topLevelWidgets():
            fit(window, self._scale)
