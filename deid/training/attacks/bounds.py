"""From what an attack got right to the least ε that its training can have had (pure).

A mechanism that is (ε, δ)-differentially private lets no attack part those who were learnt from
from those who were not better than its ε allows. So an attack that parts them well refutes every
smaller ε, with a doubt that is chosen beforehand. An attack that does badly proves nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from deid.evaluate.exact import exact_interval

DOUBT: Final = 0.05
"""How often a bound may lie above the true ε."""
_GUESSED_SHARES: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_LARGEST: Final = 60.0
_HALVINGS: Final = 40

_Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scored:
    """What an attack thinks of each target: the larger, the surer that it was learnt from.

    Attributes:
        inside: of those that were learnt from, each decided by a toss of a coin.
        outside: of those that were not.
    """

    inside: tuple[float, ...]
    outside: tuple[float, ...]

    def __len__(self) -> int:
        return len(self.inside) + len(self.outside)


def bound_of_counts(
    named_inside: int, inside: int, named_outside: int, outside: int, *, delta: float,
    doubt: float = DOUBT,
) -> float:  # fmt: skip
    """The largest ε that an attack refutes which named so many, rightly and wrongly.

    Each target was attacked in a training of its own, or none disturbs another. By the exact
    intervals of Clopper and Pearson (1934) of both rates, as Jagielski et al. 2020 and Nasr et al.
    2021 do; all smaller ε are refuted, 0 if none is.

    Args:
        named_inside: of those learnt from, how many the attack named.
        inside: how many were learnt from.
        named_outside: of those not learnt from, how many it named too.
        outside: how many were not learnt from.
        delta: at which δ.
        doubt: how often the bound may be too large.
    """
    rightly, _ = exact_interval(named_inside, inside, doubt=doubt)
    _, wrongly = exact_interval(named_outside, outside, doubt=doubt)
    return max(
        0.0, _log_ratio(rightly - delta, wrongly), _log_ratio(1 - wrongly - delta, 1 - rightly)
    )


def bound_of_scores(scored: Scored, *, delta: float, doubt: float = DOUBT) -> float:
    """The largest ε that these scores refute, where no target disturbs another.

    From which score on a target is named is chosen by every other target and judged by the rest,
    so that the choice does not flatter the bound.
    """
    choosing = Scored(scored.inside[::2], scored.outside[::2])
    judging = Scored(scored.inside[1::2], scored.outside[1::2])
    if not len(choosing):
        return 0.0
    least = _promising(choosing, delta)
    return bound_of_counts(
        sum(score >= least for score in judging.inside), len(judging.inside),
        sum(score >= least for score in judging.outside), len(judging.outside),
        delta=delta, doubt=doubt,
    )  # fmt: skip


def bound_of_guesses(
    right: int, guesses: int, targets: int, *, delta: float, doubt: float = DOUBT
) -> float:
    """The largest ε refuted by so many right guesses about targets of one and the same training.

    Targets may disturb each other here: Steinke, Nasr and Jagielski 2023 (arXiv 2305.08846),
    theorem 5.2. Each target was learnt from or not by a fair coin of its own.

    Args:
        right: right guesses.
        guesses: guesses made; of the other targets the attacker said nothing.
        targets: how many coins were tossed.
        delta: at which δ.
        doubt: how often the bound may be too large.
    """
    low, high = 0.0, _LARGEST
    if _chance(right, guesses, targets, low, delta) > doubt:
        return 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _chance(right, guesses, targets, middle, delta) <= doubt:
            low = middle
        else:
            high = middle
    return low


def bound_of_one_run(scored: Scored, *, delta: float, doubt: float = DOUBT) -> float:
    """The largest ε that scores refute which were all taken from one and the same training.

    The attacker guesses "learnt from" of the highest and "not" of the lowest scores, and as many
    of each as suits best, out of a few shares fixed beforehand between which the doubt is split.
    """
    # Of equal scores those come first that make the guesses wrong.
    ranked = sorted([(one, -1) for one in scored.inside] + [(one, 0) for one in scored.outside])
    bits = [-bit for _score, bit in ranked]
    best = 0.0
    for share in _GUESSED_SHARES:
        each = int(len(bits) * share / 2)
        if each:
            right = sum(bits[-each:]) + each - sum(bits[:each])
            split = doubt / len(_GUESSED_SHARES)
            found = bound_of_guesses(right, 2 * each, len(bits), delta=delta, doubt=split)
            best = max(best, found)
    return best


def _promising(scored: Scored, delta: float) -> float:
    """The score from which on naming a target promises the largest bound, roughly."""
    scores = np.unique([*scored.inside, *scored.outside])
    named, wrongly = _named(scored.inside, scores), _named(scored.outside, scores)
    inside, outside = max(1, len(scored.inside)), max(1, len(scored.outside))
    ratios = [
        (_less(named) / inside - delta) / (_more(wrongly) / outside),
        (_less(outside - wrongly) / outside - delta) / (_more(inside - named) / inside),
    ]
    return float(scores[np.maximum(*ratios).argmax()])


def _named(scores: tuple[float, ...], leasts: _Array) -> _Array:
    """How many of the scores are at least as large as each of these."""
    return np.asarray(len(scores) - np.searchsorted(np.sort(scores), leasts), dtype=np.float64)


def _less(counts: _Array) -> _Array:
    return np.asarray(counts - 2 * np.sqrt(counts))


def _more(counts: _Array) -> _Array:
    return np.asarray(counts + 2 * np.sqrt(counts) + 4)


def _log_ratio(part: float, whole: float) -> float:
    return math.log(part / whole) if part > 0 and whole > 0 else -math.inf


def _chance(right: int, guesses: int, targets: int, epsilon: float, delta: float) -> float:
    """How likely an (ε, δ)-private training lets so many guesses or more be right, at most."""
    at_least = _at_least(guesses, 1 / (1 + math.exp(-epsilon)))
    fewer = at_least[right::-1][1:]
    gained = (fewer - at_least[right]) / np.arange(1, len(fewer) + 1)
    return float(at_least[right] + 2 * targets * delta * max(0.0, *gained, 0.0))


def _at_least(count: int, rate: float) -> _Array:
    """For 0 to `count`, how likely a binomial of that many reaches it."""
    numbers = range(count + 1)
    ways = [
        math.lgamma(count + 1) - math.lgamma(k + 1) - math.lgamma(count - k + 1) for k in numbers
    ]
    right = math.log(rate)
    wrong = math.log1p(-rate) if rate < 1 else -math.inf
    logs = [
        way + k * right + ((count - k) * wrong if k < count else 0.0) for k, way in enumerate(ways)
    ]
    return np.cumsum(np.exp(logs)[::-1])[::-1]
