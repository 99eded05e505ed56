"""The encoding of a message, which it may name in MSH-18 (HL7 v2.8, table 0211)."""

from __future__ import annotations

import codecs
import re
from types import MappingProxyType
from typing import Final

from deid.errors import EncodingError
from deid.formats.text import decode

_REMEDY: Final = "pass the name of the encoding with --encoding"
_CODECS: Final = MappingProxyType(
    {
        "UNICODEUTF8": "utf-8",
        "UTF8": "utf-8",
        "GB180302000": "gb18030",
        "GB18030": "gb18030",
        "KSX1001": "euc_kr",
        "BIG5": "big5",
        "WINDOWS1252": "cp1252",
        "CP1252": "cp1252",
        **{f"8859{number}": f"iso8859-{number}" for number in range(1, 17) if number != 12},
        **{f"ISO8859{number}": f"iso8859-{number}" for number in range(1, 17) if number != 12},
    }
)
# They say no more than that the text begins with ASCII; many files say so and hold more.
_SAYING_NOTHING: Final = frozenset({"", "ASCII", "ISOIR6", "USASCII"})
_CHARSET_FIELD: Final = 18


def decoded(raw: bytes, *, told: str | None, place: str) -> tuple[str, str]:
    """The text of a message and the name of its encoding, in which it is written back to the byte.

    Args:
        raw: the bytes of the message.
        told: an encoding that the caller names; None: the one of MSH-18, else found out.
        place: where the message stands, for errors.

    Raises:
        EncodingError: the encoding is unknown, or not that of the bytes.
        BinaryInput: there are control characters.
    """
    encoding = _told(told) if told else _named(raw, place)
    if encoding is None:
        # The framing's block end is a control character and no part of any segment.
        _, form = decode(raw.translate(None, b"\x1c"), max_bytes=len(raw))
        encoding = form.encoding
    try:
        text = raw.decode(encoding)
        reversible = text.encode(encoding) == raw
    except UnicodeError:
        reversible, text = False, ""
    if not reversible:
        raise EncodingError(f"{place}: the bytes are not {encoding}, which it names: {_REMEDY}")
    return text, encoding


def _told(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise EncodingError("no such text encoding: pass another name with --encoding") from None


def _named(raw: bytes, place: str) -> str | None:
    """The codec of what MSH-18 names first; None where it names none, or ASCII."""
    line = re.split(rb"[\r\n]", raw.lstrip(b"\x0b\r\n \t"), maxsplit=1)[0].decode("latin-1")
    if not line.startswith("MSH"):
        return None
    fields = line.split(line[3:4])
    value = fields[_CHARSET_FIELD - 1] if len(fields) >= _CHARSET_FIELD else ""
    repetition = fields[1][1:2] if len(fields) > 1 else ""
    first = value.split(repetition)[0] if repetition else value
    name = re.sub(r"[^A-Z0-9]", "", first.upper())
    if name in _SAYING_NOTHING:
        return None
    if name not in _CODECS:
        raise EncodingError(
            f"{place}: MSH-18 names a character set that the program does not know: {_REMEDY}, or "
            "send the message in UNICODE UTF-8"
        )
    return _CODECS[name]
