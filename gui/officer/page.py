"""What every page of the officer's desk is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from gui.theme import Theme


class Page(QWidget):
    """A page of the window, made from the desk and the present theme.

    Attributes:
        title: leads to it, in the language of the user.

    Signals:
        warned: carries words that the officer should see on whatever page, and their `Tone`.
    """

    warned = Signal(object, object)

    title: str

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""

    def shown(self) -> None:
        """It comes into sight: bring it up to date."""
