"""Where things lie in a plot: round numbers for its axes, what stands below its weeks (pure)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

from deid.officer.index.query import Week

_STEPS: Final = (1, 2, 5, 10)
_MONTHS: Final = (1, 3, 6, 12)
_WEEKS_A_MONTH: Final = 4.35


def ticks(most: float, *, count: int = 5) -> tuple[int, ...]:
    """Round numbers from 0 up to the first that is not below `most`, about `count` steps."""
    if most <= 1:
        return (0, 1)
    rough = most / count
    power = 10 ** floor(log10(rough)) if rough >= 1 else 1
    step = next(int(power * part) for part in _STEPS if power * part >= rough)
    return tuple(range(0, step * ceil(most / step) + 1, step))


@dataclass(frozen=True, slots=True)
class Across:
    """Weeks side by side.

    Attributes:
        left: where the leftmost begins, in pixels.
        width: of all together.
        count: how many there are.
        leftward: whether the first is the rightmost, as where one reads from right to left.
    """

    left: float
    width: float
    count: int
    leftward: bool = False

    @property
    def step(self) -> float:
        """How wide one is."""
        return self.width / max(self.count, 1)

    def middle(self, place: int) -> float:
        """Where the middle of a week lies."""
        return self._column(place) + self.step / 2

    def edges(self, first: int, last: int) -> tuple[float, float]:
        """Where the weeks from the first to the last of these begin and end, from left to right."""
        left, right = sorted((self._column(first), self._column(last)))
        return left, right + self.step

    def place(self, x: float) -> int:
        """The week that lies there, or the one at the nearer end; -1 where there are none."""
        at = floor((x - self.left) / self.step) if self.count and self.width > 0 else -1
        at = min(max(at, 0), self.count - 1)
        return self.count - 1 - at if self.leftward and self.count else at

    def _column(self, place: int) -> float:
        """Where the left edge of a week lies."""
        column = self.count - 1 - place if self.leftward else place
        return self.left + column * self.step


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands below a week.

    Attributes:
        place: of the week in the list of weeks.
        words: the month, or the year where it begins.
    """

    place: int
    words: str


def marks(weeks: Sequence[Week], *, apart: float) -> tuple[Mark, ...]:
    """What stands below the weeks: the beginnings of months, quarters, half years or years.

    Args:
        weeks: ascending.
        apart: how many weeks the words of one take, from 0 up.
    """
    every = next((months for months in _MONTHS if months * _WEEKS_A_MONTH >= apart), _MONTHS[-1])
    found: list[Mark] = []
    month = None
    for place, week in enumerate(weeks):
        now = (week.monday.year, week.monday.month)
        begins = now != month and (month is None or (now[1] - 1) % every == 0)
        month = now
        if not begins:
            continue
        if found and place - found[-1].place < apart:
            if len(found) > 1:
                continue
            found.clear()  # the first stands for the rest of its month only
        found.append(Mark(place, f"{now[0]}-{now[1]:02}"))
    return tuple(found)


def breaks(weeks: Sequence[Week]) -> tuple[int, ...]:
    """Places of the weeks that do not follow upon the one before them."""
    return tuple(place for place in range(1, len(weeks)) if weeks[place - 1].next != weeks[place])
