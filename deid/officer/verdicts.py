"""What readers found in a sample, what that shows, and the signature under it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from deid.audit.records import SampleClosed, SampleDesign, SampleMethod, VerdictGiven
from deid.audit.roles import Permission, Roles
from deid.audit.store import AuditLog, Filter
from deid.errors import InputError
from deid.labels import Label
from deid.officer.bound import (
    Bound,
    Measured,
    Sensitivity,
    Terms,
    Verdict,
    sensitivity,
    share_bound,
)
from deid.officer.desk import Desk
from deid.officer.samples import Sample, drawn_notes, sample, verdicts
from deid.officer.sampling import Released
from deid.review.rates import KINDS, Rate, rates


@dataclass(frozen=True, slots=True)
class Shown:
    """What a sample shows so far, or showed when it was closed.

    Attributes:
        sample: as the log tells of it.
        bound: of the share of notes that leak; None for a risk-weighted sample, which bounds
            nothing.
        outlook: the bound if nothing is left in the notes that a fixed sample still has to read;
            None for a risk-weighted sample.
        read: how many notes were read.
        leaking: how many of these leak.
        counts: identifiers that were left in them, per label.
        readers: names of those who read.
    """

    sample: Sample
    bound: Bound | None
    outlook: float | None
    read: int
    leaking: int
    counts: Mapping[Label, int]
    readers: tuple[str, ...]

    @property
    def share(self) -> float | None:
        """At most this share of the notes leaks: as it was signed, or by what was read so far."""
        if self.bound is None:
            return None
        return self.bound.share if self.sample.closed is None else self.sample.closed.bound


def give_verdict(desk: Desk, sample_id: str, note: Released, counts: Mapping[Label, int]) -> Sample:
    """Record what was found in a note of a sample, and return the sample with it.

    A reader's later verdict on the same note takes the place of the earlier; the log keeps both.

    Args:
        desk: with an officer's key.
        sample_id: of an open sample.
        note: one of its notes, as `drawn_notes` gives them.
        counts: identifiers that are left in the output, per label; empty: none.

    Raises:
        NotPermitted: no officer's key is unlocked.
        InputError: the sample is closed.
        LogUnavailable: the log cannot be written; nothing was recorded.
    """
    person = desk.require(Permission.SAMPLE)
    found = _open_sample(desk.log, sample_id)
    left = {label: count for label, count in counts.items() if count}
    if any(count < 0 for count in left.values()):
        raise InputError("a number of identifiers is not below nothing")
    desk.record(
        VerdictGiven(
            sample=found.id,
            person=person.id,
            document=note.commit.document,
            output_sha256=note.commit.output_sha256,
            leaks=sum(left.values()),
            counts=left,
        )
    )
    return sample(desk.log, found.id)


def shown(
    log: AuditLog,
    found: Sample,
    notes: Sequence[Released],
    roles: Roles,
    *,
    measured_as: Iterable[str] = (),
) -> Shown:
    """What a sample shows, from the verdicts and the sensitivity as it was when it was drawn.

    Args:
        log: the log.
        found: the sample.
        notes: its notes, as `drawn_notes` gives them.
        roles: tell the names of its readers.
        measured_as: names of the reviewers whose measured rates count, instead of those whose
            names are the readers'.

    Raises:
        InputError: a reviewer named was not measured before the sample was drawn.
    """
    names = tuple(roles.people[one].name for one in found.readers() if one in roles.people)
    chosen = tuple(measured_as)
    bound = outlook = None
    if found.drawn.method is SampleMethod.RANDOM:
        measured = measured_readers(log, chosen or names, before=found.seq, must=bool(chosen))
        readers = sensitivity(measured, confidence=found.drawn.confidence)
        given = verdicts(found, notes)
        bound = share_bound(given, readers, found.terms)
        outlook = share_bound(_hoped(given, found.terms), readers, found.terms).share
    return Shown(
        sample=found,
        bound=bound,
        outlook=outlook,
        read=sum(bool(found.standing(note)) for note in notes),
        leaking=sum(found.verdict(note) is Verdict.LEAKING for note in notes),
        counts=sum(map(found.left, notes), Counter[Label]()),
        readers=names,
    )


def close_sample(desk: Desk, sample_id: str, *, measured_as: Iterable[str] = ()) -> Shown:
    """Close a sample and sign what it shows; a note that nobody read counts as one that leaks.

    Args:
        desk: with an officer's key.
        sample_id: of an open sample.
        measured_as: see `shown`.

    Raises:
        NotPermitted: no officer's key is unlocked.
        InputError: the sample is closed, or nothing of it was read.
        VerificationFailed: the log no longer holds the notes that were drawn.
    """
    person = desk.require(Permission.SAMPLE)
    found = _open_sample(desk.log, sample_id)
    if not found.verdicts:
        raise InputError("nothing of the sample was read: give a verdict on its notes first")
    notes = drawn_notes(desk.log, found)
    before = shown(desk.log, found, notes, desk.roles(), measured_as=measured_as)
    weakest = (before.bound.sensitivity.weakest if before.bound else None) or Measured()
    desk.record(
        desk.sign(
            SampleClosed(
                sample=found.id,
                person=person.id,
                read=before.read,
                leaking=before.leaking,
                withheld=weakest.withheld,
                caught=weakest.caught,
                bound=before.bound.share if before.bound else 1.0,
                statement="",
            )
        )
    )
    return replace(before, sample=sample(desk.log, found.id))


def measured_readers(
    log: AuditLog, names: Iterable[str], *, before: int, must: bool = False
) -> tuple[Measured, ...]:
    """What these people caught as reviewers, from the records before a place in the log.

    A reviewer goes by the name of the user at the machine, and is the reader of that name; where
    somebody was never measured, nothing was withheld and nothing caught.

    Raises:
        InputError: somebody was never measured and `must` have been.
    """
    earlier = (record for record in log.select(Filter(kinds=KINDS)) if record.seq < before)
    known = {rate.reviewer: rate for rate in rates(earlier)}
    found = [known.get(_reviewer(name), Rate(name)) for name in names]
    if must and not all(rate.withheld for rate in found):
        raise InputError("a reviewer of that name was not measured: see `deid audit reviewers`")
    return tuple(Measured(rate.withheld, rate.caught) for rate in found)


def measured_reviewers(log: AuditLog, *, before: int) -> tuple[str, ...]:
    """The names of the reviewers who were measured in the records before a place in the log."""
    earlier = (record for record in log.select(Filter(kinds=KINDS)) if record.seq < before)
    return tuple(rate.reviewer for rate in rates(earlier) if rate.withheld)


def readers_sensitivity(log: AuditLog, names: Iterable[str], *, confidence: float) -> Sensitivity:
    """The least sensitivity of these people as it is now, for a plan."""
    return sensitivity(
        measured_readers(log, names, before=log.size, must=True), confidence=confidence
    )


def _hoped(given: Sequence[Verdict], terms: Terms) -> list[Verdict]:
    """The verdicts on a fixed sample if nothing is left in what is still to be read."""
    if terms.design is SampleDesign.SEQUENTIAL:
        return list(given)
    return [Verdict.SOUND if one is Verdict.UNREAD else one for one in given]


def _reviewer(name: str) -> str:
    """The name under which the reviews of a person are measured."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", name)[:64]


def _open_sample(log: AuditLog, sample_id: str) -> Sample:
    found = sample(log, sample_id)
    if found.closed is not None:
        raise InputError("the sample is closed and signed: draw another one")
    return found
