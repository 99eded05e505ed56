"""Numbers of a workbook, as people read them: dates among them by the format of their cells (pure).

A date is a number of days (ISO/IEC 29500-1, 18.17.4.1); only the format of the cell tells it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

# Formats that are known by their numbers alone (18.8.30), those of East Asian dates with them.
_DATES: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
# What is shown as it stands, colours and conditions; elapsed time, such as [h], is none of them.
_SHOWN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)
_LAST: Final = 2_958_465
_FALSE_DAY: Final = 60
_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no zones
_SHIFT_1904: Final = 1462
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
_DIGITS: Final = 25
_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True)
class _Cached:
    """A date that a chart keeps as a number; what is none becomes 0."""

    since_1904: bool

    def fitted(self, old: str, new: str, taken: Mapping[str, str]) -> str:
        """The new date, or 0."""
        return new if serial_of(new, since_1904=self.since_1904) else "0"


CACHED: Final = _Cached(since_1904=False)
CACHED_1904: Final = _Cached(since_1904=True)


def is_date_format(number: int, codes: Mapping[int, str]) -> bool:
    """Whether cells of this format show a day, by its number or its code."""
    code = codes.get(number)
    if code is None:
        return number in _DATES
    shown = _SHOWN.sub("", code).lower().replace("general", "")
    if "d" in shown or "y" in shown:
        return True
    return "m" in shown and "h" not in shown and "s" not in shown


def shown_number(written: str) -> str:
    """A number without what a computer adds to it; anything else as it is."""
    try:
        number = float(written)
    except ValueError:
        return written
    if not math.isfinite(number) or len(written) > _DIGITS or "_" in written or written.isdigit():
        return written
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def shown_date(written: str, *, since_1904: bool) -> str | None:
    """A number of days as a date, with its time where it has one; None: it is none."""
    try:
        days = float(written) + (_SHIFT_1904 if since_1904 else 0)
    except ValueError:
        return None
    if not 1 <= days < _LAST + 1 or int(days) == _FALSE_DAY:
        return None
    seconds = round(days * _SECONDS)
    moment = _EPOCH + timedelta(days=1 if days < _FALSE_DAY else 0, seconds=seconds)
    return moment.strftime("%Y-%m-%d" if seconds % _SECONDS == 0 else "%Y-%m-%d %H:%M:%S")


def serial_of(text: str, *, since_1904: bool) -> str | None:
    """The number for a date, as `shown_date` shows it; None: it is none."""
    if _ISO.fullmatch(text) is None:
        return None
    try:
        days = (datetime.fromisoformat(text) - _EPOCH) / timedelta(days=1)
    except ValueError:
        return None
    if days <= _FALSE_DAY:
        days -= 1
    days -= _SHIFT_1904 if since_1904 else 0
    written = str(int(days)) if days.is_integer() else repr(days)
    return written if shown_date(written, since_1904=since_1904) == text else None
