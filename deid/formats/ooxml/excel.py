"""Workbooks: `.xlsx` (ISO/IEC 29500-1, 18).

A workbook is one note: its sheets row by row, each cell a part behind its heading. Then follow, as
parts of their own, formulas, comments, headers, names, drawings, properties, and whatever else a
person may have written in a text or an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from deid.datatypes import Document, Form, Redacted
from deid.errors import DefectError, EmptyNote, MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.encoded import refuse_encoded
from deid.formats.forms import LEFT_OUT
from deid.formats.markup import Kind, Markup, Place
from deid.formats.one_note import OneNote
from deid.formats.ooxml.captions import captioned
from deid.formats.ooxml.cells import (
    Cell,
    Looks,
    ancestor,
    attributes,
    cells,
    changes,
    decoded,
    encoded,
    looks,
    respliced,
    shared_strings,
)
from deid.formats.ooxml.container import (
    Container,
    in_words,
    is_member_name,
    open_container,
    place_of,
)
from deid.formats.ooxml.open_places import called, form_of, local
from deid.formats.ooxml.serials import (
    CACHED,
    CACHED_1904,
    is_date_format,
    serial_of,
    shown_date,
)
from deid.formats.ooxml.workbook_places import (
    HEADERS,
    between_codes,
    is_formula,
    is_open,
    is_plain_formula,
    keeps_formula,
    label_of,
    names_something,
)
from deid.labels import Label
from deid.parts import Assembly, part_texts

_BOOK: Final = "xl/workbook.xml"
_STRINGS: Final = "xl/sharedStrings.xml"
_STYLES: Final = "xl/styles.xml"
_SHEET: Final = re.compile(r"xl/worksheets/sheet(\d{0,9})\.xml")
_REFUSED: Final = (
    (re.compile(r"xl/pivot"), "a pivot table, which keeps a copy of its data"),
    (re.compile(r"xl/externalLinks?"), "links to other workbooks, which keep copies of their data"),
    (re.compile(r"xl/(?:connections|queryTables?)"), "a connection to data outside"),
    (re.compile(r"xl/(?:revisions|userNames)"), "a record of its changes"),
    (re.compile(r".*chartEx"), "a chart of a kind that cannot be examined"),
    (re.compile(r"xl/(?:dialogsheets|macrosheets)"), "a sheet with macros or dialogs"),
)
# Where programs for tables keep what tells texts and dates: elsewhere it would not be seen.
_AT: Final = {
    "workbook": re.compile(_BOOK),
    "worksheet": _SHEET,
    "styleSheet": re.compile(_STYLES),
    "sst": re.compile(_STRINGS),
}
_LEAST_ENCODED: Final = 19
_GROUPS: Final = ("si", "is", "text", "p")
_LEADS: Final = {"author": "Author: ", "creator": "Author: ", "lastModifiedBy": "Changed by: "}
_CALLED: Final = {"app": "properties", "core": "properties"}


@dataclass(frozen=True, slots=True)
class _Field:
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


@dataclass(frozen=True, slots=True)
class WorkbookFile(OneNote):
    """A workbook, which is one note."""

    document: Document
    container: Container
    raw: bytes = field(repr=False)
    fields: tuple[_Field, ...] = field(repr=False)
    files: tuple[tuple[str, int], ...] = field(repr=False)
    cells: Mapping[str, Sequence[Cell]] = field(repr=False)
    look: Looks
    options: ReadOptions
    format: ClassVar[str] = "xlsx"
    encoding: ClassVar[str] = "utf-8"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The workbook with its new texts, packed anew: what lies beside its parts is no text.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a replacement holds a character that XML cannot.
            UnsupportedFormat: what other places refer to would have to change.
        """
        after = part_texts(document, redacted)
        changed = {
            name: self.container.files[name].render(document, redacted, first=first)
            for name, first in self.files
        }
        written = _Written(self, after)
        output = self.container.rewritten(changed | written.members())
        again = read(output, name=document.id, options=self.options)
        if [one.text for one in again.fields] != [text for text in written.texts if text]:
            raise DefectError("the workbook does not read as it was written: nothing was written")
        return output


