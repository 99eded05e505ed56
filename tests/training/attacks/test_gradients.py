"""Planted gradients catch trainings that are not as private as they say, and let others be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np
import pytest
import torch
from scipy import stats
from torch import nn

from deid.errors import ExaminationStopped
from deid.stopping import stoppable
from deid.training.attacks.bounds import bound_of_scores
from deid.training.attacks.gradients import (
    Claim,
    Patient,
    Releases,
    Score,
    Training,
    attack_gradients,
    likelihood_ratio,
    private_training,
)
from deid.training.private.accounting import Mechanism, epsilon
from deid.training.private.mechanism import PatientOptimizer
from deid.training.private.noise import Noise, SecureNoise, SeededNoise
from deid.training.private.sampling import PoissonSampler

DELTA = 1e-3
CANARIES = 2000
FEWER = {"canaries": 500, "windows": 8}
ONE_STEP = Claim(Mechanism(1.0, 1.0, 1), clip=0.5)
MANY_STEPS = Claim(Mechanism(0.1, 1.0, 10), clip=0.5)
MANY_PASSES = Claim(Mechanism(0.05, 1.5, 200), clip=0.5)


@cache
def claimed(claim: Claim) -> float:
    return epsilon([claim.mechanism], delta=DELTA)


def reached(train: Training, claim: Claim, **more: object) -> float:
    options = {"canaries": CANARIES, "seed": 1, **more}
    return bound_of_scores(attack_gradients(train, claim, **options), delta=DELTA)  # type: ignore[arg-type]


class Broken:
    """A training with one fault; a subclass says which by what it does otherwise."""

    def __init__(self) -> None:
        self.noise: Noise = SeededNoise(5)
        self.draws: Noise = SeededNoise(6)

    def drawn(self, patients: Sequence[Patient], step: int, rate: float) -> list[Patient]:
        return [patients[number] for number in PoissonSampler(rate, self.draws).draw(len(patients))]

    def clip(self, claim: Claim) -> float:
        return claim.clip

    def multiplier(self, claim: Claim) -> float:
        return claim.mechanism.noise_multiplier

    def __call__(self, patients: Sequence[Patient], width: int, claim: Claim) -> Releases:
        weights = nn.Parameter(torch.zeros(width))
        steps = PatientOptimizer(
            torch.optim.SGD([weights], lr=1.0),
            clip=self.clip(claim),
            noise_multiplier=self.multiplier(claim),
            expected=1.0,
            noise=self.noise,
        )
        releases = []
        for step in range(claim.mechanism.steps):
            before = weights.detach().clone()
            for patient in self.drawn(patients, step, claim.mechanism.sampling_rate):
                steps.take(torch.stack([window @ weights for window in patient]).mean())
            steps.step()
            releases.append((before - weights.detach()).double().numpy())
        return np.stack(releases)


class WithoutNoise(Broken):
    def multiplier(self, claim: Claim) -> float:
        return 0.0


class WithLessNoise(Broken):
    def multiplier(self, claim: Claim) -> float:
        return claim.mechanism.noise_multiplier / 4


class WithoutClipping(Broken):
    """The clip is far away, and the noise is as it would be with the right one."""

    def clip(self, claim: Claim) -> float:
        return 1e3 * claim.clip

    def multiplier(self, claim: Claim) -> float:
        return claim.mechanism.noise_multiplier / 1e3


class ByWindow(Broken):
    """Each window is drawn and clipped by itself, as if it were a patient."""

    def drawn(self, patients: Sequence[Patient], step: int, rate: float) -> list[Patient]:
        windows = [[window] for patient in patients for window in patient]
        return super().drawn(windows, step, rate)


class ClippedByWindow(Broken):
    """Patients are drawn, but each of their windows is clipped by itself."""

    def drawn(self, patients: Sequence[Patient], step: int, rate: float) -> list[Patient]:
        return [[window] for patient in super().drawn(patients, step, rate) for window in patient]


class DrawnByWindow(Broken):
    """Windows are drawn; those of one patient are clipped together."""

    def drawn(self, patients: Sequence[Patient], step: int, rate: float) -> list[Patient]:
        kept = [
            len(super(DrawnByWindow, self).drawn(one, step, rate)) for one in map(_each, patients)
        ]
        return [patient[:count] for patient, count in zip(patients, kept, strict=True) if count]


class InFixedBatches(Broken):
    """Everybody's turn comes once a pass, and the accountant hears of a sampling rate."""

    def drawn(self, patients: Sequence[Patient], step: int, rate: float) -> list[Patient]:
        return [patient for patient in patients if turn(patient, rate) == step % round(1 / rate)]


def _each(patient: Patient) -> list[Patient]:
    return [[window] for window in patient]


