"""Drawings on a page that may hold words: letters drawn as curves, handwriting, bar codes (pure).

A page with such a drawing is read by its letters all the same; the drawing is read as a picture,
and does not come back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.formats.pdf.chains import chains_of, joined
from deid.formats.pdf.codes import codes_of
from deid.formats.pdf.figures import Points, box_of, is_alike, is_plain, look_of
from deid.formats.pdf.glyphs import PageContent, PageProblemError, Path
from deid.formats.pdf.matrices import Box

_WRITING: Final = 60
_STROKES: Final = 24
_LOOKS: Final = 3
_GAP: Final = 0.8
_LEAST_GAP: Final = 4.0
_MOST_GAP: Final = 24.0
_LARGE: Final = 150.0
_SMALL: Final = 60.0
_LETTER: Final = 30.0
_MOST_PATHS: Final = 4_000
_MOST_CLUSTERS: Final = 100
_MOST_DRAWINGS: Final = 8
_MOST_CODES: Final = 100
_LEAST_LETTERS: Final = 30
_EDGE: Final = 2.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing that may hold words.

    Attributes:
        box: around it.
        paths: what it is put together from.
        key: a number that drawings of one look share.
        is_code: whether it is a bar code, which holds no words.
    """

    box: Box
    paths: Sequence[Path] = field(repr=False)
    key: int = field(repr=False)
    is_code: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class _Shape:
    """Paths that are one line, what they draw, its box, and the pieces that are not plain."""

    paths: Sequence[Path]
    figures: Sequence[Points]
    box: Box
    strokes: Sequence[int] = ()

    @property
    def is_plain(self) -> bool:
        return not self.strokes

    @property
    def least(self) -> float:
        left, low, right, high = self.box
        return min(right - left, high - low)

    @property
    def most(self) -> float:
        left, low, right, high = self.box
        return max(right - left, high - low)

    @property
    def gap(self) -> float:
        return min(_MOST_GAP, max(_LEAST_GAP, _GAP * self.least))


def drawings_of(drawn: PageContent) -> list[Drawing]:
    """The drawings of a page that may hold words.

    Raises:
        PageProblemError: its words may be drawings, most of them, or a bar code is left.
    """
    codes = list(_codes(drawn))
    gone = {id(path) for code in codes for path in code.paths}
    shapes = list(map(_shape, chains_of(path for path in drawn.paths if id(path) not in gone)))
    clusters = [cluster for cluster in _clusters(shapes) if _may_be_words(cluster)]
    if len(clusters) > _MOST_CLUSTERS:
        clusters = [[shape for cluster in clusters for shape in cluster]]
    found = [_whole(cluster, shapes) for cluster in clusters]
    pieces = sum(len(path.figures) for paths in found for path in paths)
    letters = sum(not glyph.text.isspace() for glyph in drawn.glyphs)
    if found and (letters < _LEAST_LETTERS or len(found) > _MOST_DRAWINGS) and 2 * pieces > letters:
        raise PageProblemError("its words may be drawn as curves, most of them")
    if len(found) > _MOST_DRAWINGS:
        found = [dict.fromkeys(path for paths in found for path in paths)]
    return [*codes, *(_drawing(list(paths)) for paths in found)]


def _drawing(paths: Sequence[Path], *, is_code: bool = False) -> Drawing:
    left, low, right, high = box_of([points for path in paths for points in path.figures])
    looks = (look_of(points, (left, low)) for path in paths for points in path.figures)
    box = left - _EDGE, low - _EDGE, right + _EDGE, high + _EDGE
    return Drawing(box, paths, hash(tuple(looks)), is_code)


def _shape(chain: Sequence[Path]) -> _Shape:
    first, figures = chain[0], joined(chain)
    strokes = [
        len(points)
        for points in (() if first.is_boxes else figures)
        if not is_plain(points, is_filled=first.is_filled)
    ]
    return _Shape(chain, figures, box_of(figures), strokes)


