"""Marks of a note that name the same person, number or day, together (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from deid.datatypes import Span
from deid.labels import NAME_LABELS, Label
from deid.redact.identity import identities
from deid.review.marks import Mark


@dataclass(frozen=True, slots=True)
class Group:
    """The marks of one identity.

    Attributes:
        key: the same for the same identity as long as its words stay marked; holds note text.
        title: where it is named at the greatest length.
        marks: in the order of the text.
    """

    key: str = field(repr=False)
    title: Span
    marks: tuple[Mark, ...]


def groups(marks: Sequence[Mark], text: str) -> tuple[Group, ...]:
    """Marks by identity, in the order in which the note first names each.

    People are told apart by their names, whatever labels these were given; other identifiers by
    their label and their value without regard to case, accents, blanks and punctuation.

    Args:
        marks: in the order of the text.
        text: the note.
    """
    values: dict[tuple[Label, str], None] = {}
    mentions = []
    for mark in marks:
        label = Label.PERSON if mark.finding.label in NAME_LABELS else mark.finding.label
        mentions.append((label, mark.finding.span.of(text)))
        values[mentions[-1]] = None
    key_of = dict(zip(values, identities(tuple(values)), strict=True))
    by_key: dict[str, list[Mark]] = defaultdict(list)
    for mark, mention in zip(marks, mentions, strict=True):
        by_key[key_of[mention]].append(mark)
    return tuple(Group(key, _title(own), tuple(own)) for key, own in by_key.items())


def _title(marks: Sequence[Mark]) -> Span:
    return max((mark.finding.span for mark in marks), key=len)
