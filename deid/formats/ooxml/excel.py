"""Workbooks: `.xlsx` (ISO/IEC 29500-1, 18).

A workbook is one note: its sheets row by row, each cell a part behind its heading. Then follow, as
parts of their own, formulas, comments, headers, names, drawings, properties, and whatever else a
person may have written in a text or an attribute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, EmptyNote, MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.encoded import refuse_encoded
from deid.formats.markup import Markup
from deid.formats.one_note import OneNote
from deid.formats.ooxml.cells import attributes, cells, decoded, looks, shared_strings
from deid.formats.ooxml.container import (
    Container,
    check_names,
    foreign_names,
    in_words,
    open_container,
    place_of,
)
from deid.formats.ooxml.names import names_of
from deid.formats.ooxml.open_places import local
from deid.formats.ooxml.pivot_areas import areas_of
from deid.formats.ooxml.pivot_fields import pivot_fields
from deid.formats.ooxml.pivot_grammar import DEFINITION, RECORDS, TABLE, is_pivot
from deid.formats.ooxml.pivots import caches_of
from deid.formats.ooxml.workbook_fields import (
    CALLED,
    SHEET,
    STRINGS,
    Book,
    Field,
    cell_fields,
    other_fields,
    rank,
)
from deid.formats.ooxml.workbook_writing import Falls, Written, strings_of, told
from deid.parts import Assembly, part_texts

_BOOK: Final = "xl/workbook.xml"
_STYLES: Final = "xl/styles.xml"
_REFUSED: Final = (
    (re.compile(r"xl/slicer"), "a slicer of a pivot table"),
    (re.compile(r"xl/timeline"), "a timeline of a pivot table"),
    (re.compile(r"xl/(?:revisions|userNames)"), "a record of its changes"),
    (re.compile(r".*chartEx"), "a chart of a kind that cannot be examined"),
    (re.compile(r"xl/(?:dialogsheets|macrosheets)"), "a sheet with macros or dialogs"),
)
# Where programs for tables keep what tells texts and dates: elsewhere it would not be seen.
_AT: Final = {
    "workbook": re.compile(_BOOK),
    "worksheet": SHEET,
    "styleSheet": re.compile(_STYLES),
    "sst": re.compile(STRINGS),
    "pivotTableDefinition": TABLE,
    "pivotCacheDefinition": DEFINITION,
    "pivotCacheRecords": RECORDS,
}
_LEAST_ENCODED: Final = 19


@dataclass(frozen=True, slots=True)
class WorkbookFile(OneNote):
    """A workbook, which is one note."""

    document: Document
    container: Container
    raw: bytes = field(repr=False)
    fields: tuple[Field, ...] = field(repr=False)
    files: tuple[tuple[str, int], ...] = field(repr=False)
    foreign: tuple[str, ...] = field(repr=False)
    book: Book = field(repr=False)
    options: ReadOptions
    format: ClassVar[str] = "xlsx"
    encoding: ClassVar[str] = "utf-8"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The workbook with its new texts, packed anew: what lies beside its parts is no text.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a replacement holds a character that XML cannot.
            UnsupportedFormat: a formula would have to change that no value stands beside.
        """
        after = part_texts(document, redacted)
        check_names(self.foreign, after[len(after) - len(self.foreign) :])
        changed = {
            name: self.container.files[name].render(document, redacted, first=first)
            for name, first in self.files
        }
        written = Written(self.book, self.fields, after)
        output = self.container.rewritten(changed | written.members())
        again = read(output, name=document.id, options=self.options)
        read_again = told(again.fields, [one.text for one in again.fields])
        if read_again != told(self.fields, written.texts):
            raise DefectError("the workbook does not read as it was written: nothing was written")
        return output


def read(content: bytes, *, name: str, options: ReadOptions) -> WorkbookFile:
    """The note in a workbook.

    Raises:
        InputError: it is damaged, encrypted, empty, or a part of it cannot be examined.
    """
    container = open_container(content, options=options)
    _check(container)
    book = _book(container.texts)
    known: list[tuple[str, str]] = []
    keys: set[str] = set()
    fields: list[Field] = []
    for member in book.cells:
        fields += cell_fields(book, member, known, keys)
    for member in sorted(book.texts, key=rank):
        if is_pivot(member):
            fields += pivot_fields(book, member, known, keys)
        else:
            fields += other_fields(book, member)
    fields = [one for one in fields if one.text]
    for one in fields:
        if len(one.text) >= _LEAST_ENCODED:
            refuse_encoded(one.text, place=one.where)
    if sum(len(one.text) for one in fields) > options.max_note_bytes:
        raise NoteTooLarge(
            f"the texts of the workbook are longer than {options.max_note_bytes} bytes: split it"
        )
    assembly = _assembled(fields, Falls(fields, strings_of(book.texts.get(STRINGS))))
    files: list[tuple[str, int]] = []
    for member, file in container.files.items():
        files.append((member, len(assembly)))
        file.add_to(assembly, place_of(member), lead="\n")
    foreign = foreign_names(container)
    for one_name in foreign:
        assembly.add(one_name, "name of an element")
    for place in container.removed:
        assembly.remove(place)
    patient = next(iter(keys)) if len(keys) == 1 else ""
    document = assembly.document(name, patient=patient, known=dict.fromkeys(known))
    if not document.text.strip():
        raise EmptyNote("there is no text in the workbook")
    return WorkbookFile(
        document, container, content, tuple(fields), tuple(files), foreign, book, options
    )


def _book(texts: Mapping[str, Markup]) -> Book:
    look = looks(texts.get(_STYLES), since_1904=_since_1904(texts[_BOOK]))
    pool = shared_strings(texts.get(STRINGS))
    strings = [
        decoded("".join(texts[STRINGS].places[number].value for number in numbers))
        for numbers in pool
    ]
    sheets = {
        member: list(cells(texts[member], look, strings))
        for member in sorted(texts, key=rank)
        if SHEET.fullmatch(member)
    }
    used = {cell.shared for row in sheets.values() for cell in row}
    shown = {number for index in used if index is not None for number in pool[index]}
    caches = caches_of(texts)
    areas = areas_of(texts, caches)
    return Book(texts, sheets, look, names_of(texts, sheets), frozenset(shown), caches, areas)


def _assembled(fields: Sequence[Field], falls: Falls) -> Assembly:
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
    return assembly


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
        names = set(map(local, markup.elements))
        if "dateGroupItem" in names:
            raise UnsupportedFormat(
                f"{in_words(member, CALLED)} is filtered by dates: clear the filter"
            )
        if names & {"ddeLink", "oleLink", "sheetDataSet"}:
            raise UnsupportedFormat(
                "the workbook holds a link to data of another program, or copies: take it out"
            )


def _since_1904(book: Markup) -> bool:
    return any(
        row["date1904"][1].value in ("1", "true")
        for row in attributes(book).values()
        if "date1904" in row
    )
