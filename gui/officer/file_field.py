"""A file or folder, typed or chosen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from gui.views.dialogs import ask_file, ask_save

_LEGIBLE: Final = 32
"""So many characters of a path are in sight; a form gives it a line of its own for that."""

Ask = Callable[[QWidget, Callable[[Path], None]], None]


class FileField(QWidget):
    """A line for a path, and a button that lets it be chosen.

    Args:
        name: what it is.
        ask: asks for it, for a window, and hands it on.

    Signals:
        chosen: another path stands there.
    """

    chosen = Signal()

    def __init__(self, name: str, ask: Ask) -> None:
        super().__init__()
        self._ask_for, self._told = ask, ""
        self.line, self.choose = QLineEdit(), QPushButton(self.tr("Choose …"))
        self.line.setAccessibleName(name)
        self.choose.setAccessibleName(self.tr("{}: choose").format(name))
        self.setFocusProxy(self.line)
        self.line.setMinimumWidth(_LEGIBLE * self.fontMetrics().averageCharWidth())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.line, 1)
        row.addWidget(self.choose)
        self.choose.clicked.connect(self._ask)
        self.line.editingFinished.connect(self._tell)

    @property
    def path(self) -> Path | None:
        """What was typed or chosen; None while nothing is."""
        typed = self.line.text().strip()
        return Path(typed) if typed else None

    def _ask(self) -> None:
        self._ask_for(self, self._take)

    def _take(self, path: Path) -> None:
        self.line.setText(str(path))
        self._tell()

    def _tell(self) -> None:
        if self.line.text() != self._told:
            self._told = self.line.text()
            self.chosen.emit()


def existing(title: str) -> Ask:
    """Asks for a file that is there."""
    return lambda parent, then: ask_file(parent, title, then)


def new(title: str, proposed: str) -> Ask:
    """Asks for a file that is not there yet."""
    return lambda parent, then: ask_save(parent, Path.home() / proposed, then, title=title)
