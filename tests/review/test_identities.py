from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid import review
from deid.datatypes import Finding, Span
from deid.labels import Label
from deid.review import Identities, Mark, MarkState

# Full names, parts of them, initials that fit several, the same words in other letters or order,
# names that fit a longer one only until another comes, and what has no words at all.
NAMES = (
    *(
        "Ada Okonkwo",
        "Okonkwo",
        "OKONKWO",
        "Okonkwo, A.",
        "Ada",
        "A.",
        "Ilse Okonkwo",
        "I. Okonkwo",
    ),
    *("Ada Maria Okonkwo Testfall", "Testfall", "Maria Testfall", "M. Ilse", "de la Cruz", "00-77"),
    *("Adam J.", "A. Jack", "J. Adam", "O.", "Cruz", "0077"),
)
LABELS = (Label.PATIENT, Label.DOCTOR, Label.PERSON, Label.MRN, Label.CITY)


@st.composite
def notes(draw: st.DrawFn) -> tuple[str, list[Mark]]:
    """A note of names, and a mark for each, now and then two of different labels at one place."""
    said = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=14))
    text, marks = "", []
    for name in said:
        span = Span(len(text), len(text) + len(name))
        labels = draw(st.lists(st.sampled_from(LABELS), min_size=1, max_size=2))
        marks += [Mark(Finding(span, label, 0.9, "known"), MarkState.OPEN) for label in labels]
        text += f"{name}; "
    return text, marks


def keys(marks: Sequence[Mark], text: str) -> dict[int, str]:
    """The key of each mark as it is told of all at once."""
    return {id(mark): group.key for group in review.groups(marks, text) for mark in group.marks}


@given(notes(), st.data())
@settings(max_examples=120, deadline=None)
def test_after_any_change_identities_are_those_of_all_marks_at_once(
    note: tuple[str, list[Mark]], data: st.DataObject
) -> None:
    text, every = note
    identities, there = Identities(text), [False] * len(every)
    before: dict[int, str] = {}
    for _ in range(5):
        flips = data.draw(st.sets(st.integers(0, len(every) - 1)))
        gone = [every[at] for at in flips if there[at]]
        come = [every[at] for at in flips if not there[at]]
        for at in flips:
            there[at] = not there[at]
        moved = identities.change(gone, come)
        here = [mark for mark, is_there in zip(every, there, strict=True) if is_there]
        now = keys(here, text)
        assert {id(mark): identities.key(mark) for mark in here} == now
        stayed = before.keys() & now.keys()
        others = {mark: before[mark] for mark in stayed if before[mark] != now[mark]}
        assert {id(mark): key for mark, key in moved} == others
        assert len(moved) == len(others)
        before = now


def test_a_name_that_is_not_said_any_more_parts_whom_it_joined() -> None:
    text = "Ada Okonkwo; Ada; Okonkwo"
    full, first, last = (
        Mark(Finding(Span(*place), Label.PATIENT, 0.9, "known"), MarkState.OPEN)
        for place in ((0, 11), (13, 16), (18, 25))
    )
    identities = Identities(text)
    assert identities.change((), (full, first, last)) == []
    assert identities.key(first) == identities.key(last) == "PERSON:ada okonkwo"
    moved = identities.change((full,), ())
    assert sorted(mark.finding.span for mark, _ in moved) == [Span(13, 16), Span(18, 25)]
    assert {key for _, key in moved} == {"PERSON:ada okonkwo"}
    assert (identities.key(first), identities.key(last)) == ("PERSON:ada", "PERSON:okonkwo")
    assert identities.key(full) is None


def test_a_mark_that_was_not_there_cannot_go() -> None:
    mark = Mark(Finding(Span(0, 3), Label.PATIENT, 0.9, "known"), MarkState.OPEN)
    with pytest.raises(ValueError, match="was not there"):
        Identities("Ada").change((mark,), ())
