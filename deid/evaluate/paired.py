"""Recall of groups of labels on two versions of the same notes, and how far it differs. Pure.

Intervals are percentiles of a paired bootstrap over notes (Efron and Tibshirani, An Introduction
to the Bootstrap, 1993, chapter 13): whole notes are drawn with replacement, the same ones for both
versions, since identifiers of one note are found or missed together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deid.evaluate.agreement import Labelled
from deid.evaluate.gold import GoldNote
from deid.labels import ID_LABELS, NAME_LABELS, Label

_SAMPLES: Final = 2000
_PERCENTILES: Final = (2.5, 97.5)


class Group(StrEnum):
    """Labels that are counted together."""

    IDS = "ids"
    DATES = "dates"
    CONTACTS = "contacts"
    NAMES = "names"
    REST = "rest"

    @classmethod
    def of(cls, label: Label) -> Group:
        """The group of a label: places, ages, occupations and all else are the rest."""
        if label in ID_LABELS:
            return cls.IDS
        if label is Label.DATE:
            return cls.DATES
        if label in NAME_LABELS:
            return cls.NAMES
        return cls.CONTACTS if label.names.category == "CONTACT" else cls.REST


class Measure(StrEnum):
    """What is counted."""

    CHARACTERS = "characters"
    """Characters of marks that are not blank; found if any finding covers them."""
    SPANS = "spans"
    """Marks; found if findings cover every letter and digit."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many there were to find in a note, and how many of them were found."""

    marked: int = 0
    found: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(self.marked + other.marked, self.found + other.found)


@dataclass(frozen=True, slots=True)
class Difference:
    """A difference of two recalls in points (hundredths), with its 95 % interval."""

    points: float
    low: float
    high: float


def count(
    note: GoldNote, predicted: Iterable[Labelled], *, measure: Measure
) -> Mapping[Group, Count]:
    """What was found of each group in one note, under whatever label; every group is there."""
    covered = {at for one in predicted for at in range(one.span.start, one.span.end)}
    table = {group: Count() for group in Group}
    characters: dict[Group, set[int]] = {group: set() for group in Group}
    for mark in note.spans:
        offsets = range(mark.span.start, mark.span.end)
        group = Group.of(mark.label)
        characters[group] |= {at for at in offsets if not note.text[at].isspace()}
        whole = all(at in covered for at in offsets if note.text[at].isalnum())
        table[group] += Count(1, int(whole))
    if measure is Measure.SPANS:
        return table
    return {group: Count(len(own), len(own & covered)) for group, own in characters.items()}


def recall(counts: Iterable[Count]) -> float | None:
    """Share of what was marked in all notes together that was found; None if nothing was marked."""
    total = sum(counts, Count())
    return total.found / total.marked if total.marked else None


def fall(
    before: Sequence[Count],
    after: Sequence[Count],
    *,
    seed: int = 0,
    samples: int = _SAMPLES,
) -> Difference | None:
    """By how many points recall is lower after than before; None if nothing was marked.

    Args:
        before: one count for each note.
        after: the same notes in the same order.
        seed: of the draws.
        samples: how many draws.

    Raises:
        ValueError: there are not as many notes after as before.
    """
    if len(before) != len(after):
        raise ValueError("not the same notes before and after")
    first, second = recall(before), recall(after)
    if first is None or second is None:
        return None
    draws = np.random.default_rng(seed).multinomial(
        len(before), np.full(len(before), 1 / len(before)), size=samples
    )
    points = _recalls(draws, before) - _recalls(draws, after)
    low, high = np.nanpercentile(points, _PERCENTILES)
    return Difference(100 * (first - second), 100 * float(low), 100 * float(high))


def _recalls(draws: NDArray[np.int64], counts: Sequence[Count]) -> NDArray[np.float64]:
    """Recall of each draw of notes; not a number where nothing was marked in them."""
    table = np.array([(one.marked, one.found) for one in counts], dtype=np.float64)
    marked, found = (draws @ table).T
    nothing = np.full(len(marked), np.nan)
    return np.asarray(np.divide(found, marked, out=nothing, where=marked > 0), dtype=np.float64)
