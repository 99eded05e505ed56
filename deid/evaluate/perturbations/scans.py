"""What a scanner and its reading of letters do."""

from __future__ import annotations

import random
import re
from types import MappingProxyType
from typing import Final

from deid.evaluate.perturbations.family import EVERY, Family, Scope, Severity, one_of, rewriting

_CONFUSED: Final = MappingProxyType(
    {
        "rn": ("m",), "m": ("rn",), "cl": ("d",), "d": ("cl",), "vv": ("w",), "w": ("vv",),
        "l": ("1", "I", "|"), "1": ("l", "I"), "I": ("l", "1"), "i": ("1", "l"),
        "O": ("0", "Q"), "0": ("O", "o"), "o": ("0", "c"), "S": ("5",), "5": ("S",),
        "B": ("8",), "8": ("B",), "Z": ("2",), "2": ("Z",), "G": ("6",), "6": ("G", "b"),
        "e": ("c",), "c": ("e",), "h": ("b",), "b": ("h", "6"), "n": ("ri",), "u": ("ii",),
        "g": ("9", "q"), "9": ("g",), "t": ("f",), "f": ("t",), "4": ("A",), "7": ("?",),
    }
)  # fmt: skip
_CONFUSABLE: Final = "|".join(sorted(map(re.escape, _CONFUSED), key=len, reverse=True))


def _misread(match: re.Match[str], rng: random.Random) -> str:
    return rng.choice(_CONFUSED[match.group()])


def _spaced(match: re.Match[str], rng: random.Random) -> str:
    return "   ".join(" ".join(word) for word in match.group().split())


def _hyphenated(match: re.Match[str], rng: random.Random) -> str:
    word = match.group()
    cut = rng.randint(2, len(word) - 2)
    return f"{word[:cut]}-\n{word[cut:]}"


FAMILIES: Final = (
    Family(
        "ocr", Severity.MEDIUM, Scope.NOTE, 0.03, "look-alike letters and digits misread",
        rewriting(_CONFUSABLE, _misread, labels=None),
    ),
    Family(
        "ocr-in-values", Severity.HARD, Scope.VALUES, 0.1, "the same, dense, in values alone",
        rewriting(_CONFUSABLE, _misread, labels=EVERY),
    ),
    Family(
        "ocr-specks", Severity.MEDIUM, Scope.NOTE, 0.05, "specks between words read as marks",
        rewriting(
            r"(?<=\w) (?=\w)", one_of(" . ", " | ", " ' ", " ~ ", " , ", " _ "), labels=None
        ),
    ),
    Family(
        "ocr-torn-words", Severity.MEDIUM, Scope.NOTE, 0.03, "a blank read with in a word",
        rewriting(r"(?<=\w\w)(?=\w\w)", one_of(" "), labels=None),
    ),
    Family(
        "letter-spaced", Severity.HARD, Scope.VALUES, 0.3, "s p a c e d values",
        rewriting(r"\S.*\S", _spaced, labels=EVERY),
    ),
    Family(
        "hyphenated", Severity.MEDIUM, Scope.VALUES, 0.3, "words of values hyphen- ated at a line",
        rewriting(r"[^\W\d_]{6,}", _hyphenated, labels=EVERY),
    ),
)  # fmt: skip
"""In the order of the table that is printed."""
