"""Which other labels a finding may have, the likeliest first (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from deid.datatypes import Finding, Span
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


def label_choices(review: Review, mark: Mark) -> tuple[Label, ...]:
    """At most ten labels that a mark may have instead of its own, the likeliest first.

    First what the detectors held against it: rivals of its label, and other findings at its place.
    Then what this reviewer made of others of its label, the most frequent first; then its kind.
    """
    text = mark.finding.span.of(review.document.text)
    own = mark.finding.label
    found = (*_held_against(review, mark), *_made_before(review, own))
    return _first([*found, *_alike(text, own)], but=own)


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


def _held_against(review: Review, mark: Mark) -> Iterator[Label]:
    shares = [pair for finding in mark.found for pair in finding.rivals]
    yield from (label for label, _ in sorted(shares, key=lambda pair: -pair[1]))
    kept = {mark.finding, *mark.origins}
    there = [one.finding for one in review.covered if one.winner in kept]
    there += mark.origins
    yield from (finding.label for finding in sorted(there, key=_unlikely))


def _made_before(review: Review, label: Label) -> list[Label]:
    changed = [mark for mark in review.marks if mark.state is MarkState.CHANGED]
    made = [
        mark.finding.label
        for mark in changed
        if any(origin.label is label for origin in mark.origins)
    ]
    return [label for label, _ in Counter(made).most_common()]


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
