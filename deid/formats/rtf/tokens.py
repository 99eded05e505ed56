"""RTF, token by token: groups, control words and symbols, and text (pure; RTF 1.9.1, Contents)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from deid.errors import MalformedRecord

_TOKEN: Final = re.compile(
    rb"(?P<text>[^\\{}\r\n\x00-\x08\x0b\x0c\x0e-\x1f\x7f\t]+)"
    rb"|(?P<open>\{)|(?P<close>\})"
    rb"|\\(?P<word>[A-Za-z]+)(?P<number>-?[0-9]+)? ?"
    rb"|\\'(?P<byte>[0-9A-Fa-f]{2})"
    rb"|\\(?P<symbol>[^A-Za-z'])"
    rb"|(?P<tab>\t)|(?P<line>[\r\n]+)",
    re.DOTALL,
)
_LONGEST_WORD: Final = 32
_LONGEST_NUMBER: Final = 10


class Kind(StrEnum):
    """What sort of token it is."""

    TEXT = "text"
    OPEN = "open"
    CLOSE = "close"
    WORD = "word"
    BYTE = "byte"
    SYMBOL = "symbol"
    TAB = "tab"
    LINE = "line"
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Token:
    """A token.

    Attributes:
        kind: what sort it is.
        start: offset of its first byte.
        end: offset behind its last one, a space that ends a control word included.
        name: of a control word or symbol; the two digits of a byte.
        number: of a control word.
    """

    kind: Kind
    start: int
    end: int
    name: str = field(default="", repr=False)
    number: int | None = field(default=None, repr=False)


def tokens_of(content: bytes) -> Iterator[Token]:
    """The tokens of a file, one after the other without a gap.

    Raises:
        MalformedRecord: it is no RTF, or programs read it in different ways.
    """
    at = 0
    while at < len(content):
        found = _TOKEN.match(content, at)
        if found is None or found.lastgroup is None:
            raise MalformedRecord(f"byte {at}: what stands here is no RTF: save the file anew")
        token = _token(found)
        at = token.end
        yield token
        if token.name == "bin" and token.kind is Kind.WORD:
            length = token.number or 0
            if not 0 <= length <= len(content) - at:
                raise MalformedRecord(f"byte {at}: binary data is cut off: save the file anew")
            yield Token(Kind.BINARY, at, at + length)
            at += length


def _token(found: re.Match[bytes]) -> Token:
    start, end = found.span()
    group = "word" if found["word"] else found.lastgroup or ""
    if group != "word":
        name = found[group].decode("latin-1") if group in ("byte", "symbol") else ""
        return Token(Kind(group), start, end, name)
    number = found["number"]
    if len(found["word"]) > _LONGEST_WORD or len(number or b"") > _LONGEST_NUMBER + 1:
        raise MalformedRecord(
            f"byte {start}: a control word is too long, and programs read it in different ways: "
            "save the file anew"
        )
    value = None if number is None else int(number)
    return Token(Kind.WORD, start, end, found["word"].decode("ascii"), value)
