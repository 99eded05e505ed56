"""Which links that PyInstaller would make are in the tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

_LINK: Final = "SYMLINK"

Entry = tuple[str, str, str]
"""Of what PyInstaller collects: where to, from where (of a link: what it holds), and the kind."""


def kept(entries: Iterable[Entry], *, system: str) -> list[Entry]:
    """What is collected on a system, `sys.platform`.

    On macOS libraries name each other as if all lay in one folder, where PyInstaller puts links to
    them, and a framework is none without its own. Elsewhere libraries are found beside those that
    want them, and a link would be one more thing to trust.
    """
    return [entry for entry in entries if entry[2] != _LINK or system == "darwin"]


def files_of(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Where each file goes, and what it is a copy of."""
    return ((to, origin) for to, origin, kind in entries if kind != _LINK)
