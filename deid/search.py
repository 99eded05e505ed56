"""Searching a text as a person means it: as written, and for near-misses of a name.

A plain search ignores case, accents, look-alike characters and what kind of blank or line end, and
how many, stand between words. A near search finds besides what may be the same name spelt, scanned
or set wrongly: letters wrong, missing, added or swapped (one in words of four letters, two from
eight on), misread by a scanner (`0konkvvo`), parts in another order, alone or as initials, glued
together, with blanks in between, or parted over a line end. A common word is never taken for a
misspelling.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

from deid.datatypes import Span
from deid.detect.known import KnownDetector
from deid.detect.lookalikes import CONFUSABLE, scanned_form
from deid.detect.normalise import fold_character, normalise
from deid.detect.roster import Kind, KnownIdentifiers, KnownValue
from deid.detect.spelling import distance
from deid.detect.words import PARTICLES, common_words, fold_word
from deid.labels import Label

_WORD: Final = re.compile(r"[^\W_]+(?:\|[^\W_]+)*")
_GAP: Final = re.compile(r"[\s,.'^_-]{0,4}")
_BETWEEN: Final = r"(?:[^\w\n]|_){0,3}+(?:\n[^\w\n]{0,12}+)?+"
"""What may stand between two letters that belong together: a hyphen, blanks, a line end."""

_FIRST_ERROR: Final = 4
_SECOND_ERROR: Final = 8
_FIRST_WRONG_DIGIT: Final = 6
_LEAST_PARTED: Final = 4
_LEAST_INSIDE: Final = 5
_MOST_PARTS: Final = 6
_MOST_LETTERS: Final = 64


@dataclass(frozen=True, slots=True)
class Found:
    """A place that was found.

    Attributes:
        span: in code points of the text that was searched.
        exact: whether it says what was asked for, or only resembles it.
    """

    span: Span
    exact: bool


def find(text: str, query: str, *, near: bool = False) -> tuple[Found, ...]:
    """Every place of what was asked for, in the order of the text; none overlaps another.

    Args:
        text: what is searched.
        query: a word, a name, a number or several words; nothing is found for blanks alone.
        near: whether near-misses of a name are found too.
    """
    exact = _exact(text, query)
    found = [Found(span, exact=True) for span in exact]
    if near:
        taken = _Taken(exact)
        found += [Found(span, exact=False) for span in _near(text, query) if taken.is_free(span)]
    return tuple(sorted(found, key=lambda one: one.span))


# As written


def _exact(text: str, query: str) -> list[Span]:
    words = _folded(query).text.split()
    if not words:
        return []
    folded = _folded(text)
    pattern = re.compile(r"\s++".join(map(re.escape, words)))
    return [folded.span(match) for match in pattern.finditer(folded.text)]


@dataclass(frozen=True, slots=True)
class _Folded:
    """A text without case and accents.

    Attributes:
        original: the text.
        text: what it was folded to, character by character.
        ends: for each character of the original where in `text` it ends; None: one for one.
    """

    original: str
    text: str
    ends: Sequence[int] | None

    def span(self, match: re.Match[str]) -> Span:
        """The span of the original that a match in `text` came from, with accents behind it."""
        if self.ends is None:
            return Span(match.start(), match.end())
        start = bisect_right(self.ends, match.start())
        end = bisect_right(self.ends, match.end() - 1) + 1
        while end < len(self.original) and unicodedata.combining(self.original[end]):
            end += 1
        return Span(start, end)


def _folded(text: str) -> _Folded:
    if text.isascii():
        return _Folded(text, text.lower(), None)
    forms = {character: _fold(character) for character in set(text)}
    if all(len(form) == 1 for form in forms.values()):
        return _Folded(text, "".join(map(forms.__getitem__, text)), None)
    pieces = [forms[character] for character in text]
    return _Folded(text, "".join(pieces), list(accumulate(map(len, pieces))))


@lru_cache(maxsize=1 << 14)
def _fold(character: str) -> str:
    """What one character is searched as, wherever it stands: letters, a sign, or nothing."""
    plain = "".join(CONFUSABLE.get(part, part) for part in fold_character(character))
    return "".join(fold_word(part) for part in plain if not unicodedata.combining(part))


# Near-misses


@dataclass(frozen=True, slots=True)
class _Hit:
    """A span that may be some parts of the name, by their numbers."""

    span: Span
    parts: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Part:
    """One word of the name that is searched for, folded."""

    word: str
    scanned: str
    errors: int

    @classmethod
    def of(cls, word: str) -> _Part:
        if any(map(str.isdigit, word)):
            errors = int(len(word) >= _FIRST_WRONG_DIGIT)
        else:
            errors = (len(word) >= _FIRST_ERROR) + (len(word) >= _SECOND_ERROR)
        return cls(word, scanned_form(word), errors)

    def is_near(self, word: str, scanned: str) -> bool:
        """Whether a folded word may be this one, spelt or scanned wrongly, or glued to others."""
        if word == self.word or (len(self.word) >= _LEAST_INSIDE and self.word in word):
            return True
        if not self.errors:
            return False
        return scanned == self.scanned or (
            distance(word, self.word, most=self.errors) <= self.errors
            or distance(scanned, self.scanned, most=self.errors) <= self.errors
        )


def _near(text: str, query: str) -> list[Span]:
    words = _WORD.findall(_folded(query).text)
    if not words or len(words) > _MOST_PARTS or sum(map(len, words)) > _MOST_LETTERS:
        return []
    folded = _folded(text)
    hits = [
        *_misspelt(folded, words),
        *_parted(folded, words),
        *_known(text, query, words),
    ]
    return _joined(text, hits)


def _misspelt(folded: _Folded, words: Sequence[str]) -> Iterator[_Hit]:
    """Single words of the text that may be parts of the name."""
    parts = [_Part.of(word) for word in words if word not in PARTICLES]
    read: dict[str, frozenset[int]] = {}
    for match in _WORD.finditer(folded.text):
        word = match.group()
        near = read.get(word)
        if near is None:
            near = read[word] = _read(word, parts)
        if near:
            yield _Hit(folded.span(match), near)


def _read(word: str, parts: Sequence[_Part]) -> frozenset[int]:
    if word in common_words():
        return frozenset()
    scanned = scanned_form(word)
    return frozenset(n for n, part in enumerate(parts) if part.is_near(word, scanned))


def _parted(folded: _Folded, words: Sequence[str]) -> Iterator[_Hit]:
    """The whole name glued together, or with blanks, hyphens or line ends between its letters."""
    whole = frozenset(range(len(words)))
    forms = {"".join(words): whole, "".join([words[-1], *words[:-1]]): whole}
    if len(words) > 1:
        forms |= {words[0][0] + words[-1]: whole, words[-1] + words[0][0]: whole}
        forms |= {word: frozenset({number}) for number, word in enumerate(words)}
    for form, parts in forms.items():
        if len(form) >= _LEAST_PARTED:
            body = _BETWEEN.join(map(re.escape, form))
            for match in re.finditer(rf"(?<![^\W_]){body}(?![^\W_])", folded.text):
                yield _Hit(folded.span(match), parts)


def _known(text: str, query: str, words: Sequence[str]) -> Iterator[_Hit]:
    """What the detector of known identifiers finds of somebody of this name."""
    value = KnownValue(Label.PERSON, Kind.NAME, query)
    detector = KnownDetector(KnownIdentifiers(((value,),)))
    for finding in detector.detect(normalise(text)):
        said = _folded(finding.span.of(text)).text
        parts = (number for number, word in enumerate(words) if word in said)
        yield _Hit(finding.span, frozenset(parts))


def _joined(text: str, hits: Iterable[_Hit]) -> list[Span]:
    """The hits as disjoint spans: those that overlap as one, and different parts side by side."""
    ordered = sorted(hits, key=lambda hit: hit.span)
    joined: list[_Hit] = []
    for hit in ordered:
        last = joined[-1] if joined else None
        if last is not None and _belong_together(text, last, hit):
            end = max(last.span.end, hit.span.end)
            joined[-1] = _Hit(Span(last.span.start, end), last.parts | hit.parts)
        else:
            joined.append(hit)
    return [hit.span for hit in joined]


def _belong_together(text: str, last: _Hit, hit: _Hit) -> bool:
    if hit.span.start < last.span.end:
        return True
    gap = text[last.span.end : hit.span.start]
    return not last.parts & hit.parts and len(gap) <= 4 and _GAP.fullmatch(gap) is not None


class _Taken:
    """Disjoint spans in order, asked whether another overlaps one of them."""

    def __init__(self, spans: Sequence[Span]) -> None:
        self._spans = spans
        self._starts = [span.start for span in spans]

    def is_free(self, span: Span) -> bool:
        """Whether no span is overlapped."""
        before = bisect_right(self._starts, span.end - 1)
        return before == 0 or self._spans[before - 1].end <= span.start
