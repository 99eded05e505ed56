"""Keys: where each works, which may be chosen, and which would be taken twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from PySide6.QtCore import QCoreApplication, QKeyCombination, Qt
from PySide6.QtGui import QKeySequence

from gui.words import QT_TRANSLATE_NOOP

Name = TypeVar("Name", bound=str)

_Key = Qt.Key
_WITH: Final = (
    Qt.KeyboardModifier.ControlModifier
    | Qt.KeyboardModifier.AltModifier
    | Qt.KeyboardModifier.MetaModifier
)
_ERASING: Final = frozenset({_Key.Key_Delete, _Key.Key_Backspace, _Key.Key_Insert})
_MOVING: Final = frozenset(
    {
        _Key.Key_Tab,
        _Key.Key_Backtab,
        _Key.Key_Escape,
        _Key.Key_Return,
        _Key.Key_Enter,
        _Key.Key_Space,
        _Key.Key_Left,
        _Key.Key_Right,
        _Key.Key_Up,
        _Key.Key_Down,
        _Key.Key_Home,
        _Key.Key_End,
        _Key.Key_PageUp,
        _Key.Key_PageDown,
    }
)
_OF_TEXT: Final = frozenset({"Ctrl+A", "Ctrl+C", "Ctrl+X"})


class Scope(StrEnum):
    """Where a key works.

    A key works in one scope, so the same key never stands for two things at once.
    """

    WINDOW = "window"
    REVIEW = "review"


class Unfit(StrEnum):
    """Why a key cannot be chosen."""

    NOT_ONE_KEY = "not one key"
    MOVES = "moves the focus"
    OF_TEXT = "of text"
    OPENS_MENU = "opens a menu"

    def told(self) -> str:
        """The reason, for people."""
        return QCoreApplication.translate("Keys", _REASONS[self])


_REASONS: Final[dict[Unfit, str]] = {
    Unfit.NOT_ONE_KEY: QT_TRANSLATE_NOOP("Keys", "That is no single key or combination."),
    Unfit.MOVES: QT_TRANSLATE_NOOP(
        "Keys", "That key moves within lists and text, or presses buttons. Add Ctrl or Alt."
    ),
    Unfit.OF_TEXT: QT_TRANSLATE_NOOP("Keys", "Every text field needs that key."),
    Unfit.OPENS_MENU: QT_TRANSLATE_NOOP("Keys", "Alt and a letter open menus. Add Ctrl or Shift."),
}


def canonical(key: str) -> str:
    """A key as Qt writes it everywhere: `ctrl+shift+a` is `Ctrl+Shift+A`; empty if it is none."""
    sequence = QKeySequence(key)
    if sequence.count() != 1 or _combination(sequence).key() is _Key.Key_unknown:
        return ""
    return sequence.toString(QKeySequence.SequenceFormat.PortableText)


def native(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


def scope(key: str) -> Scope:
    """Where a key works: what is typed into text, only while the note or a list has the focus."""
    combination = _combination(QKeySequence(key))
    if combination.keyboardModifiers() & _WITH:
        return Scope.WINDOW
    one = combination.key()
    typed = one in _ERASING or (one.value < _Key.Key_Escape.value and chr(one.value).isalnum())
    return Scope.REVIEW if typed else Scope.WINDOW


def unfit(key: str) -> Unfit | None:
    """Why a key cannot be chosen; None if it can."""
    written = canonical(key)
    if not written:
        return Unfit.NOT_ONE_KEY
    if written in _OF_TEXT:
        return Unfit.OF_TEXT
    combination = _combination(QKeySequence(written))
    modifiers = combination.keyboardModifiers()
    if combination.key() in _MOVING and not modifiers & _WITH:
        return Unfit.MOVES
    letter = combination.key().value < _Key.Key_Escape.value and chr(combination.key().value)
    if letter and letter.isalpha() and modifiers == Qt.KeyboardModifier.AltModifier:
        return Unfit.OPENS_MENU
    return None


def clashes(keys: Mapping[Name, Iterable[str]]) -> dict[str, tuple[Name, ...]]:
    """Each key that is given to more than one name, or twice to one, and these names."""
    holders: dict[str, list[Name]] = {}
    for name, its in keys.items():
        for key in its:
            holders.setdefault(canonical(key), []).append(name)
    return {key: tuple(names) for key, names in holders.items() if len(names) > 1}


def holder(keys: Mapping[Name, Iterable[str]], key: str) -> Name | None:
    """The name that a key is given to; None if it is free."""
    written = canonical(key)
    return next((name for name, its in keys.items() if written in map(canonical, its)), None)


def given(
    keys: Mapping[Name, tuple[str, ...]], name: Name, its: Iterable[str]
) -> dict[Name, tuple[str, ...]]:
    """The keys after one name is given these and no others; whoever had them loses them."""
    taken = tuple(dict.fromkeys(map(canonical, its)))
    left = {
        other: tuple(key for key in kept if canonical(key) not in taken)
        for other, kept in keys.items()
    }
    return {**left, name: taken}


def _combination(sequence: QKeySequence) -> QKeyCombination:
    # The stubs of the binding do not know that a sequence can be indexed.
    first: QKeyCombination = sequence[0]  # type: ignore[index]
    return first if sequence.count() else QKeyCombination(_Key.Key_unknown)
