"""Checks: what cannot be learnt from is refused, what is doubtful is told, without note text."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from deid.datatypes import Span
from deid.errors import InputError
from deid.labels import Label
from deid.training.cohort.checks import FEW_FOR_PRIVACY, Concern, ConcernKind, check
from deid.training.cohort.patients import Cohort, Unit, cohort_of
from deid.training.examples import MODEL_LABELS
from deid.training.redraw import MarkedNote

LABELS = frozenset(MODEL_LABELS)
MARK = (Span(0, 7), Label.PATIENT)


def cohort(
    patients: int,
    *,
    first: str = "p",
    notes: int = 1,
    marks: Sequence[tuple[Span, Label]] = (MARK,),
    unit: Unit = Unit.PATIENT,
) -> Cohort:
    texts = {
        f"{first}{number}": [
            MarkedNote(f"{number}/{at}", f"Okonkwo was seen {number}/{at} {first}", tuple(marks))
            for at in range(notes)
        ]
        for number in range(patients)
    }
    return cohort_of(texts, unit)


HELD = cohort(10, first="h")


def checked(learn: Cohort, held: Cohort = HELD, *, private: bool = False) -> tuple[Concern, ...]:
    return check(learn, held, labels=LABELS, private=private)


def kinds(concerns: Sequence[Concern]) -> set[ConcernKind]:
    return {concern.kind for concern in concerns}


def test_enough_patients_with_marks_raise_no_concern() -> None:
    assert not checked(cohort(40))
    assert not checked(cohort(FEW_FOR_PRIVACY), private=True)


@pytest.mark.parametrize(
    ("learn", "held", "words"),
    [
        (cohort(19), HELD, "there are 19 patients to learn from, and it takes at least 20"),
        (cohort(19, unit=Unit.NOTE), HELD, "there are 19 notes to learn from"),
        (cohort(40), cohort(4), "there are 4 patients to measure on"),
        (cohort(40, marks=()), HELD, "none of the 40 notes to learn from has a mark"),
        (cohort(40), cohort(8, marks=()), "none of the 8 notes to measure on has a mark"),
    ],
)
def test_what_cannot_be_learnt_from_is_refused(learn: Cohort, held: Cohort, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        checked(learn, held)
    assert "Okonkwo" not in str(caught.value)


def test_a_label_that_the_model_does_not_have_is_named() -> None:
    marks = [(Span(0, 7), Label.VEHICLE)]
    for learn, held in ((cohort(40, marks=marks), HELD), (cohort(40), cohort(8, marks=marks))):
        with pytest.raises(InputError, match="knows no VEHICLE"):
            check(learn, held, labels=LABELS - {Label.VEHICLE}, private=False)


def test_labels_that_the_model_tells_by_another_are_known() -> None:
    assert not checked(cohort(40, marks=[(Span(0, 7), Label.AGE90)]))


def test_few_patients_are_a_concern_of_private_training_only() -> None:
    few = cohort(FEW_FOR_PRIVACY - 1)
    assert not checked(few)
    assert checked(few, private=True) == (
        Concern(ConcernKind.FEW_FOR_PRIVACY, FEW_FOR_PRIVACY - 1, FEW_FOR_PRIVACY),
    )


def test_one_patient_with_most_notes_is_told() -> None:
    many = cohort(1, notes=60, first="a").patients
    assert checked(Cohort(many + cohort(40).patients)) == (
        Concern(ConcernKind.ONE_PATIENT, 60, 100),
    )


def test_mostly_unmarked_notes_are_told() -> None:
    unmarked = cohort(60, marks=(), first="a").patients
    assert kinds(checked(Cohort(unmarked + cohort(40).patients))) == {ConcernKind.UNMARKED}


def test_notes_taken_for_patients_are_told() -> None:
    assert kinds(checked(cohort(40, unit=Unit.NOTE))) == {ConcernKind.NOTE_LEVEL}


def test_a_text_under_two_keys_is_told_even_across_the_split() -> None:
    learn = cohort(40)
    twin = cohort_of({"h": [MarkedNote("x", learn.notes[3].text + "\n", (MARK,))]})
    held = Cohort(twin.patients + HELD.patients)
    assert checked(learn, held) == (Concern(ConcernKind.SAME_TEXT, 2, 51),)
    assert not checked(cohort(40, notes=2))


@pytest.mark.parametrize("kind", list(ConcernKind))
def test_every_concern_has_words_with_its_numbers(kind: ConcernKind) -> None:
    message = Concern(kind, 123, 456).message
    assert "123" in message
    assert "{" not in message
