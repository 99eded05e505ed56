"""How many notes are to be read."""

from __future__ import annotations

from math import comb

import pytest

from deid.audit.records import SampleDesign
from deid.officer.bound import (
    Measured,
    Sensitivity,
    Terms,
    Verdict,
    sensitivity,
    share_bound,
)
from deid.officer.plan import notes_to_draw, notes_to_read, reading_plan, rows_of

PERFECT = Sensitivity()
MEASURED = sensitivity([Measured(200, 190)], confidence=0.95)


@pytest.mark.parametrize(("target", "read"), [(0.05, 59), (0.01, 299), (0.001, 2995)])
def test_read_so_many_for_a_target(target: float, read: int) -> None:
    assert notes_to_read(0, PERFECT, Terms(target=target)) == read


def test_leaks_ask_for_more() -> None:
    plan = reading_plan(Terms(), PERFECT, leaks=4)
    assert [row.fixed for row in plan.rows] == [59, 93, 124, 153, 181]
    stops = [row.sequential for row in plan.rows]
    assert stops == sorted(stop for stop in stops if stop is not None)
    assert stops[0] == 66


@pytest.mark.parametrize("design", list(SampleDesign))
@pytest.mark.parametrize("readers", [PERFECT, MEASURED])
@pytest.mark.parametrize("notes", [None, 250])
def test_the_number_suffices_and_one_less_does_not(
    design: SampleDesign, readers: Sensitivity, notes: int | None
) -> None:
    terms = Terms(notes, design=design)
    for leaking in (0, 2):
        read = notes_to_read(leaking, readers, terms)
        assert read is not None
        for number, suffices in ((read, True), (read - 1, False)):
            verdicts = [Verdict.LEAKING] * leaking + [Verdict.SOUND] * (number - leaking)
            assert (share_bound(verdicts, readers, terms).share <= terms.target) is suffices


def test_few_notes_need_fewer_to_be_read_and_weak_readers_more() -> None:
    fewest = min(n for n in range(200) if comb(189, n) / comb(200, n) <= 0.05)
    assert notes_to_read(0, PERFECT, Terms(200)) == fewest < 59
    weak = notes_to_read(0, MEASURED, Terms())
    assert weak is not None
    assert weak > 59


def test_a_target_out_of_reach_is_told() -> None:
    assert notes_to_read(3, PERFECT, Terms(40)) is None
    assert notes_to_read(41, PERFECT, Terms(40)) is None
    assert notes_to_read(0, sensitivity([Measured(50, 0)], confidence=0.95), Terms()) is None
    plan = reading_plan(Terms(40), PERFECT, leaks=3)
    assert [row.fixed for row in plan.rows][-1] is None


def test_how_many_are_drawn() -> None:
    rows = rows_of(Terms(), PERFECT, leaks=2)
    assert notes_to_draw(rows, SampleDesign.FIXED) == 59
    assert notes_to_draw(rows, SampleDesign.SEQUENTIAL) == rows[2].sequential
    blind = rows_of(Terms(), sensitivity([Measured(50, 0)], confidence=0.95))
    assert [notes_to_draw(blind, design) for design in SampleDesign] == [None, None]


def test_what_is_expected() -> None:
    none, tenth, quarter, half = reading_plan(Terms(), PERFECT).expected
    assert (none.read, none.reached, none.fixed_reached) == (66, 1, 1)
    assert none.read < tenth.read < quarter.read < half.read
    assert 1 > quarter.reached > half.reached > 0.3
    assert quarter.fixed_reached == pytest.approx((1 - 0.0125) ** 59)
    assert quarter.reached > quarter.fixed_reached


def test_what_is_expected_of_few_notes() -> None:
    plan = reading_plan(Terms(100), PERFECT, leaks=1)
    expected = plan.expected[-1]  # 2 of 100 leak
    assert expected.share == 0.02
    one, two = (row.sequential for row in plan.rows)
    assert one is not None
    assert two is not None
    assert one < expected.read < two
    assert expected.fixed_reached == pytest.approx(
        (100 - (plan.rows[0].fixed or 0)) * (99 - (plan.rows[0].fixed or 0)) / (100 * 99)
    )
