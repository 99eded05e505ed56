"""Fresh dates and ages in the form of the old ones, or in another form."""
# ruff: noqa: SIM905 - a row of words reads better as one string than as a list

from __future__ import annotations

import random
import re
from datetime import date, timedelta

from deid.training.wordlists import WordLists

_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_SEASONS = "spring summer fall autumn winter".split()
_HOLIDAYS = (
    "Thanksgiving|Christmas|Easter|Labor Day|Memorial Day|New Year's|Halloween|Independence Day|"
    "Valentine's Day|Mother's Day|Father's Day|Ramadan|Passover|Diwali|Veterans Day|July 4th|"
    "Christmas Eve|New Year's Eve|Hanukkah|Presidents Day|MLK Day|Eid|Good Friday|Columbus Day|"
    "Lunar New Year|Mardi Gras|Cinco de Mayo|Juneteenth|Boxing Day|St. Patrick's Day"
).split("|")
_FULL = (
    "{m}/{d}/{Y}", "{m}/{d}/{y:02d}", "{m:02d}/{d:02d}/{Y}", "{m:02d}/{d:02d}/{y:02d}",
    "{m}-{d}-{Y}", "{m}-{d}-{y:02d}", "{m:02d}-{d:02d}-{Y}", "{Y}-{m:02d}-{d:02d}",
    "{Y}/{m:02d}/{d:02d}",
    "{month} {d}, {Y}", "{mon} {d}, {Y}", "{d} {month} {Y}", "{d}-{mon}-{Y}", "{d} {mon} {Y}",
    "{month} {d}", "{mon} {d}", "{m}/{d}", "{m:02d}/{d:02d}", "{month} {Y}", "{mon} {Y}", "{m}/{Y}",
    "{d}.{m}.{Y}", "{d:02d}.{m:02d}.{y:02d}", "{d:02d}/{m:02d}/{Y}", "{Y}{m:02d}{d:02d}",
    "{m:02d}{d:02d}{Y}", "{d:02d}{MON}{Y}", "{d} {MON} {y:02d}", "{month} {d}{th}",
    "{month} {d}{th}, {Y}",
    "the {d}{th}", "{wday} {m}/{d}", "{weekday}, {month} {d}, {Y}", "{wday} {mon} {d}", "{weekday}",
    "{m}/{d}-{m}/{e}", "{month} {d}-{e}", "{m}/{d}/{y:02d} - {m}/{e}/{y:02d}", "{m}.{d}.{y:02d}",
    "{month}", "{Y}", "'{y:02d}", "{Y}{m:02d}{d:02d}{h:02d}{n:02d}", "{mon}. {d}, {Y}",
    "{d}{mon}{y:02d}",
)  # fmt: skip
_CLEARLY_FULL = re.compile(
    r"\d{1,2}([/.-])\d{1,2}\1(?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2}|[A-Za-z]{3,9}\.? \d{1,2}, \d{4}"
)
_TOKEN = re.compile(r"[A-Za-z]+|\d+")
_AGES = (
    "{n}-year-old",
    "{n} year old",
    "{n}yo",
    "{n} y/o",
    "{n}y",
    "{n}-yr-old",
    "{n} y.o.",
    "{n}",
)


def redraw_date(value: str, _lists: WordLists, rng: random.Random) -> str:
    """Another date: a full one in any form at times, else word for word and number for number."""
    if _CLEARLY_FULL.fullmatch(value) and rng.random() < 0.35:
        return new_date(rng)
    for holiday in _HOLIDAYS:
        if holiday.casefold() == value.casefold():
            drawn = rng.choice(_HOLIDAYS)
            return drawn.lower() if value.islower() else drawn.upper() if value.isupper() else drawn
    return _TOKEN.sub(lambda found: _date_token(found[0], rng), value)


def new_date(rng: random.Random) -> str:
    """A date in one of many forms."""
    day = date(1930, 1, 1) + timedelta(days=rng.randrange(96 * 365))
    month = _MONTHS[day.month - 1]
    weekday = _DAYS[day.weekday()]
    th = "th" if 4 <= day.day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return rng.choice(_FULL).format(
        Y=day.year, y=day.year % 100, m=day.month, d=day.day, e=min(day.day + rng.randint(1, 5),
        28),
        month=month, mon=month[:3], MON=month[:3].upper(), weekday=weekday, wday=weekday[:3], th=th,
        h=rng.randrange(24), n=rng.randrange(60),
    )  # fmt: skip


def _date_token(token: str, rng: random.Random) -> str:
    if token.isdigit():
        return _number_like(token, rng)
    folded = token.casefold()
    for words in (_MONTHS, _DAYS, _SEASONS):
        for word in words:
            if folded == word.casefold():
                return _like(token, rng.choice(words))
            if len(folded) == 3 and word not in _SEASONS and word.casefold().startswith(folded):
                return _like(token, rng.choice(words)[:3])
    return token


def _like(token: str, word: str) -> str:
    return word.upper() if token.isupper() else word.lower() if token.islower() else word


def _number_like(token: str, rng: random.Random) -> str:
    width = len(token)
    if width >= 6:
        day = date(1950, 1, 1) + timedelta(days=rng.randrange(76 * 365))
        form = f"{day:%Y%m%d}" if token[:2] in {"19", "20"} else f"{day:%m%d%Y}"
        clock = "".join(rng.choice("012345") for _ in range(max(0, width - 8)))
        return (form + clock)[:width]
    if width == 4:
        return str(rng.randint(1935, 2026))
    if width == 2 and int(token) > 31:
        return f"{rng.randint(32, 99)}"
    high = 12 if 0 < int(token) <= 12 else 28
    drawn = rng.randint(1, high)
    return f"{drawn:02d}" if token.startswith("0") else str(drawn)


def redraw_age(value: str, _lists: WordLists, rng: random.Random) -> str:
    """Another age in the same unit; now and then in another form, or of 90 and above."""
    digits = re.sub(r"\D", "", value)
    if not digits or len(digits) > 3 or re.search(r"\d\s+\d", value):
        return value
    number = int(digits)
    if number > 24 or re.search("y", value, re.IGNORECASE):
        number = rng.randint(90, 104) if rng.random() < 0.08 else rng.randint(1, 89)
    elif number:
        number = rng.randint(1, 24)
    if re.fullmatch(r"\d+-year-old", value) and rng.random() < 0.2:
        return rng.choice(_AGES).format(n=number)
    return re.sub(r"\d+", str(number), value, count=1)
