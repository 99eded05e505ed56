"""Which place of its file each part of a text is from, in words for people."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid import Part
from gui.words import QT_TRANSLATE_NOOP

_NUMBERED: Final = re.compile(r"([a-z][a-z ]*?)(?: (\d+))?")
_ENDING: Final = re.compile(r" \([^()]+\)$")
_WORDS: Final = {
    "text": QT_TRANSLATE_NOOP("Places", "text"),
    "header": QT_TRANSLATE_NOOP("Places", "header"),
    "footer": QT_TRANSLATE_NOOP("Places", "footer"),
    "footnotes": QT_TRANSLATE_NOOP("Places", "footnotes"),
    "endnotes": QT_TRANSLATE_NOOP("Places", "endnotes"),
    "comments": QT_TRANSLATE_NOOP("Places", "comments"),
    "properties": QT_TRANSLATE_NOOP("Places", "properties"),
    "paragraph": QT_TRANSLATE_NOOP("Places", "paragraph"),
    "table": QT_TRANSLATE_NOOP("Places", "table"),
    "sheet": QT_TRANSLATE_NOOP("Places", "sheet"),
    "row": QT_TRANSLATE_NOOP("Places", "row"),
    "column": QT_TRANSLATE_NOOP("Places", "column"),
    "line": QT_TRANSLATE_NOOP("Places", "line"),
    "page": QT_TRANSLATE_NOOP("Places", "page"),
    "picture": QT_TRANSLATE_NOOP("Places", "picture"),
    "comment": QT_TRANSLATE_NOOP("Places", "comment"),
    "embedded file": QT_TRANSLATE_NOOP("Places", "embedded file"),
    "text in line": QT_TRANSLATE_NOOP("Places", "text in line"),
    "workbook": QT_TRANSLATE_NOOP("Places", "workbook"),
}


@dataclass(frozen=True, slots=True)
class Beginning:
    """Where in a text another place begins.

    Attributes:
        offset: of the first code point.
        whole: the place.
        brief: what of it is another than of the place before.
    """

    offset: int
    whole: str
    brief: str


class Places:
    """The places that a text was put together from; none where it is one plain text.

    Args:
        parts: of the text, in its order.
    """

    def __init__(self, parts: Sequence[Part] = ()) -> None:
        self._beginnings = list(_beginnings(parts))
        self._starts = [one.offset for one in self._beginnings]

    def __bool__(self) -> bool:
        return bool(self._beginnings)

    def at(self, offset: int) -> str:
        """The place that this code point is from; empty where there are no places."""
        index = max(0, bisect_right(self._starts, offset) - 1)
        return self._beginnings[index].whole if self._beginnings else ""

    def between(self, low: int, high: int) -> Sequence[Beginning]:
        """Where places begin in `[low, high]`, and first the one that goes on at `low`."""
        first = max(0, bisect_right(self._starts, low) - 1)
        return self._beginnings[first : bisect_right(self._starts, high)]


def place_words(place: str) -> str:
    """A place of `deid.Part` in the user's language, as it begins a line."""
    words = ", ".join(map(_said, place.split(", ")))
    return f"{words[:1].upper()}{words[1:]}"


def _said(piece: str) -> str:
    found = _NUMBERED.fullmatch(piece)
    known = _WORDS.get(found[1]) if found is not None else None
    if found is None or known is None:
        return piece
    words = QCoreApplication.translate("Places", known)
    return f"{words} {found[2]}" if found[2] else words


def _beginnings(parts: Sequence[Part]) -> Iterator[Beginning]:
    before: str | None = None
    for part in parts:
        if part.place != before:
            brief = part.place if before is None else _other(before, part.place)
            yield Beginning(part.span.start, place_words(part.place), place_words(brief))
            before = part.place


def _other(before: str, place: str) -> str:
    """What of a place is another than of the one before: `column 2` of `row 1, column 2`."""
    known, pieces = before.split(", "), place.split(", ")
    alike = 0
    while alike < min(len(known), len(pieces) - 1) and known[alike] == pieces[alike]:
        alike += 1
    words, ending = ", ".join(pieces[alike:]), _ENDING.search(place)
    # Of `PID-5 (segment 2)` behind another field of the same segment, that is said already.
    if ending is not None and before.endswith(ending[0]):
        return words.removesuffix(ending[0])
    return words
