# ruff: noqa: N802 - Qt gives methods their names
"""The row of tools: with words where there is room, else with icons alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

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
        self._others = [other for other in others if isinstance(other, ActionButton)]
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 7, 12, 7)
        self._row.setSpacing(4)
        for number, group in enumerate(groups):
            if number:
                line = QFrame()
                line.setObjectName("line")
                line.setFixedWidth(1)
                self._row.addSpacing(4)
                self._row.addWidget(line)
                self._row.addSpacing(4)
            self._groups.append([self._button(action) for action in group])
            for button in self._groups[-1]:
                self._row.addWidget(button)
        self._row.addStretch()
        for other in others:
            self._row.addWidget(other)
            self._row.addSpacing(4)
        self.setMinimumWidth(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the words that fit; the last tools lose theirs first, and the others at the end."""
        super().resizeEvent(event)
        worded = [(count, False) for count in range(len(self._groups), -1, -1)]
        for groups, wordless in (*worded, (0, True)):
            self._show_words(groups)
            for other in self._others:
                other.set_wordless(wordless)
            if self._row.sizeHint().width() <= self.width():
                return

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.buttons.append(button)
        return button

    def _show_words(self, groups: int) -> None:
        """Show the words of the first groups only."""
        style = Qt.ToolButtonStyle
        for number, group in enumerate(self._groups):
            words = number < groups
            for button in group:
                button.setToolButtonStyle(
                    style.ToolButtonTextBesideIcon if words else style.ToolButtonIconOnly
                )
