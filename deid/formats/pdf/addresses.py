"""Addresses of links as people read them, and back (RFC 3986, 2.1) (pure)."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote, unquote

_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"
_TIMES: Final = 3


def unquoted(address: str) -> str:
    """An address without signs of percent, also where they were written twice."""
    for _ in range(_TIMES):
        read = unquote(address, errors="replace")
        if read == address or "\ufffd" in read:
            break
        address = read
    return address


def quoted(address: str) -> str:
    """An address as it may stand in a file."""
    return quote(address, safe=_SAFE)
