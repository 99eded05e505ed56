"""What a path looks like: a plain figure, or one that may be letters or handwriting (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final, TypeAlias

from deid.formats.pdf.matrices import Box

Points: TypeAlias = Sequence[tuple[float, float]]

_FULL: Final = 0.95
_FLAT: Final = 0.3
_GRAPH: Final = 60.0
_BACK: Final = 0.02
_ALIKE: Final = 0.3
_MOST_POINTS: Final = 20_000


def box_of(figures: Sequence[Points]) -> Box:
    """The box around figures."""
    across = [x for points in figures for x, _ in points]
    up = [y for points in figures for _, y in points]
    return min(across), min(up), max(across), max(up)


def is_plain(points: Points, *, is_filled: bool) -> bool:
    """Whether a figure is none of a letter, or but one of the plainest, such as I or O.

    These have no dents, as boxes, rings, markers and pieces of pies, or run from one side to the
    other without turning back, as the lines of charts.

    Args:
        points: of the figure, in their order.
        is_filled: whether it is more than a line.
    """
    if len(points) > _MOST_POINTS:
        return False
    if len(points) < 4:
        return True
    across, up = [x for x, _ in points], [y for _, y in points]
    if _is_graph(across, is_filled=is_filled) or _is_graph(up, is_filled=is_filled):
        return True
    hull = _hull(points)
    whole = abs(_area(hull))
    longest = max(max(across) - min(across), max(up) - min(up))
    return whole <= _FLAT * longest or abs(_area(points)) >= _FULL * whole


def look_of(points: Points, corner: tuple[float, float]) -> int:
    """A number that figures of one look share, wherever they lie.

    Args:
        points: of the figure.
        corner: from which they are measured.
    """
    x, y = corner
    return hash(tuple((round(10 * (a - x)), round(10 * (b - y))) for a, b in points))


def is_alike(one: Points, other: Points) -> bool:
    """Whether two figures look the same, wherever they lie."""
    (x, y), (other_x, other_y) = one[0], other[0]
    return len(one) == len(other) and all(
        abs(a - x - c + other_x) < _ALIKE and abs(b - y - d + other_y) < _ALIKE
        for (a, b), (c, d) in zip(one, other, strict=True)
    )


def _is_graph(places: Sequence[float], *, is_filled: bool) -> bool:
    extent = max(places) - min(places)
    if extent < _GRAPH:
        return False
    way = sum(abs(other - one) for one, other in pairwise(places))
    if not is_filled:
        return way <= (1 + _BACK) * extent
    return way + abs(places[-1] - places[0]) <= (2 + _BACK) * extent


def _area(points: Points) -> float:
    turned = [*points[1:], points[0]]
    return sum(x * b - a * y for (x, y), (a, b) in zip(points, turned, strict=True)) / 2


def _hull(points: Points) -> Points:
    """The corners of the least area without dents around points (Andrew 1979)."""
    ordered = sorted(set(points))
    return [*_half(ordered), *_half(ordered[::-1])]


def _half(ordered: Points) -> Points:
    half: list[tuple[float, float]] = []
    for x, y in ordered:
        while len(half) > 1:
            (a, b), (c, d) = half[-2:]
            if (c - a) * (y - b) - (d - b) * (x - a) > 0:
                break
            half.pop()
        half.append((x, y))
    return half[:-1]
