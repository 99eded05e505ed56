"""A message taken apart by its bytes: fields and parts (pure; RFC 5322, 2; RFC 2046, 5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats.eml.parameters import Typed, typed_of

MAX_PARTS: Final = 1000
"""How many parts a message may have."""

MAX_DEPTH: Final = 20
"""How deep parts may lie in parts."""

MAX_FIELD: Final = 100_000
"""How many bytes a field may have."""

_FIELD: Final = re.compile(
    rb"([!-9;-~]+)[ \t]*:((?:[^\x00-\x08\x0a-\x1f\x7f]|\r?\n(?=[ \t]))*)(\r?\n|\Z)"
)
_ONCE: Final = ("content-type", "content-transfer-encoding", "content-disposition", "content-id")
_END: Final = re.compile(rb"\r?\n")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a header.

    Attributes:
        name: in lower case.
        start: offset of its name.
        value_start: offset of its value, behind the colon and one blank.
        value_end: offset behind its value.
        end: offset behind the line end.
    """

    name: str = field(repr=False)
    start: int
    value_start: int
    value_end: int
    end: int


@dataclass(slots=True)
class Entity:
    """A message, or a part of one.

    Attributes:
        number: `1`, `1.2` and so on; empty for the message.
        fields: its header.
        typed: its type, if a field says it.
        start: offset of its body.
        end: offset behind.
        parts: its parts, if it has any.
        preamble: range before the first part.
        epilogue: range behind the last one.
        delimiters: ranges in which its boundary is written.
        default: the type that it has without one.
        lies: range of it with the delimiter before it; of a part.
    """

    number: str
    fields: list[Field]
    typed: Typed | None
    start: int
    end: int
    default: str = "text/plain"
    parts: list[Entity] = field(default_factory=list)
    preamble: tuple[int, int] = (0, 0)
    epilogue: tuple[int, int] = (0, 0)
    delimiters: list[tuple[int, int]] = field(default_factory=list)
    lies: tuple[int, int] = (0, 0)

    @property
    def kind(self) -> str:
        """Type and subtype, in lower case."""
        return self.typed.kind if self.typed is not None else self.default

    def walk(self) -> Iterator[Entity]:
        """It, and all parts in it."""
        yield self
        for part in self.parts:
            yield from part.walk()

    def value(self, content: bytes, name: str) -> str:
        """What a field says, unfolded; empty where there is none."""
        for one in self.fields:
            if one.name == name:
                raw = content[one.value_start : one.value_end]
                return re.sub(rb"\r?\n", b"", raw).decode("latin-1").strip()
        return ""


def message_of(content: bytes) -> Entity:
    """The message in a file.

    Raises:
        InputError: it is none, or programs read it in different ways.
    """
    if content.startswith((b"From ", b">From ")):
        raise UnsupportedFormat(
            "the file is a mailbox, or an e-mail taken out of one: save each e-mail as .eml"
        )
    message = _entity(content, 0, len(content), "", "text/plain", 0)
    if not message.fields and not _END.match(content):
        raise MalformedRecord("the file does not begin with the header of an e-mail: save it anew")
    if sum(1 for _ in message.walk()) > MAX_PARTS:
        raise MalformedRecord(f"the e-mail has more than {MAX_PARTS} parts")
    return message


def _entity(content: bytes, start: int, end: int, number: str, default: str, depth: int) -> Entity:
    if depth > MAX_DEPTH:
        raise MalformedRecord(f"parts lie more than {MAX_DEPTH} deep in each other")
    fields, body = _fields(content, start, end, number)
    names = [one.name for one in fields]
    for name in _ONCE:
        if names.count(name) > 1:
            raise MalformedRecord(f"{where(number)}: {name} is said twice: save the e-mail anew")
    found = next((one for one in fields if one.name == "content-type"), None)
    typed = typed_of(content, found.value_start, found.value_end, where(number)) if found else None
    entity = Entity(number, fields, typed, body, end, default)
    if entity.kind.startswith("multipart/"):
        _split(content, entity, depth)
    return entity


def where(number: str) -> str:
    """What a part is called in messages."""
    return f"part {number}" if number else "e-mail"


def _fields(content: bytes, start: int, end: int, number: str) -> tuple[list[Field], int]:
    fields: list[Field] = []
    at = start
    while at < end:
        blank = _END.match(content, at, end)
        if blank is not None:
            return fields, blank.end()
        found = _FIELD.match(content, at, end)
        if found is None:
            raise MalformedRecord(
                f"{where(number)}: a line of the header is no field: save the e-mail anew"
            )
        if found.end() - at > MAX_FIELD:
            raise MalformedRecord(f"{where(number)}: a field is longer than {MAX_FIELD} bytes")
        value_start = found.start(2)
        value_start += content[value_start : value_start + 1] in (b" ", b"\t")
        name = found[1].decode("ascii").lower()
        fields.append(Field(name, at, value_start, max(value_start, found.end(2)), found.end()))
        at = found.end()
    return fields, end


def _split(content: bytes, entity: Entity, depth: int) -> None:
    """Find the parts of a body."""
    boundary = entity.typed.value("boundary") if entity.typed is not None else ""
    if not boundary or len(boundary) > 200 or not boundary.isascii():
        raise MalformedRecord(f"{where(entity.number)}: its parts have no boundary")
    encoding = entity.value(content, "content-transfer-encoding").lower()
    if encoding not in ("", "7bit", "8bit", "binary"):
        raise MalformedRecord(f"{where(entity.number)}: parts in an encoding: save the e-mail anew")
    line = re.compile(
        rb"(?:^|(?<=\n))--(" + re.escape(boundary.encode("ascii")) + rb")(--)?[ \t]*(?:\r?\n|\Z)"
    )
    found = []
    for one in line.finditer(content, entity.start, entity.end):
        if one.start() == entity.start or content[one.start() - 1 : one.start()] == b"\n":
            found.append(one)
            if one[2]:
                break
    if len(found) < 2 or not found[-1][2]:
        raise MalformedRecord(
            f"{where(entity.number)}: its last part does not end, or it has none: save the e-mail "
            "anew"
        )
    default = "message/rfc822" if entity.kind == "multipart/digest" else "text/plain"
    entity.delimiters = [one.span(1) for one in found]
    entity.preamble = entity.start, _before(content, found[0].start(), entity.start)
    entity.epilogue = found[-1].end(), entity.end
    for index, (first, second) in enumerate(pairwise(found), 1):
        number = f"{entity.number}.{index}" if entity.number else str(index)
        stop = _before(content, second.start(), first.end())
        part = _entity(content, first.end(), stop, number, default, depth + 1)
        part.lies = first.start(), second.start()
        entity.parts.append(part)


def _before(content: bytes, at: int, least: int) -> int:
    """Where what lies before a delimiter ends: the line end before it belongs to that."""
    if at > least and content[at - 1 : at] == b"\n":
        at -= 1
        at -= at > least and content[at - 1 : at] == b"\r"
    return at
