"""Names that a workbook gives to its sheets, ranges, tables and columns of tables (pure).

Formulas, charts, links and properties call things by these names. Each name is a part of the note
once, where it is given; wherever else it stands it becomes what it became there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.datatypes import Form
from deid.formats.markup import Kind, Markup, Place
from deid.formats.ooxml.cells import Cell, attributes, decoded
from deid.formats.ooxml.open_places import called, local
from deid.formats.ooxml.pivot_grammar import DEFINITION
from deid.formats.ooxml.references import (
    Key,
    NameKind,
    Reference,
    Style,
    charted,
    key_of,
    references,
)
from deid.formats.ooxml.workbook_places import FORMULAS

_BOOK: Final = "xl/workbook.xml"
_SHEET_RELATIONS: Final = re.compile(r"xl/worksheets/_rels/(sheet\d{0,9}\.xml)\.rels")
_RANGE: Final = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?[A-Z]{1,3}\$?\d{1,7})?")
_CALLED_RANGE: Final = re.compile(
    r"(?:'(?P<quoted>(?:[^']|'')+)'|(?P<plain>[^'!]+))!(?P<range>[$A-Z0-9:]+)"
)
_BUILTIN: Final = "_xlnm."
_CALLING: Final = frozenset(
    "location fmlaLink fmlaRange fmlaTxbx fmlaGroup textlink".split()  # noqa: SIM905
)
_LINKED: Final = frozenset("FmlaRange FmlaLink FmlaTxbx FmlaGroup FmlaPict".split())  # noqa: SIM905
_CHARTED: Final = "pivotSource"
_SOURCES: Final = frozenset({"worksheetSource", "rangeSet", "dataRef"})

_LONGEST_SHEET: Final = 31
_LONGEST: Final = 250
_BRACKETS: Final = str.maketrans("[]", "()")
_NOT_IN_SHEET: Final = re.compile(r"[\\/:?*\x00-\x1f\ufffe\uffff]")
_WORD: Final = re.compile(r"[^\W\d][\w.]*")
_NOT_IN_RANGE: Final = re.compile(r"[^\w.]+_*|__+")
_LIKE_A_CELL: Final = re.compile(r"[A-Z]{1,3}\d+|R(?:\d+)?(?:C(?:\d+)?)?|C(?:\d+)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SheetName:
    """What a sheet may be called: 31 units of UTF-16, no signs that formulas use, no name twice."""

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new name without what a name of a sheet cannot hold, numbered where it is taken."""
        plain = _NOT_IN_SHEET.sub("-", new.translate(_BRACKETS))
        name = _cut(plain, _LONGEST_SHEET)
        if not name or name.casefold() == "history":
            name = "Sheet"
        return _unused(name, " ({})", old, taken, _LONGEST_SHEET)


@dataclass(frozen=True, slots=True)
class RangeName:
    """What a range or a table may be called (ISO/IEC 29500-1, 18.2.5): a word that is no cell."""

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new name as one word, numbered where it is taken."""
        name = new
        if not _is_word(new):
            name = _NOT_IN_RANGE.sub("_", new).strip("_.")[: _LONGEST - 1]
        if not _is_word(name):
            name = f"_{name}"
        return _unused(name, "_{}", old, taken, _LONGEST)


@dataclass(frozen=True, slots=True)
class ColumnName:
    """What a column of a table may be called: anything but nothing, and no name twice in a table.

    Attributes:
        table: the table, or what else has the columns.
    """

    table: str = field(repr=False)

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new name, numbered where it is taken."""
        return _unused(_cut(new, _LONGEST) or "Column", " ({})", old, taken, _LONGEST)


