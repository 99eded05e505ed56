"""Code points of a note ↔ positions in the `QTextDocument` that shows it ↔ its redacted text.

Qt counts UTF-16 code units, so a character beyond U+FFFF takes two positions; and a line end of
two characters (CR LF) becomes one block separator, so it takes one position.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from deid import Redaction, Span

Offsets = NDArray[np.int64]
_Ends = tuple[Offsets, Offsets]

_note_span, _output_span = attrgetter("finding.span"), attrgetter("output_span")

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


class PositionMap(Protocol):
    """Finds places of a text in the document that shows it.

    Attributes:
        leftward: whether any of the text may run from right to left.
    """

    leftward: bool

    def position(self, offset: int) -> int:
        """The position in Qt at which the code point `offset` begins."""

    def positions(self, offsets: Offsets) -> Offsets:
        """The positions in Qt of many code points at once."""

    def offset(self, position: int) -> int:
        """The code point that begins at a position in Qt."""


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
        self._note = starts_and_ends(list(map(_note_span, redactions)))
        self._output = starts_and_ends(list(map(_output_span, redactions)))

    @classmethod
    def joined(cls, maps: Sequence[PlaceMap]) -> PlaceMap:
        """The map of all places of some maps that follow one another; at least one."""
        joined = cls(())
        joined._note = _joined([one._note for one in maps])
        joined._output = _joined([one._output for one in maps])
        return joined

    def part(self, low: int, high: int, *, shift: int) -> PlaceMap:
        """The map of what was replaced in a range of the redacted text, which cuts through none.

        Args:
            low: where the range starts in the redacted text.
            high: where it ends.
            shift: what is added to each place of the redacted text.
        """
        starts, ends = self._output
        part, those = PlaceMap(()), slice(*np.searchsorted(starts, (low, high)))
        part._note = self._note[0][those], self._note[1][those]
        part._output = starts[those] + shift, ends[those] + shift
        return part

    def to_output(self, offset: int) -> int:
        """The place in the redacted text; for one that was replaced, within the replacement."""
        return int(self.to_output_each(np.array([offset]))[0])

    def to_output_each(self, offsets: Offsets) -> Offsets:
        """The places in the redacted text of many at once."""
        return _across(self._note, self._output, offsets)

    def to_note(self, offset: int) -> int:
        """The place in the note; for one within a replacement, within what was replaced."""
        return int(self.to_note_each(np.array([offset]))[0])

    def to_note_each(self, offsets: Offsets) -> Offsets:
        """The places in the note of many at once."""
        return _across(self._output, self._note, offsets)

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


def _column(things: Sequence[object], name: str) -> Offsets:
    return np.fromiter(map(attrgetter(name), things), np.int64, len(things))


def _joined(columns: Sequence[_Ends]) -> _Ends:
    starts, ends = zip(*columns, strict=True)
    return np.concatenate(starts), np.concatenate(ends)


def _across(here: _Ends, there: _Ends, offsets: Offsets) -> Offsets:
    (starts, ends), (other_starts, other_ends) = here, there
    if not len(starts):
        return offsets
    at = np.searchsorted(ends, offsets, side="right")
    next_one, last_one = np.minimum(at, len(starts) - 1), np.maximum(at - 1, 0)
    inside = (at < len(starts)) & (starts[next_one] <= offsets)
    room = np.maximum(0, other_ends[next_one] - other_starts[next_one] - 1)
    within = other_starts[next_one] + np.minimum(offsets - starts[next_one], room)
    shift = np.where(at > 0, other_ends[last_one] - ends[last_one], 0)
    return np.where(inside, within, offsets + shift)
