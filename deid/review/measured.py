"""What a reviewer caught of what was withheld, and the result without it (pure)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace

from deid.datatypes import Finding, Redacted, Span
from deid.review.overlaps import Overlaps
from deid.review.state import Review


@dataclass(frozen=True, slots=True)
class Caught:
    """How many findings were withheld from a reviewer, and how many the reviewer marked."""

    withheld: int
    caught: int


def caught(review: Review) -> Caught:
    """What the reviewer has caught so far: a mark that is replaced overlaps it."""
    return Caught(len(review.withheld), len(review.withheld) - len(_uncaught(review)))


def as_shown(review: Review, redacted: Redacted) -> Redacted:
    """A result of this review as its reviewer may see it: what was not caught is still there.

    It is never written anywhere, nor copied; the result itself is what may be released.

    Args:
        review: the state that the result was made of.
        redacted: the result.
    """
    hidden = {finding.span for finding in _uncaught(review)}
    if not hidden:
        return redacted
    pieces, at, moved = [], 0, 0
    places, moves, shown = [0], [0], []
    for redaction in redacted.redactions:
        original, written = redaction.finding.span, redaction.output_span
        if original in hidden:
            pieces += [redacted.text[at : written.start], original.of(review.document.text)]
            at, moved = written.end, moved + len(original) - len(written)
            places.append(at)
            moves.append(moved)
        else:
            shown.append(replace(redaction, output_span=_by(moved, written)))
    left = [
        replace(one, span=_by(moves[bisect_right(places, one.span.start) - 1], one.span))
        for one in redacted.residual
    ]
    text = "".join([*pieces, redacted.text[at:]])
    return replace(redacted, text=text, redactions=tuple(shown), residual=tuple(left))


def as_written(shown: Redacted, redacted: Redacted, span: Span) -> str:
    """What a range of the shown result reads in the result itself.

    Args:
        shown: what `as_shown` made of `redacted`.
        redacted: the result itself.
        span: in `shown`; what it touches of a withheld finding is given as it was replaced.
    """
    seen = {redaction.finding for redaction in shown.redactions}
    pieces, at, moved = [], span.start, 0
    for redaction in redacted.redactions:
        if redaction.finding in seen:
            continue
        original, written = redaction.finding.span, redaction.output_span
        place = Span(written.start + moved, written.start + moved + len(original))
        moved += len(original) - len(written)
        if place.overlaps(span):
            pieces += [shown.text[at : place.start], written.of(redacted.text)]
            at = place.end
    return "".join([*pieces, shown.text[at : span.end]])


def _uncaught(review: Review) -> list[Finding]:
    if not review.withheld:
        return []
    marked = Overlaps([mark.finding.span for mark in review.marks if mark.state.replaced])
    return [one for one in review.withheld if marked.first(one.span) is None]


def _by(distance: int, span: Span) -> Span:
    return Span(span.start + distance, span.end + distance)
