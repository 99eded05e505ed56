"""The part of a report about each label, and the weakest of them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from deid.evaluate.agreement import Agreement, LabelAgreement
from deid.evaluate.intervals import Interval, intervals, recall_of
from deid.evaluate.report.blocks import Block, Bullets, Paragraph, Plot, Section, Table
from deid.evaluate.report.evidence import Result
from deid.evaluate.report.numbers import count, percent, percent_range
from deid.evaluate.report.svg import Whisker, least_shown, whiskers
from deid.evaluate.scores import Scores
from deid.labels import Label

_WEAKEST: Final = 5
_FEW: Final = 30


def labels(result: Result) -> Section:
    """What became of each label that is marked or predicted."""
    whole = result.whole
    marked = [label for label, one in whole.labels.items() if one.characters.gold]
    found = dict(
        zip(
            marked,
            intervals(result.notes, [recall_of(label, partial(_of, label)) for label in marked]),
            strict=True,
        )
    )
    return Section("Each kind of identifier", (*_plot(found), _table(whole, found), *_weak(whole)))


def _of(label: Label, scores: Scores) -> Agreement:
    return scores.labels.get(label, LabelAgreement()).characters


def _plot(found: dict[Label, Interval | None]) -> Iterator[Block]:
    rows = [
        Whisker(str(label), one.value, one.low, one.high)
        for label, one in found.items()
        if one is not None
    ]
    if rows:
        rows.sort(key=lambda row: row.value)
        title = "Share of the characters of each kind that was found, with 95 % intervals"
        weakest, best = rows[0], rows[-1]
        about = f"Lowest is {weakest.name} with {percent(weakest.value)}, highest {best.name}."
        least = least_shown(row.low for row in rows)
        yield Plot(whiskers(title, about, least, rows), f"{title}. The table has the numbers.")


def _table(whole: Scores, found: dict[Label, Interval | None]) -> Table:
    rows = []
    for label, one in whole.labels.items():
        interval = found.get(label)
        rows.append(
            (
                str(label),
                count(one.spans),
                count(one.spans - one.spans_found),
                percent(one.characters.recall),
                percent_range(interval),
                percent(one.characters.precision),
            )
        )
    header = (
        *("kind", "marks", "not wholly found", "characters found", "95 % interval"),
        "of the removed, identifiers",
    )
    return Table("Every kind that people marked or the program removed", header, tuple(rows))


def _weak(whole: Scores) -> Iterator[Block]:
    missed = [
        (one.spans_found / one.spans, label, one)
        for label, one in whole.labels.items()
        if one.spans_found < one.spans
    ]
    if not missed:
        yield Paragraph("Every mark of every kind was wholly covered.")
        return
    missed.sort(key=lambda row: row[:2])
    yield Paragraph("The weakest kinds, by the share of marks that were wholly covered:")
    yield Bullets(
        tuple(
            f"{label}: {count(one.spans - one.spans_found)} of {count(one.spans)} marks were left "
            f"in part or whole{' (few marks: take it as a hint)' if one.spans < _FEW else ''}"
            for _, label, one in missed[:_WEAKEST]
        )
    )
