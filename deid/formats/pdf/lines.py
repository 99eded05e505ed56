"""Letters of a page put together to lines of text, in the order of reading (pure)."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from deid.formats.pdf.cells import Grid, Segment, grid_of
from deid.formats.pdf.glyphs import Glyph, Layer, PageProblemError
from deid.formats.pdf.matrices import Box
from deid.formats.pdf.order import BESIDE, Piece, in_reading_order
from deid.formats.pdf.rows import BLANK, Placed, spread, tracks

_SAME_LINE: Final = 0.35
_WIDE: Final = 1.4
_TWICE: Final = 0.1
HYPHENS: Final = "-\u00ad\u2010\u2011"
"""What a line ends with in the middle of a word."""

SOFT: Final = "\u00ad"
"""What stands in its place where the word is put together again."""

_ROWS: Final = 2
_UNSAID: Final = 2


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text, or what of it lies between two wide gaps.

    Attributes:
        text: what it reads.
        sources: for each character of the text the letters of the page that show it, by their
            numbers; none for a blank that is but a gap.
        lead: what lies between it and the line before.
        goes_on: whether its first word began on the line before.
        layer: which text of the page it belongs to.
        tail: blanks behind it, by their numbers; they are no part of it.
    """

    text: str = field(repr=False)
    sources: tuple[tuple[int, ...], ...] = field(repr=False)
    lead: str
    goes_on: bool
    layer: Layer
    tail: tuple[int, ...] = ()


def read_lines(glyphs: Sequence[Glyph], segments: Sequence[Segment] = ()) -> list[Line]:
    """The lines of a page.

    Args:
        glyphs: its letters.
        segments: straight lines that are drawn on it, which may close in cells of tables.

    Raises:
        PageProblemError: its letters run from right to left, or mean nothing.
    """
    _check(glyphs)
    groups: dict[tuple[Layer, float, float], list[Placed]] = defaultdict(list)
    for placed, key in _placed(glyphs):
        groups[key].append(placed)
    lines: list[Line] = []
    for key in sorted(groups, key=lambda one: (one[0], -one[1], one[2])):
        grid = grid_of(segments, key[1:])
        lines += _joined(list(_arranged(groups[key], grid, glyphs)), key[0])
    return lines


def _arranged(
    letters: Sequence[Placed], grid: Grid, glyphs: Sequence[Glyph]
) -> Iterator[tuple[Piece, str]]:
    """Pieces of lines as they are read: cells of tables one by one, where they lie in the text."""
    found = [one for row in _rows(letters) for one in spread(row, glyphs)]
    free = _reaching(letters, grid, glyphs) | {one.index for one, is_spread in found if is_spread}
    flow, cells = _by_cell([one for one, _ in found if one.index not in free], grid)
    flow += [one for one, _ in found if one.index in free]
    waiting = sorted(cells, key=lambda cell: (-round(cell[3]), cell[0]))
    band: list[Piece] = []
    starts = _starts(flow)
    for row in _rows(flow):
        above = [cell for cell in waiting if cell[3] > row[0].base]
        if above:
            yield from in_reading_order(band)
            yield from _in_cells(above, cells, glyphs)
            waiting, band = waiting[len(above) :], []
        for track in tracks(row, glyphs):
            band += _pieces(track, glyphs, starts)
    yield from in_reading_order(band)
    yield from _in_cells(waiting, cells, glyphs)


def _by_cell(letters: Sequence[Placed], grid: Grid) -> tuple[list[Placed], dict[Box, list[Placed]]]:
    """Letters in no cell, or in one that holds others, and those of each other cell."""
    flow: list[Placed] = []
    cells: dict[Box, list[Placed]] = defaultdict(list)
    known: tuple[float, Box | None] = (0.0, None)
    for letter in letters if grid.upright.places else ():
        base, cell = known
        x, y = letter.start + 0.1 * letter.size, letter.base + 0.2 * letter.size
        if cell is None or base != y or not cell[0] < x < cell[2]:
            cell = grid.cell(x, y)
            known = y, cell
        (flow if cell is None else cells[cell]).append(letter)
    if not grid.upright.places:
        return list(letters), cells
    for outer in [cell for cell in cells if any(_holds(cell, other) for other in cells)]:
        flow += cells.pop(outer)
    return sorted(flow, key=lambda letter: letter.index), cells


