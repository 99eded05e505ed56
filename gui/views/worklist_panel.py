# ruff: noqa: N802 - Qt gives methods their names
"""The queue: which notes there are, how it stands with each, and how long the rest takes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QStackedWidget, QVBoxLayout, QWidget

from deid import Batch, Item, ItemState, Origin
from gui.actions import Actions, Do
from gui.tables.standing import Listed, Standing
from gui.tables.worklist import WorklistModel
from gui.theme import Theme
from gui.views.action_button import ActionButton
from gui.views.choice import Choice
from gui.views.flow import FlowLayout
from gui.views.fold import Fold
from gui.views.queue_progress import QueueProgress
from gui.views.removal import Loss, RemovalQuestion
from gui.views.room import HighEnough
from gui.views.worklist_list import NoteList, local_paths
from gui.views.worklist_rows import WorklistDelegate
from gui.views.worklist_words import (
    batch_lines,
    batches_line,
    queue_line,
    watched_line,
    watched_lines,
)

_ADDING = (Do.OPEN, Do.OPEN_FOLDER, Do.WATCH_FOLDER)


class WorklistPanel(QFrame):
    """Lists the notes of the queue and hands on what is done with them.

    Names of files stand here and nowhere else; they may identify people.

    Signals:
        opened: carries the id of the note that shall lie on the desk.
        removed: carries the ids of the notes that shall leave the queue.
        paused: carries whether examining shall wait.
        dropped: carries the paths of files and folders that were dropped or pasted.
        unwatched: carries the folder that shall be watched no more.
    """

    opened = Signal(object)
    removed = Signal(object)
    paused = Signal(bool)
    dropped = Signal(object)
    unwatched = Signal(object)

    def __init__(
        self,
        theme: Theme,
        actions: Actions,
        *,
        reviewed: Callable[[Sequence[int]], int],
        parent: QWidget | None = None,
    ) -> None:
        """Make the panel.

        Args:
            theme: its colours.
            actions: those of the window; the panel says what removing and pausing do.
            reviewed: how many of the notes with these ids hold decisions that were not saved.
            parent: the widget that it belongs to.
        """
        super().__init__(parent)
        self.setObjectName("pane")
        self.setAccessibleName(self.tr("Queue"))
        self.setAcceptDrops(True)
        self._reviewed = reviewed
        self._actions = actions
        self._current: int | None = None
        self._has_ended = False
        self._model = WorklistModel(self)
        self._rows = WorklistDelegate(theme, self)
        self.heading = QLabel()
        self.heading.setObjectName("heading")
        self.heading.setWordWrap(True)
        self.kinds = self._kinds()
        self.list = NoteList(self._model, self._rows)
        self.empty = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.empty.setObjectName("muted")
        self.empty.setWordWrap(True)
        self.empty.setContentsMargins(12, 12, 12, 12)
        self.progress = QueueProgress(actions[Do.PAUSE])
        self.batches = Fold(self.tr("Runs of the command line"))
        self.watched = Fold(self.tr("Watched folders"), remedy=self.tr("Stop watching"))
        self._folders: tuple[Path, ...] = ()
        self._open = QAction(self.tr("Open this note"), self)
        self._open.triggered.connect(self._tell_opened)
        self._copy = QAction(self.tr("Copy why it is refused"), self)
        self._copy.triggered.connect(self._copy_reasons)
        self._lay_out()
        self._connect()
        self.show_items((), (), None)
        self.show_watched(())

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self._rows.theme = theme
        self.list.viewport().update()

    def show_items(
        self,
        items: Sequence[Item],
        batches: Sequence[Batch],
        current_id: int | None,
        *,
        examining: Collection[int] = (),
    ) -> None:
        """List these notes and runs; what is selected stays so.

        Args:
            items: the notes, in the order of the queue.
            batches: the runs of the command line, oldest first.
            current_id: the note on the desk.
            examining: the notes that are being examined now.
        """
        self._model.show(items, current=current_id, examining=examining)
        if current_id != self._current:
            self._current = current_id
            self.list.follow(self._model.row_of(current_id))
        now = datetime.now(UTC)
        self._has_ended = any(batch.ended is not None for batch in batches)
        self.batches.show_lines(batches_line(batches, now), batch_lines(batches, now))
        self._show_counts()

    def show_progress(self, done: int, total: int, seconds_left: float | None) -> None:
        """Say how far examining is.

        Args:
            done: how many notes of this round were examined or refused.
            total: how many there are; as many as are done: nothing is left.
            seconds_left: an estimate of how long the rest takes, if there is one.
        """
        self.progress.show_progress(done, total, seconds_left)

    def show_watched(self, folders: Sequence[Path], missing: Collection[Path] = ()) -> None:
        """List the folders that are watched, and say which of them cannot be reached."""
        self._folders = tuple(folders)
        line = watched_line(len(folders), len(missing))
        self.watched.show_lines(line, watched_lines(folders, missing))

    def selected(self) -> tuple[int, ...]:
        """The ids of the selected notes, in the order of the list."""
        rows = sorted(index.row() for index in self.list.selectionModel().selectedRows())
        return tuple(self._model.item(row).id for row in rows)

    def paste(self) -> bool:
        """Take the files in the clipboard; false if there are none."""
        paths = local_paths(QGuiApplication.clipboard().mimeData())
        if paths:
            self.dropped.emit(paths)
        return bool(paths)

    def ask_remove(self) -> None:
        """Take the selected notes out, after a question where that would lose work."""
        keys = self.selected()
        if not keys:
            return
        chosen = [self._model.item(row) for row in map(self._model.row_of, keys) if row is not None]
        loss = Loss(
            notes=len(keys),
            reviewed=self._reviewed(keys),
            typed=sum(
                item.origin is Origin.TYPED and item.state is not ItemState.DONE for item in chosen
            ),
        )
        if not loss.serious:
            self.removed.emit(keys)
            return
        question = RemovalQuestion(loss, self)
        question.agreed.connect(lambda: self.removed.emit(keys))
        question.open()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files and folders in."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """They may be dropped anywhere on the panel."""
        event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Hand them on."""
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.dropped.emit(paths)

    def _kinds(self) -> Choice:
        kinds = Choice()
        kinds.setAccessibleName(self.tr("Which notes are listed"))
        kinds.setSizeAdjustPolicy(Choice.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        kinds.setMinimumContentsLength(8)
        for listed in Listed:
            kinds.addItem("", listed)
        return kinds

    def _lay_out(self) -> None:
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.setSpacing(8)
        head.addWidget(self.heading)
        head.addWidget(self.kinds)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.list)
        self._pages.addWidget(self.empty)
        foot = QFrame()
        foot.setObjectName("card")
        inside = QVBoxLayout(foot)
        inside.setContentsMargins(10, 8, 10, 10)
        buttons = FlowLayout(gap=6)
        inside.addLayout(buttons)
        for do, words in (
            (Do.OPEN, self.tr("Add files")),
            (Do.OPEN_FOLDER, self.tr("Add folder")),
            (Do.WATCH_FOLDER, self.tr("Watch folder")),
            (Do.REMOVE_NOTE, self.tr("Remove")),
            (Do.CLEAR_FINISHED, self.tr("Clear finished")),
        ):
            buttons.addWidget(ActionButton(self._actions[do], words=words))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(0)
        layout.addLayout(head)
        layout.addWidget(self._pages, 1)
        for part in (self.progress, self.watched, self.batches, foot):
            layout.addWidget(part)
        self.setMinimumWidth(220)
        HighEnough(self)

    def _connect(self) -> None:
        self.kinds.currentIndexChanged.connect(self._list)
        self.list.activated.connect(self._tell_opened)
        self.list.erased.connect(self.ask_remove)
        self.list.pasted.connect(self.paste)
        self.list.menu_wanted.connect(self._show_menu)
        self.list.selectionModel().selectionChanged.connect(self._show_selection)
        self._actions.connect({Do.REMOVE_NOTE: self.ask_remove, Do.PAUSE: self._tell_paused})
        self.watched.remedied.connect(self._tell_unwatched)

    def _list(self) -> None:
        self._model.list_only(Listed(self.kinds.currentData()))
        self._show_counts()

    def _show_counts(self) -> None:
        counts = self._model.counts
        self.heading.setText(queue_line(counts))
        for row in range(self.kinds.count()):
            listed = Listed(self.kinds.itemData(row))
            number = sum(many for standing, many in counts.items() if listed.includes(standing))
            words = f"{self._kind_words(listed)} ({number:,})"
            if words != self.kinds.itemText(row):
                self.kinds.setItemText(row, words)
        self._actions[Do.CLEAR_FINISHED].setEnabled(counts[Standing.DONE] > 0 or self._has_ended)
        is_empty = self._model.rowCount() == 0
        self._pages.setCurrentWidget(self.empty if is_empty else self.list)
        if is_empty and counts:
            self.empty.setText(
                self.tr("No note of the queue stands like this. Choose “All” above.")
            )
        elif is_empty:
            self.empty.setText(
                self.tr("Drop notes or folders here, paste copied files, or add them below.")
            )
        self._show_selection()

    def _kind_words(self, listed: Listed) -> str:
        match listed:
            case Listed.ALL:
                return self.tr("All")
            case Listed.REVIEW:
                return self.tr("Needs review")
            case Listed.READY:
                return self.tr("Ready to save")
            case Listed.WAITING:
                return self.tr("Waiting")
            case Listed.REFUSED:
                return self.tr("Refused")
            case Listed.DONE:
                return self.tr("Done")

    def _show_selection(self) -> None:
        chosen = self.list.selectionModel().hasSelection()
        self._actions[Do.REMOVE_NOTE].setEnabled(chosen)
        self._open.setEnabled(chosen)

    def _show_menu(self, place: QPoint) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setAccessibleName(self.tr("What can be done with the notes"))
        menu.addAction(self._open)
        if self._reasons():
            menu.addAction(self._copy)
        for do in (Do.REMOVE_NOTE, None, *_ADDING, None, Do.CLEAR_FINISHED, Do.PAUSE):
            if do is None:
                menu.addSeparator()
            else:
                menu.addAction(self._actions[do])
        menu.setDefaultAction(self._open)
        menu.popup(place)

    def _reasons(self) -> list[str]:
        """Why the selected notes are refused, each reason once."""
        rows = (index.row() for index in self.list.selectionModel().selectedRows())
        items = (self._model.item(row) for row in sorted(rows))
        refused = (item.reason for item in items if item.state is ItemState.REFUSED)
        return [reason for reason in dict.fromkeys(refused) if reason]

    def _copy_reasons(self) -> None:
        """Put them into the clipboard; they hold no text of notes."""
        QGuiApplication.clipboard().setText("\n".join(self._reasons()))

    def _tell_opened(self) -> None:
        index = self.list.currentIndex()
        if index.isValid():
            self.opened.emit(self._model.item(index.row()).id)

    def _tell_paused(self) -> None:
        self.paused.emit(self._actions[Do.PAUSE].isChecked())

    def _tell_unwatched(self, row: int) -> None:
        self.unwatched.emit(self._folders[row])
