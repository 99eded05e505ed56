# ruff: noqa: N802 - Qt gives methods their names
"""The main window: arranges the views, and asks for files."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QLabel, QMainWindow, QTabWidget, QVBoxLayout, QWidget

from deid import DeidError, ItemState, Origin, OutputExists, Policy, certainty
from gui.actions import Actions, Do
from gui.appearance import Appearance
from gui.clipboard import clear_own_text, put_text
from gui.desk import Phase, Saved
from gui.messages import told
from gui.program import Program
from gui.settings import connect_settings
from gui.theme import Theme
from gui.views import dialogs
from gui.views.action_button import ActionButton
from gui.views.certainty_dialog import CertaintyDialog
from gui.views.elided_label import ElidedLabel
from gui.views.header import Tone
from gui.views.keys_sheet import KeysSheet
from gui.views.log_view import LogView
from gui.views.palette import Palette
from gui.views.patient_dialog import PatientDialog
from gui.views.policy_choice import PolicyChoice
from gui.views.policy_editor import PolicyEditor
from gui.views.review_page import ReviewPage
from gui.views.room import Room
from gui.views.shortcuts import Shortcuts
from gui.views.tool_strip import ToolStrip
from gui.views.worklist_panel import WorklistPanel, local_paths


class MainWindow(QMainWindow):
    """Shows the queue, the note on the desk, and the log."""

    def __init__(self, program: Program, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("NoteVeil")
        room = self.screen().availableSize()
        self.resize(min(1500, room.width() - 40), min(900, room.height() - 60))
        self.setAcceptDrops(True)
        self._session = session = program.session
        self._worklist = worklist = program.worklist
        self._settings = program.settings
        self._trial = program.trial
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
        self.policy = PolicyChoice(session)
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
        self._told_left = False
        self._warned_of: object = None
        self._build_bars()
        self._connect()
        self._use_settings()
        self.use_theme(theme)
        self._show_state()
        self._show_queue()
        page.setFocus()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        for part in (self.actions_table, self.review, self.log_view, self.queue):
            part.use_theme(theme)

    def ask_open(self) -> None:
        """Ask which notes to open, and put them into the queue."""
        dialogs.ask_open(self, self._worklist.add)

    def ask_folder(self) -> None:
        """Ask for a folder, and put its notes into the queue."""
        dialogs.ask_folder(self, lambda folder: self._worklist.add([folder], origin=Origin.FOLDER))

    def ask_watch(self) -> None:
        """Ask for a folder from which notes are taken in as they come."""
        dialogs.ask_folder(self, self._worklist.watch)

    def ask_save(self) -> None:
        """Ask where the redacted note goes, and save it there."""
        proposed = self._session.proposed_target
        if proposed is not None and self._session.savable:
            dialogs.ask_save(self, proposed, self._session.save)

    def finish(self) -> None:
        """Save the note and go on; where findings are uncertain, only if told so twice."""
        left, state = self._session.tally.uncertain, self._session.review
        if left and self._warned_of is not state:
            self._warned_of = state
            words = self.tr("Nobody looked at {:,} uncertain findings. They are replaced.")
            self.review.message.tell(
                words.format(left),
                Tone.CAUTION,
                remedy=(self.tr("Save all the same"), self._worklist.finish),
            )
        else:
            self._worklist.finish()

    def paste(self) -> None:
        """Examine the text in the clipboard, or queue the files in it."""
        if self.queue.paste():
            return
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._worklist.paste(text)
        else:
            self.review.message.tell(self.tr("There is no text in the clipboard."), Tone.NEUTRAL)

    def copy_result(self) -> None:
        """Put the redacted text into the clipboard, and not into its history."""
        redacted = self._session.redacted
        if redacted is not None and self._session.savable:
            put_text(redacted.text)
            self.review.message.tell(
                self.tr("The result is in the clipboard. It was not saved or recorded."),
                Tone.NEUTRAL,
            )

    def ask_certainty(self) -> None:
        """Ask from which score on a finding needs no look."""
        dialog = CertaintyDialog(
            self._settings.certain_from,
            certainty=certainty.measured(),
            detectors=self._session.detectors or (),
            parent=self,
        )
        dialog.chosen.connect(self._choose_certainty)
        dialog.open()

    def edit_policy(self) -> None:
        """Show the policy in use, and let another be made from it."""
        editor = PolicyEditor(self._session.policy, self._appearance.theme, self._trial, self)
        editor.saved.connect(self._take_policy)
        editor.open()

    def ask_patient(self) -> None:
        """Ask to which patient the note belongs."""
        note, policy = self._session.note, self._session.policy
        if note is not None:
            of_file = note.path is not None
            dialog = PatientDialog(
                note.document.patient, policy=policy, of_file=of_file, parent=self
            )
            dialog.chosen.connect(self._worklist.choose_patient)
            dialog.open()

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
        """Leave nothing of the note in the window."""
        self._worklist.put_away()
        clear_own_text()
        super().closeEvent(event)

    def _tools(self) -> ToolStrip:
        actions = self.actions_table
        groups = (
            (Do.OPEN, Do.PASTE, Do.NEW),
            (Do.EXAMINE, Do.EDIT),
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
        self.statusBar().addPermanentWidget(
            ElidedLabel(self.tr("Works on this computer only · nothing is sent"))
        )

    def _connect(self) -> None:
        session, worklist, go = self._session, self._worklist, self.tabs.setCurrentIndex
        connect_settings(self.actions_table, self._settings)
        self.actions_table.connect(
            {
                Do.OPEN: self.ask_open,
                Do.OPEN_FOLDER: self.ask_folder,
                Do.WATCH_FOLDER: self.ask_watch,
                Do.PASTE: self.paste,
                Do.NEW: worklist.begin_draft,
                Do.EXAMINE: worklist.examine,
                Do.EDIT: worklist.edit,
                Do.SAVE: self.ask_save,
                Do.FINISH: self.finish,
                Do.COPY_RESULT: self.copy_result,
                Do.NEXT_NOTE: worklist.open_next,
                Do.PREVIOUS_NOTE: lambda: worklist.open_next(by=-1),
                Do.CLEAR_FINISHED: worklist.clear_finished,
                Do.QUIT: self.close,
                Do.UNDO: worklist.kept.undo,
                Do.REDO: worklist.kept.redo,
                Do.FILTER: lambda: (go(0), self.review.findings.words.setFocus()),
                Do.GO_TO_QUEUE: lambda: (go(0), self.queue.list.setFocus()),
                Do.GO_TO_NOTE: lambda: (go(0), self.review.note.text.setFocus()),
                Do.GO_TO_FINDINGS: lambda: (go(0), self.review.findings.table.setFocus()),
                Do.GO_TO_RESULT: lambda: (go(0), self.review.result.text.setFocus()),
                Do.GO_TO_POLICY: self.policy.setFocus,
                Do.REVIEW_TAB: lambda: go(0),
                Do.LOG_TAB: lambda: go(1),
                Do.VERIFY: self._verify,
                Do.RELOAD: self._reload,
                Do.CERTAINTY: self.ask_certainty,
                Do.POLICY_EDITOR: self.edit_policy,
                Do.PATIENT: self.ask_patient,
                Do.PALETTE: lambda: Palette(self.actions_table, self).open(),
                Do.KEYS: lambda: KeysSheet(self.actions_table, self).open(),
                Do.SHORTCUTS: lambda: Shortcuts(self.actions_table, self._settings, self).open(),
            }
        )
        self.queue.opened.connect(worklist.open)
        self.queue.removed.connect(worklist.remove)
        self.queue.paused.connect(worklist.pause)
        self.queue.dropped.connect(worklist.add)
        self.queue.unwatched.connect(lambda folder: worklist.watch(folder, watched=False))
        self.policy.chosen.connect(worklist.choose_policy)
        self.policy.edit_wanted.connect(self.edit_policy)
        self.tabs.currentChanged.connect(self._turn_page)
        self._appearance.changed.connect(self.use_theme)
        self._settings.changed.connect(self._use_settings)
        session.state_changed.connect(self._show_state)
        session.failed.connect(self._tell_failure)
        session.saved.connect(self._tell_saved)
        worklist.items_changed.connect(self._show_queue)
        worklist.watched_changed.connect(self._show_queue)
        worklist.kept.changed.connect(self._show_state)
        worklist.failed.connect(self._tell_failure)
        self._log.failed.connect(self._tell_failure)

    def _use_settings(self) -> None:
        settings = self._settings
        self._appearance.choose(settings.theme, percent=settings.scale)
        self._worklist.choose_threshold(settings.certain_from)

    def _choose_certainty(self, certain_from: float) -> None:
        self._settings.certain_from = certain_from

    def _take_policy(self, policy: Policy) -> None:
        self._session.take_policy(policy)
        self._worklist.choose_policy(policy)

    def _turn_page(self, index: int) -> None:
        if index == 1:
            self._log.reload()

    def _verify(self) -> None:
        self.tabs.setCurrentIndex(1)
        self._log.verify()

    def _reload(self) -> None:
        self.tabs.setCurrentIndex(1)
        self._log.reload()

    def _show_queue(self) -> None:
        worklist = self._worklist
        self.queue.show_items(
            tuple(worklist.items.values()),
            worklist.batches,
            worklist.current,
            examining=worklist.examining,
        )
        self.queue.show_watched(worklist.watcher.folders, worklist.watcher.missing)
        self.queue.show_progress(*worklist.progress)
        unfinished = [i for i in worklist.items.values() if i.state is not ItemState.DONE]
        for do in (Do.NEXT_NOTE, Do.PREVIOUS_NOTE):
            self.actions_table[do].setEnabled(bool(unfinished))

    def _show_state(self) -> None:
        session = self._session
        if session.unready is not None:
            words = self.tr("Not ready: the detectors or the log could not be opened")
        elif session.detectors is None:
            words = self.tr("Loading the detectors …")
        else:
            words = self.tr("Ready: {}").format(", ".join(session.detectors))
        self._readiness.setText(words)
        self.actions_table[Do.UNDO].setEnabled(self._worklist.kept.can_undo)
        self.actions_table[Do.REDO].setEnabled(self._worklist.kept.can_redo)
        self.actions_table[Do.PATIENT].setEnabled(session.reviewable)
        if session.phase is Phase.EXAMINING:
            self.review.message.hide()
        left = session.redacted is not None and bool(session.redacted.residual)
        if self._told_left and session.savable:
            self.review.message.hide()
        self._told_left = left
        if left:
            self.review.message.tell(
                self.tr("The result still holds what looks like an identifier; see the red marks."),
                Tone.BAD,
                remedy=(self.tr("Mark these too"), session.mark_leftovers),
            )

    def _tell_failure(self, error: DeidError) -> None:
        again = (self.tr("Choose another name"), self.ask_save)
        remedy = again if isinstance(error, OutputExists) else None
        self.review.message.tell(told(error), Tone.BAD, remedy=remedy)

    def _tell_saved(self, saved: Saved) -> None:
        words = self.tr("Saved as {}. Its redactions are in the log.")
        if not saved.replaced:
            words = self.tr("Saved as {}, unchanged: nothing was replaced, and the log says so.")
        show = (self.tr("Show the log"), self.actions_table[Do.LOG_TAB].trigger)
        self.review.message.tell(words.format(saved.target.name), Tone.GOOD, remedy=show)
