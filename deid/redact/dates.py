"""Dates as notes write them: read one, and write another in the same form.

A date is read into its fields and the places where the text shows them. Writing replaces only the
fields whose value changed, so that case, order, separators, a time of day and every other sign of
the original stay as they were.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache, partial

MONTHS = [
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
]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
_WEEKDAY_NUMBERS = {name[:3]: number for number, name in enumerate(WEEKDAYS)}
_PIVOT_AHEAD = 1
_MAX_LENGTH = 64


@dataclass(frozen=True, slots=True)
class DateFields:
    """What a text says of a date; None where it is silent. Weekdays count from Monday as 0."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    @property
    def is_full(self) -> bool:
        """Whether the calendar day is known."""
        return None not in (self.year, self.month, self.day)


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """A date together with the form it was written in.

    Attributes:
        fields: the values.
        text: the text as it was.
        places: for each field that the text shows, its half-open range in `text`.
        day_first: whether only the day-first reading of its numbers is possible (True), only the
            month-first one (False), or both or neither matters (None).
    """

    fields: DateFields
    text: str = field(repr=False)
    places: Mapping[str, tuple[int, int]]
    day_first: bool | None = None

    def write(self, new: DateFields) -> str:
        """The text with other values in the same form.

        Fields that `new` leaves None, or that the text does not show, are not written.
        """
        out, rest = [], 0
        padded = self._is_padded()
        for name, (start, end) in sorted(self.places.items(), key=lambda item: item[1]):
            out.append(self.text[rest:start])
            old_value, value = getattr(self.fields, name), getattr(new, name)
            old = self.text[start:end]
            if value is None or value == old_value:
                out.append(old)
            else:
                out.append(_write_field(name, old, value, padded=padded))
            rest = end
        return "".join(out) + self.text[rest:]

    def _is_padded(self) -> bool:
        """Whether one-digit days and months carry a zero; yes where the text does not show it."""
        shown = [self.text[slice(*self.places[n])] for n in ("month", "day") if n in self.places]
        return all(not text[0].isdigit() or len(_digits(text)) == 2 for text in shown)


_WD = (
    r"(?P<weekday>(?:mon|tues?|wed(?:nes)?|weds|thur?s?|fri|satur|sat|sun)(?:day)?)"
    r"(?P<plural>(?<=day)s)?\.?"
)
_MON = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_Y4 = r"(?P<year>(?:1[6-9]|20)\d\d)"
_Y = r"(?P<year>(?:1[6-9]|20)\d\d|'?\d\d)"
_D = r"(?P<day>\d{1,2})"
_DTH = r"(?P<day>\d{1,2}(?:st|nd|rd|th)?)"
_M = r"(?P<month>\d{1,2})"
_BEFORE = rf"(?:{_WD}[,\s]*(?:the\s+)?)?"
_AFTER = rf"(?:[,\s]*\(?{_WD}\)?)?".replace("?P<weekday>", "?P<after>").replace("?P<plural>", "")
_CLOCK = (
    r"(?:(?:T|[,\s]+(?:(?:at|@)\s*)?)\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?"
    r"\s*(?:Z|[+-]\d\d:?\d\d|UTC|GMT|hrs?|hours)?)?"
)
_SEP = r"(?P<sep>\s*[/\-.·]\s*|\s)"

