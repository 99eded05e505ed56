"""Numbers as people read them in a report."""

from __future__ import annotations

from typing import Final

from deid.evaluate.intervals import Interval

NOTHING: Final = "–"
_MINUS: Final = "−"


def value_of(interval: Interval | None) -> float | None:
    """The figure of an interval."""
    return None if interval is None else interval.value


def percent(share: float | None) -> str:
    """A share of 1 as percent with one decimal; never rounded up to 100 %."""
    if share is None:
        return NOTHING
    return f"{_short_of_all(100 * share):.1f} %"


def percent_range(interval: Interval | None) -> str:
    """The ends of an interval of shares; none where nothing at all was missed.

    A bootstrap of notes without a miss knows of no miss, and its interval would promise too much.
    """
    if interval is None or interval.low == interval.high == 1:
        return NOTHING
    low, high = (_short_of_all(100 * end) for end in (interval.low, interval.high))
    return f"{low:.1f} to {high:.1f} %"


def points(interval: Interval | None) -> str:
    """A difference of two shares in points (hundredths), with its interval."""
    if interval is None:
        return NOTHING
    value, low, high = (100 * end for end in (interval.value, interval.low, interval.high))
    return f"{signed(value)} ({signed(low)} to {signed(high)})"


def signed(number: float) -> str:
    """A number with its sign and one decimal."""
    shown = f"{abs(number):.1f}"
    if float(shown) == 0:
        return shown
    return f"{_MINUS if number < 0 else '+'}{shown}"


def decimal(number: float | None, *, digits: int = 1) -> str:
    """A number with so many decimals."""
    return NOTHING if number is None else f"{number:.{digits}f}"


def decimal_range(interval: Interval | None) -> str:
    """The ends of an interval of numbers."""
    if interval is None:
        return NOTHING
    return f"{interval.low:.1f} to {interval.high:.1f}"


def rate(share: float | None) -> str:
    """A share of 1 with four decimals, as the field writes it."""
    return NOTHING if share is None else f"{share:.4f}"


def count(number: int) -> str:
    """A whole number with commas."""
    return f"{number:,}"


def _short_of_all(per_cent: float) -> float:
    """A little less than 100 % is not shown as 100.0."""
    return min(per_cent, 99.9) if per_cent < 100 else per_cent
