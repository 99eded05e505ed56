"""How far a figure may be off for want of notes: bootstrap intervals over whole notes. Pure.

Percentiles of a bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, chapter
13): whole notes are drawn with replacement, since identifiers of one note are found or missed
together. A figure is a rate of counts that add up over notes, so a draw needs no more than how
often it took each note. Two results over the same notes are compared by the same draws.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deid.evaluate.agreement import Agreement
from deid.evaluate.scores import Scores

DRAWS: Final = 2000
_SEED: Final = 20
_BLOCK: Final = 4_000_000
_PERCENTILES: Final = (2.5, 97.5)

_Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that is drawn from the counts of notes.

    Attributes:
        name: for people.
        counts: what of one note's scores it needs; these add up over notes.
        rate: from an array `[..., counts]` to `[...]`; not a number where there is no rate.
    """

    name: str
    counts: Callable[[Scores], tuple[float, ...]]
    rate: Callable[[_Array], _Array]


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % interval, or a difference of two; in the unit of the figure."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float]:
        """The three numbers by name."""
        return {"value": self.value, "low": self.low, "high": self.high}


def _pair(part: float, whole: float) -> tuple[float, float]:
    return float(part), float(whole)


def _share(counts: _Array) -> _Array:
    part, whole = counts[..., 0], counts[..., 1]
    nothing = np.full(np.shape(part), np.nan)
    return np.asarray(np.divide(part, whole, out=nothing, where=whole > 0), dtype=np.float64)


def _f1(counts: _Array) -> _Array:
    recall, precision = _share(counts[..., :2]), _share(counts[..., 2:])
    total = recall + precision
    out = np.where(np.isnan(total), np.nan, 0.0)
    return np.asarray(
        np.divide(2 * recall * precision, total, out=out, where=total > 0), dtype=np.float64
    )


def recall_of(name: str, agreement: Callable[[Scores], Agreement]) -> Figure:
    """The recall of an agreement, as a figure."""
    return Figure(name, lambda s: _pair(agreement(s).found, agreement(s).gold), _share)


def precision_of(name: str, agreement: Callable[[Scores], Agreement]) -> Figure:
    """The precision of an agreement, as a figure."""
    return Figure(name, lambda s: _pair(agreement(s).right, agreement(s).predicted), _share)


def f1_of(name: str, agreement: Callable[[Scores], Agreement]) -> Figure:
    """The F1 of an agreement, as a figure."""

    def counts(scores: Scores) -> tuple[float, ...]:
        one = agreement(scores)
        return (*_pair(one.found, one.gold), *_pair(one.right, one.predicted))

    return Figure(name, counts, _f1)


CHARACTER_RECALL: Final = recall_of("characters of identifiers found", lambda s: s.characters)
NAME_RECALL: Final = recall_of("characters of names found", lambda s: s.names.characters)
CHARACTER_PRECISION: Final = precision_of(
    "of the characters removed, identifiers", lambda s: s.characters
)
CHARACTER_F1: Final = f1_of("characters, F1", lambda s: s.characters)
STRICT_F1: Final = f1_of("spans strict, F1", lambda s: s.spans_strict)
WITHOUT_LEAK: Final = Figure(
    "notes without a leak", lambda s: _pair(s.notes_without_leak, s.notes), _share
)
WRONGLY_REMOVED: Final = Figure(
    "wrongly removed, of 1,000 characters",
    lambda s: _pair(1000 * (s.characters.predicted - s.characters.right), s.text_characters),
    _share,
)
FIGURES: Final = (
    CHARACTER_RECALL,
    NAME_RECALL,
    WITHOUT_LEAK,
    CHARACTER_PRECISION,
    CHARACTER_F1,
    STRICT_F1,
    WRONGLY_REMOVED,
)


def intervals(
    notes: Sequence[Scores],
    figures: Sequence[Figure] = FIGURES,
    *,
    draws: int = DRAWS,
    seed: int = _SEED,
) -> tuple[Interval | None, ...]:
    """Each figure over all notes with its interval; None where there is no rate.

    Args:
        notes: the scores of each note by itself, from `score_each`.
        figures: which ones.
        draws: how often as many notes are drawn.
        seed: of the draws.
    """
    if not notes:
        return (None,) * len(figures)
    table = _table(notes, figures)
    sums, drawn = table.sum(axis=0), _resampled(table, draws, seed)
    return tuple(
        _interval(figure.rate(sums[part]), figure.rate(drawn[:, part]))
        for figure, part in _parts(notes, figures)
    )


def differences(
    notes: Sequence[Scores],
    others: Sequence[Scores],
    figures: Sequence[Figure] = FIGURES,
    *,
    draws: int = DRAWS,
    seed: int = _SEED,
) -> tuple[Interval | None, ...]:
    """By how much each figure is higher over `notes` than over `others`, by paired draws.

    Args:
        notes: the scores of each note by itself.
        others: the scores of another result over the same notes, in the same order.
        figures: which ones.
        draws: how often as many notes are drawn.
        seed: of the draws.

    Raises:
        ValueError: there are not as many notes here as there.
    """
    if len(notes) != len(others):
        raise ValueError("not the same notes here and there")
    if not notes:
        return (None,) * len(figures)
    table = np.hstack([_table(notes, figures), _table(others, figures)])
    width = table.shape[1] // 2
    sums, drawn = table.sum(axis=0), _resampled(table, draws, seed)
    return tuple(
        _interval(
            figure.rate(sums[:width][part]) - figure.rate(sums[width:][part]),
            figure.rate(drawn[:, :width][:, part]) - figure.rate(drawn[:, width:][:, part]),
        )
        for figure, part in _parts(notes, figures)
    )


def _table(notes: Sequence[Scores], figures: Sequence[Figure]) -> _Array:
    """The counts of every note for all figures, side by side."""
    rows = [[count for figure in figures for count in figure.counts(note)] for note in notes]
    return np.array(rows, dtype=np.float64)


def _parts(notes: Sequence[Scores], figures: Sequence[Figure]) -> Iterator[tuple[Figure, slice]]:
    """Each figure with the columns that are its own."""
    place = 0
    for figure in figures:
        width = len(figure.counts(notes[0]))
        yield figure, slice(place, place + width)
        place += width


def _resampled(table: _Array, draws: int, seed: int) -> _Array:
    """The sums of each draw, `[draws, counts]`, made in blocks that stay small."""
    rng = np.random.default_rng(seed)
    notes = len(table)
    block = max(1, _BLOCK // notes)
    sums = [np.zeros((0, table.shape[1]))]
    for done in range(0, draws, block):
        size = min(block, draws - done)
        taken = rng.multinomial(notes, np.full(notes, 1 / notes), size=size)
        sums.append(taken @ table)
    return np.concatenate(sums)


def _interval(value: _Array, drawn: _Array) -> Interval | None:
    known = drawn[~np.isnan(drawn)]
    if np.isnan(value) or not len(known):
        return None
    low, high = np.percentile(known, _PERCENTILES)
    return Interval(float(value), float(low), float(high))
