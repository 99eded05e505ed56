"""Cells of tables: areas of a page that lines close in (pure)."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from deid.formats.pdf.matrices import Box

Segment: TypeAlias = tuple[float, float, float, float]
"""A line that is drawn, from a point to another, in units of the page."""

MAX_SEGMENTS: Final = 50_000
"""More lines of a page are not looked at for tables."""

_STRAIGHT: Final = 0.7
_TOUCHING: Final = 2.0
_SHORTEST: Final = 4.0
_MOST_LOOKED_AT: Final = 60


@dataclass(frozen=True, slots=True)
class Rules:
    """The upright or level lines of a page.

    Attributes:
        places: where they cross the other axis, in their order.
        spans: from where to where each goes.
    """

    places: Sequence[float] = field(repr=False)
    spans: Sequence[tuple[float, float]] = field(repr=False)

    def before(self, place: float, low: float, high: float) -> float | None:
        """The nearest one at or before a place that covers a range."""
        at = bisect_left(self.places, place)
        for number in range(at - 1, max(-1, at - 1 - _MOST_LOOKED_AT), -1):
            if self._covers(number, low, high):
                return self.places[number]
        return None

    def behind(self, place: float, low: float, high: float) -> float | None:
        """The nearest one behind a place that covers a range."""
        at = bisect_left(self.places, place)
        for number in range(at, min(len(self.places), at + _MOST_LOOKED_AT)):
            if self._covers(number, low, high):
                return self.places[number]
        return None

    def _covers(self, number: int, low: float, high: float) -> bool:
        start, end = self.spans[number]
        return start <= low + _TOUCHING and end >= high - _TOUCHING


@dataclass(frozen=True, slots=True)
class Grid:
    """The lines of a page, in the coordinates of its text.

    Attributes:
        upright: lines from top to bottom.
        level: lines along the text.
    """

    upright: Rules
    level: Rules

    def cell(self, x: float, y: float) -> Box | None:
        """The cell that a point lies in; None, where lines do not close it in on all sides."""
        left, right = self.upright.before(x, y, y), self.upright.behind(x, y, y)
        if left is None or right is None:
            return None
        low = self.level.before(y, left, right)
        high = self.level.behind(y, left, right)
        return None if low is None or high is None else (left, low, right, high)


def grid_of(segments: Iterable[Segment], direction: tuple[float, float]) -> Grid:
    """The lines of a page, for text that runs in some direction of length 1."""
    across, up = direction
    upright: list[tuple[float, float, float]] = []
    level: list[tuple[float, float, float]] = []
    for x0, y0, x1, y1 in segments:
        a, b = x0 * across + y0 * up, y0 * across - x0 * up
        c, d = x1 * across + y1 * up, y1 * across - x1 * up
        if abs(a - c) < _STRAIGHT and abs(b - d) > _STRAIGHT:
            upright.append(((a + c) / 2, min(b, d), max(b, d)))
        elif abs(b - d) < _STRAIGHT and abs(a - c) > _STRAIGHT:
            level.append(((b + d) / 2, min(a, c), max(a, c)))
    return Grid(_rules(upright), _rules(level))


def _rules(lines: Iterable[tuple[float, float, float]]) -> Rules:
    """Lines that go on in each other put together."""
    by_place: dict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for line in lines:
        by_place[round(line[0])].append(line)
    whole: list[tuple[float, float, float]] = []
    for group in by_place.values():
        place, start, end = None, 0.0, 0.0
        for at, low, high in sorted(group, key=lambda line: line[1]):
            if place is not None and low <= end + _TOUCHING:
                end = max(end, high)
                continue
            if place is not None:
                whole.append((place, start, end))
            place, start, end = at, low, high
        if place is not None:
            whole.append((place, start, end))
    whole = sorted(line for line in whole if line[2] - line[1] >= _SHORTEST)
    return Rules([line[0] for line in whole], [(line[1], line[2]) for line in whole])
