"""Was this patient learnt from? Asked of a model by the loss of the patient's notes.

By the loss alone (Yeom et al. 2018), and by comparing it with what models say that were trained
with and without that patient (LiRA: Carlini et al. 2022, "Membership inference attacks from first
principles"), which the attacker trains on patients like them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from deid.training.attacks.bounds import Scored

Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.bool_]

_SMALLEST_LOSS: Final = 1e-12
_SMALLEST_SPREAD: Final = 1e-6
_LIKE: Final = 2
"""How many shadows of a kind a patient needs at least; with fewer the mean of all stands in."""


@dataclass(frozen=True, slots=True)
class Figures:
    """How well an attack parts those learnt from and the others.

    Attributes:
        area: under the curve of right against wrong names; 0.5 is no better than chance.
        rightly: share of those learnt from whom it names, by the share of the others that it
            names too: `((wrongly, rightly), ...)`.
    """

    area: float
    rightly: tuple[tuple[float, float], ...]


def confidences(losses: Floats) -> Floats:
    """The logit of a model's mean confidence, which is nearly Gaussian (LiRA, section IV-C)."""
    bounded = np.maximum(losses, _SMALLEST_LOSS)
    return np.asarray(-bounded - np.log(-np.expm1(-bounded)))


def likelihood_ratios(shadows: Floats, learnt: Bits, targets: Floats) -> Floats:
    """LiRA's score of each patient under each target: log-likelihood inside less outside.

    Args:
        shadows: confidences, `[models, patients]`, of the attacker's own models.
        learnt: whether that model learnt from that patient.
        targets: confidences, `[models, patients]`, of the models under attack.

    Returns:
        `[models, patients]`, as `targets`.

    Source: algorithm 1, with one spread for all patients, as with few shadows (section VI-C).
    """
    inside, outside = _means(shadows, learnt), _means(shadows, ~learnt)
    of_inside = _spread(shadows, learnt, inside)
    of_outside = _spread(shadows, ~learnt, outside)
    return _log_density(targets, inside, of_inside) - _log_density(targets, outside, of_outside)


def scored(scores: Floats, learnt: Bits) -> Scored:
    """Scores parted by who was learnt from."""
    return Scored(
        tuple(float(one) for one in scores[learnt]), tuple(float(one) for one in scores[~learnt])
    )


def figures(found: Scored, *, wrongly: tuple[float, ...] = (0.01, 0.05, 0.1)) -> Figures:
    """Area under the curve, and rates at a few rates of wrong names."""
    inside, outside = np.array(found.inside), np.sort(found.outside)
    below = np.searchsorted(outside, inside, side="left")
    equal = np.searchsorted(outside, inside, side="right") - below
    area = float(np.mean(below + equal / 2) / len(outside))
    rates = []
    for share in wrongly:
        # As many of the others may score higher as the share allows.
        allowed = math.floor(share * len(outside))
        least = outside[len(outside) - allowed - 1]
        rates.append((share, float(np.mean(inside > least))))
    return Figures(area, tuple(rates))


def _means(shadows: Floats, which: Bits) -> Floats:
    counts = which.sum(axis=0)
    sums = np.where(which, shadows, 0.0).sum(axis=0)
    overall = shadows[which].mean()
    return np.asarray(np.where(counts >= _LIKE, sums / np.maximum(counts, 1), overall))


def _spread(shadows: Floats, which: Bits, means: Floats) -> float:
    far = (shadows - means)[which]
    return max(_SMALLEST_SPREAD, float(np.sqrt(np.mean(far**2))))


def _log_density(values: Floats, means: Floats, spread: float) -> Floats:
    return np.asarray(-0.5 * ((values - means) / spread) ** 2 - math.log(spread))
