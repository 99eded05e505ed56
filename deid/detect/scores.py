"""From a model's probabilities to the scores that policies know. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from deid.labels import Label


@dataclass(frozen=True, slots=True)
class ScoreScale:
    """From the model's probability of "some identifier" to the score of a finding.

    Policies count findings from a score of 0.5 on. The probability that was chosen as a label's
    operating point, for recall first, becomes that score. Below it the scale is linear; above it
    a score says how often words of this probability were right on held-out notes.

    Attributes:
        operating_point: the probability that becomes 0.5 for every label without one of its own.
        floor: words below this probability are not reported at all.
        points: operating points of single labels.
        measured: pairs of a probability and the share of words that were right there; both rise.

    Raises:
        ValueError: not `0 < floor <= point < 1` for some point, or `measured` does not rise.
    """

    operating_point: float
    floor: float
    points: Mapping[Label, float] = field(default_factory=lambda: MappingProxyType({}))
    measured: tuple[tuple[float, float], ...] = ()

    def __post_init__(self) -> None:
        for point in (self.operating_point, *self.points.values()):
            if not 0 < self.floor <= point < 1:
                raise ValueError(f"no scale: floor {self.floor}, operating at {point}")
        rising = all(one[0] < two[0] and one[1] <= two[1] for one, two in pairwise(self.measured))
        if not rising or not all(0 <= x <= 1 for pair in self.measured for x in pair):
            raise ValueError("no scale: measured shares do not rise with the probability")

    def point(self, label: Label) -> float:
        """The probability that becomes 0.5 for findings of this label."""
        return self.points.get(label, self.operating_point)

    def score(self, probability: float, label: Label) -> float:
        """The score of this probability; both lie between 0 and 1."""
        point = self.point(label)
        if probability < point:
            return 0.5 * probability / point
        above = [(p, share) for p, share in self.measured if p > point and share > 0.5]
        knots = [(point, 0.5), *above]
        if knots[-1][0] < 1:
            knots.append((1.0, 1.0))
        return _between(knots, min(probability, 1.0))


def _between(knots: list[tuple[float, float]], x: float) -> float:
    """Linear interpolation; `x` lies within the knots."""
    index = min(bisect_right(knots, x, key=lambda knot: knot[0]), len(knots) - 1)
    (left, low), (right, high) = knots[index - 1 : index + 1]
    return low + (high - low) * (x - left) / (right - left)