def _reaching(letters: Sequence[Placed], grid: Grid, glyphs: Sequence[Glyph]) -> set[int]:
    """Letters of stand-ins that reach over several cells, such as those of single letters."""
    groups: dict[int, list[Placed]] = defaultdict(list)
    for letter in letters if grid.upright.places else ():
        stand_in = glyphs[letter.index].show.stand_in
        if stand_in is not None:
            groups[stand_in[0]].append(letter)
    return {
        one.index
        for group in groups.values()
        if len({grid.cell(one.start, one.base + 0.2 * one.size) for one in group}) > 1
        for one in group
    }


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer != inner
        and (outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2])
        and outer[3] >= inner[3]
    )


def _in_cells(
    chosen: Sequence[Box], cells: Mapping[Box, Sequence[Placed]], glyphs: Sequence[Glyph]
) -> Iterator[tuple[Piece, str]]:
    before: Box | None = None
    for cell in chosen:
        pieces = [
            piece
            for row in _rows(cells[cell])
            for track in tracks(row, glyphs)
            for piece in _pieces(track, glyphs)
        ]
        lead = "\n\n" if before is None else "\n"
        if before is not None and round(before[3]) == round(cell[3]):
            lead = BESIDE
        for number, (piece, usual) in enumerate(in_reading_order(pieces)):
            yield piece, usual if number else lead
        before = cell


def _check(glyphs: Sequence[Glyph]) -> None:
    """Refuse letters that run from right to left, and several in a row that have no meaning."""
    unsaid = 0
    for text in (glyph.text for glyph in glyphs):
        if text.isascii():
            unsaid = 0 if text >= " " else unsaid + 1
        else:
            if any(unicodedata.bidirectional(one) in ("R", "AL") for one in text):
                raise PageProblemError("letters that run from right to left")
            private = all(unicodedata.category(one) in ("Co", "Cn", "Cc", "Cs") for one in text)
            unsaid = unsaid + 1 if private or "\ufffd" in text else 0
        if unsaid > _UNSAID:
            raise PageProblemError("letters whose meaning its fonts do not tell")


def _placed(glyphs: Sequence[Glyph]) -> Iterator[tuple[Placed, tuple[Layer, float, float]]]:
    stand_ins: dict[int, list[int]] = defaultdict(list)
    for index, glyph in enumerate(glyphs):
        if glyph.show.stand_in is not None:
            stand_ins[glyph.show.stand_in[0]].append(index)
    before: tuple[Placed, tuple[Layer, float, float]] | None = None
    for index, glyph in enumerate(glyphs):
        show = glyph.show
        across, up = show.direction
        start = glyph.x * across + glyph.y * up
        base = glyph.y * across - glyph.x * up
        width, size, slack = glyph.width, show.height, max(0.0, show.spacing * show.unit)
        if show.stand_in is not None:
            number, room, size = show.stand_in
            group = stand_ins[number]
            first = glyphs[group[0]]
            width, slack = room / len(group), 0.0
            start = first.x * across + first.y * up + width * group.index(index)
        placed = Placed(index, start, start + width, base, size, slack)
        layer = show.layer
        if before is not None and _is_next(before[0], placed) and glyph.text.isalnum():
            layer = before[1][0]
        key = layer, round(across, 2) + 0.0, round(up, 2) + 0.0
        before = (placed, key) if glyph.text.isalnum() else None
        yield placed, key


def _is_next(one: Placed, other: Placed) -> bool:
    """Whether a letter is the next one of a word, which lies in the layer of its first letter."""
    gap = other.start - one.end - one.slack
    return abs(one.base - other.base) < _TWICE * one.size and abs(gap) < BLANK * one.size


def _rows(letters: Sequence[Placed]) -> Iterator[list[Placed]]:
    """Letters on one line each, from the top; raised and lowered ones go with those beside them."""
    bases: dict[float, list[Placed]] = defaultdict(list)
    for letter in letters:
        bases[round(letter.base, 1)].append(letter)
    row: list[Placed] = []
    base = size = 0.0
    for key in sorted(bases, reverse=True):
        group = bases[key]
        highest = max(letter.size for letter in group)
        if row and base - key > _SAME_LINE * max(size, highest):
            yield row
            row = []
        if not row:
            base, size = key, highest
        row = row + group
    if row:
        yield row


