"""Two models on the same notes: differences are paired, and drawn by patient."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from deid.datatypes import Span
from deid.evaluate import GoldNote, LabelledSpan
from deid.labels import Label
from deid.training.tune.results import (
    Predict,
    Results,
    compare_models,
    gold_by_patient,
    shipped_notes,
)
from tests.training.tune.conftest import patients

TEXT = "Vega and Holm met in Lund today. "
MARKS = (
    LabelledSpan(Span(0, 4), Label.PATIENT),
    LabelledSpan(Span(9, 13), Label.DOCTOR),
    LabelledSpan(Span(21, 25), Label.CITY),
)


def people(count: int, *, notes: int = 2) -> list[list[GoldNote]]:
    return [
        [
            GoldNote(f"{n}/{at}", TEXT, MARKS, {"style": "free" if n % 2 else "form"})
            for at in range(notes)
        ]
        for n in range(count)
    ]


def finding(*labels: Label) -> Predict:
    return lambda note: [mark for mark in note.spans if mark.label in labels]


def test_a_model_that_finds_more_is_told_by_label_and_style() -> None:
    before = finding(Label.PATIENT)
    after = finding(Label.PATIENT, Label.CITY)
    found = compare_models(people(20), before=before, after=after, spoilt=("upper-case",))
    assert found.patients == 20
    assert found.overall.notes == 40
    assert found.overall.recall is not None
    assert found.overall.recall.change.value == pytest.approx(1 / 3)
    assert found.overall.precision is not None
    assert found.overall.precision.after.value == 1
    by_label = {one.name: one.recall.change.value for one in found.labels if one.recall}
    assert by_label == {"PATIENT": 0, "DOCTOR": 0, "CITY": 1}
    assert {one.name: one.notes for one in found.styles} == {"form": 20, "free": 20}
    assert [one.name for one in found.spoilt] == ["upper-case"]


def test_a_difference_is_as_unsure_as_there_are_few_patients_not_notes() -> None:
    def after(note: GoldNote) -> list[LabelledSpan]:
        return list(note.spans[: 2 + int(note.id.split("/")[0]) % 2])

    few = compare_models(people(6, notes=30), before=finding(), after=after, spoilt=())
    many = compare_models(people(60, notes=3), before=finding(), after=after, spoilt=())
    assert few.overall.recall is not None
    assert many.overall.recall is not None
    wide, narrow = few.overall.recall.after, many.overall.recall.after
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)


def test_nothing_marked_is_no_figure() -> None:
    found = compare_models(
        [[GoldNote("a", "No fever.")]], before=finding(), after=finding(), spoilt=()
    )
    assert found.overall.recall is None
    assert found.overall.precision is None


def test_results_come_back_from_a_file() -> None:
    found = compare_models(
        people(20), before=finding(Label.CITY), after=finding(Label.PATIENT), spoilt=("ocr",)
    )
    assert Results.of_json(json.loads(json.dumps(found.as_json()))) == found


def test_notes_of_a_cohort_are_measured_by_patient_without_their_keys() -> None:
    found = gold_by_patient(patients(3, notes=2))
    assert [len(notes) for notes in found] == [2, 2, 2]
    assert found[1][1].id == "1/1"
    assert all(note.spans for notes in found for note in notes)


def test_a_style_of_two_notes_is_not_told_apart() -> None:
    notes = [*people(2, notes=2), [replace(people(1)[0][0], id="x", metadata={"style": "fax"})]]
    found = compare_models([notes[0] + notes[1][:1], notes[2]], before=finding(), after=finding(),
                           spoilt=())  # fmt: skip
    assert found.styles == ()
    more = compare_models(people(2, notes=3), before=finding(), after=finding(), spoilt=())
    assert [one.name for one in more.styles] == ["form", "free"]


def test_shipped_notes_are_those_that_no_model_learnt_from() -> None:
    from deid.training.examples import is_held_out
    from deid.training.recipe import Recipe

    notes = [note for own in shipped_notes() for note in own]
    assert len(notes) >= 30
    assert all(is_held_out(note.id, Recipe()) for note in notes)
