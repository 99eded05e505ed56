"""Which other labels a finding may have, the likeliest first (pure)."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress, repeat
from operator import attrgetter, is_
from typing import Final

from deid.datatypes import Dropped, Finding, Span
from deid.labels import Label
from deid.review.marks import Mark, MarkState
from deid.review.state import Review

MOST_CHOICES: Final = 10
"""So many labels are offered: as many as there are digits."""

_NAMES: Final = (
    *(Label.PATIENT, Label.DOCTOR, Label.PERSON, Label.USERNAME, Label.HOSPITAL),
    *(Label.ORGANIZATION, Label.LOCATION, Label.CITY, Label.STREET, Label.DEPARTMENT),
    *(Label.PROFESSION, Label.OTHER),
)
_PLACES: Final = (
    *(Label.HOSPITAL, Label.ORGANIZATION, Label.LOCATION, Label.CITY, Label.DEPARTMENT),
    *(Label.STREET, Label.ROOM, Label.DOCTOR, Label.PATIENT, Label.STATE, Label.COUNTRY),
    *(Label.COUNTY, Label.PERSON, Label.ZIP),
)
_NUMBERS: Final = (
    *(Label.MRN, Label.IDNUM, Label.DATE, Label.PHONE, Label.ACCOUNT, Label.AGE, Label.ROOM),
    *(Label.ZIP, Label.FAX, Label.HEALTHPLAN, Label.DEVICE, Label.LICENSE, Label.SSN),
)
_CODES: Final = (
    *(Label.MRN, Label.IDNUM, Label.ACCOUNT, Label.HEALTHPLAN, Label.DEVICE, Label.LICENSE),
    *(Label.USERNAME, Label.PHONE, Label.ROOM, Label.VEHICLE, Label.SSN, Label.DATE),
)
_CONTACTS: Final = (
    *(Label.PHONE, Label.FAX, Label.EMAIL, Label.URL, Label.IDNUM, Label.USERNAME),
    *(Label.MRN, Label.ACCOUNT, Label.IP, Label.DATE),
)
_TIMES: Final = (
    *(Label.DATE, Label.AGE, Label.AGE90, Label.IDNUM, Label.ROOM, Label.OTHER),
    *(Label.ORGANIZATION, Label.LOCATION, Label.CITY, Label.COUNTRY, Label.PERSON),
)
_WORDS: Final = (
    *(Label.PROFESSION, Label.ORGANIZATION, Label.OTHER, Label.PERSON, Label.DOCTOR),
    *(Label.DEPARTMENT, Label.HOSPITAL, Label.LOCATION, Label.CITY, Label.DATE),
)
_KIN: Final = {
    "NAME": _NAMES,
    "LOCATION": _PLACES,
    "DATE": _TIMES,
    "AGE": _TIMES,
    "CONTACT": _CONTACTS,
    "ID": _CODES,
    "PROFESSION": _WORDS,
    "OTHER": _WORDS,
}

_state: Final = attrgetter("state")


class LabelChoices:
    """Offers labels for one mark after another; what it once counted of a review, it keeps."""

    def __init__(self) -> None:
        self._marks: tuple[Mark, ...] = ()
        self._covered: tuple[Dropped, ...] = ()
        self._made: dict[Label, Counter[Label]] = defaultdict(Counter)
        self._gave_way: dict[Finding, list[Finding]] = {}

    def of(self, review: Review, mark: Mark) -> tuple[Label, ...]:
        """At most ten labels that a mark may have instead of its own, the likeliest first.

        First what the detectors held against it: rivals of its label, and other findings at its
        place. Then what this reviewer made of others of its label, the most frequent first; then
        its kind.
        """
        if review.marks is not self._marks:
            self._follow(review)
        if review.covered is not self._covered:
            self._covered, self._gave_way = review.covered, _gave_way(review.covered)
        text = mark.finding.span.of(review.document.text)
        own = mark.finding.label
        often = self._made.get(own, Counter())
        made = sorted(
            (label for label in often if often[label]), key=lambda one: (-often[one], one)
        )
        return _first([*self._held_against(mark), *made, *_alike(text, own)], but=own)

    def _follow(self, review: Review) -> None:
        """Count which labels findings were given instead of each label, and how often."""
        change = review.change
        if change is not None and change.leads(self._marks, review.marks):
            self._count(change.gone, -1)
            self._count(change.come, 1)
        else:
            self._made = defaultdict(Counter)
            self._count(review.marks, 1)
        self._marks = review.marks

    def _count(self, marks: Sequence[Mark], by: int) -> None:
        # There may be thousands of marks.
        for mark in compress(marks, map(is_, map(_state, marks), repeat(MarkState.CHANGED))):
            for label in {origin.label for origin in mark.origins}:
                self._made[label][mark.finding.label] += by

    def _held_against(self, mark: Mark) -> Iterator[Label]:
        shares = [pair for finding in mark.found for pair in finding.rivals]
        yield from (label for label, _ in sorted(shares, key=lambda pair: -pair[1]))
        kept = dict.fromkeys((mark.finding, *mark.origins))
        there = [finding for one in kept for finding in self._gave_way.get(one, ())]
        there += mark.origins
        yield from (finding.label for finding in sorted(there, key=_unlikely))


def label_choices(review: Review, mark: Mark) -> tuple[Label, ...]:
    """At most ten labels that a mark may have instead of its own, as `LabelChoices` offers them."""
    return LabelChoices().of(review, mark)


def new_choices(review: Review, span: Span) -> tuple[Label, ...]:
    """At most ten labels that a range may be marked with, the likeliest first.

    First what the detectors found there and did not keep, then what this reviewer marked most.
    """
    text = span.of(review.document.text)
    dropped = [mark for mark in review.marks if mark.state is MarkState.DROPPED]
    there = [mark.finding for mark in dropped if mark.finding.span.overlaps(span)]
    there += [one.finding for one in review.covered if one.finding.span.overlaps(span)]
    found = [one.label for one in sorted(there, key=_unlikely)]
    return _first([*found, *_marked_before(review), *_alike(text, None)])


def _gave_way(covered: Iterable[Dropped]) -> dict[Finding, list[Finding]]:
    """What was dropped in favour of each finding."""
    gave_way: dict[Finding, list[Finding]] = defaultdict(list)
    for one in covered:
        if one.winner is not None:
            gave_way[one.winner].append(one.finding)
    return gave_way


def _marked_before(review: Review) -> list[Label]:
    marked = [mark.finding.label for mark in review.marks if mark.state is MarkState.ADDED]
    return [label for label, _ in Counter(marked).most_common()]


def _alike(text: str, label: Label | None) -> Iterator[Label]:
    """Labels of the same kind, by what the text looks like where that tells more."""
    is_number = any(map(str.isdigit, text)) and not any(map(str.isalpha, text))
    if is_number:
        yield from _NUMBERS
    elif label is not None:
        yield from _KIN[label.names.category]
    elif any(map(str.isdigit, text)):
        yield from _CODES
    yield from _NAMES
    yield from _PLACES


def _unlikely(finding: Finding) -> float:
    return -finding.score


def _first(labels: list[Label], *, but: Label | None = None) -> tuple[Label, ...]:
    unique = [label for label in dict.fromkeys(labels) if label is not but]
    return tuple(unique[:MOST_CHOICES])
