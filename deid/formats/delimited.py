"""Tables in text, one record a line: `.csv` and `.tsv` (RFC 4180, with any of four delimiters).

Each record is a note, and each of its cells a part. Where a record at the start names the columns,
a cell is read behind its heading, columns that hold nothing but identifiers are replaced whole, and
records of one patient share stand-ins. Cells that do not change come back to the byte.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, EmptyNote, MalformedRecord, NoteTooLarge
from deid.formats import ReadOptions, Unreadable
from deid.formats.columns import Column, column_of
from deid.formats.content import Content
from deid.formats.decoding import form_of
from deid.formats.places import Places
from deid.formats.records import Record, Table, first_record
from deid.formats.text import TextForm, encode
from deid.parts import Assembly, part_texts

_DELIMITERS: Final = ",;\t|"
_LOOKED_AT: Final = 100
# What Excel writes to say which delimiter follows.
_SAID: Final = re.compile(r"sep=([,;\t|])(?:\r\n|\n|\r)")
_LONGEST_SAID: Final = 7
_LONGEST_HEADING: Final = 60
# A record that is longer than a note may be is refused alone; one that is longer than this, with
# its whole file, for its end is not looked for.
_LONGEST: Final = 2
_LEAST_LONGEST: Final = 1 << 20
# No record reads so.
_NO_RECORD: Final = b"\0"
# Below a title two headings must be known: one may be a word of the table itself.
_TITLE_RECORDS: Final = 20


@dataclass(frozen=True, slots=True)
class DelimitedFile:
    """A table that was found to be well-formed.

    Attributes:
        name: what the file is called.
        table: its text.
        delimiter: between two cells.
        heading: line of the record of headings; 0: there is none.
        columns: what the columns hold, where that is known; empty without a record of headings.
        headings: what they are called.
        places: of the records that hold anything.
        options: how files are read.
    """

    name: str = field(repr=False)
    table: Table
    delimiter: str
    heading: int
    columns: tuple[Column | None, ...]
    headings: tuple[str, ...] = field(repr=False)
    places: Places = field(repr=False)
    options: ReadOptions
    format: ClassVar[str] = "delimited"
    holds_ids: ClassVar[bool] = False

    @property
    def encoding(self) -> str:
        """Name of the encoding."""
        return self.table.form.encoding

    @property
    def head(self) -> bytes:
        """The byte order mark, the line that says the delimiter, and blank records at the start."""
        return self.table.content[: self.places.at(0)[1]]

    def notes(self) -> Iterator[Document | Unreadable]:
        """The records in their order; those too long as `Unreadable`."""
        for record in self.table.records(self.delimiter):
            if record.is_blank:
                continue
            size = len(record.text.encode("utf-8"))
            if size > self.options.max_note_bytes:
                limit = self.options.max_note_bytes
                yield Unreadable(
                    record.line, NoteTooLarge(f"the record is longer than {limit} bytes: split it")
                )
            else:
                yield self._document(record, is_heading=record.line <= self.heading)

    def content(self, document: Document) -> bytes:
        """The bytes of the record with its line end, and of blank ones behind it."""
        raw = self.table.content
        start, end = self.places.range(self.line(document), len(raw))
        return raw[start:end]

    def line(self, document: Document) -> int:
        """The line that the record begins on, from 1."""
        return int(document.id.rpartition(":")[2])

    def pieces(self, output: Content) -> Iterator[bytes]:
        """The records of an output, each with blank ones behind it."""
        start = len(self.head)
        if output[:start] != self.head:
            return
        table = replace(self.table, content=output, start=start)
        piece = b""
        try:
            for record in table.records(self.delimiter):
                if not record.is_blank and piece:
                    yield piece
                    piece = b""
                if piece or not record.is_blank:
                    piece += self._bytes(record.text)
        except (UnicodeError, MalformedRecord, NoteTooLarge):
            piece = _NO_RECORD
        if piece:
            yield piece

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The record with its new cells, quoted as before or where they now have to be.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: the encoding of the file cannot hold the new text.
        """
        before = self.content(document).decode(self.encoding)
        record = first_record(before, self.delimiter)
        after = part_texts(document, redacted)
        pieces: list[str] = []
        at = 0
        for cell, value in zip(record.cells, after, strict=True):
            written = before[cell.start : cell.end]
            pieces += (
                before[at : cell.start],
                written if value == cell.value else self._written(value, quoted=cell.quoted),
            )
            at = cell.end
        text = "".join([*pieces, before[at:]])
        again = [cell.value for cell in first_record(text, self.delimiter).cells]
        if again != list(after):
            raise DefectError("the record does not read as it was written: nothing was written")
        return self._bytes(text)

    def _bytes(self, text: str) -> bytes:
        return encode(text, TextForm(self.encoding))

    def _written(self, value: str, *, quoted: bool) -> str:
        if (
            quoted
            or value.startswith('"')
            or any(one in value for one in (self.delimiter, *"\r\n"))
        ):
            return '"' + value.replace('"', '""') + '"'
        return value

    def _document(self, record: Record, *, is_heading: bool) -> Document:
        assembly = Assembly()
        patient = ""
        known: list[tuple[str, str]] = []
        for number, cell in enumerate(record.cells):
            place = f"line {record.line}, column {number + 1}"
            column = self.columns[number] if number < len(self.columns) else None
            if is_heading or number >= len(self.headings):
                assembly.add(cell.value, place)
                continue
            assembly.add(
                cell.value,
                place,
                label=column.label if column else None,
                lead=f"{self.headings[number].strip()}: ",
            )
            value = cell.value.strip()
            if column is None or not value:
                continue
            if column.known:
                known.append((column.known, value))
            if column.is_key and not patient:
                patient = value
        return assembly.document(f"{self.name}:{record.line}", patient=patient, known=known)


