"""The places of a message: segments, fields, repetitions, components, sub-components (pure).

HL7 v2.8, chapter 2.5. A line that begins with no segment's name goes on with the segment before
it: such line ends stand in the text of many files.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from deid.errors import MalformedRecord
from deid.formats.hl7.datatypes import Components, Use, is_datatype, use_of
from deid.formats.hl7.delimiters import HEADER, Delimiters, delimiters_of
from deid.formats.hl7.fields import NAMED_SEGMENTS, FieldMeaning, meaning_of
from deid.labels import Label

HEADERS: Final = frozenset({"MSH", "FHS", "BHS"})
_LINE: Final = re.compile(r"(?P<lead>\x0b*)(?P<body>[^\r\n]*)")
_NAME: Final = re.compile(r"(?P<name>[A-Z][A-Z0-9]{2})(?P<separator>[^\w\s])")
# Of the minimal lower layer protocol, behind the last segment (appendix C of v2.3.1).
_BLOCK_END: Final = "\x1c"
_NULL: Final = '""'
_OBSERVED: Final = {
    "XPN": Label.PERSON,
    "PN": Label.PERSON,
    "XCN": Label.DOCTOR,
    "CN": Label.DOCTOR,
    "CX": Label.IDNUM,
    "CK": Label.IDNUM,
    "EI": Label.IDNUM,
    "XON": Label.ORGANIZATION,
    "HD": Label.ORGANIZATION,
}


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment.

    Attributes:
        number: in its message, from 1.
        name: of three characters.
        start: offset of its name.
        end: offset behind its last character, before its line end.
    """

    number: int
    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that is not divided further, and not empty.

    Attributes:
        segment: that it stands in.
        field: number of its field, from 1.
        repetition: from 0.
        component: from 0.
        subcomponent: from 0.
        start: offset of its first character.
        end: offset behind its last.
        use: what it is.
        meaning: of its field.
        place: in plain words.
    """

    segment: Segment
    field: int
    repetition: int
    component: int
    subcomponent: int
    start: int
    end: int
    use: Use
    meaning: FieldMeaning | None
    place: str

    @property
    def group(self) -> tuple[int, int, int]:
        """What the values of one repetition of a field share."""
        return self.segment.number, self.field, self.repetition


@dataclass(frozen=True, slots=True)
class Syntax:
    """A message taken apart.

    Attributes:
        delimiters: that it names.
        segments: in their order.
        leaves: in the order of the text.
    """

    delimiters: Delimiters
    segments: tuple[Segment, ...]
    leaves: tuple[Leaf, ...] = field(repr=False)


def take_apart(text: str, *, place: str, delimiters: Delimiters | None = None) -> Syntax:
    """The places of a message.

    Args:
        text: from the start of its first segment, or the framing before it, on.
        place: where the message stands, for errors.
        delimiters: what holds where the text has no header, as at the end of a batch.

    Raises:
        MalformedRecord: the header names no delimiters, or text stands before it.
    """
    segments = tuple(_segments(text, place))
    first = segments[0]
    if first.name in HEADERS or delimiters is None:
        delimiters = delimiters_of(text[first.start : first.end], place=place)
    leaves = tuple(leaf for segment in segments for leaf in _leaves(text, segment, delimiters))
    return Syntax(delimiters, segments, leaves)


def _segments(text: str, place: str) -> Iterator[Segment]:
    begun: tuple[str, int] | None = None
    number, end = 0, 0
    separator = ""
    for line in _LINE.finditer(text):
        body = line["body"].rstrip(_BLOCK_END)
        match = _NAME.match(body)
        named = match is not None and _is_segment(match["name"])
        if match is not None and named and separator and match["separator"] != separator:
            named = match["name"] in HEADERS and HEADER.match(body) is not None
        if match is not None and named:
            if begun is not None:
                number += 1
                yield Segment(number, begun[0], begun[1], end)
            begun, separator = (match["name"], line.start("body")), match["separator"]
        elif body.strip() and begun is None:
            raise MalformedRecord(f"{place}: text stands before the first segment: take it out")
        if body.strip():
            end = line.start("body") + len(body)
    if begun is None:
        raise MalformedRecord(f"{place}: there is no segment")
    yield Segment(number + 1, begun[0], begun[1], end)


def _is_segment(name: str) -> bool:
    return name in NAMED_SEGMENTS or name[0] == "Z"


def _leaves(text: str, segment: Segment, delimiters: Delimiters) -> Iterator[Leaf]:
    start = segment.start + len(segment.name) + 1
    number = 1
    if segment.name in HEADERS:
        match = HEADER.match(text, segment.start)
        start = segment.start + 4 + (len(match["rest"]) if match else 0)
        number = 2
        if start >= segment.end:
            return
        start, number = start + 1, number + 1
    value_type = ""
    for at, end in _parted(text, start, segment.end, delimiters.field):
        if segment.name == "OBX" and number == 2:
            value_type = text[at:end]
        if at < end and text[at:end] != _NULL:
            meaning = _meaning(segment.name, number, value_type)
            yield from _values(text, segment, number, (at, end), meaning, delimiters)
        number += 1


def _meaning(segment: str, number: int, value_type: str) -> FieldMeaning | None:
    if (segment, number) == ("OBX", 5):
        datatype = value_type if is_datatype(value_type) else "TX"
        return FieldMeaning(datatype, _OBSERVED.get(datatype), "value")
    return meaning_of(segment, number)


def _values(
    text: str,
    segment: Segment,
    number: int,
    span: tuple[int, int],
    meaning: FieldMeaning | None,
    delimiters: Delimiters,
) -> Iterator[Leaf]:
    for repetition, (first, last) in enumerate(_parted(text, *span, delimiters.repetition)):
        components = [
            list(_parted(text, at, end, delimiters.subcomponent))
            for at, end in _parted(text, first, last, delimiters.component)
        ]
        values = [[text[at:end] for at, end in component] for component in components]
        for place, component in enumerate(components):
            for inner, (at, end) in enumerate(component):
                if at == end or text[at:end] == _NULL:
                    continue
                use = use_of(meaning, values, place, inner) if meaning else Use()
                yield Leaf(
                    segment=segment,
                    field=number,
                    repetition=repetition,
                    component=place,
                    subcomponent=inner,
                    start=at,
                    end=end,
                    use=use,
                    meaning=meaning,
                    place=_place(segment, number, repetition, place, inner, values),
                )


def _place(
    segment: Segment,
    number: int,
    repetition: int,
    component: int,
    subcomponent: int,
    values: Components,
) -> str:
    place = f"{segment.name}-{number}"
    if len(values) > 1 or len(values[component]) > 1:
        place += f".{component + 1}"
    if len(values[component]) > 1:
        place += f".{subcomponent + 1}"
    again = f", repetition {repetition + 1}" if repetition else ""
    return f"{place}{again} (segment {segment.number})"


def _parted(text: str, start: int, end: int, sign: str) -> Iterator[tuple[int, int]]:
    """The ranges between delimiters of one kind."""
    while sign:
        at = text.find(sign, start, end)
        if at < 0:
            break
        yield start, at
        start = at + 1
    yield start, end
