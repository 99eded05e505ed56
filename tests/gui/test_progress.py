from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gui.progress import HALF_LIFE, Pace, Roughly, Unit, roughly

lengths = st.integers(min_value=1, max_value=1_000_000)
times = st.floats(min_value=0.001, max_value=3600)


def test_nobody_knows_before_the_first_note() -> None:
    assert Pace().seconds_left(characters=5000) is None
    assert Pace().seconds_left(characters=0, unread=3) is None


def test_nothing_left_takes_no_time() -> None:
    assert Pace().seconds_left(characters=0) == 0
    assert Pace().after(5000, 2).seconds_left(characters=0) == 0


def test_the_rest_goes_on_as_the_last_note_went() -> None:
    pace = Pace().after(5000, 2)
    assert pace.seconds_left(characters=20_000) == pytest.approx(8)


def test_unread_notes_are_taken_to_be_as_long_as_the_others() -> None:
    pace = Pace().after(1000, 1)
    assert pace.seconds_left(characters=500, unread=3) == pytest.approx(3.5)


def test_the_latest_notes_weigh_most() -> None:
    pace = Pace()
    for _ in range(100):
        pace = pace.after(1000, 1)
    for _ in range(5):
        pace = pace.after(1000, HALF_LIFE)
    left = pace.seconds_left(characters=1000)
    assert left is not None
    assert HALF_LIFE / 2 < left < HALF_LIFE


def test_a_note_without_text_and_a_clock_set_back_do_no_harm() -> None:
    assert Pace().after(0, 0).seconds_left(characters=10) is None
    assert Pace().after(10, -3).seconds_left(characters=10) is None
    assert Pace().after(1000, 1).after(10, -3).seconds_left(characters=1010) == pytest.approx(1)


@given(st.lists(st.tuples(lengths, times), min_size=1, max_size=30), lengths)
def test_the_estimate_lies_between_the_slowest_and_the_fastest(
    notes: list[tuple[int, float]], rest: int
) -> None:
    pace = Pace()
    for characters, seconds in notes:
        pace = pace.after(characters, seconds)
    left = pace.seconds_left(characters=rest)
    each = [seconds / characters * rest for characters, seconds in notes]
    assert left is not None
    assert min(each) * 0.999 <= left <= max(each) * 1.001


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0, Roughly(10, Unit.SECONDS)),
        (10.5, Roughly(20, Unit.SECONDS)),
        (50, Roughly(50, Unit.SECONDS)),
        (51, Roughly(1, Unit.MINUTES)),
        (61, Roughly(2, Unit.MINUTES)),
        (230, Roughly(4, Unit.MINUTES)),
        (601, Roughly(15, Unit.MINUTES)),
        (55 * 60, Roughly(55, Unit.MINUTES)),
        (55 * 60 + 1, Roughly(1, Unit.HOURS)),
        (3601, Roughly(2, Unit.HOURS)),
    ],
)
def test_times_are_told_as_people_tell_them(seconds: float, told: Roughly) -> None:
    assert roughly(seconds) == told


@given(st.floats(min_value=0, max_value=1e6))
def test_a_time_is_never_told_too_short(seconds: float) -> None:
    told = roughly(seconds)
    unit = {Unit.SECONDS: 1, Unit.MINUTES: 60, Unit.HOURS: 3600}[told.unit]
    assert told.count >= 1
    assert told.count * unit >= seconds * (1 - 1e-9)
