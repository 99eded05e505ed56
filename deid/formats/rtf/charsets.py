"""The code pages of RTF (pure; RTF 1.9.1, Character Set and Font Table)."""

from __future__ import annotations

import codecs
from types import MappingProxyType
from typing import Final

from deid.errors import EncodingError

SYMBOLS: Final = "symbols"
"""What stands for the code page of a font that shows other signs than letters."""

BASE: Final = MappingProxyType(
    {"ansi": "cp1252", "mac": "mac_roman", "pc": "cp437", "pca": "cp850"}
)
"""The code page that the word at the beginning of a file stands for."""

DOUBLE: Final = frozenset({"cp932", "gbk", "cp949", "cp950", "johab", "big5"})
"""Code pages in which some characters take two bytes."""

_FONT_CHARSETS: Final = MappingProxyType(
    {
        0: "cp1252", 2: SYMBOLS, 77: "mac_roman", 78: "cp932", 79: "cp949", 80: "gbk",
        81: "cp950", 83: "mac_hebrew", 84: "mac_arabic", 85: "mac_greek", 86: "mac_turkish",
        88: "mac_latin2", 89: "mac_cyrillic", 128: "cp932", 129: "cp949", 130: "johab",
        134: "gbk", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
        178: "cp1256", 179: "cp1256", 180: "cp1256", 181: "cp1255", 186: "cp1257", 204: "cp1251",
        222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
    }
)  # fmt: skip
_NAMES: Final = MappingProxyType(
    {936: "gbk", 10000: "mac_roman", 10006: "mac_greek", 10007: "mac_cyrillic", 10029: "mac_latin2",
     10081: "mac_turkish", 1361: "johab", 42: SYMBOLS, 65001: "utf-8"}
)  # fmt: skip


def of_number(number: int) -> str:
    """The codec for the number of a code page.

    Raises:
        EncodingError: none is known.
    """
    name = _NAMES.get(number, f"cp{number}")
    try:
        return name if name == SYMBOLS else codecs.lookup(name).name.replace("mac-", "mac_")
    except LookupError:
        raise _unknown() from None


def of_font(charset: int) -> str:
    """The codec for the character set of a font; empty for that of the file.

    Raises:
        EncodingError: none is known.
    """
    if charset == 1:
        return ""
    if charset not in _FONT_CHARSETS:
        raise _unknown()
    return _FONT_CHARSETS[charset]


def is_first_of_two(byte: int, codec: str) -> bool:
    """Whether a byte begins a character of two."""
    if codec == "cp932":
        return 0x81 <= byte <= 0x9F or 0xE0 <= byte <= 0xFC
    return codec in DOUBLE and 0x81 <= byte <= 0xFE


def decoded(raw: bytes, codec: str) -> str:
    """The character that one byte, or two, stand for.

    Raises:
        EncodingError: none.
    """
    if codec == SYMBOLS:
        return "".join(chr(one) if one < 0x80 else chr(0xF000 + one) for one in raw)
    try:
        return raw.decode(codec)
    except UnicodeError:
        raise EncodingError(
            "the file holds a character that its code page does not have: open it in a program "
            "for documents and save it anew"
        ) from None


def encoded(character: str, codec: str) -> bytes | None:
    """A character as the one byte of a code page; None where that has none for it."""
    if codec == SYMBOLS or codec in DOUBLE or codec == "utf-8":
        return None
    try:
        raw = character.encode(codec)
    except UnicodeError:
        return None
    return raw if len(raw) == 1 and raw.decode(codec) == character else None


def _unknown() -> EncodingError:
    return EncodingError(
        "the file names a code page that is unknown: open it in a program for documents and save "
        "it anew"
    )
