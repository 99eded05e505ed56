"""The bound of the share of notes that leak: known values, and what must hold of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.audit.records import SampleDesign
from deid.evaluate.exact import exact_interval
from deid.officer.bound import (
    Measured,
    Sensitivity,
    Terms,
    Verdict,
    bound_of,
    is_refuted,
    rounded_up,
    sensitivity,
    share_bound,
)
from deid.officer.chances import PARTS

SOUND, LEAKING, UNREAD = Verdict.SOUND, Verdict.LEAKING, Verdict.UNREAD
PERFECT = Sensitivity()
RUNNING = Terms(design=SampleDesign.SEQUENTIAL)


def fixed(found: int, read: int, *, doubt: float = 0.05, notes: int | None = None) -> float:
    return bound_of(found, read, PERFECT, Terms(notes, confidence=1 - doubt))


def shown(*verdicts: tuple[Verdict, int]) -> list[Verdict]:
    return [verdict for verdict, times in verdicts for _ in range(times)]


@pytest.mark.parametrize(("read", "target"), [(59, 0.05), (299, 0.01), (2995, 0.001)])
def test_so_many_notes_without_a_leak_are_needed_and_no_fewer(read: int, target: float) -> None:
    assert fixed(0, read, doubt=0.05) <= target
    assert fixed(0, read - 1, doubt=0.05) > target


@pytest.mark.parametrize(
    ("found", "read", "doubt", "upper"),
    [  # tables of Clopper and Pearson's limits: one-sided 95 %, and the upper one of two-sided 95 %
        (0, 10, 0.05, 0.2589),
        (1, 10, 0.05, 0.3942),
        (2, 10, 0.05, 0.5069),
        (0, 20, 0.05, 0.1391),
        (1, 20, 0.05, 0.2161),
        (0, 100, 0.05, 0.0295),
        (1, 100, 0.05, 0.0466),
        (0, 10, 0.025, 0.3085),
        (1, 10, 0.025, 0.4450),
        (5, 20, 0.025, 0.4910),
        (10, 100, 0.025, 0.1762),
        (10, 10, 0.05, 1.0),
    ],
)
def test_it_is_in_the_tables(found: int, read: int, doubt: float, upper: float) -> None:
    assert fixed(found, read, doubt=doubt) == pytest.approx(upper, abs=6e-5)


@given(st.integers(1, 300), st.data())
def test_it_is_the_upper_end_of_the_exact_interval(read: int, data: st.DataObject) -> None:
    found = data.draw(st.integers(0, read))
    upper = exact_interval(found, read)[1]
    assert upper <= fixed(found, read, doubt=0.025) <= upper + 3e-7


@pytest.mark.parametrize(("notes", "read", "found"), [(20, 8, 0), (30, 12, 2), (15, 15, 3)])
def test_out_of_few_notes_it_is_the_greatest_number_not_refuted(
    notes: int, read: int, found: int
) -> None:
    def likely(leaking: int) -> Fraction:
        ways = (comb(leaking, k) * comb(notes - leaking, read - k) for k in range(found + 1))
        return Fraction(sum(ways), comb(notes, read))

    greatest = max(k for k in range(found, notes + 1) if likely(k) > Fraction(1, 20))
    assert fixed(found, read, doubt=0.05, notes=notes) == greatest / notes


def test_who_reads_everything_and_misses_nothing_knows_the_share() -> None:
    verdicts = shown((SOUND, 37), (LEAKING, 3))
    for design in SampleDesign:
        assert share_bound(verdicts, PERFECT, Terms(40, design=design)).share == 3 / 40


def test_readers_who_miss_leaks_raise_the_bound() -> None:
    read = shown((SOUND, 100))
    shares = [
        share_bound(read, sensitivity([measured], confidence=0.95), Terms()).share
        for measured in (Measured(0, 0), Measured(1000, 980), Measured(200, 190), Measured(60, 57))
    ]
    assert shares == sorted(shares)
    assert shares[0] == 0.0296
    assert len(set(shares)) == 4


def test_the_doubt_is_parted_without_looking_at_what_was_caught() -> None:
    doubts = {sensitivity([Measured(200, n)], confidence=0.95).doubt for n in range(0, 201, 25)}
    assert len(doubts) == 1
    assert 0 < doubts.pop() < 0.05


def test_the_bound_under_a_measured_sensitivity_is_that_of_the_two_parts() -> None:
    readers = sensitivity([Measured(200, 190)], confidence=0.95)
    least = exact_interval(190, 200, doubt=2 * readers.doubt)[0]
    assert readers.least == least
    seen = exact_interval(1, 100, doubt=2 * (0.05 - readers.doubt))[1]
    share = share_bound(shown((SOUND, 99), (LEAKING, 1)), readers, Terms()).share
    assert share == rounded_up(seen / least)


def test_of_several_readers_the_weakest_counts_and_each_takes_a_part_of_the_doubt() -> None:
    good, weak = Measured(400, 396), Measured(400, 340)
    both = sensitivity([good, weak], confidence=0.95)
    assert both.weakest == weak
    assert both.least == exact_interval(340, 400, doubt=both.doubt)[0]
    assert both.least < sensitivity([weak], confidence=0.95).least < 0.85


@pytest.mark.parametrize("readers", [[], [Measured()]])
def test_where_no_reader_was_measured_they_are_taken_to_miss_nothing(
    readers: list[Measured],
) -> None:
    found = sensitivity(readers, confidence=0.95)
    assert (found.least, found.doubt, found.weakest) == (1, 0, None)


def test_a_reader_who_was_never_measured_does_not_count_for_better() -> None:
    alone = sensitivity([Measured(100, 95)], confidence=0.95)
    both = sensitivity([Measured(100, 95), Measured()], confidence=0.95)
    assert both == replace(alone, unmeasured=1)


def test_readers_who_caught_nothing_show_nothing() -> None:
    blind = sensitivity([Measured(50, 0)], confidence=0.95)
    for terms in (Terms(), RUNNING):
        assert share_bound(shown((SOUND, 500)), blind, terms).share == 1


def test_a_note_that_was_not_read_counts_as_one_that_leaks() -> None:
    unread = share_bound(shown((SOUND, 58), (UNREAD, 1)), PERFECT, Terms())
    leaking = share_bound(shown((SOUND, 58), (LEAKING, 1)), PERFECT, Terms())
    assert unread.share == leaking.share > 0.05
    assert (unread.read, unread.leaking, unread.unread) == (58, 0, 1)
    assert (leaking.read, leaking.leaking, leaking.unread) == (59, 1, 0)


def test_a_fixed_sample_that_is_closed_early_pretends_nothing() -> None:
    early = share_bound(shown((SOUND, 59), (UNREAD, 241)), PERFECT, Terms())
    assert early.share > 0.8


def test_a_sequential_sample_may_end_at_any_note_but_may_not_pass_one_over() -> None:
    whole = share_bound(shown((SOUND, 66)), PERFECT, RUNNING)
    assert share_bound(shown((SOUND, 66), (UNREAD, 200)), PERFECT, RUNNING) == whole
    assert whole.share <= 0.05
    gap = share_bound(shown((SOUND, 30), (UNREAD, 1), (SOUND, 35)), PERFECT, RUNNING)
    assert gap.share > whole.share
    assert (gap.read, gap.unread) == (65, 1)


def test_leaks_found_later_raise_the_bound_again() -> None:
    before = share_bound(shown((SOUND, 150)), PERFECT, RUNNING)
    after = share_bound(shown((SOUND, 150), (LEAKING, 9)), PERFECT, RUNNING)
    assert after.share > 9 / 159 > before.share


def test_nothing_read_bounds_nothing() -> None:
    for terms in (Terms(), RUNNING, Terms(100), replace(RUNNING, notes=100)):
        assert share_bound([], PERFECT, terms).share == 1
        assert share_bound(shown((UNREAD, 20)), PERFECT, terms).share == 1


def test_of_no_notes_none_leaks() -> None:
    assert share_bound([], PERFECT, Terms(0)).share == 0


@settings(max_examples=60)
@given(
    st.lists(st.sampled_from([SOUND, SOUND, SOUND, LEAKING, UNREAD]), min_size=1, max_size=60),
    st.data(),
)
def test_worse_news_never_lowers_the_bound(
    verdicts: Sequence[Verdict], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(verdicts) - 1))
    worse = [*verdicts[:at], LEAKING, *verdicts[at + 1 :]]
    least = data.draw(st.sampled_from([1.0, 0.9]))
    notes = data.draw(st.sampled_from([None, 60, 400]))
    for design in SampleDesign:
        terms = Terms(notes, design=design)
        readers = Sensitivity(least)
        assert (
            share_bound(verdicts, readers, terms).share <= share_bound(worse, readers, terms).share
        )
        lesser = Sensitivity(least * 0.9)
        assert (
            share_bound(verdicts, readers, terms).share
            <= share_bound(verdicts, lesser, terms).share
        )


def crossing(rate: float, *, looks: int) -> float:
    """How likely the sequential bound ever lies below the true rate, counted out exactly."""
    true, crossed = {0: 1.0}, 0.0
    for read in range(1, looks + 1):
        after: dict[int, float] = {}
        for found, chance in true.items():
            after[found] = after.get(found, 0.0) + chance * (1 - rate)
            after[found + 1] = after.get(found + 1, 0.0) + chance * rate
        true = {}
        for found, chance in after.items():
            if is_refuted(round(rate * PARTS), found, read, PERFECT, RUNNING):
                crossed += chance
            elif chance > 1e-12:
                true[found] = chance
    return crossed


@pytest.mark.parametrize("rate", [0.05, 0.1])
def test_looking_after_every_note_fails_no_more_often_than_it_may(rate: float) -> None:
    assert 0 < crossing(rate, looks=200) <= 0.05


@pytest.mark.parametrize(
    ("target", "confidence"), [(0, 0.95), (1, 0.95), (0.05, 1), (0.05, 0.4), (-1, 0.95)]
)
def test_terms_that_mean_nothing_are_refused(target: float, confidence: float) -> None:
    with pytest.raises(ValueError, match="target"):
        Terms(target=target, confidence=confidence)


@pytest.mark.parametrize(
    ("share", "rounded"), [(0.04951, 0.0496), (0.05, 0.05), (0.99999, 1.0), (0.0, 0.0)]
)
def test_shares_are_rounded_up(share: float, rounded: float) -> None:
    assert rounded_up(share) == rounded
