"""Overlapping windows over a row of tokens, and one answer per token out of theirs.

Pure. Every token lies in at least one window, so nothing is cut off.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Span

Rows = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class WindowPlan:
    """How long windows are and how far neighbours overlap, in tokens.

    Attributes:
        size: tokens in a window, without the encoder's own marks.
        overlap: tokens that a window shares with the one before it.

    Raises:
        ValueError: the overlap is not smaller than half a window.
    """

    size: int = 190
    overlap: int = 16

    def __post_init__(self) -> None:
        if self.size < 1 or not 0 <= 2 * self.overlap < max(self.size, 2):
            raise ValueError(f"no plan: size {self.size}, overlap {self.overlap}")


def windows(count: int, plan: WindowPlan) -> Iterator[range]:
    """The fewest windows over `count` tokens, in order, of one length and evenly spread.

    None is longer than `plan.size`, and neighbours share at least `plan.overlap` tokens. Alike
    in length, since an encoder answers badly on a handful of tokens without context.
    """
    if count == 0:
        return
    number = max(1, math.ceil((count - plan.overlap) / (plan.size - plan.overlap)))
    length = math.ceil((count + (number - 1) * plan.overlap) / number)
    for index in range(number):
        start = index * (count - length) // max(1, number - 1)
        yield range(start, start + length)


def edge_weights(length: int) -> NDArray[np.float32]:
    """Weight of each token of a window: 1 at its edges, rising by 1 a token towards its middle.

    Where windows overlap, the one that sees a token with more context on both sides counts more.
    """
    places = np.arange(length)
    return np.asarray(np.minimum(places + 1, length - places), dtype=np.float32)


def merge(answers: Iterable[tuple[range, Rows]]) -> Iterator[Rows]:
    """Rows of probabilities per token, in order and without gaps, from those of windows.

    Holds no more than two windows at a time: a block of rows is yielded as soon as no later
    window can change it.

    Args:
        answers: windows in ascending order with an array `[len(window), classes]` each.

    Yields:
        Arrays `[some tokens, classes]`; put end to end, they cover all tokens.

    Raises:
        ValueError: windows leave a gap, go backwards, or an array has another length.
    """
    done = 0
    total: Rows | None = None
    weight: NDArray[np.float32] = np.zeros(0, dtype=np.float32)
    for window, rows in answers:
        if rows.shape[0] != len(window) or window.start < done:
            raise ValueError("windows out of order, or an answer of another length")
        if window.start > done + len(weight):
            raise ValueError("windows leave a gap")
        if total is None:
            total = np.zeros((0, rows.shape[1]), dtype=np.float32)
        ready = window.start - done
        if ready:
            yield _mean(total[:ready], weight[:ready])
            total, weight, done = total[ready:], weight[ready:], window.start
        grow = max(0, len(window) - len(weight))
        total = np.concatenate([total, np.zeros((grow, rows.shape[1]), dtype=np.float32)])
        weight = np.concatenate([weight, np.zeros(grow, dtype=np.float32)])
        edges = edge_weights(len(window))
        total[: len(window)] += rows * edges[:, None]
        weight[: len(window)] += edges
    if total is not None and len(weight):
        yield _mean(total, weight)


def _mean(total: Rows, weight: NDArray[np.float32]) -> Rows:
    return np.asarray(total / weight[:, None], dtype=np.float32)


def random_phase(count: int, plan: WindowPlan, phase: int) -> Sequence[range]:
    """Windows side by side without overlap, the first one `phase` tokens long: for training.

    Another phase on each pass puts the edges elsewhere, which costs less than overlapping.
    """
    cuts = [0, *range(phase % plan.size or plan.size, count, plan.size), count]
    return [range(low, high) for low, high in pairwise(cuts) if low < high]


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of a long text that is examined at once.

    Attributes:
        core: what this segment answers for; the cores of a text are its partition.
        padded: the core with a margin of context on both sides.
    """

    core: Span
    padded: Span


def segments(text: str, *, size: int, margin: int) -> Iterator[Segment]:
    """Segments of at most `size` code points with margins of at most `margin`.

    Cuts lie at blanks where there are any within a margin, so that no word is torn.
    """
    start = 0
    while start < len(text):
        end = _cut(text, start + size, min(margin, size - 1))
        low = _cut(text, max(0, start - margin), margin)
        high = _cut(text, end + margin, margin)
        yield Segment(Span(start, end), Span(min(low, start), max(high, end)))
        start = end


def _cut(text: str, near: int, reach: int) -> int:
    """The last place behind a blank that is at or before `near`, within `reach`; else `near`."""
    if near <= 0 or near >= len(text):
        return min(max(near, 0), len(text))
    for place in range(near, max(0, near - reach), -1):
        if text[place - 1].isspace():
            return place
    return near
