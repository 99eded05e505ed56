"""What may be done with an identifier: pure functions from a mention to its replacement.

An operator that cannot treat a value gives None, and the tag takes its place: whatever cannot be
understood is removed, never kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import count
from types import MappingProxyType
from typing import Final

from deid.labels import Label
from deid.policy import OperatorName, Option, Treatment
from deid.redact import seeds
from deid.redact.ages import COLLAPSED_FROM, NINETY_OR_OLDER, generalise_age
from deid.redact.dates import ParsedDate, shifted
from deid.redact.mention import Mention, Note
from deid.redact.surrogates import surrogate
from deid.redact.zips import generalise_zip

DEFAULT_MASK_WIDTH: Final = 5
DEFAULT_MASK_CHARACTER: Final = "*"
DEFAULT_MAX_DAYS: Final = 365
DEFAULT_HASH_DIGITS: Final = 12

_FOUR_DIGIT_YEAR = re.compile(r"(?<!\d)((?:1[6-9]|20)\d\d)(?!\d)('?s\b)?", re.ASCII)
_LINE_BREAKS = frozenset("\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")

Operator = Callable[[Mention, Mapping[str, Option], bytes, Note], str | None]
"""From a mention, the options, the patient's seed and the note to a replacement, or None."""


def operate(
    mention: Mention, treatment: Treatment, *, seed: bytes, note: Note
) -> tuple[str, OperatorName]:
    """The replacement of a mention, and the operator that made it.

    The operator is `tag` where the policy's own could not treat the value.
    """
    made = OPERATORS[treatment.operator](mention, treatment.options, seed, note)
    if made is None:
        return f"[{mention.label}]", OperatorName.TAG
    return made, treatment.operator


def tag(mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note) -> str:
    """`[PATIENT]`; with `numbered`, `[PATIENT-1]`, the same number for the same identity."""
    if options.get("numbered", False):
        return f"[{mention.label}-{mention.number}]"
    return f"[{mention.label}]"


def mask(mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note) -> str:
    """A run of one character: `width` of them, or as many as the original where `width` is 0.

    At the original's length, line breaks stay where they are.
    """
    character = str(options.get("character", DEFAULT_MASK_CHARACTER))
    width = int(options.get("width", DEFAULT_MASK_WIDTH))
    if width:
        return character * width
    return "".join(c if c in _LINE_BREAKS else character for c in mention.text)


def generalise(
    mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note
) -> str | None:
    """A wider value: the year of a date, "90 or older", the first digits of a ZIP code."""
    if mention.label is Label.DATE:
        return generalise_date(mention, note)
    if mention.label is Label.AGE90:
        return NINETY_OR_OLDER
    if mention.label is Label.AGE:
        return generalise_age(mention.text)
    if mention.label is Label.ZIP:
        return generalise_zip(mention.text)
    return None


def generalise_date(mention: Mention, note: Note) -> str | None:
    """The year of a date, or None where it names none or its year may show an age of 90 or more."""
    parsed = note.date(mention.text)
    if parsed is not None:
        year, suffix = parsed.fields.year, ""
    else:
        year, suffix = _only_year(mention.text)
    if year is None or note.reference_year - year >= COLLAPSED_FROM:
        return None
    if mention.is_birth and parsed is not None and _may_be_century_older(parsed, year, note):
        return None
    return f"{year}{suffix}"


def _only_year(text: str) -> tuple[int | None, str]:
    """The one year, or decade, within a text such as "spring of 2016" or "1980's"."""
    matches = list(_FOUR_DIGIT_YEAR.finditer(text))
    if len(matches) != 1:
        return None, ""
    return int(matches[0].group(1)), "s" if matches[0].group(2) else ""


def _may_be_century_older(parsed: ParsedDate, year: int, note: Note) -> bool:
    """Whether a two-digit birth year may as well lie a hundred years back, 90 years ago or more."""
    start, end = parsed.places["year"]
    is_short = sum(character.isdigit() for character in parsed.text[start:end]) == 2
    return is_short and 0 <= note.reference_year - (year - 100) - COLLAPSED_FROM <= 30


def shift_date(
    mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note
) -> str | None:
    """The date, moved by the seed's number of days, in the same form.

    None for what cannot be moved (holidays, seasons, a day without a month, an impossible date)
    and for a year that may show an age of 90 or more.
    """
    parsed = note.date(mention.text)
    if parsed is None:
        return None
    days = seeds.shift_days(
        seed,
        max_days=int(options.get("max_days", DEFAULT_MAX_DAYS)),
        keep_weekday=bool(options.get("keep_weekday", False)),
    )
    year = parsed.fields.year
    if year is not None and note.reference_year - year >= COLLAPSED_FROM:
        return None
    moved = shifted(parsed, days, reference_year=note.reference_year)
    return None if moved is None else parsed.write(moved)


def stand_in(
    mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note
) -> str | None:
    """A value of the same kind and form; for a date, the date shifted by the default range."""
    if mention.label is Label.DATE:
        return shift_date(mention, {}, seed, note)
    return surrogate(mention, options, seed, note)


def hash_token(mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note) -> str:
    """`[PATIENT-3f9a12bc04d1]`: an HMAC-SHA-256 of the identity under the seed, cut to `digits`.

    The first such with a letter among its digits, so that it never reads as a number.
    """
    digits = int(options.get("digits", DEFAULT_HASH_DIGITS))
    tokens = (seeds.derive(seed, "hash", mention.identity, str(n)).hex() for n in count())
    token = next(token[:digits] for token in tokens if not token[:digits].isdigit())
    return f"[{mention.label}-{token}]"


def keep(mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note) -> str:
    """The text itself."""
    return mention.text


OPERATORS: Mapping[OperatorName, Operator] = MappingProxyType(
    {
        OperatorName.TAG: tag,
        OperatorName.MASK: mask,
        OperatorName.GENERALISE: generalise,
        OperatorName.SURROGATE: stand_in,
        OperatorName.SHIFT_DATE: shift_date,
        OperatorName.HASH: hash_token,
        OperatorName.KEEP: keep,
    }
)
