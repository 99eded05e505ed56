"""Records of tables in text, taken apart as they are read (RFC 4180, any of four delimiters)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from deid.errors import EncodingError, MalformedRecord, NoteTooLarge
from deid.formats.content import Content
from deid.formats.decoding import decoded, first_letters
from deid.formats.places import Places
from deid.formats.text import TextForm


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: what it reads, and the range of its record's text that it is written in."""

    value: str = field(repr=False)
    start: int
    end: int
    quoted: bool


@dataclass(frozen=True, slots=True)
class Record:
    """A record with its line end, and the number of the line it begins on."""

    line: int
    text: str = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)

    @property
    def is_blank(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.value.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A text of records.

    Attributes:
        content: the bytes of its file.
        form: how the text is written in them.
        longest: how many characters a record may have.
        start: offset of the first record.
        line: the line that it begins on, from 1.
    """

    content: Content = field(repr=False)
    form: TextForm
    longest: int
    start: int = 0
    line: int = 1

    def records(self, delimiter: str) -> Iterator[Record]:
        """The records in their order.

        Raises:
            MalformedRecord: a quotation mark is not closed, or text stands behind a closed one.
            NoteTooLarge: a record is longer than `longest`.
            UnicodeError: the bytes are not of the encoding.
        """
        pieces = decoded(self.content, self.start, self.form.encoding)
        text, line, at, is_all = "", self.line, 0, False
        while True:
            record = _record(text, at, delimiter, line)
            # What ends where the text at hand ends may go on behind it.
            if isinstance(record, int) or (at + len(record.text) == len(text) and not is_all):
                if is_all and at == len(text):
                    return
                if is_all and isinstance(record, int):
                    raise _malformed(line + line_ends(text[at:record]))
                text, at = text[at:], 0
                if len(text) > self.longest:
                    raise NoteTooLarge(
                        f"line {line}: a record is longer than {self.longest} characters, or a "
                        "quotation mark is not closed: split it, or write the table anew"
                    )
                text, is_all = _more(text, pieces)
                continue
            yield record
            line += line_ends(record.text)
            at += len(record.text)

    def places(self, delimiter: str) -> Places:
        """The places of the records that hold anything.

        Raises:
            EncodingError: they cannot be written back one by one.
            MalformedRecord, NoteTooLarge: as for `records`.
        """
        places, at = Places(), self.start
        for record in self.records(delimiter):
            if not record.is_blank:
                places.add(record.line, at)
            at += len(record.text.encode(self.form.encoding))
        if at != len(self.content):
            raise EncodingError(
                f"{self.form.encoding} could not be written back to the byte: save the file as "
                "UTF-8"
            )
        return places

    def beginning(self, count: int) -> str:
        """The first so many characters behind the byte order mark."""
        return first_letters(self.content, len(self.form.mark), self.form.encoding, count)


def first_record(text: str, delimiter: str) -> Record:
    """The record that a text begins with.

    Raises:
        MalformedRecord: a quotation mark is not closed, or text stands behind a closed one.
    """
    record = _record(text, 0, delimiter, 1)
    if isinstance(record, int):
        raise _malformed(1)
    return record


def line_ends(text: str) -> int:
    """How many line ends a text has, of any kind."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def _more(text: str, pieces: Iterator[str]) -> tuple[str, bool]:
    """A text at least twice as long, and whether there is no more of it."""
    more, wanted = [text], max(1, len(text))
    for piece in pieces:
        more.append(piece)
        wanted -= len(piece)
        if wanted <= 0:
            return "".join(more), False
    return "".join(more), True


def _record(text: str, start: int, delimiter: str, line: int) -> Record | int:
    """The record that begins at an offset; where there is none, the offset that tells it."""
    if start == len(text):
        return start
    pattern, cells, at = _pattern(delimiter), list[Cell](), start
    while True:
        found = pattern.match(text, at)
        if found is None:
            return at
        quoted, plain, stop = found.group("quoted", "plain", "stop")
        value = plain if quoted is None else quoted.replace('""', '"')
        end = found.start("stop") - start
        cells.append(Cell(value, at - start, end, quoted is not None))
        at = found.end()
        if stop != delimiter:
            return Record(line, text[start:at], tuple(cells))


def _malformed(line: int) -> MalformedRecord:
    return MalformedRecord(
        f"line {line}: a quotation mark is not closed, or text stands behind a closed one: write "
        "the table anew with a program for tables"
    )


@lru_cache
def _pattern(delimiter: str) -> re.Pattern[str]:
    one = re.escape(delimiter)
    return re.compile(
        rf'(?:"(?P<quoted>(?:[^"]|"")*+)"|(?P<plain>(?:[^"\r\n{one}][^\r\n{one}]*+)?))'
        rf"(?P<stop>{one}|\r\n|\n|\r|\Z)"
    )
