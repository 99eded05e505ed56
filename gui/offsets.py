"""Code points of a note ↔ positions in the `QTextDocument` that shows it ↔ its redacted text.

Qt counts UTF-16 code units, so a character beyond U+FFFF takes two positions; and a line end of
two characters (CR LF) becomes one block separator, so it takes one position.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deid import Redaction, Span

Offsets = NDArray[np.int64]

_LAST_OF_ONE: Final = 0xFFFF
_CR: Final = 0x0D
_LF: Final = 0x0A
# Letters of scripts from right to left, and the marks that embed or isolate such text.
_LEFTWARD: Final = (
    (0x0590, 0x08FF),
    (0x200F, 0x200F),
    (0x202B, 0x202B),
    (0x202E, 0x202E),
    (0x2067, 0x2068),
    (0xFB1D, 0xFDFF),
    (0xFE70, 0xFEFC),
    (0x10800, 0x10FFF),
    (0x1E800, 0x1EFFF),
)


class OffsetMap:
    """The map between the offsets of one text and the positions that show it.

    Attributes:
        leftward: whether any of the text may run from right to left.
    """

    def __init__(self, text: str) -> None:
        codes = _codes(text)
        steps = (codes > _LAST_OF_ONE).astype(np.int8)
        steps[:-1] -= (codes[:-1] == _CR) & (codes[1:] == _LF)
        self._offsets = np.flatnonzero(steps)
        self._shifts = np.concatenate(([0], np.cumsum(steps[self._offsets], dtype=np.int64)))
        self._positions = self._offsets + self._shifts[:-1]
        foreign = codes[codes >= _LEFTWARD[0][0]]
        self.leftward = any(
            bool(((low <= foreign) & (foreign <= high)).any()) for low, high in _LEFTWARD
        )

    def position(self, offset: int) -> int:
        """The position in Qt at which the code point `offset` begins."""
        return offset + int(self._shifts[np.searchsorted(self._offsets, offset)])

    def positions(self, offsets: Offsets) -> Offsets:
        """The positions in Qt of many code points at once."""
        return offsets + self._shifts[np.searchsorted(self._offsets, offsets)]

    def offset(self, position: int) -> int:
        """The code point that begins at a position in Qt; within a pair, the one it is part of."""
        return position - int(self._shifts[np.searchsorted(self._positions, position)])


class PlaceMap:
    """Which place of a note is which place of its redacted text.

    Args:
        redactions: in the order of the text.
    """

    def __init__(self, redactions: Sequence[Redaction]) -> None:
        self._note = _ends(redactions, "finding.span")
        self._output = _ends(redactions, "output_span")

    def to_output(self, offset: int) -> int:
        """The place in the redacted text; for one that was replaced, within the replacement."""
        return _across(self._note, self._output, offset)

    def to_note(self, offset: int) -> int:
        """The place in the note; for one within a replacement, within what was replaced."""
        return _across(self._output, self._note, offset)

    def output_span(self, span: Span) -> Span | None:
        """What stands in the place of a redacted span; None if just that was not redacted."""
        (starts, ends), (new_starts, new_ends) = self._note, self._output
        at = int(np.searchsorted(starts, span.start))
        if at == len(starts) or (starts[at], ends[at]) != (span.start, span.end):
            return None
        return Span(int(new_starts[at]), int(new_ends[at]))


def starts_and_ends(spans: Sequence[Span]) -> tuple[Offsets, Offsets]:
    """The starts of spans and their ends."""
    return _column(spans, "start"), _column(spans, "end")


def changed_part(old: str, new: str) -> tuple[int, int, int]:
    """The part in which two texts differ, not cutting through a line end of two characters.

    Returns:
        Where the part starts in both, where it ends in `old`, and where it ends in `new`.
    """
    before, after = _codes(old), _codes(new)
    length = min(len(before), len(after))
    start = _first_difference(before[:length], after[:length])
    rest = length - start
    same = _first_difference(before[len(before) - rest :][::-1], after[len(after) - rest :][::-1])
    if start and old[start - 1] == "\r":
        start -= 1
    old_end, new_end = len(old) - same, len(new) - same
    if same and old[old_end] == "\n":
        old_end, new_end = old_end + 1, new_end + 1
    return start, old_end, new_end


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")


def _first_difference(one: NDArray[np.uint32], other: NDArray[np.uint32]) -> int:
    differs = one != other
    return int(differs.argmax()) if differs.any() else len(one)


def _ends(redactions: Sequence[Redaction], span: str) -> tuple[Offsets, Offsets]:
    return _column(redactions, f"{span}.start"), _column(redactions, f"{span}.end")


def _column(things: Sequence[object], name: str) -> Offsets:
    return np.fromiter(map(attrgetter(name), things), np.int64, len(things))


def _across(here: tuple[Offsets, Offsets], there: tuple[Offsets, Offsets], offset: int) -> int:
    (starts, ends), (other_starts, other_ends) = here, there
    at = int(np.searchsorted(ends, offset, side="right"))
    if at < len(starts) and starts[at] <= offset:
        room = max(0, int(other_ends[at] - other_starts[at]) - 1)
        return int(other_starts[at]) + min(offset - int(starts[at]), room)
    return offset + (int(other_ends[at - 1] - ends[at - 1]) if at else 0)
