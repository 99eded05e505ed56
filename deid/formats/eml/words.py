"""Words of headers that are written in code (pure; RFC 2047)."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from collections.abc import Iterator
from typing import Final

from deid.errors import EncodingError

_ANY: Final = r"=\?[^?\s]+\?[BbQq]\?[^?\r\n]*\?="
WORDS: Final = re.compile(rf"{_ANY}(?:(?:[ \t]|\r?\n(?=[ \t]))*{_ANY})*")
"""Coded words, with the blanks between them, which do not count."""

_WORD: Final = re.compile(r"=\?([^?*\s]+)(?:\*[^?\s]*)?\?([BbQq])\?([^?\r\n]*)\?=")
_BROKEN: Final = re.compile(r"=\?[^?]*\?[BbQq]\?")
CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Characters that no text has."""

_MOST: Final = 40


def header_text(raw: bytes, place: str) -> str:
    """What bytes of a header read as they stand (RFC 6532).

    Raises:
        EncodingError: they are no UTF-8.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise EncodingError(
            f"{place}: letters of the header are in no known encoding: save the e-mail anew"
        ) from None


def decoded_run(run: str, place: str) -> str:
    """What a run of coded words reads.

    Raises:
        EncodingError: it cannot be read.
    """
    pieces: list[tuple[str, bytes]] = []
    for found in _WORD.finditer(run):
        charset, coding, text = found[1].lower(), found[2].upper(), found[3]
        try:
            raw = _bytes(coding, text)
        except (binascii.Error, ValueError):
            raise _unreadable(place) from None
        if pieces and pieces[-1][0] == charset:
            pieces[-1] = charset, pieces[-1][1] + raw
        else:
            pieces.append((charset, raw))
    try:
        text = "".join(raw.decode(codec_of(charset)) for charset, raw in pieces)
    except (LookupError, ValueError):
        raise _unreadable(place) from None
    if CONTROLS.search(text):
        raise _unreadable(place)
    return text


def decoded_words(text: str, place: str) -> str:
    """A text with all its coded words read.

    Raises:
        EncodingError: one cannot be read, or programs read it in different ways.
    """
    refuse_broken(text, place)
    return WORDS.sub(lambda found: decoded_run(found.group(), place), text)


def refuse_broken(text: str, place: str) -> None:
    """Make sure that no coded word is written in a way that only some programs read.

    Raises:
        EncodingError: one is.
    """
    if _BROKEN.search(WORDS.sub(" ", text)):
        raise _unreadable(place)


def coded(text: str) -> str:
    """A text as coded words, parted by line ends where it is long."""
    return "\r\n ".join(_coded(text))


def _coded(text: str) -> Iterator[str]:
    piece = ""
    for character in text:
        if len((piece + character).encode("utf-8")) > _MOST:
            yield f"=?utf-8?b?{base64.b64encode(piece.encode('utf-8')).decode('ascii')}?="
            piece = ""
        piece += character
    yield f"=?utf-8?b?{base64.b64encode(piece.encode('utf-8')).decode('ascii')}?="


def _bytes(coding: str, text: str) -> bytes:
    if coding == "Q":
        return quopri.decodestring(text.replace("_", " ").encode("ascii"), header=False)
    tight = text.rstrip("=")
    return base64.b64decode(tight + "=" * (-len(tight) % 4), validate=True)


def codec_of(charset: str) -> str:
    """The codec for a set of characters.

    Raises:
        LookupError: it is unknown, or such that ASCII letters are others in it.
    """
    name = codecs.lookup(charset).name
    if name in ("utf-7", "unicode_escape", "raw_unicode_escape", "idna", "punycode"):
        raise LookupError
    if "az".encode(name) != b"az":
        raise LookupError
    return "cp1252" if name in ("ascii", "iso8859-1") else name


def _unreadable(place: str) -> EncodingError:
    return EncodingError(f"{place}: coded words cannot be read: save the e-mail anew")
