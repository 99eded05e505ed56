"""Files of HL7 v2 messages: single ones, several, batches (chapter 2.10.3), framed or not."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import InputError, MalformedRecord, NoteTooLarge, OutputError
from deid.formats import ReadOptions, Unreadable
from deid.formats.content import Content, count_lines, steps
from deid.formats.hl7.charset import decoded
from deid.formats.hl7.delimiters import HEADER, Delimiters, delimiters_of
from deid.formats.hl7.message import Message, read_message, rewritten
from deid.formats.places import Places
from deid.formats.recent import Recent

_BEGINNING: Final = re.compile(
    rb"(?:\A|(?<=[\r\n]))\x0b*"
    rb"(?:(?:MSH|FHS|BHS)(?P<sign>[^\w\s])(?:(?!(?P=sign))[^\w\s]){0,5}(?:(?P=sign)|[\r\n]|\Z)"
    rb"|(?:BTS|FTS)[^\w\s])"
)
# No header is longer up to where its delimiters end.
_REACH: Final = 4096
_MOST_BEFORE: Final = 1 << 20
_NOTHING: Final = b"\x0b\x1c\r\n \t"
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Hl7File:
    """A file of messages, each a note.

    Attributes:
        name: what the file is called.
        head: the byte order mark, if there is one.
        raw: the whole file.
        options: how it is read.
        places: of the messages, and of headers and trailers of batches.
        trailers: the delimiters of what names none itself, by the line it begins on.
        only: the message, where there is one.
        recent: messages that are not written yet.
    """

    name: str = field(repr=False)
    head: bytes
    raw: Content = field(repr=False)
    options: ReadOptions
    places: Places = field(repr=False)
    trailers: Mapping[int, Delimiters] = field(repr=False)
    only: Message | None = field(default=None, repr=False)
    recent: Recent[Message] = field(default_factory=Recent, repr=False, compare=False)
    format: ClassVar[str] = "hl7v2"
    holds_ids: ClassVar[bool] = False

    @property
    def encoding(self) -> str:
        """Name of the encoding; of several messages, each names its own in MSH-18."""
        return self.only.encoding if self.only else self.options.encoding or "MSH-18"

    def notes(self) -> Iterator[Document | Unreadable]:
        """The messages in their order; those that cannot be examined as `Unreadable`."""
        for line, _ in self.places:
            try:
                message = self._message(line)
                self.recent.put(line, message, size=len(message.text))
                yield message.document
            except InputError as error:
                yield Unreadable(line, error)

    def content(self, document: Document) -> bytes:
        """The bytes of the message, with its framing and line ends."""
        start, end = self._range(self._line(document))
        return self.raw[start:end]

    def line(self, document: Document) -> int | None:
        """The line that the message begins on, from 1; None where it is the only one."""
        return None if self.only else self._line(document)

    def pieces(self, output: Content) -> Iterator[bytes]:
        """The messages of an output, with framing and line ends."""
        start = len(self.head)
        if output[:start] != self.head:
            return
        at = start
        for begin in islice(_begins(output, start), 1, None):
            yield output[at:begin]
            at = begin
        yield output[at : len(output)]

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The message with its new values, everything else to the byte as it was.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: the encoding of the message cannot hold the new text.
        """
        line = self._line(document)
        message = self.recent.take(line) or self._message(line)
        text = rewritten(message, document, redacted)
        try:
            return text.encode(message.encoding)
        except UnicodeEncodeError:
            raise OutputError(
                f"a replacement holds a character that {message.encoding} cannot hold: send the "
                "message in UNICODE UTF-8, or use a policy with tags"
            ) from None

    def _line(self, document: Document) -> int:
        return self.places.at(0)[0] if self.only else int(document.id.rpartition(":")[2])

    def _range(self, line: int) -> tuple[int, int]:
        start, end = self.places.range(line, len(self.raw))
        return (len(self.head) if start == self.places.at(0)[1] else start), end

    def _message(self, line: int) -> Message:
        if self.only:
            return self.only
        single = len(self.places) == 1
        place = "the message" if single else f"the message on line {line}"
        start, end = self._range(line)
        limit = self.options.max_note_bytes
        if end - start > limit:
            raise NoteTooLarge(f"{place} is longer than {limit} bytes: split it")
        raw = self.raw[start:end]
        text, encoding = decoded(raw, told=self.options.encoding, place=place)
        return read_message(
            text,
            id=self.name if single else f"{self.name}:{line}",
            encoding=encoding,
            place="" if single else place,
            options=self.options,
            delimiters=self.trailers.get(line),
        )


def read(content: Content, *, name: str, options: ReadOptions) -> Hl7File:
    """The messages in a file.

    Raises:
        MalformedRecord: it begins with no header, or one names no delimiters.
        InputError: it holds one message, and that cannot be examined.
    """
    beginning = content[: len(codecs.BOM_UTF8)]
    if beginning.startswith(_WIDE):
        raise MalformedRecord("the file is in UTF-16: save it as UTF-8")
    head = beginning if beginning == codecs.BOM_UTF8 else b""
    file = Hl7File(name, head, content, options, *_found(content, len(head)))
    if len(file.places) > 1:
        return file
    return replace(file, only=file._message(file.places.at(0)[0]))


def _begins(content: Content, start: int) -> Iterator[int]:
    """Where messages, and headers and trailers of batches, begin behind the byte order mark."""
    if start and _BEGINNING.match(content[start : start + _REACH]):
        yield start
    for step in steps(content, start, before=1, after=_REACH):
        is_last = step.first + len(step.given) == len(content)
        for match in _BEGINNING.finditer(step.given, step.start - step.first):
            begin = step.first + match.start()
            # What ends where the bytes at hand end may go on behind them.
            is_cut = match.end() == len(step.given) and not is_last
            if begin < step.stop and not is_cut:
                yield begin


def _found(content: Content, start: int) -> tuple[Places, Mapping[int, Delimiters]]:
    """The places of messages, headers and trailers; and the delimiters of those without any."""
    places, trailers = Places(), dict[int, Delimiters]()
    held: Delimiters | None = None
    at, line = 0, 1
    for begin in _begins(content, start):
        if not places and not _is_nothing(content, start, begin):
            break
        # What stands before the first header belongs to it.
        line += count_lines(content, at, begin) if places else 0
        at = begin if places else start
        header = content[begin : begin + _REACH].lstrip(_NOTHING).decode("latin-1")
        if HEADER.match(header):
            held = delimiters_of(header, place=f"line {line}")
        elif held is None or header[3:4] != held.field:
            raise MalformedRecord(f"line {line}: a trailer of a batch without its header")
        else:
            trailers[line] = held
        places.add(line, begin)
    if not places:
        raise MalformedRecord(
            "the file does not begin with a header (MSH, FHS or BHS): it is no HL7 v2 message"
        )
    return places, trailers


def _is_nothing(content: Content, start: int, stop: int) -> bool:
    """Whether a range holds nothing but framing, blanks and line ends."""
    return stop - start <= _MOST_BEFORE and not content[start:stop].strip(_NOTHING)
