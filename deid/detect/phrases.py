"""Exact phrases: places, organisations, codes and numbers that are known, found again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Final

from deid.detect.words import fold_word
from deid.labels import Label

_WORD: Final = re.compile(r"[^\W_]+")
_GAP: Final = re.compile(r"[ \t]*\n?[ \t]*|[ \t]*[.,&'/_#:;+^@-][ \t]*\n?[ \t]*")
_LONGEST_GAP: Final = 8
_DIGITS: Final = re.compile(r"\d+")
_EXTENSION: Final = re.compile(r",?\s*(?:x|ext|extension|#)\.?\s*\d{1,6}(?!\d)", re.IGNORECASE)
_MOST_GROUPS: Final = 7
_PHONE_GAP: Final = re.compile(r"[ \t]?[().\-/ \t\n]{0,4}")


@dataclass(frozen=True, slots=True)
class Match:
    """Where a known phrase stands. Offsets are half-open."""

    start: int
    end: int
    label: Label
    score: float


@dataclass(slots=True)
class PhraseIndex:
    """Phrases by their first word and length; a look-up costs the same for one and thousands."""

    _lengths: dict[str, set[int]] = field(default_factory=dict, repr=False)
    _known: dict[tuple[str, ...], tuple[Label, float]] = field(default_factory=dict, repr=False)

    def add(self, phrase: str, label: Label, score: float) -> None:
        """Add a phrase; case, diacritics and what stands between its words do not count."""
        words = tuple(map(fold_word, _WORD.findall(phrase)))
        if words and score > self._known.get(words, (label, -1.0))[1]:
            self._known[words] = (label, score)
            self._lengths.setdefault(words[0], set()).add(len(words))

    def find(self, text: str) -> Iterator[Match]:
        """Every place where a phrase stands, in the order of the text, the longest at each."""
        if not self._known:
            return
        for match in _WORD.finditer(text):
            lengths = self._lengths.get(fold_word(match.group()))
            if lengths is not None:
                yield from self._at(text, match.start(), lengths)

    def _at(self, text: str, start: int, lengths: set[int]) -> Iterator[Match]:
        words = list(islice(_WORD.finditer(text, start), max(lengths)))
        while words:
            known = self._known.get(tuple(fold_word(word.group()) for word in words))
            if known is not None and _hang_together(text, words):
                yield Match(start, words[-1].end(), *known)
                return
            words.pop()


def _hang_together(text: str, words: list[re.Match[str]]) -> bool:
    gaps = ((one.end(), other.start()) for one, other in pairwise(words))
    return all(e - s <= _LONGEST_GAP and _GAP.fullmatch(text, s, e) for s, e in gaps)


@dataclass(slots=True)
class NumberIndex:
    """Phone numbers by their digits, whatever stands between them."""

    _known: dict[str, tuple[Label, float]] = field(default_factory=dict, repr=False)

    def add(self, number: str, label: Label, score: float) -> None:
        """Add a number: whole, without the country code 1, and its last seven digits."""
        digits = "".join(_DIGITS.findall(number.partition("x")[0]))
        if len(digits) < 7:
            return
        national = digits[1:] if len(digits) == 11 and digits[0] == "1" else digits
        for form in (digits, national, "1" + national, national[-7:]):
            if score > self._known.get(form, (label, -1.0))[1]:
                self._known[form] = (label, score)

    def find(self, text: str) -> Iterator[Match]:
        """Every place where one of the numbers stands, with an extension behind it."""
        if not self._known:
            return
        groups: list[tuple[int, int, str]] = []
        for match in _DIGITS.finditer(text):
            if groups and not _PHONE_GAP.fullmatch(text, groups[-1][1], match.start()):
                groups = []
            groups = [*groups[-_MOST_GROUPS:], (match.start(), match.end(), match.group())]
            found = self._ending(text, groups)
            if found is not None:
                yield found

    def _ending(self, text: str, groups: list[tuple[int, int, str]]) -> Match | None:
        """The longest known number that ends with the last group of digits."""
        digits, found = "", None
        for start, _, group in reversed(groups):
            digits = group + digits
            if digits in self._known:
                opening = start - (text[start - 1 : start] in {"(", "+"})
                extension = _EXTENSION.match(text, groups[-1][1])
                end = extension.end() if extension else groups[-1][1]
                found = Match(opening, end, *self._known[digits])
        return found
