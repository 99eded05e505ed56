"""A moving average of the weights: of noisy weights a better guess than the last of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import nn


class Average:
    """Weighs each state of the weights by `decay` for every step that came after it.

    Args:
        weights: those that are averaged, by name.
        decay: 0 or more, below 1; with 0 the average is the last state.
    """

    def __init__(self, weights: Mapping[str, nn.Parameter], decay: float) -> None:
        self._weights = weights
        self._decay = decay
        self._sums = {name: torch.zeros_like(one.data) for name, one in weights.items()}
        self._count = 0.0

    def add(self) -> None:
        """Count the weights as they are now."""
        self._count = self._count * self._decay + 1
        for name, weight in self._weights.items():
            self._sums[name].mul_(self._decay).add_(weight.data)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let the weights be their average for a while."""
        kept = {name: one.data.clone() for name, one in self._weights.items()}
        self.take_over()
        try:
            yield
        finally:
            for name, value in kept.items():
                self._weights[name].data.copy_(value)

    def take_over(self) -> None:
        """Let the weights be their average; before the first step nothing changes."""
        if self._count:
            for name, weight in self._weights.items():
                weight.data.copy_(self._sums[name] / self._count)

    def state(self) -> dict[str, object]:
        """For a checkpoint."""
        return {"sums": self._sums, "count": self._count}

    def restore(self, sums: Mapping[str, torch.Tensor], count: float) -> None:
        """Go on from what `state` gave.

        Raises:
            KeyError: a weight is missing.
        """
        for name, own in self._sums.items():
            own.copy_(sums[name])
        self._count = count
