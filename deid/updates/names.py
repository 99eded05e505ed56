"""Which names the files of a bundle may have: those that are plain on every system."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

PARTS: Final = ("models", "rules")
"""The folders that an update may bring, each one whole."""

MOST_ROOTS: Final = 64
"""How often the keys may have changed since the first root."""

_LONGEST: Final = 160
_DEEPEST: Final = 6
_STEP: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_ROOT: Final = re.compile(r"metadata/([1-9][0-9]{0,5})\.root\.json")
_SUFFIXES: Final = (".json", ".md", ".onnx", ".txt", ".yaml")
# Windows takes these for devices, whatever suffix follows them.
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)

TIMESTAMP: Final = "metadata/timestamp.json"
SNAPSHOT: Final = "metadata/snapshot.json"
TARGETS: Final = "metadata/targets.json"


def fault_of(name: str) -> str | None:
    """What is wrong with one name; None if it is plain.

    Plain is: letters, digits, dots, hyphens and underscores of ASCII, in folders parted by `/`,
    each beginning and ending with a letter or digit. So there is no absolute path, no drive, no
    way up, no hidden file and no second spelling.
    """
    steps = name.split("/")
    if len(name) > _LONGEST or len(steps) > _DEEPEST:
        return "a name is too long"
    if not all(map(_STEP.fullmatch, steps)) or ".." in name:
        return "a name leads elsewhere, or holds more than letters, digits, dots and hyphens"
    if any(step.split(".")[0].casefold() in _DEVICES for step in steps):
        return "a name means a device on Windows"
    return None


def fault_among(names: Iterable[str]) -> str | None:
    """What is wrong with plain names taken together; None if each stands for a file of its own."""
    seen: set[str] = set()
    folders: set[str] = set()
    for name in names:
        folded = name.casefold()
        if folded in seen:
            return "two files have the same name, or names that some systems take for the same"
        seen.add(folded)
        steps = folded.split("/")
        folders.update("/".join(steps[:depth]) for depth in range(1, len(steps)))
    return "one name stands for a file and for a folder" if seen & folders else None


def root_version(name: str) -> int | None:
    """The version of the root metadata that has this name; None for other files."""
    found = _ROOT.fullmatch(name)
    return int(found[1]) if found else None


def root_name(version: int) -> str:
    """The name of the root metadata of this version."""
    return f"metadata/{version}.root.json"


def is_content(name: str) -> bool:
    """Whether a plain name is that of rules or models: in their folders, and of a known kind."""
    return name.startswith(tuple(f"{part}/" for part in PARTS)) and name.endswith(_SUFFIXES)
