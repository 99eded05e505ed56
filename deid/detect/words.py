"""Words as names meet them: folding, and which words are common English or clinical ones."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from deid.detect.lists import folded_list

# Letters that have no decomposition and that people write without their stroke or as two letters.
_UNDECOMPOSED: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)


def common_words() -> frozenset[str]:
    """Common English and clinical words in lower case, also those that are names as well.

    Raises:
        RulePackError: the shipped list is missing.
    """
    return folded_list("common_words")


@lru_cache(maxsize=1 << 16)
def fold_word(word: str) -> str:
    """A word without case and diacritics: `Núñez` and `NUNEZ` are one."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFD", word.casefold()).translate(_UNDECOMPOSED)
    return "".join(c for c in plain if not unicodedata.combining(c))


_PARTICLES: Final = (
    "de la le du da dos das del della di el al bin ibn van von der den ter ten y e st san santa "
    "saint abu abd mac mc o d l"
)
PARTICLES: Final = frozenset(_PARTICLES.split())
"""Words inside surnames that are no names by themselves."""
