"""What a page of a document is made of: paragraphs, tables and pictures, without their layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look. Sizes are in points; what is None is as usual."""

    bold: bool = False
    italic: bool = False
    underlined: bool = False
    struck: bool = False
    size: float | None = None
    colour: str = ""
    raised: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """Letters that look alike, or a picture.

    Attributes:
        text: the letters; a tabulator or line end among them counts as one.
        look: how they look.
        picture: width and height in points, where it is a picture; its text is what it shows.
        new_page: whether a page ends before it.
    """

    text: str = field(repr=False)
    look: Look = Look()
    picture: tuple[float, float] | None = None
    new_page: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph. Lengths are in points.

    Attributes:
        runs: what it holds, in order.
        level: of a heading, from 1; 0: it is none.
        align: `left`, `right`, `center` or `justify`.
        indent: of all its lines.
        first: more, or less, for the first line.
        before: room above.
        after: room below.
        mark: what stands before it as an item of a list.
        new_page: whether a page ends before it.
    """

    runs: tuple[Run, ...] = ()
    level: int = 0
    align: str = "left"
    indent: float = 0
    first: float = 0
    before: float = 0
    after: float = 0
    mark: str = ""
    new_page: bool = False

    @property
    def text(self) -> str:
        """Its letters."""
        return "".join(run.text for run in self.runs if run.picture is None)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: what it holds, and over how many columns; it may go on from above."""

    blocks: tuple[Block, ...] = ()
    columns: int = 1
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table, row by row; or a box, which is one of one cell."""

    rows: tuple[tuple[Cell, ...], ...]


Block: TypeAlias = Paragraph | Table


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper, in points: width, height, and the margins from the top, clockwise."""

    width: float = 595.3
    height: float = 841.9
    margins: tuple[float, float, float, float] = (72, 72, 72, 72)
    header_at: float = 36
    footer_at: float = 36


@dataclass(frozen=True, slots=True)
class Layout:
    """A document: its paper, what stands on each page, and what flows over the pages."""

    sheet: Sheet = Sheet()
    header: tuple[Block, ...] = ()
    footer: tuple[Block, ...] = ()
    body: tuple[Block, ...] = ()

    def paragraphs(self) -> Iterator[Paragraph]:
        """All its paragraphs, in a fixed order: of the header, the footer and the body."""
        for blocks in (self.header, self.footer, self.body):
            yield from paragraphs_of(blocks)


def paragraphs_of(blocks: Sequence[Block]) -> Iterator[Paragraph]:
    """The paragraphs of some blocks, those in cells row by row."""
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            for row in block.rows:
                for cell in row:
                    yield from paragraphs_of(cell.blocks)
