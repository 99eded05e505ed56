"""A sheet of all keys, as the user has them, by menu."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from gui.actions import SPECS, Actions, Do
from gui.keys import native

_MOST_COLUMNS = 3


class KeysSheet(QDialog):
    """Lists what the keys do. What has no key is not on it."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        room = parent.size()
        sheet = self._sheet(room.width() - 160)
        area = QScrollArea()
        area.setWidget(sheet)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setAccessibleName(self.tr("Keys"))
        letters = QLabel(
            self.tr("Letters alone work while the note or the list of findings has the focus.")
        )
        letters.setObjectName("muted")
        letters.setWordWrap(True)
        change = QPushButton(SPECS[Do.SHORTCUTS].said())
        change.setEnabled(actions[Do.SHORTCUTS].isEnabled())
        change.clicked.connect(self._change)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        for button in (change, close):
            button.setAccessibleName(button.text())
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(change)
        row.addWidget(close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(16)
        layout.addWidget(area)
        layout.addWidget(letters)
        layout.addLayout(row)
        wanted = sheet.sizeHint()
        self.resize(
            min(wanted.width() + 14 * self.fontMetrics().averageCharWidth(), room.width() - 40),
            min(wanted.height() + 160, room.height() - 60),
        )
        close.setFocus()

    def _change(self) -> None:
        self.accept()
        self._actions[Do.SHORTCUTS].trigger()

    def _sheet(self, room: int) -> QWidget:
        """As many columns of menus side by side as the room has, at most three."""
        parts = [self._part(menu) for menu in dict.fromkeys(s.menu_said() for s in SPECS.values())]
        widest = max(part.sizeHint().width() for part in parts)
        count = max(1, min(_MOST_COLUMNS, room // (widest + 32)))
        sheet = QWidget()
        layout = QHBoxLayout(sheet)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(32)
        columns = [QVBoxLayout() for _ in range(count)]
        heights = [0] * count
        for part in parts:
            lowest = heights.index(min(heights))
            columns[lowest].addWidget(part)
            heights[lowest] += part.sizeHint().height()
        for column in columns:
            column.setSpacing(14)
            column.addStretch()
            layout.addLayout(column)
        return sheet

    def _part(self, menu: str) -> QWidget:
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(0, 1)
        heading = QLabel(menu.replace("&", ""))
        heading.setObjectName("heading")
        grid.addWidget(heading, 0, 0, 1, 2)
        for do, spec in SPECS.items():
            keys = self._actions.keys(do)
            if spec.menu_said() == menu and keys:
                told = QLabel("   ".join(native(key) for key in keys))
                told.setObjectName("muted")
                row = grid.rowCount()
                grid.addWidget(QLabel(spec.said()), row, 0)
                grid.addWidget(told, row, 1)
        return part
