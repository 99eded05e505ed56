"""What is drawn on a page and may say more than its letters do: such a page is read as a picture.

All of it is pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

from deid.formats.pdf.glyphs import Glyph, Image, PageContent, PageProblemError
from deid.formats.pdf.lines import Line
from deid.formats.pdf.matrices import Box, at

_PIECES: Final = 3
_MOST_PICTURES: Final = 1000
_TOUCHING: Final = 1.0
_BESIDE: Final = 0.6
_TURNED: Final = 5
_STACKED: Final = 4
_STEPS: Final = 5
_STEP: Final = 0.3
_KINDS: Final = 3
_OTHER: Final = 4
_SHORT: Final = 3
_UNSAID: Final = re.compile(r"[^\W\d_][\ue000-\uf8ff\ufffd]|[\ue000-\uf8ff\ufffd][a-z]")


def check(drawn: PageContent, lines: Sequence[Line]) -> None:
    """Refuse to read a page by its letters where these may not be all that it says.

    Raises:
        PageProblemError: it holds pictures that are pieces of one, letters along a curve, below
            each other, on stairs, or without meaning within a word, or marks that say others.
    """
    if _are_pieces(drawn):
        raise PageProblemError("its pictures may be pieces of one, with words over their edges")
    if any(_UNSAID.search(line.text) for line in lines):
        raise PageProblemError("letters whose meaning its fonts do not tell")
    if _is_curved(drawn.glyphs):
        raise PageProblemError("letters that run along a curve")
    rows = Counter(_row(drawn.glyphs[one.sources[0][0]]) for one in lines if one.sources[0])
    if any(_is_word(column, rows) for column in _columns(drawn.glyphs, lines)):
        raise PageProblemError("letters that run from top to bottom")
    if _are_stairs(drawn.glyphs):
        raise PageProblemError("letters that run up and down")
    if _says_otherwise(drawn):
        raise PageProblemError("marks that say other letters than its fonts")


def _are_pieces(drawn: PageContent) -> bool:
    if len(drawn.images) < 2:
        return False
    if len(drawn.images) > _MOST_PICTURES:
        return True
    if len(drawn.images) >= _PIECES and not drawn.glyphs:
        return True
    boxes = [_box_of(image) for image in drawn.images]
    turned = [(low, left, high, right) for left, low, right, high in boxes]
    return _are_joined(boxes) or _are_joined(turned)


def _are_joined(boxes: Sequence[Box]) -> bool:
    """Whether a box ends where one beside it, about as high, begins."""
    ordered = sorted(set(boxes))
    for left, low, right, high in ordered:
        for other_left, other_low, _, other_high in ordered:
            if abs(other_left - right) > _TOUCHING or other_left <= left:
                continue
            shared = min(high, other_high) - max(low, other_low)
            if shared > _BESIDE * max(high - low, other_high - other_low):
                return True
    return False


def _box_of(image: Image) -> Box:
    corners = [at(image.matrix, x, y) for x in (0.0, 1.0) for y in (0.0, 1.0)]
    across, up = [x for x, _ in corners], [y for _, y in corners]
    return min(across), min(up), max(across), max(up)


def _is_curved(glyphs: Iterable[Glyph]) -> bool:
    """Whether several letters have each a direction of their own."""
    directions = Counter(
        (round(glyph.show.direction[0], 2), round(glyph.show.direction[1], 2))
        for glyph in glyphs
        if not glyph.text.isspace()
    )
    return sum(count == 1 for count in directions.values()) >= _TURNED


def _are_stairs(glyphs: Iterable[Glyph]) -> bool:
    """Whether letters one behind the other each stand higher or lower than the one before."""
    steps = 0
    before: Glyph | None = None
    for glyph in glyphs:
        if not glyph.text.isalnum():
            before, steps = (before, steps) if glyph.text.isspace() else (None, 0)
            continue
        is_step = before is not None and _is_step(before, glyph)
        steps = steps + 1 if is_step else 0
        if steps >= _STEPS:
            return True
        before = glyph
    return False


def _is_step(one: Glyph, other: Glyph) -> bool:
    """Whether a letter stands close behind another, and not on its line."""
    (x, y), (other_x, other_y) = _place(one), _place(other)
    size = max(one.show.height, other.show.height)
    apart = (one.width + other.width) / 2
    is_close = 0.2 * size < other_x - x < 2 * size + apart
    return (
        is_close
        and one.show.direction == other.show.direction
        and _STEP * size < abs(other_y - y) < 3 * size
    )


def _columns(glyphs: Sequence[Glyph], lines: Sequence[Line]) -> Iterator[list[Glyph]]:
    """Letters that stand alone on their lines, those below each other together."""
    alone = [
        glyphs[line.sources[0][0]]
        for line in lines
        if len(line.text) == 1 and line.text.isalpha() and line.sources[0]
    ]
    columns: dict[tuple[float, float], list[Glyph]] = defaultdict(list)
    for glyph in alone:
        across, up = glyph.show.direction
        columns[round(across, 1), round(up, 1)].append(glyph)
    for column in columns.values():
        yield from _run_of(sorted(column, key=lambda one: -_place(one)[1]))
        yield from _run_of(sorted(column, key=lambda one: (_place(one)[0] // 1, -_place(one)[1])))


def _run_of(letters: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    run: list[Glyph] = []
    for letter in letters:
        if run and not _is_below(run[-1], letter):
            yield run
            run = []
        run.append(letter)
    yield run


def _place(glyph: Glyph) -> tuple[float, float]:
    """Its middle along its line, and how high that lies."""
    across, up = glyph.show.direction
    along = glyph.x * across + glyph.y * up + glyph.width / 2
    return along, glyph.y * across - glyph.x * up


def _is_below(one: Glyph, other: Glyph) -> bool:
    (x, y), (other_x, other_y) = _place(one), _place(other)
    size = max(one.show.height, other.show.height)
    return abs(x - other_x) < 0.6 * size and 0.5 * size < y - other_y < 2 * size


def _row(glyph: Glyph) -> tuple[float, ...]:
    """What letters share that stand beside each other."""
    across, up = glyph.show.direction
    return round(across, 1), round(up, 1), round(_place(glyph)[1])


def _is_word(column: Sequence[Glyph], rows: Mapping[tuple[float, ...], int]) -> bool:
    """Whether letters below each other may be a word, and not signs of a list or a table.

    Args:
        column: the letters, from the top.
        rows: how many pieces stand beside each other.
    """
    if all(rows[_row(glyph)] > 1 for glyph in column):
        return False
    text = "".join(glyph.text for glyph in column).casefold()
    is_list = all(ord(other) - ord(one) == 1 for one, other in pairwise(text))
    return len(text) >= _STACKED and len(set(text)) >= _KINDS and not is_list


def _says_otherwise(drawn: PageContent) -> bool:
    """Whether several marks tell letters one by one, and others than the fonts."""
    read: dict[int, str] = defaultdict(str)
    for glyph in drawn.glyphs:
        for group in glyph.show.marks:
            read[group] += glyph.text
    others = [
        mark
        for mark in drawn.marks
        if len(mark.text) <= _SHORT and mark.text.isalnum() and mark.group in read
        if _plain(mark.text) != _plain(read[mark.group])
    ]
    return len(others) >= _OTHER


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKD", text).strip()
