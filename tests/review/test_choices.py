"""Which labels are offered for a finding."""

from __future__ import annotations

import pytest

from deid import review
from deid.datatypes import Document, Dropped, DropReason, Finding, Resolution, Span
from deid.labels import Label
from deid.review import LabelChoices, Review, Step, label_choices, new_choices

TEXT = "Ada Testfall saw Tolliver, 00483921, at Fictown; Ilse came."
MODEL = "model:0a1b2c3d"


def finding(words: str, label: Label, **more: object) -> Finding:
    start = TEXT.index(words)
    return Finding(Span(start, start + len(words)), label, 0.9, MODEL, **more)  # type: ignore[arg-type]


def begun(*kept: Finding, dropped: tuple[Dropped, ...] = ()) -> Review:
    ordered = tuple(sorted(kept, key=lambda one: one.span))
    return review.begin(Document("n", TEXT), Resolution(ordered, dropped), reviewer="clerk")


@pytest.mark.parametrize("label", list(Label))
def test_ten_other_labels_are_offered_for_every_label(label: Label) -> None:
    for words in ("Ada Testfall", "00483921"):
        state = begun(finding(words, label))
        choices = label_choices(state, state.marks[0])
        assert len(choices) == len(set(choices)) == 10
        assert label not in choices


def test_what_the_model_nearly_said_comes_first() -> None:
    rivals = ((Label.HOSPITAL, 0.2), (Label.STREET, 0.1))
    state = begun(finding("Tolliver", Label.CITY, rivals=rivals))
    assert label_choices(state, state.marks[0])[:2] == (Label.HOSPITAL, Label.STREET)


def test_what_was_dropped_for_it_is_offered_then() -> None:
    kept = finding("Tolliver", Label.CITY, rivals=((Label.HOSPITAL, 0.2),))
    dropped = Dropped(finding("Tolliver", Label.FAX), DropReason.COVERED, kept)
    state = begun(kept, dropped=(dropped,))
    assert label_choices(state, state.marks[0])[:2] == (Label.HOSPITAL, Label.FAX)


def test_what_the_reviewer_made_of_others_of_its_label_is_offered_next() -> None:
    state = begun(finding("Ada Testfall", Label.DOCTOR), finding("Tolliver", Label.DOCTOR))
    act = review.relabel(state, state.marks[:1], Label.VEHICLE)
    changed = review.apply(state, act)
    assert label_choices(changed, changed.marks[1])[0] is Label.VEHICLE
    undone = review.apply(changed, act, step=Step.UNDONE)
    assert label_choices(undone, undone.marks[1])[0] is not Label.VEHICLE


def test_what_was_counted_is_counted_anew_after_an_act_and_for_another_note() -> None:
    choices = LabelChoices()
    kept = finding("Ada Testfall", Label.DOCTOR)
    state = begun(kept, finding("Tolliver", Label.DOCTOR))
    acted = review.apply(state, review.relabel(state, state.marks[:1], Label.VEHICLE))
    low = Dropped(finding("Ada Testfall", Label.DEVICE), DropReason.COVERED, kept)
    another = begun(kept, dropped=(low,))
    for one in (state, acted, another, state):
        for mark in one.marks:
            assert choices.of(one, mark) == label_choices(one, mark)
    assert choices.of(acted, acted.marks[1])[0] is Label.VEHICLE
    assert choices.of(another, another.marks[0])[0] is Label.DEVICE


def test_a_new_range_is_offered_what_was_found_there_and_what_was_marked_most() -> None:
    low = Dropped(finding("Ilse", Label.DEVICE), DropReason.BELOW_THRESHOLD)
    state = begun(dropped=(low,))
    state = review.apply(state, review.add(state, finding("Fictown", Label.CITY).span, Label.URL))
    choices = new_choices(state, finding("Ilse", Label.PERSON).span)
    assert choices[:2] == (Label.DEVICE, Label.URL)
    assert len(choices) == len(set(choices)) == 10


def test_a_new_number_is_offered_numbers() -> None:
    choices = new_choices(begun(), finding("00483921", Label.MRN).span)
    assert choices[:2] == (Label.MRN, Label.IDNUM)
