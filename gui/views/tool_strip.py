# ruff: noqa: N802 - Qt gives methods their names
"""The row of tools: with words where there is room, else with icons alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from gui.views.action_button import ActionButton


class ToolStrip(QFrame):
    """Buttons for groups of actions on the left, and other widgets on the right."""

    def __init__(
        self,
        groups: Sequence[Sequence[QAction]],
        others: Sequence[QWidget],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("tools")
        self.buttons: list[QToolButton] = []
        self._groups: list[list[QToolButton]] = []
        self._others = others
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 7, 12, 7)
        self._row.setSpacing(4)
        self._lines: list[QFrame] = []
        for group in groups:
            self._groups.append([self._button(action) for action in group])
            self._lines.append(_line())
            for widget in (*self._groups[-1], self._lines[-1]):
                self._row.addWidget(widget)
        self._row.addStretch()
        for other in others:
            self._row.addWidget(other)
            self._row.addSpacing(4)
        self.setMinimumWidth(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show what fits.

        The last tools lose their words first, then the others do; then the first tools go, which
        menus and keys reach too.
        """
        super().resizeEvent(event)
        count = len(self._groups)
        for worded in range(count, -1, -1):
            if self._fits(worded=worded, hidden=0, wordless=False):
                return
        for hidden in range(count):
            if self._fits(worded=0, hidden=hidden, wordless=True):
                return

    def _fits(self, *, worded: int, hidden: int, wordless: bool) -> bool:
        """Whether there is room with so many groups worded and hidden; it stays so then."""
        style = Qt.ToolButtonStyle
        for number, (group, line) in enumerate(zip(self._groups, self._lines, strict=True)):
            words = number < worded
            for button in group:
                button.setToolButtonStyle(
                    style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly
                )
                button.setHidden(number < hidden)
            line.setHidden(number < hidden or number == len(self._groups) - 1)
        for other in self._others:
            if isinstance(other, ActionButton):
                other.set_wordless(wordless)
            elif isinstance(other, QLabel):
                other.setHidden(wordless)
        return self._row.sizeHint().width() <= self.width()

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.buttons.append(button)
        return button


def _line() -> QFrame:
    line = QFrame()
    line.setObjectName("line")
    line.setFixedWidth(1)
    return line
