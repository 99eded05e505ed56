"""Operating points of labels, and what scores are worth, from notes that were not learnt from.

Points are chosen by one price: how many characters wrongly removed weigh as much as one missed.
The price is the lowest at which the precision over all labels still is what the recipe asks for,
so recall comes first, and a label whose doubtful words are mostly wrong gets a higher point.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Span
from deid.detect.decode import ClassMap
from deid.detect.scores import ScoreScale
from deid.detect.shapes import word_groups
from deid.training.examples import CLASSES
from deid.training.measure import Tagger
from deid.training.redraw import MarkedNote

FLOOR = 0.05
POINTS = np.round(np.arange(FLOOR, 0.951, 0.05), 2)
_MAP = ClassMap.of(CLASSES)
_BINS = 12
_FEWEST_IN_BIN = 20
_BORROWED = 150
"""Characters' worth of the other labels that a label's own evidence is mixed with."""
_PRICES = np.geomspace(0.05, 5.0, 41)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of marked notes, one row each.

    Attributes:
        probability: that the word is an identifier, of whatever kind.
        label: index of the likeliest label.
        marked: letters and digits that lie in a mark.
        unmarked: those that do not.
    """

    probability: NDArray[np.float64]
    label: NDArray[np.intp]
    marked: NDArray[np.float64]
    unmarked: NDArray[np.float64]


def evidence(notes: Sequence[MarkedNote], tag: Tagger) -> Evidence:
    """What a tagger says of every word of these notes, and what is right."""
    rows = np.array([row for note in notes for row in _words(note, tag)])
    if not len(rows):
        rows = np.zeros((0, 4))
    probability, label, marked, unmarked = rows.T
    return Evidence(probability, label.astype(np.intp), marked, unmarked)


def _words(note: MarkedNote, tag: Tagger) -> Iterator[tuple[float, float, float, float]]:
    tokens, rows = tag(note.text)
    gold = np.zeros(len(note.text), dtype=bool)
    for span, _ in note.marks:
        gold[span.start : span.end] = True
    solid = np.array([char.isalnum() for char in note.text], dtype=bool)
    for group in word_groups(note.text, tokens.spans):
        part = rows[group.start : group.stop]
        span = Span(tokens.spans[group.start].start, tokens.spans[group.stop - 1].end)
        inside, letters = gold[span.start : span.end], solid[span.start : span.end]
        if letters.any():
            label = int(np.argmax(part.sum(axis=0) @ _MAP.sides))
            marked = float((inside & letters).sum())
            yield float(1 - part[:, 0].min()), label, marked, float(letters.sum()) - marked


def fitted_scale(found: Evidence, *, least_precision: float) -> ScoreScale:
    """The scale of a model package: recall first, but no less precise than asked for.

    Args:
        found: from notes that were not learnt from.
        least_precision: share of removed characters that are marked, 0 to 1, over all labels.
    """
    costs = [_curves(found, None), *(_curves(found, at) for at in range(len(_MAP.labels)))]
    for price in _PRICES:
        points = _cheapest(costs, float(price))
        if _precision(found, points[1:]) >= least_precision:
            break
    common = float(points[0])
    own = {
        label: float(point)
        for label, point in zip(_MAP.labels, points[1:], strict=True)
        if point != common
    }
    return ScoreScale(common, FLOOR, own, _measured(found))


@dataclass(frozen=True, slots=True)
class AtPoints:
    """What a model does at operating points, in letters and digits.

    Attributes:
        recall: share of what is marked that is removed, 0 to 1.
        precision: share of what is removed that is marked, 0 to 1.
    """

    recall: float
    precision: float


def figures_at(found: Evidence, scale: ScoreScale) -> AtPoints:
    """What a model does at the points of a scale; 1 where there is nothing to find or remove."""
    points = np.array([scale.point(label) for label in _MAP.labels])
    taken, marked = found.probability >= points[found.label], float(found.marked.sum())
    recall = float(found.marked[taken].sum()) / marked if marked else 1.0
    return AtPoints(recall, _precision(found, points))


def _curves(found: Evidence, label: int | None) -> NDArray[np.float64]:
    """`[2, points]`: characters missed and wrongly removed at each of `POINTS`."""
    here = found.label == label if label is not None else np.ones(len(found.label), dtype=bool)
    taken = found.probability[here, None] >= POINTS[None, :]
    missed = (found.marked[here, None] * ~taken).sum(axis=0)
    wrong = (found.unmarked[here, None] * taken).sum(axis=0)
    return np.stack([missed, wrong])


def _cheapest(costs: Sequence[NDArray[np.float64]], price: float) -> NDArray[np.float64]:
    """The point of all labels together, then that of each."""
    weights = np.array([1.0, price])
    everything = weights @ costs[0]
    total = max(float(everything.max()), 1.0)
    mixed = [everything, *(weights @ one + _BORROWED * everything / total for one in costs[1:])]
    return np.array([POINTS[int(np.argmin(cost))] for cost in mixed])


def _precision(found: Evidence, points: NDArray[np.float64]) -> float:
    taken = found.probability >= points[found.label]
    removed = float((found.marked + found.unmarked)[taken].sum())
    return float(found.marked[taken].sum()) / removed if removed else 1.0


def _measured(found: Evidence) -> tuple[tuple[float, float], ...]:
    """Probability and share of right words, in bins of as many words, made to rise.

    Neighbours that fall are pooled (isotonic regression by pool-adjacent-violators).
    """
    reported = found.probability >= FLOOR
    order = np.argsort(found.probability[reported], kind="stable")
    probability = found.probability[reported][order]
    right = (found.marked > found.unmarked)[reported][order].astype(float)
    count = min(_BINS, len(right) // _FEWEST_IN_BIN)
    if count < 1:
        return ()
    pools = [
        [float(p.mean()), float(share.mean()), float(len(p))]
        for p, share in zip(
            np.array_split(probability, count), np.array_split(right, count), strict=True
        )
    ]
    rising: list[list[float]] = []
    for pool in pools:
        rising.append(pool)
        while len(rising) > 1 and (rising[-2][1] > rising[-1][1] or rising[-2][0] >= rising[-1][0]):
            (p, share, n), (q, other, m) = rising[-2:]
            rising[-2:] = [[(p * n + q * m) / (n + m), (share * n + other * m) / (n + m), n + m]]
    return tuple({round(p, 4): round(share, 4) for p, share, _ in rising}.items())
