"""A few folders: listed, more added, one taken off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from gui.officer.pane import flow_of, named_button
from gui.views.dialogs import ask_folder

_ROWS_IN_SIGHT = 4


class FolderList(QWidget):
    """Folders, of which each is listed once.

    Args:
        name: what they are for.
        folders: those that there are.
    """

    def __init__(self, name: str, folders: Sequence[Path]) -> None:
        super().__init__()
        self.list = QListWidget()
        self.list.setObjectName("box")
        self.list.setAccessibleName(name)
        self.list.setMinimumHeight(_ROWS_IN_SIGHT * self.list.fontMetrics().height())
        self.list.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.more, self.less = named_button(self.tr("Add …")), named_button(self.tr("Remove"))
        self.setFocusProxy(self.more)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.list)
        column.addLayout(flow_of((self.more, self.less)))
        self.more.clicked.connect(self._ask)
        self.less.clicked.connect(self._remove)
        self.list.currentRowChanged.connect(self._offer)
        for folder in folders:
            self.add(folder)
        self._offer()

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those that are listed, in their order."""
        return tuple(Path(self.list.item(row).text()) for row in range(self.list.count()))

    def add(self, folder: Path) -> None:
        """List this folder too."""
        if folder not in self.folders:
            self.list.addItem(str(folder))
            self.list.item(self.list.count() - 1).setToolTip(str(folder))

    def _ask(self) -> None:
        ask_folder(self, self.add)

    def _remove(self) -> None:
        self.list.takeItem(self.list.currentRow())
        self._offer()

    def _offer(self) -> None:
        self.less.setEnabled(self.list.currentRow() >= 0)
