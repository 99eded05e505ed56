"""One step of training, patient by patient: the place where privacy is won or lost.

A patient gives one gradient, that of one loss over windows of their notes, however many notes
they have. It is clipped as a whole, over all trained weights, so that the sum of a step changes
by at most `clip` when a patient with all notes comes or goes. The noise is `noise_multiplier`
times that. The sum is divided by a number fixed beforehand, for how many patients were drawn is
private too (Abadi et al. 2016, algorithm 1, with a patient for an example; McMahan et al. 2018).

As each patient is a backward pass of their own, gradients need no hooks per sample, so the network
may be of any kind that does not mix patients (batch normalisation over several would).
"""

from __future__ import annotations

import math
from typing import Protocol

import torch
from opacus.optimizers.optimizer import DPOptimizer

from deid.training.private.noise import Noise


class PatientSteps(Protocol):
    """Steps of training that take patients one by one, privately or not."""

    def zero(self) -> None:
        """Begin a step: forget what was taken and not used."""

    def take(self, loss: torch.Tensor) -> None:
        """Add the gradient of one patient's loss, a scalar, to the step."""

    def step(self) -> None:
        """Change the weights. A step in which nobody was drawn is one as well."""


class PatientOptimizer:
    """Private steps: clipped patient by patient, noise added, over any optimizer of torch.

    Args:
        optimizer: what changes the weights. All that it does comes after the noise, so its
            moments may be saved; it must not have seen these patients without noise.
        clip: largest norm of what one patient adds, above 0.
        noise_multiplier: standard deviation of the noise as a multiple of `clip`, 0 or more.
            With 0 nothing is private.
        expected: patients in a mean step, rate times patients. Never the number drawn.
        noise: where the noise comes from.

    Raises:
        ValueError: one of the numbers cannot be.
    """

    def __init__(
        self,
        optimizer: torch.optim.Optimizer,
        *,
        clip: float,
        noise_multiplier: float,
        expected: float,
        noise: Noise,
    ) -> None:
        if not (_positive(clip) and _positive(expected) and 0 <= noise_multiplier < math.inf):
            raise ValueError("clip and expected are above 0, the noise multiplier 0 or more")
        self._inner = _SecureOptimizer(
            optimizer,
            noise=noise,
            noise_multiplier=noise_multiplier,
            max_grad_norm=clip,
            expected_batch_size=expected,
        )

    def zero(self) -> None:
        """Begin a step: forget what was taken and not used."""
        for weight in self._inner.params:
            weight.summed_grad = None
        self._inner.zero_grad(set_to_none=True)

    def take(self, loss: torch.Tensor) -> None:
        """Add the clipped gradient of one patient's loss, a scalar, to the step.

        A gradient that is not finite counts as zero: with it one patient could spoil the sum,
        and to stop because of one patient would tell of them.
        """
        for weight in self._inner.params:
            weight.grad = None
        torch.autograd.backward(loss)
        # In double precision, so that rounding does not make a norm too small.
        found = [_gradient(weight).double() for weight in self._inner.params]
        finite = all(bool(gradient.isfinite().all()) for gradient in found)
        for weight, gradient in zip(self._inner.params, found, strict=True):
            weight.grad_sample = (gradient if finite else torch.zeros_like(gradient))[None]
        self._inner.signal_skip_step(True)
        self._inner.step()
        self._inner.zero_grad(set_to_none=True)

    def step(self) -> None:
        """Add noise to the sum, divide it, and change the weights. Then begin the next step."""
        for weight in self._inner.params:
            weight.grad_sample = weight.new_zeros((0, *weight.shape))
        self._inner.signal_skip_step(False)
        self._inner.step()
        self.zero()


class PlainOptimizer:
    """The same steps without clipping and noise: nothing is private.

    Args:
        optimizer: what changes the weights.
        expected: patients in a mean step, by which the sum is divided here too.

    Raises:
        ValueError: `expected` is not above 0.
    """

    def __init__(self, optimizer: torch.optim.Optimizer, *, expected: float) -> None:
        if not _positive(expected):
            raise ValueError("the patients expected in a step are above 0")
        self._optimizer = optimizer
        self._expected = expected
        self.zero()

    def zero(self) -> None:
        """Begin a step: forget what was taken and not used."""
        for group in self._optimizer.param_groups:
            for weight in group["params"]:
                weight.grad = torch.zeros_like(weight) if weight.requires_grad else None

    def take(self, loss: torch.Tensor) -> None:
        """Add the gradient of one patient's loss, a scalar, to the step."""
        torch.autograd.backward(loss / self._expected)

    def step(self) -> None:
        """Change the weights. Then begin the next step."""
        self._optimizer.step()
        self.zero()


class _SecureOptimizer(DPOptimizer):  # type: ignore[misc]
    """Opacus' optimizer with our noise in place of torch's generator."""

    def __init__(self, optimizer: torch.optim.Optimizer, *, noise: Noise, **numbers: float) -> None:
        super().__init__(optimizer, **numbers)
        self._noise = noise

    def add_noise(self) -> None:
        """Put the sum of the clipped gradients, with noise, into `grad` of each weight."""
        std = self.noise_multiplier * self.max_grad_norm
        for weight in self.params:
            noise = self._noise.normal(weight.shape, std=std).to(weight.device)
            weight.grad = (weight.summed_grad.double() + noise).to(weight.dtype)


def _gradient(weight: torch.Tensor) -> torch.Tensor:
    return torch.zeros_like(weight) if weight.grad is None else weight.grad.detach()


def _positive(number: float) -> bool:
    return 0 < number < math.inf
