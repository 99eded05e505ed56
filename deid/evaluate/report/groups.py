"""The part of a report about notes of each style, type or source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from deid.evaluate.groups import OTHERS
from deid.evaluate.intervals import (
    CHARACTER_PRECISION,
    CHARACTER_RECALL,
    NAME_RECALL,
    WITHOUT_LEAK,
    intervals,
)
from deid.evaluate.report.blocks import Paragraph, Section, Table
from deid.evaluate.report.evidence import Evidence
from deid.evaluate.report.numbers import count, percent, percent_range, value_of
from deid.evaluate.scores import Scores

_FIGURES: Final = (CHARACTER_RECALL, NAME_RECALL, WITHOUT_LEAK, CHARACTER_PRECISION)
_HEADER: Final = (
    *("notes", "characters found", "95 % interval", "of names", "without a leak"),
    "of the removed, identifiers",
)
_LEAST: Final = 5
_MOST: Final = 25


def groups(evidence: Evidence) -> Section:
    """A table for each way in which the notes fall into more than one group."""
    tables = tuple(
        _table(way, pooled, evidence.result.notes)
        for way, members in evidence.groupings.items()
        if len(set(pooled := _pooled(members))) > 1
    )
    hint = Paragraph(
        f"The weakest groups stand first. Groups of fewer than {_LEAST} notes are put together; "
        "figures from a few dozen notes are no more than a hint."
    )
    return Section("Each kind of note", (*tables, hint) if tables else ())


def _pooled(members: Sequence[str]) -> list[str]:
    """The groups with small ones put together, since their figures would say nothing."""
    sizes = Counter(members)
    return [member if sizes[member] >= _LEAST else OTHERS for member in members]


def _table(way: str, members: Sequence[str], notes: Sequence[Scores]) -> Table:
    rows = []
    for group in sorted(set(members)):
        own = [note for note, member in zip(notes, members, strict=True) if member == group]
        found, names, intact, right = intervals(own, _FIGURES)
        values = [percent(value_of(one)) for one in (names, intact, right)]
        row = (group, count(len(own)), percent(value_of(found)), percent_range(found))
        rows.append((found.value if found else 1.0, (*row, *values)))
    rows.sort()
    shown = tuple(row for _, row in rows[:_MOST])
    caption = f"By {way}" if len(shown) == len(rows) else f"By {way}, the {_MOST} weakest"
    return Table(caption, (way, *_HEADER), shown)