def _starts(letters: Sequence[Placed]) -> frozenset[int]:
    """Where columns may begin: several rows go on there behind a wide gap, in whole units."""
    found: Counter[int] = Counter()
    for row in _rows(letters):
        ordered = sorted(row, key=lambda letter: (letter.start, letter.index))
        found.update(
            {
                round(other.start)
                for one, other in pairwise(ordered)
                if other.start - one.end - one.slack > _WIDE * min(one.size, other.size)
            }
        )
    return frozenset(start for start, count in found.items() if count >= _ROWS)


def _pieces(
    row: Sequence[Placed], glyphs: Sequence[Glyph], starts: frozenset[int] = frozenset()
) -> Iterator[Piece]:
    """A line, cut where a gap is so wide that something else begins.

    Args:
        row: its letters.
        glyphs: all of the page.
        starts: where columns begin; what an operator shows there is a piece of its own.
    """
    ordered = sorted(row, key=lambda letter: (letter.start, letter.index))
    text: list[str] = []
    sources: list[tuple[int, ...]] = []
    first = last = ordered[0]
    end = first.start
    for letter in ordered:
        read = glyphs[letter.index].text
        size = min(letter.size, last.size)
        gap = letter.start - end - last.slack
        if text and read == text[-1] and abs(letter.start - last.start) < _TWICE * size:
            sources[-1] = (*sources[-1], letter.index)
            end = max(end, letter.end)
            continue
        is_column = round(letter.start) in starts and _begins(letter, last, glyphs)
        if text and (gap > _WIDE * size or is_column):
            yield _piece(text, sources, first, end, row)
            text, sources, first = [], [], letter
        elif text and gap > BLANK * size and not text[-1].isspace() and not read.isspace():
            text.append(" ")
            sources.append(())
        text.append(read)
        sources.append((letter.index,))
        end, last = max(end, letter.end) if text[1:] else letter.end, letter
    yield _piece(text, sources, first, end, row)


def _begins(letter: Placed, last: Placed, glyphs: Sequence[Glyph]) -> bool:
    """Whether a letter is the first of an operator, and another one showed that before it."""
    one, other = glyphs[letter.index], glyphs[last.index]
    return one.show is not other.show and not one.offset and one.text.isalnum()


def _piece(
    text: Sequence[str],
    sources: Sequence[tuple[int, ...]],
    first: Placed,
    end: float,
    row: Sequence[Placed],
) -> Piece:
    spread = [
        (character, source)
        for read, source in zip(text, sources, strict=True)
        for character in read
    ]
    tail: list[int] = []
    while spread and spread[-1][0].isspace():
        tail += spread.pop()[1]
    biggest = max(row, key=lambda letter: letter.size)
    return Piece(
        "".join(character for character, _ in spread),
        tuple(source for _, source in spread),
        first.start,
        end,
        biggest.base,
        first.size,
        tuple(tail),
    )


def _joined(pieces: Sequence[tuple[Piece, str]], layer: Layer) -> Iterator[Line]:
    """Lines, a word that goes on on the next one read as one."""
    lines: list[Line] = []
    for piece, lead in pieces:
        if not piece.text.strip():
            continue
        line = Line(piece.text, piece.sources, lead, False, layer, piece.tail)
        before = lines[-1] if lines else None
        if before is not None and lead == "\n" and _goes_on(before.text, line.text):
            if line.text.lstrip()[:1].islower():
                lines[-1] = replace(before, text=before.text[:-1] + SOFT)
            line = _without_lead(line)
        lines.append(line)
    yield from lines


def _goes_on(before: str, text: str) -> bool:
    """Whether a line ends with a hyphen within a word or number."""
    return (
        len(before) > 1
        and before[-1] in HYPHENS
        and before[-2].isalnum()
        and text.lstrip()[:1].isalnum()
    )


def _without_lead(line: Line) -> Line:
    blanks = len(line.text) - len(line.text.lstrip())
    return replace(
        line, text=line.text[blanks:], sources=line.sources[blanks:], lead="", goes_on=True
    )
