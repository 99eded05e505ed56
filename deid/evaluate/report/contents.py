"""What stands in a report, in its order, for somebody who answers for the data."""

from __future__ import annotations

from collections.abc import Iterator

from deid.evaluate.intervals import (
    CHARACTER_PRECISION,
    CHARACTER_RECALL,
    FIGURES,
    NAME_RECALL,
    WITHOUT_LEAK,
    WRONGLY_REMOVED,
    Figure,
    Interval,
    differences,
    intervals,
)
from deid.evaluate.report.blocks import Block, Bullets, Page, Paragraph, Section, Table
from deid.evaluate.report.evidence import Evidence, Result
from deid.evaluate.report.groups import groups
from deid.evaluate.report.labels import labels
from deid.evaluate.report.numbers import (
    NOTHING,
    count,
    decimal,
    decimal_range,
    percent,
    percent_range,
    points,
    signed,
    value_of,
)
from deid.evaluate.report.scores import reliable, shared_task, thresholds
from deid.evaluate.scores import Scores

_HEADLINES = (
    (CHARACTER_RECALL, "of all letters, digits and signs that people marked"),
    (NAME_RECALL, "of those in names of patients, relatives and staff, and in user names"),
    (WITHOUT_LEAK, "notes in which no letter or digit of an identifier was left"),
    (CHARACTER_PRECISION, "of what was removed, how much people had marked"),
    (WRONGLY_REMOVED, "of all text; how much of the clinical content is lost by mistake"),
)
_DOUBT = 0.05
_READING = (
    (
        "An identifier counts as found if it is covered, under whatever label: what matters is "
        "what a reader of the redacted note could still see."
    ),
    (
        "A 95 % interval says how far a figure may be off only because these notes were measured "
        "and not others of the same kind. It says nothing of notes of another kind: another "
        "hospital, another specialty, another way of writing. Where nothing was missed no "
        "interval stands, since notes without a miss cannot tell how often one is to be expected."
    ),
    (
        "The figures are no better than the marks. What people overlooked counts as removed by "
        "mistake if the program found it, and does not count at all if it did not."
    ),
    (
        "No figure here says that a note can be shared. That is a decision of people, who know "
        "what else is known of the patients."
    ),
)


def compose(evidence: Evidence) -> Page:
    """The whole report."""
    return Page(
        f"How much was found: {evidence.title}",
        tuple(
            section
            for section in (
                _in_short(evidence),
                _what(evidence),
                labels(evidence.result),
                groups(evidence),
                _comparison(evidence),
                thresholds(evidence.curve),
                reliable(evidence.reliabilities),
                shared_task(evidence.result.whole),
                Section("How to read this", (Bullets(_READING),)),
            )
            if section.blocks
        ),
    )


def shown(figure: Figure, interval: Interval | None) -> tuple[str, str]:
    """A figure and its interval, each as text."""
    if figure is WRONGLY_REMOVED:
        return decimal(value_of(interval)), decimal_range(interval)
    return percent(value_of(interval)), percent_range(interval)


def _in_short(evidence: Evidence) -> Section:
    result = evidence.result
    figures = [figure for figure, _ in _HEADLINES]
    rows = []
    for (figure, meaning), interval in zip(
        _HEADLINES, intervals(result.notes, figures), strict=True
    ):
        rows.append((_capital(figure.name), *shown(figure, interval), meaning))
    header = ("", "figure", "95 % interval", "what is counted")
    table = Table(f"The main figures of {result.name}", header, tuple(rows))
    return Section("In short", (*_sentences(result.whole), table, *_unseen(result.whole)))


def _sentences(whole: Scores) -> Iterator[Block]:
    missed = whole.characters.gold - whole.characters.found
    leaking = whole.notes - whole.notes_without_leak
    yield Paragraph(
        f"In {count(whole.notes)} notes people marked {count(whole.characters.gold)} characters of "
        f"identifiers; {_how_many(missed)} of them were not found. In {_how_many(leaking)} of the "
        "notes a reader of the output could see a letter or digit of an identifier."
    )


def _how_many(number: int) -> str:
    return count(number) if number else "none"


def _unseen(whole: Scores) -> Iterator[Block]:
    """Where no note leaked, how many may leak all the same: the exact bound of the binomial."""
    if whole.notes and whole.notes == whole.notes_without_leak:
        bound = 1 - _DOUBT ** (1 / whole.notes)
        yield Paragraph(
            f"That no note leaked does not show that none ever will: after {count(whole.notes)} "
            f"notes without a leak, up to {percent(bound)} of such notes may still leak (95 % "
            "confidence)."
        )


def _what(evidence: Evidence) -> Section:
    whole = evidence.result.whole
    rows = (
        *evidence.facts,
        ("Notes", count(whole.notes)),
        ("Marks", count(sum(one.spans for one in whole.labels.values()))),
        ("Characters of text, blanks aside", count(whole.text_characters)),
    )
    return Section(
        "What was measured",
        (
            Table("The notes and what worked on them", ("", "value"), rows),
            Paragraph("This report holds no note text, no ids of notes and no identifiers."),
        ),
    )


def _comparison(evidence: Evidence) -> Section:
    if not evidence.others:
        return Section("Side by side", ())
    results = (evidence.result, *evidence.others)
    return Section("Side by side", (_side_by_side(results), *_by_how_much(evidence)))


def _side_by_side(results: tuple[Result, ...]) -> Table:
    columns = [
        [_with(value, span) for value, span in map(shown, FIGURES, found)]
        for found in (intervals(result.notes) for result in results)
    ]
    rows = zip((_capital(figure.name) for figure in FIGURES), *columns, strict=True)
    header = ("", *(result.name for result in results))
    return Table("Each on the same notes, with 95 % intervals", header, tuple(rows))


def _with(value: str, span: str) -> str:
    return value if span == NOTHING else f"{value} ({span})"


def _by_how_much(evidence: Evidence) -> Iterator[Block]:
    columns = [
        [
            _per_thousand(found) if figure is WRONGLY_REMOVED else points(found)
            for figure, found in zip(
                FIGURES, differences(evidence.result.notes, other.notes), strict=True
            )
        ]
        for other in evidence.others
    ]
    rows = zip((_capital(figure.name) for figure in FIGURES), *columns, strict=True)
    header = ("", *(f"against {other.name}" for other in evidence.others))
    yield Table(
        f"By how many points {evidence.result.name} is higher, drawn over the same notes",
        header,
        tuple(rows),
    )
    yield Paragraph("Where the interval holds 0, these notes do not show which one is better.")


def _per_thousand(found: Interval | None) -> str:
    if found is None:
        return points(found)
    return f"{signed(found.value)} ({signed(found.low)} to {signed(found.high)})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
