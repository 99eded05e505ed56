"""A long text that becomes another one slice by slice, and where its places are meanwhile.

To put a text of a million characters into a document anew takes longer than a key may wait, and
where tags are renumbered most of the text is another one. A slice takes a few milliseconds.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass, field
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from gui.offsets import OffsetMap, Offsets, PlaceMap, PositionMap, changed_part

SLICE: Final = 30_000
"""A slice is as long as this, in code points, and goes on to the end of its line."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A redacted text as a document shows it.

    Attributes:
        text: in code points.
        places: which place of the note is which of the text.
        offsets: which position of the document is which place of the text.
    """

    text: str = field(repr=False)
    places: PlaceMap
    offsets: PositionMap


class Patch(NamedTuple):
    """What a slice wants to become what it is to be.

    Attributes:
        start: position of the document.
        end: position that it goes to.
        words: what is to stand there.
    """

    start: int
    end: int
    words: str


class Patchwork:
    """Finds the places of the text that is to be in the document as it stands.

    A place in a slice that is done is exact; in another slice it is that of the same place of the
    note, as the document shows it still.

    Args:
        before: what the document shows.
        after: what it is to show, of the same note.
        size: how long slices are.
    """

    def __init__(self, before: Shown, after: Shown, *, size: int = SLICE) -> None:
        old, new = _cuts(before, after, size)
        self._before, self._after = before, after
        self._old, self._new = old, new
        self._done = np.array(
            [
                before.text[old[at] : old[at + 1]] == after.text[new[at] : new[at + 1]]
                for at in range(len(old) - 1)
            ]
        )
        self._old_positions = before.offsets.positions(old)
        self._new_positions = after.offsets.positions(new)
        self.leftward = before.offsets.leftward or after.offsets.leftward
        self._arrange()

    @property
    def underway(self) -> bool:
        """Whether a slice is not done."""
        return not bool(self._done.all())

    def nearest(self, low: int, high: int) -> int | None:
        """The slice that is not done and lies nearest to some positions; None: all are done."""
        left = np.flatnonzero(~self._done)
        if not len(left):
            return None
        away = np.maximum(self._starts[left] - high, low - self._starts[left + 1])
        return int(left[away.argmin()])

    def touches(self, number: int, low: int, high: int) -> bool:
        """Whether a slice has a place between two positions."""
        return bool(self._starts[number] <= high and low <= self._starts[number + 1])

    def patch(self, number: int) -> Patch:
        """What is to be put into the document for this slice."""
        old, new = (int(cuts[number]) for cuts in (self._old, self._new))
        old_text = self._before.text[old : int(self._old[number + 1])]
        new_text = self._after.text[new : int(self._new[number + 1])]
        start, old_end, new_end = changed_part(old_text, new_text)
        shift = int(self._starts[number] - self._old_positions[number])
        low, high = (self._before.offsets.position(old + at) + shift for at in (start, old_end))
        return Patch(low, high, new_text[start:new_end])

    def after(self, number: int) -> Patchwork:
        """The same once this slice is patched."""
        made = copy(self)
        made._done = self._done.copy()
        made._done[number] = True
        made._arrange()
        return made

    def shown(self) -> Shown:
        """What the document shows now."""
        if not self.underway:
            return self._after
        texts, parts, at = [], [], 0
        for number, done in enumerate(self._done):
            one, cuts = (self._after, self._new) if done else (self._before, self._old)
            low, high = int(cuts[number]), int(cuts[number + 1])
            texts.append(one.text[low:high])
            parts.append(one.places.part(low, high, shift=at - low))
            at += high - low
        text = "".join(texts)
        return Shown(text, PlaceMap.joined(parts), OffsetMap(text))

    # What an `OffsetMap` of the text that is to be tells of a document that shows it

    def position(self, offset: int) -> int:
        """The position at which the code point `offset` is."""
        return int(self.positions(np.array([offset]))[0])

    def positions(self, offsets: Offsets) -> Offsets:
        """The positions of many code points at once."""
        at = self._slice_of(self._new, offsets)
        exact = self._after.offsets.positions(offsets) - self._new_positions[at]
        if self._done[at].all():
            return self._starts[at] + exact
        there = self._before.places.to_output_each(self._after.places.to_note_each(offsets))
        there = np.clip(there, self._old[at], self._old[at + 1])
        still = self._before.offsets.positions(there) - self._old_positions[at]
        return self._starts[at] + np.where(self._done[at], exact, still)

    def offset(self, position: int) -> int:
        """The code point that is at a position."""
        number = int(self._slice_of(self._starts, np.array([position]))[0])
        within = position - int(self._starts[number])
        if self._done[number]:
            return self._after.offsets.offset(within + int(self._new_positions[number]))
        there = self._before.offsets.offset(within + int(self._old_positions[number]))
        here = self._after.places.to_output(self._before.places.to_note(there))
        return min(max(here, int(self._new[number])), int(self._new[number + 1]))

    # Within

    def _arrange(self) -> None:
        """Note at which position each slice begins, and at which the last one ends."""
        old, new = np.diff(self._old_positions), np.diff(self._new_positions)
        lengths = np.where(self._done, new, old)
        self._starts: Offsets = np.concatenate(([0], np.cumsum(lengths)))

    def _slice_of(self, cuts: Offsets, places: Offsets) -> NDArray[np.intp]:
        """The slices that these places are in; the end of all belongs to the last."""
        found = np.searchsorted(cuts, places, side="right") - 1
        return np.clip(found, 0, len(self._done) - 1)


def _cuts(before: Shown, after: Shown, size: int) -> tuple[Offsets, Offsets]:
    """Where both texts are cut: at the same places of the note, which are beginnings of lines."""
    wanted = range(size, len(after.text), size)
    found = {after.text.find("\n", at) + 1 for at in wanted} - {0, len(after.text)}
    lines = np.array(sorted(found), dtype=np.int64)
    places = after.places.to_note_each(lines)
    same = before.places.to_output_each(places)
    # Within what was replaced, a place leads to another one and not back.
    whole = (after.places.to_output_each(places) == lines) & (
        before.places.to_note_each(same) == places
    )
    whole &= np.array([before.text[at - 1 : at] == "\n" for at in same], dtype=bool)
    ends = len(before.text), len(after.text)
    old, new = (
        np.concatenate(([0], cuts[whole], [end]))
        for cuts, end in zip((same, lines), ends, strict=True)
    )
    return old, new
