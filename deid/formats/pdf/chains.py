"""Lines that are drawn piece by piece, each from where the one before ends, as one line (pure).

Programs that take signatures paint each piece by itself, often with a width of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from deid.formats.pdf.figures import Points
from deid.formats.pdf.glyphs import Path

_NEAR: Final = 0.3
_MOST_POINTS: Final = 5_000


def chains_of(paths: Iterable[Path]) -> Iterator[Sequence[Path]]:
    """The paths in their order, those together that go on where the one before ends."""
    chain: list[Path] = []
    count = 0
    for path in paths:
        points = sum(map(len, path.figures))
        if chain and not (count + points <= _MOST_POINTS and _goes_on(chain[-1], path)):
            yield chain
            chain, count = [], 0
        chain.append(path)
        count += points
    if chain:
        yield chain


def joined(chain: Sequence[Path]) -> list[Points]:
    """The figures of a chain, those as one that go on where the one before ends.

    Lines that go straight across and up alone, as those of tables do, stay as they are.
    """
    figures = [points for path in chain for points in path.figures]
    if not _is_line(chain[0]) or all(map(_is_straight, figures)):
        return figures
    found: list[list[tuple[float, float]]] = []
    for points in figures:
        if found and len(found[-1]) < _MOST_POINTS and _is_near(found[-1][-1], points[0]):
            found[-1] += points[1:]
        else:
            found.append(list(points))
    return [*found]


def _goes_on(first: Path, second: Path) -> bool:
    is_line = _is_line(first) and _is_line(second)
    return is_line and _is_near(first.figures[-1][-1], second.figures[0][0])


def _is_line(path: Path) -> bool:
    return not (path.is_filled or path.is_boxes)


def _is_near(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return abs(one[0] - other[0]) < _NEAR and abs(one[1] - other[1]) < _NEAR


def _is_straight(points: Points) -> bool:
    return all(min(abs(a - c), abs(b - d)) < _NEAR for (a, b), (c, d) in pairwise(points))
