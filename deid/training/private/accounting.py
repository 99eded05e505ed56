"""What training costs in privacy, by the accountants of Opacus.

All runs on the same patients are added up: `epsilon` takes as many mechanisms as there were. The
neighbours of a set of patients are those with one patient, and all notes of theirs, more or less.
Every ε is an upper bound, errors of the numerics included.

Importing this loads neither Opacus nor torch; asking for an ε does.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from deid.errors import ConfigurationError

SMALLEST_EPSILON: Final = 0.01
"""That a run or a budget may have: with less, noise leaves nothing to be learnt."""
LARGEST_EPSILON: Final = 100.0
"""The same: a larger one protects nobody."""
SMALLEST_DELTA: Final = 1e-12
"""The same: near the precision of numbers no δ is computed reliably."""

_ORDERS: Final = (
    *(1 + tenth / 10 for tenth in range(1, 50)),
    *range(6, 33),
    *(36, 40, 48, 56, 64, 80, 96, 128, 160, 192, 256, 384, 512, 768, 1000),
)
_RELATIVE_ERROR: Final = 0.003
_SMALLEST_ERROR: Final = 2e-4
_LARGEST_ERROR: Final = 0.02
_LARGEST_COMPOSED: Final = 100.0
_LARGEST_NOISE: Final = 1e5
_FIRST_NOISE: Final = 1.0
_CLOSE_ENOUGH: Final = 0.999
"""Share of the wanted ε that a calibrated noise uses at least."""
_TRIALS: Final = 100
_STEEPNESS: Final = 1.25
"""ε falls about like this power of the noise."""

_History = Sequence[tuple[float, float, int]]
"""Noise multiplier, sampling rate and steps of each, in Opacus' order."""


