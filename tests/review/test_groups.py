from __future__ import annotations

import re

from deid import review
from deid.datatypes import Finding, Span
from deid.labels import Label
from deid.review import Mark, MarkState

TEXT = (
    "Okonkwo, A. came on 11/03/2026 with Dr. Ada Okonkwo and Ilse Testfall. "
    "MRN 00-4839. Okonkwo left, as did ilse. See mrn 004839 of 11/03/2026."
)


def marks(**labels: str) -> tuple[Mark, ...]:
    found = [
        Mark(Finding(Span(*match.span()), Label[label], 0.9, "known"), MarkState.OPEN)
        for label, pattern in labels.items()
        for match in re.finditer(pattern, TEXT)
    ]
    return tuple(sorted(found, key=lambda mark: mark.finding.span))


def told(groups: tuple[review.Group, ...]) -> list[tuple[str, int]]:
    return [(group.title.of(TEXT), len(group.marks)) for group in groups]


def test_a_person_is_one_group_whatever_the_label() -> None:
    people = marks(PATIENT="Okonkwo, A.|Okonkwo(?= left)", DOCTOR="Ada Okonkwo", PERSON="(?i)ilse")
    assert told(review.groups(people, TEXT)) == [("Okonkwo, A.", 3), ("Ilse", 2)]


def test_other_values_are_compared_by_letters_and_digits_and_label() -> None:
    other = marks(MRN="00-?4839", DATE="11/03/2026", PHONE="(?<=mrn )004839")
    groups = review.groups(other, TEXT)
    assert told(groups) == [("11/03/2026", 2), ("00-4839", 2), ("004839", 1)]
    assert [mark for group in groups for mark in group.marks] != list(other)
    assert {mark for group in groups for mark in group.marks} == set(other)


def test_a_group_keeps_its_key_when_marks_change() -> None:
    people = marks(PERSON="Ilse Testfall|ilse")
    decided = tuple(Mark(one.finding, MarkState.REJECTED) for one in people)
    assert [one.key for one in review.groups(people, TEXT)] == [
        one.key for one in review.groups(decided, TEXT)
    ]


def test_a_group_does_not_show_its_words() -> None:
    (group,) = review.groups(marks(PERSON="Ilse Testfall"), TEXT)
    assert "testfall" in group.key
    assert "testfall" not in repr(group).casefold()


def test_no_marks_make_no_groups() -> None:
    assert review.groups((), TEXT) == ()
