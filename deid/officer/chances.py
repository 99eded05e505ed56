"""How likely it is to find so many leaking notes in a random sample (pure).

Of `notes` notes, `leaking` leak. A random sample of `read` of them is drawn without putting back,
and whoever reads it sees that a note leaks with the probability `sensitivity`, each note by itself.
How many are found is then a hypergeometric count of which each is kept with that probability; of
very many notes it is binomial, with the share of leaking notes times the sensitivity.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, inf, lgamma, log, log1p
from typing import Final

PARTS: Final = 10**7
"""How finely the share of leaking notes is told where their number is no matter."""

_NEGLIGIBLE: Final = 1e-17
_LARGE: Final = 1e200


@dataclass(frozen=True, slots=True)
class Drawing:
    """A sample and who reads it.

    Attributes:
        read: how many notes were read.
        notes: out of how many they were drawn; None: of so many that their number is no matter.
        sensitivity: the probability that a leak in a note is seen, above 0 and up to 1.
    """

    read: int
    notes: int | None = None
    sensitivity: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.read <= self.whole:
            raise ValueError("no more notes can be read than there are")
        if not 0 < self.sensitivity <= 1:
            raise ValueError("a sensitivity lies above 0 and is at most 1")

    @property
    def whole(self) -> int:
        """What leaking notes are counted out of: the notes, or parts of ten million."""
        return PARTS if self.notes is None else self.notes


def at_most(found: int, leaking: int, drawing: Drawing) -> float:
    """How likely it is to find at most `found` where so many of `drawing.whole` leak."""
    total = before = 0.0
    for fewer in range(found, -1, -1):
        term = exp(log_chance(fewer, leaking, drawing))
        total += term
        if term < before and term < total * _NEGLIGIBLE:  # past the likeliest, they only fall
            break
        before = term
    return min(1.0, total)


@lru_cache(maxsize=1 << 16)
def log_chance(found: int, leaking: int, drawing: Drawing) -> float:
    """Natural logarithm of how likely it is to find just `found` where so many leak.

    It is minus infinity where that cannot be.
    """
    if drawing.notes is None:
        return _binomial(found, drawing.read, leaking / PARTS * drawing.sensitivity)
    return _thinned(found, leaking, drawing, drawing.notes - leaking)


def _binomial(found: int, read: int, rate: float) -> float:
    if rate in (0, 1) or not 0 <= found <= read:
        return 0.0 if found == rate * read else -inf
    return _ways(read, found) + found * log(rate) + (read - found) * log1p(-rate)


def _thinned(found: int, leaking: int, drawing: Drawing, sound: int) -> float:
    """Summed over how many leaking notes may be among those read: hypergeometric, then binomial.

    Each term follows from the one before.
    """
    read, seen, missed = drawing.read, drawing.sensitivity, 1 - drawing.sensitivity
    first, last = max(found, read - sound), min(read, leaking)
    if first > last or (missed == 0 and first > found):
        return -inf
    start = _ways(leaking, first) + _ways(sound, read - first) - _ways(leaking + sound, read)
    start += _ways(first, found) + found * log(seen)
    if first > found:
        start += (first - found) * log1p(-seen)
    total = term = 1.0
    for among in range(first, last):
        more, less = (leaking - among) * (read - among) * missed, sound - read + among + 1
        ratio = more / (less * (among + 1 - found))
        term *= ratio
        total += term
        if total > _LARGE:
            total, term, start = total / _LARGE, term / _LARGE, start + log(_LARGE)
        if ratio < 1 and term < total * _NEGLIGIBLE:  # the ratio only falls
            break
    return start + log(total)


def _ways(whole: int, part: int) -> float:
    return lgamma(whole + 1) - lgamma(part + 1) - lgamma(whole - part + 1)
