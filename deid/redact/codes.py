"""Stand-ins for numbers, codes and addresses on the network, in the shape of the original.

Telephone numbers, addresses and names on the network come from the ranges that are set aside for
fiction and documentation, so that they reach nobody.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Final

from deid.redact import seeds

Draw = Callable[[int], int]
"""The next number from 0 up to, not including, the argument."""

_LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
_BLANKED = re.compile(r"([xX*#])\1+")
_PHONE_WORDS = re.compile(
    r"(?i)x|ext\.?|extn?|extension|pager|beeper|tel|phone|ph|fax|cell|mobile|home|work|office"
)
_ROOM_WORDS = re.compile(
    r"(?i)\b(?:room|rm|bay|bed|suite|ste|floor|fl|bldg|building|unit|exam|ward|theatre)\b"
)
_NANP = re.compile(
    r"(?:\+(?=1)|[^\d+])*(1\D{0,3})?([2-9]\d\d)\D{0,3}(\d{3})\D{0,3}(\d{4})(?!\d)", re.ASCII
)
_LOCAL = re.compile(r"\D*(\d{3})\D?(\d{4})(?!\d)", re.ASCII)
_UK_MOBILE = re.compile(r"\D*07(?:\D?\d){9}\D*", re.ASCII)
_SSN = re.compile(r"\D*\d{3}\D*\d{2}\D*\d{4}\D*", re.ASCII)
# RFC 5737 and RFC 3849.
_DOCUMENTATION_V4: Final = ("192.0.2", "198.51.100", "203.0.113")
_DOCUMENTATION_V6: Final = "2001:db8"


def stream(seed: bytes, *parts: str) -> Draw:
    """Numbers that the seed and the parts determine, one after the other."""
    place = 0

    def draw(bound: int) -> int:
        nonlocal place
        place += 1
        return seeds.number_below(seed, bound, *parts, str(place))

    return draw


def code(text: str, draw: Draw) -> str | None:
    """A code in the same shape; None for a description in words, which would turn to gibberish."""
    return None if re.search(r"[a-wyz][a-z]{3}", text) else reshape(text, draw)


def room(text: str, draw: Draw) -> str:
    """Another room, bay or bed; the word for it stays."""
    return reshape(text, draw, kept=_ROOM_WORDS)


def reshape(text: str, draw: Draw, *, kept: re.Pattern[str] = _BLANKED) -> str:
    """Every digit and letter drawn anew but for what matches `kept`; separators and case stay.

    Kept by default are runs of one `x`, `*` or `#`, which blank out what stood there.
    """
    stays = {place for run in kept.finditer(text) for place in range(*run.span())}
    return "".join(
        character if place in stays else _another(character, draw)
        for place, character in enumerate(text)
    )


def _another(character: str, draw: Draw) -> str:
    if character.isdigit():
        return str(draw(10))
    if not character.isalnum():
        return character
    letter = _LOWER[draw(len(_LOWER))]
    return letter.upper() if character.isupper() else letter


def phone(text: str, draw: Draw) -> str | None:
    """A number for fiction: 555-01xx in North America, 07700 900xxx in Britain.

    Other numbers, short ones and extensions get other digits. None where letters stand for digits.
    """
    if any(not _PHONE_WORDS.fullmatch(word) for word in re.findall(r"[^\W\d_]+\.?", text)):
        return None
    digits = [str(draw(10)) for character in text if character.isdigit()]
    if _UK_MOBILE.fullmatch(text):
        digits[:8] = "07700900"
    elif match := _NANP.match(text):
        start = 1 if match.group(1) else 0
        digits[:start] = "1" * start
        digits[start] = str(2 + draw(8))
        digits[start + 3 : start + 8] = "55501"
    elif _LOCAL.match(text):
        digits[:5] = "55501"
    return _refill(text, digits)


def ssn(text: str, draw: Draw) -> str:
    """Nine digits in an area and group that are given to nobody (9xx, groups 01 to 49)."""
    if not _SSN.fullmatch(text):
        return reshape(text, draw)
    digits = [str(draw(10)) for _ in range(9)]
    digits[0] = "9"
    digits[3:5] = f"{1 + draw(49):02d}"
    return _refill(text, digits)


def _refill(text: str, digits: list[str]) -> str:
    rest = iter(digits)
    return "".join(next(rest) if character.isdigit() else character for character in text)


def email(text: str, draw: Draw) -> str | None:
    """A mailbox at example.org (RFC 2606), in the case of the original."""
    if "@" not in text:
        return None
    mailbox = "".join(_LOWER[draw(len(_LOWER))] for _ in range(8)) + "@example.org"
    return mailbox.upper() if text.isupper() else mailbox


def url(text: str, draw: Draw) -> str:
    """An address at example.org; scheme, `www.` and whether there is a path stay."""
    match = re.match(r"\s*(?i:([a-z][a-z0-9+.\-]*)://)?(?i:(www\.))?([^/?#\s]*)([/?#]\S)?", text)
    scheme = match.group(1).lower() + "://" if match and match.group(1) else ""
    www = "www." if match and match.group(2) else ""
    path = f"/{draw(16**8):08x}" if match and match.group(4) else ""
    host = f"{'' if path else f'{draw(16**6):06x}.'}example.org"
    return scheme + www + host + path


def ip(text: str, draw: Draw) -> str | None:
    """An address for documentation (RFC 5737, RFC 3849); None where the text is no address."""
    try:
        version = ipaddress.ip_address(text.strip()).version
    except ValueError:
        return None
    if version == 4:
        return f"{_DOCUMENTATION_V4[draw(len(_DOCUMENTATION_V4))]}.{1 + draw(254)}"
    return f"{_DOCUMENTATION_V6}::{draw(1 << 16):x}:{1 + draw((1 << 16) - 1):x}"
