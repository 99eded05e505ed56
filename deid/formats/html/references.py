"""References to characters in texts and attributes: `&amp;`, `&#233;`, `&nbsp` (pure).

What a browser reads, with what each character is written as, so that a text in which something
changes keeps the rest as it is written (HTML Living Standard, 13.2.5.72 to 13.2.5.80).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Final

from deid.errors import MalformedRecord

_REFERENCE: Final = re.compile("&(?:#[0-9]+;?|#[xX][0-9A-Fa-f]+;?|[A-Za-z][A-Za-z0-9]*;?)")
_BLANKS: Final = " \t\n\r\f"
_GAP: Final = re.compile(f"[{_BLANKS}]+")
_PIECE: Final = re.compile(f"{_REFERENCE.pattern}|{_GAP.pattern}|.", re.DOTALL)
_ALWAYS: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&#160;"}
_QUOTED: Final = {'"': "&quot;", "'": "&#39;"}


def value_of(raw: str, *, is_attribute: bool = False, collapses: bool = False) -> str:
    """What a text or an attribute reads.

    Args:
        raw: as it is written.
        is_attribute: whether it stands in one: there an ampersand may be one of an address.
        collapses: whether blanks in a row count as one.

    Raises:
        MalformedRecord: a reference stands for no character that can be seen.
    """
    value = _GAP.sub(" ", raw) if collapses else raw
    return _REFERENCE.sub(lambda found: _read(found, is_attribute), value)


def rewritten(raw: str, new: str, *, is_attribute: bool = False, collapses: bool = False) -> str:
    """A text or an attribute as it is written with another value.

    What the values have in common at their beginning and end stays as it is written.
    """
    pieces = list(_pieces(raw, is_attribute, collapses))
    first = at = 0
    while first < len(pieces) and new.startswith(pieces[first][0], at):
        at += len(pieces[first][0])
        first += 1
    last, end = len(pieces), len(new)
    while last > first and end - len(pieces[last - 1][0]) >= at:
        text = pieces[last - 1][0]
        if not new.endswith(text, at, end):
            break
        end -= len(text)
        last -= 1
    before = raw[: pieces[first][1]] if first < len(pieces) else raw
    after = raw[pieces[last][1] :] if last < len(pieces) else ""
    kept = before + escaped(new[at:end], is_attribute=is_attribute) + after
    if value_of(kept, is_attribute=is_attribute, collapses=collapses) == new:
        return kept
    return escaped(new, is_attribute=is_attribute)


def escaped(value: str, *, is_attribute: bool = False) -> str:
    """A value as it is written where markup counts."""
    table: dict[str, str | int | None] = {**_ALWAYS, **(_QUOTED if is_attribute else {})}
    return value.translate(str.maketrans(table))


def _pieces(raw: str, is_attribute: bool, collapses: bool) -> Iterator[tuple[str, int, int]]:
    """What each reference, gap or character reads, with the range that it is written in."""
    for found in _PIECE.finditer(raw):
        piece = found.group()
        if piece[0] == "&" and len(piece) > 1:
            piece = _read(found, is_attribute)
        elif piece[0] in _BLANKS and collapses:
            piece = " "
        yield piece, found.start(), found.end()


def _read(found: re.Match[str], is_attribute: bool) -> str:
    piece = found.group()
    if piece[1] == "#":
        value = html.unescape(piece)
        if not value or value == "\ufffd" or (value < " " and value not in _BLANKS):
            raise MalformedRecord("a reference stands for no character that can be seen")
        return value
    if is_attribute:
        is_address = not piece.endswith(";") and found.string[found.end() : found.end() + 1] == "="
        return piece if is_address else html5.get(piece[1:], piece)
    return html.unescape(piece)
