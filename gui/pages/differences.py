"""What two states of a document differ in: paragraphs by their words, pictures by their pixels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Final

import numpy as np
from numpy.typing import NDArray

from deid import Span

_TOKEN: Final = re.compile(r"\w+|\s+|[^\w\s]")
_MOST_TOKENS: Final = 1500
_CELL: Final = 8
_GAP: Final = 2
_SLIGHT: Final = 24


def changed_words(
    before: Sequence[str], after: Sequence[str]
) -> tuple[list[list[Span]], list[list[Span]]]:
    """For each paragraph, what of it is another in the other state; nothing where they misfit.

    Args:
        before: the paragraphs of one state.
        after: those of the other, in the same order.

    Returns:
        Ranges of letters in those of the one, and in those of the other.
    """
    if len(before) != len(after):
        return [[] for _ in before], [[] for _ in after]
    pairs = [_changed(one, other) for one, other in zip(before, after, strict=True)]
    return [gone for gone, _ in pairs], [come for _, come in pairs]


def changed_areas(
    before: NDArray[np.uint8], after: NDArray[np.uint8]
) -> list[tuple[int, int, int, int]]:
    """Where two pictures of one size differ: left, top, width and height of boxes, in pixels.

    Args:
        before: rows, columns and colours.
        after: the other.

    Returns:
        None at all where they are not of one size.
    """
    if before.shape != after.shape or not before.size:
        return []
    other = np.abs(before.astype(np.int16) - after.astype(np.int16)).max(axis=2) > _SLIGHT
    high, wide = (-(-length // _CELL) for length in other.shape)
    padded = np.zeros((high * _CELL, wide * _CELL), dtype=bool)
    padded[: other.shape[0], : other.shape[1]] = other
    cells: NDArray[np.bool_] = padded.reshape(high, _CELL, wide, _CELL).max(axis=(1, 3))
    return [
        (left * _CELL, top * _CELL, (right - left) * _CELL, (bottom - top) * _CELL)
        for left, top, right, bottom in _boxes(cells)
    ]


def _changed(before: str, after: str) -> tuple[list[Span], list[Span]]:
    if before == after:
        return [], []
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    if max(len(one), len(other)) > _MOST_TOKENS:
        return _between_same_ends(before, after)
    starts, other_starts = _starts(one), _starts(other)
    gone, come = [], []
    for kind, low, high, new_low, new_high in SequenceMatcher(
        None, one, other, autojunk=False
    ).get_opcodes():
        if kind != "equal":
            gone.append(Span(starts[low], starts[high]))
            come.append(Span(other_starts[new_low], other_starts[new_high]))
    return _filled(gone), _filled(come)


def _between_same_ends(before: str, after: str) -> tuple[list[Span], list[Span]]:
    most = min(len(before), len(after))
    start = next((at for at in range(most) if before[at] != after[at]), most)
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return (
        _filled([Span(start, len(before) - end)]),
        _filled([Span(start, len(after) - end)]),
    )


def _starts(tokens: Iterable[str]) -> list[int]:
    found = [0]
    for token in tokens:
        found.append(found[-1] + len(token))
    return found


def _filled(spans: Iterable[Span]) -> list[Span]:
    return [span for span in spans if span]


def _boxes(cells: NDArray[np.bool_]) -> list[tuple[int, int, int, int]]:
    """The box around each group of cells that touch one another, or nearly do in a row."""
    done: list[tuple[int, int, int, int]] = []
    above: list[tuple[int, int, int, int]] = []
    for top in range(cells.shape[0]):
        here: list[tuple[int, int, int, int]] = []
        for left, right in _runs(cells[top]):
            box = left, top, right, top + 1
            for other in [one for one in (*above, *here) if one[0] <= right and left <= one[2]]:
                (above if other in above else here).remove(other)
                box = _around(box, other)
            here.append(box)
        done += [one for one in above if one[3] <= top]
        above = [one for one in above if one[3] > top] + here
    return sorted([*done, *above], key=lambda box: (box[1], box[0]))


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where cells of a row follow one another, but for gaps as between words."""
    found: list[tuple[int, int]] = []
    for at in np.flatnonzero(row).tolist():
        if found and at - found[-1][1] <= _GAP:
            found[-1] = found[-1][0], at + 1
        else:
            found.append((at, at + 1))
    return found


def _around(
    box: tuple[int, int, int, int], other: tuple[int, int, int, int]
) -> tuple[int, int, int, int]:
    return (
        min(box[0], other[0]),
        min(box[1], other[1]),
        max(box[2], other[2]),
        max(box[3], other[3]),
    )
