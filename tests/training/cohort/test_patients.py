"""Cohorts: the same patients are known again, and nothing of them shows."""

from __future__ import annotations

import pytest

from deid.errors import DefectError
from deid.training.cohort.patients import Cohort, Patient, Unit, cohort_of
from deid.training.redraw import MarkedNote


def _note(identity: str) -> MarkedNote:
    return MarkedNote(identity, "Seen today.", ())


def test_patients_and_notes_are_in_order_whatever_order_they_came_in() -> None:
    one = cohort_of({"b": [_note("2"), _note("1")], "a": [_note("3")]})
    assert [patient.key for patient in one.patients] == ["a", "b"]
    assert [note.id for note in one.notes] == ["3", "1", "2"]
    assert one == cohort_of({"a": [_note("3")], "b": [_note("1"), _note("2")]})


def test_a_key_without_notes_is_no_patient() -> None:
    assert cohort_of({"a": [], "b": [_note("1")]}).keys == {"b"}


def test_the_digest_is_that_of_the_patients_and_the_unit_not_of_their_notes() -> None:
    cohort = cohort_of({"a": [_note("1")], "b": [_note("2")]})
    assert cohort.digest == cohort_of({"a": [_note("3")], "b": [_note("4")]}).digest
    assert cohort.digest != cohort_of({"a": [_note("1")]}).digest
    assert cohort.digest != Cohort(cohort.patients, Unit.NOTE).digest
    assert cohort_of({"ab": [_note("1")]}).digest != cohort.digest


@pytest.mark.parametrize(
    "patients",
    [
        (Patient("b", (_note("1"),)), Patient("a", (_note("2"),))),
        (Patient("a", (_note("1"),)), Patient("a", (_note("2"),))),
        (Patient("a", ()),),
    ],
    ids=["out of order", "twice", "without notes"],
)
def test_what_is_no_cohort_is_refused(patients: tuple[Patient, ...]) -> None:
    with pytest.raises(DefectError):
        Cohort(patients)


def test_neither_keys_nor_texts_show() -> None:
    cohort = cohort_of({"MRN-4711": [MarkedNote("n1", "Ms Okonjo was seen.", ())]})
    assert "4711" not in repr(cohort)
    assert "Okonjo" not in repr(cohort)
