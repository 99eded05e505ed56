"""Which patients take part in a step: each of them by a coin of its own."""

from __future__ import annotations

from deid.training.private.noise import Noise


class PoissonSampler:
    """Draws each patient with the same probability, independently of all others.

    How many are drawn differs from step to step and may be none: only then does what the
    accountants assume hold (Mironov et al. 2019, arXiv 1908.10530). Batches of a fixed size, or
    patients shuffled and dealt out, are something else.

    Args:
        rate: probability with which a patient takes part in a step, above 0, at most 1.
        noise: where the coins come from. Who can foresee them knows who takes part.

    Raises:
        ValueError: the rate is no such number.
    """

    def __init__(self, rate: float, noise: Noise) -> None:
        if not 0 < rate <= 1:
            raise ValueError("a sampling rate is above 0 and at most 1")
        self.rate = rate
        self._noise = noise

    def draw(self, count: int) -> tuple[int, ...]:
        """The numbers, from 0 on and rising, of those of `count` patients who take part."""
        drawn = self._noise.uniform(count) < self.rate
        return tuple(int(number) for number in drawn.nonzero()[0])
