"""Stand-ins that look like what they replace.

The consistent kind gives one value the same stand-in in all of a patient's notes. That keeps the
notes readable, and lets a reader pick out a name that slipped through: it stands beside its own
stand-ins. The Markov kind draws some mentions anew, so that a leaked name looks like one more
stand-in; the notes lose coherence by it.

No stand-in equals a kept original of the same note. Where the one that the seed gives would, the
next is taken, so in such a note, and only there, a stand-in may differ from the patient's others.
Two values may get the same stand-in, as two people may share a name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from deid.labels import ID_LABELS, NAME_LABELS, Label
from deid.policy import Option
from deid.redact import codes, places, seeds
from deid.redact.ages import COLLAPSED_FROM, NINETY_OR_OLDER, read_age
from deid.redact.identity import fold
from deid.redact.mention import Mention, Note
from deid.redact.names import name_stand_in

DEFAULT_REDRAW_PERCENT: Final = 50
_ATTEMPTS: Final = 64
_AGE_STEPS: Final = (-2, -1, 1, 2)

_PO_BOX = re.compile(r"(?i)\s*(p\.?\s?o\.?\s*box|box)\W*\w+\s*")
_HOUSE_NUMBER = re.compile(r"\s*#?\d[\w\-/]*\s+")
_UNIT = re.compile(r"(?i)[\s,]+(?:apt|apartment|suite|ste|unit|lot|bldg|flat|floor|fl|#)\W*\w+\s*$")
_BY_DRAWING: Mapping[Label, Callable[[str, codes.Draw], str | None]] = {
    Label.PHONE: codes.phone,
    Label.FAX: codes.phone,
    Label.SSN: codes.ssn,
    Label.EMAIL: codes.email,
    Label.URL: codes.url,
    Label.IP: codes.ip,
    Label.ZIP: codes.reshape,
    Label.ROOM: codes.room,
    Label.USERNAME: codes.reshape,
    **dict.fromkeys(ID_LABELS - {Label.SSN, Label.USERNAME}, codes.code),
}


def surrogate(
    mention: Mention, options: Mapping[str, Option], seed: bytes, note: Note
) -> str | None:
    """A stand-in for any label but DATE; None for OTHER and for what is in no known form.

    An age moves by one or two years, the same for all ages of a patient, and stays under 90.
    """
    salt = _salt(mention, options, seed)
    if mention.label in NAME_LABELS:
        person = mention.identity.partition(":")[2]
        return name_stand_in(
            mention.text, person=person, seed=seed, salt=salt, originals=note.originals
        )
    if mention.label is Label.AGE90:
        return NINETY_OR_OLDER
    if mention.label is Label.AGE:
        return _age(mention.text, seeds.number_below(seed, len(_AGE_STEPS), "age", salt))
    for attempt in range(_ATTEMPTS):
        draw = codes.stream(seed, mention.label, fold(mention.text), salt, str(attempt))
        drawn = _draw(mention, draw)
        if drawn is None or fold(drawn) not in note.originals:
            return drawn
    return None


def _salt(mention: Mention, options: Mapping[str, Option], seed: bytes) -> str:
    """Empty for the stand-in that all mentions share, else what sets this mention apart."""
    if options.get("kind", "consistent") != "markov":
        return ""
    percent = int(options.get("redraw_percent", DEFAULT_REDRAW_PERCENT))
    place = (mention.label, fold(mention.text), str(mention.index))
    return place[2] if seeds.number_below(seed, 100, "redraw", *place) < percent else ""


def _draw(mention: Mention, draw: codes.Draw) -> str | None:
    by_drawing = _BY_DRAWING.get(mention.label)
    if by_drawing is not None:
        return by_drawing(mention.text, draw)
    if mention.label is Label.STREET:
        return _street(mention.text, draw)
    listed = places.candidates(mention.label, mention.text)
    return _in_case_of(mention.text, listed[draw(len(listed))]) if listed else None


def _street(text: str, draw: codes.Draw) -> str:
    """Another street, with a house number and a unit where the original has them."""
    if box := _PO_BOX.fullmatch(text):
        return text[: box.end(1)] + codes.reshape(text[box.end(1) :], draw)
    number, unit = _HOUSE_NUMBER.match(text), _UNIT.search(text)
    listed = places.candidates(Label.STREET, text)
    name = _in_case_of(text, listed[draw(len(listed))])
    before = codes.reshape(number.group(), draw) if number else ""
    if unit is None:
        return before + name
    value = re.search(r"\w+\s*$", unit.group())
    cut = value.start() if value else 0
    return before + name + unit.group()[:cut] + codes.reshape(unit.group()[cut:], draw)


def _age(text: str, choice: int) -> str | None:
    shown = re.findall(r"\d+", text)
    age = read_age(text)
    if len(shown) != 1 or age is None:
        return None
    number, step = int(shown[0]), _AGE_STEPS[choice]
    if number + step < 1:
        step = abs(step)
    elif number + step >= COLLAPSED_FROM > number:
        step = -abs(step)
    return re.sub(r"\d+", str(number + step), text)


def _in_case_of(original: str, drawn: str) -> str:
    if len(original) > 1 and original.isupper():
        return drawn.upper()
    return drawn.lower() if original.islower() else drawn
