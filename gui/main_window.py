# ruff: noqa: N802 - Qt gives methods their names
"""The main window: arranges the views, and asks for files."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import (
    QLabel,
    QMainWindow,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from deid import DeidError, OutputExists
from gui.actions import Actions, Do
from gui.appearance import Appearance, Scheme
from gui.desk import Phase
from gui.log_session import LogSession
from gui.messages import told
from gui.session import Session
from gui.theme import Theme
from gui.views import dialogs
from gui.views.action_button import ActionButton
from gui.views.header import Tone
from gui.views.keys_sheet import KeysSheet
from gui.views.log_view import LogView
from gui.views.policy_choice import PolicyChoice
from gui.views.review_page import ReviewPage
from gui.views.tool_strip import ToolStrip


class MainWindow(QMainWindow):
    """Shows one session and the log."""

    def __init__(self, session: Session, log: LogSession, appearance: Appearance) -> None:
        super().__init__()
        self.setWindowTitle("NoteVeil")
        room = self.screen().availableSize()
        self.resize(min(1400, room.width() - 40), min(860, room.height() - 60))
        self.setAcceptDrops(True)
        self._session = session
        self._log = log
        self._appearance = appearance
        theme = appearance.theme
        self.actions_table = Actions(self)
        self.review = ReviewPage(session, self.actions_table, theme)
        self.log_view = LogView(
            log,
            theme,
            verify=self.actions_table[Do.VERIFY],
            reload=self.actions_table[Do.RELOAD],
        )
        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Review and log"))
        self.tabs.tabBar().setAccessibleName(self.tr("Review and log"))
        self.tabs.addTab(self.review, self.tr("Review"))
        self.tabs.addTab(self.log_view, self.tr("Log"))
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
        self._readiness = QLabel()
        self._told_left = False
        self._build_bars()
        self._connect()
        self.use_theme(theme)
        self._show_state()
        page.setFocus()

    def use_theme(self, theme: Theme) -> None:
        """Paint in these colours."""
        self.actions_table.use_theme(theme)
        self.review.use_theme(theme)
        self.log_view.use_theme(theme)

    def ask_open(self) -> None:
        """Ask which note to open, and open it."""
        dialogs.ask_open(self, self._session.open)

    def ask_save(self) -> None:
        """Ask where the redacted note goes, and save it there."""
        proposed = self._session.proposed_target
        if proposed is not None and self._session.savable:
            dialogs.ask_save(self, proposed, self._session.save)

    def paste(self) -> None:
        """Examine the text in the clipboard."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self._session.paste(text)
        else:
            self.review.message.tell(self.tr("There is no text in the clipboard."), Tone.NEUTRAL)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Let a single file in."""
        if dialogs.dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open the file."""
        path = dialogs.dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self._session.open(path)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave nothing of the note in the window."""
        self._session.close()
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
        save = ActionButton(actions[Do.SAVE], primary=True)
        tools = [[actions[do] for do in group] for group in groups]
        return ToolStrip(tools, (caption, self.policy, save))

    def _build_bars(self) -> None:
        self.actions_table.fill(self.menuBar())
        self.statusBar().setSizeGripEnabled(False)
        self.statusBar().addWidget(self._readiness)
        self.statusBar().addPermanentWidget(
            QLabel(self.tr("Works on this computer only · nothing is sent"))
        )

    def _connect(self) -> None:
        session = self._session
        go = self.tabs.setCurrentIndex
        self.actions_table.connect(
            {
                Do.OPEN: self.ask_open,
                Do.PASTE: self.paste,
                Do.NEW: session.begin_draft,
                Do.EXAMINE: session.examine,
                Do.EDIT: session.edit,
                Do.SAVE: self.ask_save,
                Do.QUIT: self.close,
                Do.UNDO: session.undo_stack.undo,
                Do.REDO: session.undo_stack.redo,
                Do.FILTER: lambda: (go(0), self.review.findings.words.setFocus()),
                Do.GO_TO_NOTE: lambda: (go(0), self.review.note.text.setFocus()),
                Do.GO_TO_FINDINGS: lambda: (go(0), self.review.findings.table.setFocus()),
                Do.GO_TO_RESULT: lambda: (go(0), self.review.result.text.setFocus()),
                Do.GO_TO_POLICY: self.policy.setFocus,
                Do.REVIEW_TAB: lambda: go(0),
                Do.LOG_TAB: lambda: go(1),
                Do.VERIFY: self._verify,
                Do.RELOAD: self._reload,
                Do.LIGHT: partial(self._appearance.choose, Scheme.LIGHT),
                Do.DARK: partial(self._appearance.choose, Scheme.DARK),
                Do.AS_SYSTEM: partial(self._appearance.choose, Scheme.SYSTEM),
                Do.KEYS: lambda: KeysSheet(self.actions_table, self).open(),
            }
        )
        self.tabs.currentChanged.connect(self._turn_page)
        self._appearance.changed.connect(self.use_theme)
        session.state_changed.connect(self._show_state)
        session.failed.connect(self._tell_failure)
        session.saved.connect(self._tell_saved)
        self._log.failed.connect(self._tell_failure)

    def _turn_page(self, index: int) -> None:
        if index == 1:
            self._log.reload()

    def _verify(self) -> None:
        self.tabs.setCurrentIndex(1)
        self._log.verify()

    def _reload(self) -> None:
        self.tabs.setCurrentIndex(1)
        self._log.reload()

    def _show_state(self) -> None:
        session = self._session
        if session.unready is not None:
            words = self.tr("Not ready: the detectors or the log could not be opened")
        elif session.detectors is None:
            words = self.tr("Loading the detectors …")
        else:
            words = self.tr("Ready: {}").format(", ".join(session.detectors))
        self._readiness.setText(words)
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

    def _tell_saved(self, target: Path) -> None:
        words = self.tr("Saved as {}. Its redactions are in the log.").format(target.name)
        show = (self.tr("Show the log"), self.actions_table[Do.LOG_TAB].trigger)
        self.review.message.tell(words, Tone.GOOD, remedy=show)
