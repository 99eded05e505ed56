"""Stand-ins drawn where letters were taken out: a box, and in it the new text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import pikepdf

from deid.formats.forms import Charset
from deid.formats.pdf.fonts import Font, read_font
from deid.formats.pdf.glyphs import Layer
from deid.formats.pdf.operands import STAND_IN

FONT_NAME: Final = "/NoteVeilHelvetica"
LETTERS: Final = Charset("cp1252")
"""The letters that the font has (ISO 32000-2, annex D.1)."""

UNKNOWN_LETTER: Final = "?"
"""What stands for a letter that the font lacks, where one is left."""

_LIGHT: Final = (0.9, 0.9, 0.9)
_DARK: Final = (0.2, 0.2, 0.2)


@dataclass(frozen=True, slots=True)
class StandIn:
    """A stand-in on a page.

    Attributes:
        text: what it reads.
        x: where it begins, on the page.
        y: the line that it stands on.
        direction: of the line, of length 1.
        width: of the box, along the line.
        size: of the letters that it stands for.
        ascent: of these, in sizes.
        descent: of these, in sizes, negative.
        layer: which text of the page it belongs to.
    """

    text: str = field(repr=False)
    x: float
    y: float
    direction: tuple[float, float]
    width: float
    size: float
    ascent: float
    descent: float
    layer: Layer


def font_object() -> pikepdf.Dictionary:
    """The font of stand-ins, one that every viewer has (ISO 32000-2, 9.6.2.2)."""
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )


def drawable(text: str) -> str:
    """A text in letters that the font of stand-ins has, as many as it had where that can be."""
    return "".join(map(_drawable, text))


def operators(stand_ins: Sequence[StandIn]) -> list[Any]:
    """What draws stand-ins, in the coordinates of the page."""
    return [one for stand_in in stand_ins for one in _operators(stand_in)]


def _operators(stand_in: StandIn) -> list[Any]:
    across, up = stand_in.direction
    name = pikepdf.Name
    said = pikepdf.Dictionary(
        W=_number(stand_in.width), H=_number(stand_in.size), L=int(stand_in.layer)
    )
    drawn = [
        _operator("BDC", name(STAND_IN), said),
        _operator("q"),
        _operator("cm", *map(_number, (across, up, -up, across, stand_in.x, stand_in.y))),
    ]
    is_white = stand_in.layer is Layer.WHITE
    if stand_in.layer is not Layer.HIDDEN:
        low, high = stand_in.descent * stand_in.size, stand_in.ascent * stand_in.size
        drawn += [
            _operator("rg", *map(_number, _DARK if is_white else _LIGHT)),
            _operator("re", *map(_number, (0, low, stand_in.width, high - low))),
            _operator("f"),
        ]
    if stand_in.text:
        drawn += _letters(stand_in)
    return [*drawn, _operator("Q"), _operator("EMC")]


def _letters(stand_in: StandIn) -> list[Any]:
    codes = stand_in.text.encode("cp1252")
    natural = sum(code.width for code in _font().codes(codes)) / 1000 * stand_in.size
    fit = min(1.0, stand_in.width / natural) ** 0.5 if natural else 1.0
    size, stretch = stand_in.size * fit, 100 * fit
    white = stand_in.layer is Layer.WHITE
    return [
        _operator("BT"),
        _operator("rg", *([1, 1, 1] if white else [0, 0, 0])),
        _operator("Tr", 3 if stand_in.layer is Layer.HIDDEN else 0),
        _operator("Tc", 0),
        _operator("Tw", 0),
        _operator("Ts", 0),
        _operator("Tz", _number(stretch)),
        _operator("Tf", pikepdf.Name(FONT_NAME), _number(size)),
        _operator("Tj", pikepdf.String(codes)),
        _operator("ET"),
    ]


@lru_cache(maxsize=1)
def _font() -> Font:
    return read_font(font_object())


def _drawable(letter: str) -> str:
    for one in (letter, unicodedata.normalize("NFKD", letter)[:1]):
        try:
            one.encode("cp1252")
        except UnicodeEncodeError:
            continue
        if one.isprintable():
            return one
    return " " if letter.isspace() else UNKNOWN_LETTER


def _operator(name: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(name))


def _number(value: float) -> Any:
    from decimal import Decimal

    return round(Decimal(value), 4).normalize() + 0
