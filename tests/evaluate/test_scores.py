from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Finding, Span
from deid.errors import MalformedRecord
from deid.evaluate import Agreement, GoldNote, LabelledSpan, Scores, score, score_each, total
from deid.labels import Label

TEXT = "Ann B. Lee, 3 May"
NAME, DATE = LabelledSpan(Span(0, 10), Label.PATIENT), LabelledSpan(Span(12, 17), Label.DATE)
GOLD = GoldNote("a", TEXT, (NAME, DATE))


def of(*predicted: LabelledSpan) -> Scores:
    return score([GOLD], {"a": predicted})


def mark(start: int, end: int, label: Label = Label.PATIENT) -> LabelledSpan:
    return LabelledSpan(Span(start, end), label)


def test_the_marks_themselves_score_full() -> None:
    scores = of(NAME, DATE)
    for one in (
        scores.characters,
        scores.characters_typed,
        scores.spans_strict,
        scores.spans_overlapping,
    ):
        assert (one.recall, one.precision, one.f1) == (1, 1, 1)
    assert scores.notes_without_leak == 1
    assert scores.wrongly_removed == 0


def test_blanks_do_not_count_and_punctuation_does() -> None:
    # "Ann B. Lee" has 8 characters that are not blank, "3 May" has 4.
    assert of().characters == Agreement(gold=12, found=0, predicted=0, right=0)
    assert of(mark(0, 3), mark(4, 6), mark(7, 10), DATE).characters.f1 == 1


def test_a_missed_full_stop_is_no_leak_but_a_missed_letter_is() -> None:
    assert of(mark(0, 5), mark(7, 10), DATE).notes_without_leak == 1
    assert of(mark(0, 4), mark(5, 10), DATE).notes_without_leak == 0


def test_another_label_covers_but_is_not_right_by_label() -> None:
    scores = of(mark(0, 10, Label.DOCTOR), DATE)
    assert scores.characters.f1 == 1
    assert scores.notes_without_leak == 1
    assert scores.characters_typed == Agreement(gold=12, found=4, predicted=12, right=4)
    assert scores.spans_strict == Agreement(gold=2, found=1, predicted=2, right=1)
    assert scores.spans_overlapping == Agreement(gold=2, found=2, predicted=2, right=2)


def test_two_predictions_in_one_mark_find_it_once() -> None:
    scores = of(mark(0, 3), mark(7, 10))
    assert scores.spans_overlapping == Agreement(gold=2, found=1, predicted=2, right=2)


def test_a_prediction_that_meets_a_mark_in_a_blank_only_does_not_overlap_it() -> None:
    assert of(mark(10, 13)).spans_overlapping == Agreement(gold=2, found=1, predicted=1, right=1)
    assert of(mark(10, 12)).spans_overlapping == Agreement(gold=2, found=0, predicted=1, right=0)


def test_wrongly_removed_is_told_per_thousand_visible_characters() -> None:
    # The comma is one of 13 visible characters.
    assert of(mark(0, 17)).wrongly_removed == pytest.approx(1000 / 13)


def test_labels_tell_spans_wholly_found_and_characters_under_any_label() -> None:
    labels = of(mark(0, 6, Label.DOCTOR), DATE).labels
    assert list(labels) == [Label.PATIENT, Label.DOCTOR, Label.DATE]
    assert (labels[Label.PATIENT].spans, labels[Label.PATIENT].spans_found) == (1, 0)
    assert labels[Label.PATIENT].characters == Agreement(gold=8, found=5, predicted=0, right=0)
    assert labels[Label.DOCTOR].characters == Agreement(gold=0, found=0, predicted=5, right=5)
    assert (labels[Label.DATE].spans, labels[Label.DATE].spans_found) == (1, 1)


def test_notes_add_up() -> None:
    both = score([GOLD, GoldNote("b", "no one", ())], {"a": [NAME], "b": []})
    assert (both.notes, both.notes_without_leak) == (2, 1)
    assert both.text_characters == 13 + 5
    assert both.characters == of(NAME).characters


def test_a_rate_of_nothing_is_none_and_null_in_json() -> None:
    scores = score([GoldNote("b", "no one", ())], {"b": []})
    assert scores.characters.recall is None
    assert scores.characters.f1 is None
    tree = json.loads(json.dumps(scores.as_json()))
    assert tree["characters"]["precision"] is None


def test_findings_can_be_scored_as_they_are() -> None:
    finding = Finding(Span(0, 10), Label.PATIENT, 0.9, "rule:us/x@1")
    assert score([GOLD], {"a": [finding]}).spans_strict.found == 1


def test_a_note_without_an_entry_is_an_error_not_a_zero() -> None:
    with pytest.raises(MalformedRecord):
        score([GOLD], {})


def test_a_prediction_behind_the_text_is_an_error() -> None:
    with pytest.raises(MalformedRecord):
        of(mark(10, 18))


marks = st.lists(
    st.builds(
        lambda start, length, label: mark(start, min(start + length, len(TEXT)), label),
        st.integers(0, len(TEXT) - 1),
        st.integers(1, len(TEXT)),
        st.sampled_from([Label.PATIENT, Label.DATE, Label.MRN]),
    ),
    max_size=6,
)


@given(marks, marks)
def test_exchanging_gold_and_prediction_exchanges_recall_and_precision(
    one: list[LabelledSpan], other: list[LabelledSpan]
) -> None:
    there = score([GoldNote("a", TEXT, tuple(set(one)))], {"a": other})
    back = score([GoldNote("a", TEXT, tuple(set(other)))], {"a": one})
    for kind in ("characters", "characters_typed", "spans_strict", "spans_overlapping"):
        assert getattr(there, kind).recall == getattr(back, kind).precision


@given(marks, marks, marks)
def test_predicting_more_never_finds_less(
    gold: list[LabelledSpan], predicted: list[LabelledSpan], more: list[LabelledSpan]
) -> None:
    note = GoldNote("a", TEXT, tuple(set(gold)))
    few, many = score([note], {"a": predicted}), score([note], {"a": [*predicted, *more]})
    assert few.characters.found <= many.characters.found
    assert few.notes_without_leak <= many.notes_without_leak
    assert few.wrongly_removed <= many.wrongly_removed
    assert few.spans_overlapping.found <= many.spans_overlapping.found
    assert few.spans_strict.found <= many.spans_strict.found
    assert few.characters_typed.found <= few.characters_typed.gold


def test_names_are_counted_together_under_whatever_label_they_are_found() -> None:
    user = mark(12, 17, Label.USERNAME)
    scores = score([GoldNote("a", TEXT, (NAME, user))], {"a": [mark(0, 6, Label.MRN), user]})
    assert (scores.names.spans, scores.names.spans_found) == (2, 1)
    assert scores.names.characters == Agreement(gold=12, found=9, predicted=4, right=4)


def test_each_note_is_scored_by_itself_and_the_total_is_the_score() -> None:
    gold = [GOLD, GoldNote("b", "no one", ())]
    found = {"a": [NAME], "b": [mark(0, 2)]}
    each = score_each(gold, found)
    assert [one.notes for one in each] == [1, 1]
    assert total(each) == score(gold, found)
