# ruff: noqa: N802 - Qt gives methods their names
"""All commands in one list: type some words, press Enter."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from gui.actions import Actions, Do
from gui.tables.commands import Column, CommandsModel
from gui.views.rows_table import RowsTable

_LIST_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_PAGE = 8


class Palette(QDialog):
    """Lists what can be done, filtered as one types. Enter does what is selected."""

    def __init__(self, actions: Actions, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("All commands"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        # It takes the focus, so what can be done is settled before.
        possible = {do for do in Do if actions[do].isEnabled()}
        commands: dict[Do, tuple[str, ...]] = {do: actions.keys(do) for do in Do}
        del commands[Do.PALETTE]
        self._model = CommandsModel(
            commands,
            possible=possible.__contains__,
            called=lambda do: actions[do].text(),
            parent=self,
        )
        self.words = QLineEdit(placeholderText=self.tr("Type what you want to do"))
        self.words.setAccessibleName(self.tr("Filter commands"))
        self.table = self._table()
        self.told = QLabel()
        self.told.setObjectName("muted")
        self.told.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 14, 12)
        layout.setSpacing(8)
        for widget in (self.words, self.table, self.told):
            layout.addWidget(widget)
        self.words.textChanged.connect(self._list)
        self.words.returnPressed.connect(self.take)
        self.words.installEventFilter(self)
        self.table.activated.connect(self.take)
        self.table.clicked.connect(self.take)
        self.table.selectionModel().currentChanged.connect(self._tell)
        wide = self.fontMetrics().averageCharWidth()
        room = parent.size()
        self.resize(min(132 * wide, room.width()), min(72 * wide, room.height()))
        self._select(0)
        self.words.setFocus()

    def take(self) -> None:
        """Do what is selected, if it is possible."""
        row = self.table.currentIndex().row()
        if row >= 0:
            action = self._actions[self._model.command(row)]
            if action.isEnabled():
                self.accept()
                action.trigger()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let the arrow keys move in the list while one types."""
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = Qt.Key(event.key())
            if key in _LIST_KEYS:
                steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -_PAGE}
                self._select(self.table.currentIndex().row() + steps.get(key, _PAGE))
                return True
        return super().eventFilter(watched, event)

    def _table(self) -> RowsTable:
        table = RowsTable(self._model, self.tr("Commands"))
        header = table.horizontalHeader()
        header.hide()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(Column.COMMAND, QHeaderView.ResizeMode.Stretch)
        return table

    def _list(self, words: str) -> None:
        self._model.list_only(words)
        self._select(0)

    def _select(self, row: int) -> None:
        last = self._model.rowCount() - 1
        self.table.setCurrentIndex(self._model.index(max(0, min(row, last)), Column.COMMAND))
        self._tell()

    def _tell(self) -> None:
        row = self.table.currentIndex().row()
        if row < 0:
            self.told.setText(self.tr("No command has these words."))
        elif self._actions[self._model.command(row)].isEnabled():
            self.told.setText(self.tr("Enter does it. Escape closes the list."))
        else:
            self.told.setText(self.tr("That is not possible now."))
