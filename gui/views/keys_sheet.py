"""A sheet of all keys, as the user has them, by menu."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
_GAP = 32


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
        menus = list(dict.fromkeys(spec.menu_said() for spec in SPECS.values()))
        parts = [self._part(menu) for menu in menus]
        columns = [parts]
        for count in range(2, _MOST_COLUMNS + 1):
            shared = _share(parts, count)
            if sum(map(_width, shared)) + _GAP * (count - 1) <= room:
                columns = shared
        sheet = QWidget()
        layout = QHBoxLayout(sheet)
        layout.setContentsMargins(0, 0, 8, 0)
        layout.setSpacing(_GAP)
        for among in columns:
            column = QVBoxLayout()
            column.setSpacing(14)
            widest = max(part.column_width for part in among)
            for part in among:
                part.align_keys(widest)
                column.addWidget(part)
            column.addStretch()
            layout.addLayout(column)
        layout.addStretch()
        return sheet

    def _part(self, menu: str) -> _Part:
        said = {
            spec.said(): "   ".join(map(native, self._actions.keys(do)))
            for do, spec in SPECS.items()
            if spec.menu_said() == menu and self._actions.keys(do)
        }
        return _Part(menu.replace("&", ""), said)


class _Part(QWidget):
    """The keys of one menu."""

    def __init__(self, heading: str, said: Mapping[str, str]) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(20)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        title = QLabel(heading)
        title.setObjectName("heading")
        self._grid.addWidget(title, 0, 0, 1, 2)
        self.column_width = 0
        for row, (words, keys) in enumerate(said.items(), start=1):
            command, told = QLabel(words), QLabel(keys)
            told.setObjectName("muted")
            self._grid.addWidget(command, row, 0)
            self._grid.addWidget(told, row, 1)
            self.column_width = max(self.column_width, command.sizeHint().width())

    def align_keys(self, width: int) -> None:
        """Let the keys begin so far from the left."""
        self._grid.setColumnMinimumWidth(0, width)


def _share(parts: Sequence[_Part], count: int) -> list[list[_Part]]:
    """The parts in so many columns of about the same height, each put into the lowest."""
    columns: list[list[_Part]] = [[] for _ in range(count)]
    heights = [0] * count
    for part in parts:
        lowest = heights.index(min(heights))
        columns[lowest].append(part)
        heights[lowest] += part.sizeHint().height()
    return columns


def _width(column: Sequence[_Part]) -> int:
    return max(part.sizeHint().width() for part in column)
