"""What is drawn on a page: letters, each with where it comes from, and what is none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import pikepdf

from deid.formats.pdf.cells import Segment
from deid.formats.pdf.fonts import Font
from deid.formats.pdf.matrices import Box, Matrix


class PageProblemError(Exception):
    """A page that cannot be examined as text; the message says why, and holds nothing of it."""


class PageTooLargeError(PageProblemError):
    """A page that would take too long, to be drawn as well; the message says why."""


class Layer(IntEnum):
    """Which of the texts of a page a letter belongs to; each is read by itself."""

    SHOWN = 0
    WHITE = 1
    OUTSIDE = 2
    TINY = 3
    HIDDEN = 4


@dataclass(eq=False, slots=True)
class Content:
    """A stream of operators: that of a page, or of a form in one of its uses.

    Attributes:
        instructions: its operators with their operands.
        resources: what its names stand for.
        owner: the page's or form's own dictionary.
        forms: the contents of the forms that it uses, by the number of the operator.
        used: the names that it uses, by their kinds, such as `/Font`.
    """

    instructions: list[Any] = field(repr=False)
    resources: pikepdf.Object
    owner: pikepdf.Object
    forms: dict[int, Content] = field(default_factory=dict)
    used: dict[str, set[str]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, slots=True)
class Show:
    """What the letters that one operator shows have alike.

    Attributes:
        content: where the operator stands.
        number: which one of it.
        font: whose letters.
        font_key: which object the font is.
        size: as the operator Tf set it.
        spacing: behind each letter, in units of text.
        word_spacing: behind each blank, in units of text.
        stretch: of letters along the line, 1 is plain.
        unit: how long a unit of text is on the page, along the line.
        direction: of the line on the page, of length 1.
        height: size of the letters on the page.
        layer: which text of the page it belongs to.
        marks: numbers of the marks around it that give another text for its letters.
        text: the matrix of the text where the operator begins.
        stand_in: of a stand-in of ours: its number, and width and size of what it stands for; None:
            it is none.
    """

    content: Content = field(repr=False)
    number: int
    font: Font = field(repr=False)
    font_key: tuple[int, int]
    size: float
    spacing: float
    word_spacing: float
    stretch: float
    unit: float
    direction: tuple[float, float]
    height: float
    layer: Layer
    marks: tuple[int, ...]
    stand_in: tuple[int, float, float] | None
    text: Matrix


@dataclass(eq=False, slots=True)
class Glyph:
    """A letter on a page.

    Attributes:
        show: what shows it.
        item: which operand of an array of strings.
        start: its first byte in that string.
        end: behind its last byte.
        code: its code in the font.
        text: what it reads.
        x: where it begins on the page, in units of the page.
        y: where it begins on the page.
        width: how wide it is on the page, along the line.
        advance: how far it moves on, with spacing, in units of text.
        offset: how far behind the beginning of its operator it stands, in units of text.
    """

    show: Show = field(repr=False)
    item: int
    start: int
    end: int
    code: int
    text: str = field(repr=False)
    x: float
    y: float
    width: float
    advance: float
    offset: float


@dataclass(frozen=True, slots=True)
class Mark:
    """A text that a mark gives in place of letters or pictures (ISO 32000-2, 14.9).

    Attributes:
        content: where the mark stands.
        number: the operator.
        path: the keys down to the text.
        text: it.
        group: number of the mark on its page.
    """

    content: Content = field(repr=False)
    number: int
    path: tuple[str | int, ...]
    text: str = field(repr=False)
    group: int


@dataclass(frozen=True, slots=True)
class Image:
    """A picture on a page.

    Attributes:
        content: where it is used.
        number: the operator.
        image: the picture; None, where it stands within the content.
        matrix: from the unit square to the page.
    """

    content: Content = field(repr=False)
    number: int
    image: pikepdf.Object | None = field(repr=False)
    matrix: Matrix


@dataclass(frozen=True, eq=False, slots=True)
class Path:
    """Lines and curves that are painted at once, or that cut what is painted after them.

    Attributes:
        content: where its operators stand.
        first: the first of them.
        last: the one that paints.
        figures: the points of each connected piece on the page, in their order; those that a curve
            bends to are among them.
        is_filled: whether it is more than a line.
        is_boxes: whether it is put together from rectangles alone.
        room: what it takes up, in the coordinates of its operators, where it cuts what follows.
        segments: its first straight line on the page, and the one behind its last.
    """

    content: Content = field(repr=False)
    first: int
    last: int
    figures: Sequence[Sequence[tuple[float, float]]] = field(repr=False)
    is_filled: bool
    is_boxes: bool
    room: Box | None
    segments: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PageContent:
    """All that a page draws.

    Attributes:
        content: its operators.
        glyphs: its letters, in the order that they are drawn.
        marks: texts of marks.
        images: pictures.
        paths: lines and curves.
        segments: straight lines that are drawn, edges of areas among them.
        crop: what of the page is seen.
    """

    content: Content = field(repr=False)
    glyphs: Sequence[Glyph] = field(repr=False)
    marks: Sequence[Mark] = field(repr=False)
    images: Sequence[Image] = field(repr=False)
    paths: Sequence[Path] = field(default=(), repr=False)
    segments: Sequence[Segment] = field(default=(), repr=False)
    crop: Box = (0.0, 0.0, 0.0, 0.0)