def _codes(drawn: PageContent) -> Iterator[Drawing]:
    """The bar codes of a page.

    Raises:
        PageProblemError: one is left without what lies within its box.
    """
    boxes = codes_of(drawn.segments)
    if len(boxes) > _MOST_CODES:
        raise PageProblemError("it holds a bar code")
    placed = [(path, box_of(path.figures)) for path in drawn.paths if boxes]
    paths: dict[Path, None] = {}
    for box in boxes:
        within = [path for path, own in placed if _lies_in(own, box)]
        if within:
            yield _drawing(within, is_code=True)
        paths |= dict.fromkeys(within)
    gone = {number for path in paths for number in range(*path.segments)}
    if boxes and codes_of([one for number, one in enumerate(drawn.segments) if number not in gone]):
        raise PageProblemError("it holds a bar code")


def _clusters(shapes: Sequence[_Shape]) -> Iterator[Sequence[_Shape]]:
    """Shapes that lie near each other, large ones each by itself."""
    linked = [one for one in shapes if _is_linking(one)]
    yield from ([one] for one in shapes if not one.is_plain and one.least > _LARGE)
    if len(linked) > _MOST_PATHS:
        linked = [one for one in linked if not one.is_plain]
    if len(linked) > _MOST_PATHS:
        yield linked
        return
    above = list(range(len(linked)))
    for one, other in _neighbours(linked):
        above[_top(above, one)] = _top(above, other)
    groups: dict[int, list[_Shape]] = defaultdict(list)
    for number, shape in enumerate(linked):
        groups[_top(above, number)].append(shape)
    yield from groups.values()


def _is_linking(shape: _Shape) -> bool:
    if shape.is_plain:
        return not shape.paths[0].is_boxes and shape.most <= _LETTER
    return shape.least <= _LARGE


def _neighbours(shapes: Sequence[_Shape]) -> Iterator[tuple[int, int]]:
    """Pairs of shapes that lie near each other, enough to link all of them."""
    wide = [_wider(shape.box, shape.gap / 2) for shape in shapes]
    active: list[int] = []
    for number in sorted(range(len(shapes)), key=lambda number: wide[number][0]):
        left, low, _, high = wide[number]
        active = [one for one in active if wide[one][2] >= left]
        for one in active:
            if wide[one][1] <= high and low <= wide[one][3]:
                yield number, one
        active.append(number)


def _top(above: list[int], number: int) -> int:
    while above[number] != number:
        above[number] = above[above[number]]
        number = above[number]
    return number


def _may_be_words(cluster: Iterable[_Shape]) -> bool:
    """Whether shapes are as many and as different as letters are, or one winds as writing does."""
    free = [shape for shape in cluster if not shape.is_plain]
    strokes = [count for shape in free for count in shape.strokes]
    if max(strokes, default=0) >= _WRITING:
        return True
    return sum(strokes) >= _STROKES and _differ(
        points for shape in free for points in shape.figures
    )


def _differ(figures: Iterable[Points]) -> bool:
    """Whether figures are of several looks."""
    looks: list[Points] = []
    for points in figures:
        if not any(is_alike(points, other) for other in looks):
            looks.append(points)
        if len(looks) >= _LOOKS:
            return True
    return False


def _whole(cluster: Sequence[_Shape], shapes: Iterable[_Shape]) -> Mapping[Path, None]:
    """The paths of a cluster, with small plain ones that lie within it."""
    box = _wider(box_of([points for one in cluster for points in one.figures]), _EDGE)
    inside = (one for one in shapes if one.most <= _SMALL and _lies_in(one.box, box))
    return dict.fromkeys(path for shape in (*cluster, *inside) for path in shape.paths)


def _wider(box: Box, edge: float) -> Box:
    left, low, right, high = box
    return left - edge, low - edge, right + edge, high + edge


def _lies_in(inner: Box, outer: Box) -> bool:
    """Whether the middle of a box lies in another that is not much smaller."""
    left, low, right, high = outer
    x, y = (inner[0] + inner[2]) / 2, (inner[1] + inner[3]) / 2
    return (
        left <= x <= right
        and low <= y <= high
        and inner[2] - inner[0] <= 1.2 * (right - left) + _EDGE
        and inner[3] - inner[1] <= 1.2 * (high - low) + _EDGE
    )
