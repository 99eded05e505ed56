r"""Escape sequences: what a value of a message reads, and how a new one is written (pure).

HL7 v2.8, chapter 2.7. Delimiters (`\F\`), hexadecimal data (`\X0D\`), line breaks and other
formatting (`\.br\`) and highlighting (`\H\`) are read; a stray escape character stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from deid.errors import MalformedRecord, OutputError, UnsupportedFormat
from deid.formats.hl7.delimiters import Delimiters

_BREAKING: Final = frozenset({"br", "sp", "ce"})
# Control characters that no text has; see `deid.formats.text`.
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# This switches back to ASCII (ESC ( B), which changes nothing.
_TO_ASCII: Final = "C2842"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a value: how it is written, and what it reads.

    Attributes:
        raw: as it is written.
        text: what it reads; empty for formatting without width.
        is_plain: whether it is written as it reads, so that it can be divided.
    """

    raw: str
    text: str
    is_plain: bool = False


@dataclass(frozen=True, slots=True)
class Edit:
    """A range of a value's text and what stands there now."""

    start: int
    end: int
    new: str


class Escapes:
    """Reads and writes values of one message.

    Args:
        delimiters: of the message.
        encoding: of the message, in which hexadecimal data is read.
    """

    def __init__(self, delimiters: Delimiters, encoding: str) -> None:
        self._escape = delimiters.escape
        self._encoding = encoding
        self._letters = {letter: sign for sign, letter in delimiters.escapes.items()}
        self._signs = delimiters.escapes
        self._pattern = _pattern(self._escape) if self._escape else None
        self._endless = _endless(self._escape) if self._escape else None

    def text(self, raw: str, *, place: str) -> str:
        """What a value reads.

        Raises:
            MalformedRecord: hexadecimal data is no text.
            UnsupportedFormat: another character set is switched to.
        """
        if self._pattern is None or self._escape not in raw:
            return raw
        return "".join(piece.text for piece in self.pieces(raw, place=place))

    def pieces(self, raw: str, *, place: str) -> Iterator[Piece]:
        """The value in stretches that are written as they read, and such that are not.

        Raises:
            MalformedRecord: hexadecimal data is no text.
            UnsupportedFormat: another character set is switched to.
        """
        at = 0
        for match in self._pattern.finditer(raw) if self._pattern else ():
            text = self._meaning(match, place)
            if text is None:
                continue
            if at < match.start():
                yield self._plain(raw[at : match.start()], place)
            yield Piece(match.group(), text)
            at = match.end()
        if at < len(raw):
            yield self._plain(raw[at:], place)

    def _plain(self, raw: str, place: str) -> Piece:
        if self._endless and self._endless.search(raw):
            raise MalformedRecord(
                f"{place}: hexadecimal data there has no end, or an odd number of digits, so it "
                "cannot be examined: write it anew"
            )
        return Piece(raw, raw, is_plain=True)

    def rewritten(self, raw: str, edits: Sequence[Edit], *, place: str) -> str:
        """The value with other text in some ranges, everything else as it is written.

        Args:
            raw: the value as it is written.
            edits: disjoint, in the order of its text.
            place: where it stands, for errors.

        Raises:
            OutputError: the message names no escape character and the new text needs one.
        """
        units = list(self._units(raw, edits, place))
        new = self._put_together(units, edits)
        wanted = _applied("".join(text for _, text in units), edits)
        if self.text(new, place=place) == wanted:
            return new
        # A stray escape character would make a sequence with what now follows it.
        plain = [(self.escaped(r) if r == t == self._escape else r, t) for r, t in units]
        return self._put_together(plain, edits)

    def escaped(self, text: str) -> str:
        """A text as a value of the message is written.

        Raises:
            OutputError: the message names no escape character and the text needs one.
        """
        return "".join(map(self._escaped, text))

    def _escaped(self, character: str) -> str:
        letter = self._signs.get(character)
        if letter is None and character == "\n":
            letter = ".br"
        elif letter is None and character in "\r\v\f":
            letter = f"X{ord(character):02X}"
        if letter is None:
            return character
        if not self._escape:
            raise OutputError(
                "a replacement holds a delimiter of the message, which names no escape character: "
                "use a policy with other replacements"
            )
        return f"{self._escape}{letter}{self._escape}"

    def _meaning(self, match: re.Match[str], place: str) -> str | None:
        """What a sequence reads; None if it is none."""
        body = match["body"]
        if body is None:
            return self._decoded(match.group(), place)
        if body in ("H", "N", _TO_ASCII):
            return ""
        if body[0] in "CM":
            raise UnsupportedFormat(
                f"{place}: an escape sequence switches to another character set, which cannot be "
                "examined: send the message in one character set, such as UNICODE UTF-8"
            )
        if body[0] == ".":
            command = body[1:3].lower()
            return "\n" if command in _BREAKING else " " if command == "sk" else ""
        return self._letters.get(body)

    def _decoded(self, run: str, place: str) -> str:
        digits = run.replace(self._escape, "").replace("X", "").replace("x", "")
        try:
            text = bytes.fromhex(digits).decode(self._encoding)
        except ValueError:
            raise MalformedRecord(
                f"{place}: hexadecimal data there is no text in the encoding of the message, so "
                "it cannot be examined: take it out"
            ) from None
        if _CONTROLS.search(text):
            raise MalformedRecord(
                f"{place}: hexadecimal data there holds control characters, so it is no text: "
                "take it out"
            )
        return text

    def _units(self, raw: str, edits: Sequence[Edit], place: str) -> Iterator[tuple[str, str]]:
        """Single characters as written and as read; sequences of several only where all stay."""
        at = 0
        for piece in self.pieces(raw, place=place):
            end = at + len(piece.text)
            if piece.is_plain:
                yield from zip(piece.raw, piece.text, strict=True)
            elif len(piece.text) > 1 and any(e.start < end and at < e.end for e in edits):
                yield from ((self.escaped(character), character) for character in piece.text)
            else:
                yield piece.raw, piece.text
            at = end

    def _put_together(self, units: Sequence[tuple[str, str]], edits: Sequence[Edit]) -> str:
        out: list[str] = []
        waiting = list(edits)
        at = 0
        for raw, text in units:
            while waiting and at >= waiting[0].end:
                waiting.pop(0)
            edit = waiting[0] if waiting else None
            if edit is not None and text and edit.start <= at < edit.end:
                if at == edit.start:
                    out.append(self.escaped(edit.new))
            else:
                out.append(raw)
            at += len(text)
        return "".join(out)


def _applied(text: str, edits: Sequence[Edit]) -> str:
    pieces: list[str] = []
    at = 0
    for edit in edits:
        pieces += (text[at : edit.start], edit.new)
        at = edit.end
    return "".join([*pieces, text[at:]])


@lru_cache
def _pattern(escape: str) -> re.Pattern[str]:
    """A sequence, or a run of hexadecimal ones, which may share a character of several bytes."""
    e = re.escape(escape)
    return re.compile(
        rf"(?:{e}[Xx](?:[0-9A-Fa-f]{{2}})+{e})+"
        rf"|{e}(?P<body>[FSTREPHN]|\.[A-Za-z]{{2}}[+-]?\d{{0,2}}|C[0-9A-F]{{4}}|M[0-9A-F]{{4,6}}){e}"
    )


@lru_cache
def _endless(escape: str) -> re.Pattern[str]:
    """What begins like hexadecimal data of three bytes and more."""
    return re.compile(rf"{re.escape(escape)}[Xx][0-9A-Fa-f]{{6}}")
