# ruff: noqa: N802 - Qt gives methods their names
"""The actions of a window: what takes them, and by which keys."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget

from gui.action_table import LABELS, SPECS, THEMES, Do, Spec
from gui.icons import ICON_SIZE, Symbol, icon
from gui.keys import Scope, native, scope
from gui.theme import Theme

__all__ = ["LABELS", "SPECS", "THEMES", "Actions", "Do", "Spec"]

_AFTER_A_LINE = frozenset(
    {
        Do.EXAMINE,
        Do.FINISH,
        Do.QUIT,
        Do.REMOVE_NOTE,
        Do.WATCH_FOLDER,
        Do.ACCEPT,
        Do.ACCEPT_ALL,
        Do.EXTEND_END,
        Do.NEXT,
        Do.CERTAINTY,
        Do.MISSED,
        Do.GO_TO_QUEUE,
        Do.REVIEW_TAB,
        Do.LARGER,
        Do.LIGHT,
    }
)


_REPEATED = frozenset(
    {
        *(Do.NEXT, Do.PREVIOUS, Do.NEXT_UNCERTAIN, Do.NEXT_NOTE, Do.PREVIOUS_NOTE),
        *(Do.FIND_NEXT, Do.FIND_PREVIOUS, Do.UNDO, Do.REDO, Do.LARGER, Do.SMALLER),
        *(Do.EXTEND_END, Do.SHRINK_END, Do.EXTEND_START, Do.SHRINK_START),
        *(Do.EXTEND_END_CHAR, Do.SHRINK_END_CHAR, Do.EXTEND_START_CHAR, Do.SHRINK_START_CHAR),
    }
)
"""A key that is held does these again and again; nothing else is decided twice by one press."""


class Actions:
    """The actions of one window. One that nobody has connected cannot be taken."""

    def __init__(self, window: QWidget) -> None:
        self._actions: dict[Do, _Action] = {}
        self._keys: dict[Do, tuple[str, ...]] = {}
        self._listening: list[QWidget] = []
        self._letters: list[QAction] = []
        themes = QActionGroup(window)
        for do, spec in SPECS.items():
            action = _Action(spec.said(), window)
            action.setCheckable(spec.checkable)
            if spec.brief:
                action.setIconText(spec.brief_said())
            action.setEnabled(False)
            action.setAutoRepeat(do in _REPEATED)
            if do in THEMES:
                themes.addAction(action)
            window.addAction(action)
            self._actions[do] = action
        self.use_keys({})

    def __getitem__(self, do: Do) -> QAction:
        return self._actions[do]

    def connect(self, receivers: Mapping[Do, Callable[[], object]]) -> None:
        """Say what each action does; from then on it can be taken, unless it is disabled."""
        for do, receiver in receivers.items():
            self._actions[do].triggered.connect(_without_arguments(receiver))
            self._actions[do].setEnabled(True)

    def lock(self, do: Do, why: str) -> None:
        """Let nobody take an action from now on, whatever else would enable it, and say why."""
        action = self._actions[do]
        action.locked = True
        action.setEnabled(False)
        action.setStatusTip(why)
        self._tell_keys(do)

    def keys(self, do: Do) -> tuple[str, ...]:
        """The keys that do it now."""
        return self._keys[do]

    def use_keys(self, chosen: Mapping[Do, tuple[str, ...]]) -> None:
        """Let these keys do it, and for what is not among them those of the table."""
        for do, spec in SPECS.items():
            self._keys[do] = chosen.get(do, spec.keys)
            action = self._actions[do]
            anywhere = [key for key in self._keys[do] if scope(key) is Scope.WINDOW]
            action.setShortcuts([QKeySequence(key) for key in anywhere])
            self._tell_keys(do)
        self._place_letters()

    def add_words(self, do: Do, words: str) -> None:
        """Say this of an action, behind what it is called; empty: nothing more."""
        said = f"{SPECS[do].said()} {words}".rstrip()
        if said != self._actions[do].text():
            self._actions[do].setText(said)
            self._tell_keys(do)

    def use_theme(self, theme: Theme) -> None:
        """Draw the icons in these colours."""
        size = theme.px(ICON_SIZE)
        for do, spec in SPECS.items():
            symbol = Symbol.LOCK if self._actions[do].locked else spec.symbol
            if symbol is not None:
                drawn = icon(symbol, theme.text, disabled=theme.faint, size=size)
                self._actions[do].setIcon(drawn)

    def add_letters(self, *widgets: QWidget) -> None:
        """Let letters and digits alone work while one of these widgets has the focus."""
        self._listening += widgets
        self._place_letters()

    def fill(self, bar: QMenuBar, only: Collection[Do] = tuple(Do)) -> None:
        """Put the actions, or only some of them, into menus."""
        chosen = {do: spec for do, spec in SPECS.items() if do in only}
        for title in dict.fromkeys(spec.menu_said() for spec in chosen.values()):
            menu = bar.addMenu(title)
            for do, spec in chosen.items():
                if spec.menu_said() == title:
                    if do in _AFTER_A_LINE:
                        menu.addSeparator()
                    menu.addAction(self._actions[do])

    def _tell_keys(self, do: Do) -> None:
        action = self._actions[do]
        keys = ", ".join(native(key) for key in self._keys[do])
        told = f"{action.text()} ({keys})" if keys else action.text()
        action.setToolTip(f"{told}\n{action.statusTip()}" if action.locked else told)

    def _place_letters(self) -> None:
        for letter in self._letters:
            letter.setShortcuts([])
            letter.deleteLater()
        self._letters = []
        for do, keys in self._keys.items():
            alone = [QKeySequence(key) for key in keys if scope(key) is Scope.REVIEW]
            for widget in self._listening if alone else ():
                letter = QAction(self._actions[do].text(), widget)
                letter.setShortcuts(alone)
                letter.setAutoRepeat(self._actions[do].autoRepeat())
                letter.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
                letter.triggered.connect(self._actions[do].trigger)
                widget.addAction(letter)
                self._letters.append(letter)


class _Action(QAction):
    """An action that stays disabled once it is locked."""

    locked = False

    def setEnabled(self, enabled: bool) -> None:
        """Let it be taken or not."""
        super().setEnabled(enabled and not self.locked)


def _without_arguments(receiver: Callable[[], object]) -> Callable[[bool], None]:
    def call(checked: bool) -> None:
        receiver()

    return call
