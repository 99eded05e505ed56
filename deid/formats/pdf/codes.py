"""Bar codes on a page, by the lines that they are drawn with (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from deid.formats.pdf.cells import Segment
from deid.formats.pdf.matrices import Box

_BARS: Final = 15
_BAR: Final = 5.0
_NEAR: Final = 8.0
_SQUARES: Final = 100
_SQUARE: Final = (0.4, 6.0)
_SIDE: Final = 150
_EDGE: Final = 1.0


def codes_of(segments: Sequence[Segment]) -> list[Box]:
    """Where lines, edges of areas among them, look like bar codes, of one or two dimensions."""
    return [
        (left - _EDGE, low - _EDGE, right + _EDGE, high + _EDGE)
        for left, low, right, high in (*_bars(segments), *_squares(segments))
    ]


def _bars(segments: Sequence[Segment]) -> Iterator[Box]:
    """Where lines of one height stand beside each other at uneven steps."""
    for is_level in (False, True):
        rows: dict[tuple[float, float], set[float]] = defaultdict(set)
        for segment in segments:
            x, y, other_x, other_y = _turned(segment) if is_level else segment
            if abs(x - other_x) < 0.05 and abs(y - other_y) > _BAR:
                rows[round(min(y, other_y), 1), round(max(y, other_y), 1)].add(round(x, 2))
        for (low, high), places in rows.items():
            for run in _runs(places):
                if _are_uneven([other - one for one, other in pairwise(run)]):
                    box = run[0], low, run[-1], high
                    yield _turned(box) if is_level else box


def _turned(segment: Segment) -> Segment:
    x, y, other_x, other_y = segment
    return y, x, other_y, other_x


def _runs(places: Iterable[float]) -> Iterator[list[float]]:
    """Places that lie near each other, in their order."""
    run: list[float] = []
    for place in sorted(places):
        if run and place - run[-1] > _NEAR:
            yield run
            run = []
        run.append(place)
    yield run


def _are_uneven(steps: Sequence[float]) -> bool:
    if len(steps) < _BARS:
        return False
    for every in (steps[::2], steps[1::2]):
        least = min(every)
        if sum(step > 1.4 * least + 0.1 for step in every) > 0.2 * len(every):
            return True
    return False


def _squares(segments: Sequence[Segment]) -> Iterator[Box]:
    """Where many small squares of one size lie together, as in a code of two dimensions."""
    least, most = _SQUARE
    sides: dict[float, list[Segment]] = defaultdict(list)
    for segment in segments:
        x, y, other_x, other_y = segment
        height = abs(y - other_y)
        if abs(x - other_x) < 0.05 and least <= height <= most:
            sides[round(height, 1)].append(segment)
    for height, found in sides.items():
        places = {(round(x, 1), round(min(y, other_y), 1)) for x, y, _, other_y in found}
        if len(places) < _SQUARES:
            continue
        left, right = min(x for x, _ in places), max(x for x, _ in places)
        low, high = min(y for _, y in places), max(y for _, y in places)
        across, up = right - left, high - low
        if max(across, up) < _SIDE * height and 0.5 * across < up < 2 * across:
            yield left, low, right, high + height
