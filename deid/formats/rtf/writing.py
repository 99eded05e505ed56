"""New texts, written into a file of RTF (pure; RTF 1.9.1, Contents and Unicode RTF)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.formats.rtf.charsets import encoded
from deid.formats.rtf.places import Beside, BesidePlace, Picture, Run
from deid.formats.rtf.times import TIME_WORDS, packed, read

REMOVED: Final = b"\\removed "
"""What stands where the name of an unknown destination stood."""

_OPEN_WORD: Final = re.compile(rb"(?<!\\)(?:\\\\)*\\[A-Za-z]{1,32}(?:-?[0-9]{1,10})?\Z")
_JOINS: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789- ")
_LOOK_BACK: Final = 200
_LINE: Final = 128


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Other bytes for a range of the file.

    Attributes:
        start: offset of the first byte.
        end: offset behind the last one.
        content: what stands there instead.
        is_number: whether it is the number of a control word, which follows it without a space.
    """

    start: int
    end: int
    content: bytes = field(repr=False)
    is_number: bool = False


def rewritten(content: bytes, edits: Iterable[Edit]) -> bytes:
    """The file with other bytes in some ranges, and spaces where control words would run on."""
    output = bytearray()
    at = 0
    for edit in sorted(edits):
        output += content[at : edit.start]
        at = edit.end
        if edit.is_number:
            output += edit.content
            continue
        _append(output, edit.content)
        following = content[at : at + 1]
        if following and following[0] in _JOINS and _ends_in_word(output):
            output += b" "
    return bytes(output + content[at:])


def of_run(run: Run, text: str) -> Iterable[Edit]:
    """What changes where a run gets another text; its equal beginning and end stay."""
    old = run.text
    if text == old:
        return ()
    pieces = [(one.text, one.start, one.end) for one in _single(run)]
    first = 0
    at = 0
    while first < len(pieces) and text.startswith(pieces[first][0], at):
        at += len(pieces[first][0])
        first += 1
    last, end = len(pieces), len(text)
    while last > first and end - len(pieces[last - 1][0]) >= at:
        if not text.endswith(pieces[last - 1][0], at, end):
            break
        end -= len(pieces[last - 1][0])
        last -= 1
    start = pieces[first][1] if first < len(pieces) else pieces[-1][2]
    stop = pieces[last - 1][2] if last > first else start
    new = b"".join(escaped(one, run.codec, run.fallback) for one in text[at:end])
    return (Edit(start, stop, new),)


def of_place(place: BesidePlace, text: str) -> Iterable[Edit]:
    """What changes where a place in control words gets another text."""
    if text == place.text:
        return
    match place.sort:
        case Beside.WORD:
            for start, end in place.ranges:
                yield Edit(start, end, b"")
        case Beside.DESTINATION:
            for start, end in place.ranges:
                yield Edit(start, end, REMOVED)
        case Beside.NUMBER:
            for start, end in place.ranges:
                yield Edit(start, end, b"0", is_number=True)
        case Beside.PACKED_TIME:
            for start, end in place.ranges:
                yield Edit(start, end, str(packed(read(text))).encode(), is_number=True)
        case Beside.TIME:
            values = dict(zip(TIME_WORDS, read(text), strict=True))
            for (start, end), name in zip(place.ranges, place.names, strict=True):
                yield Edit(start, end, str(values[name]).encode(), is_number=True)


def of_picture(picture: Picture, data: bytes) -> Iterable[Edit]:
    """What changes where a picture becomes another."""
    if data == picture.data:
        return
    if picture.is_binary:
        yield Edit(picture.start, picture.end, b"\\bin%d " % len(data) + data)
    else:
        digits = data.hex()
        lines = (digits[at : at + _LINE] for at in range(0, len(digits), _LINE))
        yield Edit(picture.start, picture.end, "\r\n".join(lines).encode())
    for start, end in picture.digests:
        yield Edit(start, end, b"")


def escaped(character: str, codec: str, fallback: int) -> bytes:
    """A character as it is written in RTF."""
    if character in "\\{}":
        return b"\\" + character.encode()
    if character == "\t":
        return b"\\tab "
    if character in "\r\n":
        return b"\\line "
    if character == "\xa0":
        return b"\\~"
    if " " <= character <= "~":
        return character.encode()
    raw = encoded(character, codec)
    if raw is not None and raw >= b"\x80":
        return b"\\'%02x" % raw[0]
    units = character.encode("utf-16-le", "surrogatepass")
    return b"".join(
        b"\\u%d" % int.from_bytes(units[at : at + 2], "little", signed=True)
        + (b"?" * fallback or b" ")
        for at in range(0, len(units), 2)
    )


def _single(run: Run) -> Sequence[_Single]:
    """The characters of a run one by one, as far as each is written by itself."""
    found: list[_Single] = []
    for piece in run.pieces:
        if piece.is_plain:
            found += (
                _Single(one, piece.start + number, piece.start + number + 1)
                for number, one in enumerate(piece.text)
            )
        else:
            found.append(_Single(piece.text, piece.start, piece.end))
    return found


@dataclass(frozen=True, slots=True)
class _Single:
    text: str = field(repr=False)
    start: int
    end: int


def _append(output: bytearray, content: bytes) -> None:
    if content and content[0] in _JOINS and _ends_in_word(output):
        output += b" "
    output += content


def _ends_in_word(output: bytearray) -> bool:
    return _OPEN_WORD.search(bytes(output[-_LOOK_BACK:])) is not None
