"""From what a file or a registry holds to the values of settings: nothing is guessed (pure)."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from deid.errors import ManagedUnusable
from deid.managed.managed import Managed, Setting
from deid.managed.schema import SCHEMA, Form, Key, Name, Value

_MOST_ENTRIES: Final = 256
_LONGEST: Final = 1024
_ABSOLUTE: Final = re.compile(r"(/|\{home\}([/\\]|$)|[A-Za-z]:[\\/]|\\\\[^\\])")
_PLACEHOLDERS: Final = re.compile(r"\{(home|user)\}")


def said(value: Value) -> str:
    """A value in words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def parse(found: Mapping[str, object], *, source: str) -> Managed:
    """What is managed, by the names and values that were found in one place.

    Args:
        found: the values as JSON has them, by name.
        source: names the place, for people.

    Raises:
        ManagedUnusable: a name is not known to this version of the program, or a value is not
            what its key wants.
    """
    settings: dict[Name, Setting] = {}
    for name, raw in found.items():
        if name not in set(Name):
            raise broken(
                source, f"{name[:40]!r} is no setting that this version of the program knows"
            )
        key = SCHEMA[Name(name)]
        settings[key.name] = Setting(_value(key, raw, source), source)
    return Managed(MappingProxyType(settings))


def broken(source: str, what: str) -> ManagedUnusable:
    """What is said of a place that cannot be used; nothing runs until it is mended."""
    return ManagedUnusable(
        f"{source}: {what}. Settings managed by your IT cannot be read, so the program does "
        "nothing: your IT mends this"
    )


def _value(key: Key, raw: object, source: str) -> Value:
    made = _parsed(key, raw)
    if made is None:
        raise broken(source, f"{key.name} is not {_wanted(key)}")
    return made


def _parsed(key: Key, raw: object) -> Value | None:
    """The value; None where it is none."""
    match key.form:
        case Form.YES_NO:
            return raw if isinstance(raw, bool) else None
        case Form.WHOLE:
            return raw if type(raw) is int and key.low <= raw <= key.high else None
        case Form.NUMBER:
            return _number(key, raw)
        case Form.CHOICE:
            words = [word for word, _ in key.choices]
            return raw if isinstance(raw, str) and raw in words else None
        case Form.FOLDER:
            return raw if isinstance(raw, str) and _is_folder(raw) else None
        case Form.WORDS | Form.FOLDERS:
            return _entries(key, raw)


def _number(key: Key, raw: object) -> float | None:
    if type(raw) not in (int, float) or not isinstance(raw, int | float):
        return None
    number = float(raw)
    return number if math.isfinite(number) and key.low <= number <= key.high else None


def _entries(key: Key, raw: object) -> tuple[str, ...] | None:
    if not isinstance(raw, list | tuple) or not 1 <= len(raw) <= _MOST_ENTRIES:
        return None
    fits = _is_folder if key.form is Form.FOLDERS else _fits(key.item)
    entries = tuple(entry for entry in raw if isinstance(entry, str) and fits(entry))
    return entries if len(entries) == len(raw) == len(set(entries)) else None


def _fits(pattern: str) -> Callable[[object], bool]:
    form = re.compile(pattern)
    return lambda entry: isinstance(entry, str) and form.fullmatch(entry) is not None


def _is_folder(raw: object) -> bool:
    """Whether it is an absolute path, without placeholders that are not known."""
    if not isinstance(raw, str) or len(raw) > _LONGEST or not raw.isprintable():
        return False
    rest = _PLACEHOLDERS.sub("", raw)
    return _ABSOLUTE.match(raw) is not None and "{" not in rest and "}" not in rest


def _wanted(key: Key) -> str:
    match key.form:
        case Form.YES_NO:
            return "true or false"
        case Form.WHOLE:
            return f"a whole number from {key.low:g} to {key.high:g}"
        case Form.NUMBER:
            return f"a number from {key.low:g} to {key.high:g}"
        case Form.CHOICE:
            return f"one of {', '.join(word for word, _ in key.choices)}"
        case Form.FOLDER:
            return "an absolute path of a folder, with no placeholder but {user} and {home}"
        case Form.FOLDERS:
            return (
                "a list of one or more absolute paths of folders, each once, with no placeholder "
                "but {user} and {home}"
            )
        case Form.WORDS:
            return "a list of one or more words of the right form, each once"
