# ruff: noqa: N802 - Qt gives methods their names
"""The main window: arranges the views, and connects what can be done with what does it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from deid import ItemState
from gui.actions import Actions, Do
from gui.appearance import Appearance
from gui.clipboard import clear_own_text, put_text
from gui.locks import lock_actions
from gui.notices import Notices
from gui.program import Program
from gui.questions import Questions
from gui.settings import connect_settings
from gui.theme import Theme
from gui.views.action_button import ActionButton
from gui.views.elided_label import ElidedLabel
from gui.views.log_view import LogView
from gui.views.managed_sign import ManagedSign
from gui.views.policy_choice import PolicyChoice
from gui.views.review_page import ReviewPage
from gui.views.room import Room
from gui.views.tool_strip import ToolStrip
from gui.views.worklist_list import local_paths
from gui.views.worklist_panel import WorklistPanel


class MainWindow(QMainWindow):
    """Shows the queue, the note on the desk, and the log."""

    def __init__(self, program: Program, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("NoteVeil")
        room = self.screen().availableSize()
        self.resize(min(1500, room.width() - 40), min(900, room.height() - 60))
        self.setAcceptDrops(True)
        self._closing = False
        self._session = session = program.session
        self._worklist = worklist = program.worklist
        self._settings = program.settings
        self._log = program.log
        self._appearance = appearance
        theme = appearance.theme
        self.actions_table = Actions(self)
        actions = self.actions_table
        self.queue = WorklistPanel(theme, actions, reviewed=worklist.reviewed)
        self.review = ReviewPage(program, actions, theme, queue=self.queue)
        self.log_view = LogView(
            program.log, theme, verify=actions[Do.VERIFY], reload=actions[Do.RELOAD]
        )
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Review and log"))
        self.tabs.tabBar().setAccessibleName(self.tr("Review and log"))
        self.tabs.addTab(Room(self.review), self.tr("Review"))
        self.tabs.addTab(Room(self.log_view), self.tr("Log"))
        self.tabs.setDocumentMode(True)
        here = program.settings.managed
        self.policy = PolicyChoice(session, locked=bool(here.policies))
        page = QWidget()
        page.setObjectName("page")
        page.setAccessibleName("NoteVeil")
        page.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self.tools = self._tools()
        layout.addWidget(self.tools)
        layout.addWidget(self.tabs)
        self.setCentralWidget(page)
        self._readiness = ElidedLabel()
        lock_actions(actions, here)
        self.managed_sign = ManagedSign(here=here) if here.locked else None
        self._questions = Questions(program, actions, appearance, self)
        self._notices = Notices(program, self.review.message, actions, self._questions.ask_target)
        self._build_bars()
        self._connect()
        self._use_settings()
        self.use_theme(appearance.theme)  # by now it is the one that was chosen
        self._show_state()
        self._show_queue()
        page.setFocus()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        for part in (self.actions_table, self.review, self.log_view, self.queue):
            part.use_theme(theme)

    def paste(self) -> None:
        """Examine the text in the clipboard, or queue the files in it."""
        if self.queue.paste():
            return
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._worklist.paste(text)
        else:
            self._notices.tell(self.tr("There is no text in the clipboard."))

    def copy_result(self) -> None:
        """Put the redacted text into the clipboard, and not into its history."""
        redacted = self._session.redacted
        if self._session.policy.holds:
            self._notices.tell(self.tr("Under this policy a second person releases each note."))
        elif redacted is not None and self._session.savable:
            put_text(redacted.text)
            self._notices.tell(
                self.tr(
                    "The result is in the clipboard as it would be saved. It was not saved or "
                    "recorded."
                )
            )

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let files and folders in."""
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Put them into the queue."""
        paths = local_paths(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self._worklist.add(paths)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing of the note in the window; first let it be saved, where that began."""
        if self._session.saving:
            self._closing = True
            event.ignore()
            return
        self._worklist.put_away()
        clear_own_text()
        super().closeEvent(event)

    def _close_if_wanted(self) -> None:
        if self._closing:
            self.close()

    def _stay(self) -> None:
        """What failed must be read first."""
        self._closing = False

    def _tools(self) -> ToolStrip:
        actions = self.actions_table
        groups = (
            (Do.OPEN, Do.PASTE, Do.NEW),
            (Do.EXAMINE, Do.EDIT, Do.PAGES),
            (Do.UNDO, Do.REDO, Do.ADD),
        )
        caption = QLabel(self.tr("Policy"))
        caption.setObjectName("muted")
        finish = ActionButton(actions[Do.FINISH], primary=True)
        tools = [[actions[do] for do in group] for group in groups]
        return ToolStrip(tools, (caption, self.policy, ActionButton(actions[Do.SAVE]), finish))

    def _build_bars(self) -> None:
        self.actions_table.fill(self.menuBar())
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._readiness, 1)
        if self.managed_sign is not None:
            self.statusBar().addPermanentWidget(self.managed_sign)
        self.statusBar().addPermanentWidget(
            ElidedLabel(self.tr("Works on this computer only · nothing is sent"))
        )

    def _connect(self) -> None:
        session, worklist, go = self._session, self._worklist, self.tabs.setCurrentIndex
        connect_settings(self.actions_table, self._settings)
        self.actions_table.connect(
            {
                Do.PASTE: self.paste,
                Do.NEW: worklist.begin_draft,
                Do.EXAMINE: worklist.examine,
                Do.EDIT: worklist.edit,
                Do.COPY_RESULT: self.copy_result,
                Do.NEXT_NOTE: worklist.open_next,
                Do.PREVIOUS_NOTE: lambda: worklist.open_next(by=-1),
                Do.CLEAR_FINISHED: worklist.clear_finished,
                Do.QUIT: self.close,
                Do.UNDO: worklist.kept.undo,
                Do.REDO: worklist.kept.redo,
                Do.FILTER: lambda: (go(0), self.review.findings.words.setFocus()),
                Do.GO_TO_QUEUE: lambda: (go(0), self.queue.list.setFocus()),
                Do.GO_TO_NOTE: lambda: (go(0), self.review.note.front.setFocus()),
                Do.GO_TO_FINDINGS: lambda: (go(0), self.review.findings.table.setFocus()),
                Do.GO_TO_RESULT: lambda: (go(0), self.review.result.front.setFocus()),
                Do.GO_TO_POLICY: self.policy.setFocus,
                Do.REVIEW_TAB: lambda: go(0),
                Do.LOG_TAB: lambda: go(1),
                Do.VERIFY: self._verify,
                Do.RELOAD: self._reload,
            }
        )
        self.queue.opened.connect(worklist.open)
        self.queue.removed.connect(worklist.remove)
        self.queue.paused.connect(worklist.backlog.pause)
        self.queue.dropped.connect(worklist.add)
        self.queue.unwatched.connect(lambda folder: worklist.queue.watch(folder, watched=False))
        self.policy.chosen.connect(worklist.choose_policy)
        self.policy.edit_wanted.connect(self._questions.ask_policy)
        self.tabs.currentChanged.connect(self._turn_page)
        self._appearance.changed.connect(self.use_theme)
        self._settings.changed.connect(self._use_settings)
        session.state_changed.connect(self._show_state)
        session.saved.connect(self._close_if_wanted)
        session.failed.connect(self._stay)
        session.saved.connect(self._follow_log)
        worklist.items_changed.connect(self._show_queue)
        worklist.queue.watched_changed.connect(self._show_queue)
        worklist.kept.changed.connect(self._show_state)

    def _use_settings(self) -> None:
        settings = self._settings
        self._appearance.choose(settings.theme, percent=settings.scale)
        self._worklist.choose_threshold(settings.certain_from)

    def _turn_page(self, index: int) -> None:
        if index == 1:
            self._log.reload()

    def _follow_log(self) -> None:
        """Read the log anew where it is shown."""
        self._turn_page(self.tabs.currentIndex())

    def _verify(self) -> None:
        self.tabs.setCurrentIndex(1)
        self._log.verify()

    def _reload(self) -> None:
        self.tabs.setCurrentIndex(1)
        self._log.reload()

    def _show_queue(self) -> None:
        worklist = self._worklist
        queue, backlog = worklist.queue, worklist.backlog
        self.queue.show_items(
            tuple(worklist.items.values()),
            queue.batches,
            worklist.current,
            examining=worklist.examining,
        )
        self.queue.show_watched(queue.watcher.folders, queue.watcher.missing)
        self.queue.show_progress(*backlog.progress)
        unfinished = any(item.state is not ItemState.DONE for item in worklist.items.values())
        for do in (Do.NEXT_NOTE, Do.PREVIOUS_NOTE):
            self.actions_table[do].setEnabled(unfinished)

    def _show_state(self) -> None:
        session = self._session
        if session.unready is not None:
            words = self.tr("Not ready: the detectors or the log could not be opened")
        elif session.detectors is None:
            words = self.tr("Loading the detectors …")
        else:
            words = self.tr("Ready: {}").format(", ".join(session.detectors))
            if session.measures:
                measured = self.tr("Reviews are measured: some identifiers are not marked")
                words = f"{measured} · {words}"
        self._readiness.setText(words)
        self.actions_table[Do.UNDO].setEnabled(self._worklist.kept.can_undo)
        self.actions_table[Do.REDO].setEnabled(self._worklist.kept.can_redo)
        self.actions_table[Do.PATIENT].setEnabled(session.has_patient_to_choose)
