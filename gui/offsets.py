"""Code points of a note ↔ positions in the `QTextDocument` that shows it.

Qt counts UTF-16 code units, so a character beyond U+FFFF takes two positions; and a line end of
two characters (CR LF) becomes one block separator, so it takes one position.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate

_UNEVEN = re.compile("[\U00010000-\U0010ffff]|\r(?=\n)")


class OffsetMap:
    """The map between the offsets of one text and the positions that show it."""

    def __init__(self, text: str) -> None:
        uneven = [
            (match.start(), 1 if match.group() > "\uffff" else -1)
            for match in _UNEVEN.finditer(text)
        ]
        self._offsets = [offset for offset, _ in uneven]
        self._shifts = [0, *accumulate(step for _, step in uneven)]
        self._positions = [
            offset + shift for offset, shift in zip(self._offsets, self._shifts, strict=False)
        ]

    def position(self, offset: int) -> int:
        """The position in Qt at which the code point `offset` begins."""
        return offset + self._shifts[bisect_left(self._offsets, offset)]

    def offset(self, position: int) -> int:
        """The code point that begins at a position in Qt; within a pair, the one it is part of."""
        return position - self._shifts[bisect_left(self._positions, position)]
