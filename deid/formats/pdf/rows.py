"""Letters of one row that lie over each other, or in boxes of their own (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Final

from deid.formats.pdf.glyphs import Glyph, PageProblemError

BLANK: Final = 0.17
"""A gap that is wider, in sizes of letters, is a blank."""

_FILLERS: Final = frozenset("_.\u00b7\u2026-=*\u2013\u2014")
_LEAST_FILLERS: Final = 3
_FILLED: Final = 0.1
_OVER: Final = 0.4
_LEAST_OVER: Final = 3
_TWICE: Final = 0.1
_MOST_OVER: Final = 3000
_LEAST_SPREAD: Final = 4
_FURTHEST: Final = 5.0
_EVEN: Final = 1.6


@dataclass(frozen=True, slots=True)
class Placed:
    """A letter in the coordinates of its line.

    Attributes:
        index: its number on the page.
        start: where it begins, along the line.
        end: where it ends.
        base: how high the line lies.
        size: of the letter.
        slack: room behind it that belongs to it.
    """

    index: int
    start: float
    end: float
    base: float
    size: float
    slack: float


def tracks(row: Sequence[Placed], glyphs: Sequence[Glyph]) -> Iterator[list[Placed]]:
    """The rows that a row is read as: texts that are drawn over each other are read one by one.

    Lines and dots for somebody to write on are left out where something was written on them.

    Raises:
        PageProblemError: more letters lie over each other than a page has.
    """
    bare = _without_fillers(sorted(row, key=lambda one: (one.start, one.index)), glyphs)
    if not _is_overprinted(bare, glyphs):
        yield bare
        return
    if len(bare) > _MOST_OVER:
        raise PageProblemError("too many letters lie over each other")
    found: list[list[Placed]] = [[]]
    at = 0
    for letter in sorted(bare, key=lambda one: one.index):
        if _counts(glyphs[letter.index]):
            order = [at, *(number for number in range(len(found)) if number != at)]
            free = (one for one in order if not _lies_over(letter, found[one], glyphs))
            at = next(free, len(found))
            if at == len(found):
                found.append([])
        found[at].append(letter)
    yield from found


def _without_fillers(ordered: Sequence[Placed], glyphs: Sequence[Glyph]) -> list[Placed]:
    """Letters without the runs of fillers over which others lie."""
    runs: list[list[Placed]] = []
    for letter in ordered:
        text = glyphs[letter.index].text
        if text not in _FILLERS:
            continue
        last = runs[-1][-1] if runs else None
        if last and text == glyphs[last.index].text and letter.start - last.end < letter.size:
            runs[-1].append(letter)
        else:
            runs.append([letter])
    runs = [run for run in runs if len(run) >= _LEAST_FILLERS]
    if not runs:
        return list(ordered)
    others = [one for one in ordered if _counts(glyphs[one.index])]
    gone = {one.index for run in runs if _is_written_on(run, others) for one in run}
    return [one for one in ordered if one.index not in gone]


def _is_written_on(run: Sequence[Placed], others: Sequence[Placed]) -> bool:
    start, end = run[0].start, max(one.end for one in run)
    edge = _FILLED * (run[0].end - run[0].start)
    return any(one.start < end - edge and one.end > start + edge for one in others)


def _is_overprinted(ordered: Sequence[Placed], glyphs: Sequence[Glyph]) -> bool:
    """Whether several letters lie over those of other operators."""
    letters = [one for one in ordered if _counts(glyphs[one.index])]
    count = sum(_are_over(one, other, glyphs) for one, other in pairwise(letters))
    return count >= _LEAST_OVER


def _counts(glyph: Glyph) -> bool:
    """Whether a letter is none that lies over others by its nature, such as an accent."""
    return glyph.text.isalnum() or glyph.show.stand_in is not None


def _are_over(one: Placed, other: Placed, glyphs: Sequence[Glyph]) -> bool:
    first, second = glyphs[one.index], glyphs[other.index]
    shared = min(one.end, other.end) - max(one.start, other.start)
    if shared <= _OVER * min(one.end - one.start, other.end - other.start):
        return False
    is_twice = first.text == second.text and abs(one.start - other.start) < _TWICE * one.size
    return first.show is not second.show and not is_twice


def _lies_over(letter: Placed, others: Sequence[Placed], glyphs: Sequence[Glyph]) -> bool:
    return any(
        _counts(glyphs[other.index]) and _are_over(letter, other, glyphs) for other in others
    )


def spread(row: Sequence[Placed], glyphs: Sequence[Glyph]) -> Iterator[tuple[Placed, bool]]:
    """Letters of a row, and whether each is one of several that stand far apart and are one text.

    Room between those, such as in the boxes of a form with one for each letter, belongs to the
    letters, so that it is no blank; where one was left free, a blank remains.
    """
    ordered = sorted(row, key=lambda one: (one.start, one.index))
    run: list[Placed] = []
    for letter in ordered:
        is_single = len(glyphs[letter.index].text) == 1 and glyphs[letter.index].text.isalnum()
        if run and not (is_single and _stands_apart(run[-1], letter)):
            yield from _closed(run)
            run = []
        if is_single:
            run.append(letter)
        else:
            yield letter, False
    yield from _closed(run)


def _stands_apart(one: Placed, other: Placed) -> bool:
    gap = other.start - one.end - one.slack
    size = min(one.size, other.size)
    return BLANK * size < gap and other.start - one.start < _FURTHEST * size


def _closed(run: Sequence[Placed]) -> Iterator[tuple[Placed, bool]]:
    if len(run) < _LEAST_SPREAD:
        yield from ((one, False) for one in run)
        return
    steps = [_middle(other) - _middle(one) for one, other in pairwise(run)]
    usual = median(steps)
    for (one, other), step in zip(pairwise(run), steps, strict=True):
        blank = 0.0 if step < _EVEN * usual else 2 * BLANK * min(one.size, other.size)
        yield replace(one, slack=other.start - one.end - blank), True
    yield run[-1], True


def _middle(letter: Placed) -> float:
    return (letter.start + letter.end) / 2
