"""Ages as notes write them, and which of them have to be collapsed."""

from __future__ import annotations

import re
from typing import Final

COLLAPSED_FROM: Final = 90
"""Ages from here on are one group, 45 CFR 164.514(b)(2)(i)(C)."""

NINETY_OR_OLDER: Final = "90 or older"

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = {
    name: 20 + 10 * index
    for index, name in enumerate(
        ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
    )
}
_WORDS = {name: number for number, name in enumerate(_UNITS)} | _TENS
_OLD = re.compile(r"nonagenarian|centenarian|nineties", re.IGNORECASE)
_SHORT_UNIT = re.compile(
    r"\d\s*-?\s*(?:m(?:o|os|onths?|th?s?)?|w(?:k|ks|eeks?)?|d(?:ays?)?|h(?:rs?|ours?)?)\b",
    re.IGNORECASE,
)


def read_age(text: str) -> int | None:
    """The age in whole years, or None where the text shows no number.

    Ages in months, weeks, days or hours count as 0. Digits parted by blanks alone, as text
    recognition leaves them, are one number.
    """
    if _OLD.search(text):
        return COLLAPSED_FROM
    if _SHORT_UNIT.search(text):
        return 0
    if re.fullmatch(r"[\d\s]+", text):
        return int("".join(text.split())) if text.strip() else None
    digits = re.search(r"\d+", text)
    return int(digits.group()) if digits else _read_words(text)


def _read_words(text: str) -> int | None:
    total: int | None = None
    for word in re.findall(r"[a-z]+", text.lower()):
        if word == "hundred":
            total = (total or 1) * 100
        elif word in _WORDS:
            total = (total or 0) + _WORDS[word]
        elif total is not None and word != "and":
            break
    return total


def must_collapse(text: str) -> bool:
    """Whether a text shows an age of 90 or above."""
    age = read_age(text)
    return age is not None and age >= COLLAPSED_FROM


def generalise_age(text: str) -> str | None:
    """The text itself for an age under 90, else "90 or older"; None where it shows no age.

    The whole finding is replaced: "a 92-year-old man" becomes "a 90 or older man".
    """
    age = read_age(text)
    if age is None:
        return None
    return NINETY_OR_OLDER if age >= COLLAPSED_FROM else text
