"""How sure a word must be that was read in a picture: surer where it could be a name."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from deid import resources
from deid.errors import RulePackError

SURE: Final = 0.6
"""From this confidence on a common word counts as read (`benchmarks/ocr.py` measures these)."""

SURER: Final = 0.9
"""The same of words that are not common, and of long numbers."""

SUREST: Final = 0.92
"""The same of words that are not common and have a capital letter."""

_LISTS: Final = ("common_words", "clinical_terms", "drugs", "eponyms", "abbreviations")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OWNED: Final = re.compile(r"['’]s$")
_LONG_NUMBER: Final = 4


def least_confidence(word: str) -> float:
    """The confidence from which on a word that was read is taken for what it reads.

    Raises:
        RulePackError: a shipped list of words is missing.
    """
    strange = [one for one in _WORD.findall(word) if not is_common(one)]
    if any(one != one.lower() for one in strange):
        return SUREST
    if strange or sum(map(str.isdigit, word)) >= _LONG_NUMBER:
        return SURER
    return SURE


def is_common(word: str) -> bool:
    """Whether a word of letters is a common one, English or of the clinic, or a single letter."""
    folded = _OWNED.sub("", word.casefold())
    return len(folded) < 2 or folded in _common()


@cache
def _common() -> frozenset[str]:
    found: set[str] = set()
    for name in _LISTS:
        try:
            text = (resources.word_lists() / f"{name}.txt").read_text("utf-8")
        except OSError as error:
            raise RulePackError(f"word list {name}: cannot be read ({error.strerror})") from None
        lines = (line.strip().casefold() for line in text.splitlines())
        found.update(word for line in lines if not line.startswith("#") for word in line.split())
    return frozenset(found)
