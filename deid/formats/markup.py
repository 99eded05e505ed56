"""XML, text by text: every place that holds characters, and how each is written back (pure).

An application that reads XML may see characters in text, in attributes, in comments and in
processing instructions. Each such place is found with the range of bytes it is written in, so that
what does not change stays to the byte. Entities of a document's own, and with them external ones
and bombs, are refused (OWASP, XML External Entity Prevention).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from xml.parsers import expat
from xml.sax.saxutils import escape

from deid.errors import DefectError, EncodingError, MalformedRecord, NoteTooLarge, OutputError

MAX_DEPTH: Final = 200
"""How deep elements may lie in each other."""

MAX_ELEMENTS: Final = 3_000_000
"""How many elements a document may have."""

MAX_STEPS: Final = 3_000_000
"""How long all different paths to elements may be together."""

_DECLARED: Final = re.compile(
    rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z][A-Za-z0-9._-]*)["']"""
)
_ATTRIBUTE: Final = re.compile(
    rb"""\s+(?P<name>[^\s=<>/]+)\s*=\s*(?P<quote>["'])(?P<value>.*?)(?P=quote)""", re.DOTALL
)
_TAG_NAME: Final = re.compile(rb"<[^\s/>]+")
_TARGET: Final = re.compile(rb"<\?\S+\s+")
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Characters that XML 1.0 has no way to write, section 2.2.
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Kind(StrEnum):
    """What sort of place characters stand in."""

    TEXT = "text"
    SECTION = "section"
    """Text that is written without escapes, `<![CDATA[…]]>`."""
    ATTRIBUTE = "attribute"
    COMMENT = "comment"
    INSTRUCTION = "instruction"


@dataclass(frozen=True, slots=True)
class Place:
    """A place that holds characters.

    Attributes:
        kind: what sort of place.
        path: the elements it lies in, outermost first, as `namespace name`.
        element: number of the innermost one, counted in the order of the document from 0; -1
            beside the outermost.
        name: of the attribute, or the target of the instruction; empty for text and comments.
        value: what it reads.
        start: offset of its first byte in `Markup.data`.
        end: offset behind its last byte.
    """

    kind: Kind
    path: tuple[str, ...] = field(repr=False)
    element: int
    name: str = field(repr=False)
    value: str = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Extent:
    """Where an element is written, as offsets in `Markup.data`.

    Attributes:
        start: of its start tag.
        inner: behind its start tag.
        end: behind its end tag; equal to `inner` where one tag is both.
    """

    start: int
    inner: int
    end: int


@dataclass(frozen=True, slots=True)
class Markup:
    """A document of XML.

    Attributes:
        data: its characters in UTF-8, behind the byte order mark.
        places: every place that holds characters, in the order of the document.
        encoding: of the bytes that it was read from.
        mark: their byte order mark.
        parents: of each element the number of the one it lies in; -1 for the outermost.
        elements: of each element its name, as `namespace name`.
        extents: of each element where it is written.
    """

    data: bytes = field(repr=False)
    places: tuple[Place, ...] = field(repr=False)
    encoding: str
    mark: bytes
    parents: tuple[int, ...] = field(repr=False)
    elements: tuple[str, ...] = field(repr=False)
    extents: tuple[Extent, ...] = field(repr=False)

    def rewritten(self, values: Mapping[int, str]) -> bytes:
        """The document with other values in some places.

        Args:
            values: new values by the number of the place in `places`; what is equal to the old
                one stays as it is written.

        Raises:
            DefectError: the new document does not read as it should.
            OutputError: a value holds what XML or the encoding of the document cannot, or is the
                name of a namespace, by which elements are known.
        """
        pieces: list[bytes] = []
        at = 0
        for number, place in enumerate(self.places):
            value = values.get(number, place.value)
            if value == place.value:
                continue
            if place.kind is Kind.ATTRIBUTE and _is_namespace(place.name):
                raise OutputError(
                    "the name of a namespace (xmlns) identifies, and names of elements rest on it: "
                    "take it out"
                )
            pieces += (self.data[at : place.start], written(place.kind, value).encode("utf-8"))
            at = place.end
        if not pieces:
            return self.encoded(self.data)
        data = b"".join([*pieces, self.data[at:]])
        wanted = [values.get(number, place.value) for number, place in enumerate(self.places)]
        if not self._reads_as(data, wanted):
            raise DefectError("the document does not read as it was written: nothing was written")
        return self.encoded(data)

    def encoded(self, data: bytes) -> bytes:
        """Characters in UTF-8 as they stand in a file of the form of this one.

        Raises:
            OutputError: its encoding cannot hold them.
        """
        if self.encoding == "utf-8":
            return self.mark + data
        try:
            return self.mark + data.decode("utf-8").encode(self.encoding)
        except UnicodeError:
            raise OutputError(
                f"a replacement holds a character that {self.encoding} cannot hold: "
                "save the input as UTF-8, or use a policy with tags"
            ) from None

    def _reads_as(self, data: bytes, wanted: Sequence[str]) -> bool:
        """Whether new bytes hold the same places with these values; empty ones may be gone."""
        try:
            found = _parse(data)
        except MalformedRecord:
            return False
        pairs = zip(self.places, wanted, strict=True)
        old = [(place.kind, place.element, place.name, value) for place, value in pairs if value]
        new = [(one.kind, one.element, one.name, one.value) for one in found.places if one.value]
        same = tuple(found.parents) == self.parents and tuple(found.elements) == self.elements
        return same and old == new