def read(content: Content, *, name: str, options: ReadOptions) -> DelimitedFile:
    """The records in a table.

    The delimiter of a `.tsv` is the tab. That of a `.csv` is the one of comma, semicolon, tab and
    vertical bar at which its first records have the same number of cells, and the most.

    Raises:
        EncodingError: the encoding is neither told nor certain.
        BinaryInput: the bytes are no text.
        EmptyNote: there is nothing but blanks.
        MalformedRecord: a quotation mark is not closed, or text stands behind a closed one.
        NoteTooLarge: a record is many times longer than a note may be.
    """
    form = form_of(content, encoding=options.encoding)
    table = Table(content, form, _LONGEST * options.max_note_bytes + _LEAST_LONGEST)
    said = _SAID.match(table.beginning(_LONGEST_SAID))
    body = len(form.mark) + (len(said.group().encode(form.encoding)) if said else 0)
    table = replace(table, start=body, line=2 if said else 1)
    delimiter = said.group(1) if said else _delimiter(table, name)
    filled = (record for record in table.records(delimiter) if not record.is_blank)
    if next(filled, None) is None:
        raise EmptyNote("there is no text in any cell")
    heading, headings = _found_headings(table, delimiter)
    return DelimitedFile(
        name=name,
        table=table,
        delimiter=delimiter,
        heading=heading,
        columns=tuple(map(column_of, headings)),
        headings=headings,
        # A table is refused as a whole, before its first record is used.
        places=table.places(delimiter),
        options=options,
    )


def _found_headings(table: Table, delimiter: str) -> tuple[int, tuple[str, ...]]:
    """Line and cells of the record that names the columns; a title may stand above it."""
    filled = (record for record in table.records(delimiter) if not record.is_blank)
    for number, record in enumerate(itertools.islice(filled, _TITLE_RECORDS)):
        headings = _headings(record)
        if sum(column_of(one) is not None for one in headings) > (1 if number else 0):
            return record.line, headings
    return 0, ()


def _headings(record: Record) -> tuple[str, ...]:
    """The cells of a record if they name columns: short, all different, one known."""
    values = tuple(cell.value for cell in record.cells)
    filled = [value.strip().lower() for value in values if value.strip()]
    names = len(set(filled)) == len(filled) and all(len(one) <= _LONGEST_HEADING for one in filled)
    return values if names and any(map(column_of, values)) else ()


def _delimiter(table: Table, name: str) -> str:
    if name.lower().endswith(".tsv"):
        return "\t"
    return max(_DELIMITERS, key=lambda one: _regularity(table, one))


def _regularity(table: Table, delimiter: str) -> tuple[float, int]:
    """How large a share of the first records have equally many cells, more than one; how many."""
    try:
        first = list(itertools.islice(table.records(delimiter), _LOOKED_AT))
    except (MalformedRecord, NoteTooLarge):
        return 0.0, 0
    sizes = Counter(len(record.cells) for record in first if not record.is_blank)
    size, count = max(sizes.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
    return (count / sizes.total() if size > 1 else 0.0), size
