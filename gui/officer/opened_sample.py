"""A sample that is read, as it is opened at the desk and as it is after each verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from deid import Label, Span, officer

Sample = officer.samples.Sample
Shown = officer.verdicts.Shown
Released = officer.sampling.Released
Rate = officer.readers.Rate


@dataclass(frozen=True, slots=True)
class Leak:
    """An identifier that a reader found in an output."""

    span: Span
    label: Label


@dataclass(frozen=True, slots=True)
class Opened:
    """A sample that is read.

    Attributes:
        sample: as the log tells of it.
        notes: in the order of reading.
        shown: what it shows so far.
        known: what reviewers had caught before it was drawn, by their names.
        reviewers: those whose rates count; none: those of the readers' names.
    """

    sample: Sample
    notes: tuple[Released, ...] = field(repr=False)
    shown: Shown
    known: Mapping[str, Rate]
    reviewers: tuple[str, ...]


def open_sample(sample_id: str, measured_as: str | None, desk: officer.Desk) -> Opened:
    """A sample with its notes, drawn again, and what it shows so far.

    Args:
        sample_id: which.
        measured_as: the reviewer whose measured rate stands for the reader; None: the one of the
            reader's name.
        desk: of its log.

    Raises:
        InputError: there is none, or what it was drawn from lies in archives.
    """
    sample = officer.samples.sample(desk.log, sample_id)
    notes = officer.samples.drawn_notes(desk.log, sample)
    known = officer.readers.known_rates(desk.log, before=sample.seq)
    reviewers = tuple(name for name in known if name == measured_as)
    shown = officer.verdicts.shown(sample, notes, desk.roles(), known, reviewers=reviewers)
    return Opened(sample, notes, shown, known, reviewers)


def give_verdict(
    opened: Opened, note: Released, counts: Counter[Label], desk: officer.Desk
) -> Opened:
    """The sample after a verdict on a note: how many identifiers of each label are left in it."""
    sample = officer.verdicts.give_verdict(desk, opened.sample.id, note, counts)
    shown = officer.verdicts.shown(
        sample, opened.notes, desk.roles(), opened.known, reviewers=opened.reviewers
    )
    return replace(opened, sample=sample, shown=shown)
