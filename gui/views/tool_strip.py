# ruff: noqa: N802 - Qt gives methods their names
"""The row of tools: with words where there is room, else with icons alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget


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
            for action in group:
                self._row.addWidget(self._button(action))
        self._row.addStretch()
        for other in others:
            self._row.addWidget(other)
            self._row.addSpacing(4)
        self.setMinimumWidth(1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the words if they fit."""
        super().resizeEvent(event)
        self._use_style(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        if self._row.sizeHint().width() > self.width():
            self._use_style(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def _button(self, action: QAction) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(action)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(action.text())
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.buttons.append(button)
        return button

    def _use_style(self, style: Qt.ToolButtonStyle) -> None:
        for button in self.buttons:
            button.setToolButtonStyle(style)