@dataclass(frozen=True, slots=True)
class BookNames:
    """The names of a workbook.

    Attributes:
        given: where each stands as a part, by member and number of the place.
        again: where else it is told as it is.
        headings: names of columns of tables that stand in cells: by member, row and column.
        tables: names of tables, by their members.
        keys: all of them.
    """

    given: Mapping[tuple[str, int], Key] = field(repr=False)
    again: Mapping[tuple[str, int], Key] = field(repr=False)
    headings: Mapping[tuple[str, int, int], Key] = field(repr=False)
    tables: Mapping[str, str] = field(repr=False)
    keys: frozenset[Key] = field(repr=False)

    def references(self, member: str, text: str) -> Sequence[Reference]:
        """What a text that is written like a formula calls by these names."""
        if not self.keys:
            return ()
        table = self.tables.get(member, "")
        return tuple(references(text, self.keys.__contains__, table=table))

    def told(self, member: str, number: int, place: Place) -> Sequence[Reference] | None:
        """What a place calls by these names; None: nothing, and it is no such place."""
        value = decoded(place.value)
        key = self.again.get((member, number))
        if key is not None:
            return (Reference(0, len(value), (key,), (value,), Style.BARE),)
        if called(place) == "name" and len(place.path) > 1 and local(place.path[-2]) == _CHARTED:
            return tuple(charted(value, self.keys.__contains__))
        return self.references(member, value) if _calls(place, value) else None


def names_of(texts: Mapping[str, Markup], sheets: Mapping[str, Sequence[Cell]]) -> BookNames:
    """The names of a workbook.

    Args:
        texts: its members in XML.
        sheets: the cells of its sheets, by their members.
    """
    given: dict[tuple[str, int], Key] = {}
    again: dict[tuple[str, int], Key] = {}
    headings: dict[tuple[str, int, int], Key] = {}
    tables: dict[str, str] = {}
    seen: set[Key] = set()
    home_of = dict(homes(texts))
    for member in sorted(texts, key=lambda name: (name != _BOOK, name)):
        markup = texts[member]
        root = local(markup.elements[0])
        found = list(_in_book(markup)) if member == _BOOK else []
        if root == "pivotTableDefinition":
            found = list(_in_pivot(markup))
        if root == "table":
            found = list(_in_table(markup))
            tables[member] = next((name for _, kind, name in found if kind is NameKind.RANGE), "")
        cells = (
            {(cell.row, cell.column): cell.text for cell in sheets.get(home_of.get(member, ""), ())}
            if root == "table"
            else {}
        )
        at = _first_cell(markup) if cells else None
        column = 0
        for number, kind, name in found:
            table = tables.get(member, "") if kind is NameKind.COLUMN else ""
            key = key_of(kind, name, table=table)
            if kind is NameKind.COLUMN:
                column += 1
                place = at and (at[0], at[1] + column - 1)
                if place and _one_line(cells.get(place, "")) == _one_line(name):
                    headings[home_of[member], *place] = key
                    seen.add(key)
            (again if key in seen else given)[member, number] = key
            seen.add(key)
    for at_place, key in _in_other_books(texts):
        (again if key in seen else given)[at_place] = key
        seen.add(key)
    _add_sources(texts, sheets, seen, again, headings)
    again.update(_titles(texts, seen))
    again.update(_sources(texts, seen))
    return BookNames(given, again, headings, tables, frozenset(seen))


def form_of_name(key: Key) -> Form:
    """What a new name must be like."""
    kind, name = key
    if kind is NameKind.SHEET:
        return SheetName()
    if kind is NameKind.RANGE:
        return RangeName()
    return ColumnName("" if kind is NameKind.PIVOT else name.partition("\n")[0])


def _in_book(markup: Markup) -> Iterator[tuple[int, NameKind, str]]:
    for number, place in enumerate(markup.places):
        if place.kind is not Kind.ATTRIBUTE or place.name != "name":
            continue
        element = local(place.path[-1])
        if element == "sheet":
            yield number, NameKind.SHEET, decoded(place.value)
        elif element == "definedName" and not place.value.startswith(_BUILTIN):
            yield number, NameKind.RANGE, decoded(place.value)


def _in_other_books(texts: Mapping[str, Markup]) -> Iterator[tuple[tuple[str, int], Key]]:
    """The sheets of other workbooks that formulas refer to, by the number of the workbook."""
    book = texts[_BOOK]
    targets = _targets(texts)
    count = 0
    for element, row in attributes(book).items():
        if local(book.elements[element]) != "externalReference":
            continue
        count += 1
        ids = [place.value for name, (_, place) in row.items() if local(name) == "id"]
        member = targets.get(ids[0], "") if ids else ""
        for number, place in enumerate(texts[member].places if member in texts else ()):
            if place.name == "val" and local(place.path[-1]) == "sheetName":
                name = decoded(place.value)
                yield (member, number), key_of(NameKind.SHEET, name, table=f"[{count}]")


