"""Replacing the kept findings of a note, and nothing else."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from deid.datatypes import Document, Finding, Redacted, Redaction, Resolution, Span
from deid.errors import DefectError
from deid.labels import Label
from deid.policy import Policy, Treatment
from deid.redact.ages import must_collapse
from deid.redact.dates import infer_day_first
from deid.redact.identity import fold, identities, name_words, numbers
from deid.redact.mention import Mention, Note
from deid.redact.operators import operate
from deid.redact.seeds import SEED_BYTES
from deid.stopping import stepwise

_BIRTH_WORDS = re.compile(
    r"\b(?:d\.?\s?o\.?\s?b|b\.?\s?d(?:ate|ay)?|born|birth(?:\s?date|day)?)\b\W*(?:\w+\W+){0,2}$",
    re.IGNORECASE,
)
_BIRTH_REACH: Final = 40
# Looked up once: a note may have thousands of findings, and each is asked several times.
_AGE: Final = Label.AGE
_DATE: Final = Label.DATE


def apply(
    document: Document,
    resolution: Resolution,
    policy: Policy,
    *,
    seed: bytes,
    today: datetime.date | None = None,
) -> Redacted:
    """Replace exactly the kept findings; every character outside them stays as it was.

    A finding that the policy keeps is listed among the redactions all the same, with the operator
    `keep` and its text unchanged, so that the log is complete.

    Args:
        document: the note.
        resolution: its kept findings, disjoint and in the order of the text.
        policy: what is done with each label.
        seed: the patient's secret of 32 bytes, from which everything random derives.
        today: against which two-digit years are read, and ages where the note has no full date;
            the computer's own date when None.

    Raises:
        DefectError: kept findings are empty, overlap, are out of order or lie outside the text,
            or the seed has another length.
        ExaminationStopped: somebody asked to stop.
    """
    if len(seed) != SEED_BYTES:
        raise DefectError(f"the seed has {len(seed)} bytes, not {SEED_BYTES}")
    _check_spans(resolution.kept, len(document.text))
    note, mentions = read_mentions(document.text, resolution.kept, today=today)
    pieces: list[str] = []
    redactions: list[Redaction] = []
    read, written = 0, 0
    for finding, mention in stepwise(zip(resolution.kept, mentions, strict=True)):
        between = document.text[read : finding.span.start]
        new, operator = operate(mention, treatment_of(mention, policy), seed=seed, note=note)
        start = written + len(between)
        pieces += (between, new)
        redactions.append(Redaction(finding, operator.value, Span(start, start + len(new))))
        read, written = finding.span.end, start + len(new)
    pieces.append(document.text[read:])
    return Redacted(document.id, "".join(pieces), tuple(redactions), resolution.dropped)


def treatment_of(mention: Mention, policy: Policy) -> Treatment:
    """What the policy does with a mention. An AGE that shows 90 or more is treated as AGE90."""
    is_old = mention.label is _AGE and must_collapse(mention.text)
    return policy.treatments[Label.AGE90 if is_old else mention.label]


def read_mentions(
    text: str, kept: Sequence[Finding], *, today: datetime.date | None = None
) -> tuple[Note, tuple[Mention, ...]]:
    """What operators have to know of a note, and of each kept finding in it."""
    today = today or datetime.datetime.now(tz=datetime.UTC).date()
    values = [(finding.label, finding.span.of(text)) for finding in stepwise(kept)]
    births = [f.label is _DATE and _is_birth(text, f.span.start) for f in stepwise(kept)]
    dates = [value for label, value in values if label is _DATE]
    note = Note(today, today.year, infer_day_first(dates, today=today), _originals(values))
    note = replace(note, reference_year=_reference_year(values, births, note))
    keys = identities([(label, _comparable(label, value, note)) for label, value in values])
    rows = zip(values, keys, numbers(keys), births, strict=True)
    mentions = (
        Mention(value, label, index, key, number, is_birth)
        for index, ((label, value), key, number, is_birth) in enumerate(stepwise(rows))
    )
    return note, tuple(mentions)


def _check_spans(kept: Sequence[Finding], length: int) -> None:
    end = 0
    for finding in kept:
        if finding.span.start < end or finding.span.end > length or not len(finding.span):
            raise DefectError(
                f"kept findings are not disjoint, in order and within the text at"
                f" [{finding.span.start}, {finding.span.end})"
            )
        end = finding.span.end


def _is_birth(text: str, start: int) -> bool:
    return _BIRTH_WORDS.search(text[max(0, start - _BIRTH_REACH) : start]) is not None


def _reference_year(values: Sequence[tuple[Label, str]], births: Sequence[bool], note: Note) -> int:
    """The latest year of the note's full dates that are no birth dates, at most this year's.

    A history may name old years alone, so a bare year does not count: taking one for the year of
    the note would let a birth year pass that shows an age of 90.
    """
    years = []
    for (label, value), is_birth in zip(values, births, strict=True):
        if label is not _DATE or is_birth:
            continue
        parsed = note.date(value)
        if parsed is not None and parsed.fields.is_full and parsed.fields.year is not None:
            years.append(min(parsed.fields.year, note.today.year))
    return max(years, default=note.today.year)


def _comparable(label: Label, value: str, note: Note) -> str:
    """What tells whether two mentions are the same: a date's value, else the text."""
    if label is not _DATE:
        return value
    parsed = note.date(value)
    if parsed is None:
        return value
    found = parsed.fields
    if found.is_full:
        return f"{found.year}-{found.month}-{found.day}"
    return f"y{found.year} m{found.month} d{found.day} w{found.weekday}"


def _originals(values: Sequence[tuple[Label, str]]) -> frozenset[str]:
    found = {value for _, value in values}
    return frozenset(map(fold, found)).union(*map(name_words, stepwise(found)))
