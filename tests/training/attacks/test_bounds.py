"""A lower bound on ε is seldom above the true one, and near it where the attack is good."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from deid.training.attacks.bounds import (
    Scored,
    bound_of_counts,
    bound_of_guesses,
    bound_of_one_run,
    bound_of_scores,
)


def responses(epsilon: float, count: int, seed: int) -> Scored:
    """Randomised response, of which ε is exactly this: a bit told rightly, or not."""
    rng = np.random.default_rng(seed)
    told_right = 1 / (1 + math.exp(-epsilon))
    bits = rng.random(count) < 0.5
    told = np.where(rng.random(count) < told_right, bits, ~bits).astype(float)
    # A little disorder, so that equal scores are not sorted by what they are.
    told += rng.random(count) / 4
    return Scored(tuple(told[bits]), tuple(told[~bits]))


@pytest.mark.parametrize("bound", [bound_of_scores, bound_of_one_run])
@pytest.mark.parametrize("epsilon", [0.0, 1.0, 3.0])
def test_a_bound_lies_above_the_truth_no_oftener_than_allowed(bound, epsilon: float) -> None:  # type: ignore[no-untyped-def]
    above = sum(
        bound(responses(epsilon, 200, seed), delta=0.0) > epsilon + 1e-9 for seed in range(60)
    )
    assert above <= stats.binom.ppf(0.99, 60, 0.05)


@pytest.mark.parametrize(("bound", "least"), [(bound_of_scores, 2.3), (bound_of_one_run, 2.3)])
def test_a_bound_comes_near_the_truth_with_many_targets(bound, least: float) -> None:  # type: ignore[no-untyped-def]
    assert least < bound(responses(3.0, 3000, 1), delta=0.0) <= 3.05


def test_a_perfect_attack_is_bounded_by_how_often_it_was_made() -> None:
    few, many = (bound_of_counts(n, n, 0, n, delta=0.0) for n in (20, 2000))
    # 1 - 0.025^(1/n) is the exact upper end of a rate of 0 in n.
    for found, count in ((few, 20), (many, 2000)):
        end = 1 - 0.025 ** (1 / count)
        assert found == pytest.approx(math.log((1 - end) / end))


def test_an_attack_that_names_everybody_or_nobody_proves_nothing() -> None:
    assert bound_of_counts(50, 50, 50, 50, delta=0.0) == 0.0
    assert bound_of_counts(0, 50, 0, 50, delta=0.0) == 0.0
    assert bound_of_scores(Scored((), ()), delta=1e-3) == 0.0
    assert bound_of_one_run(Scored((1.0,), ()), delta=1e-3) == 0.0


@pytest.mark.parametrize("bound", [bound_of_scores, bound_of_one_run])
def test_scores_that_are_all_alike_prove_nothing(bound) -> None:  # type: ignore[no-untyped-def]
    assert bound(Scored((0.5,) * 40, (0.5,) * 40), delta=0.0) == 0.0


def test_to_rule_people_out_counts_as_much_as_to_name_them() -> None:
    named = bound_of_counts(60, 100, 2, 100, delta=1e-3)
    ruled_out = bound_of_counts(98, 100, 40, 100, delta=1e-3)
    assert named == pytest.approx(ruled_out)


@given(
    st.integers(0, 40), st.integers(1, 40), st.integers(0, 40), st.integers(1, 40),
    st.floats(0, 0.2),
)  # fmt: skip
def test_a_larger_delta_never_raises_a_bound(
    named: int, inside: int, wrong: int, outside: int, delta: float
) -> None:
    counts = (min(named, inside), inside, min(wrong, outside), outside)
    without = bound_of_counts(*counts, delta=0.0)
    assert 0.0 <= bound_of_counts(*counts, delta=delta) <= without


def test_guesses_without_delta_are_bounded_as_the_binomial_says() -> None:
    found = bound_of_guesses(90, 100, 1000, delta=0.0)
    rate = 1 / (1 + math.exp(-found))
    assert stats.binom.sf(89, 100, rate) == pytest.approx(0.05, abs=1e-6)


def test_delta_and_silence_about_others_weaken_a_bound_by_guesses() -> None:
    exact = bound_of_guesses(90, 100, 100, delta=0.0)
    assert bound_of_guesses(90, 100, 1000, delta=0.0) == exact
    assert bound_of_guesses(90, 100, 1000, delta=1e-5) < exact
    assert bound_of_guesses(90, 100, 1000, delta=1e-3) < bound_of_guesses(90, 100, 1000, delta=1e-5)
    assert bound_of_guesses(50, 100, 1000, delta=0.0) == 0.0


def test_guesses_with_delta_are_bounded_as_theorem_5_2_says() -> None:
    """The theorem written out by scipy's binomial, at one point."""
    right, guesses, targets, delta = 85, 100, 200, 1e-4
    found = bound_of_guesses(right, guesses, targets, delta=delta)
    rate = 1 / (1 + math.exp(-found))

    def at_least(count: int) -> float:
        return float(stats.binom.sf(count - 1, guesses, rate))

    steepest = max((at_least(right - i) - at_least(right)) / i for i in range(1, targets + 1))
    assert at_least(right) + 2 * targets * delta * steepest == pytest.approx(0.05, abs=1e-6)


def test_the_score_to_name_from_is_not_chosen_by_those_it_judges() -> None:
    """Scores that mean nothing: the best threshold of all would seem to prove something."""
    rng = np.random.default_rng(3)
    above = 0
    for _ in range(60):
        scored = Scored(tuple(rng.random(100)), tuple(rng.random(100)))
        above += bound_of_scores(scored, delta=0.0) > 0
    assert above <= stats.binom.ppf(0.99, 60, 0.05)
