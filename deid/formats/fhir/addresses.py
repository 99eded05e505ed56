"""Paths of addresses at which definitions are published, by the words that they are made of."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from deid.formats.fhir.vocabulary import ADDRESS_WORDS, ELEMENTS, RESOURCES
from deid.resources import word_lists

_PIECE: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LONG_NUMBER: Final = re.compile(r"\d{5}")


def is_of_definitions(path: str) -> bool:
    """Whether a path is made of known words and short numbers alone, so that it names nobody.

    Known are common English words and those of the names of resources, elements and definitions.
    """
    if _LONG_NUMBER.search(path):
        return False
    pieces = (piece.lower() for piece in _PIECE.findall(path))
    return all(
        len(one) == 1 or not {one, one.removesuffix("s")}.isdisjoint(_words()) for one in pieces
    )


@cache
def _words() -> frozenset[str]:
    named = {piece.lower() for name in ELEMENTS | RESOURCES for piece in _PIECE.findall(name)}
    lines = (word_lists() / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset({*lines, *named}) | ADDRESS_WORDS
