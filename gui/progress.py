"""How much longer the queue takes: an estimate from how fast its last notes were examined."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import ceil
from typing import Final

HALF_LIFE: Final = 60.0
"""After this many seconds of examining, a note weighs half as much in the rate."""

_MINUTE: Final = 60
_HOUR: Final = 3600
_NEARLY_AN_HOUR: Final = 55 * _MINUTE


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast notes were examined of late. Pauses are no part of it.

    A note weighs the less the more was examined since, so that the rate follows a change: of the
    notes, or of what else the computer does.

    Attributes:
        characters: weighed sum of the code points of the notes.
        seconds: weighed sum of the time that they took.
        notes: weighed number of notes.
    """

    characters: float = 0.0
    seconds: float = 0.0
    notes: float = 0.0

    def after(self, characters: int, seconds: float) -> Pace:
        """The pace after one more note.

        Args:
            characters: length of the note in code points.
            seconds: how long it took; a clock that was set back counts as no time.
        """
        took = max(seconds, 0.0)
        weight = 0.5 ** (took / HALF_LIFE)
        return Pace(
            self.characters * weight + characters,
            self.seconds * weight + took,
            self.notes * weight + 1,
        )

    def seconds_left(self, *, characters: int, unread: int = 0) -> float | None:
        """How long the rest takes at this pace.

        Args:
            characters: sum of the lengths of the notes left, as far as they are known.
            unread: how many notes are left whose length nobody knows yet; they are taken to be
                as long as the others were.

        Returns:
            Seconds; 0 if nothing is left, and None while no pace is known.
        """
        if characters <= 0 and unread <= 0:
            return 0.0
        if self.characters <= 0 or self.seconds <= 0:
            return None
        mean = self.characters / self.notes
        return (characters + unread * mean) * self.seconds / self.characters


class Unit(StrEnum):
    """What a time left is told in."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Roughly:
    """A time as people tell it: `about 4 minutes`. The count is at least 1."""

    count: int
    unit: Unit


def roughly(seconds: float) -> Roughly:
    """A time told no more exactly than an estimate deserves.

    Below a minute in steps of 10 seconds, below ten minutes to the minute, then in steps of 5
    minutes, and in hours from 55 minutes on. Always rounded up: to be done early pleases, late
    does not.
    """
    if seconds <= _MINUTE - 10:
        return Roughly(_stepped(seconds, 10), Unit.SECONDS)
    if seconds <= 10 * _MINUTE:
        return Roughly(_stepped(seconds / _MINUTE, 1), Unit.MINUTES)
    if seconds <= _NEARLY_AN_HOUR:
        return Roughly(_stepped(seconds / _MINUTE, 5), Unit.MINUTES)
    return Roughly(_stepped(seconds / _HOUR, 1), Unit.HOURS)


def _stepped(count: float, step: int) -> int:
    return max(ceil(count / step), 1) * step
