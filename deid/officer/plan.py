"""How many notes are to be read to bound the share that leaks (pure).

Read 59 notes, and if none of them leaks, at most 5 % of all do (at 95 % confidence, out of very
many, for readers who miss nothing).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, inf
from typing import Final

from deid.audit.records import SampleDesign
from deid.officer.bound import Sensitivity, Terms, bound_of
from deid.officer.chances import PARTS, Drawing, log_chance

MOST_LEAKS: Final = 5
"""Up to how many leaking notes a plan looks ahead."""

_MOST_NOTES: Final = 1 << 20
_SHARES: Final = (0.0, 0.1, 0.25, 0.5)
_FORGOTTEN: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Row:
    """What is to be read if so many notes turn out to leak.

    Attributes:
        leaking: how many of the notes read.
        fixed: how many are to be read where the number is fixed before; None: no number would do.
        sequential: after how many one may stop, where one may at any time.
    """

    leaking: int
    fixed: int | None
    sequential: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """What becomes of the reading if this share of the notes leaks.

    Attributes:
        share: of leaking notes.
        read: how many notes are read on average until the target is reached, or all are read.
        reached: how likely the target is reached.
        fixed_reached: how likely a fixed sample of the least number, without any leak, reaches it.
    """

    share: float
    read: float
    reached: float
    fixed_reached: float


@dataclass(frozen=True, slots=True)
class ReadingPlan:
    """How much is to be read for a target.

    Attributes:
        terms: what is aimed at; its design makes no difference.
        sensitivity: of the readers.
        rows: for 0, 1, 2 and more leaking notes.
        expected: for shares of leaking notes below the target.
    """

    terms: Terms
    sensitivity: Sensitivity
    rows: tuple[Row, ...]
    expected: tuple[Expected, ...]


def notes_to_draw(rows: Sequence[Row], design: SampleDesign) -> int | None:
    """How many notes to draw: those that no leak asks for, or, to stop at any, the last row's.

    None: the target cannot be reached.
    """
    if design is SampleDesign.FIXED:
        return rows[0].fixed
    return max((row.sequential for row in rows if row.sequential is not None), default=None)


def reading_plan(terms: Terms, readers: Sensitivity, *, leaks: int = MOST_LEAKS) -> ReadingPlan:
    """How much is to be read.

    Args:
        terms: target, confidence and number of notes.
        readers: their sensitivity, as it is when the sample is drawn.
        leaks: up to how many leaking notes to look ahead.
    """
    rows = rows_of(terms, readers, leaks=leaks)
    whole = PARTS if terms.notes is None else terms.notes
    counts = sorted({round(part * terms.target * whole) for part in _SHARES})
    expected = tuple(_expected(leaking, whole, rows, readers, terms) for leaking in counts)
    return ReadingPlan(terms, readers, rows, expected)


def rows_of(terms: Terms, readers: Sensitivity, *, leaks: int = MOST_LEAKS) -> tuple[Row, ...]:
    """How much is to be read if 0, 1, 2 and up to `leaks` notes turn out to leak."""
    fixed = replace(terms, design=SampleDesign.FIXED)
    running = replace(terms, design=SampleDesign.SEQUENTIAL)
    return tuple(
        Row(count, notes_to_read(count, readers, fixed), notes_to_read(count, readers, running))
        for count in range(leaks + 1)
    )


def notes_to_read(leaking: int, readers: Sensitivity, terms: Terms) -> int | None:
    """The least number of notes that must be read if so many of them leak.

    None: the target cannot be reached, however many are read.
    """
    most = min(_MOST_NOTES, terms.notes) if terms.notes is not None else _MOST_NOTES
    if leaking > most:
        return None
    low, high = leaking - 1, max(leaking, 1)  # `low` is too few
    while not _suffices(min(high, most), leaking, readers, terms):
        if high >= most:
            return None
        low, high = high, high * 2
    high = min(high, most)
    while high - low > 1:
        middle = (low + high) // 2
        if _suffices(middle, leaking, readers, terms):
            high = middle
        else:
            low = middle
    return high


def _suffices(read: int, leaking: int, readers: Sensitivity, terms: Terms) -> bool:
    return bound_of(leaking, read, readers, terms) <= terms.target


def _expected(
    leaking: int, whole: int, rows: Sequence[Row], readers: Sensitivity, terms: Terms
) -> Expected:
    """Follow the number of leaks found from note to note, until one may stop.

    Args:
        leaking: how many leak, out of `whole`.
        whole: all notes, or `PARTS` of very many.
        rows: after how many notes one may stop.
        readers: their sensitivity.
        terms: target, confidence and number of notes.
    """
    stops = [inf if row.sequential is None else row.sequential for row in rows]
    last = int(max((stop for stop in stops if stop < inf), default=0))
    going: dict[int, float] = {0: 1.0}
    read = reached = 0.0
    for done in range(last):
        read += sum(going.values())
        before, after = (Drawing(n, terms.notes, readers.least) for n in (done, done + 1))
        following: dict[int, float] = {}
        for found, chance in going.items():
            more = chance * _next_leaks(found, leaking, before, after)
            following[found + 1] = following.get(found + 1, 0.0) + more
            following[found] = following.get(found, 0.0) + chance - more
        reached += sum(p for found, p in following.items() if _may_stop(found, done + 1, stops))
        going = {
            found: chance
            for found, chance in following.items()
            if chance > _FORGOTTEN and not _may_stop(found, done + 1, stops)
        }
    least = rows[0].fixed
    sound = Drawing(least, terms.notes, readers.least) if least is not None else None
    none = exp(log_chance(0, leaking, sound)) if sound is not None else 0.0
    return Expected(share=leaking / whole, read=read, reached=min(1.0, reached), fixed_reached=none)


def _may_stop(found: int, read: int, stops: Sequence[float]) -> bool:
    return found < len(stops) and read >= stops[found]


def _next_leaks(found: int, leaking: int, before: Drawing, after: Drawing) -> float:
    """How likely the next note is found to leak; all orders of the notes are as likely."""
    whole = log_chance(found, leaking, before)
    if whole == -inf:
        return 0.0
    ways = log_chance(found + 1, leaking, after) - whole
    return min(1.0, exp(ways) * (found + 1) / after.read)
