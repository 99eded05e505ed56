from __future__ import annotations

import pytest

from deid.datatypes import Span
from deid.evaluate.gold import GoldNote, LabelledSpan
from deid.evaluate.paired import Count, Difference, Group, Measure, count, fall, recall
from deid.labels import Label

TEXT = "Ann B. Lee, MRN 4711, 3 May, Ulm"
NOTE = GoldNote(
    "a",
    TEXT,
    (
        LabelledSpan(Span(0, 10), Label.PATIENT),
        LabelledSpan(Span(16, 20), Label.MRN),
        LabelledSpan(Span(22, 27), Label.DATE),
        LabelledSpan(Span(29, 32), Label.CITY),
    ),
)


def test_every_label_has_a_group() -> None:
    assert Group.of(Label.USERNAME) is Group.IDS
    assert Group.of(Label.DOCTOR) is Group.NAMES
    assert Group.of(Label.FAX) is Group.CONTACTS
    assert Group.of(Label.DATE) is Group.DATES
    assert Group.of(Label.AGE90) is Group.REST
    assert {Group.of(label) for label in Label} == set(Group)


def test_characters_count_without_blanks_and_spans_by_letters_and_digits() -> None:
    # All of the name but its full stop, half of the number under another label, no date.
    predicted = [
        LabelledSpan(Span(0, 5), Label.CITY),
        LabelledSpan(Span(6, 10), Label.PATIENT),
        LabelledSpan(Span(18, 22), Label.PHONE),
    ]
    characters = count(NOTE, predicted, measure=Measure.CHARACTERS)
    assert characters == {
        Group.NAMES: Count(8, 7),
        Group.IDS: Count(4, 2),
        Group.DATES: Count(4, 0),
        Group.CONTACTS: Count(0, 0),
        Group.REST: Count(3, 0),
    }
    spans = count(NOTE, predicted, measure=Measure.SPANS)
    assert spans[Group.NAMES] == Count(1, 1)
    assert spans[Group.IDS] == Count(1, 0)


def test_recall_is_of_all_notes_together() -> None:
    assert recall([Count(1, 1), Count(3, 1)]) == 0.5
    assert recall([Count(0, 0)]) is None


def test_the_same_counts_do_not_differ_at_all() -> None:
    counts = [Count(5, 4), Count(7, 7), Count(2, 0)]
    assert fall(counts, counts) == Difference(0, 0, 0)


def test_a_fall_has_an_interval_around_it_and_repeats() -> None:
    before = [Count(10, 10)] * 20
    after = [Count(10, 10)] * 15 + [Count(10, 6)] * 5
    lost = fall(before, after)
    assert lost is not None
    assert lost.points == pytest.approx(10)
    assert 0 < lost.low < 10 < lost.high < 25
    assert fall(before, after) == lost


def test_the_same_notes_are_drawn_on_both_sides() -> None:
    # Notes differ greatly, but each loses alike: drawn apart, the interval would be wide.
    before = [Count(10, found) for found in (10, 2, 9, 1, 10, 3)]
    after = [Count(10, one.found - 1) for one in before]
    lost = fall(before, after)
    assert lost is not None
    assert lost.low == pytest.approx(10)
    assert lost.high == pytest.approx(10)


def test_counts_of_other_notes_are_refused_and_nothing_marked_has_no_fall() -> None:
    with pytest.raises(ValueError, match="same notes"):
        fall([Count(1, 1)], [])
    assert fall([Count(0, 0)], [Count(0, 0)]) is None
    assert fall([Count(0, 0), Count(1, 1)], [Count(0, 0), Count(1, 0)]) is not None
