"""Points in time, as RTF writes them (pure; RTF 1.9.1, Info Group and Track Changes)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

TIME_WORDS: Final = ("yr", "mo", "dy", "hr", "min", "sec")
"""The control words for the parts of a point in time."""

NO_TIME: Final = (1970, 1, 1, 0, 0, 0)
"""What stands where a point in time must stand, and the new value is none."""

_TIME: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_LAST_YEAR: Final = 1900 + 511
_MOST: Final = (9999, 12, 31, 23, 59, 59)


def shown(values: tuple[int, ...]) -> str:
    """A point in time as a person reads it, from year, month, day, hour, minute and second."""
    year, month, day, hour, minute, second = values
    seconds = f":{second:02}" if second else ""
    return f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}{seconds}"


@dataclass(frozen=True, slots=True)
class Time:
    """A point in time of which only some parts are written; what is none becomes `NO_TIME`.

    Attributes:
        names: the control words for those parts.
    """

    names: tuple[str, ...]

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new point in time as it reads once it is written."""
        values = zip(TIME_WORDS, read(new), strict=True)
        return shown(tuple(value if name in self.names else 0 for name, value in values))


def read(text: str) -> tuple[int, ...]:
    """The numbers of a point in time; those of `NO_TIME` where the text is none."""
    found = _TIME.fullmatch(text)
    if found is None:
        return NO_TIME
    values = tuple(int(value or 0) for value in found.groups())
    fits = all(value <= most for value, most in zip(values, _MOST, strict=True))
    return values if fits and 1900 <= values[0] <= _LAST_YEAR else NO_TIME


def unpacked(number: int) -> tuple[int, ...]:
    """A point in time from the number that packs it (DTTM); all zero for none."""
    number &= 0xFFFFFFFF
    if not number:
        return (0,) * 6
    minute, hour, day = number & 63, number >> 6 & 31, number >> 11 & 31
    return 1900 + (number >> 20 & 511), number >> 16 & 15, day, hour, minute, 0


def packed(values: tuple[int, ...]) -> int:
    """The number for a point in time; its day of the week is left open."""
    year, month, day, hour, minute, _ = values
    number = minute | hour << 6 | day << 11 | month << 16 | (year - 1900) << 20
    return number - (1 << 32) if number >= 1 << 31 else number
