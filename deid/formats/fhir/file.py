"""Files of FHIR in JSON: a resource, a Bundle of them, or a resource a line (NDJSON)."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import EncodingError, InputError, MalformedRecord, NoteTooLarge
from deid.formats import ReadOptions, Unreadable
from deid.formats.content import Content, digest, is_blank, line_end, lines
from deid.formats.fhir.people import People
from deid.formats.fhir.register import OF_PEOPLE, Register, people_in
from deid.formats.fhir.resource import Resource, alone, parse, read_resource
from deid.formats.fhir.tree import Members
from deid.formats.places import Places
from deid.formats.recent import Recent

# A line that is too long to be released still says who its patient is.
_LONGEST_PERSON: Final = 8


@dataclass(frozen=True, slots=True)
class FhirFile:
    """A file that is one resource, or one Bundle, and one note.

    Attributes:
        raw: the whole file.
        head: its byte order mark, if there is one.
        resource: the note.
    """

    raw: bytes = field(repr=False)
    head: bytes
    resource: Resource = field(repr=False)
    format: ClassVar[str] = "fhir"
    holds_ids: ClassVar[bool] = False
    encoding: ClassVar[str] = "utf-8"

    def notes(self) -> Iterator[Document | Unreadable]:
        """The one note."""
        yield self.resource.note.document

    def content(self, document: Document) -> bytes:
        """The bytes of the file, behind its mark."""
        return self.raw[len(self.head) :]

    def line(self, document: Document) -> None:
        """None: the note is the whole file."""

    def pieces(self, output: Content) -> Iterator[bytes]:
        """The whole output behind its mark, which is one note."""
        yield output[:].removeprefix(self.head)

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The resource with its new values, everything else to the byte as it was.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a place cannot hold its new text.
        """
        return self.resource.rewritten(document, redacted).encode("utf-8")


@dataclass(frozen=True, slots=True)
class FhirLinesFile:
    """A file of a resource a line, each of them a note.

    Attributes:
        name: what the file is called.
        head: its byte order mark, if there is one.
        raw: the whole file.
        options: how it is read.
        places: of the lines that hold a resource.
        people: of all lines.
        key: makes the stand-ins for ids, the same in all lines.
        recent: resources that are not written yet.
    """

    name: str = field(repr=False)
    head: bytes
    raw: Content = field(repr=False)
    options: ReadOptions
    places: Places = field(repr=False)
    people: People = field(repr=False)
    key: bytes = field(repr=False)
    recent: Recent[Resource] = field(default_factory=Recent, repr=False, compare=False)
    format: ClassVar[str] = "fhir-ndjson"
    holds_ids: ClassVar[bool] = False
    encoding: ClassVar[str] = "utf-8"

    def notes(self) -> Iterator[Document | Unreadable]:
        """The resources in their order; those that cannot be examined as `Unreadable`."""
        for number, _ in self.places:
            try:
                resource = self._resource(number)
                self.recent.put(number, resource, size=len(resource.text))
                yield resource.note.document
            except InputError as error:
                yield Unreadable(number, error)

    def content(self, document: Document) -> bytes:
        """The bytes of the line, with its end."""
        return self._line(_number(document))

    def line(self, document: Document) -> int:
        """The line that the resource stands on, from 1."""
        return _number(document)

    def pieces(self, output: Content) -> Iterator[bytes]:
        """The lines of an output, with their ends."""
        start = len(self.head) if output[: len(self.head)] == self.head else 0
        for begin, stop in lines(output, start):
            yield output[begin:stop]

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The line with its new values, everything else to the byte as it was.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a place cannot hold its new text.
        """
        number = _number(document)
        resource = self.recent.take(number) or self._resource(number)
        return resource.rewritten(document, redacted).encode("utf-8")

    def _line(self, number: int) -> bytes:
        start = self.places.start(number)
        return self.raw[start : line_end(self.raw, start)]

    def _resource(self, number: int) -> Resource:
        place, start = f"line {number}", self.places.start(number)
        if line_end(self.raw, start) - start > self.options.max_note_bytes:
            limit = self.options.max_note_bytes
            raise NoteTooLarge(f"{place} is longer than {limit} bytes: split it")
        line = self._line(number)
        text = _decoded(line, place=place)
        root = parse(text, place=place)
        return read_resource(
            text,
            root,
            id=f"{self.name}:{number}",
            place=place,
            people=self.people.around(alone(root)),
            options=self.options,
            key=self.key,
        )


def read(content: bytes, *, name: str, options: ReadOptions) -> FhirFile:
    """The resource or Bundle in a file of JSON.

    Raises:
        UnsupportedFormat: it is JSON of another kind, or holds what cannot be examined.
        MalformedRecord: it is no valid JSON, or no valid FHIR.
        EncodingError: it is not in UTF-8.
        NoteTooLarge: it is longer than `options.max_note_bytes`.
    """
    if len(content) > options.max_note_bytes:
        raise NoteTooLarge(
            f"the file is longer than {options.max_note_bytes} bytes: split it, or make NDJSON of "
            "it (a resource a line)"
        )
    head = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    text = _decoded(content[len(head) :], place="")
    root = parse(text, place="")
    resource = read_resource(text, root, id=name, place="", people=alone(root), options=options)
    return FhirFile(content, head, resource)


def read_lines(content: Content, *, name: str, options: ReadOptions) -> FhirLinesFile:
    """The resources in a file of NDJSON. Blank lines are no notes and do not come back.

    Raises:
        MalformedRecord: there is no resource in it.
    """
    head = content[: len(codecs.BOM_UTF8)]
    head = head if head == codecs.BOM_UTF8 else b""
    places = Places()
    for number, (start, stop) in enumerate(lines(content, len(head)), start=1):
        if not is_blank(content, start, stop):
            places.add(number, start)
    if not places:
        raise MalformedRecord("there is no resource in the file")
    register, here = Register(), _Here(content)
    for start, stop in people_lines(content, options):
        # Lines that cannot be read are refused when their turn comes.
        with suppress(InputError):
            register.add(here, start, stop)
    return FhirLinesFile(name, head, content, options, places, people_in(register), digest(content))


def people_lines(content: Content, options: ReadOptions) -> Iterator[tuple[int, int]]:
    """Where the lines of NDJSON begin and end that say anything of people."""
    for start, stop in lines(content):
        is_short = stop - start <= _LONGEST_PERSON * options.max_note_bytes
        if is_short and OF_PEOPLE.search(content[start:stop]):
            yield start, stop


@dataclass(frozen=True, slots=True)
class _Here:
    """The file at hand."""

    content: Content = field(repr=False)
    folder: ClassVar[str] = ""

    def resource(self, start: int, stop: int) -> Members:
        """The resource in these bytes of it."""
        return resource_of(self.content[start:stop])


def resource_of(content: bytes) -> Members:
    """The tree of a resource in JSON.

    Raises:
        InputError: it is none.
    """
    return parse(_decoded(content.removeprefix(codecs.BOM_UTF8), place=""), place="")


def _decoded(content: bytes, *, place: str) -> str:
    where = place or "the file"
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise EncodingError(
            f"{where} is not UTF-8 (byte {error.start}): save the file as UTF-8"
        ) from None


def _number(document: Document) -> int:
    return int(document.id.rpartition(":")[2])
