"""Edits of a gold note, and where its marks lie afterwards. Pure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from deid.datatypes import Span
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.labels import Label


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """What stands in the place of a range afterwards; of an empty range: what is put in there."""

    span: Span
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Piece:
    """A range of a note that no mark begins or ends in, and the labels it carries (if any)."""

    span: Span
    labels: frozenset[Label]


def pieces(note: GoldNote) -> Iterator[Piece]:
    """The note cut at both ends of every mark, in order and without gaps."""
    ends = {offset for mark in note.spans for offset in (mark.span.start, mark.span.end)}
    for start, end in pairwise(sorted({0, len(note.text), *ends})):
        span = Span(start, end)
        yield Piece(span, frozenset(m.label for m in note.spans if m.span.covers(span)))


def apply_edits(note: GoldNote, edits: Iterable[Edit]) -> GoldNote:
    """The note after all edits, every mark around what became of its own value.

    What is put in exactly where a mark begins or ends does not become part of it.

    Raises:
        ValueError: edits overlap, one lies across an end of a mark, or nothing is left of a mark.
    """
    ordered = sorted(edits)
    spans = [edit.span for edit in ordered]
    if any(before.end > after.start for before, after in pairwise(spans)):
        raise ValueError("edits overlap")
    shifts = _Shifts(ordered)
    marks = tuple(LabelledSpan(shifts.moved(mark.span), mark.label) for mark in note.spans)
    return replace(note, text=_edited(note.text, ordered), spans=marks)


def sparing(note: GoldNote, edits: Iterable[Edit]) -> list[Edit]:
    """The edits without those in marks that would be left without a visible character."""
    ordered = sorted(edits)
    starts = [edit.span.start for edit in ordered]
    lost: list[Span] = []
    for span in (mark.span for mark in note.spans):
        near = ordered[bisect_left(starts, span.start) : bisect_left(starts, span.end)]
        if not _value(note.text, span, near).strip():
            lost.append(span)
    return [edit for edit in ordered if not any(span.covers(edit.span) for span in lost)]


class _Shifts:
    """How far offsets move."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._starts = [edit.span.start for edit in edits]
        self._ends = [edit.span.end for edit in edits]
        growth = (len(edit.text) - len(edit.span) for edit in edits)
        self._before = [0, *accumulate(growth)]

    def moved(self, span: Span) -> Span:
        """Where the value of this mark lies afterwards."""
        first, last = bisect_right(self._ends, span.start), bisect_left(self._starts, span.end)
        reaches_in = first < bisect_left(self._starts, span.start)
        if reaches_in or (last and self._ends[last - 1] > span.end):
            raise ValueError(f"an edit lies across an end of [{span.start}, {span.end})")
        start = span.start + self._before[first]
        # Of edits that end where the mark begins, none is counted for its end twice.
        end = span.end + self._before[max(first, last)]
        if end <= start:
            raise ValueError(f"nothing is left of [{span.start}, {span.end})")
        return Span(start, end)


def _value(text: str, span: Span, edits: Sequence[Edit]) -> str:
    """What becomes of a mark's value; of `edits`, only those inside the mark count."""
    inside = [
        Edit(Span(edit.span.start - span.start, edit.span.end - span.start), edit.text)
        for edit in edits
        if span.covers(edit.span) and (edit.span or span.start < edit.span.start < span.end)
    ]
    return _edited(span.of(text), inside)


def _edited(text: str, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    done = 0
    for edit in edits:
        parts += text[done : edit.span.start], edit.text
        done = edit.span.end
    return "".join([*parts, text[done:]])
