"""Points in time of a PDF, and how people write them (ISO 32000-2, 7.9.4) (pure)."""

from __future__ import annotations

import re
from typing import Final

from deid.formats.forms import Matching

_STORED: Final = re.compile(
    r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)?)?)?)?)?"
    r"(?:(Z)'?(?:00'?(?:00'?)?)?|([+-]\d\d)'?(\d\d)?'?)?"
)
_WRITTEN: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d))?)?)?)?)?(Z|[+-]\d\d:\d\d)?"
)
FORM: Final = Matching(_WRITTEN)
"""A point in time, as `written` gives it; it is left out where the policy leaves none."""

_SIGNS: Final = ("", "-", "-", "T", ":", ":")


def written(stored: str) -> str | None:
    """A point in time as `2026-03-01T10:00:00+01:00`, as far as it goes; None: it is none."""
    match = _STORED.fullmatch(stored.strip())
    if match is None:
        return None
    *numbers, zulu, hours, minutes = match.groups()
    zone = zulu or (f"{hours}:{minutes or '00'}" if hours else "")
    text = "".join(sign + number for sign, number in zip(_SIGNS, numbers, strict=True) if number)
    return text + (zone if numbers[3] else "")


def stored(text: str) -> str | None:
    """The same in the form of the file; None: it is no point in time."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        return None
    *numbers, zone = match.groups()
    ending = "" if zone in (None, "Z") else f"{zone[:3]}'{zone[4:]}'"
    return "D:" + "".join(filter(None, numbers)) + ("Z" if zone == "Z" else ending)
