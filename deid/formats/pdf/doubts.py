"""What is drawn on a page and may say more than its letters do: such a page is read as a picture.

All of it is pure.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from deid.formats.pdf.cells import Segment
from deid.formats.pdf.glyphs import Glyph, Image, PageContent, PageProblemError
from deid.formats.pdf.lines import Line
from deid.formats.pdf.matrices import Box, at

_CURVES: Final = 120
_PIECES: Final = 3
_MOST_PICTURES: Final = 1000
_TOUCHING: Final = 1.0
_BESIDE: Final = 0.6
_TURNED: Final = 5
_STACKED: Final = 4
_KINDS: Final = 3
_OTHER: Final = 4
_SHORT: Final = 3
_BARS: Final = 15
_BAR: Final = 5.0
_NEAR: Final = 8.0
_SQUARES: Final = 100
_SQUARE: Final = (0.4, 6.0)
_SIDE: Final = 150
_UNSAID: Final = re.compile(r"[^\W\d_][\ue000-\uf8ff\ufffd]|[\ue000-\uf8ff\ufffd][a-z]")


def check(drawn: PageContent, lines: Sequence[Line]) -> None:
    """Refuse to read a page by its letters where these may not be all that it says.

    Raises:
        PageProblemError: it holds pictures that are pieces of one, letters along a curve, below
            each other, or without meaning within a word, marks that say other letters, bar codes,
            or many curves.
    """
    if drawn.shapes > _CURVES:
        raise PageProblemError("it holds many curves, which may be drawn letters")
    if _are_pieces(drawn):
        raise PageProblemError("its pictures may be pieces of one, with words over their edges")
    if any(_UNSAID.search(line.text) for line in lines):
        raise PageProblemError("letters whose meaning its fonts do not tell")
    if _is_curved(drawn.glyphs):
        raise PageProblemError("letters that run along a curve")
    if any(_is_word(column) for column in _columns(drawn.glyphs, lines)):
        raise PageProblemError("letters that run from top to bottom")
    if _says_otherwise(drawn):
        raise PageProblemError("marks that say other letters than its fonts")
    if _has_bars(drawn.segments) or _has_squares(drawn.segments):
        raise PageProblemError("it holds a bar code")


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


def _is_word(column: Sequence[Glyph]) -> bool:
    """Whether letters below each other may be a word, and not the signs of a list."""
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


def _has_bars(segments: Sequence[Segment]) -> bool:
    """Whether lines of one height stand beside each other at uneven steps."""
    for is_level in (False, True):
        rows: dict[tuple[float, float], set[float]] = defaultdict(set)
        for segment in segments:
            x, y, other_x, other_y = _turned(segment) if is_level else segment
            if abs(x - other_x) < 0.05 and abs(y - other_y) > _BAR:
                rows[round(min(y, other_y), 1), round(max(y, other_y), 1)].add(round(x, 2))
        if any(_are_uneven(steps) for places in rows.values() for steps in _runs(places)):
            return True
    return False


def _turned(segment: Segment) -> Segment:
    x, y, other_x, other_y = segment
    return y, x, other_y, other_x


def _runs(places: Iterable[float]) -> Iterator[list[float]]:
    """The steps between places that lie near each other."""
    steps: list[float] = []
    for one, other in pairwise(sorted(places)):
        if other - one > _NEAR:
            yield steps
            steps = []
        else:
            steps.append(other - one)
    yield steps


def _are_uneven(steps: Sequence[float]) -> bool:
    if len(steps) < _BARS:
        return False
    for every in (steps[::2], steps[1::2]):
        least = min(every)
        if sum(step > 1.4 * least + 0.1 for step in every) > 0.2 * len(every):
            return True
    return False


def _has_squares(segments: Sequence[Segment]) -> bool:
    """Whether many small squares of one size lie together, as in a code of two dimensions."""
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
        across = max(x for x, _ in places) - min(x for x, _ in places)
        up = max(y for _, y in places) - min(y for _, y in places)
        if max(across, up) < _SIDE * height and 0.5 * across < up < 2 * across:
            return True
    return False