def turn(patient: Patient, rate: float) -> int:
    return int(patient[0].argmax()) % round(1 / rate)


def at_its_turn(claim: Claim) -> Score:
    """The attacker knows whose turn comes when, and looks at that step."""

    def score(releases: Releases) -> np.ndarray:  # type: ignore[type-arg]
        batches = round(1 / claim.mechanism.sampling_rate)
        steps, weights = np.indices(releases.shape)
        return np.where(steps % batches == weights % batches, releases, 0.0).sum(axis=0)

    return score


@pytest.mark.parametrize("claim", [ONE_STEP, MANY_STEPS])
@pytest.mark.parametrize(("windows", "pull"), [(1, 1.0), (4, 100.0)])
def test_the_right_training_is_not_caught(claim: Claim, windows: int, pull: float) -> None:
    train = private_training(SeededNoise(9))
    assert reached(train, claim, windows=windows, pull=pull) <= claimed(claim)


def test_the_bound_of_the_right_training_comes_near_what_is_claimed() -> None:
    """Else nothing would follow from not being caught."""
    assert reached(private_training(SeededNoise(9)), ONE_STEP) > 0.35 * claimed(ONE_STEP)


def test_the_right_training_is_not_caught_with_noise_of_the_system() -> None:
    """Whatever is drawn: the bound lies so far under the claim that no chance reaches it."""
    assert reached(private_training(SecureNoise()), ONE_STEP) < claimed(ONE_STEP)


@pytest.mark.parametrize(
    ("broken", "claim", "more"),
    [
        (WithoutNoise, ONE_STEP, {}),
        (WithoutNoise, MANY_STEPS, {}),
        (WithLessNoise, ONE_STEP, {}),
        (WithoutClipping, ONE_STEP, {"pull": 20.0}),
        (WithoutClipping, MANY_STEPS, {"pull": 20.0}),
        (ByWindow, ONE_STEP, FEWER),
        (ByWindow, MANY_STEPS, FEWER),
        (ClippedByWindow, ONE_STEP, FEWER),
        (ClippedByWindow, MANY_STEPS, FEWER),
        (DrawnByWindow, MANY_STEPS, {"canaries": 800, "windows": 16}),
        (InFixedBatches, MANY_PASSES, {"canaries": 600, "score": at_its_turn(MANY_PASSES)}),
    ],
)
def test_a_broken_training_is_caught(
    broken: Callable[[], Broken], claim: Claim, more: dict[str, object]
) -> None:
    assert reached(broken(), claim, **more) > claimed(claim)


def test_noise_that_can_be_foreseen_is_caught() -> None:
    """The attacker knows the seed, and takes the noise off again."""
    train = private_training(SeededNoise(7))
    std = ONE_STEP.clip * ONE_STEP.mechanism.noise_multiplier

    def without_noise(releases: Releases) -> np.ndarray:  # type: ignore[type-arg]
        copy = SeededNoise(7)
        PoissonSampler(1.0, copy).draw(1)
        return (releases - copy.normal((1, releases.shape[1]), std=std).numpy())[0]

    assert reached(train, ONE_STEP, score=without_noise) > claimed(ONE_STEP)


def test_without_its_fault_the_broken_training_is_the_right_one() -> None:
    """Else it might be caught for something else than its fault."""
    assert reached(Broken(), ONE_STEP, **FEWER, pull=20.0) <= claimed(ONE_STEP)
    assert reached(Broken(), MANY_STEPS, **FEWER, pull=20.0) <= claimed(MANY_STEPS)
    score = at_its_turn(MANY_PASSES)
    found = reached(Broken(), MANY_PASSES, canaries=600, score=score)
    assert found <= claimed(MANY_PASSES)


def test_likelihoods_are_those_of_a_subsampled_gaussian() -> None:
    claim = Claim(Mechanism(0.3, 1.7, 2), clip=2.0)
    releases = np.array([[0.4, -3.0], [5.0, 1.0]])
    with_it = 0.3 * stats.norm.pdf(releases, 2.0, 3.4) + 0.7 * stats.norm.pdf(releases, 0.0, 3.4)
    without = stats.norm.pdf(releases, 0.0, 3.4)
    expected = np.log(with_it / without).sum(axis=0)
    assert likelihood_ratio(claim)(releases) == pytest.approx(expected)


def test_an_attack_says_after_each_step_how_far_it_is_and_can_be_stopped_then() -> None:
    told: list[float] = []
    train = private_training(SeededNoise(1), told=told.append)
    with stoppable(lambda: len(told) == 3), pytest.raises(ExaminationStopped):
        attack_gradients(train, MANY_STEPS, canaries=20, seed=1)
    assert told == [0.1, 0.2, 0.3]
