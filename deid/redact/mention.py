"""What operators see: one kept finding, and what they have to know of the whole note."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from deid.labels import Label
from deid.redact.dates import ParsedDate, parse_date


@dataclass(frozen=True, slots=True)
class Note:
    """What an operator has to know of the whole note.

    Attributes:
        today: two-digit years are read against this day.
        reference_year: the year in which ages and dates without a year are taken to be.
        day_first: whether `4/5/2024` is the 4th of May here.
        originals: folded words and whole values of all kept findings; no stand-in may be one.
        dates: what texts of the note name, as far as they were read.
    """

    today: datetime.date
    reference_year: int
    day_first: bool = False
    originals: frozenset[str] = field(default=frozenset(), repr=False)
    dates: dict[str, ParsedDate | None] = field(default_factory=dict, repr=False, compare=False)

    def date(self, text: str) -> ParsedDate | None:
        """The date that a text names, as this note writes dates; each text is read once."""
        if text not in self.dates:
            self.dates[text] = parse_date(text, today=self.today, day_first=self.day_first)
        return self.dates[text]


@dataclass(frozen=True, slots=True)
class Mention:
    """One kept finding as an operator sees it.

    Attributes:
        text: what is to be replaced.
        label: its kind.
        index: which of the note's kept findings it is, from 0.
        identity: a key that all mentions of the same identity share.
        number: number of that identity among those of its label, from 1.
        is_birth: whether the words before call it a date of birth.
    """

    text: str = field(repr=False)
    label: Label
    index: int = 0
    identity: str = field(default="", repr=False)
    number: int = 1
    is_birth: bool = False