class Accountant(StrEnum):
    """How an ε is computed."""

    PRV = "prv"
    """By numerical composition of privacy loss variables (Gopi et al. 2021, arXiv 2106.02848)."""
    RDP = "rdp"
    """By Rényi divergences (Mironov et al. 2019, arXiv 1908.10530): looser, without numerics."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """The subsampled Gaussian mechanism, some steps of it: all that an accountant must know.

    Attributes:
        sampling_rate: probability with which a patient takes part in a step, above 0, at most 1.
        noise_multiplier: standard deviation of the noise over the clipping norm, 0 or more.
        steps: how often it was applied, 0 or more.

    Raises:
        ValueError: one of the numbers cannot be.
    """

    sampling_rate: float
    noise_multiplier: float
    steps: int

    def __post_init__(self) -> None:
        if not (
            0 < self.sampling_rate <= 1
            and 0 <= self.noise_multiplier < math.inf
            and self.steps >= 0
        ):
            raise ValueError("no mechanism: rate in (0, 1], noise multiplier and steps 0 or more")


def default_delta(patients: int) -> float:
    """1 / patients^1.1: clearly less than one patient's share.

    Raises:
        ValueError: there are fewer than two patients.
    """
    if patients < 2:
        raise ValueError("a delta is for two patients or more")
    return float(patients**-1.1)


def epsilon(
    mechanisms: Sequence[Mechanism], *, delta: float, accountant: Accountant = Accountant.PRV
) -> float:
    """The ε that all of these together cost a patient who may have been in each, at this δ.

    Infinite where one of them added no noise; 0 where nothing was done. Where the numerics of
    `PRV` do not reach (an ε over 100, a δ near the precision of numbers) it is that of `RDP`.

    Raises:
        ValueError: δ is not between 0 and 1.
        ConfigurationError: Opacus is not installed.
    """
    return _total(mechanisms, delta, accountant)


def noise_for(
    *,
    epsilon: float,
    delta: float,
    sampling_rate: float,
    steps: int,
    spent: Sequence[Mechanism] = (),
    accountant: Accountant = Accountant.PRV,
) -> float:
    """The least noise multiplier with which a run and what was spent before cost at most this ε.

    Together they cost between 99.9 % of it and all of it.

    Args:
        epsilon: what both together may cost, above 0.
        delta: at which δ.
        sampling_rate: of the run to come.
        steps: of the run to come, 1 or more.
        spent: runs done before on the same patients.
        accountant: that computes it.

    Raises:
        ValueError: one of the numbers cannot be.
        ConfigurationError: so much was spent that no noise is enough, or Opacus is not installed.
    """
    if not (0 < epsilon < math.inf and steps > 0):
        raise ValueError("epsilon is above 0, and a run has a step or more")

    if _total(spent, delta, accountant) >= _CLOSE_ENOUGH * epsilon:
        raise _nothing_left()

    def cost(by: Accountant) -> Callable[[float], float]:
        return lambda noise: _total([*spent, Mechanism(sampling_rate, noise, steps)], delta, by)

    rough = _FIRST_NOISE
    if accountant is not Accountant.RDP and _total(spent, delta, Accountant.RDP) < epsilon / 2:
        rough = _least_noise(cost(Accountant.RDP), epsilon, start=rough)
    return _least_noise(cost(accountant), epsilon, start=rough)


def _least_noise(cost: Callable[[float], float], epsilon: float, *, start: float) -> float:
    """Where `cost`, which falls with the noise, comes to within 0.1 % under `epsilon`."""
    aim = epsilon * (1 + _CLOSE_ENOUGH) / 2
    noise, low, high = start, 0.0, math.inf
    above = below = 0.0
    for trial in range(_TRIALS):
        found = cost(noise)
        if found > epsilon:
            low, above = noise, found
        elif found >= _CLOSE_ENOUGH * epsilon:
            return noise
        else:
            high, below = noise, found
        if low == 0.0 or high == math.inf:
            noise *= min(4.0, max(0.25, (found / aim) ** (1 / _STEEPNESS) * (1.01, 0.99)[low == 0]))
        elif trial % 3 == 0:
            noise = math.sqrt(low * high)
        else:
            noise = _between((low, above), (high, below), aim)
        if noise > _LARGEST_NOISE:
            raise _nothing_left()
    return high


def _between(low: tuple[float, float], high: tuple[float, float], aim: float) -> float:
    """The noise at which a cost that falls like a power of it is `aim`."""
    (least, above), (most, below) = low, high
    if not 0 < below < above < math.inf:
        return math.sqrt(least * most)
    share = math.log(above / aim) / math.log(above / below)
    return least * math.exp(min(0.99, max(0.01, share)) * math.log(most / least))


def _nothing_left() -> ConfigurationError:
    return ConfigurationError(
        "no privacy budget is left for a run: raise the budget, or train on other patients"
    )


def _total(mechanisms: Sequence[Mechanism], delta: float, accountant: Accountant) -> float:
    if not 0 < delta < 1:
        raise ValueError("a delta lies between 0 and 1")
    steps: Counter[tuple[float, float]] = Counter()
    for one in mechanisms:
        steps[one.noise_multiplier, one.sampling_rate] += one.steps
    history = [(noise, rate, count) for (noise, rate), count in steps.items() if count]
    if not history:
        return 0.0
    if any(noise == 0 for noise, _rate, _count in history):
        return math.inf
    rough = _by_divergence(history, delta)
    if accountant is Accountant.RDP or rough > _LARGEST_COMPOSED:
        return rough
    return _by_composition(history, delta, rough)


def _by_divergence(history: _History, delta: float) -> float:
    from opacus.accountants.analysis.rdp import get_privacy_spent

    divergence = sum(steps * _divergences(noise, rate) for noise, rate, steps in history)
    with _quiet():
        found, _order = get_privacy_spent(orders=list(_ORDERS), rdp=divergence, delta=delta)
    return max(0.0, float(found))


@lru_cache(maxsize=256)
def _divergences(noise: float, rate: float) -> npt.NDArray[np.float64]:
    """Of one step, at each order; kept, for they take most of the time and recur."""
    from opacus.accountants.analysis.rdp import compute_rdp

    return np.asarray(compute_rdp(q=rate, noise_multiplier=noise, steps=1, orders=list(_ORDERS)))


def _by_composition(history: _History, delta: float, rough: float) -> float:
    from opacus.accountants import PRVAccountant
    from opacus.accountants.analysis.prv import Domain

    class Composition(PRVAccountant):  # type: ignore[misc]
        """Opacus' accountant, with divergences that are kept to bound its domain by."""

        def _get_domain(
            self, *, num_self_compositions: list[int], eps_error: float, delta_error: float,
            **_prvs: object,
        ) -> object:  # fmt: skip
            reach, mesh = _domain(history, sum(num_self_compositions), eps_error, delta_error)
            return Domain.create_aligned(-reach, reach, mesh)

    accountant = Composition()
    accountant.history = list(history)
    error = min(_LARGEST_ERROR, max(_SMALLEST_ERROR, _RELATIVE_ERROR * rough))
    try:
        with _quiet():
            found: float = accountant.get_epsilon(delta, eps_error=error)
            return float(found)
    except (ValueError, RuntimeError):
        return rough


def _domain(
    history: _History, steps: int, epsilon_error: float, delta_error: float
) -> tuple[float, float]:
    """How far losses must be followed, and how finely (Gopi et al. 2021, remark 5.6)."""
    whole = _by_divergence(history, delta_error / 4)
    single = max(
        _by_divergence([(noise, rate, 1)], delta_error / (8 * steps)) for noise, rate, _ in history
    )
    mesh = epsilon_error / math.sqrt(steps * math.log(12 / delta_error) / 2)
    return max(whole, single, epsilon_error) + 3, mesh


@contextmanager
def _quiet() -> Iterator[None]:
    """Let numbers overflow where that is meant, and the best order be the last of the list.

    Any order gives a bound; at the end of the list it is only not the best there is.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.filterwarnings("ignore", "Optimal order is the")
        yield
