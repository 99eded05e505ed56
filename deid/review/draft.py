"""An act while it is put together (pure).

A mark that comes to be replaced takes in the replaced marks that it overlaps, so those that are
replaced stay disjoint, and no part of any of them is left in the output.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Sequence

from deid.datatypes import Finding, Span
from deid.labels import Label
from deid.review.marks import FEW, REVIEWER, Mark, MarkState, in_order, touched
from deid.review.state import Act, ActKind, Review


class Draft:
    """What an act changes, so far.

    Args:
        review: the state that it starts from.
        claims: the spans where something comes to be replaced that was not.
    """

    def __init__(self, review: Review, claims: Sequence[Span]) -> None:
        self._review = review
        self._gone: list[Mark] = []
        self._come: list[Mark] = []
        self._claimed: set[Mark] = set()
        # By identity: what this act made, and what of that it has replaced again.
        self._made: set[int] = set()
        self._passed: set[int] = set()
        # The replaced marks that a claim may meet, by where they begin: they are disjoint.
        if len(claims) > FEW:
            near = [mark for mark in review.marks if mark.state.replaced]
        else:
            near = [mark for span in claims for mark in touched(review.marks, span)]
        self._at = {mark.finding.span.start: mark for mark in near}
        self._starts = sorted(self._at)

    def accept(self, marks: Iterable[Mark]) -> None:
        """Confirm marks; those that were not replaced take in what they meet."""
        kept, other = parted(marks)
        for mark in kept:
            if mark.state is not MarkState.ACCEPTED:
                self._restate(mark, _in_state(mark, MarkState.ACCEPTED))
        for mark in other:
            if self._touched(mark.finding.span):
                self.claim(mark.finding.span, mark.finding.label, instead=[mark])
            else:
                self._place([mark], _in_state(mark, MarkState.ACCEPTED))

    def reject(self, marks: Iterable[Mark]) -> None:
        """Leave the text of marks in the output."""
        for mark in dict.fromkeys(marks):
            if mark.state is not MarkState.REJECTED:
                self._swap([mark], _in_state(mark, MarkState.REJECTED))

    def relabel(self, marks: Iterable[Mark], label: Label) -> None:
        """Call marks something else."""
        kept, other = parted(marks)
        for mark in kept:
            finding = by_reviewer(self._review, mark.finding.span, label)
            self._restate(mark, Mark(finding, MarkState.CHANGED, origins=mark.found))
        for mark in other:
            self.claim(mark.finding.span, label, instead=[mark])

    def claim(self, span: Span, label: Label, *, instead: Sequence[Mark] = ()) -> None:
        """Let a mark of the reviewer stand here, and in place of the replaced marks that it meets.

        Args:
            span: where; it grows over what it meets.
            label: what it is.
            instead: marks whose place it takes without growing over them; one whose place an
                earlier claim took does not matter any more.
        """
        own = [mark for mark in instead if mark not in self._claimed]
        met = [mark for mark in self._touched(span) if mark not in own]
        finding = by_reviewer(self._review, union(span, met), label)
        gone = [*own, *met]
        self._claimed.update(gone)
        self._place(gone, Mark(finding, MarkState.ADDED, origins=origins_of(gone)))

    def act(self, kind: ActKind) -> Act:
        """What changed in the end."""
        come = [mark for mark in self._come if id(mark) not in self._passed]
        return Act(kind, in_order(self._gone), in_order(come))

    def _touched(self, span: Span) -> tuple[Mark, ...]:
        first = bisect_right(self._starts, span.start) - 1
        if first < 0 or self._at[self._starts[first]].finding.span.end <= span.start:
            first += 1
        end = bisect_left(self._starts, span.end, lo=first)
        return tuple(self._at[start] for start in self._starts[first:end])

    def _restate(self, mark: Mark, after: Mark) -> None:
        """Let a replaced mark be followed by another one at its span."""
        self._swap([mark], after)
        start = mark.finding.span.start
        if start in self._at:
            self._at[start] = after

    def _place(self, before: Sequence[Mark], after: Mark) -> None:
        """Let a mark stand where nothing else is replaced but the marks that it follows."""
        self._swap(before, after)
        for mark in before:
            if mark.state.replaced:
                start = mark.finding.span.start
                del self._at[start]
                self._starts.pop(bisect_left(self._starts, start))
        self._at[after.finding.span.start] = after
        insort(self._starts, after.finding.span.start)

    def _swap(self, before: Sequence[Mark], after: Mark) -> None:
        for mark in before:
            if id(mark) in self._made:
                self._passed.add(id(mark))
            else:
                self._gone.append(mark)
        self._come.append(after)
        self._made.add(id(after))


def parted(marks: Iterable[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Marks that are replaced, and those that are not, each once."""
    chosen = dict.fromkeys(marks)
    replaced = [mark for mark in chosen if mark.state.replaced]
    return replaced, [mark for mark in chosen if not mark.state.replaced]


def by_reviewer(review: Review, span: Span, label: Label) -> Finding:
    """A finding of the reviewer's own."""
    return Finding(span, label, 1.0, f"{REVIEWER}{review.reviewer}")


def union(span: Span, marks: Iterable[Mark]) -> Span:
    """From the first to the last place that a span and some marks cover."""
    spans = [span, *(mark.finding.span for mark in marks)]
    return Span(min(one.start for one in spans), max(one.end for one in spans))


def origins_of(marks: Iterable[Mark]) -> tuple[Finding, ...]:
    """The detectors' findings that a mark in place of these ones stands for."""
    return tuple(finding for mark in marks for finding in mark.found)


def _in_state(mark: Mark, state: MarkState) -> Mark:
    return Mark(mark.finding, state, None, mark.origins)
