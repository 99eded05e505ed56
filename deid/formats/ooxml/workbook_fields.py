"""The parts of a workbook: the cells of its sheets, then whatever else a person may have written.

What a text calls by names of the workbook is cut out of it: it becomes what the names become.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.datatypes import Form
from deid.formats.columns import Column
from deid.formats.forms import LEFT_OUT
from deid.formats.markup import Kind, Markup, Place
from deid.formats.ooxml.captions import captioned
from deid.formats.ooxml.cells import Cell, Looks, ancestor, decoded
from deid.formats.ooxml.container import in_words, is_member_name
from deid.formats.ooxml.names import BookNames, form_of_name
from deid.formats.ooxml.open_places import called, form_of, local
from deid.formats.ooxml.pivot_areas import Area
from deid.formats.ooxml.pivots import Cache, Value
from deid.formats.ooxml.references import Key, Reference
from deid.formats.ooxml.serials import CACHED, CACHED_1904, is_date_format, shown_date
from deid.formats.ooxml.workbook_places import (
    HEADERS,
    between_codes,
    is_open,
    is_plain_formula,
    is_reference,
    label_of,
)
from deid.labels import Label

STRINGS: Final = "xl/sharedStrings.xml"
SHEET: Final = re.compile(r"xl/worksheets/sheet(\d{0,9})\.xml")
CALLED: Final = {"app": "properties", "core": "properties"}

_GROUPS: Final = ("si", "is", "text", "p")
_DAY: Final = re.compile(r"[2-7]\d{4}(?:\.\d{1,17})?")
_LEADS: Final = {"author": "Author: ", "creator": "Author: ", "lastModifiedBy": "Changed by: "}


@dataclass(frozen=True, slots=True)
class Field:
    """A part, and where it stands: in a cell, or in a range of a place.

    Attributes:
        member: name of the member it lies in.
        where: it is, in plain words.
        text: what it reads.
        label: what it is known to hold, see `deid.datatypes.Part`.
        lead: words before it.
        goes_on: whether it goes on where the one before ends.
        form: what its new text must be like.
        cell: the cell that it is the text of, or the formula.
        number: number of the place, where it is no text of a cell.
        start: where in that place it begins.
        key: the name that it gives to something.
        value: of the copy of data of a pivot table that it is.
        column: of that copy, counted from 0.
        is_serial: whether it is a date that is written as a number.
    """

    member: str
    where: str
    text: str = field(repr=False)
    label: Label | None = None
    lead: str = field(default="", repr=False)
    goes_on: bool = False
    form: Form | None = None
    cell: Cell | None = field(default=None, repr=False)
    number: int = -1
    start: int = 0
    key: Key | None = field(default=None, repr=False)
    value: Value | None = field(default=None, repr=False)
    column: int = -1
    is_serial: bool = False


@dataclass(frozen=True, slots=True)
class Book:
    """What the parts of a workbook are found by.

    Attributes:
        texts: its members in XML.
        cells: the cells of its sheets, by their members.
        look: how its cells show numbers.
        names: that it gives to things.
        shown: numbers of the places of the shared strings that cells show.
        caches: the copies of data of its pivot tables, by their members.
        areas: that pivot tables are shown in, by the members of sheets.
    """

    texts: Mapping[str, Markup] = field(repr=False)
    cells: Mapping[str, Sequence[Cell]] = field(repr=False)
    look: Looks
    names: BookNames = field(repr=False)
    shown: frozenset[int] = field(repr=False)
    caches: Mapping[str, Cache] = field(repr=False)
    areas: Mapping[str, Sequence[Area]] = field(repr=False)


def cell_fields(
    book: Book, member: str, known: list[tuple[str, str]], keys: set[str]
) -> Iterator[Field]:
    """The parts in the cells of a sheet; what they say of patients is gathered on the way."""
    markup = book.texts[member]
    formulas = {
        place.element: number
        for number, place in enumerate(markup.places)
        if place.kind is Kind.TEXT and local(place.path[-1]) == "f"
    }
    for cell, caption, column in _captioned(book.cells[member], book.areas.get(member, ())):
        where = f"{in_words(member, CALLED)}, row {cell.row}, column {cell.column}"
        label = column.label if column else Label.DATE if cell.is_date else None
        lead = f"{caption.rstrip(':')}: " if caption else ""
        key = book.names.headings.get((member, cell.row, cell.column))
        form = form_of_name(key) if key else None
        yield Field(member, where, cell.text, label, lead, form=form, cell=cell, key=key)
        value = cell.text.strip()
        if column and column.known and value:
            known.append((column.known, value))
        if column and column.is_key and value:
            keys.add(value)
        number = formulas.get(cell.formula, -1) if cell.formula is not None else -1
        text = markup.places[number].value if number >= 0 else ""
        if text and text != cell.constant and not is_plain_formula(text):
            for start, piece in pieces_of(text, book.names.references(member, text)):
                at = f"{where}, formula"
                yield Field(member, at, piece, cell=cell, number=number, start=start)


def _captioned(
    cells: Sequence[Cell], areas: Sequence[Area]
) -> Iterator[tuple[Cell, str, Column | None]]:
    """The cells of a sheet with what they are called; those of pivot tables by themselves."""
    if not areas:
        yield from captioned(cells)
        return
    inside: dict[int, tuple[Cell, str, Column | None]] = {}
    for area in areas:
        own = [cell for cell in cells if cell.element not in inside and area.has(cell)]
        inside.update((row[0].element, row) for row in area.captioned(own))
    beside = captioned([cell for cell in cells if cell.element not in inside])
    outside = {row[0].element: row for row in beside}
    for cell in cells:
        yield inside.get(cell.element) or outside[cell.element]


def other_fields(book: Book, member: str) -> Iterator[Field]:
    """The parts of a member that are no texts of cells."""
    markup, cells = book.texts[member], book.cells.get(member, ())
    taken = book.shown if member == STRINGS else {one for cell in cells for one in cell.values}
    formulas = {cell.formula for cell in cells}
    external = {place.element for place in markup.places if place.value == "External"}
    dates = _dated(markup)
    is_own = member.startswith("customXml/") and not member.endswith(".rels")
    where = in_words(member, CALLED)
    before: tuple[str, int] | None = None
    for number, place in enumerate(markup.places):
        is_value = place.kind is Kind.TEXT and place.element in formulas
        if number in taken or is_value or not is_open(place, is_own=is_own):
            continue
        if place.name == "Target" and place.element not in external and _is_inner(place.value):
            continue
        value = decoded(place.value)
        if told := book.names.told(member, number, place):
            for start, piece in pieces_of(value, told):
                yield Field(member, where, piece, number=number, start=start)
            continue
        if _is_day(markup, place, dates):
            value = shown_date(value, since_1904=book.look.since_1904) or value
            cached = CACHED_1904 if book.look.since_1904 else CACHED
            yield Field(
                member, where, value, Label.DATE, form=cached, number=number, is_serial=True
            )
            continue
        if place.kind is Kind.TEXT and called(place) in HEADERS:
            for start, end in between_codes(value):
                yield Field(member, where, value[start:end], number=number, start=start)
            continue
        group = _group(markup, place)
        goes_on = group is not None and group == before
        before = group
        key = book.names.given.get((member, number))
        label, lead = label_of(place), _LEADS.get(called(place), "")
        form = form_of_name(key) if key else form_of(place)
        form = LEFT_OUT if called(place) == "formatCode" else form
        yield Field(member, where, value, label, lead, goes_on, form, number=number, key=key)


def pieces_of(text: str, references: Sequence[Reference]) -> Iterator[tuple[int, str]]:
    """What of a text is none of these references and no plain formula, with its offset."""
    at = 0
    for end, following in [*((one.start, one.end) for one in references), (len(text), 0)]:
        piece = text[at:end]
        whole = not references
        if piece.strip() and (whole or not (is_plain_formula(piece) or is_reference(piece))):
            yield at, piece
        at = following


def rank(member: str) -> tuple[int, int, str]:
    """By what the members of a workbook are read: its sheets first, as they are numbered."""
    found = SHEET.fullmatch(member)
    return (0, int(found.group(1) or 0), member) if found else (1, 0, member)


def _dated(markup: Markup) -> set[int | None]:
    """The copies of numbers in a chart that are dates."""
    return {
        ancestor(markup, place.element, "numCache")
        for place in markup.places
        if place.kind is Kind.TEXT
        and called(place) == "formatCode"
        and "numCache" in map(local, place.path)
        and is_date_format(0, {0: place.value})
    }


def _is_day(markup: Markup, place: Place, dates: set[int | None]) -> bool:
    """Whether a number is one of a chart of days, or one that a filter may take for a day."""
    if place.kind is Kind.TEXT:
        return called(place) == "v" and ancestor(markup, place.element, "numCache") in dates
    is_filter = place.name == "val" and local(place.path[-1]) == "customFilter"
    return is_filter and _DAY.fullmatch(place.value) is not None


def _group(markup: Markup, place: Place) -> tuple[str, int] | None:
    """What the runs of one text have in common."""
    if place.kind is not Kind.TEXT or local(place.path[-1]) != "t":
        return None
    for name in _GROUPS:
        element = ancestor(markup, place.element, name)
        if element is not None:
            return name, element
    return None


def _is_inner(target: str) -> bool:
    return is_member_name(target.removeprefix("/").replace("../", ""))