class _Written:
    """What changes in the members of a workbook, and what its parts then read."""

    def __init__(self, file: WorkbookFile, after: Sequence[str]) -> None:
        self._file = file
        self._values: dict[str, dict[int, str]] = {}
        self._typed: dict[str, set[int]] = {}
        self._formulas: dict[str, dict[int, str]] = {}
        self.texts = [text for _, text in zip(file.fields, after, strict=False)]
        changed = [
            (index, one, self.texts[index])
            for index, one in enumerate(file.fields)
            if self.texts[index] != one.text
        ]
        if changed:
            self._check(one for _, one, _ in changed)
            self._write_cells([row for row in changed if row[1].cell is not None])
            for index, one, text in reversed(changed):
                if one.cell is None:
                    self.texts[index] = self._write_place(one, text)

    def members(self) -> dict[str, bytes]:
        """The members that change."""
        members: dict[str, bytes] = {}
        for name in {*self._values, *self._typed, *self._formulas}:
            content = self._file.container.texts[name].rewritten(self._values.get(name, {}))
            typed, formulas = self._typed.get(name, set()), self._formulas.get(name, {})
            members[name] = respliced(content, typed, formulas) if typed or formulas else content
        return members

    def _check(self, changed: Iterator[_Field]) -> None:
        """What a table calls its columns is the text of cells, too; the two change together."""
        names = {
            place.value
            for markup in self._file.container.texts.values()
            for place in markup.places
            if place.name == "name" and local(place.path[-1]) == "tableColumn"
        }
        for one in changed:
            if one.cell is not None and one.text in names:
                raise _named(one.where)

    def _write_cells(self, changed: Sequence[tuple[int, _Field, str]]) -> None:
        texts = {
            (one.member, one.cell.element): text
            for _, one, text in changed
            if one.cell and one.number < 0
        }
        touched = {(one.member, one.cell.element) for _, one, _ in changed if one.cell}
        groups = {(one.member, one.cell.group) for _, one, _ in changed if one.cell}
        kept: set[int] = set()
        lost: set[int] = set()
        for member, row in self._file.cells.items():
            for cell in row:
                key = member, cell.element
                constant = cell.constant
                if key in texts:
                    values, is_untyped, constant = changes(cell, texts[key], self._file.look)
                    self._values.setdefault(member, {}).update(values)
                    if is_untyped:
                        self._typed.setdefault(member, set()).add(cell.element)
                if cell.shared is not None:
                    (lost if key in texts else kept).add(cell.shared)
                shares = cell.group != "" and (member, cell.group) in groups
                if cell.formula is not None and (key in touched or shares):
                    self._formulas.setdefault(member, {})[cell.formula] = constant
        self._blank(lost - kept)

    def _blank(self, lost: set[int]) -> None:
        """Empty the shared strings that no cell shows any more, and how they sound."""
        markup = self._file.container.texts.get(_STRINGS)
        if not lost or markup is None:
            return
        strings = [number for number, name in enumerate(markup.elements) if local(name) == "si"]
        gone = {strings[index] for index in lost}
        numbers = {
            number
            for number, place in enumerate(markup.places)
            if place.kind is not Kind.ATTRIBUTE and ancestor(markup, place.element, "si") in gone
        }
        self._values.setdefault(_STRINGS, {}).update(dict.fromkeys(numbers, ""))

    def _write_place(self, one: _Field, text: str) -> str:
        """Write a text into its place; what it then reads there."""
        place = self._file.container.texts[one.member].places[one.number]
        values = self._values.setdefault(one.member, {})
        if one.member == _STRINGS and values.get(one.number) == "":
            return ""
        if names_something(place):
            raise _named(one.where)
        before = decoded(values.get(one.number, place.value))
        value = before[: one.start] + text + before[one.start + len(one.text) :]
        if is_formula(place) and not keeps_formula(before, value):
            raise UnsupportedFormat(
                f"{one.where}: a formula or reference identifies: take it out, or write its value"
            )
        if "numCache" in map(local, place.path):
            value = serial_of(text, since_1904=self._file.look.since_1904) or text
        elif place.name == "formatCode":
            value = "General"
        values[one.number] = encoded(value) if place.kind is Kind.TEXT else value
        return text


