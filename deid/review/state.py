"""The state of a review, and the acts that lead from one state to the next (pure).

An act swaps some marks for others, so undoing it swaps them back, exactly. Every act and every
undoing is kept as an event, in order, for the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from deid.datatypes import Document, Dropped, DropReason, Resolution, Span
from deid.review.marks import Mark, MarkState, in_order, swapped


class ActKind(StrEnum):
    """What a reviewer may do."""

    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    MOVE = "move"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a reviewer did: the marks `before` gave way to the marks `after`.

    Attributes:
        kind: what it was.
        before: in the order of the text; of a move, the mark that was moved comes first.
        after: in the order of the text.
    """

    kind: ActKind
    before: tuple[Mark, ...]
    after: tuple[Mark, ...]


class Step(StrEnum):
    """Which way an act went."""

    DONE = "done"
    UNDONE = "undone"
    REDONE = "redone"


@dataclass(frozen=True, slots=True)
class ReviewEvent:
    """An act that was done, taken back or done again."""

    act: Act
    step: Step


@dataclass(frozen=True, slots=True)
class Review:
    """The state of a review.

    Attributes:
        document: the note.
        reviewer: id of the person, as it stands in `reviewer:<id>`.
        marks: in the order of the text; those that are replaced are disjoint.
        covered: dropped findings in whose place a kept one stood from the start.
        events: everything that was done and undone, oldest first.
    """

    document: Document = field(repr=False)
    reviewer: str
    marks: tuple[Mark, ...] = ()
    covered: tuple[Dropped, ...] = ()
    events: tuple[ReviewEvent, ...] = ()

    def resolution(self) -> Resolution:
        """What is replaced and what is not, as the review stands now."""
        kept = tuple(mark.finding for mark in self.marks if mark.state.replaced)
        dropped = list(self.covered)
        for mark in self.marks:
            if mark.state is MarkState.REJECTED:
                dropped.append(Dropped(mark.finding, DropReason.REJECTED))
            elif mark.reason is not None:
                dropped.append(Dropped(mark.finding, mark.reason))
            dropped += [Dropped(o, DropReason.COVERED, mark.finding) for o in mark.origins]
        return Resolution(kept, tuple(dropped))

    def rejected(self) -> tuple[Span, ...]:
        """The ranges that the reviewer chose to leave in the output."""
        left: list[Span] = []
        for mark in self.marks:
            if mark.state is MarkState.REJECTED:
                left.append(mark.finding.span)
            elif mark.state.replaced:
                left += _cut_off(mark)
        return tuple(left)


def begin(document: Document, resolution: Resolution, *, reviewer: str) -> Review:
    """The review of a note as the detectors left it.

    Args:
        document: the note.
        resolution: what `analyze` gave for it.
        reviewer: id of the person, for the log.
    """
    marks = [Mark(finding, MarkState.OPEN) for finding in resolution.kept]
    covered = []
    for dropped in resolution.dropped:
        if dropped.winner is None:
            marks.append(Mark(dropped.finding, MarkState.DROPPED, dropped.reason))
        else:
            covered.append(dropped)
    return Review(document, reviewer, in_order(marks), tuple(covered))


def apply(review: Review, act: Act, *, step: Step = Step.DONE) -> Review:
    """The review after the act went this way, with that among its events.

    Raises:
        ValueError: the review does not hold the marks that the act starts from.
    """
    undone = step is Step.UNDONE
    before, after = (act.after, act.before) if undone else (act.before, act.after)
    return replace(
        review,
        marks=swapped(review.marks, before, after),
        events=(*review.events, ReviewEvent(act, step)),
    )


def _cut_off(mark: Mark) -> Iterable[Span]:
    """What a move has left out of the findings in whose place a mark stands."""
    own = mark.finding.span
    for span in (origin.span for origin in mark.origins):
        if span.start < own.start:
            yield Span(span.start, min(span.end, own.start))
        if own.end < span.end:
            yield Span(max(span.start, own.end), span.end)
