"""What the log is told of a review (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from deid.audit.records import ReviewAct, ReviewActed, ReviewerMeasured, ReviewFinished
from deid.review.measured import caught
from deid.review.overlaps import Overlaps
from deid.review.state import ActKind, Review, ReviewEvent, Step

_LOGGED: Final = {Step.DONE: None, Step.UNDONE: ReviewAct.UNDO, Step.REDONE: ReviewAct.REDO}


def log_events(
    review: Review, *, document: str
) -> Iterator[ReviewActed | ReviewFinished | ReviewerMeasured]:
    """What the log records of a review.

    First an event for each mark that each step led to; then that the review was finished, where
    it was; then what the reviewer caught, where something was withheld.

    Args:
        review: its `events` are told in order.
        document: fingerprint of the document's id.
    """
    reviewer = review.reviewer
    for event in review.events:
        if event.act.kind is ActKind.MOVE:
            yield from _moved(event, reviewer=reviewer, document=document)
        elif event.act.kind is not ActKind.SUGGEST:  # nothing was decided
            yield from _acted(event, reviewer=reviewer, document=document)
    if review.finished is not None:
        yield ReviewFinished(
            document=document,
            reviewer=reviewer,
            replaced=review.finished.replaced,
            uncertain_left=review.finished.uncertain_left,
            certain_from=review.finished.certain_from,
        )
    if review.withheld:
        measured = caught(review)
        yield ReviewerMeasured(
            document=document,
            reviewer=reviewer,
            withheld=measured.withheld,
            caught=measured.caught,
        )


def _acted(event: ReviewEvent, *, reviewer: str, document: str) -> Iterator[ReviewActed]:
    kind = ReviewAct(event.act.kind)
    undone = event.step is Step.UNDONE
    stood = Overlaps([mark.finding.span for mark in event.act.before])
    for mark in event.act.after:
        first, new = stood.first(mark.finding.span), mark.finding.label
        old = None if first is None else event.act.before[first].finding.label
        yield ReviewActed(
            document=document,
            act=_LOGGED[event.step] or kind,
            reviewer=reviewer,
            span=mark.finding.span,
            label_before=new if undone else old,
            label_after=old if undone else new,
            undone=None if event.step is Step.DONE else kind,
        )


def _moved(event: ReviewEvent, *, reviewer: str, document: str) -> Iterator[ReviewActed]:
    for old, new in zip(event.act.before, event.act.after, strict=False):
        first, last = (new, old) if event.step is Step.UNDONE else (old, new)
        yield ReviewActed(
            document=document,
            act=_LOGGED[event.step] or ReviewAct.MOVE,
            reviewer=reviewer,
            span=first.finding.span,
            label_before=first.finding.label,
            label_after=last.finding.label,
            span_after=last.finding.span,
            undone=None if event.step is Step.DONE else ReviewAct.MOVE,
        )
