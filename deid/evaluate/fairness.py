"""The same notes with names of other people: whether names of every region are found alike. Pure.

Only names change: every other character, and the form and case in which a name stands, stay.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from deid.datatypes import Span
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.perturbations import Edit, apply_edits
from deid.labels import NAME_LABELS, Label

_PART: Final = re.compile(r"[^\W\d_]+(?:['’](?!s\b)[^\W\d_]+)*")
_KEPT: Final = frozenset(
    {
        *("da", "de", "del", "der", "di", "dos", "du", "el", "la", "le", "ten", "ter", "van"),
        *("von", "ibn", "bin", "binti", "dr", "mr", "mrs", "ms", "prof", "jr", "sr", "ii", "iii"),
        *("iv", "md", "do", "rn", "np", "pa", "phd"),
    }
)
_TITLE: Final = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Doctor)\.?\s*\Z", re.IGNORECASE)
_TITLE_REACH: Final = 12
_FAMILY_FIRST: Final = re.compile("[,^]")


class Gender(StrEnum):
    """For whom a given name is usual."""

    FEMALE = "female"
    MALE = "male"


@dataclass(frozen=True, slots=True)
class NameGroup:
    """Names that are usual in a region or a community, in Latin letters.

    Attributes:
        name: of the group.
        given: given names of each gender.
        family: family names.
        countries: ISO 3166 codes of countries where these names are common, for longer lists.
    """

    name: str
    given: Mapping[Gender, Sequence[str]]
    family: Sequence[str]
    countries: tuple[str, ...] = ()


class _Role(StrEnum):
    GIVEN = "given"
    FAMILY = "family"


@dataclass(frozen=True, slots=True)
class _Part:
    """A word of a name: where it lies in the note, and which name it is."""

    span: Span
    role: _Role


def rename(note: GoldNote, group: NameGroup, gender: Gender, *, seed: int) -> GoldNote:
    """The note with the names of this group, its marks around them; the same for the same seed.

    Within a note a name is always exchanged for the same one, whether it stands alone or with
    others, as far as that shows. Initials, particles, suffixes and degrees stay, as do names within
    other marks (an e-mail address, a hospital) and titles, which may then disagree with the gender.

    Args:
        note: as people marked it.
        group: where the names come from.
        gender: which given names.
        seed: together with the group, the gender and the note's id, it decides which names.
    """
    rng = random.Random(f"{seed}/{group.name}/{gender}/{note.id}")  # noqa: S311 - no secret
    parts = _parts(note)
    fresh = {
        _Role.GIVEN: _endless(group.given[gender], rng),
        _Role.FAMILY: _endless(group.family, rng),
    }
    chosen: dict[tuple[str, _Role], str] = {}
    edits: list[Edit] = []
    for part in parts:
        word = part.span.of(note.text)
        key = (word.casefold(), part.role)
        if key not in chosen:
            chosen[key] = next(fresh[part.role])
        edits.append(Edit(part.span, _in_case_of(word, chosen[key])))
    return apply_edits(note, edits)


def _parts(note: GoldNote) -> list[_Part]:
    """The words of all names that change, in the order of the text."""
    names = [mark for mark in note.spans if mark.label in NAME_LABELS and _is_apart(note, mark)]
    found = [list(_words(note.text, mark.span)) for mark in names]
    roles = {
        (span.of(note.text).casefold(), role)
        for mark, spans in zip(names, found, strict=True)
        if len(spans) > 1
        for span, role in zip(spans, _roles(note.text, mark.span, spans), strict=True)
    }
    parts: list[_Part] = []
    for mark, spans in zip(names, found, strict=True):
        if len(spans) == 1:
            parts.append(_Part(spans[0], _role_alone(note.text, mark, spans[0], roles)))
        else:
            pairs = zip(spans, _roles(note.text, mark.span, spans), strict=True)
            parts += [_Part(span, role) for span, role in pairs]
    return parts


def _is_apart(note: GoldNote, mark: LabelledSpan) -> bool:
    return not any(other != mark and other.span.overlaps(mark.span) for other in note.spans)


def _words(text: str, span: Span) -> Iterator[Span]:
    """Where the words of a name lie that are neither initials nor particles."""
    for match in _PART.finditer(text, span.start, span.end):
        word = match.group()
        is_initials = len(word) == 1 or (len(word) == 2 and word.isupper())
        if not is_initials and word.casefold() not in _KEPT:
            yield Span(*match.span())


def _roles(text: str, name: Span, words: Sequence[Span]) -> list[_Role]:
    """Before a comma or caret stands the family name, else it is the last word, hyphens and all."""
    if not words:
        return []
    turned = _FAMILY_FIRST.search(text, name.start, name.end)
    if turned is not None and turned.start() < words[-1].start:
        return [_Role.FAMILY if w.start < turned.start() else _Role.GIVEN for w in words]
    first = len(words) - 1
    least = 0 if words[0].start > name.start else 1  # an initial is a given name, too
    while first > least and text[words[first - 1].end : words[first].start] == "-":
        first -= 1
    return [_Role.GIVEN] * first + [_Role.FAMILY] * (len(words) - first)


def _role_alone(text: str, mark: LabelledSpan, word: Span, roles: set[tuple[str, _Role]]) -> _Role:
    """What a name is of which only one word stands there."""
    folded = word.of(text).casefold()
    if _TITLE.search(text, max(0, mark.span.start - _TITLE_REACH), mark.span.start):
        return _Role.FAMILY
    for role in _Role:
        if (folded, role) in roles:
            return role
    shortened = word.start > mark.span.start  # as in `J. Smith`
    return _Role.FAMILY if shortened or mark.label is Label.DOCTOR else _Role.GIVEN


def _endless(names: Sequence[str], rng: random.Random) -> Iterator[str]:
    """All names in an order of chance, then again."""
    order = rng.sample(list(names), len(names))
    while True:
        yield from order


def _in_case_of(word: str, name: str) -> str:
    if word.isupper():
        return name.upper()
    return name.lower() if word.islower() else name
