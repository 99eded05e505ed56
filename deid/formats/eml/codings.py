"""Bodies in the encodings of transport (pure; RFC 2045, 6)."""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat

_PLAIN: Final = frozenset({"", "7bit", "8bit", "binary"})
_SOFT: Final = re.compile(rb"=[ \t]*\r?\n")
# Where programs read other characters; before any that is no digit, all read an equals sign.
_BAD: Final = re.compile(rb"=(?:=|[0-9A-Fa-f](?![0-9A-Fa-f]))")
_LINE: Final = 76


def decoded(raw: bytes, coding: str, place: str) -> bytes:
    """What a body holds.

    Raises:
        InputError: it is not in that encoding, or that is unknown.
    """
    if coding in _PLAIN:
        return raw
    if coding == "base64":
        try:
            return base64.b64decode(b"".join(raw.split()), validate=True)
        except binascii.Error:
            raise _malformed(place) from None
    if coding == "quoted-printable":
        if _BAD.search(raw):
            raise _malformed(place)
        return quopri.decodestring(raw)
    raise UnsupportedFormat(
        f"{place}: an encoding of transport that is not known, so it cannot be examined: save the "
        "e-mail anew"
    )


def encoded(new: bytes, raw: bytes, coding: str) -> bytes:
    """Another body as it is written; lines that did not change stay as they were.

    Args:
        new: what it shall hold.
        raw: how it was written.
        coding: its encoding.
    """
    if coding == "base64":
        end = b"\r\n" if b"\r\n" in raw or b"\n" not in raw else b"\n"
        digits = base64.b64encode(new)
        lines = [digits[at : at + _LINE] for at in range(0, len(digits), _LINE)]
        tail = end if raw.endswith(b"\n") else b""
        return end.join(lines) + tail
    if coding == "quoted-printable":
        return _quoted(new, raw)
    return new


def _quoted(new: bytes, raw: bytes) -> bytes:
    old = _logical(raw)
    lines = new.splitlines(keepends=True)
    same = [quopri.decodestring(line) for line in old]
    first = 0
    while first < min(len(lines), len(same)) and lines[first] == same[first]:
        first += 1
    last = 0
    while last < min(len(lines), len(same)) - first and lines[-1 - last] == same[-1 - last]:
        last += 1
    middle = lines[first : len(lines) - last]
    if len(middle) == len(old) - first - last:
        pairs = zip(middle, old[first:], same[first:], strict=False)
        written = [was if line == reads else _written(line) for line, was, reads in pairs]
    else:
        written = [_written(line) for line in middle]
    return b"".join([*old[:first], *written, *old[len(old) - last :]])


def _logical(raw: bytes) -> list[bytes]:
    """The lines of a body, each with those that it goes on in."""
    lines: list[bytes] = []
    goes_on = False
    for line in raw.splitlines(keepends=True):
        if goes_on:
            lines[-1] += line
        else:
            lines.append(line)
        goes_on = _SOFT.search(line) is not None
    return lines


def _written(line: bytes) -> bytes:
    body = line.rstrip(b"\r\n")
    end = line[len(body) :]
    pieces: list[bytes] = []
    current = b""
    for number, byte in enumerate(body):
        is_last = number == len(body) - 1
        is_plain = (0x21 <= byte <= 0x7E and byte != 0x3D) or (byte in b" \t" and not is_last)
        one = bytes([byte]) if is_plain else b"=%02X" % byte
        if len(current) + len(one) > _LINE - 1:
            pieces.append(current + b"=" + (end or b"\r\n"))
            current = b""
        current += one
    return b"".join([*pieces, current, end])


def _malformed(place: str) -> MalformedRecord:
    return MalformedRecord(
        f"{place}: it is not in the encoding that it names: save the e-mail anew"
    )
