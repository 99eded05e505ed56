"""From a model's probabilities to the scores that policies know. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """From the model's probability of "some identifier" to the score of a finding.

    Policies count findings from a score of 0.5 on. The probability that was chosen as the
    operating point becomes that score; below and above it the scale is linear.

    Attributes:
        operating_point: the probability that becomes 0.5.
        floor: words below this probability are not reported at all.

    Raises:
        ValueError: not `0 < floor <= operating_point < 1`.
    """

    operating_point: float
    floor: float

    def __post_init__(self) -> None:
        if not 0 < self.floor <= self.operating_point < 1:
            raise ValueError(f"no scale: floor {self.floor}, operating at {self.operating_point}")

    def score(self, probability: float) -> float:
        """The score of this probability; both lie between 0 and 1."""
        point = self.operating_point
        if probability < point:
            return 0.5 * probability / point
        return min(1.0, 0.5 + 0.5 * (probability - point) / (1 - point))
