"""What the cells of a sheet are called by others: by a heading, or by the cell before (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, zip_longest
from typing import Final

from deid.formats.columns import Column, column_of
from deid.formats.ooxml.cells import Cell

_LONGEST: Final = 60


def captioned(cells: Sequence[Cell]) -> Iterator[tuple[Cell, str, Column | None]]:
    """Each cell with what it is called, and what it therefore holds, if that is known.

    A row that names columns holds for the rows below it, until another one does. Where no row
    names the columns, a cell is called what the known name left of it says.
    """
    rows = [list(row) for _, row in groupby(cells, key=lambda cell: cell.row)]
    headings: Mapping[int, str] = {}
    is_first = True
    nothing: list[Cell] = []
    for row, below in zip_longest(rows, rows[1:], fillvalue=nothing):
        names = {cell.column: cell.text.strip() for cell in row if cell.text.strip()}
        if _is_heading(row, below, is_first=is_first):
            headings = names
            yield from ((cell, "", None) for cell in row)
        elif headings:
            for cell in row:
                caption = headings.get(cell.column, "")
                yield cell, caption, column_of(caption)
        else:
            yield from _as_form(row)
        is_first = is_first and not names


def _is_heading(row: Sequence[Cell], below: Sequence[Cell], *, is_first: bool) -> bool:
    """Whether a row names columns: short texts, all different, known ones among them.

    In a form names stand one below the other.
    """
    texts = {cell.column: cell.text.strip() for cell in row if cell.text.strip()}
    known = [column for column, text in texts.items() if column_of(text)]
    if len(known) < (1 if is_first else 2) or any(len(text) > _LONGEST for text in texts.values()):
        return False
    if len({text.lower() for text in texts.values()}) < len(texts):
        return False
    if any(cell.kind not in ("s", "str", "inlineStr") for cell in row if cell.text.strip()):
        return False
    under = {cell.column: cell.text for cell in below}
    return not any(column_of(under.get(column, "")) for column in known)


def _as_form(row: Sequence[Cell]) -> Iterator[tuple[Cell, str, Column | None]]:
    caption = ""
    for cell in row:
        text = cell.text.strip()
        if not text or column_of(text):
            yield cell, "", None
            caption = text or caption
        else:
            yield cell, caption, column_of(caption)
            caption = ""
