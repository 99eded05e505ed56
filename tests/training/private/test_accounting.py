"""The ε printed is that of an accountant of other hands, to one per cent."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest
from dp_accounting import GaussianDpEvent, PoissonSampledDpEvent, SelfComposedDpEvent
from dp_accounting.pld import PLDAccountant
from dp_accounting.rdp import RdpAccountant
from scipy import special, stats

from deid.errors import ConfigurationError
from deid.training.private.accounting import (
    Accountant,
    Mechanism,
    default_delta,
    epsilon,
    noise_for,
)

GRID = [
    (Mechanism(0.01, 1.0, 1000), 1e-5),
    (Mechanism(0.05, 2.0, 500), 1e-4),
    (Mechanism(0.1, 0.7, 60), 1e-3),
    (Mechanism(0.1, 1.2, 300), 1e-3),
    (Mechanism(0.25, 1.5, 60), 200**-1.1),
    (Mechanism(0.25, 6.0, 60), 200**-1.1),
    (Mechanism(0.5, 3.0, 100), 100**-1.1),
    (Mechanism(0.5, 20.0, 40), 1000**-1.1),
    (Mechanism(1.0, 4.0, 10), 1e-3),
    (Mechanism(0.02, 0.8, 1), 1e-6),
]
COMPOSED = [
    ((Mechanism(0.25, 2.0, 60), Mechanism(0.1, 1.5, 100)), 200**-1.1),
    ((Mechanism(0.5, 5.0, 30), Mechanism(0.02, 1.0, 400), Mechanism(1.0, 8.0, 3)), 1e-4),
    ((Mechanism(0.1, 1.0, 50), Mechanism(0.1, 1.0, 70)), 1e-3),
]


@cache
def independent(mechanisms: tuple[Mechanism, ...], delta: float, accountant: Accountant) -> float:
    kind = PLDAccountant if accountant is Accountant.PRV else RdpAccountant
    found = kind()
    for one in mechanisms:
        event = PoissonSampledDpEvent(one.sampling_rate, GaussianDpEvent(one.noise_multiplier))
        found.compose(SelfComposedDpEvent(event, one.steps))
    return float(found.get_epsilon(delta))


@cache
def ours(mechanisms: tuple[Mechanism, ...], delta: float) -> float:
    return epsilon(mechanisms, delta=delta)


@pytest.mark.parametrize(("mechanism", "delta"), GRID)
def test_epsilon_is_that_of_the_independent_accountant(mechanism: Mechanism, delta: float) -> None:
    expected = independent((mechanism,), delta, Accountant.PRV)
    assert ours((mechanism,), delta) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("mechanisms", "delta"), COMPOSED)
def test_the_epsilon_of_several_runs_is_that_of_the_independent_accountant(
    mechanisms: tuple[Mechanism, ...], delta: float
) -> None:
    expected = independent(mechanisms, delta, Accountant.PRV)
    assert ours(mechanisms, delta) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(("mechanism", "delta"), GRID)
def test_the_epsilon_of_divergences_is_what_integrating_them_gives(
    mechanism: Mechanism, delta: float
) -> None:
    found = epsilon([mechanism], delta=delta, accountant=Accountant.RDP)
    assert found == pytest.approx(integrated(mechanism, delta), rel=0.01)
    # The other accountant bounds a series of slow convergence from above.
    assert found <= independent((mechanism,), delta, Accountant.RDP) * 1.01
    # Divergences are looser than composition, never tighter by more than the latter's error.
    assert found >= ours((mechanism,), delta) * 0.995


def integrated(mechanism: Mechanism, delta: float) -> float:
    """ε by divergences from their definition, with sums over a fine grid (Balle et al. 2020)."""
    sigma, rate = mechanism.noise_multiplier, mechanism.sampling_rate
    costs = []
    for order in [*np.arange(1.1, 12, 0.1), *range(12, 128)]:
        x = np.linspace(-14 * sigma, order + 14 * sigma, 8000)
        density = stats.norm.logpdf(x, 0, sigma)
        away = np.log1p(-rate) if rate < 1 else -np.inf
        ratio = np.logaddexp(away, np.log(rate) + (2 * x - 1) / (2 * sigma**2))
        moment = special.logsumexp(density + order * ratio) + np.log(x[1] - x[0])
        divergence = mechanism.steps * moment / (order - 1)
        costs.append(
            divergence + np.log1p(-1 / order) - (np.log(delta) + np.log(order)) / (order - 1)
        )
    return float(min(costs))


@pytest.mark.parametrize(("mechanism", "delta"), [(one, delta) for one, delta in GRID[-2:]])
def test_epsilon_is_not_under_the_exact_value(mechanism: Mechanism, delta: float) -> None:
    assert ours((mechanism,), delta) >= independent((mechanism,), delta, Accountant.PRV) * 0.999


def test_one_gaussian_step_costs_what_the_closed_form_says() -> None:
    """Balle and Wang 2018, theorem 8, for sensitivity 1."""
    sigma, delta = 2.0, 1e-4

    def delta_at(value: float) -> float:
        def below(x: float) -> float:
            return 0.5 * math.erfc(-x / math.sqrt(2))

        return below(0.5 / sigma - value * sigma) - math.exp(value) * below(
            -0.5 / sigma - value * sigma
        )

    found = epsilon([Mechanism(1.0, sigma, 1)], delta=delta)
    assert delta_at(found) <= delta
    assert delta_at(found * 0.99) > delta


def test_runs_apart_cost_what_one_run_of_all_their_steps_costs() -> None:
    parts = [Mechanism(0.1, 1.2, 100), Mechanism(0.1, 1.2, 200)]
    assert epsilon(parts, delta=1e-3) == ours((Mechanism(0.1, 1.2, 300),), 1e-3)


def test_nothing_done_costs_nothing_and_no_noise_costs_everything() -> None:
    assert epsilon([], delta=1e-3) == 0.0
    assert epsilon([Mechanism(0.1, 0.0, 0)], delta=1e-3) == 0.0
    assert epsilon([Mechanism(0.1, 2.0, 10), Mechanism(0.1, 0.0, 1)], delta=1e-3) == math.inf


def test_where_composition_does_not_reach_divergences_answer() -> None:
    for mechanism, delta in ((Mechanism(0.5, 0.1, 50), 1e-3), (Mechanism(0.1, 1.0, 10), 1e-17)):
        by_divergence = epsilon([mechanism], delta=delta, accountant=Accountant.RDP)
        assert epsilon([mechanism], delta=delta) == by_divergence
        assert math.isfinite(by_divergence)


@pytest.mark.parametrize("target", [1.0, 8.0])
@pytest.mark.parametrize("accountant", list(Accountant))
def test_calibrated_noise_costs_just_what_may_be_spent(
    target: float, accountant: Accountant
) -> None:
    noise = noise_for(
        epsilon=target, delta=0.003, sampling_rate=0.25, steps=60, accountant=accountant
    )
    found = epsilon([Mechanism(0.25, noise, 60)], delta=0.003, accountant=accountant)
    assert target * 0.999 <= found <= target


def test_calibrated_noise_makes_room_for_what_was_spent() -> None:
    spent = [Mechanism(0.25, 4.0, 60)]
    noise = noise_for(epsilon=3.0, delta=0.003, sampling_rate=0.2, steps=50, spent=spent)
    total = epsilon([*spent, Mechanism(0.2, noise, 50)], delta=0.003)
    assert 3.0 * 0.999 <= total <= 3.0
    assert epsilon([Mechanism(0.2, noise, 50)], delta=0.003) < 2.7


def test_a_budget_that_is_spent_is_refused_with_what_to_do() -> None:
    spent = [Mechanism(0.5, 0.8, 100)]
    with pytest.raises(ConfigurationError, match="raise the budget"):
        noise_for(epsilon=1.0, delta=0.003, sampling_rate=0.2, steps=50, spent=spent)


@pytest.mark.parametrize("delta", [0.0, 1.0, -1e-5, math.nan])
def test_a_delta_that_cannot_be_is_refused(delta: float) -> None:
    with pytest.raises(ValueError, match="delta"):
        epsilon([Mechanism(0.1, 1.0, 1)], delta=delta)


@pytest.mark.parametrize(
    ("rate", "noise", "steps"), [(0.0, 1.0, 1), (1.1, 1.0, 1), (0.1, -1.0, 1), (0.1, 1.0, -1)]
)
def test_a_mechanism_that_cannot_be_is_refused(rate: float, noise: float, steps: int) -> None:
    with pytest.raises(ValueError, match="mechanism"):
        Mechanism(rate, noise, steps)


def test_delta_is_less_than_one_patients_share() -> None:
    assert default_delta(200) == pytest.approx(200**-1.1)
    assert default_delta(2) < 0.5
    with pytest.raises(ValueError, match="two patients"):
        default_delta(1)
