"""A new picture with nothing on it but some words of another, and words that are drawn.

Deny by default: whatever was not read, such as handwriting, faces, stamps and bar codes, is not
carried over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from deid.formats.forms import Charset
from deid.formats.pictures.ruling import Ruled
from deid.ocr import Box

_CAPITAL: Final = 0.7
"""Height of a capital letter of the font, in parts of its size."""

LETTERS: Final = Charset("ascii")
"""The letters that the font has; it lacks all with marks."""

_LEAST_SIZE: Final = 8
_GRAIN: Final = 16

Colour = int | tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A text that is drawn where others stood.

    Attributes:
        text: what is drawn; empty: nothing.
        box: where the words stood that it stands for.
        room: how far to the right it may reach, in pixels.
        baseline: on which the letters stand, in pixels from the top.
        capital: height of a capital letter, in pixels.
    """

    text: str = field(repr=False)
    box: Box
    room: int
    baseline: int
    capital: int


def compose(
    picture: Image.Image,
    *,
    kept: Iterable[Box],
    cleared: Iterable[Box],
    drawn: Iterable[Drawn],
    ruled: Iterable[Ruled] = (),
) -> Image.Image:
    """A picture of the same size and mode, with nothing on it but these.

    Args:
        picture: of mode `1`, `L` or `RGB`.
        kept: what is carried over.
        cleared: what is not, even where something that is kept lies over it.
        drawn: the texts that are drawn.
        ruled: the lines that are drawn.
    """
    ground = ground_of(picture)
    page = Image.new(picture.mode, picture.size, ground)
    for box in kept:
        part = _within(box, picture, edge=1)
        page.paste(picture.crop(part), part)
    pen = ImageDraw.Draw(page)
    for box in cleared:
        left, top, right, bottom = _within(box, picture, edge=1)
        pen.rectangle((left, top, right - 1, bottom - 1), fill=ground)
    for line in ruled:
        pen.line((line.start, line.end), fill=_ink(picture.mode, ground), width=line.thickness)
    for one in drawn:
        if one.text:
            _draw(page, one, ground)
    return page


def ground_of(picture: Image.Image) -> Colour:
    """The colour that most of a picture has."""
    if picture.mode != "RGB":
        counts = picture.histogram()
        return max(range(256), key=counts.__getitem__)
    small = picture.resize((256, 256), Image.Resampling.NEAREST)
    colours = [(count, _bands(colour)) for count, colour in small.getcolors(256 * 256) or ()]
    grains: Counter[tuple[int, ...]] = Counter()
    for count, colour in colours:
        grains[_grain(colour)] += count
    most = max(grains, key=lambda grain: (grains[grain], grain))
    return max((count, colour) for count, colour in colours if _grain(colour) == most)[1]


def is_shaped_like(text: str, box: Box) -> bool:
    """Whether a box is about as wide as a text of its height is, in type of any usual kind.

    A word whose box reaches over handwriting beside it, or over two lines, is not.
    """
    left, top, right, bottom = _font(100).getbbox(text)
    height = max(bottom - top, 1.0) if box.height else 1.0
    like_type = (right - left) / height
    like_typewriter = 60 * len(text) / height
    shape = box.width / max(box.height, 1)
    return 0.4 * min(like_type, like_typewriter) <= shape <= 1.5 * max(like_type, like_typewriter)


def _grain(colour: tuple[int, ...]) -> tuple[int, ...]:
    """A colour without the noise of a photograph."""
    return tuple(shade // _GRAIN for shade in colour)


def _bands(colour: object) -> tuple[int, ...]:
    return colour if isinstance(colour, tuple) else ()


def _within(box: Box, picture: Image.Image, *, edge: int) -> Box:
    return Box(
        max(0, box.left - edge),
        max(0, box.top - edge),
        min(picture.width, box.right + edge),
        min(picture.height, box.bottom + edge),
    )


def _draw(page: Image.Image, one: Drawn, ground: Colour) -> None:
    size = max(_LEAST_SIZE, round(one.capital / _CAPITAL))
    room = max(one.room - one.box.left, 4)
    width = _font(size).getlength(one.text)
    if width > room:
        size = max(_LEAST_SIZE, int(size * room / width))
    font = _font(size)
    left, top, right, bottom = (round(edge) for edge in font.getbbox(one.text, anchor="ls"))
    mask = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(mask).text((-left, -top), one.text, font=font, fill=255, anchor="ls")
    if mask.width > room:
        mask = mask.resize((room, mask.height))
    if page.mode == "1":
        mask = mask.point(lambda shade: 255 if shade > 110 else 0, "1")
    page.paste(_ink(page.mode, ground), (one.box.left, one.baseline + top), mask)


def _ink(mode: str, ground: Colour) -> Colour:
    shades: Sequence[int] = ground if isinstance(ground, tuple) else (ground,)
    ink = 0 if sum(shades) / len(shades) > 110 else 255
    return (ink, ink, ink) if mode == "RGB" else ink


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("the font of Pillow cannot be drawn in this size")
    return font
