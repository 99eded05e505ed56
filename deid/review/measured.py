"""What a reviewer caught of what was withheld, and the result without it (pure)."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import Final

from deid.datatypes import Finding, Redacted, Span
from deid.review.overlaps import Overlaps
from deid.review.state import Review

_NUMBERED: Final = re.compile(r"\[([A-Z0-9_]+)-([1-9][0-9]*)\]")


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

    Numbered tags are numbered as if it were not found, so that no gap tells of it. This is never
    written anywhere, nor copied; the result itself is what may be released.

    Args:
        review: the state that the result was made of.
        redacted: the result.
    """
    hidden = {finding.span for finding in _uncaught(review)}
    if not hidden:
        return redacted
    pieces, at, moved = [], 0, 0
    places, moves, shown = [0], [0], []
    number = _Numbers()
    for redaction in redacted.redactions:
        original, written = redaction.finding.span, redaction.output_span
        is_seen = original not in hidden
        text = written.of(redacted.text)
        put = number(text) if is_seen else original.of(review.document.text)
        if is_seen:
            start = written.start + moved
            shown.append(replace(redaction, output_span=Span(start, start + len(put))))
        pieces += [redacted.text[at : written.start], put]
        at, moved = written.end, moved + len(put) - len(text)
        places.append(at)
        moves.append(moved)
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
        span: in `shown`; what it touches of a replacement that is shown otherwise is given whole.
    """
    seen = {redaction.finding: redaction.output_span for redaction in shown.redactions}
    pieces, at, moved = [], span.start, 0
    for redaction in redacted.redactions:
        written, start = redaction.output_span, redaction.output_span.start + moved
        length = len(redaction.finding.span)
        place = seen.get(redaction.finding, Span(start, start + length))
        moved += len(place) - len(written)
        put = written.of(redacted.text)
        if place.overlaps(span) and place.of(shown.text) != put:
            pieces += [shown.text[at : place.start], put]
            at = place.end
    return "".join([*pieces, shown.text[at : span.end]])


class _Numbers:
    """Numbers tags in the order in which they come up, each label by itself."""

    def __init__(self) -> None:
        self._given: dict[str, dict[str, int]] = {}

    def __call__(self, written: str) -> str:
        """The tag with its number; what is no numbered tag stays as it is."""
        tag = _NUMBERED.fullmatch(written)
        if tag is None:
            return written
        of_label = self._given.setdefault(tag[1], {})
        return f"[{tag[1]}-{of_label.setdefault(tag[2], len(of_label) + 1)}]"


def _uncaught(review: Review) -> list[Finding]:
    if not review.withheld:
        return []
    marked = Overlaps([mark.finding.span for mark in review.marks if mark.state.replaced])
    return [one for one in review.withheld if marked.first(one.span) is None]


def _by(distance: int, span: Span) -> Span:
    return Span(span.start + distance, span.end + distance)
