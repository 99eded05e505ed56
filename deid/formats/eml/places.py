"""The places of an e-mail that hold words, and how a new text is written in each (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deid.datatypes import Form
from deid.errors import EncodingError, OutputError
from deid.formats.eml.addresses import written_comment, written_name
from deid.formats.eml.codings import encoded
from deid.formats.eml.parameters import Said, written
from deid.formats.eml.words import WORDS, coded, decoded_run, refuse_broken
from deid.labels import Label

_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")


class Sort(StrEnum):
    """What sort of place it is."""

    VALUE = "value"
    NAME = "name"
    COMMENT = "comment"
    VERBATIM = "verbatim"
    """Written as it is read."""
    PARAMETER = "parameter"
    FIELD = "field"
    """The name of a field, which goes with the field."""
    KIND = "kind"
    """A type that is not known."""
    LINES = "lines"
    """Text as it stands, in the encoding of the place."""
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters and where they are written.

    Attributes:
        text: the characters.
        start: offset of the first byte.
        end: offset behind the last one.
        is_coded: whether they are coded words.
    """

    text: str = field(repr=False)
    start: int
    end: int
    is_coded: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """Other bytes for a range of the file."""

    start: int
    end: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """A place that holds words.

    Attributes:
        sort: what it is.
        text: what it reads.
        where: it is, in plain words.
        ranges: where it is written.
        label: what it is known to hold.
        form: what its new text must be like.
        lead: what stands before it.
        name: of a parameter.
        said: of a parameter, how it is said.
        tail: what stands behind the text of a parameter, and says nothing.
        encoding: of a body, and of lines.
        coding: of a body, its encoding of transport.
        pieces: of a value, its characters.
        owner: number of the place of the name that it falls with; -1: none.
    """

    sort: Sort
    text: str = field(repr=False)
    where: str
    ranges: tuple[tuple[int, int], ...]
    label: Label | None = None
    form: Form | None = None
    lead: str = "\n"
    name: str = field(default="", repr=False)
    said: Said = Said.ONCE
    tail: str = ""
    encoding: str = "utf-8"
    coding: str = ""
    pieces: tuple[Piece, ...] = field(default=(), repr=False)
    owner: int = -1


def pieces_of(content: bytes, start: int, end: int, where: str) -> tuple[Piece, ...]:
    """The characters of the value of a field, unfolded, with coded words read.

    Raises:
        EncodingError: they are in no known encoding.
    """
    raw = content[start:end]
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise EncodingError(
            f"{where}: letters of the header are in no known encoding: save the e-mail anew"
        ) from None
    refuse_broken(text, where)
    found: list[Piece] = []
    at = 0
    for one in WORDS.finditer(text):
        found += _plain(text, at, one.start(), start)
        first, last = _byte(text, one.start(), start), _byte(text, one.end(), start)
        found.append(Piece(decoded_run(one.group(), where), first, last, is_coded=True))
        at = one.end()
    return (*found, *_plain(text, at, len(text), start))


def _plain(text: str, at: int, end: int, start: int) -> Iterator[Piece]:
    """What stands as it is in a stretch of a value, without its folds."""
    for fold in (*_FOLD.finditer(text, at, end), None):
        stop = fold.start() if fold else end
        if at < stop:
            yield Piece(text[at:stop], _byte(text, at, start), _byte(text, stop, start))
        at = fold.end() if fold else end


def _byte(text: str, at: int, start: int) -> int:
    return start + len(text[:at].encode("utf-8"))


def edits_of(place: Place, text: str, content: bytes) -> Iterator[Edit]:
    """What changes where a place gets another text.

    Raises:
        OutputError: the encoding of the place cannot hold it.
    """
    start, end = place.ranges[0]
    if place.sort not in (Sort.LINES, Sort.BODY):
        text = re.sub(r"[\r\n]+", " ", text)
    match place.sort:
        case Sort.VALUE:
            yield _value(place, text)
        case Sort.NAME:
            yield Edit(start, end, written_name(text))
        case Sort.COMMENT:
            yield Edit(start, end, written_comment(text))
        case Sort.VERBATIM | Sort.KIND:
            for one in place.ranges:
                yield Edit(*one, text.encode("utf-8"))
        case Sort.PARAMETER:
            if text:
                yield Edit(start, end, written(place.name, text + place.tail, place.said))
            for one in place.ranges[1 if text else 0 :]:
                yield without_parameter(content, *one)
        case Sort.FIELD:
            yield Edit(start, end, b"")
        case Sort.LINES:
            yield Edit(start, end, _coded(place, text))
        case Sort.BODY:
            raw = content[start:end]
            yield Edit(start, end, encoded(_coded(place, text), raw, place.coding))


def without_parameter(content: bytes, start: int, end: int) -> Edit:
    """What changes where a parameter is left out, with the semicolon before it."""
    return Edit(content.rindex(b";", 0, start), end, b"")


def _value(place: Place, text: str) -> Edit:
    """What changes in the value of a field: the words that differ, or all of it."""
    pieces = place.pieces
    start, end = pieces[0].start, pieces[-1].end
    is_raw = any(not one.is_coded and not one.text.isascii() for one in pieces)
    if any(one.is_coded for one in pieces) or not (is_raw or text.isascii()):
        return Edit(start, end, (text if text.isascii() else coded(text)).encode("ascii"))
    letters = [
        (one, at) for piece in pieces for one, at in zip(piece.text, _offsets(piece), strict=True)
    ]
    first = 0
    while first < min(len(letters), len(text)) and letters[first][0] == text[first]:
        first += 1
    last = 0
    most = min(len(letters), len(text)) - first
    while last < most and letters[-1 - last][0] == text[-1 - last]:
        last += 1
    begins = letters[first][1] if first < len(letters) else end
    stops = letters[len(letters) - last][1] if last else end
    return Edit(begins, stops, text[first : len(text) - last].encode("utf-8"))


def _offsets(piece: Piece) -> Sequence[int]:
    at = piece.start
    offsets = []
    for one in piece.text:
        offsets.append(at)
        at += len(one.encode("utf-8"))
    return offsets


def _coded(place: Place, text: str) -> bytes:
    try:
        return text.encode(place.encoding)
    except UnicodeError:
        raise OutputError(
            f"{place.where}: a replacement holds a character that {place.encoding} cannot hold: "
            "use a policy with tags"
        ) from None
