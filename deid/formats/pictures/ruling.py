"""Ruling lines of a picture: long, thin and straight, as around tables and under headings.

They are found to be drawn anew from end to end. Bars of a code, strokes of letters and of writing
by hand are none: those are short for how thick they are, crooked, or stand near each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Final

from deid.ocr.specks import dark_dots

if TYPE_CHECKING:
    from PIL import Image

_LEAST: Final = 150
"""Dots that a line is long at least."""

_SHARE: Final = 0.15
"""Of the side of the picture that it runs along."""

_SLENDER: Final = 40
"""So many times longer than thick."""

_SLENDER_BETWEEN: Final = 12
"""The same of a line from one line across it to another."""

_MOST_THICK: Final = 8
_MOST_RISE: Final = 0.03
_WHOLE: Final = 0.9
_RUN: Final = 40
_MOST_RUNS: Final = 4000
_MOST_LINES: Final = 400
_ROWS: Final = 2
_GAP: Final = 8
_TOO_NEAR: Final = 12
_NEAR: Final = 40


@dataclass(frozen=True, slots=True)
class Ruled:
    """A line, in dots from the upper left corner.

    Attributes:
        start: its left or upper end, across and down.
        end: its other end.
        thickness: in dots.
    """

    start: tuple[int, int]
    end: tuple[int, int]
    thickness: int


@dataclass(slots=True)
class _Group:
    """Runs of dark dots in rows beside each other: first and last row, from left to right."""

    top: int
    bottom: int
    left: int
    right: int


def ruling_lines(picture: Image.Image) -> tuple[Ruled, ...]:
    """The ruling lines of a picture in shades of grey (mode `L`) that lies upright."""
    dark, _ = dark_dots(picture)
    level = _apart(list(_lines(dark)))
    upright = [_turned(one) for one in _apart(list(_lines(dark.T)))]
    long = [one for one in level if _is_long(_length(one), picture.width, one.thickness)]
    return (
        *long,
        *(
            one
            for one in upright
            if _is_long(_length(one), picture.height, one.thickness) or _is_between(one, long)
        ),
    )


def _is_long(length: int, side: int, thickness: int) -> bool:
    return length >= max(_LEAST, _SHARE * side, _SLENDER * thickness)


def _is_between(line: Ruled, level: Sequence[Ruled]) -> bool:
    """Whether both ends of an upright line lie on level ones."""
    return all(
        any(
            one.start[0] - _GAP <= x <= one.end[0] + _GAP
            and min(one.start[1], one.end[1]) - _GAP <= y <= max(one.start[1], one.end[1]) + _GAP
            for one in level
        )
        for x, y in (line.start, line.end)
    )


def _length(line: Ruled) -> int:
    return max(line.end[0] - line.start[0], line.end[1] - line.start[1])


def _turned(line: Ruled) -> Ruled:
    return Ruled(line.start[::-1], line.end[::-1], line.thickness)


def _lines(dark: Any) -> Iterator[Ruled]:
    """Level lines among dark dots, an array of rows."""
    for group in _groups(_runs(dark)):
        length = group.right - group.left
        dots = dark[group.top : group.bottom + 1, group.left : group.right]
        heights = dots.sum(axis=0)
        thickness = int(sorted(heights)[length // 2])
        if not 0 < thickness <= min(_MOST_THICK, length // _SLENDER_BETWEEN):
            continue
        if (heights > 0).mean() < _WHOLE:
            continue
        first, last = _ends(dots, thickness)
        if abs(last - first) <= _MOST_RISE * length and _is_straight(dots, first, last, thickness):
            ends = group.top + round(first), group.top + round(last)
            yield Ruled((group.left, ends[0]), (group.right - 1, ends[1]), thickness)


def _runs(dark: Any) -> list[tuple[int, int, int]]:
    """Rows, beginnings and ends of long runs of dots that are dark or have a dark one beside."""
    import numpy as np

    near = np.zeros((dark.shape[0], dark.shape[1] + 2), dtype=np.int8)
    near[:, 1:-1] = dark
    near[1:, 1:-1] |= dark[:-1]
    near[:-1, 1:-1] |= dark[1:]
    steps = np.diff(near, axis=1)
    rows, starts = np.nonzero(steps == 1)
    _, ends = np.nonzero(steps == -1)
    is_long = ends - starts >= _RUN
    if is_long.sum() > _MOST_RUNS:
        return []
    columns = (rows[is_long], starts[is_long], ends[is_long])
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _groups(runs: Iterable[tuple[int, int, int]]) -> list[_Group]:
    """Runs that touch, or nearly, put together; they come row by row."""
    groups: list[_Group] = []
    done: list[_Group] = []
    for row, start, end in runs:
        done += (one for one in groups if row - one.bottom > _ROWS)
        groups = [one for one in groups if row - one.bottom <= _ROWS]
        touched = [one for one in groups if _touches(one, start, end)]
        group = _Group(row, row, start, end)
        for one in touched:
            groups.remove(one)
            group = _Group(
                min(group.top, one.top), row, min(group.left, one.left), max(group.right, one.right)
            )
        groups.append(group)
    return [*done, *groups]


def _touches(group: _Group, start: int, end: int) -> bool:
    return start <= group.right + _GAP and group.left <= end + _GAP


def _ends(dots: Any, thickness: int) -> tuple[float, float]:
    """The rows in which a line begins and ends."""
    import numpy as np

    columns = np.nonzero((dots.sum(axis=0) > 0) & (dots.sum(axis=0) <= thickness + 1))[0]
    rows = np.argmax(dots, axis=0)[columns] + (thickness - 1) / 2
    tenth = max(1, len(columns) // 10)
    if not len(columns):
        return 0.0, float(dots.shape[0])
    return float(np.median(rows[:tenth])), float(np.median(rows[-tenth:]))


def _is_straight(dots: Any, first: float, last: float, thickness: int) -> bool:
    """Whether nearly all of a line lies where it would if it were drawn from end to end."""
    import numpy as np

    columns = np.arange(dots.shape[1])
    rows = first + (last - first) * columns / max(len(columns) - 1, 1)
    height = np.arange(dots.shape[0])[:, None]
    on_line = np.abs(height - rows[None, :]) <= thickness / 2 + 1
    return bool((dots & on_line).any(axis=0).mean() >= _WHOLE)


def _apart(lines: Sequence[Ruled]) -> list[Ruled]:
    """Those that are not among others that lie too near each other, as the bars of a code do."""
    if len(lines) > _MOST_LINES:
        return []
    left, kept = list(lines), list[Ruled]()
    while left:
        cluster = [left.pop()]
        for one in cluster:
            near = [other for other in left if _lies_near(one, other, _NEAR)]
            left = [other for other in left if other not in near]
            cluster += near
        pairs = combinations(cluster, 2)
        if not any(_lies_near(one, other, _TOO_NEAR) for one, other in pairs):
            kept += cluster
    return kept


def _lies_near(one: Ruled, other: Ruled, most: int) -> bool:
    """Whether two level lines are so near, one below the other."""
    shared = min(one.end[0], other.end[0]) - max(one.start[0], other.start[0])
    return shared > 0 and abs(one.start[1] - other.start[1]) <= most
