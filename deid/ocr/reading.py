"""From a picture to its words: in the size and the direction in which the engine reads best.

Pictures that lie on their side, upside down or aslant are turned, specks taken out, and blurred
ones sharpened, where they are read better then.

What the engine read with some certainty is covered, and the rest read once more as scattered words,
for stamps, labels and cells of tables are passed over where it looks for paragraphs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median
from typing import Any, Final

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from deid.ocr import Box, Engine, Line, Word
from deid.ocr.specks import without_specks
from deid.ocr.vocabulary import SURE, least_confidence
from deid.stopping import stop_if_asked

_HEIGHT: Final = 30
_SMALL: Final = 22
_LARGE: Final = 90
_MOST: Final = 4.0
_MOST_PIXELS: Final = 60_000_000
_WELL_READ: Final = 0.55
_DARK: Final = 110
_HANGING: Final = frozenset("gjpqyQ")
_LONG_LINE: Final = 8
_LINES_THAT_TELL: Final = 3
_LEAST_TILT: Final = 0.4
_MOST_TILT: Final = 8.0
_AS_WELL: Final = 0.95
_LEGIBLE: Final = 0.3
_SHARP: Final = 0.9
_FEW_SPECKS: Final = 30
_SPECKS_A_WORD: Final = 0.5
_TURNS: Final = {
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a picture.

    Attributes:
        turn: by how many degrees, against the clock, the picture was turned to lie upright.
        lines: from top to bottom; boxes are those of the picture that `levelled` makes.
        tilt: by how many degrees it was turned besides, for its lines to be level.
    """

    turn: int = 0
    lines: tuple[Line, ...] = field(default=(), repr=False)
    tilt: float = 0.0


def read_picture(picture: Image.Image, *, engine: Engine) -> Reading:
    """The words in a picture, whichever way up it lies.

    Args:
        picture: in shades of grey (mode `L`).
        engine: reads it.

    Raises:
        ExaminationStopped: somebody asked to stop.
    """
    best = Reading(0, _upright(picture, engine))
    if _share(best.lines) < _WELL_READ:
        for turn in _TURNS:
            other = Reading(turn, _upright(turned(picture, turn), engine))
            if _letters(other.lines) > _letters(best.lines):
                best = other
    tilt = _tilt(best.lines)
    if tilt:
        level = Reading(best.turn, tilt=tilt)
        level = replace(level, lines=_upright(levelled(picture, level), engine))
        if _letters(level.lines) >= _AS_WELL * _letters(best.lines):
            best = level
    # What is read with no certainty in a whole line is a signature, a bar code or a face.
    return replace(best, lines=tuple(filter(_holds_words, best.lines)))


def levelled(picture: Image.Image, reading: Reading, *, ground: Any = None) -> Image.Image:
    """A picture turned as it was read; its size is kept but for turns of 90 degrees.

    Args:
        picture: as it lies.
        reading: of it.
        ground: the colour of the corners that come in; the most frequent shade if not given.
    """
    upright = turned(picture, reading.turn)
    if not reading.tilt:
        return upright
    colour = _ground(upright) if ground is None else ground
    smooth = Image.Resampling.NEAREST if picture.mode == "1" else Image.Resampling.BICUBIC
    return upright.rotate(reading.tilt, resample=smooth, fillcolor=colour)


def turned(picture: Image.Image, turn: int) -> Image.Image:
    """A picture turned by 0, 90, 180 or 270 degrees against the clock."""
    return picture.transpose(_TURNS[turn]) if turn else picture


def _upright(picture: Image.Image, engine: Engine) -> tuple[Line, ...]:
    if _middle(picture) < _DARK:
        picture = ImageOps.invert(picture)
    stop_if_asked()
    scale = 1.0
    lines = engine.lines(picture)
    picture, lines = _cleaned(picture, lines, engine)
    wanted = _wanted_scale(lines, picture)
    if wanted != 1.0:
        stop_if_asked()
        scale, picture = wanted, _scaled(picture, wanted)
        lines = engine.lines(picture)
    stop_if_asked()
    rest = engine.lines(_covered(picture, lines), scattered=True)
    merged = _in_order(_completed(lines, rest))
    return tuple(_unscaled(line, scale) for line in merged)


def _cleaned(
    picture: Image.Image, lines: Sequence[Line], engine: Engine
) -> tuple[Image.Image, Sequence[Line]]:
    """A picture without specks, or sharper, and its lines, where it is read better so."""
    heights = [word.box.height for line in lines for word in line if len(word.text) > 2]
    if not heights:
        return picture, lines
    clean, specks = without_specks(picture, median(heights))
    if specks >= max(_FEW_SPECKS, len(heights) * _SPECKS_A_WORD):
        picture, lines = _better(picture, lines, clean, engine)
    if _LEGIBLE <= _share(lines) < _SHARP:
        sharp = picture.filter(ImageFilter.UnsharpMask(radius=2, percent=200, threshold=0))
        picture, lines = _better(picture, lines, sharp, engine)
    return picture, lines


def _better(
    picture: Image.Image, lines: Sequence[Line], other: Image.Image, engine: Engine
) -> tuple[Image.Image, Sequence[Line]]:
    """Of two pictures the one that is read better, and its lines."""
    stop_if_asked()
    found = engine.lines(other)
    return (other, found) if _letters(found) > _letters(lines) else (picture, lines)


