"""One message as a note, and written back with other values in its places (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import Final

from deid.datatypes import Document, Redacted
from deid.errors import BinaryInput, DefectError, DeidError
from deid.formats import ReadOptions
from deid.formats.hl7.datatypes import Use
from deid.formats.hl7.delimiters import Delimiters
from deid.formats.hl7.embedded import (
    DATA_COMPONENT,
    Embedded,
    open_embedded,
    open_marked,
    refuse_encoded,
)
from deid.formats.hl7.escapes import Edit, Escapes
from deid.formats.hl7.known import Value, known_of, patient_of
from deid.formats.hl7.layout import arranged
from deid.formats.hl7.syntax import Leaf, Syntax, take_apart
from deid.labels import Label
from deid.parts import Assembly, part_texts

_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_TIMESTAMP: Final = re.compile(
    r"(?:18|19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
    r"(?:(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.\d{1,6})?)?)?)?(?:[+-]\d{4})?"
)
_DATE: Final = Use(Label.DATE)
_WHOLE: Final = "the message"
# Shorter ones may well be the same by chance.
_LONGEST_CODE: Final = 3


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the message that one or more parts of the note are.

    Attributes:
        leaf: the place.
        first: index of its first part.
        embedded: the document that lies there; None: the place is one part.
    """

    leaf: Leaf
    first: int
    embedded: Embedded | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A message that was read.

    Attributes:
        text: as it was decoded.
        encoding: name of its encoding.
        place: where it stands, for errors.
        syntax: its places.
        texts: what each of its leaves reads.
        slots: in the order of the note's parts.
        document: the note.
    """

    text: str = field(repr=False)
    encoding: str
    place: str
    syntax: Syntax
    texts: tuple[str, ...] = field(repr=False)
    slots: tuple[Slot, ...] = field(repr=False)
    document: Document

    @property
    def escapes(self) -> Escapes:
        """Reads and writes its values."""
        return Escapes(self.syntax.delimiters, self.encoding)


def read_message(
    text: str,
    *,
    id: str,  # noqa: A002
    encoding: str,
    place: str,
    options: ReadOptions,
    delimiters: Delimiters | None = None,
) -> Message:
    """The note that a message is.

    Args:
        text: as it was decoded.
        id: of the note.
        encoding: in which it was decoded.
        place: where it stands, for errors; empty where it is the whole file.
        options: how the file is read.
        delimiters: what holds where the text names none.

    Raises:
        InputError: part of it cannot be examined.
    """
    syntax = take_apart(text, place=place or _WHOLE, delimiters=delimiters)
    for segment in syntax.segments:
        if _CONTROLS.search(text, segment.start, segment.end):
            raise BinaryInput(
                f"{place or _WHOLE}, segment {segment.number}: control characters stand in it: "
                "take them out"
            )
    syntax = replace(syntax, leaves=tuple(_dated(leaf, text) for leaf in syntax.leaves))
    escapes = Escapes(syntax.delimiters, encoding)
    texts = tuple(
        escapes.text(text[leaf.start : leaf.end], place=_at(place, leaf)) for leaf in syntax.leaves
    )
    pairs = list(zip(syntax.leaves, texts, strict=True))
    documents = dict(_documents(pairs, encoding, place, options))
    assembly = Assembly(between="")
    slots: list[Slot] = []
    opened = list(_open(pairs))
    reading = {leaf.start: value for leaf, value in opened}
    for leaf, lead in arranged([leaf for leaf, _ in opened], text, syntax.delimiters):
        words = lead if len(assembly) else lead.lstrip("\n")
        embedded = documents.get(leaf.start)
        slots.append(Slot(leaf, len(assembly), embedded))
        if embedded is not None:
            embedded.file.add_to(assembly, leaf.place, lead=words)
            continue
        refuse_encoded(reading[leaf.start], place=_at(place, leaf))
        assembly.add(reading[leaf.start], leaf.place, label=leaf.use.label, lead=words)
    inner = [pair for embedded in documents.values() for pair in embedded.file.known]
    known = dict.fromkeys([*known_of(pairs), *inner])
    document = assembly.document(id, patient=patient_of(pairs), known=known)
    return Message(text, encoding, place, syntax, texts, tuple(slots), document)


def _open(pairs: Sequence[Value]) -> Iterator[Value]:
    """The values that are parts: all but those of closed vocabularies.

    One of these is a part nevertheless where the same characters identify somebody elsewhere.
    """
    told = {value.strip().casefold() for leaf, value in pairs if leaf.use.label}
    for leaf, value in pairs:
        if not leaf.use.is_closed or (len(value) > _LONGEST_CODE and value.casefold() in told):
            yield leaf, value


def _dated(leaf: Leaf, text: str) -> Leaf:
    """The leaf, as a date where nothing is known of it and it reads as a time stamp."""
    is_open = leaf.use.label is None and not leaf.use.is_closed
    if is_open and _TIMESTAMP.fullmatch(text, leaf.start, leaf.end):
        return replace(leaf, use=_DATE)
    return leaf


def _documents(
    pairs: Sequence[Value], encoding: str, place: str, options: ReadOptions
) -> Iterator[tuple[int, Embedded]]:
    """The documents in fields of type ED or of text, by the offset of the value that each is."""
    for _, group in groupby(pairs, key=lambda pair: pair[0].group):
        field_values = list(group)
        meaning = field_values[0][0].meaning
        if meaning is None or meaning.datatype != "ED":
            for leaf, value in field_values:
                if leaf.use.label is not None:
                    continue
                at = _at(place, leaf)
                marked = open_marked(value, place=at, encoding=encoding, options=options)
                if marked is not None:
                    yield leaf.start, marked
            continue
        read = {leaf.component: value for leaf, value in field_values if not leaf.subcomponent}
        data = next((x for x, _ in field_values if x.component == DATA_COMPONENT), None)
        if data is None:
            continue
        values = (read.get(1, ""), read.get(2, ""), read.get(3, ""), read[DATA_COMPONENT])
        embedded = open_embedded(values, place=_at(place, data), encoding=encoding, options=options)
        if embedded is not None:
            yield data.start, embedded


def rewritten(message: Message, document: Document, redacted: Redacted) -> str:
    """The message with what the parts of its note read after redaction.

    Raises:
        DefectError: what was written does not read as it should.
        OutputError: a replacement cannot be written in this message.
    """
    after = part_texts(document, redacted)
    before = [part.span.of(document.text) for part in document.parts]
    edits = _edits(document, redacted)
    new: dict[int, str] = {}
    expected: dict[int, str] = {}
    for slot in message.slots:
        leaf, raw = slot.leaf, message.text[slot.leaf.start : slot.leaf.end]
        if slot.embedded is not None:
            content = slot.embedded.file.render(document, redacted, first=slot.first)
            if content != slot.embedded.content:
                written = slot.embedded.written(content, encoding=message.encoding)
                new[leaf.start] = message.escapes.escaped(written)
                expected[leaf.start] = written
        elif after[slot.first] != before[slot.first]:
            place = _at(message.place, leaf)
            new[leaf.start] = message.escapes.rewritten(raw, edits[slot.first], place=place)
            expected[leaf.start] = after[slot.first]
    if not new:
        return message.text
    text = _joined(message, new)
    _read_back(message, text, expected)
    return text


def _edits(document: Document, redacted: Redacted) -> dict[int, list[Edit]]:
    """What was replaced in each part, in offsets of the part."""
    found: dict[int, list[Edit]] = {}
    index = 0
    for one in redacted.redactions:
        span = one.finding.span
        while document.parts[index].span.end < span.end:
            index += 1
        start = document.parts[index].span.start
        edit = Edit(span.start - start, span.end - start, one.output_span.of(redacted.text))
        found.setdefault(index, []).append(edit)
    return found


def _joined(message: Message, new: dict[int, str]) -> str:
    pieces: list[str] = []
    at = 0
    for leaf in message.syntax.leaves:
        if leaf.start in new:
            pieces += (message.text[at : leaf.start], new[leaf.start])
            at = leaf.end
    return "".join([*pieces, message.text[at:]])


def _read_back(message: Message, text: str, expected: dict[int, str]) -> None:
    """Whether another program that reads the output sees the same places with the new values."""
    try:
        again = take_apart(text, place=_WHOLE, delimiters=message.syntax.delimiters)
        read = [
            message.escapes.text(text[leaf.start : leaf.end], place=leaf.place)
            for leaf in again.leaves
        ]
    except DeidError:
        raise _misread() from None
    wanted = [
        expected.get(leaf.start, value)
        for leaf, value in zip(message.syntax.leaves, message.texts, strict=True)
    ]
    places = [leaf.place for leaf in message.syntax.leaves]
    if read != wanted or [leaf.place for leaf in again.leaves] != places:
        raise _misread()
    if _skeleton(text, again) != _skeleton(message.text, message.syntax):
        raise _misread()


def _skeleton(text: str, syntax: Syntax) -> list[str]:
    """What stands between the values."""
    edges = [0, *(edge for leaf in syntax.leaves for edge in (leaf.start, leaf.end)), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _misread() -> DefectError:
    return DefectError("the message does not read as it was written: nothing was written")


def _at(place: str, leaf: Leaf) -> str:
    return f"{place}, {leaf.place}" if place else leaf.place
