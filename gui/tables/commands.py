# ruff: noqa: N802 - Qt gives methods their names
"""Everything that can be done as a table: how it is called, its menu and its keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QGuiApplication, QPalette

from gui.actions import SPECS, Do
from gui.keys import native
from gui.tables.headers import header
from gui.words import QT_TRANSLATE_NOOP

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class Column(IntEnum):
    """The columns of the table."""

    COMMAND = 0
    MENU = 1
    KEYS = 2


_HEADERS = {
    Column.COMMAND: QT_TRANSLATE_NOOP("Commands", "Command"),
    Column.MENU: QT_TRANSLATE_NOOP("Commands", "Menu"),
    Column.KEYS: QT_TRANSLATE_NOOP("Commands", "Keys"),
}


class CommandsModel(QAbstractTableModel):
    """Commands, or those of them that hold some words.

    Args:
        commands: which there are.
        possible: whether one can be done now. What cannot stands back, and after the others.
        called: how one is called now; otherwise as in the table of actions.
        parent: what it belongs to.
    """

    def __init__(
        self,
        commands: Mapping[Do, tuple[str, ...]],
        *,
        possible: Callable[[Do], bool] = lambda do: True,
        called: Callable[[Do], str] = lambda do: SPECS[do].said(),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._keys = dict(commands)
        self._possible = possible
        self._called = called
        self._words: tuple[str, ...] = ()
        self._listed: list[Do] = []
        self._list()

    def show(self, commands: Mapping[Do, tuple[str, ...]]) -> None:
        """Show these keys, in the same rows."""
        self._keys.update(commands)
        self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, Column.KEYS))

    def list_only(self, words: str) -> None:
        """List only commands that hold all these words; those that begin so come first."""
        self._words = tuple(words.casefold().split())
        self._list()

    def command(self, row: int) -> Do:
        """The command in a row."""
        return self._listed[row]

    def row_of(self, do: Do) -> int | None:
        """The row of a command."""
        return self._listed.index(do) if do in self._listed else None

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """How many commands are listed."""
        return 0 if parent.isValid() else len(self._listed)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """How many columns there are."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        """Titles of the columns."""
        return header([_said(_HEADERS[column]) for column in Column], section, orientation, role)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What a cell shows."""
        if not index.isValid() or not 0 <= index.row() < len(self._listed):
            return None
        do, column = self._listed[index.row()], Column(index.column())
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole}:
            return self._shown(do, column)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return ", ".join(filter(None, (self._shown(do, each) for each in Column)))
        if role == Qt.ItemDataRole.ForegroundRole and not self._possible(do):
            group, faint = QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text
            return QGuiApplication.palette().brush(group, faint)
        return None

    def _shown(self, do: Do, column: Column) -> str:
        match column:
            case Column.COMMAND:
                return self._called(do)
            case Column.MENU:
                menu = SPECS[do].menu_said().replace("&", "")
                return menu if self._possible(do) else f"{menu} · {_said(_NOT_NOW)}"
            case Column.KEYS:
                return "   ".join(native(key) for key in self._keys[do])

    def _list(self) -> None:
        self.beginResetModel()
        self._listed = sorted(filter(self._is_listed, self._keys), key=self._rank)
        self.endResetModel()

    def _is_listed(self, do: Do) -> bool:
        line = " ".join(self._shown(do, column) for column in Column).casefold()
        return all(word in line for word in self._words)

    def _rank(self, do: Do) -> tuple[bool, bool]:
        begins = self._called(do).casefold().startswith(self._words[:1] or "")
        return not self._possible(do), not begins


_NOT_NOW = QT_TRANSLATE_NOOP("Commands", "not possible now")


def _said(words: str) -> str:
    return QCoreApplication.translate("Commands", words)
