"""What a reviewer may do with marks (pure). Each function gives an act; `apply` lets it happen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from deid.datatypes import Redacted, Span
from deid.labels import Label
from deid.parts import part_around, pieces
from deid.residual import OutputMap
from deid.review.draft import Draft, by_reviewer, origins_of, parted, union
from deid.review.marks import Mark, MarkState, standing_at, touched
from deid.review.state import Act, ActKind, Review


def accept(review: Review, marks: Iterable[Mark]) -> Act:
    """The act of confirming these marks, also such as were dropped or rejected.

    One that was not replaced and now overlaps marks that are takes them in, so that no part of
    any of them is left in the output.
    """
    chosen = tuple(marks)
    draft = Draft(review, _staying(chosen))
    draft.accept(chosen)
    return draft.act(ActKind.ACCEPT)


def reject(review: Review, marks: Iterable[Mark]) -> Act:
    """The act of saying that these are no identifiers: their text stays in the output."""
    draft = Draft(review, ())
    draft.reject(marks)
    return draft.act(ActKind.REJECT)


def relabel(review: Review, marks: Iterable[Mark], label: Label) -> Act:
    """The act of calling these marks `label`. They are replaced from then on."""
    chosen = tuple(marks)
    draft = Draft(review, _staying(chosen))
    draft.relabel(chosen, label)
    return draft.act(ActKind.RELABEL)


def add(review: Review, span: Span, label: Label) -> Act:
    """The act of marking a range that the detectors had missed.

    It grows over the replaced marks that it overlaps and stands in their place, and in that of
    what was dropped or rejected at this very range. A range over several parts of the note
    becomes a mark in each.

    Raises:
        ValueError: the span is empty or does not lie in the note.
    """
    return add_each(review, [span], label)


def add_each(review: Review, spans: Iterable[Span], label: Label) -> Act:
    """The act of marking several ranges at once, as `add` marks one.

    Raises:
        ValueError: a span is empty or does not lie in the note.
    """
    return _added(review, [(span, label) for span in dict.fromkeys(spans)])


def add_leftovers(review: Review, redacted: Redacted) -> Act:
    """The act of marking everything that the residual check found in an output of this review."""
    output = OutputMap(redacted.redactions)
    places = {output.to_original(left.span): left.label for left in reversed(redacted.residual)}
    return _added(review, sorted(places.items()))


def move(review: Review, mark: Mark, span: Span) -> Act:
    """The act of saying that a finding lies at another span. It is replaced from then on.

    It grows over other marks that it comes to overlap and stands in their place, but not out of
    the part of the note that it lies in. What it no longer covers is left in the output, as the
    reviewer's choice.

    Raises:
        ValueError: the span is empty or does not lie in the note.
    """
    _check(review, span)
    span = _in_part(review, mark, span)
    if mark.state.replaced and mark.finding.span == span:
        return Act(ActKind.MOVE, (), ())
    others = tuple(other for other in touched(review.marks, span) if other != mark)
    state = MarkState.ADDED if mark.state is MarkState.ADDED else MarkState.CHANGED
    finding = by_reviewer(review, union(span, others), mark.finding.label)
    after = Mark(finding, state, origins=origins_of([mark, *others]))
    return Act(ActKind.MOVE, (mark, *others), (after,))


def _added(review: Review, places: Sequence[tuple[Span, Label]]) -> Act:
    for span, _ in places:
        _check(review, span)
    parts = review.document.parts
    within = [(piece, label) for span, label in places for piece in pieces(parts, span)]
    draft = Draft(review, [span for span, _ in within])
    for span, label in within:
        _, standing = parted(standing_at(review.marks, span))
        draft.claim(span, label, instead=standing)
    return draft.act(ActKind.ADD)


def _staying(marks: Sequence[Mark]) -> list[Span]:
    return [mark.finding.span for mark in marks if not mark.state.replaced]


def _in_part(review: Review, mark: Mark, span: Span) -> Span:
    """What of a span lies in the part of the note that a mark lies in; all, without parts.

    Raises:
        ValueError: the span leaves that part altogether.
    """
    whole = part_around(review.document.parts, mark.finding.span)
    if whole is None:
        return span
    start, end = max(whole.start, span.start), min(whole.end, span.end)
    if start >= end:
        raise ValueError(f"outside the part of its mark: [{span.start}, {span.end})")
    return Span(start, end)


def _check(review: Review, span: Span) -> None:
    if not span or span.end > len(review.document.text):
        raise ValueError(f"no range of the note: [{span.start}, {span.end})")