# Tried in this order; the first that matches the whole text and names a possible date wins.
_FORMS = tuple(
    re.compile(form, re.IGNORECASE | re.ASCII)
    for form in (
        rf"{_BEFORE}{_Y4}{_SEP}{_M}(?P=sep){_D}{_AFTER}{_CLOCK}",
        rf"{_Y4}(?P<month>\d\d)(?P<day>\d\d)(?:\d\d|\d{{4}}|\d{{6}}(?:\.\d+)?)?(?:[+-]\d{{4}})?",
        r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>(?:19|20)\d\d)",
        r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)",
        r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d\d)",
        rf"{_BEFORE}(?P<first>\d{{1,2}}){_SEP}(?P<second>\d{{1,2}})(?P=sep){_Y}{_AFTER}{_CLOCK}",
        rf"{_M}\s*[/\-.]\s*{_Y4}",
        rf"{_Y4}\s*[/\-.]\s*{_M}",
        rf"{_BEFORE}(?P<first>\d{{1,2}})\s*[/\-.]\s*(?P<second>\d{{1,2}}){_CLOCK}",
        r"(?P<month>\d{1,2})\s*[/\-]\s*(?P<year>\d\d)",
        rf"{_BEFORE}{_MON}[\s.,\-/]*(?:the\s+)?{_DTH}[\s,\-/]+(?:of\s+)?{_Y}{_AFTER}{_CLOCK}",
        rf"{_BEFORE}{_DTH}[\s\-/.]*(?:of\s+)?{_MON}[\s.,\-/]*{_Y}{_AFTER}{_CLOCK}",
        rf"(?:(?:mid|early|late|(?:end|start|beginning) of)[\s\-]+)?{_MON}[\s,\-/]*(?:of\s+)?{_Y4}",
        rf"{_MON}[\s\-]*(?P<year>'\d\d)",
        rf"{_BEFORE}{_MON}[\s.\-/]*(?:the\s+)?{_DTH}{_AFTER}{_CLOCK}",
        rf"{_BEFORE}(?:the\s+)?{_DTH}[\s\-/]*(?:of\s+)?{_MON}{_CLOCK}",
        rf"{_MON}[\s\-]*(?P<year>\d\d)",
        rf"(?:(?:mid|early|late)[\s\-]+)?{_MON}",
        rf"{_WD}\s+(?:the\s+)?(?P<day>\d{{1,2}}(?:st|nd|rd|th))",
        r"(?:the\s+)?(?P<day>\d{1,2}(?:st|nd|rd|th))",
        rf"{_WD}",
        rf"{_Y4}",
        r"(?P<year>'\d\d)",
    )
)


def parse_date(text: str, *, today: datetime.date, day_first: bool = False) -> ParsedDate | None:
    """The date that a text names, or None where it is in no form that the program knows.

    Holidays, seasons, decades and ranges are not dates in this sense.

    Args:
        text: a date as found in a note, without words around it.
        today: two-digit years are put into the hundred years that end a year after this day.
        day_first: how to read `4/5/2024` where both readings are possible.
    """
    core = text.strip()
    if len(core) > _MAX_LENGTH:
        return None
    for form in _FORMS:
        match = form.fullmatch(core)
        if match is None:
            continue
        parsed = _read(match, len(text) - len(text.lstrip()), text, today, day_first=day_first)
        if parsed is not None:
            return parsed
    return None


def infer_day_first(texts: Iterable[str], *, today: datetime.date) -> bool:
    """Whether a note writes the day before the month, by its dates that can be read only one way.

    A tie counts as month first, except that a note whose three-part dates all use dots is read
    day first.
    """
    votes, dotted, numeric = 0, 0, 0
    # A note says the same day again and again.
    read = cache(partial(parse_date, today=today))
    for text in texts:
        parsed = read(text)
        if parsed is None or not re.match(r"\d{1,2}[/\-.]\d{1,2}[/\-.]\d", parsed.text.strip()):
            continue
        numeric += 1
        dotted += "." in parsed.text
        if parsed.day_first is not None:
            votes += 1 if parsed.day_first else -1
    return votes > 0 or (votes == 0 and 0 < numeric == dotted)