def _tilt(lines: Iterable[Line]) -> float:
    """By how many degrees lines fall to the left, to a tenth; 0 where that is little or unknown."""
    slopes = [slope for line in lines for slope in _slope(line)]
    if len(slopes) < _LINES_THAT_TELL:
        return 0.0
    degrees = round(math.degrees(math.atan(median(slopes))), 1)
    return degrees if _LEAST_TILT <= abs(degrees) <= _MOST_TILT else 0.0


def _slope(line: Line) -> Iterator[float]:
    """How much the words of a line that stand on it go down from left to right."""
    words = [
        word.box
        for word in line
        if _is_sure(word) and word.text.isalnum() and not _HANGING & set(word.text)
    ]
    if len(words) > 2 and words[-1].left - words[0].left > _LONG_LINE * words[0].height:
        yield (words[-1].bottom - words[0].bottom) / (words[-1].left - words[0].left)


def _completed(lines: Sequence[Line], rest: Iterable[Line]) -> list[Line]:
    """Lines with what was read of the rest, which goes before what was read without certainty."""
    low = min((word.box.height for line in lines for word in line if _is_sure(word)), default=0)
    more = [
        tuple(
            word
            for word in line
            if _is_sure(word) and _says(word) and (len(word.text) > 1 or word.box.height >= low)
        )
        for line in rest
    ]
    boxes = [word.box for line in more for word in line]
    kept = (
        tuple(word for word in line if _is_sure(word) or not _lies_under(word.box, boxes))
        for line in lines
    )
    return [line for line in (*kept, *more) if line]


def _holds_words(line: Line) -> bool:
    return any(_is_sure(word) and _says(word) for word in line)


def _is_sure(word: Word) -> bool:
    return word.confidence >= SURE


def _says(word: Word) -> bool:
    return any(character.isalnum() for character in word.text)


def _lies_under(box: Box, others: Iterable[Box]) -> bool:
    """Whether the middle of a box lies in one of the others, or the other way round."""
    return any(_holds_middle(box, other) or _holds_middle(other, box) for other in others)


def _holds_middle(box: Box, other: Box) -> bool:
    x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
    return box.left <= x < box.right and box.top <= y < box.bottom


def _middle(picture: Image.Image) -> float:
    counts = picture.histogram()
    half, seen = sum(counts) / 2, 0
    for shade, count in enumerate(counts):
        seen += count
        if seen >= half:
            return shade
    return 255


def _wanted_scale(lines: Sequence[Line], picture: Image.Image) -> float:
    """How many times larger the letters must be; 1 where they are well as they are."""
    heights = [word.box.height for line in lines for word in line if len(word.text) > 2]
    most = min(_MOST, math.sqrt(_MOST_PIXELS / (picture.width * picture.height)))
    if not heights:
        return max(1.0, min(most, 2.0))
    height = median(heights)
    if _SMALL <= height <= _LARGE:
        return 1.0
    return min(most, _HEIGHT / height)


def _scaled(picture: Image.Image, scale: float) -> Image.Image:
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)


def _unscaled(line: Line, scale: float) -> Line:
    if scale == 1.0:
        return line
    return tuple(
        replace(word, box=Box(*(round(edge / scale) for edge in word.box))) for word in line
    )


def _covered(picture: Image.Image, lines: Iterable[Line]) -> Image.Image:
    """The picture with the ground over all that was read with certainty."""
    ground = _ground(picture)
    rest = picture.copy()
    pen = ImageDraw.Draw(rest)
    for line in lines:
        for word in line:
            if _is_sure(word):
                left, top, right, bottom = word.box
                edge = max(2, word.box.height // 8)
                pen.rectangle((left - edge, top - edge, right + edge, bottom + edge), fill=ground)
    return rest


def _ground(picture: Image.Image) -> int:
    return max(range(256), key=picture.histogram().__getitem__)


def _in_order(lines: Iterable[Line]) -> list[Line]:
    """Lines from top to bottom; pieces that stand side by side in one row are one line."""
    rows: list[list[Word]] = []
    for line in sorted(lines, key=_centre):
        row = next((row for row in reversed(rows) if _goes_on(row, line)), None)
        if row is None:
            rows.append(list(line))
        else:
            row.extend(line)
    rows.sort(key=_centre)
    return [tuple(sorted(row, key=lambda word: word.box.left)) for row in rows]


def _goes_on(row: Sequence[Word], line: Sequence[Word]) -> bool:
    """Whether a line stands beside the words of a row, and neither above nor over them."""
    nearest = min(row, key=lambda word: min(_gap(word.box, other.box) for other in line))
    first = min(line, key=lambda word: _gap(word.box, nearest.box))
    shared = min(nearest.box.bottom, first.box.bottom) - max(nearest.box.top, first.box.top)
    if shared < 0.5 * min(nearest.box.height, first.box.height):
        return False
    return all(_gap(one.box, other.box) > 0 for one in row for other in line)


def _gap(one: Box, other: Box) -> int:
    """How far two boxes lie apart from side to side; negative where one is over the other."""
    return max(one.left, other.left) - min(one.right, other.right)


def _centre(words: Sequence[Word]) -> float:
    return float(median((word.box.top + word.box.bottom) / 2 for word in words))


def _letters(lines: Iterable[Line]) -> float:
    """How many letters are read with the certainty that their words need."""
    return sum(
        len(word.text)
        for line in lines
        for word in line
        if word.confidence >= least_confidence(word.text)
    )


def _share(lines: Iterable[Line]) -> float:
    """The share of letters that were read with some certainty."""
    all_letters = sum(len(word.text) for line in lines for word in line)
    return _letters(lines) / all_letters if all_letters else 0.0
