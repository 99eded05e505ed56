"""Rough handling: of a whole text without changing offsets, and of single values.

Case, line breaks, slips of scanner and hand, letters spaced out, values run into their neighbours.
"""

from __future__ import annotations

import random
import re

_UPPER_SHARE = 0.09
_LOWER_SHARE = 0.10
_REWRAP_SHARE = 0.08
_FLATTEN_SHARE = 0.05
_SLIPS_SHARE = 0.10
_SLIP_RATES = (0.01, 0.03)
_MISSPELT_SHARE = 0.05
_SPACED_SHARE = 0.006
_SCAN = {"l": "1", "1": "l", "O": "0", "0": "O", "o": "0", "I": "l", "S": "5", "5": "S", "B": "8"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def roughen(text: str, rng: random.Random) -> str:
    """The text as another hand or machine might have left it, of the same length."""
    draw = rng.random()
    if draw < _UPPER_SHARE:
        text = _recase(text, str.upper)
    elif draw < _UPPER_SHARE + _LOWER_SHARE:
        text = _recase(text, str.lower)
    draw = rng.random()
    if draw < _REWRAP_SHARE:
        text = _rewrap(text, rng.randint(50, 95))
    elif draw < _REWRAP_SHARE + _FLATTEN_SHARE:
        text = re.sub(r"[\r\n]", " ", text)
    if rng.random() < _SLIPS_SHARE:
        rate = rng.choice(_SLIP_RATES)
        text = "".join(_slip(char, rate, rng) for char in text)
    return text


def misspelt(value: str, rng: random.Random) -> str:
    """The value, now and then with one slip of the hand or with its letters spaced out."""
    draw = rng.random()
    if draw < _SPACED_SHARE and len(value) <= 20:
        return re.sub(r"(?<=\w)(?=\w)", " ", value)
    if draw > _MISSPELT_SHARE or len(value) < 4:
        return value
    at = rng.randrange(1, len(value) - 1)
    before, here, after, rest = value[:at], value[at], value[at + 1], value[at + 2 :]
    slips = (
        f"{before}{after}{rest}",
        f"{before}{here}{here}{after}{rest}",
        f"{before}{after}{here}{rest}",
        f"{before} {here}{after}{rest}",
        f"{before}{here}\n{after}{rest}" if not here.isalnum() else f"{before}{here}{rest}",
    )
    return rng.choice(slips).strip()


def _recase(text: str, change: object) -> str:
    changed = (change(char) for char in text)  # type: ignore[operator]
    return "".join(new if len(new) == 1 else old for new, old in zip(changed, text, strict=True))


def _rewrap(text: str, width: int) -> str:
    chars = list(text)
    column = 0
    for index, char in enumerate(chars):
        column = 0 if char == "\n" else column + 1
        if char == " " and column >= width:
            chars[index], column = "\n", 0
    return "".join(chars)


def _slip(char: str, rate: float, rng: random.Random) -> str:
    if rng.random() >= rate or not char.isalnum():
        return char
    if char in _SCAN:
        return _SCAN[char]
    return rng.choice(_LETTERS) if char.islower() else char
