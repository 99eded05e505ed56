"""The exact interval of a rate that was counted (pure).

C. J. Clopper and E. S. Pearson, The use of confidence or fiducial limits illustrated in the case
of the binomial, Biometrika 26 (1934).
"""

from __future__ import annotations

from math import exp, lgamma, log, log1p
from typing import Final

_DOUBT: Final = 0.05
_HALVINGS: Final = 60  # past the digits of a float


def exact_interval(part: int, whole: int, *, doubt: float = _DOUBT) -> tuple[float, float]:
    """The rates under which a count as low, or as high, as this one is not too unlikely.

    It covers the true rate at least as often as it promises, also for few counts.

    Args:
        part: how many of them, 0 to `whole`.
        whole: of how many; of none, any rate is possible.
        doubt: how often the true rate may lie outside, half of that on either side.

    Raises:
        ValueError: the part is more than the whole, or less than nothing.
    """
    if not 0 <= part <= whole:
        raise ValueError("a part lies between nothing and the whole")
    low = _least_rate(part, whole, doubt / 2)
    return low, 1 - _least_rate(whole - part, whole, doubt / 2)


def _least_rate(part: int, whole: int, doubt: float) -> float:
    """The rate under which `part` or more of the whole come up just this often."""
    if part == 0:
        return 0.0
    low, high = 0.0, part / whole
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if _at_least(part, whole, middle) < doubt:
            low = middle
        else:
            high = middle
    return low


def _at_least(part: int, whole: int, rate: float) -> float:
    """How likely `part` or more of `whole` are at a rate not above `part / whole`, not 0."""
    if rate >= 1:
        return 1.0
    ways = lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
    term = exp(ways + part * log(rate) + (whole - part) * log1p(-rate))
    odds, total = rate / (1 - rate), 0.0
    for count in range(part, whole + 1):  # the terms fall from the first on
        total += term
        term *= (whole - count) / (count + 1) * odds
        if term < total * 1e-17:
            break
    return total
