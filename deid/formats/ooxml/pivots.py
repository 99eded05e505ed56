"""The copy of its data that a pivot table keeps: values of columns, each once (pure).

ISO/IEC 29500-1, 18.10.1: a column has a list of its different values, or every row holds one; the
list tells of what kinds they are, and the least and the greatest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.errors import MalformedRecord
from deid.formats.markup import Markup, Place
from deid.formats.ooxml.cells import attributes, decoded, is_number
from deid.formats.ooxml.open_places import local
from deid.formats.ooxml.pivot_grammar import DEFINITION, RECORDS, VALUES
from deid.formats.ooxml.serials import shown_number

_UNUSUAL: Final = (
    "a pivot table is written in an unusual way: refresh it, and save the workbook anew"
)
_CLOSED: Final = {
    "b": re.compile(r"0|1|true|false"),
    "e": re.compile(r"#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!)"),
}
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.0{1,3})?)?Z?")
_STEP: Final = re.compile(
    r"\d{1,2}[-.][A-Z][a-z]{2}|Q(?:tr|uarter )?[1-4]|\d{1,2}(?: [AP]M)?|:\d\d"
    r"|(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)"
)
BOUNDS: Final = {
    **dict.fromkeys(("minDate", "maxDate"), "d"),
    **dict.fromkeys(("minValue", "maxValue"), "n"),
    **dict.fromkeys(("startDate", "endDate"), "edge d"),
    **dict.fromkeys(("startNum", "endNum"), "edge n"),
}
"""Attributes that tell how far values reach, and how values of such a kind are called here."""


@dataclass(frozen=True, slots=True)
class At:
    """Where a value stands: the member, the element, and the number of its place there."""

    member: str
    element: int
    number: int


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a column, wherever the copy of the data holds it.

    Attributes:
        tag: the element that holds it, by which its kind is known; `edge d` and `edge n` for the
            edges of groups.
        text: what it reads.
        data: where it stands among the values, in the list of the column or in a row.
        groups: where it stands as the name of a group.
        bounds: where it stands as the least or greatest, or as the edge of groups.
    """

    tag: str
    text: str = field(repr=False)
    data: list[At] = field(default_factory=list, repr=False)
    groups: list[At] = field(default_factory=list, repr=False)
    bounds: list[At] = field(default_factory=list, repr=False)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a copy of data.

    Attributes:
        name: it has, which leads what it holds.
        values: all that it holds, by their kinds and texts.
        kinds: of the values that are closed words: blanks, errors, and true or false.
        lists: numbers of the elements that list its values.
        edges: numbers of the elements that say how they are grouped.
        is_stored: whether rows hold it; else it is made of others.
    """

    name: str = field(repr=False)
    values: dict[tuple[str, str], Value] = field(default_factory=dict, repr=False)
    kinds: set[str] = field(default_factory=set)
    lists: list[int] = field(default_factory=list)
    edges: list[int] = field(default_factory=list)
    is_stored: bool = True

    def value(self, tag: str, written: str) -> Value:
        """The value that is written so.

        Raises:
            MalformedRecord: it is said to be a number, and is none.
        """
        if tag.endswith("n") and not is_number(written):
            raise MalformedRecord(_UNUSUAL)
        text = _shown(tag, written)
        return self.values.setdefault((tag, text), Value(tag, text))


@dataclass(frozen=True, slots=True)
class Cache:
    """A copy of data: its member, and its columns."""

    member: str
    columns: Sequence[Column] = field(repr=False)


def caches_of(texts: Mapping[str, Markup]) -> dict[str, Cache]:
    """The copies of data of a workbook, by their members.

    Raises:
        MalformedRecord: one is not as programs for tables write it.
    """
    rows = dict(_rows_of(texts))
    if sorted(rows.values()) != sorted(name for name in texts if RECORDS.fullmatch(name)):
        raise MalformedRecord(_UNUSUAL)
    caches: dict[str, Cache] = {}
    for member, markup in texts.items():
        if DEFINITION.fullmatch(member):
            columns = list(_columns(member, markup))
            if member in rows:
                stored = [one for one in columns if one.is_stored]
                _read_rows(rows[member], texts[rows[member]], stored)
            _read_bounds(member, markup, columns)
            caches[member] = Cache(member, columns)
    return caches


def _rows_of(texts: Mapping[str, Markup]) -> Iterator[tuple[str, str]]:
    for member in texts:
        folder, _, name = member.rpartition("/")
        relations = texts.get(f"{folder}/_rels/{name}.rels")
        if DEFINITION.fullmatch(member) is None or relations is None:
            continue
        for place in relations.places:
            target = f"{folder}/{place.value.rpartition('/')[2]}"
            if place.name == "Target" and target in texts:
                yield member, target


def _columns(member: str, markup: Markup) -> Iterator[Column]:
    given = attributes(markup)
    owners: dict[int, Column] = {}
    for element, name in enumerate(map(local, markup.elements)):
        parent = markup.parents[element]
        if name == "cacheField":
            row = {key: place.value for key, (_, place) in given.get(element, {}).items()}
            is_stored = row.get("databaseField") not in ("0", "false")
            owners[element] = column = Column(decoded(row.get("name", "")), is_stored=is_stored)
            yield column
        elif parent in owners:
            owners[element] = column = owners[parent]
            if name == "sharedItems":
                column.lists.append(element)
            elif name == "rangePr":
                column.edges.append(element)
            elif name in VALUES:
                is_group = local(markup.elements[parent]) == "groupItems"
                _add(column, name, member, element, given, is_group=is_group)


def _read_rows(member: str, markup: Markup, columns: Sequence[Column]) -> None:
    given = attributes(markup)
    counts: dict[int, int] = {}
    for element, name in enumerate(map(local, markup.elements)):
        parent = markup.parents[element]
        if parent < 0 or local(markup.elements[parent]) != "r":
            continue
        at = counts.get(parent, 0)
        counts[parent] = at + 1
        if at >= len(columns):
            raise MalformedRecord(_UNUSUAL)
        if name in VALUES:
            _add(columns[at], name, member, element, given, is_group=False)


def _add(
    column: Column,
    tag: str,
    member: str,
    element: int,
    given: Mapping[int, Mapping[str, tuple[int, Place]]],
    *,
    is_group: bool,
) -> None:
    number, place = given.get(element, {}).get("v", (-1, None))
    closed = _CLOSED.get(tag)
    if place is None or (closed and closed.fullmatch(place.value)):
        column.kinds.add(tag)
    elif not (is_group and column.edges and _STEP.fullmatch(place.value)):
        value = column.value(tag, place.value)
        (value.groups if is_group else value.data).append(At(member, element, number))


def _read_bounds(member: str, markup: Markup, columns: Sequence[Column]) -> None:
    given = attributes(markup)
    for column in columns:
        for element in (*column.lists, *column.edges):
            for name, (number, place) in given.get(element, {}).items():
                if name in BOUNDS:
                    value = column.value(BOUNDS[name], place.value)
                    value.bounds.append(At(member, element, number))


def _shown(tag: str, written: str) -> str:
    if tag.endswith("n"):
        return shown_number(written)
    found = _MOMENT.fullmatch(written) if tag.endswith("d") else None
    if found:
        return found[1] if found[2] in (None, "00:00:00") else f"{found[1]} {found[2]}"
    return decoded(written)
