"""What the log is told of a review."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from deid.audit.records import ReviewAct, ReviewActed
from deid.datatypes import Span
from deid.labels import Label
from deid.review.marks import Mark
from deid.review.state import ActKind, Review, ReviewEvent, Step

_LOGGED: Final = {Step.DONE: None, Step.UNDONE: ReviewAct.UNDO, Step.REDONE: ReviewAct.REDO}


def log_events(review: Review, *, document: str) -> Iterator[ReviewActed]:
    """What the log records of a review: an event for each mark that each step led to.

    Args:
        review: its `events` are told in order.
        document: fingerprint of the document's id.
    """
    for event in review.events:
        if event.act.kind is ActKind.MOVE:
            yield from _moved(event, reviewer=review.reviewer, document=document)
        else:
            yield from _acted(event, reviewer=review.reviewer, document=document)


def _acted(event: ReviewEvent, *, reviewer: str, document: str) -> Iterator[ReviewActed]:
    kind = ReviewAct(event.act.kind)
    undone = event.step is Step.UNDONE
    labels = _Labels(event.act.before)
    for mark in event.act.after:
        old, new = labels.at(mark.finding.span), mark.finding.label
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


class _Labels:
    """Looks up which label stood somewhere.

    Args:
        marks: in the order of the text; they may overlap.
    """

    def __init__(self, marks: Sequence[Mark]) -> None:
        self._marks = marks
        # The first mark where the furthest end passes a place is the first to reach beyond it.
        self._furthest = list(accumulate((mark.finding.span.end for mark in marks), max))

    def at(self, span: Span) -> Label | None:
        """The label of the first mark that overlaps this span."""
        index = bisect_right(self._furthest, span.start)
        if index == len(self._marks) or not self._marks[index].finding.span.overlaps(span):
            return None
        return self._marks[index].finding.label
