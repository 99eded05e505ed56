"""Steps with the numbers of the run; the learning rate: warm, falling, lower where it is loud."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from deid.training.tune.run_folder import RunFacts
from deid.training.tune.settings import Optimiser, Settings

torch = pytest.importorskip("torch")

SETTINGS = Settings(steps=10, warm_up_share=0.2, learning_rate=1.0, sampling_rate=0.5)


def facts(noise: float, patients: int, settings: Settings = SETTINGS) -> RunFacts:
    return RunFacts(settings, noise, 1e-3, patients, "c" * 64, "b" * 64)


def weights(count: int) -> dict[str, torch.nn.Parameter]:
    return {"weight": torch.nn.Parameter(torch.zeros(count))}


def test_the_rate_rises_and_falls_and_is_multiplied() -> None:
    from deid.training.tune.optimisers import optimizer_of, set_rate

    optimizer = optimizer_of(weights(3), SETTINGS)
    rates = []
    for step in range(10):
        set_rate(optimizer, SETTINGS, step, calm=0.5)
        rates.append(optimizer.param_groups[0]["lr"])
    assert rates[:2] == [0.25, 0.5]
    assert max(rates) == 0.5
    assert rates[2:] == sorted(rates[2:], reverse=True)
    assert rates[-1] == pytest.approx(0.5 / 8)


def test_twice_the_noise_halves_the_rate_of_sgd() -> None:
    from deid.training.tune.optimisers import calmed

    some = weights(10_000)
    loud = calmed(some, facts(noise=4.0, patients=100))
    assert loud == pytest.approx(0.35 / (4.0 * 0.5 * math.sqrt(10_000) / 50))
    assert calmed(some, facts(noise=8.0, patients=100)) == pytest.approx(loud / 2)
    assert calmed(some, facts(noise=4.0, patients=200)) == pytest.approx(loud * 2)


def test_where_noise_is_low_or_has_no_length_the_rate_stays() -> None:
    from deid.training.tune.optimisers import calmed

    some = weights(10_000)
    assert calmed(some, facts(noise=1.0, patients=100_000)) == 1.0
    assert (
        calmed(some, facts(noise=0.0, patients=10, settings=replace(SETTINGS, epsilon=None))) == 1.0
    )
    adam = replace(SETTINGS, optimiser=Optimiser.ADAMW)
    assert calmed(some, facts(noise=9.0, patients=10, settings=adam)) == 1.0


def test_noise_clipping_and_patients_expected_are_those_of_the_run() -> None:
    from deid.training.private.noise import Noise
    from deid.training.tune.optimisers import optimizer_of, steps_of

    class Told(Noise):
        """No noise; keeps what it was asked for."""

        secure = False

        def __init__(self) -> None:
            self.asked: list[float] = []

        def _stream(self) -> Any:
            raise NotImplementedError

        def normal(self, shape: Sequence[int], *, std: float) -> torch.Tensor:
            self.asked.append(std)
            return torch.zeros(tuple(shape), dtype=torch.float64)

    settings = replace(SETTINGS, largest_gradient=0.25)
    some, noise = weights(4), Told()
    run = facts(noise=3.0, patients=100, settings=settings)
    steps = steps_of(optimizer_of(some, settings), run, noise)
    steps.zero()
    steps.take(1e3 * some["weight"].sum())
    steps.step()
    assert noise.asked == [3.0 * 0.25]
    # At a rate of 1: one patient, clipped to C, over the 50 who are expected.
    assert float(some["weight"].detach().norm()) == pytest.approx(0.25 / 50, rel=1e-3)