def _read(
    match: re.Match[str], offset: int, text: str, today: datetime.date, *, day_first: bool
) -> ParsedDate | None:
    groups = {name: value for name, value in match.groupdict().items() if value is not None}
    forced: bool | None = None
    names = {"year": "year", "month": "month", "day": "day", "weekday": "weekday"}
    if "after" in groups:
        if "weekday" in groups:
            return None
        names["weekday"] = "after"
    if "first" in groups:
        forced, swapped = _order(int(groups["first"]), int(groups["second"]), day_first)
        names["day" if swapped else "month"] = "first"
        names["month" if swapped else "day"] = "second"
    values: dict[str, int] = {}
    places: dict[str, tuple[int, int]] = {}
    for name, group in names.items():
        if group not in groups:
            continue
        values[name] = _value(name, groups[group], today)
        start, end = match.span(group)
        places[name] = (start + offset, end + offset)
    found = DateFields(**values)
    return ParsedDate(found, text, places, forced) if _is_possible(found) else None


def _order(first: int, second: int, day_first: bool) -> tuple[bool | None, bool]:
    """Which order is forced, if any, and whether the first number is the day."""
    if first > 12 >= second:
        return True, True
    if second > 12 >= first:
        return False, False
    return None, day_first


def _value(name: str, text: str, today: datetime.date) -> int:
    if name == "weekday":
        return _WEEKDAY_NUMBERS[text[:3].lower()]
    if name == "month" and not text[0].isdigit():
        return _MONTH_NUMBERS[text[:3].lower()]
    number = int(_digits(text))
    if name == "year" and number < 100:
        return expand_year(number, today=today)
    return number


def expand_year(two_digits: int, *, today: datetime.date) -> int:
    """The year that two digits stand for: at most one year after `today`."""
    latest = today.year + _PIVOT_AHEAD
    return latest - (latest - two_digits) % 100


def _is_possible(found: DateFields) -> bool:
    if found.month is not None and not 1 <= found.month <= 12:
        return False
    if found.day is None:
        return True
    try:
        # A leap year and a long month stand in for what the text does not say.
        datetime.date(found.year or 2000, found.month or 1, found.day)
    except ValueError:
        return False
    return True


def _digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def _write_field(name: str, old: str, value: int, *, padded: bool) -> str:
    if name == "weekday":
        return _like_name(old, WEEKDAYS[value])
    if name == "month" and not old[0].isdigit():
        return _like_name(old, MONTHS[value - 1])
    if name == "year":
        return f"{value:04d}" if len(_digits(old)) == 4 else old[:-2] + f"{value % 100:02d}"
    suffix = old[len(_digits(old)) :]
    if suffix:
        written = f"{value}{_ordinal(value)}"
        return written.upper() if suffix.isupper() else written
    return f"{value:02d}" if padded else str(value)


def _like_name(old: str, name: str) -> str:
    """A month or weekday name, in full or shortened to three letters, in the case of `old`."""
    is_short = len(old) < 6 and old.lower() not in {*MONTHS, *WEEKDAYS}
    # "May" is both its full and its short form: the short one fits both ways of writing.
    shown = name[:3] if is_short or old.lower() == "may" else name
    if old.isupper():
        return shown.upper()
    return shown.title() if old[0].isupper() else shown


def _ordinal(day: int) -> str:
    if 11 <= day % 100 <= 13:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def shifted(parsed: ParsedDate, days: int, *, reference_year: int) -> DateFields | None:
    """The fields of a date moved by a number of days; None where it cannot be moved.

    A month is moved by its 15th, a year by its 1st of July. A day and month without a year are
    taken to lie in the reference year. A day of the month alone cannot be moved.
    """
    old = parsed.fields
    if old.month is None and old.day is not None:
        return None
    weekday = None if old.weekday is None else (old.weekday + days) % 7
    if old.year is None and old.month is None:
        return DateFields(weekday=weekday)
    year = reference_year if old.year is None else old.year
    if old.month == 2 and old.day == 29 and old.year is None:
        year -= year % 4
    middle = 15 if old.month is not None else 1
    try:
        moved = datetime.date(year, old.month or 7, old.day or middle) + datetime.timedelta(days)
    except (ValueError, OverflowError):
        return None
    values = {f.name: getattr(old, f.name) for f in fields(old)}
    new = {"year": moved.year, "month": moved.month, "day": moved.day, "weekday": weekday}
    return DateFields(**{name: new[name] for name, value in values.items() if value is not None})