def _targets(texts: Mapping[str, Markup]) -> dict[str, str]:
    """The members that a workbook is related to, by the ids of the relations."""
    relations = texts.get("xl/_rels/workbook.xml.rels")
    rows = attributes(relations).values() if relations else ()
    return {
        row["Id"][1].value: "xl/" + row["Target"][1].value.removeprefix("/xl/")
        for row in rows
        if "Id" in row and "Target" in row
    }


def _in_pivot(markup: Markup) -> Iterator[tuple[int, NameKind, str]]:
    for number, place in enumerate(markup.places):
        if place.kind is Kind.ATTRIBUTE and place.name == "name" and place.element == 0:
            yield number, NameKind.PIVOT, decoded(place.value)


def _in_table(markup: Markup) -> Iterator[tuple[int, NameKind, str]]:
    for name in ("displayName", "name"):
        for number, place in enumerate(markup.places):
            if place.kind is Kind.ATTRIBUTE and place.name == name and place.element == 0:
                yield number, NameKind.RANGE, decoded(place.value)
    for number, place in enumerate(markup.places):
        is_column = place.kind is Kind.ATTRIBUTE and local(place.path[-1]) == "tableColumn"
        if is_column and place.name == "name":
            yield number, NameKind.COLUMN, decoded(place.value)


def _first_cell(markup: Markup) -> tuple[int, int] | None:
    """Row and column of the first heading of a table, which may have none."""
    row = {name: place.value for name, (_, place) in attributes(markup).get(0, {}).items()}
    return None if row.get("headerRowCount") == "0" else first_cell(row.get("ref", ""))


def first_cell(reference: str) -> tuple[int, int] | None:
    """Row and column of the first cell of a range."""
    found = _RANGE.fullmatch(reference)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]), column


def homes(texts: Mapping[str, Markup]) -> Iterator[tuple[str, str]]:
    """The members that belong to sheets, each with its sheet."""
    for member, markup in texts.items():
        found = _SHEET_RELATIONS.fullmatch(member)
        for place in markup.places if found else ():
            if place.name == "Target" and found:
                target = place.value.removeprefix("../").removeprefix("/xl/")
                yield f"xl/{target}", f"xl/worksheets/{found[1]}"


def _add_sources(
    texts: Mapping[str, Markup],
    sheets: Mapping[str, Sequence[Cell]],
    seen: set[Key],
    again: dict[tuple[str, int], Key],
    headings: dict[tuple[str, int, int], Key],
) -> None:
    """Take what a pivot table calls its columns for what the headings of its data are called."""
    members = dict(_members(texts))
    for member, markup in texts.items():
        if DEFINITION.fullmatch(member) is None:
            continue
        row = {
            place.name: decoded(place.value)
            for place in markup.places
            if place.kind is Kind.ATTRIBUTE and local(place.path[-1]) == "worksheetSource"
        }
        sheet, at = _source(texts, row, members)
        cells = {(cell.row, cell.column): cell.text for cell in sheets.get(sheet, ())} if at else {}
        column = -1
        for number, place in enumerate(markup.places):
            is_column = place.kind is Kind.ATTRIBUTE and local(place.path[-1]) == "cacheField"
            if not (is_column and place.name == "name") or at is None:
                continue
            column += 1
            here = at[0], at[1] + column
            if place.value and cells.get(here, "") == decoded(place.value):
                key = headings.get((sheet, *here))
                key = key or key_of(NameKind.COLUMN, place.value, table=f"{member} {column}")
                headings[sheet, here[0], here[1]] = key
                seen.add(key)
                again[member, number] = key


