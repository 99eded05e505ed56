"""Membership is told by the loss, and better where models with and without are compared."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from deid.training.attacks.bounds import Scored
from deid.training.attacks.membership import (
    confidences,
    figures,
    likelihood_ratios,
    scored,
)


def test_confidence_is_the_logit_of_the_probability() -> None:
    found = confidences(np.array([0.1, 1.0, 5.0]))
    shares = np.exp([-0.1, -1.0, -5.0])
    assert found == pytest.approx(np.log(shares / (1 - shares)))
    assert bool(np.isfinite(confidences(np.array([0.0, 1e-30, 800.0]))).all())


@given(st.lists(st.integers(0, 6), min_size=1), st.lists(st.integers(0, 6), min_size=1))
def test_the_area_is_how_often_one_inside_scores_above_one_outside(
    inside: list[int], outside: list[int]
) -> None:
    found = figures(Scored(tuple(map(float, inside)), tuple(map(float, outside))))
    pairs = [(one > other) + (one == other) / 2 for one in inside for other in outside]
    assert found.area == pytest.approx(sum(pairs) / len(pairs))


@given(
    st.lists(st.floats(-5, 5), min_size=1), st.lists(st.floats(-5, 5), min_size=1),
    st.floats(0, 0.99),
)  # fmt: skip
def test_no_more_are_wrongly_named_than_the_share_allows(
    inside: list[float], outside: list[float], share: float
) -> None:
    ((_, rightly),) = figures(Scored(tuple(inside), tuple(outside)), wrongly=(share,)).rightly
    # Some least score names that share of those inside and no more of the others than allowed.
    reached = [
        np.mean(np.array(inside) > least)
        for least in outside
        if np.mean(np.array(outside) > least) <= share
    ]
    assert rightly == pytest.approx(max(reached))


def test_comparing_models_tells_what_the_loss_alone_does_not() -> None:
    """Patients are of unlike difficulty, which hides a small effect of having been learnt from."""
    rng = np.random.default_rng(5)
    difficulty = rng.normal(0, 3, 200)
    learnt = rng.random((24, 200)) < 0.5
    losses = difficulty + learnt * 1.0 + rng.normal(0, 0.5, (24, 200))
    ratios = likelihood_ratios(losses[:16], learnt[:16], losses[16:])
    by_loss = figures(scored(losses[16:].ravel(), learnt[16:].ravel())).area
    by_ratio = figures(scored(ratios.ravel(), learnt[16:].ravel())).area
    assert by_loss < 0.65
    assert by_ratio > 0.85


def test_ratios_are_those_of_two_gaussians() -> None:
    shadows = np.array([[1.0, 5.0], [3.0, 6.0], [-1.0, 9.0], [1.0, 8.0]])
    learnt = np.array([[True, False], [True, False], [False, True], [False, True]])
    target = np.array([[2.0, 7.0]])
    inside, outside = np.array([2.0, 8.5]), np.array([0.0, 5.5])
    spread_in = math.sqrt((1 + 1 + 0.25 + 0.25) / 4)
    spread_out = math.sqrt((1 + 1 + 0.25 + 0.25) / 4)
    expected = stats.norm.logpdf(target, inside, spread_in) - stats.norm.logpdf(
        target, outside, spread_out
    )
    assert likelihood_ratios(shadows, learnt, target) == pytest.approx(expected)


def test_a_patient_whom_the_shadows_never_saw_does_not_break_the_attack() -> None:
    shadows = np.array([[1.0, 5.0], [3.0, 6.0], [-1.0, 9.0], [1.0, 8.0]])
    learnt = np.array([[True, False], [True, False], [False, False], [False, False]])
    assert bool(np.isfinite(likelihood_ratios(shadows, learnt, shadows)).all())
