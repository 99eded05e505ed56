"""The count of leaks found in a sample, against exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import comb, exp, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.officer.chances import PARTS, Drawing, at_most, log_chance

SENSITIVITIES = (Fraction(1), Fraction(19, 20), Fraction(1, 2), Fraction(1, 100))


def exactly(found: int, leaking: int, read: int, notes: int, seen: Fraction) -> Fraction:
    """Counted out in fractions: so many leaking notes among those read, and each seen or not."""
    total = Fraction(0)
    for among in range(max(found, read - (notes - leaking)), min(read, leaking) + 1):
        drawn = Fraction(comb(leaking, among) * comb(notes - leaking, read - among))
        total += (
            drawn
            / comb(notes, read)
            * comb(among, found)
            * seen**found
            * (1 - seen) ** (among - found)
        )
    return total


@st.composite
def worlds(draw: st.DrawFn) -> tuple[int, int, int, int, Fraction]:
    notes = draw(st.integers(1, 80))
    read = draw(st.integers(0, notes))
    found = draw(st.integers(0, read))
    return found, draw(st.integers(0, notes)), read, notes, draw(st.sampled_from(SENSITIVITIES))


@given(worlds())
def test_it_is_what_fractions_give(world: tuple[int, int, int, int, Fraction]) -> None:
    found, leaking, read, notes, seen = world
    drawing = Drawing(read, notes, float(seen))
    wanted = exactly(found, leaking, read, notes, seen)
    assert exp(log_chance(found, leaking, drawing)) == pytest.approx(float(wanted), rel=1e-9)
    below = sum(exactly(k, leaking, read, notes, seen) for k in range(found + 1))
    assert at_most(found, leaking, drawing) == pytest.approx(float(below), rel=1e-9)


def test_out_of_very_many_notes_it_is_binomial() -> None:
    drawing = Drawing(59, None, 0.5)
    rate = 0.1 * 0.5
    wanted = comb(59, 2) * rate**2 * (1 - rate) ** 57
    assert exp(log_chance(2, PARTS // 10, drawing)) == pytest.approx(wanted)
    many = Drawing(59, 10**7, 0.5)
    assert exp(log_chance(2, 10**6, many)) == pytest.approx(wanted, rel=1e-4)


def test_terms_that_would_overflow_do_not() -> None:
    drawing = Drawing(3000, 100_000, 0.9)
    chances = [exp(log_chance(k, 99_000, drawing)) for k in range(2500, 3001)]
    assert sum(chances) == pytest.approx(1)
    assert log_chance(0, 99_000, drawing) < -2000


def test_what_cannot_be() -> None:
    assert log_chance(2, 1, Drawing(5, 10)) == -inf
    assert log_chance(0, 10, Drawing(5, 10)) == -inf
    assert log_chance(1, 0, Drawing(5)) == -inf
    assert log_chance(5, PARTS, Drawing(5)) == 0


@pytest.mark.parametrize(("read", "notes"), [(-1, 5), (6, 5)])
def test_no_more_is_read_than_there_is(read: int, notes: int) -> None:
    with pytest.raises(ValueError, match="no more notes"):
        Drawing(read, notes)


@pytest.mark.parametrize("sensitivity", [0, -0.1, 1.1])
def test_a_sensitivity_is_a_probability_and_not_nothing(sensitivity: float) -> None:
    with pytest.raises(ValueError, match="sensitivity"):
        Drawing(5, 10, sensitivity)
