"""What the window remembers of its user's choices: never a path, a name or a word of a note."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from PySide6.QtCore import QObject, QSettings, Signal

from deid import managed
from gui.actions import SPECS, Actions, Do
from gui.appearance import LARGEST, SMALLEST, Scheme, step_of_scale
from gui.keys import canonical, clashes, unfit

CERTAIN_FROM: Final = 0.85
"""From which certainty on a finding needs no look, unless the user says otherwise."""

_SHORTCUTS: Final = "shortcuts"
_NO_KEY: Final = "none"


def user_settings() -> QSettings:
    """Where this user's choices are kept."""
    return QSettings(QSettings.Scope.UserScope, "NoteVeil", "window")


class Settings(QObject):
    """The choices. What is stored and not understood counts as not chosen.

    Signals:
        changed: at least one of them.
    """

    changed = Signal()

    def __init__(self, store: QSettings | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store or user_settings()
        self.managed = managed.current()
        """What IT manages on this computer: it holds whatever the user chose."""

    @property
    def theme(self) -> Scheme:
        """How the window looks."""
        stored = self._text("theme")
        return Scheme(stored) if stored in set(Scheme) else Scheme.SYSTEM

    @theme.setter
    def theme(self, scheme: Scheme) -> None:
        self._keep("theme", Scheme(scheme).value)

    @property
    def scale(self) -> int:
        """The size of everything, in per cent of the usual one; 100 to 300."""
        number = self._number("scale", SMALLEST)
        return round(min(max(number, SMALLEST), LARGEST))

    @scale.setter
    def scale(self, percent: int) -> None:
        self._keep("scale", str(min(max(int(percent), SMALLEST), LARGEST)))

    @property
    def certain_from(self) -> float:
        """From which certainty on a finding needs no look; 0 to 1.

        Setting one below the lowest that IT allows raises `SettingLocked`.
        """
        number = self._number("certain_from", CERTAIN_FROM)
        chosen = number if 0 <= number <= 1 else CERTAIN_FROM
        return max(chosen, self.managed.lowest_certainty or 0.0)

    @certain_from.setter
    def certain_from(self, score: float) -> None:
        if not 0 <= score <= 1:
            raise ValueError(f"a score is between 0 and 1, not {score}")
        self.managed.check_certainty(score)
        self._keep("certain_from", repr(float(score)))

    @property
    def grouped(self) -> bool:
        """Whether findings are listed by identity."""
        return self._is_on("grouped", usual=True)

    @grouped.setter
    def grouped(self, on: bool) -> None:
        self._keep("grouped", _ON[bool(on)])

    @property
    def queue_shown(self) -> bool:
        """Whether the queue is shown."""
        return self._is_on("queue_shown", usual=True)

    @queue_shown.setter
    def queue_shown(self, on: bool) -> None:
        self._keep("queue_shown", _ON[bool(on)])

    @property
    def shortcuts(self) -> Mapping[Do, tuple[str, ...]]:
        """The keys of each action whose keys the user chose; none of them clash."""
        chosen: dict[Do, tuple[str, ...]] = {}
        self._store.beginGroup(_SHORTCUTS)
        for name in self._store.childKeys():
            if name in set(Do):
                keys = str(self._store.value(name, _NO_KEY)).split(" ")
                kept = tuple(canonical(key) for key in keys if key != _NO_KEY)
                if all(unfit(key) is None for key in kept):
                    chosen[Do(name)] = kept
        self._store.endGroup()
        return MappingProxyType({} if clashes(all_keys(chosen)) else chosen)

    @shortcuts.setter
    def shortcuts(self, chosen: Mapping[Do, tuple[str, ...]]) -> None:
        wrong = [key for keys in chosen.values() for key in keys if unfit(key) is not None]
        if wrong or clashes(all_keys(chosen)):
            raise ValueError("a key is unfit, or given to two actions")
        before = dict(self.shortcuts)
        self._store.remove(_SHORTCUTS)
        for do, keys in chosen.items():
            if tuple(map(canonical, keys)) != tuple(map(canonical, SPECS[do].keys)):
                written = " ".join(canonical(key) for key in keys) or _NO_KEY
                self._store.setValue(f"{_SHORTCUTS}/{do.value}", written)
        self._store.sync()
        if before != dict(self.shortcuts):
            self.changed.emit()

    def _text(self, name: str) -> str:
        return str(self._store.value(name, ""))

    def _number(self, name: str, usual: float) -> float:
        try:
            number = float(self._text(name))
        except ValueError:
            return usual
        return number if math.isfinite(number) else usual

    def _is_on(self, name: str, *, usual: bool) -> bool:
        return {_ON[True]: True, _ON[False]: False}.get(self._text(name), usual)

    def _keep(self, name: str, value: str) -> None:
        if self._text(name) != value:
            self._store.setValue(name, value)
            self._store.sync()
            self.changed.emit()


_ON: Final = {True: "on", False: "off"}


def all_keys(chosen: Mapping[Do, tuple[str, ...]]) -> dict[Do, tuple[str, ...]]:
    """The keys of every action: those that were chosen, else those of the table."""
    return {do: chosen.get(do, spec.keys) for do, spec in SPECS.items()}


def connect_settings(actions: Actions, settings: Settings) -> None:
    """Let the actions that only change a setting do so, and show what is set on all of them."""

    def scale_by(step: int) -> None:
        settings.scale = step_of_scale(settings.scale, step)

    def choose(scheme: Scheme) -> None:
        settings.theme = scheme
        show()

    def group() -> None:
        settings.grouped = not settings.grouped

    def show_queue() -> None:
        settings.queue_shown = not settings.queue_shown

    def usual_size() -> None:
        settings.scale = SMALLEST

    def show() -> None:
        for do, scheme in _SCHEMES.items():
            actions[do].setChecked(settings.theme is scheme)
        actions[Do.GROUP].setChecked(settings.grouped)
        actions[Do.QUEUE].setChecked(settings.queue_shown)
        actions[Do.LARGER].setEnabled(settings.scale < LARGEST)
        actions[Do.SMALLER].setEnabled(settings.scale > SMALLEST)
        actions[Do.NORMAL_SIZE].setEnabled(settings.scale != SMALLEST)
        actions.use_keys(settings.shortcuts)

    actions.connect(
        {
            Do.LARGER: lambda: scale_by(1),
            Do.SMALLER: lambda: scale_by(-1),
            Do.NORMAL_SIZE: usual_size,
            Do.GROUP: group,
            Do.QUEUE: show_queue,
            **{do: partial(choose, scheme) for do, scheme in _SCHEMES.items()},
        }
    )
    settings.changed.connect(show)
    show()


_SCHEMES: Final = {
    Do.LIGHT: Scheme.LIGHT,
    Do.DARK: Scheme.DARK,
    Do.HIGH_CONTRAST: Scheme.HIGH_CONTRAST,
    Do.AS_SYSTEM: Scheme.SYSTEM,
}
