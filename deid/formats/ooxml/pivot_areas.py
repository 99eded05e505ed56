"""The cells that a pivot table is shown in: what they are called, and what they hold (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.formats.columns import Column, column_of
from deid.formats.markup import Markup
from deid.formats.ooxml.cells import Cell, attributes
from deid.formats.ooxml.names import first_cell, homes
from deid.formats.ooxml.open_places import local
from deid.formats.ooxml.pivot_grammar import TABLE
from deid.formats.ooxml.pivots import Cache

_WHOLE: Final = re.compile(
    r"\(?(?:All|Multiple Items|blank)\)?|- (?:all|multiple) -", re.IGNORECASE
)
_AREA: Final = re.compile(r"([A-Z]{1,3}\d{1,7}):([A-Z]{1,3}\d{1,7})")


@dataclass(frozen=True, slots=True)
class Area:
    """Where a pivot table stands on its sheet; rows and columns count from 1.

    Attributes:
        top: the first row, of the fields that choose pages, if it has any.
        start: the row that its own headings begin in.
        heads: the last row of headings.
        end: the last row.
        left: the first column.
        labels: how many columns name rows.
        right: the last column.
        held: what its values are known to be, by their texts.
    """

    top: int
    start: int
    heads: int
    end: int
    left: int
    labels: int
    right: int
    held: Mapping[str, Column] = field(repr=False)

    def has(self, cell: Cell) -> bool:
        """Whether a cell lies in it."""
        return self.top <= cell.row <= self.end and self.left <= cell.column <= self.right

    def captioned(self, cells: Sequence[Cell]) -> Iterator[tuple[Cell, str, Column | None]]:
        """Each of its cells with what it is called, and what it therefore holds."""
        texts = {(cell.row, cell.column): cell.text.strip() for cell in cells}
        for cell in cells:
            caption = ""
            is_label = cell.column < self.left + self.labels
            if cell.row < self.start:
                caption = texts.get((cell.row, cell.column - 1), "")
            elif cell.row > self.heads and is_label:
                caption = texts.get((self.heads, cell.column), "")
            text = cell.text.strip()
            is_name = cell.row <= self.heads or is_label
            holds = self.held.get(text) if is_name else None
            if cell.row < self.start and caption and not _WHOLE.fullmatch(text):
                holds = holds or column_of(caption)
            yield cell, caption, holds


def areas_of(
    texts: Mapping[str, Markup], caches: Mapping[str, Cache]
) -> dict[str, tuple[Area, ...]]:
    """The pivot tables that are shown on each sheet, by its member."""
    found: dict[str, tuple[Area, ...]] = {}
    for member, home in homes(texts):
        area = _area(member, texts, caches) if TABLE.fullmatch(member) else None
        if area is not None:
            found[home] = (*found.get(home, ()), area)
    return found


def _area(member: str, texts: Mapping[str, Markup], caches: Mapping[str, Cache]) -> Area | None:
    markup = texts.get(member)
    row: dict[str, str] = {}
    for element, given in attributes(markup).items() if markup else ():
        if markup and local(markup.elements[element]) == "location":
            row = {name: place.value for name, (_, place) in given.items()}
    found = _AREA.fullmatch(row.get("ref", ""))
    first, last = (first_cell(found[1]), first_cell(found[2])) if found else (None, None)
    if first is None or last is None:
        return None
    pages = _count(row.get("rowPageCount", "0"))
    heads = first[0] + max(1, _count(row.get("firstDataRow", "1"))) - 1
    labels = max(1, _count(row.get("firstDataCol", "1")))
    top = max(1, first[0] - pages - 1) if pages else first[0]
    right = max(last[1], first[1] + 1) if pages else last[1]
    held = _held(caches, _cache_of(member, texts))
    return Area(top, first[0], heads, last[0], first[1], labels, right, held)


def _cache_of(member: str, texts: Mapping[str, Markup]) -> str:
    folder, _, name = member.rpartition("/")
    relations = texts.get(f"{folder}/_rels/{name}.rels")
    for place in relations.places if relations else ():
        if place.name == "Target":
            return f"xl/pivotCache/{place.value.rpartition('/')[2]}"
    return ""


def _held(caches: Mapping[str, Cache], member: str) -> dict[str, Column]:
    held: dict[str, Column] = {}
    for column in caches[member].columns if member in caches else ():
        holds = column_of(column.name)
        for value in column.values.values() if holds else ():
            if holds and value.data and value.text.strip():
                held[value.text.strip()] = holds
    return held


def _count(written: str) -> int:
    return int(written) if written.isdigit() and len(written) < 5 else 0
