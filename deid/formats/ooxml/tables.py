"""Tables in documents and on slides: what their cells are called by their headings (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from deid.formats.columns import Column
from deid.formats.markup import Markup, Place
from deid.formats.ooxml.captions import captioned
from deid.formats.ooxml.cells import Cell
from deid.formats.ooxml.open_places import local


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell of a table.

    Attributes:
        text: of all its runs.
        caption: what it is called; empty where that is not known.
        column: what it therefore holds, if that is known to be nothing but identifiers.
    """

    text: str = field(repr=False)
    caption: str = field(repr=False)
    column: Column | None


def table_cells(markup: Markup, runs: Iterable[Place]) -> dict[int, TableCell]:
    """The cells of the tables of a member, by the numbers of their elements.

    Args:
        markup: the member.
        runs: the places of it that are runs, in their order.
    """
    owners = _owners(markup, "tc")
    texts: dict[int, list[str]] = {}
    for place in runs:
        owner = owners.get(place.element)
        if owner is not None:
            texts.setdefault(owner, []).append(place.value)
    if not texts:
        return {}
    found: dict[int, TableCell] = {}
    for cells in _tables(markup, {one: " ".join(parts) for one, parts in texts.items()}):
        for cell, caption, column in captioned(cells):
            found[cell.element] = TableCell(cell.text, caption, column)
    return found


def _owners(markup: Markup, name: str) -> dict[int, int]:
    """Of each element in one of some name, the innermost such."""
    owners: dict[int, int] = {}
    for element, parent in enumerate(markup.parents):
        if local(markup.elements[element]) == name:
            owners[element] = element
        elif parent in owners:
            owners[element] = owners[parent]
    return owners


def _tables(markup: Markup, texts: Mapping[int, str]) -> Iterable[list[Cell]]:
    rows, tables = _owners(markup, "tr"), _owners(markup, "tbl")
    wide = _spans(markup)
    numbers: dict[int, int] = {}
    columns: dict[int, int] = {}
    counts: dict[int, int] = {}
    found: dict[int, list[Cell]] = {}
    for element, name in enumerate(markup.elements):
        parent = markup.parents[element]
        if local(name) == "tr":
            table = tables.get(parent, -1)
            counts[table] = counts.get(table, 0) + 1
            numbers[element] = counts[table]
        elif local(name) == "tc":
            row = rows.get(parent, -1)
            column = columns.get(row, 0) + 1
            columns[row] = column + wide.get(element, 1) - 1
            cell = Cell(
                element, numbers.get(row, 0), column, "s", None, (), texts.get(element, ""), ""
            )
            found.setdefault(tables.get(parent, -1), []).append(cell)
    return ([*cells] for cells in found.values())


def _spans(markup: Markup) -> dict[int, int]:
    """Over how many columns the cells of a document reach; those of a slide stand for each."""
    owners = _owners(markup, "tc")
    return {
        owners[place.element]: int(place.value)
        for place in markup.places
        if local(place.name) == "val"
        and local(markup.elements[place.element]) == "gridSpan"
        and place.element in owners
        and place.value.isdigit()
        and len(place.value) < 4
    }
