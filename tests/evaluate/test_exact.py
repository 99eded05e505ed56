"""The exact interval of a counted rate, against what the binomial itself says."""

from __future__ import annotations

from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.evaluate.exact import exact_interval


def at_least(part: int, whole: int, rate: float) -> float:
    terms = (
        comb(whole, count) * rate**count * (1 - rate) ** (whole - count)
        for count in range(part, whole + 1)
    )
    return sum(terms)


counts = st.integers(0, 60).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))


@given(counts)
def test_at_either_end_the_count_comes_up_in_one_of_forty(count: tuple[int, int]) -> None:
    part, whole = count
    low, high = exact_interval(part, whole)
    assert 0 <= low <= high <= 1
    if part:
        assert at_least(part, whole, low) == pytest.approx(0.025)
    else:
        assert low == 0
    if part < whole:
        assert 1 - at_least(part + 1, whole, high) == pytest.approx(0.025)
    else:
        assert high == 1


@given(counts)
def test_what_is_missed_has_the_mirrored_interval(count: tuple[int, int]) -> None:
    part, whole = count
    low, high = exact_interval(part, whole)
    assert exact_interval(whole - part, whole) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(
    ("part", "whole", "interval"),
    [
        (0, 0, (0, 1)),
        (0, 10, (0, 0.30850)),
        (10, 10, (0.69150, 1)),
        (8, 10, (0.44390, 0.97479)),
        (90, 100, (0.82378, 0.95100)),
        (199_000, 200_000, (0.99468, 0.99530)),
    ],
)
def test_known_intervals(part: int, whole: int, interval: tuple[float, float]) -> None:
    assert exact_interval(part, whole) == pytest.approx(interval, abs=1e-5)


@pytest.mark.parametrize(("part", "whole"), [(-1, 3), (4, 3)])
def test_a_part_that_is_none_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="between nothing and the whole"):
        exact_interval(part, whole)