def read_markup(content: bytes) -> Markup:
    """The places of a document.

    Raises:
        EncodingError: it is in an encoding that is unknown, or not the one that it declares.
        MalformedRecord: it is no well-formed XML, brings entities of its own, or is too deep.
    """
    text, encoding, mark = _decoded(content)
    if "\0" in text:
        raise MalformedRecord("NUL stands in the document, which XML does not know: take it out")
    data = text.encode("utf-8")
    found = _parse(data)
    parents, elements = tuple(found.parents), tuple(found.elements)
    extents = tuple(map(Extent, found.starts, found.inners, found.ends))
    return Markup(data, tuple(found.places), encoding, mark, parents, elements, extents)


def _decoded(content: bytes) -> tuple[str, str, bytes]:
    marked = [row for row in _MARKS if content.startswith(row[0])]
    mark, encoding = marked[0] if marked else (b"", _declared(content))
    try:
        text = content[len(mark) :].decode(encoding)
        reversible = text.encode(encoding) == content[len(mark) :]
    except (UnicodeError, LookupError):
        raise EncodingError(f"the document is not {encoding}: save it as UTF-8") from None
    if not reversible:
        raise EncodingError(f"{encoding} could not be written back to the byte: save it as UTF-8")
    return text, encoding, mark


def _declared(content: bytes) -> str:
    """The encoding that the declaration names; UTF-8 where it names none (XML 1.0, 4.3.3)."""
    found = _DECLARED.match(content)
    if found is None:
        return "utf-8"
    try:
        return codecs.lookup(found.group(1).decode("ascii")).name
    except LookupError:
        raise EncodingError("the document declares an unknown encoding: save it as UTF-8") from None


