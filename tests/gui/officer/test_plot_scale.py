from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.officer.index.query import Week
from gui.officer.plot_scale import Across, breaks, marks, ticks

MONDAY = date(2026, 1, 5)


def weeks(count: int, *, first: date = MONDAY) -> tuple[Week, ...]:
    return tuple(Week(first + timedelta(weeks=number)) for number in range(count))


@given(st.integers(0, 10**9))
def test_ticks_are_round_and_reach_up_to_what_is_shown(most: int) -> None:
    steps = ticks(most)
    apart = steps[1]
    assert steps[0] == 0
    assert steps[-1] >= most
    assert steps[-1] - apart < max(most, 1)
    assert 1 <= len(steps) - 1 <= 6
    assert str(apart).rstrip("0") in {"1", "2", "5"}


@pytest.mark.parametrize(
    ("most", "expected"), [(0, (0, 1)), (3, (0, 1, 2, 3)), (210, (0, 50, 100, 150, 200, 250))]
)
def test_ticks_of_small_numbers(most: int, expected: tuple[int, ...]) -> None:
    assert ticks(most) == expected


@given(st.integers(1, 400), st.floats(0, 60), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_months_never_stand_upon_each_other(count: int, apart: float, first: date) -> None:
    shown = weeks(count, first=first - timedelta(days=first.weekday()))
    found = marks(shown, apart=apart)
    assert found
    for mark in found:
        assert shown[mark.place].monday.isoformat().startswith(mark.words)
    gaps = [later.place - mark.place for mark, later in pairwise(found)]
    assert all(gap >= apart for gap in gaps)


def test_no_weeks_have_no_months() -> None:
    assert marks((), apart=3) == ()
    assert [mark.words for mark in marks(weeks(14), apart=4)] == [
        "2026-01", "2026-02", "2026-03", "2026-04",
    ]  # fmt: skip
    assert [mark.words for mark in marks(weeks(14), apart=10)] == ["2026-01", "2026-04"]


def test_gaps_are_told() -> None:
    whole = weeks(5)
    assert breaks(whole) == ()
    assert breaks((*whole, *weeks(2, first=date(2030, 1, 7)))) == (5,)


@given(st.integers(1, 300), st.floats(10, 2000))
def test_each_week_is_found_where_it_lies(count: int, width: float) -> None:
    across = Across(7.5, width, count)
    for place in (0, count // 2, count - 1):
        assert across.place(across.middle(place)) == place
    assert across.place(-100) == 0
    assert across.place(10_000) == count - 1
    assert Across(0, 100, 0).place(3) == -1


@given(st.integers(1, 300), st.booleans(), st.data())
def test_a_week_lies_where_it_is_found(count: int, leftward: bool, data: st.DataObject) -> None:
    across = Across(10, 600, count, leftward)
    place = data.draw(st.integers(0, count - 1))
    assert across.place(across.middle(place)) == place
    left, right = across.edges(place, place)
    assert left < across.middle(place) < right


def test_from_right_to_left_the_first_week_is_the_rightmost() -> None:
    across = Across(10, 100, 4, leftward=True)
    assert [across.place(x) for x in (0, 20, 100, 900)] == [3, 3, 0, 0]
    assert across.edges(0, 1) == (60, 110)
    assert Across(10, 100, 0, leftward=True).place(50) == -1