def read(content: bytes, *, name: str, options: ReadOptions) -> WorkbookFile:
    """The note in a workbook.

    Raises:
        InputError: it is damaged, encrypted, empty, or a part of it cannot be examined.
    """
    container = open_container(content, options=options)
    _check(container)
    texts = container.texts
    look = looks(texts.get(_STYLES), since_1904=_since_1904(texts[_BOOK]))
    pool = shared_strings(texts.get(_STRINGS))
    strings = [
        decoded("".join(texts[_STRINGS].places[number].value for number in numbers))
        for numbers in pool
    ]
    sheets = {
        member: list(cells(texts[member], look, strings))
        for member in sorted(texts, key=_rank)
        if _SHEET.fullmatch(member)
    }
    used = {cell.shared for row in sheets.values() for cell in row}
    shown = {number for index in used if index is not None for number in pool[index]}
    known: list[tuple[str, str]] = []
    keys: set[str] = set()
    fields: list[_Field] = []
    for member, row in sheets.items():
        fields += _cell_fields(member, texts[member], row, known, keys)
    for member in sorted(texts, key=_rank):
        fields += _other_fields(member, texts[member], shown, look, sheets.get(member, ()))
    fields = [one for one in fields if one.text]
    for one in fields:
        if len(one.text) >= _LEAST_ENCODED:
            refuse_encoded(one.text, place=one.where)
    falls = _Falls(fields, _string_of(texts.get(_STRINGS)))
    return _assembled(content, name, container, fields, falls, sheets, look, options, known, keys)


def _assembled(
    content: bytes,
    name: str,
    container: Container,
    fields: Sequence[_Field],
    falls: _Falls,
    sheets: Mapping[str, Sequence[Cell]],
    look: Looks,
    options: ReadOptions,
    known: Sequence[tuple[str, str]],
    keys: set[str],
) -> WorkbookFile:
    if sum(len(one.text) for one in fields) > options.max_note_bytes:
        raise NoteTooLarge(
            f"the texts of the workbook are longer than {options.max_note_bytes} bytes: split it"
        )
    assembly = Assembly()
    for one in fields:
        assembly.add(
            one.text,
            one.where,
            label=one.label,
            lead=one.lead,
            goes_on=one.goes_on,
            form=one.form,
            falls_with=falls(one),
        )
    files: list[tuple[str, int]] = []
    for member, file in container.files.items():
        files.append((member, len(assembly)))
        file.add_to(assembly, place_of(member), lead="\n")
    for place in container.removed:
        assembly.remove(place)
    patient = next(iter(keys)) if len(keys) == 1 else ""
    document = assembly.document(name, patient=patient, known=dict.fromkeys(known))
    if not document.text.strip():
        raise EmptyNote("there is no text in the workbook")
    return WorkbookFile(
        document, container, content, tuple(fields), tuple(files), sheets, look, options
    )


class _Falls:
    """Tells which parts a formula, or how a text sounds, falls with, by their numbers."""

    def __init__(self, fields: Sequence[_Field], strings: Mapping[int, int]) -> None:
        self._strings = strings
        self._by_cell: dict[tuple[str, int], list[int]] = {}
        self._by_group: dict[tuple[str, str], list[int]] = {}
        self._by_text: dict[int, list[int]] = {}
        for number, one in enumerate(fields):
            if one.cell is None:
                continue
            self._by_cell.setdefault((one.member, one.cell.element), []).append(number)
            if one.cell.group:
                self._by_group.setdefault((one.member, one.cell.group), []).append(number)
            if one.cell.shared is not None:
                self._by_text.setdefault(one.cell.shared, []).append(number)
        self._groups = {key: tuple(numbers) for key, numbers in self._by_group.items()}

    def __call__(self, one: _Field) -> tuple[int, ...]:
        if one.cell is None:
            text = self._strings.get(one.number) if one.member == _STRINGS else None
            return () if text is None else tuple(self._by_text.get(text, ()))
        if one.number < 0:
            return ()
        group = self._groups.get((one.member, one.cell.group))
        return group or tuple(self._by_cell[one.member, one.cell.element])


def _string_of(markup: Markup | None) -> dict[int, int]:
    """Of the places among the shared strings, by their numbers, which string each is of."""
    if markup is None:
        return {}
    strings = [number for number, name in enumerate(markup.elements) if local(name) == "si"]
    index = {element: number for number, element in enumerate(strings)}
    found = {
        number: ancestor(markup, place.element, "si")
        for number, place in enumerate(markup.places)
        if place.kind is Kind.TEXT
    }
    return {number: index[of] for number, of in found.items() if of is not None}


