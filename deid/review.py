"""A person's review of one note: acts, their undoing, and the resolution that follows (pure).

An act swaps some marks for others, so undoing it swaps them back, exactly. Every act and every
undoing is kept as an event, in order, for the log.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum

from deid.audit.records import ReviewAct, ReviewActed
from deid.datatypes import Document, Dropped, DropReason, Finding, Redacted, Resolution, Span
from deid.labels import Label
from deid.residual import OutputMap


class MarkState(StrEnum):
    """What stands about a finding. `OPEN`, `ACCEPTED`, `CHANGED` and `ADDED` are replaced."""

    OPEN = "open"
    ACCEPTED = "accepted"
    CHANGED = "changed"
    ADDED = "added"
    REJECTED = "rejected"
    DROPPED = "dropped"

    @property
    def replaced(self) -> bool:
        """Whether the range will be replaced in the output."""
        return self not in {MarkState.REJECTED, MarkState.DROPPED}


@dataclass(frozen=True, slots=True)
class Mark:
    """A finding as the reviewer sees it.

    Attributes:
        finding: where and what.
        state: what was decided, by the detectors or by the reviewer.
        reason: why the detectors' finding was dropped; `None` unless `DROPPED`.
        origins: the findings in whose place this one stands.
    """

    finding: Finding
    state: MarkState
    reason: DropReason | None = None
    origins: tuple[Finding, ...] = ()


class ActKind(StrEnum):
    """What a reviewer may do."""

    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    ADD = "add"


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that a reviewer did: the marks `before` gave way to the marks `after`."""

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
        return tuple(m.finding.span for m in self.marks if m.state is MarkState.REJECTED)


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
    return Review(document, reviewer, _in_order(marks), tuple(covered))


def accept(review: Review, marks: Iterable[Mark]) -> Act:
    """The act of confirming these marks, also such as were dropped or rejected.

    One that was not replaced and now overlaps marks that are takes them in, so that no part of
    any of them is left in the output.
    """
    chosen = tuple(marks)
    kept = tuple(mark for mark in chosen if mark.state.replaced)
    state = _swap(review, kept, tuple(replace(mark, state=MarkState.ACCEPTED) for mark in kept))
    for mark in chosen:
        if not mark.state.replaced:
            touched = _touched(state, mark.finding.span)
            confirmed = replace(mark, state=MarkState.ACCEPTED, reason=None)
            after = _claim(state, mark.finding.span, mark.finding.label) if touched else confirmed
            state = _swap(state, (mark, *touched), (after,))
    return _difference(ActKind.ACCEPT, review, state)


def reject(review: Review, marks: Iterable[Mark]) -> Act:
    """The act of saying that these are no identifiers: their text stays in the output."""
    before = tuple(marks)
    after = tuple(replace(mark, state=MarkState.REJECTED, reason=None) for mark in before)
    return _difference(ActKind.REJECT, review, _swap(review, before, after))


def relabel(review: Review, marks: Iterable[Mark], label: Label) -> Act:
    """The act of calling these marks `label`. They are replaced from then on."""
    state = review
    for mark in marks:
        if mark.state.replaced:
            finding = _by_reviewer(review, mark.finding.span, label)
            origins = (*mark.origins, mark.finding)
            after = Mark(finding, MarkState.CHANGED, origins=origins)
            state = _swap(state, (mark,), (after,))
        else:
            touched = _touched(state, mark.finding.span)
            after = _claim(state, mark.finding.span, label, also=(mark.finding,))
            state = _swap(state, (mark, *touched), (after,))
    return _difference(ActKind.RELABEL, review, state)


def add(review: Review, span: Span, label: Label) -> Act:
    """The act of marking a range that the detectors had missed.

    It grows over the marks that it overlaps and stands in their place.

    Raises:
        ValueError: the span is empty or does not lie in the note.
    """
    if not span or span.end > len(review.document.text):
        raise ValueError(f"no range of the note: [{span.start}, {span.end})")
    touched = _touched(review, span)
    return Act(ActKind.ADD, touched, (_claim(review, span, label),))


