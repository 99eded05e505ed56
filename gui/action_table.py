"""Everything that can be done, how it is called and which keys do it: one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QCoreApplication

from gui.icons import Symbol
from gui.words import QT_TRANSLATE_NOOP


class Do(StrEnum):
    """Everything that can be done in the window."""

    OPEN = "open"
    OPEN_FOLDER = "open-folder"
    PASTE = "paste"
    NEW = "new"
    EXAMINE = "examine"
    EDIT = "edit"
    FINISH = "finish"
    SAVE = "save"
    COPY_RESULT = "copy-result"
    QUIT = "quit"
    NEXT_NOTE = "next-note"
    PREVIOUS_NOTE = "previous-note"
    REMOVE_NOTE = "remove-note"
    CLEAR_FINISHED = "clear-finished"
    WATCH_FOLDER = "watch-folder"
    PAUSE = "pause"
    UNDO = "undo"
    REDO = "redo"
    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    LABEL_1 = "label-1"
    LABEL_2 = "label-2"
    LABEL_3 = "label-3"
    LABEL_4 = "label-4"
    LABEL_5 = "label-5"
    LABEL_6 = "label-6"
    LABEL_7 = "label-7"
    LABEL_8 = "label-8"
    LABEL_9 = "label-9"
    LABEL_0 = "label-0"
    ADD = "add"
    ACCEPT_ALL = "accept-all"
    REJECT_ALL = "reject-all"
    RELABEL_ALL = "relabel-all"
    ADD_ALL = "add-all"
    EXTEND_END = "extend-end"
    SHRINK_END = "shrink-end"
    EXTEND_START = "extend-start"
    SHRINK_START = "shrink-start"
    EXTEND_END_CHAR = "extend-end-char"
    SHRINK_END_CHAR = "shrink-end-char"
    EXTEND_START_CHAR = "extend-start-char"
    SHRINK_START_CHAR = "shrink-start-char"
    NEXT = "next"
    PREVIOUS = "previous"
    NEXT_UNCERTAIN = "next-uncertain"
    JUMP = "jump"
    WHY = "why"
    MISSED = "missed"
    FIND = "find"
    FIND_NEXT = "find-next"
    FIND_PREVIOUS = "find-previous"
    FILTER = "filter"
    PAGES = "pages"
    GROUP = "group"
    CERTAINTY = "certainty"
    POLICY_EDITOR = "policy-editor"
    PATIENT = "patient"
    QUEUE = "queue"
    GO_TO_QUEUE = "go-to-queue"
    GO_TO_NOTE = "go-to-note"
    GO_TO_RESULT = "go-to-result"
    GO_TO_FINDINGS = "go-to-findings"
    GO_TO_POLICY = "go-to-policy"
    REVIEW_TAB = "review-tab"
    LOG_TAB = "log-tab"
    LARGER = "larger"
    SMALLER = "smaller"
    NORMAL_SIZE = "normal-size"
    LIGHT = "light"
    DARK = "dark"
    HIGH_CONTRAST = "high-contrast"
    AS_SYSTEM = "as-system"
    VERIFY = "verify"
    RELOAD = "reload"
    PALETTE = "palette"
    KEYS = "keys"
    SHORTCUTS = "shortcuts"


@dataclass(frozen=True, slots=True)
class Spec:
    """How an action is shown and reached.

    Attributes:
        text: on menus and buttons.
        keys: unless the user chose others; `gui.keys.scope` says where each of them works.
        symbol: its icon, if any.
        menu: title of the menu that it stands in.
        checkable: whether it is on or off.
        brief: on the row of tools, where the text is too long for it.
    """

    text: str
    keys: tuple[str, ...] = ()
    symbol: Symbol | None = None
    menu: str = ""
    checkable: bool = False
    brief: str = ""

    def said(self) -> str:
        """Its text, for people."""
        return QCoreApplication.translate("Actions", self.text)

    def brief_said(self) -> str:
        """What it is called on the row of tools, for people; empty: as elsewhere."""
        return QCoreApplication.translate("Actions", self.brief) if self.brief else ""

    def menu_said(self) -> str:
        """The title of its menu, for people."""
        return QCoreApplication.translate("Actions", self.menu)


_NOTE: Final = QT_TRANSLATE_NOOP("Actions", "&Note")
_QUEUE: Final = QT_TRANSLATE_NOOP("Actions", "&Queue")
_REVIEW: Final = QT_TRANSLATE_NOOP("Actions", "&Review")
_LABEL: Final = QT_TRANSLATE_NOOP("Actions", "&Change label")
_FIND: Final = QT_TRANSLATE_NOOP("Actions", "&Find")
_VIEW: Final = QT_TRANSLATE_NOOP("Actions", "&View")
_LOG: Final = QT_TRANSLATE_NOOP("Actions", "&Log")
_HELP: Final = QT_TRANSLATE_NOOP("Actions", "&Help")

SPECS: Final[Mapping[Do, Spec]] = MappingProxyType(
    {
        Do.OPEN: Spec(QT_TRANSLATE_NOOP("Actions", "Open…"), ("Ctrl+O",), Symbol.OPEN, _NOTE),
        Do.OPEN_FOLDER: Spec(
            QT_TRANSLATE_NOOP("Actions", "Open folder…"), ("Ctrl+Shift+O",), Symbol.FOLDER, _NOTE
        ),
        Do.PASTE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Paste"), ("Ctrl+V", "Ctrl+Shift+V"), Symbol.PASTE, _NOTE
        ),
        Do.NEW: Spec(
            QT_TRANSLATE_NOOP("Actions", "Type a note"),
            ("Ctrl+N",),
            Symbol.NEW,
            _NOTE,
            brief=QT_TRANSLATE_NOOP("Actions", "Type"),
        ),
        Do.EXAMINE: Spec(QT_TRANSLATE_NOOP("Actions", "Examine"), ("F5",), Symbol.EXAMINE, _NOTE),
        Do.EDIT: Spec(
            QT_TRANSLATE_NOOP("Actions", "Edit text"),
            ("F2",),
            Symbol.EDIT,
            _NOTE,
            brief=QT_TRANSLATE_NOOP("Actions", "Edit"),
        ),
        Do.FINISH: Spec(
            QT_TRANSLATE_NOOP("Actions", "Reviewed: save and next"),
            ("Ctrl+Return", "Ctrl+Enter"),
            Symbol.FINISH,
            _NOTE,
        ),
        Do.SAVE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Save redacted copy…"), ("Ctrl+S",), Symbol.SAVE, _NOTE
        ),
        Do.COPY_RESULT: Spec(
            QT_TRANSLATE_NOOP("Actions", "Copy result"), ("Ctrl+Shift+C",), Symbol.COPY, _NOTE
        ),
        Do.QUIT: Spec(QT_TRANSLATE_NOOP("Actions", "Quit"), ("Ctrl+Q",), None, _NOTE),
        Do.NEXT_NOTE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Next note"), ("Ctrl+PgDown",), Symbol.NEXT, _QUEUE
        ),
        Do.PREVIOUS_NOTE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Previous note"), ("Ctrl+PgUp",), Symbol.PREVIOUS, _QUEUE
        ),
        Do.REMOVE_NOTE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Remove from the queue"), ("Ctrl+W",), Symbol.CLOSE, _QUEUE
        ),
        Do.CLEAR_FINISHED: Spec(
            QT_TRANSLATE_NOOP("Actions", "Clear finished notes"), (), None, _QUEUE
        ),
        Do.WATCH_FOLDER: Spec(QT_TRANSLATE_NOOP("Actions", "Watch a folder…"), (), None, _QUEUE),
        Do.PAUSE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Pause examining"),
            ("Ctrl+Shift+P",),
            Symbol.PAUSE,
            _QUEUE,
            checkable=True,
        ),
        Do.UNDO: Spec(QT_TRANSLATE_NOOP("Actions", "Undo"), ("Ctrl+Z",), Symbol.UNDO, _REVIEW),
        Do.REDO: Spec(
            QT_TRANSLATE_NOOP("Actions", "Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), Symbol.REDO, _REVIEW
        ),
        Do.ACCEPT: Spec(
            QT_TRANSLATE_NOOP("Actions", "Accept"), ("A", "Ctrl+Shift+A"), Symbol.ACCEPT, _REVIEW
        ),
        Do.REJECT: Spec(
            QT_TRANSLATE_NOOP("Actions", "Reject"), ("R", "Ctrl+Shift+R"), Symbol.REJECT, _REVIEW
        ),
        Do.RELABEL: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label…"), ("L", "Ctrl+L"), Symbol.LABEL, _REVIEW
        ),
        Do.ADD: Spec(
            QT_TRANSLATE_NOOP("Actions", "Mark selection or word…"),
            ("M", "Ctrl+M"),
            Symbol.ADD,
            _REVIEW,
            brief=QT_TRANSLATE_NOOP("Actions", "Mark"),
        ),
        Do.ACCEPT_ALL: Spec(
            QT_TRANSLATE_NOOP("Actions", "Accept everywhere"), ("Shift+A",), None, _REVIEW
        ),
        Do.REJECT_ALL: Spec(
            QT_TRANSLATE_NOOP("Actions", "Reject everywhere"), ("Shift+R",), None, _REVIEW
        ),
        Do.RELABEL_ALL: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label everywhere…"), ("Shift+L",), None, _REVIEW
        ),
        Do.ADD_ALL: Spec(
            QT_TRANSLATE_NOOP("Actions", "Mark everywhere…"), ("Shift+M",), None, _REVIEW
        ),
        Do.EXTEND_END: Spec(
            QT_TRANSLATE_NOOP("Actions", "Extend end by a word"), ("Alt+Right",), None, _REVIEW
        ),
        Do.SHRINK_END: Spec(
            QT_TRANSLATE_NOOP("Actions", "Shrink end by a word"), ("Alt+Left",), None, _REVIEW
        ),
        Do.EXTEND_START: Spec(
            QT_TRANSLATE_NOOP("Actions", "Extend start by a word"),
            ("Alt+Shift+Left",),
            None,
            _REVIEW,
        ),
        Do.SHRINK_START: Spec(
            QT_TRANSLATE_NOOP("Actions", "Shrink start by a word"),
            ("Alt+Shift+Right",),
            None,
            _REVIEW,
        ),
        Do.EXTEND_END_CHAR: Spec(
            QT_TRANSLATE_NOOP("Actions", "Extend end by a character"),
            ("E", "Ctrl+Alt+Right"),
            None,
            _REVIEW,
        ),
        Do.SHRINK_END_CHAR: Spec(
            QT_TRANSLATE_NOOP("Actions", "Shrink end by a character"),
            ("S", "Ctrl+Alt+Left"),
            None,
            _REVIEW,
        ),
        Do.EXTEND_START_CHAR: Spec(
            QT_TRANSLATE_NOOP("Actions", "Extend start by a character"),
            ("Shift+E", "Ctrl+Alt+Shift+Left"),
            None,
            _REVIEW,
        ),
        Do.SHRINK_START_CHAR: Spec(
            QT_TRANSLATE_NOOP("Actions", "Shrink start by a character"),
            ("Shift+S", "Ctrl+Alt+Shift+Right"),
            None,
            _REVIEW,
        ),
        Do.NEXT: Spec(
            QT_TRANSLATE_NOOP("Actions", "Next finding"), ("N", "F8"), Symbol.NEXT, _REVIEW
        ),
        Do.PREVIOUS: Spec(
            QT_TRANSLATE_NOOP("Actions", "Previous finding"),
            ("P", "Shift+F8"),
            Symbol.PREVIOUS,
            _REVIEW,
        ),
        Do.NEXT_UNCERTAIN: Spec(
            QT_TRANSLATE_NOOP("Actions", "Next uncertain finding"), ("U", "F9"), None, _REVIEW
        ),
        Do.JUMP: Spec(
            QT_TRANSLATE_NOOP("Actions", "Jump to a finding by its letters"),
            ("J",),
            None,
            _REVIEW,
        ),
        Do.WHY: Spec(
            QT_TRANSLATE_NOOP("Actions", "Why this was found"),
            ("W", "Ctrl+Shift+W"),
            Symbol.INFO,
            _REVIEW,
            checkable=True,
        ),
        Do.LABEL_1: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 1"), ("1",), None, _LABEL
        ),
        Do.LABEL_2: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 2"), ("2",), None, _LABEL
        ),
        Do.LABEL_3: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 3"), ("3",), None, _LABEL
        ),
        Do.LABEL_4: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 4"), ("4",), None, _LABEL
        ),
        Do.LABEL_5: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 5"), ("5",), None, _LABEL
        ),
        Do.LABEL_6: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 6"), ("6",), None, _LABEL
        ),
        Do.LABEL_7: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 7"), ("7",), None, _LABEL
        ),
        Do.LABEL_8: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 8"), ("8",), None, _LABEL
        ),
        Do.LABEL_9: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 9"), ("9",), None, _LABEL
        ),
        Do.LABEL_0: Spec(
            QT_TRANSLATE_NOOP("Actions", "Change label to choice 10"), ("0",), None, _LABEL
        ),
        Do.FIND: Spec(
            QT_TRANSLATE_NOOP("Actions", "Find in the note…"), ("Ctrl+F",), Symbol.FIND, _FIND
        ),
        Do.FIND_NEXT: Spec(
            QT_TRANSLATE_NOOP("Actions", "Find next"), ("F3", "Ctrl+G"), None, _FIND
        ),
        Do.FIND_PREVIOUS: Spec(
            QT_TRANSLATE_NOOP("Actions", "Find previous"), ("Shift+F3", "Ctrl+Shift+G"), None, _FIND
        ),
        Do.MISSED: Spec(
            QT_TRANSLATE_NOOP("Actions", "Find what I missed"), ("Ctrl+Shift+F",), None, _FIND
        ),
        Do.FILTER: Spec(
            QT_TRANSLATE_NOOP("Actions", "Filter findings"), ("Ctrl+J", "/"), None, _FIND
        ),
        Do.PAGES: Spec(
            QT_TRANSLATE_NOOP("Actions", "Show pages"),
            ("V", "Ctrl+D"),
            Symbol.PAGES,
            _VIEW,
            checkable=True,
            brief=QT_TRANSLATE_NOOP("Actions", "Pages"),
        ),
        Do.GROUP: Spec(
            QT_TRANSLATE_NOOP("Actions", "Group findings by identity"),
            ("G",),
            None,
            _VIEW,
            checkable=True,
        ),
        Do.QUEUE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Show the queue"),
            ("Ctrl+B",),
            Symbol.QUEUE,
            _VIEW,
            checkable=True,
        ),
        Do.GO_TO_QUEUE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Go to the queue"), ("Alt+1",), None, _VIEW
        ),
        Do.GO_TO_NOTE: Spec(
            QT_TRANSLATE_NOOP("Actions", "Go to the note"), ("Alt+2",), None, _VIEW
        ),
        Do.GO_TO_RESULT: Spec(
            QT_TRANSLATE_NOOP("Actions", "Go to the result"), ("Alt+3", "F6"), None, _VIEW
        ),
        Do.GO_TO_FINDINGS: Spec(
            QT_TRANSLATE_NOOP("Actions", "Go to the findings"), ("Alt+4", "F4"), None, _VIEW
        ),
        Do.GO_TO_POLICY: Spec(
            QT_TRANSLATE_NOOP("Actions", "Choose the policy"), ("Alt+5", "F7"), None, _VIEW
        ),
        Do.REVIEW_TAB: Spec(
            QT_TRANSLATE_NOOP("Actions", "Show the review"), ("Ctrl+1",), None, _VIEW
        ),
        Do.LOG_TAB: Spec(QT_TRANSLATE_NOOP("Actions", "Show the log"), ("Ctrl+2",), None, _VIEW),
        Do.LARGER: Spec(QT_TRANSLATE_NOOP("Actions", "Larger"), ("Ctrl++", "Ctrl+="), None, _VIEW),
        Do.SMALLER: Spec(QT_TRANSLATE_NOOP("Actions", "Smaller"), ("Ctrl+-",), None, _VIEW),
        Do.NORMAL_SIZE: Spec(QT_TRANSLATE_NOOP("Actions", "Normal size"), ("Ctrl+0",), None, _VIEW),
        Do.LIGHT: Spec(QT_TRANSLATE_NOOP("Actions", "Light"), (), None, _VIEW, checkable=True),
        Do.DARK: Spec(QT_TRANSLATE_NOOP("Actions", "Dark"), (), None, _VIEW, checkable=True),
        Do.HIGH_CONTRAST: Spec(
            QT_TRANSLATE_NOOP("Actions", "High contrast"),
            ("Ctrl+Shift+H",),
            None,
            _VIEW,
            checkable=True,
        ),
        Do.AS_SYSTEM: Spec(
            QT_TRANSLATE_NOOP("Actions", "As the system"), (), None, _VIEW, checkable=True
        ),
        Do.VERIFY: Spec(
            QT_TRANSLATE_NOOP("Actions", "Verify"), ("Ctrl+Shift+L",), Symbol.VERIFY, _LOG
        ),
        Do.RELOAD: Spec(
            QT_TRANSLATE_NOOP("Actions", "Read again"), ("Ctrl+R",), Symbol.RELOAD, _LOG
        ),
        Do.CERTAINTY: Spec(
            QT_TRANSLATE_NOOP("Actions", "What is certain…"), ("Ctrl+T",), None, _REVIEW
        ),
        Do.POLICY_EDITOR: Spec(QT_TRANSLATE_NOOP("Actions", "Policy…"), ("Ctrl+E",), None, _REVIEW),
        Do.PATIENT: Spec(QT_TRANSLATE_NOOP("Actions", "Patient…"), ("Ctrl+P",), None, _REVIEW),
        Do.PALETTE: Spec(
            QT_TRANSLATE_NOOP("Actions", "All commands…"), ("Ctrl+K",), Symbol.FIND, _HELP
        ),
        Do.KEYS: Spec(QT_TRANSLATE_NOOP("Actions", "Keys"), ("F1", "?"), None, _HELP),
        Do.SHORTCUTS: Spec(QT_TRANSLATE_NOOP("Actions", "Change keys…"), ("Ctrl+,",), None, _HELP),
    }
)

LABELS: Final = (
    *(Do.LABEL_1, Do.LABEL_2, Do.LABEL_3, Do.LABEL_4, Do.LABEL_5),
    *(Do.LABEL_6, Do.LABEL_7, Do.LABEL_8, Do.LABEL_9, Do.LABEL_0),
)
"""These choose a label, the likeliest one first."""

THEMES: Final = (Do.LIGHT, Do.DARK, Do.HIGH_CONTRAST, Do.AS_SYSTEM)
"""One of these is on."""
