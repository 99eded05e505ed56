"""What makes a note stand out, and how much: the score of a note from its details (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import prod

from deid.datatypes import Span


class RareKind(StrEnum):
    """Why a detail is rare. All but the last two are names of rule packs in `rules/rare`."""

    OFFICE = "office"
    FIRST = "first"
    EVENT = "event"
    OCCUPATION = "occupation"
    FAMILY = "family"
    EXTREME = "extreme"
    DIAGNOSIS = "diagnosis"
    TERM = "term"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class RareDetail:
    """Something in a note that few others have.

    Attributes:
        span: where.
        kind: why it is rare.
        rule: id and version of the rule that found it; empty for what was counted in the folder.
        weight: how much it tells by itself, 0 to 1.
        sharing: how many patients of the folder have it, this one among them.
        other: where the second term of a PAIR stands.
    """

    span: Span
    kind: RareKind
    rule: str
    weight: float
    sharing: int = 1
    other: Span | None = None

    @property
    def counts(self) -> float:
        """What it adds to the score: its weight, divided among those who share it."""
        return self.weight / self.sharing


@dataclass(frozen=True, slots=True)
class RareNote:
    """A note with its rare details.

    Attributes:
        note: its number among the notes, from 0.
        score: see `score_of`.
        details: those that count most first.
    """

    note: int
    score: float
    details: tuple[RareDetail, ...]


def score_of(details: Iterable[RareDetail]) -> float:
    """How much all of them tell together, 0 to 1: `1 - (1 - a)(1 - b)...` of what each counts.

    As if each detail led to the person by itself with that probability. It is for an order of
    reading; it is no probability that somebody is recognised.
    """
    return 1 - prod(1 - detail.counts for detail in details)
