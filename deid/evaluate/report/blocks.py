"""What a report is made of, whether it is written as HTML or as Markdown. No note text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A few sentences."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short lines."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under a header; the first cell of a row names it.

    Attributes:
        caption: what the table shows.
        header: one name a column.
        rows: each as long as the header.
    """

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def wordy(self) -> tuple[bool, ...]:
        """For each column whether it holds words: the first does, the others if a cell does."""
        columns = zip(*self.rows, strict=True) if self.rows else ((),) * len(self.header)
        return tuple(
            index == 0 or not all(map(_is_number, column)) for index, column in enumerate(columns)
        )


@dataclass(frozen=True, slots=True)
class Plot:
    """A drawing, and the same in words for who cannot see it.

    Attributes:
        svg: an SVG element.
        caption: what it shows; the table that follows has the numbers.
    """

    svg: str
    caption: str


def _is_number(cell: str) -> bool:
    return not cell or cell[0].isdigit() or cell[0] in "–−+"


Block = Paragraph | Bullets | Table | Plot


@dataclass(frozen=True, slots=True)
class Section:
    """Blocks under a heading."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report."""

    title: str
    sections: tuple[Section, ...]
