from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Span
from deid.evaluate import GoldNote, LabelledSpan, Scores, score_each, total
from deid.evaluate.intervals import (
    CHARACTER_F1,
    CHARACTER_PRECISION,
    CHARACTER_RECALL,
    FIGURES,
    NAME_RECALL,
    STRICT_F1,
    WITHOUT_LEAK,
    WRONGLY_REMOVED,
    Interval,
    differences,
    intervals,
)
from deid.labels import Label

TEXT = "Ann Lee, 3 May"
NAME = LabelledSpan(Span(0, 7), Label.PATIENT)
DATE = LabelledSpan(Span(9, 14), Label.DATE)
EXTRA = LabelledSpan(Span(0, 8), Label.PATIENT)


def result(found: list[list[LabelledSpan]]) -> tuple[Scores, ...]:
    gold = [GoldNote(str(at), TEXT, (NAME, DATE)) for at in range(len(found))]
    return score_each(gold, {str(at): spans for at, spans in enumerate(found)})


MIXED = result([[NAME, DATE]] * 30 + [[NAME]] * 10 + [[EXTRA, DATE]] * 5)


def test_each_figure_is_the_one_of_the_scores_and_lies_in_its_interval() -> None:
    whole = total(MIXED)
    expected = {
        CHARACTER_RECALL: whole.characters.recall,
        NAME_RECALL: whole.names.characters.recall,
        WITHOUT_LEAK: whole.notes_without_leak / whole.notes,
        CHARACTER_PRECISION: whole.characters.precision,
        CHARACTER_F1: whole.characters.f1,
        STRICT_F1: whole.spans_strict.f1,
        WRONGLY_REMOVED: whole.wrongly_removed,
    }
    assert set(expected) == set(FIGURES)
    for figure, interval in zip(FIGURES, intervals(MIXED), strict=True):
        assert interval is not None
        assert interval.value == pytest.approx(expected[figure])
        assert interval.low <= interval.value <= interval.high


def test_the_interval_of_a_share_of_notes_is_about_that_of_the_binomial() -> None:
    (interval,) = intervals(MIXED, [WITHOUT_LEAK])
    assert interval is not None
    share = 35 / 45
    half = 1.96 * (share * (1 - share) / 45) ** 0.5
    assert interval.low == pytest.approx(share - half, abs=0.03)
    assert interval.high == pytest.approx(share + half, abs=0.03)


def test_the_same_seed_gives_the_same_interval_and_another_seed_another() -> None:
    assert intervals(MIXED) == intervals(MIXED)
    assert intervals(MIXED) != intervals(MIXED, seed=1)


def test_blocks_do_not_change_the_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    from deid.evaluate import intervals as module

    whole = intervals(MIXED, [CHARACTER_RECALL])[0]
    monkeypatch.setattr(module, "_BLOCK", 1000)
    parted = intervals(MIXED, [CHARACTER_RECALL])[0]
    assert whole is not None
    assert parted is not None
    assert parted.value == whole.value
    assert parted.low == pytest.approx(whole.low, abs=0.01)


def test_a_rate_of_nothing_has_no_interval() -> None:
    nothing = score_each([GoldNote("a", "no one", ())], {"a": []})
    found = dict(zip(FIGURES, intervals(nothing), strict=True))
    assert found[CHARACTER_RECALL] is found[CHARACTER_PRECISION] is found[STRICT_F1] is None
    assert found[WITHOUT_LEAK] == Interval(1, 1, 1)
    assert intervals([], [WITHOUT_LEAK]) == (None,)


def test_a_result_does_not_differ_from_itself() -> None:
    for difference in differences(MIXED, MIXED):
        assert difference == Interval(0, 0, 0)


def test_a_paired_difference_is_narrower_than_the_two_intervals() -> None:
    # The other result misses the date of one more note: the same notes are easy for both.
    other = result([[NAME, DATE]] * 29 + [[NAME]] * 11 + [[EXTRA, DATE]] * 5)
    (difference,) = differences(MIXED, other, [WITHOUT_LEAK])
    (alone,) = intervals(MIXED, [WITHOUT_LEAK])
    assert difference is not None
    assert alone is not None
    assert difference.value == pytest.approx(1 / 45)
    assert 0 <= difference.low <= difference.high
    assert difference.high - difference.low < alone.high - alone.low


def test_other_notes_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="not the same notes"):
        differences(MIXED, MIXED[1:])


@given(st.lists(st.sampled_from([[NAME, DATE], [NAME], [EXTRA], []]), min_size=1, max_size=8))
def test_exchanging_two_results_turns_the_difference_round(
    found: list[list[LabelledSpan]],
) -> None:
    one, other = result(found), result(found[::-1])
    there = differences(one, other, draws=50)
    back = differences(other, one, draws=50)
    for first, second in zip(there, back, strict=True):
        assert (first is None) == (second is None)
        if first is not None and second is not None:
            turned = (-second.value, -second.high, -second.low)
            assert dataclasses.astuple(first) == pytest.approx(turned)
