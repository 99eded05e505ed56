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
    """Runs of cells in rows; one that stands right below another of the same edges joins it."""
    open_: dict[tuple[int, int], list[int]] = {}
    done: list[tuple[int, int, int, int]] = []
    for top in range(cells.shape[0]):
        edges = np.flatnonzero(np.diff(np.concatenate(([0], cells[top].view(np.int8), [0]))))
        runs = {(int(left), int(right)) for left, right in edges.reshape(-1, 2)}
        for key in [key for key in open_ if key not in runs]:
            begun, ended = open_.pop(key)
            done.append((key[0], begun, key[1], ended))
        for key in runs:
            open_.setdefault(key, [top, top])[1] = top + 1
    done += [(left, begun, right, ended) for (left, right), (begun, ended) in open_.items()]
    return sorted(done, key=lambda box: (box[1], box[0]))
