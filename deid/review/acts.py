"""What a reviewer may do with marks (pure). Each function gives an act; `apply` lets it happen.

A mark that comes to be replaced takes in the replaced marks that it overlaps, so those that are
replaced stay disjoint, and no part of any of them is left in the output.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from deid.datatypes import Finding, Redacted, Span
from deid.labels import Label
from deid.residual import OutputMap
from deid.review.marks import FEW, Mark, MarkState, in_order, touched
from deid.review.state import Act, ActKind, Review, apply


def accept(review: Review, marks: Iterable[Mark]) -> Act:
    """The act of confirming these marks, also such as were dropped or rejected.

    One that was not replaced and now overlaps marks that are takes them in, so that no part of
    any of them is left in the output.
    """
    kept, other = _parted(marks)
    draft = _Draft(review, [mark.finding.span for mark in other])
    for mark in kept:
        draft.restate(mark, _accepted(mark))
    for mark in other:
        if draft.touched(mark.finding.span):
            draft.claim(mark.finding.span, mark.finding.label, instead=mark)
        else:
            draft.restate(mark, _accepted(mark))
    return draft.act(ActKind.ACCEPT)


def reject(review: Review, marks: Iterable[Mark]) -> Act:
    """The act of saying that these are no identifiers: their text stays in the output."""
    draft = _Draft(review, ())
    for mark in dict.fromkeys(marks):
        draft.restate(mark, Mark(mark.finding, MarkState.REJECTED, None, mark.origins))
    return draft.act(ActKind.REJECT)


def relabel(review: Review, marks: Iterable[Mark], label: Label) -> Act:
    """The act of calling these marks `label`. They are replaced from then on."""
    kept, other = _parted(marks)
    draft = _Draft(review, [mark.finding.span for mark in other])
    for mark in kept:
        finding = _by_reviewer(review, mark.finding.span, label)
        origins = (*mark.origins, mark.finding)
        draft.restate(mark, Mark(finding, MarkState.CHANGED, origins=origins))
    for mark in other:
        draft.claim(mark.finding.span, label, instead=mark)
    return draft.act(ActKind.RELABEL)


def add(review: Review, span: Span, label: Label) -> Act:
    """The act of marking a range that the detectors had missed.

    It grows over the marks that it overlaps and stands in their place.

    Raises:
        ValueError: the span is empty or does not lie in the note.
    """
    _check(review, span)
    draft = _Draft(review, [span])
    draft.claim(span, label)
    return draft.act(ActKind.ADD)


def add_leftovers(review: Review, redacted: Redacted) -> Act:
    """The act of marking everything that the residual check found in an output of this review."""
    output = OutputMap(redacted.redactions)
    places = [(output.to_original(left.span), left.label) for left in redacted.residual]
    draft = _Draft(review, [span for span, _ in places])
    for span, label in places:
        _check(review, span)
        draft.claim(span, label)
    return draft.act(ActKind.ADD)


def move(review: Review, mark: Mark, span: Span) -> Act:
    """The act of saying that a finding lies at another span. It is replaced from then on.

    It grows over other marks that it comes to overlap and stands in their place. What it no
    longer covers is left in the output, as the reviewer's choice.

    Raises:
        ValueError: the span is empty or does not lie in the note.
    """
    _check(review, span)
    if mark.state.replaced and mark.finding.span == span:
        return Act(ActKind.MOVE, (), ())
    others = tuple(other for other in touched(review.marks, span) if other != mark)
    # Of several moves of one mark, only what the detectors said is worth keeping.
    own = mark.origins if _is_own(mark) else (*mark.origins, mark.finding)
    state = MarkState.ADDED if mark.state is MarkState.ADDED else MarkState.CHANGED
    finding = _by_reviewer(review, _union(span, others), mark.finding.label)
    after = Mark(finding, state, origins=own + _origins(others))
    return Act(ActKind.MOVE, (mark, *others), (after,))


def carry_over(old: Review, fresh: Review) -> Review:
    """The decisions of one review, taken once more over what another policy keeps.

    Args:
        old: the review until now.
        fresh: as `begin` gives it for the same note under the other policy.

    Returns:
        `fresh` with the same ranges accepted, rejected and marked; its events are those of `old`
        and one more for each decision that was taken over.
    """
    review = replace(fresh, events=old.events)
    for mark in old.marks:
        same = [m for m in review.marks if m.finding.span == mark.finding.span]
        if mark.state is MarkState.REJECTED:
            act = reject(review, same)
        elif mark.state is MarkState.ACCEPTED:
            act = accept(review, [m for m in same if m.finding.label is mark.finding.label])
        elif mark.state in {MarkState.ADDED, MarkState.CHANGED}:
            act = add(review, mark.finding.span, mark.finding.label)
        else:
            continue
        if act.before != act.after:
            review = apply(review, act)
    return review


class _Draft:
    """An act that is being put together.

    Args:
        review: the state it starts from.
        claims: the spans that will come to be replaced.
    """

    def __init__(self, review: Review, claims: Sequence[Span]) -> None:
        self._review = review
        self._gone: list[Mark] = []
        self._come: list[Mark] = []
        if len(claims) > FEW:
            near = [mark for mark in review.marks if mark.state.replaced]
        else:
            near = [mark for span in claims for mark in touched(review.marks, span)]
        self._at = {mark.finding.span.start: mark for mark in near}
        self._starts = sorted(self._at)

    def touched(self, span: Span) -> tuple[Mark, ...]:
        """The replaced marks that overlap a claim, as the act stands now."""
        first = bisect_right(self._starts, span.start) - 1
        if first < 0 or self._at[self._starts[first]].finding.span.end <= span.start:
            first += 1
        end = bisect_left(self._starts, span.end, lo=first)
        return tuple(self._at[start] for start in self._starts[first:end])

    def restate(self, mark: Mark, after: Mark) -> None:
        """Let a mark be followed by one at the same span, which overlaps no replaced mark."""
        self._gone.append(mark)
        self._come.append(after)
        start = mark.finding.span.start
        if self._at.get(start) == mark:
            self._at[start] = after
        elif after.state.replaced and not mark.state.replaced:
            self._put(after)

    def claim(self, span: Span, label: Label, *, instead: Mark | None = None) -> None:
        """Let a new mark of the reviewer stand here, and in place of the replaced ones it meets."""
        met = self.touched(span)
        own = (*instead.origins, instead.finding) if instead is not None else ()
        finding = _by_reviewer(self._review, _union(span, met), label)
        made = Mark(finding, MarkState.ADDED, origins=own + _origins(met))
        self._gone += met if instead is None else (instead, *met)
        for mark in met:
            del self._at[mark.finding.span.start]
            self._starts.pop(bisect_left(self._starts, mark.finding.span.start))
        self._put(made)
        self._come.append(made)

    def act(self, kind: ActKind) -> Act:
        """What changed in the end."""
        gone, come = Counter(self._gone), Counter(self._come)
        before, after = (gone - come).elements(), (come - gone).elements()
        return Act(kind, in_order(before), in_order(after))

    def _put(self, mark: Mark) -> None:
        self._at[mark.finding.span.start] = mark
        insort(self._starts, mark.finding.span.start)


def _parted(marks: Iterable[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Marks that are replaced, and those that are not."""
    chosen = dict.fromkeys(marks)
    replaced = [mark for mark in chosen if mark.state.replaced]
    return replaced, [mark for mark in chosen if not mark.state.replaced]


def _accepted(mark: Mark) -> Mark:
    return Mark(mark.finding, MarkState.ACCEPTED, None, mark.origins)


def _is_own(mark: Mark) -> bool:
    return mark.state in {MarkState.ADDED, MarkState.CHANGED}


def _by_reviewer(review: Review, span: Span, label: Label) -> Finding:
    return Finding(span, label, 1.0, f"reviewer:{review.reviewer}")


def _union(span: Span, marks: Iterable[Mark]) -> Span:
    spans = [span, *(mark.finding.span for mark in marks)]
    return Span(min(one.start for one in spans), max(one.end for one in spans))


def _origins(marks: Iterable[Mark]) -> tuple[Finding, ...]:
    return tuple(finding for mark in marks for finding in (*mark.origins, mark.finding))


def _check(review: Review, span: Span) -> None:
    if not span or span.end > len(review.document.text):
        raise ValueError(f"no range of the note: [{span.start}, {span.end})")
