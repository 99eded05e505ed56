"""Planted notes, looked for in every step of a fine-tuning itself (white box).

The attacker sees the weights after each step, as everybody does of whom a proof of DP-SGD speaks,
and knows the settings, the notes of all planted patients and which of their windows a step looks
at. So the noisy sum of each step can be had back from the weights, and the gradient of each planted
patient computed. Who was drawn is then guessed for all at once, as one guesses signals that overlap
(linear estimate of least error): patients whose notes are alike are hard to tell apart, which makes
the attack weaker than planted gradients, but it goes through the real loop, its network and its
clipping.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Sequence
from typing import Final

import torch
from torch import nn

from deid.training.attacks.bounds import Scored
from deid.training.attacks.gradients import drawn_or_not
from deid.training.attacks.membership import Floats
from deid.training.cohort.patients import Cohort
from deid.training.tune.base import Base
from deid.training.tune.forward import FrozenAnswers, PatientLoss
from deid.training.tune.loop import OnProgress
from deid.training.tune.method import prepare, trained
from deid.training.tune.optimisers import calmed, optimizer_of, set_rate
from deid.training.tune.progress import Progress
from deid.training.tune.run_folder import RunFacts
from deid.training.tune.settings import Method, Optimiser, Settings
from deid.training.tune.windows import WindowSource

WatchedTune = Callable[[Base, Cohort, OnProgress], RunFacts]
"""Fine-tunes this base on these patients, calls back after each step, and says what it claims."""

_LEAST_NOISE: Final = 1e-3
"""In units of a patient's gradient: what the attacker reckons with at least."""
_SUREST: Final = 1 - 1e-6


def attack_steps(
    tune: WatchedTune, base: Base, planted: Cohort, settings: Settings, *, seed: int,
    noise: float | None = None, answers: FrozenAnswers | None = None,
) -> Scored:  # fmt: skip
    """What the attacker thinks of each planted patient, by whether they were learnt from.

    All are of one training and disturb each other: `bound_of_one_run` is for such scores.

    Args:
        tune: the training that is attacked.
        base: what it begins with; its network is changed.
        planted: each is learnt from if a fair coin says so, and nobody else.
        settings: of the training: SGD, neither dropout nor decay, weights of the network itself.
        seed: of these coins.
        noise: standard deviation, over the clipping norm, that the attacker reckons with; that of
            the claim if nothing is said.
        answers: of frozen layers, kept by an earlier training on these patients and this base.

    Raises:
        ValueError: steps of such a training cannot be had back from its weights.
    """
    if (
        settings.optimiser is not Optimiser.SGD
        or settings.method is Method.LORA
        or settings.dropout
        or settings.weight_decay
    ):
        raise ValueError("steps can be had back of SGD without decay, dropout and LoRA only")
    coins = random.Random(seed)  # noqa: S311 - an experiment, no secret
    learnt = [coins.random() < 0.5 for _ in planted.patients]
    inside = [one for one, taken in zip(planted.patients, learnt, strict=True) if taken]
    prepare(base, settings)
    weights = list(trained(base.network).values())
    states = [_flat(weights)]

    def look(_progress: Progress) -> None:
        states.append(_flat(weights))

    facts = tune(base, Cohort(tuple(inside), planted.unit), look)
    attacker = _Attacker(base, planted, facts, noise, answers)
    found = attacker.scores(states)
    pairs = list(zip(found.tolist(), learnt, strict=True))
    return Scored(
        tuple(one for one, taken in pairs if taken), tuple(one for one, taken in pairs if not taken)
    )


class _Attacker:
    """Who knows all but the coins, the draws and the noise."""

    def __init__(
        self, base: Base, planted: Cohort, facts: RunFacts, noise: float | None,
        answers: FrozenAnswers | None,
    ) -> None:  # fmt: skip
        settings = facts.settings
        self._planted, self._facts, self._settings = planted, facts, settings
        self._named = trained(base.network)
        self._weights = list(self._named.values())
        self._windows = WindowSource(base, settings)
        self._loss = PatientLoss(base.network, settings, base.marks, answers)
        claimed = facts.noise_multiplier if noise is None else noise
        clip = settings.largest_gradient if settings.private else 1.0
        self._noise = max(claimed, _LEAST_NOISE) * clip

    def scores(self, states: Sequence[torch.Tensor]) -> Floats:
        """For each planted patient how much likelier all steps are with them than without."""
        total = torch.zeros(len(self._planted), dtype=torch.float64).numpy()
        for step, released in enumerate(self._sums(states)):
            self._put(states[step])
            total += self._step_scores(self._gradients(step), released)
        return total

    def _sums(self, states: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The noisy sum of each step's gradients, had back from how far it moved the weights."""
        optimizer = optimizer_of(self._named, self._settings)
        momentum = float(optimizer.param_groups[0]["momentum"])
        calm = calmed(self._named, self._facts)
        sums, earlier = [], torch.zeros_like(states[0])
        for step, (before, after) in enumerate(itertools.pairwise(states)):
            set_rate(optimizer, self._settings, step, calm=calm)
            moved = (before - after) / float(optimizer.param_groups[0]["lr"])
            sums.append((moved - momentum * earlier) * self._facts.expected)
            earlier = moved
        return sums

    def _step_scores(self, gradients: torch.Tensor, released: torch.Tensor) -> Floats:
        """For each patient the logarithm of how much likelier this step is with them."""
        rate = self._settings.sampling_rate
        drawn = rate / 2  # who was learnt from, by a coin, and drawn besides
        spread = drawn * (1 - drawn)
        overlap = gradients @ gradients.T
        known = spread * overlap + self._noise**2 * torch.eye(len(overlap), dtype=torch.float64)
        surprise = gradients @ (released - drawn * gradients.sum(dim=0))
        found, shares = torch.linalg.solve(
            known, torch.column_stack([surprise, overlap])
        ).tensor_split([1], dim=1)
        share = (spread * shares.diagonal()).clamp(1e-12, _SUREST)
        guess = drawn + spread * found[:, 0] / share
        noise = (spread * (1 - share) / share).sqrt()
        return drawn_or_not(guess.numpy(), noise=noise.numpy(), rate=rate)

    def _gradients(self, step: int) -> torch.Tensor:
        """Of each planted patient, clipped as the training says it does."""
        return torch.stack([self._gradient(number, step) for number in range(len(self._planted))])

    def _gradient(self, number: int, step: int) -> torch.Tensor:
        patient = self._planted.patients[number]
        loss = self._loss.of(patient, self._windows.draw(patient, step))
        found = torch.autograd.grad(loss, self._weights)
        gradient = torch.cat([one.flatten() for one in found]).double()
        if not self._settings.private:
            return gradient
        clipped: torch.Tensor = gradient * (
            self._settings.largest_gradient / gradient.norm()
        ).clamp(max=1.0)
        return clipped

    def _put(self, state: torch.Tensor) -> None:
        """Let the weights be these."""
        parts = torch.split(state, [one.numel() for one in self._weights])
        for weight, part in zip(self._weights, parts, strict=True):
            weight.data.copy_(part.view_as(weight))


def _flat(weights: Sequence[nn.Parameter]) -> torch.Tensor:
    return torch.cat([one.detach().flatten() for one in weights]).double()
