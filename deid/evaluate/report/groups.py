"""The part of a report about notes of each style, type or source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

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
_MOST: Final = 60


def groups(evidence: Evidence) -> Section:
    """A table for each way in which the notes fall into more than one group."""
    tables = tuple(
        _table(way, members, evidence.result.notes)
        for way, members in evidence.groupings.items()
        if 1 < len(set(members)) <= _MOST
    )
    hint = Paragraph(
        "The weakest groups stand first. Figures from a few notes are no more than a hint."
    )
    return Section("Each kind of note", (*tables, hint) if tables else ())


def _table(way: str, members: Sequence[str], notes: Sequence[Scores]) -> Table:
    rows = []
    for group in sorted(set(members)):
        own = [note for note, member in zip(notes, members, strict=True) if member == group]
        found, names, intact, right = intervals(own, _FIGURES)
        values = [percent(value_of(one)) for one in (names, intact, right)]
        row = (group, count(len(own)), percent(value_of(found)), percent_range(found))
        rows.append((found.value if found else 1.0, (*row, *values)))
    rows.sort()
    return Table(f"By {way}", (way, *_HEADER), tuple(row for _, row in rows))
