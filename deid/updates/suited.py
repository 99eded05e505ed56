"""For which versions of the program an update is made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_NUMBERS: Final = re.compile(r"(\d{1,6}(?:\.\d{1,6}){0,3})(?:[.+-]?[a-z].*)?")


@dataclass(frozen=True, slots=True)
class Suits:
    """A range of program versions, both ends included.

    Attributes:
        lowest: such as `(0, 1)`.
        highest: as many numbers of a version as stand here are compared, so `(0, 2)` takes 0.2.7.
    """

    lowest: tuple[int, ...]
    highest: tuple[int, ...]

    def __str__(self) -> str:
        low, high = (".".join(map(str, end)) for end in (self.lowest, self.highest))
        return low if low == high else f"{low} to {high}"

    def takes(self, version: str) -> bool:
        """Whether a program of this version is within; one without a version never is."""
        try:
            numbers = parse_version(version)
        except ValueError:
            return False
        padded = numbers + (0,) * 4
        return padded >= self.lowest and padded[: len(self.highest)] <= self.highest


def parse_version(written: str) -> tuple[int, ...]:
    """The numbers of a version such as `0.2.1`; what marks a development version is left away.

    Raises:
        ValueError: it is no version.
    """
    found = _NUMBERS.fullmatch(written)
    if found is None:
        raise ValueError("not a version")
    return tuple(map(int, found[1].split(".")))
