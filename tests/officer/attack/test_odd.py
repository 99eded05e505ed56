"""Who is not the patient of the notes stands out; where all differ, everybody does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Document, Span
from deid.labels import Label
from deid.officer.attack import SeenName
from deid.officer.attack.odd import OFTEN, odd_scores, people


def scores(
    words: list[str], label: Label = Label.PATIENT, *, apart: bool = False, patient: str = ""
) -> list[float]:
    """The scores of names that stand in one note, or in a note each."""
    if apart:
        documents = [Document(str(i), word, patient) for i, word in enumerate(words)]
        names = [SeenName(i, Span(0, len(word)), label) for i, word in enumerate(words)]
    else:
        text = "; ".join(words)
        starts = [len("; ".join(words[:i])) + 2 * bool(i) for i in range(len(words))]
        documents = [Document("n", text, patient)]
        names = [
            SeenName(0, Span(start, start + len(word)), label)
            for start, word in zip(starts, words, strict=True)
        ]
    return [round(score, 2) for score in odd_scores(documents, names)]


def test_a_patient_of_another_name_stands_out() -> None:
    assert scores(["Ana Ito", "Ms. Ito", "Quenbridge", "Ito"]) == [0.25, 0.25, 0.75, 0.25]


def test_initials_and_nicknames_go_with_the_name() -> None:
    assert scores(["Robert Ito", "R. I.", "Bob Ito", "R. Ito"]) == [0, 0, 0, 0]
    assert scores(["Robert Ito", "Ito", "Q. X."]) == [0.33, 0.33, 0.67]


def test_of_two_that_differ_either_may_be_the_leak() -> None:
    assert scores(["Ito", "Quenbridge"]) == [0.5, 0.5]


def test_notes_of_a_patient_are_one_and_others_stand_alone() -> None:
    names = ["Ito", "Ito", "Ito", "Quenbridge"]
    assert scores(names, apart=True, patient="p") == [0.25, 0.25, 0.25, 0.75]
    assert scores(names, apart=True) == [0, 0, 0, 0]


def test_a_clinician_stands_out_only_alone_beside_one_who_comes_up_often() -> None:
    often = ["Yellowlees"] * OFTEN
    assert scores(["Okwudili", *often], Label.DOCTOR)[0] == 0.8
    assert scores(["Okwudili", *often[1:]], Label.DOCTOR)[0] == 0
    assert scores(["Okwudili", "Okwudili", *often], Label.DOCTOR)[0] == 0


@given(st.lists(st.lists(st.sampled_from(["ana", "a", "ito", "bo", "cruz"]), max_size=3)))
def test_people_are_counted_whole(names: list[list[str]]) -> None:
    sizes = people(names)
    assert len(sizes) == len(names)
    assert all(1 <= size <= len(names) for size in sizes)
    # The mentions of each person make up one.
    persons = sum(1 / size for size in sizes)
    assert persons == pytest.approx(round(persons))
