"""Files that are written as text: `data:` addresses and runs of base64 or hexadecimal (pure).

Nobody can examine them as text, so a note that holds one is refused.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from deid.errors import UnsupportedFormat

_DATA: Final = re.compile(r"\bdata\s*:\s*(?:[a-z]+/[a-z0-9.+*-]+|[a-z0-9=;-]*;\s*base64|,)", re.I)
_BASE64_WORD: Final = re.compile(r";\s*base64\s*,", re.IGNORECASE)
_RUN: Final = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_LINES: Final = re.compile(r"(?:[A-Za-z0-9+/]{60,}=*\s+){3}")
_HEX: Final = re.compile(r"[0-9A-Fa-f]{48,}")
_LONGEST: Final = 200


def refuse_encoded(text: str, *, place: str) -> None:
    """Refuse a text that holds a file or another text in an encoding of transport.

    Raises:
        UnsupportedFormat: it does.
    """
    tight = re.sub(r"[\t\n\r\f]", "", text) if ":" in text else ""
    if (
        _DATA.search(tight)
        or _BASE64_WORD.search(tight)
        or _LINES.search(text)
        or any(map(_is_packed, _RUN.findall(text)))
        or any(map(_is_hexadecimal, _HEX.findall(text)))
    ):
        raise UnsupportedFormat(
            f"{place}: holds a picture, a file or a text that is written in code (data:, base64 or "
            "hexadecimal), which cannot be examined: take it out"
        )


def _is_packed(run: str) -> bool:
    """Whether a run of letters and digits is base64, by its length or by what it reads."""
    if len(run) >= _LONGEST:
        return run.count("/") * 12 < len(run) and len(set(run)) > 20
    body = run.rstrip("=").replace("-", "+").replace("_", "/")
    if body.isalpha() and (body.islower() or body.isupper() or body.istitle()):
        return False
    try:
        data = base64.b64decode(body[: len(body) // 4 * 4], validate=True)
    except (binascii.Error, ValueError):
        return False
    return _reads(data)


def _is_hexadecimal(run: str) -> bool:
    return _reads(bytes.fromhex(run[: len(run) // 2 * 2]))


def _reads(data: bytes) -> bool:
    """Whether bytes are text that somebody could have written."""
    return all(byte in b"\t\n\r" or 0x20 <= byte < 0x7F for byte in data)
