"""What can be done, how it is called and which keys do it: one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from gui.icons import Symbol, icon
from gui.theme import Theme


class Do(StrEnum):
    """Everything that can be done in the window."""

    OPEN = "open"
    PASTE = "paste"
    NEW = "new"
    EXAMINE = "examine"
    EDIT = "edit"
    SAVE = "save"
    QUIT = "quit"
    UNDO = "undo"
    REDO = "redo"
    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    ADD = "add"
    NEXT = "next"
    PREVIOUS = "previous"
    NEXT_UNCERTAIN = "next-uncertain"
    FILTER = "filter"
    GO_TO_NOTE = "go-to-note"
    GO_TO_FINDINGS = "go-to-findings"
    GO_TO_RESULT = "go-to-result"
    GO_TO_POLICY = "go-to-policy"
    REVIEW_TAB = "review-tab"
    LOG_TAB = "log-tab"
    VERIFY = "verify"
    RELOAD = "reload"
    LIGHT = "light"
    DARK = "dark"
    AS_SYSTEM = "as-system"
    KEYS = "keys"


@dataclass(frozen=True, slots=True)
class Spec:
    """How an action is shown and reached.

    Attributes:
        text: on menus and buttons.
        keys: work anywhere in the window.
        letter: works alone, while the note or the list of findings has the focus.
        symbol: its icon, if any.
        menu: title of the menu that it stands in; empty for none.
    """

    text: str
    keys: tuple[str, ...] = ()
    letter: str = ""
    symbol: Symbol | None = None
    menu: str = ""


_NOTE, _REVIEW, _VIEW, _LOG, _HELP = "&Note", "&Review", "&View", "&Log", "&Help"

SPECS: Final[Mapping[Do, Spec]] = {
    Do.OPEN: Spec("Open…", ("Ctrl+O",), symbol=Symbol.OPEN, menu=_NOTE),
    Do.PASTE: Spec("Paste", ("Ctrl+V", "Ctrl+Shift+V"), symbol=Symbol.PASTE, menu=_NOTE),
    Do.NEW: Spec("Type a note", ("Ctrl+N",), symbol=Symbol.NEW, menu=_NOTE),
    Do.EXAMINE: Spec("Examine", ("F5", "Ctrl+Return"), symbol=Symbol.EXAMINE, menu=_NOTE),
    Do.EDIT: Spec("Edit text", ("F2",), symbol=Symbol.EDIT, menu=_NOTE),
    Do.SAVE: Spec("Save redacted copy…", ("Ctrl+S",), symbol=Symbol.SAVE, menu=_NOTE),
    Do.QUIT: Spec("Quit", ("Ctrl+Q",), menu=_NOTE),
    Do.UNDO: Spec("Undo", ("Ctrl+Z",), symbol=Symbol.UNDO, menu=_REVIEW),
    Do.REDO: Spec("Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), symbol=Symbol.REDO, menu=_REVIEW),
    Do.ACCEPT: Spec("Accept", ("Ctrl+Shift+A",), "A", Symbol.ACCEPT, _REVIEW),
    Do.REJECT: Spec("Reject", ("Ctrl+Shift+R",), "R", Symbol.REJECT, _REVIEW),
    Do.RELABEL: Spec("Change label…", ("Ctrl+L",), "L", Symbol.LABEL, _REVIEW),
    Do.ADD: Spec("Mark selection…", ("Ctrl+M",), "M", Symbol.ADD, _REVIEW),
    Do.NEXT: Spec("Next finding", ("F8",), "N", Symbol.NEXT, _REVIEW),
    Do.PREVIOUS: Spec("Previous finding", ("Shift+F8",), "P", Symbol.PREVIOUS, _REVIEW),
    Do.NEXT_UNCERTAIN: Spec("Next uncertain finding", ("F9",), "U", menu=_REVIEW),
    Do.FILTER: Spec("Filter findings", ("Ctrl+F",), menu=_VIEW),
    Do.GO_TO_NOTE: Spec("Go to the note", ("F3",), menu=_VIEW),
    Do.GO_TO_FINDINGS: Spec("Go to the findings", ("F4",), menu=_VIEW),
    Do.GO_TO_RESULT: Spec("Go to the result", ("F6",), menu=_VIEW),
    Do.GO_TO_POLICY: Spec("Choose the policy", ("F7",), menu=_VIEW),
    Do.REVIEW_TAB: Spec("Show the review", ("Ctrl+1",), menu=_VIEW),
    Do.LOG_TAB: Spec("Show the log", ("Ctrl+2",), menu=_VIEW),
    Do.LIGHT: Spec("Light", menu=_VIEW),
    Do.DARK: Spec("Dark", menu=_VIEW),
    Do.AS_SYSTEM: Spec("As the system", menu=_VIEW),
    Do.VERIFY: Spec("Verify", ("Ctrl+Shift+L",), symbol=Symbol.VERIFY, menu=_LOG),
    Do.RELOAD: Spec("Read again", ("Ctrl+R",), symbol=Symbol.RELOAD, menu=_LOG),
    Do.KEYS: Spec("Keys", ("F1",), menu=_HELP),
}


class Actions:
    """The actions of one window."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[Do, QAction] = {}
        for do, spec in SPECS.items():
            action = QAction(_said(spec.text), window)
            action.setShortcuts([QKeySequence(key) for key in spec.keys])
            keys = ", ".join([*spec.keys, *([spec.letter] if spec.letter else [])])
            action.setToolTip(f"{_said(spec.text)} ({keys})" if keys else _said(spec.text))
            window.addAction(action)
            self._actions[do] = action

    def __getitem__(self, do: Do) -> QAction:
        return self._actions[do]

    def connect(self, receivers: Mapping[Do, Callable[[], object]]) -> None:
        """Say what each action does."""
        for do, receiver in receivers.items():
            self._actions[do].triggered.connect(_without_arguments(receiver))

    def use_theme(self, theme: Theme) -> None:
        """Draw the icons in these colours."""
        for do, spec in SPECS.items():
            if spec.symbol is not None:
                colour = theme.on_accent if do in _PRIMARY else theme.text
                self._actions[do].setIcon(icon(spec.symbol, colour, disabled=theme.faint))

    def add_letters(self, *widgets: QWidget) -> None:
        """Let the single letters work while one of these widgets has the focus."""
        for do, spec in SPECS.items():
            if spec.letter:
                for widget in widgets:
                    letter = QAction(self._actions[do].text(), widget)
                    letter.setShortcut(QKeySequence(spec.letter))
                    letter.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                    letter.triggered.connect(self._actions[do].trigger)
                    widget.addAction(letter)

    def fill(self, bar: QMenuBar) -> None:
        """Put the actions into menus."""
        for title in dict.fromkeys(spec.menu for spec in SPECS.values() if spec.menu):
            menu = bar.addMenu(_said(title))
            for do, spec in SPECS.items():
                if spec.menu == title:
                    if do in _AFTER_A_LINE:
                        menu.addSeparator()
                    menu.addAction(self._actions[do])


_PRIMARY = frozenset({Do.SAVE, Do.VERIFY})
_AFTER_A_LINE = frozenset(
    {Do.EXAMINE, Do.SAVE, Do.QUIT, Do.ACCEPT, Do.NEXT, Do.REVIEW_TAB, Do.LIGHT}
)


def keys_in_words() -> tuple[tuple[str, str], ...]:
    """Each action that has keys, and these."""
    return tuple(
        (_said(spec.text), "  ".join([*spec.keys, *([spec.letter] if spec.letter else [])]))
        for spec in SPECS.values()
        if spec.keys
    )


def _said(words: str) -> str:
    return QCoreApplication.translate("Actions", words)


def _without_arguments(receiver: Callable[[], object]) -> Callable[[bool], None]:
    def call(checked: bool) -> None:
        receiver()

    return call
