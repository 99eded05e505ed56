"""How the figures of a claim are printed: so that rounding claims no more than is shown. Pure."""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

_DIGITS: Final = 3


def up(number: float) -> str:
    """An ε or a percentage with two decimals, rounded up; in words where it is infinite."""
    if not math.isfinite(number):
        return "without end"
    return f"{Decimal(repr(number)).quantize(Decimal('0.01'), ROUND_CEILING):f}"


def down(number: float) -> str:
    """A lower bound on ε with two decimals, rounded down."""
    return f"{Decimal(repr(number)).quantize(Decimal('0.01'), ROUND_FLOOR):f}"


def figure_up(number: float) -> str:
    """A δ with three digits that count, rounded up."""
    exact = Decimal(repr(number))
    if not exact:
        return "0"
    places = exact.adjusted() - _DIGITS + 1
    return f"{float(exact.quantize(Decimal(1).scaleb(places), ROUND_CEILING)):.3g}"
