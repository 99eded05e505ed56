"""Files of HL7 v2 messages: single ones, several, batches (chapter 2.10.3), framed or not."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import InputError, MalformedRecord, NoteTooLarge, OutputError
from deid.formats import MAX_FILE_BYTES, ReadOptions, Unreadable
from deid.formats.hl7.charset import decoded
from deid.formats.hl7.delimiters import HEADER, Delimiters, delimiters_of
from deid.formats.hl7.message import Message, read_message, rewritten

_BEGINNING: Final = re.compile(
    rb"(?:\A|(?<=[\r\n]))\x0b*"
    rb"(?:(?:MSH|FHS|BHS)(?P<sign>[^\w\s])(?:(?!(?P=sign))[^\w\s]){0,5}(?:(?P=sign)|[\r\n]|\Z)"
    rb"|(?:BTS|FTS)[^\w\s])"
)
_LINE_END: Final = re.compile(rb"\r\n|\r|\n")
_NOTHING: Final = b"\x0b\x1c\r\n \t"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A message, or a header or trailer of a batch: the number of its first line and its bytes."""

    line: int
    start: int
    end: int
    inherited: Delimiters | None


@dataclass(frozen=True, slots=True)
class Hl7File:
    """A file of messages, each a note.

    Attributes:
        name: what the file is called.
        head: the byte order mark, if there is one.
        raw: the whole file.
        options: how it is read.
        units: the messages, and headers and trailers of batches, by the line they begin on.
        only: the message, where there is one.
    """

    name: str = field(repr=False)
    head: bytes
    raw: bytes = field(repr=False)
    options: ReadOptions
    units: Mapping[int, _Unit] = field(repr=False)
    only: Message | None = field(default=None, repr=False)
    format: ClassVar[str] = "hl7v2"
    holds_ids: ClassVar[bool] = False

    @property
    def encoding(self) -> str:
        """Name of the encoding; of several messages, each names its own in MSH-18."""
        return self.only.encoding if self.only else self.options.encoding or "MSH-18"

    def notes(self) -> Iterator[Document | Unreadable]:
        """The messages in their order; those that cannot be examined as `Unreadable`."""
        for unit in self.units.values():
            try:
                yield self._message(unit).document
            except InputError as error:
                yield Unreadable(unit.line, error)

    def content(self, document: Document) -> bytes:
        """The bytes of the message, with its framing and line ends."""
        unit = self._unit(document)
        return self.raw[unit.start : unit.end]

    def line(self, document: Document) -> int | None:
        """The line that the message begins on, from 1; None where it is the only one."""
        return None if self.only else self._unit(document).line

    def pieces(self, output: bytes) -> Iterator[bytes]:
        """The messages of an output, with framing and line ends."""
        start = len(self.head)
        if not output.startswith(self.head):
            return
        begins = _begins(output, start) or [start]
        for at, end in zip([start, *begins[1:]], [*begins[1:], len(output)], strict=True):
            yield output[at:end]

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The message with its new values, everything else to the byte as it was.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: the encoding of the message cannot hold the new text.
        """
        message = self._message(self._unit(document))
        text = rewritten(message, document, redacted)
        try:
            return text.encode(message.encoding)
        except UnicodeEncodeError:
            raise OutputError(
                f"a replacement holds a character that {message.encoding} cannot hold: send the "
                "message in UNICODE UTF-8, or use a policy with tags"
            ) from None

    def _unit(self, document: Document) -> _Unit:
        if self.only:
            return next(iter(self.units.values()))
        return self.units[int(document.id.rpartition(":")[2])]

    def _message(self, unit: _Unit) -> Message:
        if self.only:
            return self.only
        single = len(self.units) == 1
        place = "the message" if single else f"the message on line {unit.line}"
        raw = self.raw[unit.start : unit.end]
        limit = self.options.max_note_bytes
        if len(raw) > limit:
            raise NoteTooLarge(f"{place} is longer than {limit} bytes: split it")
        text, encoding = decoded(raw, told=self.options.encoding, place=place)
        return read_message(
            text,
            id=self.name if single else f"{self.name}:{unit.line}",
            encoding=encoding,
            place="" if single else place,
            options=self.options,
            delimiters=unit.inherited,
        )


def read(content: bytes, *, name: str, options: ReadOptions) -> Hl7File:
    """The messages in a file.

    Raises:
        MalformedRecord: it begins with no header, or one names no delimiters.
        NoteTooLarge: the file is longer than `MAX_FILE_BYTES`.
        InputError: it holds one message, and that cannot be examined.
    """
    if len(content) > MAX_FILE_BYTES:
        raise NoteTooLarge(f"the file is longer than {MAX_FILE_BYTES} bytes: split it")
    if content.startswith(_WIDE):
        raise MalformedRecord("the file is in UTF-16: save it as UTF-8")
    head = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    units = {unit.line: unit for unit in _units(content, len(head))}
    file = Hl7File(name, head, content, options, units)
    if len(units) > 1:
        return file
    (unit,) = units.values()
    return replace(file, only=file._message(unit))


def _begins(content: bytes, start: int) -> list[int]:
    """Where messages, and headers and trailers of batches, begin behind the byte order mark."""
    first = [start] if start and _BEGINNING.match(content[start : start + 16]) else []
    return first + [match.start() for match in _BEGINNING.finditer(content, start)]


def _units(content: bytes, start: int) -> Iterator[_Unit]:
    begins = _begins(content, start)
    if not begins or content[start : begins[0]].strip(_NOTHING):
        raise MalformedRecord(
            "the file does not begin with a header (MSH, FHS or BHS): it is no HL7 v2 message"
        )
    ends = [match.end() for match in _LINE_END.finditer(content)]
    held: Delimiters | None = None
    for at, end in zip([start, *begins[1:]], [*begins[1:], len(content)], strict=True):
        line = bisect_right(ends, at) + 1
        first = re.split(rb"[\r\n]", content[at:end].lstrip(_NOTHING), maxsplit=1)[0]
        header = first.decode("latin-1")
        if HEADER.match(header):
            held = delimiters_of(header, place=f"line {line}")
            yield _Unit(line, at, end, None)
        elif held is None or header[3:4] != held.field:
            raise MalformedRecord(f"line {line}: a trailer of a batch without its header")
        else:
            yield _Unit(line, at, end, held)
