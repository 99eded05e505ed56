"""Known dates: reading one in any common form, and a pattern for all forms it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_NUMERIC: Final = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})\d{0,6}")
_DAY_MONTH: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[-\s]+([a-z]+)\.?,?[-\s]+(\d{4})")
_MONTH_DAY: Final = re.compile(r"([a-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")


def parse_date(text: str) -> tuple[date, ...]:
    """The dates that a text may mean: two for `03/04/1962`, none if it is no date.

    Two-digit years are not taken: a roster must say the century.
    """
    folded = text.strip().lower()
    candidates: Iterator[tuple[int, int, int]] = iter(())
    if match := _COMPACT.fullmatch(folded):
        candidates = iter([(int(match[1]), int(match[2]), int(match[3]))])
    elif match := _NUMERIC.fullmatch(folded.partition("t")[0].strip()):
        candidates = _numeric(*match.groups())
    elif match := _DAY_MONTH.fullmatch(folded):
        candidates = iter([(int(match[3]), _month(match[2]), int(match[1]))])
    elif match := _MONTH_DAY.fullmatch(folded):
        candidates = iter([(int(match[3]), _month(match[1]), int(match[2]))])
    return tuple(sorted(set(_valid(candidates))))


def _numeric(first: str, second: str, third: str) -> Iterator[tuple[int, int, int]]:
    if len(first) == 4 and len(third) <= 2:
        yield int(first), int(second), int(third)
    elif len(third) == 4 and len(first) <= 2:
        yield int(third), int(first), int(second)
        yield int(third), int(second), int(first)


def _valid(candidates: Iterator[tuple[int, int, int]]) -> Iterator[date]:
    for year, month, day in candidates:
        try:
            yield date(year, month, day)
        except ValueError:
            continue


def _month(word: str) -> int:
    near = (n for n, name in enumerate(_MONTHS, 1) if len(word) >= 3 and name.startswith(word))
    return next(near, 9 if word == "sept" else 0)


def date_pattern(known: date) -> str:
    """A regular expression, without groups, for every common form of a date; ignore case.

    Numeric in the American, European and ISO order with one- or two-digit fields and two- or
    four-digit years, with month names, without separators, as an HL7 timestamp, and the day and
    the named month without a year.
    """
    day, month = f"0?{known.day}", f"0?{known.month}"
    short = f"{known.year % 100:02d}"
    year = f"(?:{known.year}|'?{short})"
    name = _MONTHS[known.month - 1]
    word = f"(?:{name}|{'sept|' if known.month == 9 else ''}{name[:3]})\\.?"
    ordinal = f"{day}(?:st|nd|rd|th)?"
    fields = f"{known.month:02d}{known.day:02d}", f"{known.day:02d}{known.month:02d}"
    between = r"[ \t]?[-/.][ \t]?|[ \t]"
    forms = [
        f"{known.year}(?:{between}){month}(?:{between}){day}",
        f"{month}(?:{between}){day}(?:{between}){year}",
        f"{day}(?:{between}){month}(?:{between}){year}",
        f"{known.year}{fields[0]}(?:\\d{{2}}){{0,3}}",
        *(f"{field}(?:{known.year}|{short})" for field in fields),
        rf"{word}[-\s]*{ordinal}(?:,?[-\s]*{year})?",
        rf"{ordinal}[-\s]*(?:of\s+)?{word}(?:,?[-\s]*{year})?",
        rf"{word}[-\s,]*{known.year}",
    ]
    return "(?<![\\w])(?:" + "|".join(forms) + r")(?!\w)"
