"""Words of a note as a small classifier sees them: hashed features of word, shape and context."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from deid.datatypes import Span

BUCKETS: Final = 1 << 18
"""How many features there are; different ones may share a number."""

FEATURES: Final = 20
"""How many features each token has."""

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|\n|[^\w\s]|_+")
_EDGE: Final = "\n"


def tokens_of(text: str) -> tuple[Span, ...]:
    """Words, line breaks and single signs, in the order of the text."""
    return tuple(Span(*match.span()) for match in _TOKEN.finditer(text))


def features_of(text: str, tokens: Sequence[Span]) -> NDArray[np.int64]:
    """An array `[len(tokens), FEATURES]` of feature numbers, each below `BUCKETS`.

    A feature tells the word, its ends, its shape, or the two words on either side of it.
    """
    words = [span.of(text) for span in tokens]
    rows = [list(_row(words, index)) for index in range(len(words))]
    return np.array(rows, dtype=np.int64).reshape(-1, FEATURES)


def _row(words: Sequence[str], at: int) -> Iterator[int]:
    def near(step: int) -> str:
        place = at + step
        return words[place] if 0 <= place < len(words) else _EDGE

    word, lower, shape = words[at], words[at].lower(), _shape(words[at])
    yield _number("bias")
    yield _number("word", lower)
    yield _number("shape", shape)
    yield _number("begins", lower[:3])
    yield _number("ends", lower[-3:])
    yield _number("ends2", lower[-2:])
    yield _number("length", str(min(len(word), 12)))
    for step in (-2, -1, 1, 2):
        yield _number(f"word{step}", near(step).lower())
        yield _number(f"shape{step}", _shape(near(step)))
    yield _number("before", near(-2).lower(), near(-1).lower())
    yield _number("behind", near(1).lower(), near(2).lower())
    yield _number("around", near(-1).lower(), near(1).lower())
    yield _number("shapes", _shape(near(-1)), shape, _shape(near(1)))
    yield _number("before shape", near(-1).lower(), shape)


def _number(*parts: str) -> int:
    return crc32("\0".join(parts).encode("utf-8", "surrogatepass")) % BUCKETS


@lru_cache(maxsize=1 << 15)
def _shape(word: str) -> str:
    """Capitals, small letters and digits as X, x and 9, runs of one kind cut to two."""
    kinds = "".join(
        "9" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word
    )
    return re.sub(r"(.)\1{2,}", r"\1\1", kinds)
