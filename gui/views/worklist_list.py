# ruff: noqa: N802 - Qt gives methods their names
"""The list of the notes of the queue, and which files are dragged or copied there."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import (
    QEvent,
    QItemSelection,
    QItemSelectionModel,
    QMimeData,
    QPoint,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView, QListView

from gui.tables.worklist import WorklistModel, runs
from gui.views.worklist_rows import WorklistDelegate


class NoteList(QListView):
    """Lists the notes: keeps place and selection, and knows the keys.

    Signals:
        erased: the selected notes shall leave the list.
        pasted: the files in the clipboard shall come in.
        menu_wanted: carries where on the screen the menu shall appear.
    """

    erased = Signal()
    pasted = Signal()
    menu_wanted = Signal(QPoint)

    def __init__(self, model: WorklistModel, rows: WorklistDelegate) -> None:
        super().__init__()
        self._notes = model
        self._kept: tuple[set[int], int | None, int] = (set(), None, 0)
        self.setAccessibleName(self.tr("Notes of the queue"))
        self.setModel(model)
        self.setItemDelegate(rows)
        self.setUniformItemSizes(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # What is dropped goes to the panel.
        self.setAcceptDrops(False)
        self.viewport().setAcceptDrops(False)
        model.modelAboutToBeReset.connect(self._keep_place)
        model.modelReset.connect(self._find_place)

    def follow(self, row: int | None) -> None:
        """Go to the note that was opened, unless several are selected."""
        if row is not None and len(self.selectionModel().selectedRows()) <= 1:
            # Said so plainly: a list that is left to itself heeds a Ctrl key that is held down.
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(self._notes.index(row), flags)

    def event(self, event: QEvent) -> bool:
        """Take the key for pasting before the window does, if there are files to paste."""
        if event.type() == QEvent.Type.ShortcutOverride and self._pastes(event):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete takes notes out, and files can be pasted."""
        if event.matches(QKeySequence.StandardKey.Delete):
            self.erased.emit()
        elif self._pastes(event):
            self.pasted.emit()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu: at the pointer, or below the note that the keyboard is at."""
        place = event.globalPos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            row = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(row.center())
        self.menu_wanted.emit(place)

    @staticmethod
    def _pastes(event: QEvent) -> bool:
        return (
            isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
            and bool(local_paths(QGuiApplication.clipboard().mimeData()))
        )

    def _keep_place(self) -> None:
        chosen = {self._notes.item(i.row()).id for i in self.selectionModel().selectedRows()}
        current = self.currentIndex()
        key = self._notes.item(current.row()).id if current.isValid() else None
        self._kept = (chosen, key, self.verticalScrollBar().value())

    def _find_place(self) -> None:
        chosen, key, scrolled = self._kept
        rows = [row for row in map(self._notes.row_of, chosen) if row is not None]
        selection = QItemSelection()
        for run in runs(sorted(rows)):
            selection.select(self._notes.index(run.start), self._notes.index(run.stop - 1))
        flags = QItemSelectionModel.SelectionFlag
        row = self._notes.row_of(key)
        if row is not None:
            self.selectionModel().setCurrentIndex(self._notes.index(row), flags.NoUpdate)
        self.selectionModel().select(selection, flags.ClearAndSelect)
        self.verticalScrollBar().setValue(scrolled)


def local_paths(data: QMimeData | None) -> tuple[Path, ...]:
    """The files and folders of this computer that are dragged or copied, each once."""
    if data is None or not data.hasUrls():
        return ()
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return tuple(dict.fromkeys(paths))
