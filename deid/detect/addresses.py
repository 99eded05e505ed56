"""Known addresses: taking one apart, and patterns for how its street is written elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from deid.labels import Label

_SHORT: Final = {
    "street": "st str",
    "road": "rd",
    "avenue": "ave av",
    "boulevard": "blvd",
    "drive": "dr drv",
    "lane": "ln",
    "court": "ct crt",
    "place": "pl",
    "square": "sq",
    "terrace": "ter terr",
    "circle": "cir",
    "parkway": "pkwy",
    "highway": "hwy",
    "route": "rt rte",
    "trail": "trl",
    "close": "cl",
    "crescent": "cres",
    "gardens": "gdns",
    "north": "n no",
    "south": "s so",
    "east": "e",
    "west": "w",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
    "saint": "st",
    "mount": "mt",
    "fort": "ft",
    "apartment": "apt unit #",
    "suite": "ste",
    "building": "bldg",
    "floor": "fl",
    "post office box": "po box",
}
_FORMS: Final = {
    form: (long, *short.split(" "))
    for long, short in _SHORT.items()
    for form in (long, *short.split(" "))
}
_TYPES: Final = frozenset(
    form for long in list(_SHORT)[:18] for form in (long, *_SHORT[long].split(" "))
)
_UNIT: Final = re.compile(r"(?i)(?:apt|apartment|unit|suite|ste|flat|rm|room|bldg|floor|fl|#)\b|#")
_ZIP: Final = re.compile(r"\b\d{5}(?:-\d{4})?$|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$", re.I)
_STATE_CODE: Final = re.compile(r"\b[A-Z]{2}$")


def split_address(address: str) -> Iterator[tuple[Label, str]]:
    """The parts of an address that is written as `12 Long Street, Apt 4, Springfield, IL 62704`.

    Parts are parted by commas or line ends; the first is the street, with a flat or suite behind
    it; the last may end in a state code and a ZIP or postcode; what is left are cities.
    """
    parts = [part.strip() for part in re.split(r"[,\n]", address) if part.strip()]
    rest: list[str] = []
    for part in parts:
        zip_code = _ZIP.search(part)
        if zip_code and part is not parts[0]:
            yield Label.ZIP, zip_code.group()
            part = part[: zip_code.start()].strip()
        if part:
            rest.append(part)
    if rest:
        yield Label.STREET, rest[0]
    for part in rest[1:]:
        if _UNIT.match(part):
            yield Label.STREET, f"{rest[0]} {part}"
            continue
        code = _STATE_CODE.search(part)
        if code and part is rest[-1]:
            yield Label.STATE, code.group()
            part = part[: code.start()].strip()
        if part:
            yield Label.CITY, part


def street_pattern(street: str) -> str:
    """A regular expression, without groups, for a street as people abbreviate it; ignore case.

    The house number may be missing, and so may the kind of street where the number is there.
    """
    words = re.findall(r"[^\W_]+|#", street.lower())
    pieces = [_either(word) for word in words]
    blank = r"[\s.,#]{0,4}"
    if len(words) > 1 and words[0][0].isdigit():
        number, name = pieces[0], pieces[1:]
        whole = blank.join(pieces)
        forms = [whole, blank.join(name)] if any(map(_is_telling, words[1:])) else [whole]
        kinds = [n for n, word in enumerate(words) if word in _TYPES and n > 1]
        if kinds:
            forms.append(blank.join([number, *pieces[1 : kinds[0]]]))
            forms.append(blank.join(pieces[: kinds[0] + 1]))
            forms.append(blank.join(pieces[1 : kinds[0] + 1]))
    else:
        forms = [blank.join(pieces)]
    ordered = sorted(dict.fromkeys(forms), key=len, reverse=True)
    return r"(?<!\w)(?:" + "|".join(ordered) + r")(?!\w)"


def _either(word: str) -> str:
    forms = _FORMS.get(word, (word,))
    return "(?:" + "|".join(map(re.escape, forms)) + ")"


def _is_telling(word: str) -> bool:
    return len(word) > 3 and word not in _FORMS
