"""The parts of pivot tables, and of the copies of data that they keep (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from deid.datatypes import Form
from deid.formats.columns import column_of
from deid.formats.forms import LEFT_OUT, Matching
from deid.formats.markup import Kind, Place
from deid.formats.ooxml.cells import decoded
from deid.formats.ooxml.container import in_words
from deid.formats.ooxml.names import form_of_name
from deid.formats.ooxml.open_places import local
from deid.formats.ooxml.pivot_grammar import DEFINITION, check, is_text
from deid.formats.ooxml.pivots import Value
from deid.formats.ooxml.serials import CACHED, CACHED_1904, shown_date
from deid.formats.ooxml.workbook_fields import Book, Field, pieces_of
from deid.labels import Label

_CALLED: Final = {
    "pivotTable": "pivot table",
    "pivotCacheDefinition": "data of pivot table",
    "pivotCacheRecords": "data of pivot table",
}
_SHOWN: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
_BOUND: Final = Matching(_SHOWN)
_EDGES: Final = {
    "edge d": Matching(_SHOWN, "1900-01-01"),
    "edge n": Matching(re.compile(r"-?\d{1,15}(?:\.\d{1,17})?"), "0"),
}
_COPIED: Final = Matching(
    re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z?"), "1970-01-01T00:00:00"
)
_DATED: Final = re.compile(r"date.*|(?:to|yester)day|tomorrow|(?:this|last|next).*|[QM]\d+|year.*")
_NUMBER: Final = re.compile(r"\d{1,5}(?:\.\d{1,17})?")
_GIVEN: Final = re.compile(
    r"PivotStyle(?:Light|Medium|Dark)\d{1,2}|PivotTable\d{1,3}|Values|Data|Sheet\d{1,3}"
    r"|Table\d{1,3}|(?:Row|Column) Labels|Grand Total|\*|0"
)
_FEW: Final = 20
_NAMING: Final = frozenset(
    {
        ("cacheField", "name"),
        ("pivotField", "name"),
        ("dataField", "name"),
        ("item", "n"),
    }
)


@dataclass(frozen=True, slots=True)
class Own:
    """A text that stands only once among others.

    Attributes:
        among: what they are of.
    """

    among: str = field(repr=False)

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new text, numbered where it is taken."""
        made, number = new, 1
        while taken.get(made, old) != old:
            number = number + 1 if number < _FEW else max(number + 1, len(taken))
            made = f"{new} ({number})"
        return made


def pivot_fields(
    book: Book, member: str, known: list[tuple[str, str]], keys: set[str]
) -> Iterator[Field]:
    """The parts of a pivot table, or of a copy of its data.

    Raises:
        UnsupportedFormat: it holds something that cannot be examined.
    """
    markup = book.texts[member]
    check(markup)
    where = in_words(member, _CALLED)
    if DEFINITION.fullmatch(member):
        yield from _value_fields(book, member, where, known, keys)
    for number, place in enumerate(markup.places):
        if place.kind is not Kind.ATTRIBUTE or place.name.startswith("xmlns"):
            continue
        name = local(place.name)
        if name in ("refreshedDate", "refreshedDateIso"):
            yield _day(book, member, where, number, place)
        elif is_text(place) and place.value.strip():
            yield from _texts(book, member, where, number, place)


def _value_fields(
    book: Book, member: str, where: str, known: list[tuple[str, str]], keys: set[str]
) -> Iterator[Field]:
    for index, column in enumerate(book.caches[member].columns):
        holds = column_of(column.name)
        lead = f"{column.name.rstrip(':')}: " if column.name else ""
        for value in column.values.values():
            label = holds.label if holds else Label.DATE if value.tag.endswith("d") else None
            form = _form_of(value, member, index)
            at = f"{where}, column {index + 1}"
            yield Field(member, at, value.text, label, lead, form=form, value=value, column=index)
            text = value.text.strip()
            if holds and holds.known and text and value.data:
                known.append((holds.known, text))
            if holds and holds.is_key and text and value.data:
                keys.add(text)


def _form_of(value: Value, member: str, column: int) -> Form | None:
    if value.tag in _EDGES:
        return _EDGES[value.tag]
    if value.groups or any(at.member == member for at in value.data):
        return Own(f"{member}, {column}")
    if value.data:
        return None
    return _BOUND if value.tag == "d" else LEFT_OUT


def _day(book: Book, member: str, where: str, number: int, place: Place) -> Field:
    """The day on which data were copied."""
    if local(place.name) == "refreshedDateIso":
        return Field(member, where, place.value, Label.DATE, form=_COPIED, number=number)
    return _serial(book, member, where, number, place)


def _serial(book: Book, member: str, where: str, number: int, place: Place) -> Field:
    since_1904 = book.look.since_1904
    shown = shown_date(place.value, since_1904=since_1904)
    form = CACHED_1904 if since_1904 else CACHED
    label = Label.DATE if shown else None
    return Field(
        member, where, shown or place.value, label, form=form, number=number, is_serial=True
    )


def _texts(book: Book, member: str, where: str, number: int, place: Place) -> Iterator[Field]:
    element, name = local(place.path[-1]), local(place.name)
    value = decoded(place.value)
    if told := book.names.told(member, number, place):
        for start, piece in pieces_of(value, told):
            yield Field(member, where, piece, number=number, start=start)
    elif (
        name in ("val", "maxVal")
        and _NUMBER.fullmatch(place.value)
        and _is_dated(book, member, place)
    ):
        yield _serial(book, member, where, number, place)
    elif not _GIVEN.fullmatch(value):
        label = Label.PERSON if name == "refreshedBy" else None
        lead = "Changed by: " if name == "refreshedBy" else ""
        among = f"{member}, {element}"
        if element == "item":
            among += str(book.texts[member].parents[place.element])
        key = book.names.given.get((member, number))
        form = form_of_name(key) if key else Own(among) if (element, name) in _NAMING else None
        yield Field(member, where, value, label, lead, form=form, number=number, key=key)


def _is_dated(book: Book, member: str, place: Place) -> bool:
    """Whether a filter compares days."""
    markup, element = book.texts[member], place.element
    around: list[int] = []
    while element >= 0:
        around.append(element)
        element = markup.parents[element]
    return any(
        one.name == "type" and one.element in around and _DATED.fullmatch(one.value)
        for one in markup.places
        if local(one.path[-1] if one.path else "") in ("filter", "dynamicFilter")
    )
