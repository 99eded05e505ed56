"""Acts on every place of a note where the same words stand (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from deid.datatypes import Span
from deid.labels import Label
from deid.review.acts import add_each
from deid.review.draft import Draft
from deid.review.marks import Mark, standing_at, touched
from deid.review.state import Act, ActKind, Review


def occurrences(review: Review, place: Mark | Span) -> tuple[Span, ...]:
    """Every place of the note where the words of one place stand, in the order of the text.

    Words are whole, and compared without regard to case and to the blanks between them. The place
    itself is always among them; marked or not makes no difference.
    """
    span = place if isinstance(place, Span) else place.finding.span
    text = review.document.text
    words = span.of(text).split()
    if not words:
        return (span,)
    first, *rest = words
    # What stands before is looked at behind the first letter: so most of a text is passed over
    # with one comparison a letter.
    before = r"(?<!\w.)" if first[0].isalnum() else ""
    behind = r"(?!\w)" if words[-1][-1].isalnum() else ""
    pattern = r"\s+".join(
        (re.escape(first[0]) + before + re.escape(first[1:]), *map(re.escape, rest))
    )
    found = _matches(re.compile(pattern + behind, re.IGNORECASE), text, first)
    spans = [Span(*match.span()) for match in found]
    return tuple(sorted([span, *(one for one in spans if not one.overlaps(span))]))


def _matches(pattern: re.Pattern[str], text: str, first: str) -> Iterator[re.Match[str]]:
    """What `pattern.finditer` gives, of a pattern that begins with this word in either case.

    In a text of ASCII alone case is a matter of one character each, so that plain searching, which
    is twenty times as quick, tells where to look: a note may have a million characters.
    """
    if not text.isascii():
        yield from pattern.finditer(text)
        return
    lowered, wanted = text.lower(), first.lower()
    at = lowered.find(wanted)
    while at >= 0:
        match = pattern.match(text, at)
        if match is not None:
            yield match
        at = lowered.find(wanted, match.end() if match is not None else at + 1)


@dataclass(frozen=True, slots=True)
class Reach:
    """How many places acts on every place of a mark's words concern.

    Attributes:
        replaced: where `accept_all` and `relabel_all` let a mark stand.
        rejected: where `reject_all` lets the text stay.
    """

    replaced: int
    rejected: int


def reach(review: Review, mark: Mark) -> Reach:
    """How many places acts on every place of a mark's words would concern."""
    places = _Places(review, mark)
    return Reach(len(places.spans), places.marked)


def accept_all(review: Review, mark: Mark) -> Act:
    """The act of confirming a mark, and marking its words wherever else they stand."""
    places = _Places(review, mark)
    draft = Draft(review, places.spans)
    draft.accept(places.marks)
    for span in places.bare:
        draft.claim(span, mark.finding.label)
    return draft.act(ActKind.ACCEPT)


def reject_all(review: Review, mark: Mark) -> Act:
    """The act of saying that a mark's words are no identifier anywhere in the note.

    Longer marks that hold these words among others stay as they are.
    """
    draft = Draft(review, ())
    for span in occurrences(review, mark):
        draft.reject(standing_at(review.marks, span))
    return draft.act(ActKind.REJECT)


def relabel_all(review: Review, mark: Mark, label: Label) -> Act:
    """The act of calling a mark `label`, and its words wherever else they stand."""
    places = _Places(review, mark)
    draft = Draft(review, places.spans)
    draft.relabel(places.marks, label)
    for span in places.bare:
        draft.claim(span, label)
    return draft.act(ActKind.RELABEL)


def add_all(review: Review, span: Span, label: Label) -> Act:
    """The act of marking a range, and its words wherever else they are not replaced yet.

    Raises:
        ValueError: the span is empty or does not lie in the note.
    """
    others = [one for one in occurrences(review, span) if one == span or not _hidden(review, one)]
    return add_each(review, others, label)


class _Places:
    """What stands at each occurrence of a mark's words.

    Attributes:
        spans: all occurrences but those within longer marks that are replaced.
        marks: the marks there: this one, and one for each other span that has any.
        bare: the spans where none is.
        marked: how many occurrences have marks, also such as lie within longer ones.
    """

    def __init__(self, review: Review, mark: Mark) -> None:
        self.marked = 0
        self.spans: list[Span] = []
        self.marks: list[Mark] = []
        self.bare: list[Span] = []
        for span in occurrences(review, mark):
            standing = standing_at(review.marks, span)
            self.marked += bool(standing)
            if mark in standing:
                chosen = [mark]
            else:
                chosen = [one for one in standing if one.state.replaced]
                if not chosen and _hidden(review, span):
                    continue
            self.spans.append(span)
            if standing:
                self.marks.append((chosen or standing)[0])
            else:
                self.bare.append(span)


def _hidden(review: Review, span: Span) -> bool:
    """Whether nothing of a span will be in the output."""
    return any(mark.finding.span.covers(span) for mark in touched(review.marks, span))
