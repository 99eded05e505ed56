"""Lines set anew, so that nothing on them tells how long a name was (pure).

All boxes of a line are of one width, blanks as wide as the font has them, and what follows a box
moves. In a line that was stretched to the margin, the blanks alone would tell otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from deid.formats.pdf.glyphs import PageContent
from deid.formats.pdf.lines import Line

WIDTH: Final = 6.0
"""How wide a box is, in sizes of its letters, where the line has room."""

_BLANK: Final = 0.25
_APART: Final = 1.6
_NARROWEST: Final = 1.0


@dataclass(frozen=True, slots=True)
class Setting:
    """A line set anew.

    Attributes:
        moved: how far letters move along the line, by their numbers.
        boxes: where each box begins, along the line, in the order of the line.
        width: of each box.
    """

    moved: Mapping[int, float]
    boxes: Sequence[float]
    width: float


def set_anew(
    read: PageContent,
    line: Line,
    gaps: Sequence[tuple[int, int]],
    *,
    removed: frozenset[int],
    limit: float,
) -> Setting:
    """A line with boxes of one width.

    Args:
        read: what its page draws.
        line: the line.
        gaps: the characters that are replaced, disjoint and in their order.
        removed: letters that are taken out.
        limit: where the line must end, along the line.
    """
    first = next(source[0] for source in line.sources if source)
    size = read.glyphs[first].show.height
    start = along(read, first)
    _, natural, _ = _laid(read, line, gaps, removed, start=start, width=0.0)
    room = (limit - start - natural) / len(gaps)
    width = max(_NARROWEST * size, min(WIDTH * size, room))
    moved, _, boxes = _laid(read, line, gaps, removed, start=start, width=width)
    return Setting(moved, boxes, width)


def along(read: PageContent, index: int) -> float:
    """Where a letter begins, along its line."""
    glyph = read.glyphs[index]
    across, up = glyph.show.direction
    return glyph.x * across + glyph.y * up


def limit_of(read: PageContent, lines: Sequence[Line], number: int) -> float:
    """Where a line must end: before what stands beside it, or at the edge of the page."""
    first = next(source[0] for source in lines[number].sources if source)
    show = read.glyphs[first].show
    across, up = show.direction
    base = read.glyphs[first].y * across - read.glyphs[first].x * up
    left, low, right, high = read.crop
    limit = max(x * across + y * up for x in (left, right) for y in (low, high))
    limit -= show.height / 2
    start = along(read, first)
    for other in lines:
        begins = next((source[0] for source in other.sources if source), first)
        glyph = read.glyphs[begins]
        place = glyph.y * across - glyph.x * up
        beside = abs(place - base) < show.height and glyph.show.layer is show.layer
        if beside and glyph.show.direction == show.direction and along(read, begins) > start:
            limit = min(limit, along(read, begins) - _APART * show.height)
    return limit


def _laid(
    read: PageContent,
    line: Line,
    gaps: Sequence[tuple[int, int]],
    removed: frozenset[int],
    *,
    start: float,
    width: float,
) -> tuple[dict[int, float], float, list[float]]:
    """How far letters move, how long the line is, and where its boxes begin."""
    starts = dict(gaps)
    moved: dict[int, float] = {}
    boxes: list[float] = []
    pen, before, at = start, None, 0
    while at < len(line.text):
        if at in starts:
            boxes.append(pen)
            pen, before, at = pen + width, None, starts[at]
            continue
        source = line.sources[at]
        at += 1
        if not source:
            pen, before = pen + _BLANK * read.glyphs[_near(line, at)].show.height, None
            continue
        index = source[0]
        if index in moved or index in removed:
            continue
        old, glyph = along(read, index), read.glyphs[index]
        if before is not None and not glyph.text.isspace():
            pen += old - before
        for one in source:
            moved[one] = pen - old
        pen += glyph.width
        before = None if glyph.text.isspace() else old + glyph.width
    return moved, pen - start, boxes


def _near(line: Line, at: int) -> int:
    """A letter near a place of a line."""
    near = (*line.sources[at:], *reversed(line.sources[:at]))
    return next(source[0] for source in near if source)