class _Parse:
    """What a parser has found so far."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.places: list[Place] = []
        self.parents: list[int] = []
        self.elements: list[str] = []
        self.starts: list[int] = []
        self.inners: list[int] = []
        self.ends: list[int] = []
        self._path: tuple[str, ...] = ()
        self._above: list[tuple[str, ...]] = []
        self._paths: dict[tuple[int, str], tuple[str, ...]] = {}
        self._steps = 0
        self._open: list[int] = []
        self._text: list[str] = []
        self._text_start = 0
        self._text_kind = Kind.TEXT
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.ordered_attributes = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.CommentHandler = self._comment
        self.parser.ProcessingInstructionHandler = self._instruction
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.StartCdataSectionHandler = self._begin_section
        self.parser.EndCdataSectionHandler = self._end_section

    @property
    def _here(self) -> int:
        return self.parser.CurrentByteIndex

    def _start(self, name: str, attributes: Sequence[str]) -> None:
        self._flush()
        if len(self._path) >= MAX_DEPTH:
            raise MalformedRecord(f"elements lie more than {MAX_DEPTH} deep in each other")
        if len(self.elements) >= MAX_ELEMENTS:
            raise NoteTooLarge(f"the document has more than {MAX_ELEMENTS} elements: split it")
        self.parents.append(self._open[-1] if self._open else -1)
        self.elements.append(name)
        self._open.append(len(self.parents) - 1)
        self._above.append(self._path)
        self._path = self._path_to(name)
        behind = self._here
        found = iter(zip(attributes[::2], attributes[1::2], strict=True))
        for raw, start, end in _attribute_ranges(self._data, self._here):
            key = raw.decode("utf-8")
            if _is_namespace(key):
                value = self._data[start:end].decode("utf-8")
                if "&" in value:
                    raise MalformedRecord("the name of a namespace is written in references")
            else:
                key, value = next(found)
            self._add(Kind.ATTRIBUTE, key, value, start, end)
            behind = end + 1
        self.starts.append(self._here)
        self.inners.append(self._data.index(b">", behind) + 1)
        self.ends.append(self.inners[-1])

    def _path_to(self, name: str) -> tuple[str, ...]:
        """The path to an element of the one that is open: one value for all alike."""
        key = id(self._path), name
        found = self._paths.get(key)
        if found is None:
            found = self._paths[key] = (*self._path, name)
            self._steps += len(found)
            if self._steps > MAX_STEPS:
                raise MalformedRecord("there are too many kinds of elements in the document")
        return found

    def _end(self, _: str) -> None:
        self._flush()
        self._path = self._above.pop()
        element = self._open.pop()
        if not self._data.endswith(b"/>", 0, self.inners[element]):
            self.ends[element] = self._data.index(b">", self._here) + 1

    def _characters(self, characters: str) -> None:
        if not self._text:
            self._text_start = self._here
        self._text.append(characters)

    def _begin_section(self) -> None:
        self._flush()
        self._text_kind = Kind.SECTION

    def _end_section(self) -> None:
        self._flush()
        self._text_kind = Kind.TEXT

    def _comment(self, characters: str) -> None:
        self._flush()
        start = self._here + len("<!--")
        self._add(Kind.COMMENT, "", characters, start, self._data.index(b"-->", start))

    def _instruction(self, target: str, characters: str) -> None:
        self._flush()
        found = _TARGET.match(self._data, self._here)
        if found is not None and characters:
            stop = self._data.index(b"?>", found.end())
            self._add(Kind.INSTRUCTION, target, characters, found.end(), stop)

    def _flush(self) -> None:
        if self._text:
            value = "".join(self._text)
            self._text.clear()
            self._add(self._text_kind, "", value, self._text_start, self._here)

    def _add(self, kind: Kind, name: str, value: str, start: int, end: int) -> None:
        element = self._open[-1] if self._open else -1
        self.places.append(Place(kind, self._path, element, name, value, start, end))


def _is_namespace(name: str) -> bool:
    return name == "xmlns" or name.startswith("xmlns:")


def _parse(data: bytes) -> _Parse:
    found = _Parse(data)
    try:
        found.parser.Parse(data, True)
    except expat.ExpatError as error:
        raise MalformedRecord(
            f"line {error.lineno}: no well-formed XML, or an entity that it does not know"
        ) from None
    return found


def _refuse_doctype(*_: object) -> None:
    raise MalformedRecord(
        "the document declares a type of its own (DOCTYPE), which may bring entities: take it out"
    )


def _attribute_ranges(data: bytes, at: int) -> Iterator[tuple[bytes, int, int]]:
    """Name and range of the value of each attribute of the tag that begins there."""
    name = _TAG_NAME.match(data, at)
    if name is None:
        raise DefectError("a tag does not begin where the parser says: nothing was read")
    at = name.end()
    while (found := _ATTRIBUTE.match(data, at)) is not None:
        yield found.group("name"), found.start("value"), found.end("value")
        at = found.end()


def written(kind: Kind, value: str) -> str:
    """A value as it is written in a place of that kind.

    Raises:
        OutputError: such a place cannot hold it.
    """
    if _UNWRITABLE.search(value):
        raise OutputError("a replacement holds a character that XML cannot hold")
    match kind:
        case Kind.TEXT:
            return escape(value, {"\r": "&#13;"})
        case Kind.ATTRIBUTE:
            more = {'"': "&quot;", "'": "&apos;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
            return escape(value, more)
        case _:  # what would end the place early does not read as it was written
            return value
