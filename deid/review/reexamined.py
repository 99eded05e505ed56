"""What another examination of the same note brings to its review (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from deid.datatypes import DropReason, Finding, Resolution, Span
from deid.review.acts import accept, reject
from deid.review.draft import Draft
from deid.review.marks import Mark, MarkState, in_order, standing_at
from deid.review.overlaps import Overlaps
from deid.review.state import Act, ActKind, Review, apply


def carry_over(old: Review, fresh: Review) -> Review:
    """The decisions of one review, taken once more over what another policy keeps.

    Args:
        old: the review until now.
        fresh: as `begin` gives it for the same note under the other policy.

    Returns:
        `fresh` with the same ranges accepted, rejected and marked; its events are those of `old`
        and one more for each kind of decision that was taken over. What the reviewer has seen is
        not withheld any more.
    """
    review = replace(_shown(old, fresh), events=old.events)
    for take in (_rejected, _accepted, _added):
        act = take(old, review)
        if act.before != act.after:
            review = apply(review, act)
    return review


def suggest(review: Review, resolution: Resolution) -> Act:
    """The act of looking at what another examination found, such as one with lower thresholds.

    What it kept where the review has no mark comes in as a dropped mark: nothing is replaced
    until the reviewer says so.
    """
    taken = _overlaps([*(mark.finding for mark in review.marks), *review.withheld])
    new = [finding for finding in resolution.kept if taken.first(finding.span) is None]
    marks = [Mark(one, MarkState.DROPPED, DropReason.BELOW_THRESHOLD) for one in new]
    return Act(ActKind.SUGGEST, (), in_order(marks))


def _shown(old: Review, fresh: Review) -> Review:
    seen = _overlaps(mark.finding for mark in old.marks)
    withheld = set(old.withheld)
    shown = [
        one for one in fresh.withheld if one not in withheld and seen.first(one.span) is not None
    ]
    if not shown:
        return fresh
    marks = in_order([*fresh.marks, *(Mark(one, MarkState.OPEN) for one in shown)])
    left = tuple(one for one in fresh.withheld if one not in shown)
    return replace(fresh, marks=marks, withheld=left)


def _rejected(old: Review, review: Review) -> Act:
    return reject(review, _same(old, review, MarkState.REJECTED))


def _accepted(old: Review, review: Review) -> Act:
    return accept(review, _same(old, review, MarkState.ACCEPTED, same_label=True))


def _added(old: Review, review: Review) -> Act:
    own = [mark for mark in old.marks if mark.state in {MarkState.ADDED, MarkState.CHANGED}]
    draft = Draft(review, [span for mark in own for span in _spans(mark)])
    for mark in own:
        # What the mark was made of gives way to it; it does not grow back over that.
        parts = {part: None for span in _spans(mark) for part in standing_at(review.marks, span)}
        draft.claim(mark.finding.span, mark.finding.label, instead=tuple(parts))
    return draft.act(ActKind.ADD)


def _same(
    old: Review, review: Review, state: MarkState, *, same_label: bool = False
) -> Iterator[Mark]:
    for mark in old.marks:
        if mark.state is state:
            for one in standing_at(review.marks, mark.finding.span):
                if not same_label or one.finding.label is mark.finding.label:
                    yield one


def _overlaps(findings: Iterable[Finding]) -> Overlaps:
    return Overlaps(sorted(finding.span for finding in findings))


def _spans(mark: Mark) -> tuple[Span, ...]:
    return (mark.finding.span, *(origin.span for origin in mark.origins))
