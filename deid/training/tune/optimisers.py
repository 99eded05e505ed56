"""What makes steps out of gradients, as the settings ask for it."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final

import torch
from torch import nn

from deid.training.private.mechanism import PatientOptimizer, PatientSteps, PlainOptimizer
from deid.training.private.noise import Noise
from deid.training.tune.run_folder import RunFacts
from deid.training.tune.settings import Optimiser, Settings

_MOMENTUM: Final = 0.9
_LEAST_RATE: Final = 0.1
_LOUDEST: Final = 0.35
"""Length of a step's noise for which the learning rate of SGD is meant."""


def optimizer_of(weights: Mapping[str, nn.Parameter], settings: Settings) -> torch.optim.Optimizer:
    """The optimizer of torch for these weights."""
    groups = [
        {
            "params": [one for one in weights.values() if one.ndim > 1],
            "weight_decay": settings.weight_decay,
        },
        {"params": [one for one in weights.values() if one.ndim == 1], "weight_decay": 0.0},
    ]
    if settings.optimiser is Optimiser.SGD:
        return torch.optim.SGD(groups, lr=settings.learning_rate, momentum=_MOMENTUM)
    return torch.optim.AdamW(groups, lr=settings.learning_rate)


def steps_of(optimizer: torch.optim.Optimizer, facts: RunFacts, noise: Noise) -> PatientSteps:
    """Steps over it that take patients one by one: private ones, if the run is private."""
    if not facts.settings.private:
        return PlainOptimizer(optimizer, expected=facts.expected)
    return PatientOptimizer(
        optimizer, clip=facts.settings.largest_gradient, noise_multiplier=facts.noise_multiplier,
        expected=facts.expected, noise=noise,
    )  # fmt: skip


def calmed(weights: Mapping[str, nn.Parameter], facts: RunFacts) -> float:
    """By what the learning rate is multiplied, above 0 and at most 1, where noise is loud.

    A step of SGD goes as far as its gradient is long, noise included, which has a length of about
    σC√d / (qN) over d weights. Where that is more than the rate was chosen at on public notes -
    with fewer patients, or a smaller ε - the rate falls with it. Steps of Adam are of one length.
    All of these numbers are known to everybody.
    """
    settings = facts.settings
    if settings.optimiser is not Optimiser.SGD or not facts.noise_multiplier:
        return 1.0
    count = sum(one.numel() for one in weights.values())
    loud = facts.noise_multiplier * settings.largest_gradient * math.sqrt(count) / facts.expected
    return min(1.0, _LOUDEST / loud)


def set_rate(
    optimizer: torch.optim.Optimizer, settings: Settings, step: int, *, calm: float = 1.0
) -> None:
    """Set the learning rate of the step of this number, from 0, multiplied by `calm`."""
    warm = max(1, int(settings.steps * settings.warm_up_share))
    falling = (settings.steps - step) / max(1, settings.steps - warm)
    factor = min((step + 1) / warm, max(_LEAST_RATE, falling))
    for group in optimizer.param_groups:
        group["lr"] = settings.learning_rate * factor * calm


def let_drop(network: nn.Module, share: float) -> None:
    """Let every place of the network that can drop values drop this share of them."""
    for module in network.modules():
        if isinstance(module, nn.Dropout):
            module.p = share


def seed_dropout(seed: int, step: int, patient: str) -> None:
    """Let what torch drops next depend on these alone, as the windows of the patient do.

    From one stream for all, a patient more would change what is dropped of everybody after them,
    and so more of the step's sum than clipping allows one patient.
    """
    digest = hashlib.sha256(f"dropout/{seed}/{step}/{patient}".encode()).digest()
    torch.manual_seed(int.from_bytes(digest[:8], "big"))


@contextmanager
def torch_for(threads: int | None, seed: int) -> Iterator[None]:
    """Torch with so many threads and this seed for what may be known, and as before afterwards.

    Args:
        threads: None: as many as before.
        seed: of fresh weights, never of draws or noise.
    """
    before = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        torch.set_num_threads(threads or before)
        try:
            yield
        finally:
            torch.set_num_threads(before)