def _source(
    texts: Mapping[str, Markup], row: Mapping[str, str], members: Mapping[str, str]
) -> tuple[str, tuple[int, int] | None]:
    """The sheet and the first cell that a pivot table takes its data from."""
    if "sheet" in row and "ref" in row:
        return members.get(row["sheet"].casefold(), ""), first_cell(row["ref"])
    name = row.get("name", "").casefold()
    for member, home in homes(texts):
        if name and member in texts:
            table = attributes(texts[member]).get(0, {})
            if "displayName" in table and _named(table["displayName"][1]) == name:
                return home, _first_cell(texts[member])
    for number, place in enumerate(texts[_BOOK].places):
        if name and place.name == "name" and _named(place) == name:
            texts_in = [
                one.value
                for one in texts[_BOOK].places[number:]
                if one.kind is Kind.TEXT and one.element == place.element
            ]
            found = _CALLED_RANGE.fullmatch(texts_in[0]) if texts_in else None
            if found:
                sheet = found["plain"] or found["quoted"].replace("''", "'")
                return members.get(sheet.casefold(), ""), first_cell(found["range"])
    return "", None


def _members(texts: Mapping[str, Markup]) -> Iterator[tuple[str, str]]:
    """The member of each sheet, by its name."""
    targets = _targets(texts)
    for element, row in attributes(texts[_BOOK]).items():
        if local(texts[_BOOK].elements[element]) == "sheet" and "name" in row:
            ids = [place.value for name, (_, place) in row.items() if local(name) == "id"]
            yield _named(row["name"][1]), targets.get(ids[0], "") if ids else ""


def _titles(texts: Mapping[str, Markup], seen: set[Key]) -> Iterator[tuple[tuple[str, int], Key]]:
    """Where the properties of the program tell names of sheets and ranges."""
    for member, markup in texts.items():
        for number, place in enumerate(markup.places if member == "docProps/app.xml" else ()):
            if place.kind is not Kind.TEXT or called(place) != "lpstr":
                continue
            both = (key_of(kind, decoded(place.value)) for kind in (NameKind.SHEET, NameKind.RANGE))
            key = next((one for one in both if one in seen), None)
            if key:
                yield (member, number), key


def _sources(texts: Mapping[str, Markup], seen: set[Key]) -> Iterator[tuple[tuple[str, int], Key]]:
    """Where what gathers data tells sheets and ranges that it takes it from."""
    kinds = {"sheet": NameKind.SHEET, "name": NameKind.RANGE}
    for member, markup in texts.items():
        if not any(local(name) in _SOURCES for name in markup.elements):
            continue
        for number, place in enumerate(markup.places):
            if place.kind is Kind.ATTRIBUTE and local(place.path[-1]) in _SOURCES:
                kind = kinds.get(place.name)
                key = key_of(kind, decoded(place.value)) if kind else None
                if key in seen:
                    yield (member, number), key


def _calls(place: Place, value: str) -> bool:
    """Whether a place is written like a formula."""
    name = called(place)
    if place.kind is Kind.TEXT:
        return name in FORMULAS or name in _LINKED or (name in ("lpstr", "sqref") and "!" in value)
    if place.kind is not Kind.ATTRIBUTE:
        return False
    return name in _CALLING or (name == "Target" and value.startswith("#"))


def _named(place: Place) -> str:
    """A name as names are compared."""
    return decoded(place.value).casefold()


def _cut(name: str, length: int) -> str:
    """A name of so many units of UTF-16 at most, without what cannot stand at its edges."""
    while len(name.encode("utf-16-le", "surrogatepass")) > 2 * length:
        name = name[:-1]
    return name.strip(" '\t\r\n")


def _unused(name: str, ending: str, old: str, taken: Mapping[str, str], longest: int) -> str:
    """A name that nothing else has, whatever its case.

    Args:
        name: the name, to which a number is added where it is taken.
        ending: how the number is added.
        old: what it is the new name of, see `deid.datatypes.Form`.
        taken: the names that there are, and of what.
        longest: how many units of UTF-16 it may have.
    """
    used = {one.casefold(): of.casefold() for one, of in taken.items()}
    made, number = name, 1
    while used.get(made.casefold(), old.casefold()) != old.casefold():
        number += 1
        more = ending.format(number)
        made = _cut(name, longest - len(more)) + more
    return made


def _is_word(name: str) -> bool:
    is_short = 0 < len(name) <= _LONGEST and not _LIKE_A_CELL.fullmatch(name)
    return is_short and _WORD.fullmatch(name) is not None


def _one_line(text: str) -> str:
    return " ".join(text.split()).casefold()
