"""Case, and errors of typing."""

from __future__ import annotations

import random
import re
from typing import Final

from deid.evaluate.perturbations.family import EVERY, NAMES, Family, Scope, Severity, rewriting

_WORD: Final = r"[^\W\d_]+"
_LETTER: Final = r"[^\W\d_]"
_ROWS: Final = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def _neighbours() -> dict[str, str]:
    """Each letter's neighbours on a keyboard, and each digit's: digits stay digits."""
    table: dict[str, str] = {}
    for row, keys in enumerate(_ROWS):
        for place, key in enumerate(keys):
            below = _ROWS[row + 1][max(0, place - 1) : place + 1] if row + 1 < len(_ROWS) else ""
            above = _ROWS[row - 1][place : place + 2] if row else ""
            table[key] = keys[max(0, place - 1) : place] + keys[place + 1 : place + 2]
            table[key] += below + above
    digits = "1234567890"
    for place, key in enumerate(digits):
        table[key] = digits[max(0, place - 1) : place] + digits[place + 1 : place + 2]
    return table


_NEIGHBOURS: Final = _neighbours()


def _mistyped(match: re.Match[str], rng: random.Random) -> str:
    key = match.group()
    typed = rng.choice(_NEIGHBOURS[key.lower()])
    return typed.upper() if key.isupper() else typed


def _swapped(match: re.Match[str], rng: random.Random) -> str:
    return match[2] + match[1]


FAMILIES: Final = (
    Family(
        "upper-case", Severity.MEDIUM, Scope.NOTE, 1.0, "EVERYTHING IN CAPITALS",
        rewriting(_WORD, lambda match, rng: match.group().upper(), labels=None),
    ),
    Family(
        "lower-case", Severity.MEDIUM, Scope.NOTE, 1.0, "everything in small letters",
        rewriting(_WORD, lambda match, rng: match.group().lower(), labels=None),
    ),
    Family(
        "title-case", Severity.MEDIUM, Scope.NOTE, 1.0, "Every Word Capitalised",
        rewriting(_WORD, lambda match, rng: match.group().capitalize(), labels=None),
    ),
    Family(
        "random-case", Severity.HARD, Scope.NOTE, 0.5, "half of aLl lettErS in the OTHER case",
        rewriting(_LETTER, lambda match, rng: match.group().swapcase(), labels=None),
    ),
    Family(
        "swapped-case-names", Severity.MEDIUM, Scope.VALUES, 1.0, "names in sWAPPED cASE",
        rewriting(_WORD, lambda match, rng: match.group().swapcase(), labels=NAMES),
    ),
    Family(
        "typos", Severity.MEDIUM, Scope.NOTE, 0.03, "a neighbouring key was hit",
        rewriting(r"[A-Za-z0-9]", _mistyped, labels=None),
    ),
    Family(
        "typos-in-values", Severity.HARD, Scope.VALUES, 0.1, "the same, dense, in values alone",
        rewriting(r"[A-Za-z0-9]", _mistyped, labels=EVERY),
    ),
    Family(
        "deletions", Severity.MEDIUM, Scope.NOTE, 0.03, "letters and digits left out within words",
        rewriting(r"(?<=\w)\w(?=\w)", lambda match, rng: "", labels=None),
    ),
    Family(
        "doublings", Severity.LIGHT, Scope.NOTE, 0.03, "letters and digits typed twice",
        rewriting(r"\w", lambda match, rng: match.group() * 2, labels=None),
    ),
    Family(
        "transpositions", Severity.MEDIUM, Scope.NOTE, 0.06, "neighbours within words exchanged",
        rewriting(r"(\w)(\w)", _swapped, labels=None),
    ),
)  # fmt: skip
"""In the order of the table that is printed."""
