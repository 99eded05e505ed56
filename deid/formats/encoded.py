"""Files that are written as text: `data:` addresses and runs of base64 or hexadecimal (pure).

Nobody can examine them as text, so a structured note that holds one is refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from deid.errors import UnsupportedFormat

_DATA: Final = re.compile(r"\bdata\s*:\s*(?:[a-z]+/[a-z0-9.+*-]+|[a-z0-9=;-]*;\s*base64|,)", re.I)
_BASE64_WORD: Final = re.compile(r";\s*base64\s*,", re.IGNORECASE)
_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{19,}={0,2}")
_LINES: Final = re.compile(r"(?<![A-Za-z0-9+/])(?:[A-Za-z0-9+/]{60,}+=*+\s++){3}")
_HEX: Final = re.compile(r"[0-9A-Fa-f]{48,}")
_LONGEST: Final = 200
_SHORTEST: Final = 12
_LONG: Final = 30


def refuse_encoded(text: str, *, place: str) -> None:
    """Refuse a text that holds a file or another text in an encoding of transport.

    Raises:
        UnsupportedFormat: it does.
    """
    tight = re.sub(r"[\t\n\r\f]", "", text) if ":" in text else ""
    if _DATA.search(tight) or _BASE64_WORD.search(tight) or is_encoded(text):
        raise UnsupportedFormat(
            f"{place}: holds a picture, a file or a text that is written in code (data:, base64 or "
            "hexadecimal), which cannot be examined: take it out"
        )


def is_encoded(text: str) -> bool:
    """Whether a text holds lines or a run of base64, or a run of hexadecimal, that hide another."""
    return (
        _LINES.search(text) is not None
        or any(map(_is_packed, _RUN.findall(text)))
        or any(map(_is_hexadecimal, _HEX.findall(text)))
    )


def _is_packed(run: str) -> bool:
    """Whether a run of letters and digits is base64, by its length or by what it reads."""
    if len(run) >= _LONGEST and run.count("/") * 12 < len(run) and len(set(run)) > 20:
        return True
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    if (
        len(body) < _LONGEST
        and body.isalpha()
        and (body.islower() or body.isupper() or body.istitle())
    ):
        return False
    # Where letters stand right before it, it begins at any of four places.
    return any(_reads(_decoded(body[start:])) for start in range(4))


def _decoded(body: str) -> bytes:
    """What is in base64 there, without what is no whole group of four at its end."""
    try:
        return base64.b64decode(body[: len(body) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_hexadecimal(run: str) -> bool:
    return any(_reads(bytes.fromhex(run[at : at + (len(run) - at) // 2 * 2])) for at in range(2))


def _reads(data: bytes) -> bool:
    """Whether bytes are text that somebody could have written, in UTF-8 or UTF-16."""
    if len(data) < _SHORTEST:
        return False
    for half in (data[::2], data[1::2]):
        if not any(half):
            data = bytes(one or other for one, other in zip(data[::2], data[1::2], strict=False))
    for cut in range(4):  # a character may have lost its end
        try:
            text = data[: len(data) - cut].decode("utf-8")
        except UnicodeDecodeError:
            continue
        return all(one.isprintable() or one in "\t\n\r" for one in text)
    plain = sum(byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in data)
    return len(data) >= _LONG and plain * 10 >= len(data) * 9  # in another encoding, or damaged
