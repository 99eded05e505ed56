"""Columns and tables: in which order pieces of lines are read (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from statistics import median
from typing import Final

_GUTTER: Final = 0.7
_PROSE: Final = 16
_LEAST: Final = 3
_FULL: Final = 0.6
_NEAR: Final = 0.9
_APART: Final = 1.7
_WRAPPED: Final = 1.45
_ALIGNED: Final = 0.5
BESIDE: Final = "    "
"""What lies between two pieces of one line."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line without wide gaps.

    Attributes:
        text: what it reads.
        sources: which letters show each character, see `deid.formats.pdf.lines.Line`.
        start: where it begins, along the line.
        end: where it ends.
        base: how high it lies.
        size: of its letters.
        tail: blanks behind it, by their numbers.
    """

    text: str = field(repr=False)
    sources: tuple[tuple[int, ...], ...] = field(repr=False)
    start: float
    end: float
    base: float
    size: float
    tail: tuple[int, ...] = ()


def in_reading_order(pieces: Sequence[Piece]) -> list[tuple[Piece, str]]:
    """Pieces as they are read, each with what lies between it and the one before.

    Columns of prose are read one after the other, everything else line by line.

    Args:
        pieces: from the top, those of one line from its beginning.
    """
    rows = [list(row) for _, row in groupby(pieces, key=lambda piece: piece.base)]
    ordered: list[tuple[Piece, str]] = []
    for block in _blocks(rows):
        before: Piece | None = None
        for piece in block:
            ordered.append((piece, _lead(before, piece)))
            before = piece
    return ordered


def _lead(before: Piece | None, piece: Piece) -> str:
    if before is None:
        return "\n\n"
    if before.base <= piece.base:
        return BESIDE
    size = max(before.size, piece.size)
    return "\n" if 0 < before.base - piece.base < _APART * size else "\n\n"


def _blocks(rows: Sequence[list[Piece]]) -> Iterator[list[Piece]]:
    """Pieces that are read together, in their order."""
    found = _columns(rows)
    if found is None:
        if rows:
            yield _by_cells(rows)
        return
    first, last, gutter = found
    yield from _blocks(rows[:first])
    left = [[one for one in row if one.end <= gutter] for row in rows[first:last]]
    right = [[one for one in row if one.end > gutter] for row in rows[first:last]]
    yield from _blocks([row for row in left if row])
    yield from _blocks([row for row in right if row])
    yield from _blocks(rows[last:])


def _by_cells(rows: Sequence[list[Piece]]) -> list[Piece]:
    """Pieces line by line, but those below a cell that goes on in them right behind it."""
    cells: list[list[Piece]] = []
    first = 0  # of the cells of the row that may go on
    for row in rows:
        places = _below(cells[first:], row)
        if places is None:
            first = len(cells)
            cells += [[piece] for piece in row]
            continue
        for place, piece in zip(places, row, strict=True):
            cells[first + place].append(piece)
    return [piece for cell in cells for piece in cell]


def _below(cells: Sequence[list[Piece]], row: Sequence[Piece]) -> list[int] | None:
    """Which cell each piece of a line goes on with; None, where it is a row of its own.

    A line goes on where it begins with nothing in the first column.
    """
    if len(cells) < 2:
        return None
    lowest = min(cell[-1].base for cell in cells)
    size = max(piece.size for piece in row)
    if lowest - row[0].base > _WRAPPED * size:
        return None
    places: list[int] = []
    for piece in row:
        aligned = [
            number
            for number, cell in enumerate(cells)
            if abs(cell[0].start - piece.start) < _ALIGNED * size
        ]
        if not aligned or not aligned[0]:
            return None
        places.append(aligned[0])
    return places


def _columns(rows: Sequence[list[Piece]]) -> tuple[int, int, float] | None:
    """The longest run of lines in two columns of prose: first line, behind the last, gutter."""
    best: tuple[int, int, float] | None = None
    tried: set[tuple[int, int, float]] = set()
    for number in range(len(rows)):
        for left, right in _gaps(rows, number):
            run = _run(rows, number, left, right)
            if run is None or run in tried:
                continue
            tried.add(run)
            longest = best[1] - best[0] if best else 0
            if run[1] - run[0] > longest and _is_prose(rows[run[0] : run[1]], run[2]):
                best = run
        if best and best[1] > number:
            return best
    return best


def _gaps(rows: Sequence[list[Piece]], number: int) -> Iterator[tuple[float, float]]:
    """The gaps within a line, or between it and one beside it that lies a little lower."""
    row = rows[number]
    if len(row) > 1:
        for one, other in pairwise(row):
            yield one.end, other.start
    elif number + 1 < len(rows) and row[0].base - rows[number + 1][0].base < _NEAR * row[0].size:
        pair = sorted((row[0], rows[number + 1][0]), key=lambda piece: piece.start)
        yield pair[0].end, pair[1].start


def _run(
    rows: Sequence[list[Piece]], number: int, left: float, right: float
) -> tuple[int, int, float] | None:
    """How far up and down a gap reaches."""
    size = rows[number][0].size
    last = number
    while last < len(rows):
        narrowed = _narrowed(rows[last], left, right)
        if narrowed[1] - narrowed[0] < _GUTTER * size:
            break
        left, right = narrowed
        last += 1
    first = number
    while first > 0:
        narrowed = _narrowed(rows[first - 1], left, right)
        if narrowed[1] - narrowed[0] < _GUTTER * size:
            break
        left, right = narrowed
        first -= 1
    return (first, last, (left + right) / 2) if last > number else None


def _narrowed(row: Sequence[Piece], left: float, right: float) -> tuple[float, float]:
    """What a line leaves of a gap."""
    middle = (left + right) / 2
    for piece in row:
        if piece.start < left + 0.01 and piece.end > right - 0.01:
            return middle, middle
        if piece.end < right and (piece.end + piece.start) / 2 < middle:
            left = max(left, piece.end)
        elif piece.start > left and (piece.end + piece.start) / 2 > middle:
            right = min(right, piece.start)
        else:
            return middle, middle
    return left, right


def _is_prose(rows: Sequence[list[Piece]], gutter: float) -> bool:
    """Whether both sides of a gutter are full lines of words, and no cells of a table."""
    for is_left in (True, False):
        side = [
            (min(one.start for one in own), max(one.end for one in own), own)
            for own in ([one for one in row if (one.end <= gutter) is is_left] for row in rows)
            if own
        ]
        if len(side) < _LEAST:
            return False
        widest = max(end - start for start, end, _ in side)
        full = median(end - start for start, end, _ in side)
        letters = sum(len(one.text) for *_, own in side for one in own) / len(side)
        if full < _FULL * widest or letters < _PROSE:
            return False
    return True
