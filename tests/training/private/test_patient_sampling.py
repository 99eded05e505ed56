"""Patients are drawn each by a coin of their own, not in batches of a fixed size."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from deid.training.private.noise import SecureNoise, SeededNoise
from deid.training.private.sampling import PoissonSampler

PATIENTS, RATE, DRAWS = 40, 0.15, 4000


@pytest.fixture(scope="module")
def drawn() -> list[tuple[int, ...]]:
    sampler = PoissonSampler(RATE, SeededNoise(11))
    return [sampler.draw(PATIENTS) for _ in range(DRAWS)]


def test_how_many_are_drawn_is_binomial(drawn: list[tuple[int, ...]]) -> None:
    sizes = Counter(len(one) for one in drawn)
    counts = [sizes[size] for size in range(13)]
    shares = stats.binom.pmf(range(13), PATIENTS, RATE)
    counts.append(DRAWS - sum(counts))
    expected = [*(DRAWS * shares), DRAWS * (1 - shares.sum())]
    assert stats.chisquare(counts, expected).pvalue > 0.001


def test_now_and_then_nobody_is_drawn(drawn: list[tuple[int, ...]]) -> None:
    expected = DRAWS * (1 - RATE) ** PATIENTS
    empty = sum(1 for one in drawn if not one)
    assert abs(empty - expected) < 5 * math.sqrt(expected)


def test_each_patient_is_drawn_at_the_rate(drawn: list[tuple[int, ...]]) -> None:
    counts = Counter(number for one in drawn for number in one)
    spread = math.sqrt(DRAWS * RATE * (1 - RATE))
    assert sorted(counts) == list(range(PATIENTS))
    assert all(abs(count - DRAWS * RATE) < 5 * spread for count in counts.values())


def test_patients_are_drawn_independently_of_each_other(drawn: list[tuple[int, ...]]) -> None:
    table = np.zeros((DRAWS, PATIENTS))
    for row, one in enumerate(drawn):
        table[row, list(one)] = 1
    between = np.corrcoef(table.T) - np.eye(PATIENTS)
    assert np.abs(between).max() < 6 / math.sqrt(DRAWS)
    # A shuffled pass would not draw a patient again in the next step.
    again = np.mean(table[1:] * table[:-1])
    assert again == pytest.approx(RATE**2, rel=0.1)


@given(st.integers(0, 300), st.floats(0.001, 1.0))
def test_a_draw_is_a_rising_list_of_some_of_the_patients(count: int, rate: float) -> None:
    drawn = PoissonSampler(rate, SecureNoise()).draw(count)
    assert list(drawn) == sorted(set(drawn))
    assert set(drawn) <= set(range(count))


def test_at_rate_one_everybody_is_drawn() -> None:
    assert PoissonSampler(1.0, SecureNoise()).draw(5) == (0, 1, 2, 3, 4)


@pytest.mark.parametrize("rate", [0.0, -0.1, 1.1, math.nan])
def test_a_rate_that_cannot_be_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="sampling rate"):
        PoissonSampler(rate, SecureNoise())
