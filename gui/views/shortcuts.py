"""Changing keys: every command with its keys, and a field that takes a new one."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gui.actions import SPECS, Actions, Do
from gui.keys import canonical, given, holder, native, unfit
from gui.settings import Settings, all_keys
from gui.tables.commands import Column, CommandsModel
from gui.views.flow import FlowLayout
from gui.views.key_field import KeyField
from gui.views.rows_table import RowsTable


class Shortcuts(QDialog):
    """Lets the user choose keys. A change holds at once and is kept."""

    def __init__(self, actions: Actions, settings: Settings, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Change keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._actions = actions
        self._settings = settings
        self._model = CommandsModel(all_keys(settings.shortcuts), parent=self)
        self.words = QLineEdit(placeholderText=self.tr("Filter by command or key"))
        self.words.setAccessibleName(self.tr("Filter commands"))
        self.table = self._table()
        self.key = KeyField()
        self.key.setAccessibleName(self.tr("New key"))
        self.key.setPlaceholderText(self.tr("Press the new key here"))
        self.told = QLabel()
        self.told.setWordWrap(True)
        self.add = self._button(self.tr("Add key"))
        self.clear = self._button(self.tr("No keys"))
        self.usual = self._button(self.tr("Usual keys"))
        self.all_usual = self._button(self.tr("All back to usual"))
        self.close_button = self._button(self.tr("Close"))
        self._lay_out(parent.size())
        self.words.textChanged.connect(self._list)
        self.table.selectionModel().currentChanged.connect(self._look)
        self.key.key_changed.connect(self._look)
        self.add.clicked.connect(self._add)
        self.clear.clicked.connect(lambda: self._give(()))
        self.usual.clicked.connect(lambda: self._give(SPECS[self.command()].keys))
        self.all_usual.clicked.connect(lambda: self._keep({}))
        self.close_button.clicked.connect(self.accept)
        self._select(0)
        self.words.setFocus()

    def command(self) -> Do:
        """The command whose keys are changed."""
        return self._model.command(max(0, self.table.currentIndex().row()))

    def _table(self) -> RowsTable:
        table = RowsTable(self._model, self.tr("Commands and their keys"))
        header = table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(Column.COMMAND, QHeaderView.ResizeMode.Stretch)
        return table

    def _button(self, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(words)
        # Enter in the fields above must not press it.
        button.setAutoDefault(False)
        return button

    def _lay_out(self, room: QSize) -> None:
        caption = QLabel(self.tr("New key"))
        caption.setBuddy(self.key)
        buttons = FlowLayout(gap=6)
        for button in (self.add, self.clear, self.usual, self.all_usual, self.close_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        for widget in (self.words, self.table, caption, self.key, self.told):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        wide = self.fontMetrics().averageCharWidth()
        self.resize(min(104 * wide, room.width() - 40), min(90 * wide, room.height() - 60))

    def _list(self, words: str) -> None:
        self._model.list_only(words)
        self._select(0)

    def _select(self, row: int) -> None:
        self.table.setCurrentIndex(self._model.index(row, Column.COMMAND))
        self._look()

    def _look(self) -> None:
        """Say what would come of the key, and let only that be done which can be."""
        listed = self._model.rowCount() > 0
        for button in (self.clear, self.usual):
            button.setEnabled(listed)
        key, words, fit = self.key.key, "", False
        self.add.setText(self.tr("Add key"))
        if not listed:
            words = self.tr("No command has these words.")
        elif key:
            reason = unfit(key)
            other = holder(all_keys(self._settings.shortcuts), key)
            fit = reason is None and other is not self.command()
            if reason is not None:
                words = reason.told()
            elif other is self.command():
                words = self.tr("It has that key already.")
            elif other is not None:
                words = self.tr("{} is a key of “{}”.").format(native(key), SPECS[other].said())
                self.add.setText(self.tr("Take the key from there"))
            else:
                words = self.tr("{} is free.").format(native(key))
        self.add.setAccessibleName(self.add.text())
        self.add.setEnabled(fit)
        self.told.setText(words)

    def _add(self) -> None:
        do = self.command()
        self._give((*all_keys(self._settings.shortcuts)[do], canonical(self.key.key)))

    def _give(self, keys: tuple[str, ...]) -> None:
        self._keep(given(all_keys(self._settings.shortcuts), self.command(), keys))

    def _keep(self, chosen: Mapping[Do, tuple[str, ...]]) -> None:
        self._settings.shortcuts = chosen
        self._actions.use_keys(self._settings.shortcuts)
        self._model.show(all_keys(self._settings.shortcuts))
        self.key.forget()
        self._look()
