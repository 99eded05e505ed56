from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.training.dates import new_date, redraw_age, redraw_date

SEEDS = st.integers(0, 2**32 - 1)


@given(st.sampled_from(["Mon", "TUESDAY", "spring 2013", "Jan. 23", "3/4", "fall"]), SEEDS)
def test_words_give_way_to_words_and_numbers_to_numbers(value: str, seed: int) -> None:
    drawn = redraw_date(value, None, random.Random(seed))
    assert re.sub(r"[A-Za-z]+", "a", re.sub(r"\d+", "1", drawn)) == re.sub(
        r"[A-Za-z]+", "a", re.sub(r"\d+", "1", value)
    )
    assert drawn.isupper() == value.isupper()


@given(SEEDS)
def test_a_holiday_gives_way_to_a_holiday_of_the_same_case(seed: int) -> None:
    assert redraw_date("easter", None, random.Random(seed)).islower()
    assert redraw_date("EASTER", None, random.Random(seed)).isupper()


@given(SEEDS)
def test_a_timestamp_keeps_its_width(seed: int) -> None:
    drawn = redraw_date("20240314073000", None, random.Random(seed))
    assert re.fullmatch(r"(19|20)\d{12}", drawn)


@given(SEEDS)
def test_a_new_date_holds_a_digit_or_names_a_day_or_month(seed: int) -> None:
    assert re.search(r"\d|day|[A-Z][a-z]{2}", new_date(random.Random(seed)))


@pytest.mark.parametrize("value", ["two weeks", "9 8", "newborn"])
def test_ages_in_words_or_torn_apart_stay(value: str) -> None:
    assert redraw_age(value, None, random.Random(1)) == value


@given(SEEDS)
def test_ages_keep_their_unit(seed: int) -> None:
    assert re.fullmatch(r"\d+-month-old", redraw_age("18-month-old", None, random.Random(seed)))
    assert re.fullmatch(r"\d+y", redraw_age("68y", None, random.Random(seed)))


def test_some_ages_are_of_ninety_and_above() -> None:
    ages = [int(redraw_age("70", None, random.Random(seed))) for seed in range(300)]
    assert any(age >= 90 for age in ages)
    assert sum(age >= 90 for age in ages) < 100
