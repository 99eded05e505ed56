"""The state of a review, and the acts that lead from one state to the next (pure).

An act swaps some marks for others, so undoing it swaps them back, exactly. Every act and every
undoing is kept as an event, in order, for the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.review.marks import Change, Mark, MarkState, in_order, swapped
from deid.review.overlaps import Overlaps
from deid.review.standard import Standard
from deid.review.withheld import merged


class ActKind(StrEnum):
    """What a reviewer may do."""

    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    MOVE = "move"
    ADD = "add"
    SUGGEST = "suggest"


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
class Finished:
    """The decision that nothing more is to be done to a note.

    Attributes:
        replaced: how many marks were replaced then.
        uncertain_left: how many of them nobody had looked at, though they were uncertain.
        certain_from: the certainty from which on a finding needed no look, 0 to 1.
    """

    replaced: int
    uncertain_left: int
    certain_from: float


@dataclass(frozen=True, slots=True)
class Review:
    """The state of a review.

    Attributes:
        document: the note.
        reviewer: id of the person, as it stands in `reviewer:<id>`.
        marks: in the order of the text; those that are replaced are disjoint.
        covered: dropped findings in whose place a kept one stood from the start, and those that
            lie where one is withheld.
        events: everything that was done and undone, oldest first.
        withheld: sure findings that the reviewer is not shown, to measure what a reviewer catches;
            they are replaced all the same. Disjoint, in the order of the text.
        finished: that the reviewer is done with the marks as they stand.
        change: what the last act changed; no part of the state.
    """

    document: Document = field(repr=False)
    reviewer: str
    marks: tuple[Mark, ...] = ()
    covered: tuple[Dropped, ...] = ()
    events: tuple[ReviewEvent, ...] = ()
    withheld: tuple[Finding, ...] = ()
    finished: Finished | None = None
    change: Change | None = field(default=None, repr=False, compare=False)

    def resolution(self) -> Resolution:
        """What is replaced and what is not, as the review stands now.

        A withheld finding is replaced too; a mark that overlaps one grows over it.
        """
        marked = [mark.finding for mark in self.marks if mark.state.replaced]
        result = merged(marked, self.withheld)
        dropped = [replace(one, winner=result.winner(one.winner)) for one in self.covered]
        for mark in self.marks:
            if mark.state is MarkState.REJECTED:
                dropped.append(Dropped(mark.finding, DropReason.REJECTED))
            elif mark.reason is not None:
                dropped.append(Dropped(mark.finding, mark.reason))
            winner = result.winner(mark.finding)
            dropped += [Dropped(origin, DropReason.COVERED, winner) for origin in mark.origins]
        return Resolution(result.kept, (*dropped, *result.dropped))

    def rejected(self) -> tuple[Span, ...]:
        """The ranges that the reviewer chose to leave in the output."""
        left: list[Span] = []
        for mark in self.marks:
            if mark.state is MarkState.REJECTED:
                left.append(mark.finding.span)
            if mark.state is not MarkState.DROPPED:
                left += _cut_off(mark)
        return tuple(left)


def begin(
    document: Document,
    resolution: Resolution,
    *,
    reviewer: str,
    withheld: Sequence[Finding] = (),
) -> Review:
    """The review of a note as the detectors left it.

    Args:
        document: the note.
        resolution: what `analyze` gave for it.
        reviewer: id of the person, for the log.
        withheld: kept findings that the reviewer is not shown (`choose_withheld`).

    Raises:
        ValueError: a withheld finding is not among the kept ones.
    """
    hidden = set(withheld)
    # Mostly nothing is withheld, and of thousands of findings none need be looked up.
    kept = tuple(finding for finding in resolution.kept if finding in hidden) if hidden else ()
    if not hidden <= set(kept):
        raise ValueError("only kept findings can be withheld")
    shown = [one for one in resolution.kept if one not in hidden] if hidden else resolution.kept
    marks = [Mark(finding, MarkState.OPEN) for finding in shown]
    covered = []
    places = Overlaps([finding.span for finding in kept])
    for dropped in resolution.dropped:
        if dropped.winner is None and places.first(dropped.finding.span) is None:
            marks.append(Mark(dropped.finding, MarkState.DROPPED, dropped.reason))
        else:
            covered.append(dropped)
    return Review(document, reviewer, in_order(marks), tuple(covered), withheld=kept)


def apply(review: Review, act: Act, *, step: Step = Step.DONE) -> Review:
    """The review after the act went this way, with that among its events.

    Raises:
        ValueError: the review does not hold the marks that the act starts from.
    """
    undone = step is Step.UNDONE
    before, after = (act.after, act.before) if undone else (act.before, act.after)
    change = swapped(review.marks, before, after)
    return replace(
        review,
        marks=change.after,
        change=change,
        events=(*review.events, ReviewEvent(act, step)),
        finished=None,
    )


def finish(review: Review, *, standard: Standard) -> Review:
    """The review with the decision that nothing more is to be done; the next act takes it back."""
    tally = standard.tally(review.marks)
    done = Finished(tally.replaced, tally.uncertain, float(standard.certain_from))
    return replace(review, finished=done)


def _cut_off(mark: Mark) -> Iterable[Span]:
    """What a move has left out of the findings in whose place a mark stands."""
    own, rejected = mark.finding.span, mark.state is MarkState.REJECTED
    for span in (origin.span for origin in mark.origins):
        if own.covers(span):
            continue
        if rejected:
            yield span
            continue
        if span.start < own.start:
            yield Span(span.start, min(span.end, own.start))
        if own.end < span.end:
            yield Span(max(span.start, own.end), span.end)
