"""What stands below headings that are known, in tables with or without lines (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from deid.formats.columns import Column, column_of
from deid.formats.pdf.glyphs import Layer, PageContent
from deid.formats.pdf.lines import Line
from deid.labels import Label

_LONGEST: Final = 40
_LEAST: Final = 2
_APART: Final = 3.5
_ALIGNED: Final = 2.5


@dataclass(frozen=True, slots=True)
class _Cell:
    """A line of a page, and where it lies along and above it, in units of the page."""

    number: int
    start: float
    end: float
    base: float
    size: float
    column: Column | None
    is_worded: bool

    def distance(self, heading: _Cell) -> float:
        """How far it is from standing right below a heading, at either end or in the middle."""
        return min(
            abs(self.start - heading.start),
            abs(self.end - heading.end),
            abs(self.start + self.end - heading.start - heading.end) / 2,
        )


def labels_of(read: PageContent, lines: Sequence[Line]) -> dict[int, Label]:
    """What lines of a page are known to hold by the headings above them, by their numbers.

    A row of headings has several that are known, of which one is of numbers of patients.

    Args:
        read: what the page draws.
        lines: its lines.
    """
    known = {number: column_of(line.text) for number, line in enumerate(lines) if _is_short(line)}
    if not any(column and column.is_key for column in known.values()):
        return {}
    found: dict[int, Label] = {}
    rows: dict[tuple[float, float], dict[int, list[_Cell]]] = defaultdict(lambda: defaultdict(list))
    for number, line in enumerate(lines):
        if line.layer is Layer.SHOWN and any(line.sources):
            direction, cell = _cell(read, line, number, known.get(number))
            rows[direction][round(cell.base)].append(cell)
    for placed in rows.values():
        headings: Sequence[_Cell] = ()
        last = 0.0
        for base in sorted(placed, reverse=True):
            row = placed[base]
            if _is_heading(row):
                headings = row
            elif headings and last - base < _APART * row[0].size:
                found |= dict(_below(row, headings))
            else:
                headings = ()
            last = base
    return found


def _is_short(line: Line) -> bool:
    return len(line.text) <= _LONGEST


def _cell(
    read: PageContent, line: Line, number: int, column: Column | None
) -> tuple[tuple[float, float], _Cell]:
    placed = [source[0] for source in line.sources if source]
    first, last = read.glyphs[placed[0]], read.glyphs[placed[-1]]
    across, up = first.show.direction
    start, end = (one.x * across + one.y * up for one in (first, last))
    base = first.y * across - first.x * up
    is_worded = not any(map(str.isdigit, line.text))
    cell = _Cell(number, start, end + last.width, base, first.show.height, column, is_worded)
    return (round(across, 2), round(up, 2)), cell


def _is_heading(row: Sequence[_Cell]) -> bool:
    columns = [cell.column for cell in row if cell.column]
    is_worded = all(cell.is_worded for cell in row)
    return is_worded and len(columns) >= _LEAST and any(column.is_key for column in columns)


def _below(row: Sequence[_Cell], headings: Sequence[_Cell]) -> Iterator[tuple[int, Label]]:
    for cell in row:
        nearest = min(headings, key=cell.distance)
        if nearest.column and not cell.column and cell.distance(nearest) < _ALIGNED * cell.size:
            yield cell.number, nearest.column.label