def _check(container: Container) -> None:
    """Refuse what is no workbook, and the parts of one that keep copies of data.

    Raises:
        InputError: there is such a part.
    """
    kinds = {
        place.value
        for place in container.texts["[Content_Types].xml"].places
        if place.name == "ContentType"
    }
    if any("macroEnabled" in kind for kind in kinds):
        raise UnsupportedFormat("the workbook may hold macros: save it without them, as .xlsx")
    if _BOOK not in container.texts:
        raise MalformedRecord("there is no workbook in it: open it and save it anew as .xlsx")
    for member, markup in container.texts.items():
        for pattern, words in _REFUSED:
            if pattern.match(member):
                raise UnsupportedFormat(f"the workbook holds {words}: take it out")
        at = _AT.get(local(markup.elements[0]))
        if at is not None and at.fullmatch(member) is None:
            raise UnsupportedFormat(
                "a part of the workbook lies in an unusual place: open it and save it anew"
            )
        if any(local(name) == "dateGroupItem" for name in markup.elements):
            raise UnsupportedFormat(
                f"{in_words(member, _CALLED)} is filtered by dates: clear the filter"
            )


def _cell_fields(
    member: str,
    markup: Markup,
    row: Sequence[Cell],
    known: list[tuple[str, str]],
    keys: set[str],
) -> Iterator[_Field]:
    """The parts in the cells of a sheet; what they say of patients is gathered on the way."""
    formulas = {
        place.element: number
        for number, place in enumerate(markup.places)
        if place.kind is Kind.TEXT and local(place.path[-1]) == "f"
    }
    for cell, caption, column in captioned(row):
        where = f"{in_words(member, _CALLED)}, row {cell.row}, column {cell.column}"
        label = column.label if column else Label.DATE if cell.is_date else None
        lead = f"{caption.rstrip(':')}: " if caption else ""
        yield _Field(member, where, cell.text, label, lead, cell=cell)
        value = cell.text.strip()
        if column and column.known and value:
            known.append((column.known, value))
        if column and column.is_key and value:
            keys.add(value)
        number = formulas.get(cell.formula, -1) if cell.formula is not None else -1
        text = markup.places[number].value if number >= 0 else ""
        if text and text != cell.constant and not is_plain_formula(text):
            yield _Field(member, f"{where}, formula", text, cell=cell, number=number)


def _other_fields(
    member: str, markup: Markup, shown: set[int], look: Looks, row: Sequence[Cell]
) -> Iterator[_Field]:
    """The parts of a member that are no texts of cells."""
    taken = set(shown) if member == _STRINGS else {one for cell in row for one in cell.values}
    formulas = {cell.formula for cell in row}
    external = {place.element for place in markup.places if place.value == "External"}
    dates = _dated(markup)
    is_own = member.startswith("customXml/") and not member.endswith(".rels")
    before: tuple[str, int] | None = None
    for number, place in enumerate(markup.places):
        is_value = place.kind is Kind.TEXT and place.element in formulas
        if number in taken or is_value or not is_open(place, is_own=is_own):
            continue
        if place.name == "Target" and place.element not in external and _is_inner(place.value):
            continue
        where = in_words(member, _CALLED)
        label, lead = label_of(place), _LEADS.get(called(place), "")
        value = decoded(place.value) if place.kind is Kind.TEXT else place.value
        if ancestor(markup, place.element, "numCache") in dates:
            value = shown_date(value, since_1904=look.since_1904) or value
            cached = CACHED_1904 if look.since_1904 else CACHED
            yield _Field(member, where, value, Label.DATE, form=cached, number=number)
            continue
        if place.kind is Kind.TEXT and called(place) in HEADERS:
            for start, end in between_codes(value):
                yield _Field(member, where, value[start:end], number=number, start=start)
            continue
        group = _group(markup, place)
        goes_on = group is not None and group == before
        before = group
        form = LEFT_OUT if place.name == "formatCode" else form_of(place)
        yield _Field(member, where, value, label, lead, goes_on, form, number=number)


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


def _group(markup: Markup, place: Place) -> tuple[str, int] | None:
    """What the runs of one text have in common."""
    if place.kind is not Kind.TEXT or local(place.path[-1]) != "t":
        return None
    for name in _GROUPS:
        element = ancestor(markup, place.element, name)
        if element is not None:
            return name, element
    return None


def _since_1904(book: Markup) -> bool:
    return any(
        row["date1904"][1].value in ("1", "true")
        for row in attributes(book).values()
        if "date1904" in row
    )


def _is_inner(target: str) -> bool:
    return is_member_name(target.removeprefix("/").replace("../", ""))


def _rank(member: str) -> tuple[int, int, str]:
    found = _SHEET.fullmatch(member)
    return (0, int(found.group(1) or 0), member) if found else (1, 0, member)


def _named(where: str) -> UnsupportedFormat:
    return UnsupportedFormat(
        f"{where}: the name of a sheet, range, table or column of a table identifies, and formulas "
        "may refer to it: give it another name"
    )