def add_leftovers(review: Review, redacted: Redacted) -> Act:
    """The act of marking everything that the residual check found in an output of this review."""
    output = OutputMap(redacted.redactions)
    state = review
    for left in redacted.residual:
        act = add(state, output.to_original(left.span), left.label)
        state = _swap(state, act.before, act.after)
    return _difference(ActKind.ADD, review, state)


def log_events(review: Review, *, document: str) -> Iterator[ReviewActed]:
    """What the log records of a review: an event for each mark that each step led to.

    Args:
        review: its `events` are told in order.
        document: fingerprint of the document's id.
    """
    for event in review.events:
        kind = ReviewAct(event.act.kind)
        undone = event.step is Step.UNDONE
        for mark in event.act.after:
            old = _label_at(event.act.before, mark.finding.span)
            new = mark.finding.label
            yield ReviewActed(
                document=document,
                act=_LOGGED[event.step] or kind,
                reviewer=review.reviewer,
                span=mark.finding.span,
                label_before=new if undone else old,
                label_after=old if undone else new,
                undone=None if event.step is Step.DONE else kind,
            )


def apply(review: Review, act: Act, *, step: Step = Step.DONE) -> Review:
    """The review after the act went this way, with that among its events.

    Raises:
        ValueError: the review does not hold the marks that the act starts from.
    """
    undone = step is Step.UNDONE
    before, after = (act.after, act.before) if undone else (act.before, act.after)
    moved = _swap(review, before, after)
    return replace(moved, events=(*review.events, ReviewEvent(act, step)))


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


_LOGGED = {Step.DONE: None, Step.UNDONE: ReviewAct.UNDO, Step.REDONE: ReviewAct.REDO}


def _label_at(marks: Iterable[Mark], span: Span) -> Label | None:
    return next((m.finding.label for m in marks if m.finding.span.overlaps(span)), None)


def _by_reviewer(review: Review, span: Span, label: Label) -> Finding:
    return Finding(span, label, 1.0, f"reviewer:{review.reviewer}")


def _claim(review: Review, span: Span, label: Label, *, also: tuple[Finding, ...] = ()) -> Mark:
    touched = _touched(review, span)
    start = min([span.start, *(mark.finding.span.start for mark in touched)])
    end = max([span.end, *(mark.finding.span.end for mark in touched)])
    origins = also + tuple(f for mark in touched for f in (*mark.origins, mark.finding))
    finding = _by_reviewer(review, Span(start, end), label)
    return Mark(finding, MarkState.ADDED, origins=origins)


def _touched(review: Review, span: Span) -> tuple[Mark, ...]:
    return tuple(
        mark for mark in review.marks if mark.state.replaced and mark.finding.span.overlaps(span)
    )


def _swap(review: Review, before: tuple[Mark, ...], after: tuple[Mark, ...]) -> Review:
    marks = list(review.marks)
    for mark in before:
        at = bisect_left(marks, _order(mark), key=_order)
        marks.pop(marks.index(mark, at))
    for mark in after:
        insort(marks, mark, key=_order)
    return replace(review, marks=tuple(marks))


def _difference(kind: ActKind, old: Review, new: Review) -> Act:
    gone, come = Counter(old.marks), Counter(new.marks)
    return Act(kind, _in_order((gone - come).elements()), _in_order((come - gone).elements()))


def _in_order(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(sorted(marks, key=_order))


def _order(mark: Mark) -> tuple[object, ...]:
    # Total, so that undoing gives back the very same tuple.
    own = _finding_order(mark.finding)
    return (*own, mark.state, mark.reason or "", tuple(map(_finding_order, mark.origins)))


def _finding_order(finding: Finding) -> tuple[Span, Label, str, float]:
    return (finding.span, finding.label, finding.detector, finding.score)
