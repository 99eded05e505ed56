"""Where a range begins and ends, moved by a word or a character (pure).

Offsets count code points. A character is a code point with the accents that follow it; a word is
a run of letters and digits, which apostrophes and hyphens may join.
"""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import Final

from deid.datatypes import Span

_JOINERS: Final = frozenset("'’-‐‑")


class Edge(StrEnum):
    """Which end of a range."""

    START = "start"
    END = "end"


class Unit(StrEnum):
    """By how much an edge moves."""

    CHARACTER = "character"
    WORD = "word"


def moved_span(text: str, span: Span, *, edge: Edge, unit: Unit, outward: bool) -> Span:
    """A range with one edge moved.

    Args:
        text: the note.
        span: a range of it that is not empty.
        edge: which edge moves.
        unit: by how much.
        outward: whether the range grows; else it shrinks.

    Returns:
        The moved range; the same one where it would become empty or leave the text.
    """
    forward = outward is (edge is Edge.END)
    at = span.end if edge is Edge.END else span.start
    step = _over_word if unit is Unit.WORD else _over_character
    # Shrinking leaves the next word or character behind, and then what lies between words.
    target = step(text, at, forward=forward, land_on_word=not outward)
    if edge is Edge.END and (outward or target > span.start):
        return Span(span.start, target)
    if edge is Edge.START and (outward or target < span.end):
        return Span(target, span.end)
    return span


def word_at(text: str, offset: int) -> Span | None:
    """The word that a caret stands in, before or behind.

    Args:
        text: the note.
        offset: of the caret: between the code points `offset - 1` and `offset`.
    """
    if not _in_word(text, offset):
        offset -= 1
        if not _in_word(text, offset):
            return None
    start = end = offset
    while _in_word(text, start - 1):
        start -= 1
    while _in_word(text, end):
        end += 1
    return Span(start, end)


def whole_names(text: str, span: Span) -> Span:
    """A range that a hand drew, with what it left of the words at its ends.

    Letters that have cases are parted from others of their kind by hand only by mistake, and so are
    digits: `sgood Tarn` is `Osgood Tarn`. Others may be words of their own.

    Args:
        text: the note.
        span: a range of it that is not empty.
    """
    start, end = span.start, span.end
    while start > 0 and _are_alike(text[start - 1], text[start]):
        start -= 1
    while end < len(text) and _are_alike(text[end - 1], text[end]):
        end += 1
    return Span(start, end)


def _are_alike(one: str, other: str) -> bool:
    """Whether two characters beside each other are letters with cases, or digits, of one word."""
    if unicodedata.combining(other):
        return True
    if one.isdigit() or other.isdigit():
        return one.isdigit() and other.isdigit()
    return _is_cased(one) and _is_cased(other)


def _is_cased(character: str) -> bool:
    return character.lower() != character.upper() or unicodedata.combining(character) != 0


def _over_word(text: str, at: int, *, forward: bool, land_on_word: bool) -> int:
    """The place behind the next word; with `land_on_word`, where the word after that begins."""
    step, next_one = (1, 0) if forward else (-1, -1)
    moved = at
    for in_word in (True, False) if land_on_word else (False, True):
        while 0 <= moved + next_one < len(text) and _in_word(text, moved + next_one) is in_word:
            moved += step
    # Between the last word and the end of the text there is nothing to grow over.
    found = land_on_word or _in_word(text, moved - 1 if forward else moved)
    return moved if found else at


def _over_character(text: str, at: int, *, forward: bool, land_on_word: bool) -> int:
    del land_on_word  # a character is followed by a character
    if forward:
        at = min(at + 1, len(text))
        while at < len(text) and unicodedata.combining(text[at]):
            at += 1
    else:
        at = max(at - 1, 0)
        while at > 0 and unicodedata.combining(text[at]):
            at -= 1
    return at


def _in_word(text: str, index: int) -> bool:
    if not 0 <= index < len(text):
        return False
    if text[index] in _JOINERS:
        return _is_letter(text, index - 1) and _is_letter(text, index + 1)
    return _is_letter(text, index)


def _is_letter(text: str, index: int) -> bool:
    if not 0 <= index < len(text):
        return False
    return text[index].isalnum() or unicodedata.combining(text[index]) != 0
