"""What a token's word looks like: the letter case and layout that an uncased encoder cannot see.

A shape id joins two facts: the kind of the word that the token lies in (lower, Title, UPPER, ...)
and what stands before the token (line start, wide gap, one blank, nothing). Id 0 is for the
encoder's own marks. The order of both enums is part of every trained model: append only.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache

from deid.datatypes import Span


class Kind(IntEnum):
    """How a word is written."""

    PUNCTUATION = 0
    LOWER = 1
    TITLE = 2
    UPPER = 3
    INITIAL = 4
    MIXED = 5
    DIGITS = 6
    ALPHANUMERIC = 7
    UNCASED = 8


class Place(IntEnum):
    """What stands just before a token."""

    LINE_START = 0
    WIDE_GAP = 1
    BLANK = 2
    GLUED = 3


NO_SHAPE = 0
SHAPE_COUNT = 1 + len(Kind) * len(Place)

_PLACES = len(Place)
_WORD = re.compile(r"[^\W_]+")


def shape_ids(text: str, tokens: Iterable[Span]) -> list[int]:
    """The shape id of each token, from 1 to `SHAPE_COUNT - 1`.

    Args:
        text: the text that the tokens lie in.
        tokens: non-empty spans of `text` in ascending order.
    """
    words = _WORD.finditer(text)
    start, end, kind = _next_word(words)
    ids: list[int] = []
    for token in tokens:
        begin = token.start
        while end <= begin:
            start, end, kind = _next_word(words)
        seen = kind if start <= begin else kind_of(token.of(text))
        ids.append(1 + seen * _PLACES + place_of(text, begin))
    return ids


def _next_word(words: Iterator[re.Match[str]]) -> tuple[int, int, Kind]:
    """Where the next word begins and ends, and its kind; behind the last: one out of reach."""
    found = next(words, None)
    if found is None:
        return sys.maxsize, sys.maxsize, Kind.PUNCTUATION
    return *found.span(), kind_of(found[0])


# Notes consist of the same words over and over.
@lru_cache(maxsize=1 << 14)
def kind_of(word: str) -> Kind:
    """How this word is written; PUNCTUATION where it has neither letter nor digit."""
    if not any(map(str.isalnum, word)):
        return Kind.PUNCTUATION
    letters = [char for char in word if char.isalpha()]
    if not letters:
        return Kind.DIGITS
    if len(letters) < len(word):
        return Kind.ALPHANUMERIC
    return _letter_case(word)


def _letter_case(word: str) -> Kind:
    if word.islower():
        return Kind.LOWER
    if word.isupper():
        return Kind.UPPER if len(word) > 1 else Kind.INITIAL
    if word.lower() == word.upper():
        return Kind.UNCASED
    return Kind.TITLE if word[1:].islower() else Kind.MIXED


def place_of(text: str, start: int) -> Place:
    """What stands before `text[start]`."""
    if start == 0:
        return Place.LINE_START
    previous = text[start - 1]
    if previous in "\n\r":
        return Place.LINE_START
    if not previous.isspace():
        return Place.GLUED
    if previous == " " and start > 1 and not text[start - 2].isspace():
        return Place.BLANK
    before = start - 1
    while before > 0 and text[before - 1].isspace() and text[before - 1] not in "\n\r":
        before -= 1
    if before == 0 or text[before - 1] in "\n\r":
        return Place.LINE_START
    return Place.WIDE_GAP if start - before > 1 or text[before] == "\t" else Place.BLANK


def word_groups(text: str, tokens: Sequence[Span]) -> Iterator[range]:
    """Indices of tokens that make up one word: pieces that touch, with letters or digits.

    Punctuation stands alone. Every token is in exactly one group; groups come in order.
    """
    begin = 0
    for index in range(1, len(tokens) + 1):
        if index < len(tokens) and _continues(text, tokens[index - 1], tokens[index]):
            continue
        yield range(begin, index)
        begin = index


def _continues(text: str, left: Span, right: Span) -> bool:
    touching = left.end == right.start and right.start > 0
    return touching and text[right.start - 1].isalnum() and text[right.start].isalnum()
