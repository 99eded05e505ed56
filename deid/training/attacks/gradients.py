"""The strongest attack there is: planted gradients, looked for in every step (white box).

A planted patient ("canary") pulls at one weight of their own as hard as may be, and the attacker
sees the weights after each step, knows everything else, and asks of each canary whether it was
learnt from (Nasr et al. 2021 and 2023; Andrew et al. 2024). As each has a weight of its own, no
canary disturbs another, and one training answers for all of them. What comes out is close to what
the accountant allows; a training that is broken shows at once.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from deid.stopping import stop_if_asked
from deid.training.attacks.bounds import Scored
from deid.training.private.accounting import Mechanism
from deid.training.private.mechanism import PatientOptimizer
from deid.training.private.noise import Noise
from deid.training.private.sampling import PoissonSampler

Patient = Sequence[torch.Tensor]
"""A direction for each window, whose loss is the direction times the weights."""
Releases = npt.NDArray[np.float64]
"""What the attacker sees, `[steps, weights]`: how far each step moved each weight, times q·N."""
Score = Callable[[Releases], npt.NDArray[np.float64]]
"""From releases to a score for the canary of each weight: the larger, the surer it was learnt."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a training says of itself.

    Attributes:
        mechanism: that its accountant is told of.
        clip: what one patient adds to a step, at most.
    """

    mechanism: Mechanism
    clip: float


Training = Callable[[Sequence[Patient], int, Claim], Releases]
"""Trains so many weights on the patients as it was claimed, or not quite."""


def private_training(noise: Noise, *, told: Callable[[float], None] = lambda _: None) -> Training:
    """The steps of `deid.training.private`, as they are made in a fine-tuning.

    Args:
        noise: that is drawn and added.
        told: called after each step with how far it is, 0 to 1. It can be stopped between two.
    """

    def train(patients: Sequence[Patient], width: int, claim: Claim) -> Releases:
        weights = nn.Parameter(torch.zeros(width))
        sampler = PoissonSampler(claim.mechanism.sampling_rate, noise)
        steps = PatientOptimizer(
            torch.optim.SGD([weights], lr=1.0),
            clip=claim.clip,
            noise_multiplier=claim.mechanism.noise_multiplier,
            expected=1.0,
            noise=noise,
        )
        releases = np.zeros((claim.mechanism.steps, width))
        for number, release in enumerate(releases, start=1):
            stop_if_asked()
            before = weights.detach().clone()
            for drawn in sampler.draw(len(patients)):
                steps.take(torch.stack([window @ weights for window in patients[drawn]]).mean())
            steps.step()
            release[:] = (before - weights.detach()).numpy()
            told(number / len(releases))
        return releases

    return train


def attack_gradients(
    train: Training, claim: Claim, *, canaries: int, seed: int, windows: int = 1,
    pull: float = 1.0, score: Score | None = None,
) -> Scored:  # fmt: skip
    """What the attacker thinks of each canary, by whether it was learnt from.

    Args:
        train: the training that is attacked.
        claim: what it says of itself; the attacker believes it.
        canaries: how many are planted, each learnt from if a fair coin says so.
        seed: of these coins.
        windows: how many windows each has.
        pull: norm of the gradient of each of its windows, as a multiple of the clipping norm.
        score: how the attacker judges; by the likelihoods under the claim if nothing is said.
    """
    coins = random.Random(seed)  # noqa: S311 - an experiment, no secret
    learnt = [coins.random() < 0.5 for _ in range(canaries)]
    directions = torch.eye(canaries) * (pull * claim.clip)
    patients = [
        [direction] * windows
        for direction, inside in zip(directions, learnt, strict=True)
        if inside
    ]
    found = (score or likelihood_ratio(claim))(train(patients, canaries, claim))
    return Scored(
        tuple(float(one) for one, inside in zip(found, learnt, strict=True) if inside),
        tuple(float(one) for one, inside in zip(found, learnt, strict=True) if not inside),
    )


def likelihood_ratio(claim: Claim) -> Score:
    """How much likelier all steps are with the canary than without, as a logarithm.

    No score parts them better where the claim is true (Neyman and Pearson 1933).
    """
    rate, noise = claim.mechanism.sampling_rate, claim.mechanism.noise_multiplier

    def score(releases: Releases) -> npt.NDArray[np.float64]:
        ratios = drawn_or_not(releases / claim.clip, noise=noise, rate=rate)
        return np.asarray(ratios.sum(axis=0))

    return score


def drawn_or_not(
    seen: npt.NDArray[np.float64], *, noise: float | npt.NDArray[np.float64], rate: float
) -> npt.NDArray[np.float64]:
    """How much likelier this is of somebody learnt from than of somebody not, as a logarithm.

    Args:
        seen: 1 in the mean where somebody was drawn, and 0 where not.
        noise: its standard deviation.
        rate: with which somebody who is learnt from is drawn.
    """
    exponents = (2 * seen - 1) / (2 * np.square(noise))
    away = math.log1p(-rate) if rate < 1 else -math.inf
    return np.asarray(np.logaddexp(away, math.log(rate) + exponents))


def by_the_end(releases: Releases) -> npt.NDArray[np.float64]:
    """A score of somebody who sees the last weights only: how far all steps moved them together."""
    return np.asarray(releases.sum(axis=0))
