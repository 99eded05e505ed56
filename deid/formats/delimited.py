"""Tables in text, one record a line: `.csv` and `.tsv` (RFC 4180, with any of four delimiters).

Each record is a note, and each of its cells a part. Where a record at the start names the columns,
a cell is read behind its heading, columns that hold nothing but identifiers are replaced whole, and
records of one patient share stand-ins. Cells that do not change come back to the byte.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, EmptyNote, MalformedRecord, NoteTooLarge
from deid.formats import MAX_FILE_BYTES, ReadOptions, Unreadable
from deid.formats.columns import Column, column_of
from deid.formats.text import TextForm, decode, encode
from deid.parts import Assembly, part_texts

_DELIMITERS: Final = ",;\t|"
_LOOKED_AT: Final = 100
# What Excel writes to say which delimiter follows.
_SAID: Final = re.compile(r"sep=([,;\t|])(?:\r\n|\n|\r)")
_LONGEST_HEADING: Final = 60
# Below a title two headings must be known: one may be a word of the table itself.
_TITLE_RECORDS: Final = 20


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell: what it reads, and the range of the file's text that it is written in."""

    value: str = field(repr=False)
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class _Record:
    """A record with its line end, and the number of the line it begins on."""

    line: int
    start: int
    end: int
    cells: tuple[_Cell, ...] = field(repr=False)

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.value.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class DelimitedFile:
    """A table that was found to be well-formed.

    Attributes:
        name: what the file is called.
        text: everything behind the byte order mark.
        form: how it is written in bytes.
        delimiter: between two cells.
        body: offset of the first record.
        heading: line of the record of headings; 0: there is none.
        columns: what the columns hold, where that is known; empty without a record of headings.
        headings: what they are called.
        places: where each record stands in the text, with blank ones behind it, by its line.
        options: how files are read.
    """

    name: str = field(repr=False)
    text: str = field(repr=False)
    form: TextForm
    delimiter: str
    body: int
    heading: int
    columns: tuple[Column | None, ...]
    headings: tuple[str, ...] = field(repr=False)
    places: Mapping[int, tuple[int, int]] = field(repr=False)
    options: ReadOptions
    format: ClassVar[str] = "delimited"
    holds_ids: ClassVar[bool] = False

    @property
    def encoding(self) -> str:
        """Name of the encoding."""
        return self.form.encoding

    @property
    def head(self) -> bytes:
        """The byte order mark, the line that says the delimiter, and blank records at the start."""
        first, _ = next(iter(self.places.values()))
        return encode(self.text[:first], self.form)

    def notes(self) -> Iterator[Document | Unreadable]:
        """The records in their order; those too long as `Unreadable`."""
        for group in _groups(self.text, self.delimiter, self.body):
            record = group[0]
            size = len(self.text[record.start : record.end].encode("utf-8"))
            if size > self.options.max_note_bytes:
                limit = self.options.max_note_bytes
                yield Unreadable(
                    record.line, NoteTooLarge(f"the record is longer than {limit} bytes: split it")
                )
            else:
                yield self._document(record, is_heading=record.line <= self.heading)

    def content(self, document: Document) -> bytes:
        """The bytes of the record with its line end, and of blank ones behind it."""
        return self._bytes(self.text[slice(*self._range(document))])

    def line(self, document: Document) -> int:
        """The line that the record begins on, from 1."""
        return int(document.id.rpartition(":")[2])

    def pieces(self, output: bytes) -> Iterator[bytes]:
        """The records of an output, each with blank ones behind it."""
        body = output.removeprefix(self.head)
        if len(body) == len(output) and self.head:
            return
        try:
            text = body.decode(self.form.encoding)
            for group in _groups(text, self.delimiter, 0):
                yield self._bytes(text[group[0].start : group[-1].end])
        except (UnicodeError, MalformedRecord):
            yield body

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The record with its new cells, quoted as before or where they now have to be.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: the encoding of the file cannot hold the new text.
        """
        before = self.text[slice(*self._range(document))]
        record = next(_records(before, self.delimiter, 0))
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
        again = [cell.value for cell in next(_records(text, self.delimiter, 0)).cells]
        if again != list(after):
            raise DefectError("the record does not read as it was written: nothing was written")
        return self._bytes(text)

    def _range(self, document: Document) -> tuple[int, int]:
        return self.places[self.line(document)]

    def _bytes(self, text: str) -> bytes:
        return encode(text, TextForm(self.form.encoding))

    def _written(self, value: str, *, quoted: bool) -> str:
        if (
            quoted
            or value.startswith('"')
            or any(one in value for one in (self.delimiter, *"\r\n"))
        ):
            return '"' + value.replace('"', '""') + '"'
        return value

    def _document(self, record: _Record, *, is_heading: bool) -> Document:
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


def read(content: bytes, *, name: str, options: ReadOptions) -> DelimitedFile:
    """The records in a table.

    The delimiter of a `.tsv` is the tab. That of a `.csv` is the one of comma, semicolon, tab and
    vertical bar at which its first records have the same number of cells, and the most.

    Raises:
        EncodingError: the encoding is neither told nor certain.
        BinaryInput: the bytes are no text.
        EmptyNote: there is nothing but blanks.
        MalformedRecord: a quotation mark is not closed, or text stands behind a closed one.
        NoteTooLarge: the file is longer than `MAX_FILE_BYTES`.
    """
    text, form = decode(content, encoding=options.encoding, max_bytes=MAX_FILE_BYTES)
    said = _SAID.match(text)
    delimiter = said.group(1) if said else _delimiter(text, name)
    body = said.end() if said else 0
    if next(_groups(text, delimiter, body), None) is None:
        raise EmptyNote("there is no text in any cell")
    heading, headings = _found_headings(text, delimiter, body)
    # A table is refused as a whole, before its first record is used.
    groups = _groups(text, delimiter, body)
    places = {group[0].line: (group[0].start, group[-1].end) for group in groups}
    return DelimitedFile(
        name=name,
        text=text,
        form=form,
        delimiter=delimiter,
        body=body,
        heading=heading,
        columns=tuple(map(column_of, headings)),
        headings=headings,
        places=places,
        options=options,
    )


def _found_headings(text: str, delimiter: str, body: int) -> tuple[int, tuple[str, ...]]:
    """Line and cells of the record that names the columns; a title may stand above it."""
    groups = itertools.islice(_groups(text, delimiter, body), _TITLE_RECORDS)
    for number, (record, *_) in enumerate(groups):
        headings = _headings(record)
        if sum(column_of(one) is not None for one in headings) > (1 if number else 0):
            return record.line, headings
    return 0, ()


def _headings(record: _Record) -> tuple[str, ...]:
    """The cells of a record if they name columns: short, all different, one known."""
    values = tuple(cell.value for cell in record.cells)
    filled = [value.strip().lower() for value in values if value.strip()]
    names = len(set(filled)) == len(filled) and all(len(one) <= _LONGEST_HEADING for one in filled)
    return values if names and any(map(column_of, values)) else ()


def _delimiter(text: str, name: str) -> str:
    if name.lower().endswith(".tsv"):
        return "\t"
    return max(_DELIMITERS, key=lambda one: _regularity(text, one))


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    """How large a share of the first records have equally many cells, more than one; how many."""
    try:
        first = list(itertools.islice(_records(text, delimiter, 0), _LOOKED_AT))
    except MalformedRecord:
        return 0.0, 0
    sizes = Counter(len(record.cells) for record in first if not record.is_blank)
    size, count = max(sizes.items(), key=lambda item: (item[0] > 1, item[1]), default=(1, 0))
    return (count / sizes.total() if size > 1 else 0.0), size


def _groups(text: str, delimiter: str, start: int) -> Iterator[Sequence[_Record]]:
    """Each record that holds anything, with the blank ones behind it; leading ones are passed."""
    group: list[_Record] = []
    for record in _records(text, delimiter, start):
        if not record.is_blank and group:
            yield group
            group = []
        if group or not record.is_blank:
            group.append(record)
    if group:
        yield group


def _records(text: str, delimiter: str, start: int) -> Iterator[_Record]:
    pattern = _pattern(delimiter)
    line = _line_ends(text, 0, start) + 1
    while start < len(text):
        cells: list[_Cell] = []
        at, record_line = start, line
        while True:
            found = pattern.match(text, at)
            if found is None:
                raise MalformedRecord(
                    f"line {line}: a quotation mark is not closed, or text stands behind a closed "
                    "one: write the table anew with a program for tables"
                )
            quoted, plain, stop = found.group("quoted", "plain", "stop")
            value = plain if quoted is None else quoted.replace('""', '"')
            cells.append(_Cell(value, found.start(), found.start("stop"), quoted is not None))
            at = found.end()
            line += _line_ends(text, found.start(), at)
            if stop != delimiter:
                break
        yield _Record(record_line, start, at, tuple(cells))
        start = at


def _line_ends(text: str, start: int, end: int) -> int:
    both = text.count("\r\n", start, end)
    return text.count("\n", start, end) + text.count("\r", start, end) - both


@lru_cache
def _pattern(delimiter: str) -> re.Pattern[str]:
    one = re.escape(delimiter)
    return re.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>(?:[^"\r\n{one}][^\r\n{one}]*+)?))'
        rf"(?P<stop>{one}|\r\n|\n|\r|\Z)"
    )
