"""What readers found in a sample, what that shows, and the signature under it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from deid.audit.records import SampleClosed, SampleDesign, SampleMethod, VerdictGiven
from deid.audit.roles import Permission, Roles
from deid.audit.store import AuditLog
from deid.errors import InputError, NotPermitted
from deid.labels import Label
from deid.officer.bound import (
    Bound,
    Measured,
    Terms,
    Verdict,
    sensitivity,
    share_bound,
)
from deid.officer.desk import Desk
from deid.officer.own_work import is_among, who_worked_on
from deid.officer.readers import known_rates, measured_as
from deid.officer.samples import Sample, drawn_notes, sample, verdicts
from deid.officer.sampling import Released
from deid.review.rates import Rate


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
        NotPermitted: no officer's key is unlocked, or it is that of whoever redacted or reviewed
            the note, by the name.
        InputError: the sample is closed.
        LogUnavailable: the log cannot be written; nothing was recorded.
    """
    person = desk.require(Permission.SAMPLE)
    found = _open_sample(desk.log, sample_id)
    if is_among(person.name, who_worked_on(desk.log, note)):
        raise NotPermitted(
            "you redacted or reviewed this note: another officer must read it, else it counts as "
            "one that leaks"
        )
    left = {label: count for label, count in counts.items() if count}
    if any(count < 0 for count in left.values()):
        raise InputError("a number of identifiers is not below nothing")
    verdict = VerdictGiven(
        sample=found.id,
        person=person.id,
        document=note.commit.document,
        output_sha256=note.commit.output_sha256,
        leaks=sum(left.values()),
        counts=left,
    )
    desk.record(desk.sign(verdict))
    return sample(desk.log, found.id)


def shown(
    found: Sample,
    notes: Sequence[Released],
    roles: Roles,
    known: Mapping[str, Rate],
    *,
    reviewers: Iterable[str] = (),
) -> Shown:
    """What a sample shows, by the verdicts and by the sensitivity when it was drawn (pure).

    Args:
        found: the sample.
        notes: its notes, as `drawn_notes` gives them.
        roles: tell the names of its readers.
        known: what reviewers had caught before it was drawn, as `known_rates` gives it.
        reviewers: those whose measured rates count, instead of those of the readers' names.

    Raises:
        InputError: a reviewer named was not measured before the sample was drawn.
    """
    names = tuple(roles.people[one].name for one in found.readers() if one in roles.people)
    chosen = tuple(reviewers)
    bound = outlook = None
    if found.drawn.method is SampleMethod.RANDOM:
        measured = measured_as(chosen or names, known, must=bool(chosen))
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


def close_sample(desk: Desk, sample_id: str, *, reviewers: Iterable[str] = ()) -> Shown:
    """Close a sample and sign what it shows; a note that nobody read counts as one that leaks.

    Args:
        desk: with an officer's key.
        sample_id: of an open sample.
        reviewers: those whose measured rates count, instead of those of the readers' names.

    Raises:
        NotPermitted: no officer's key is unlocked.
        InputError: the sample is closed, nothing of it was read, or a reviewer named was not
            measured before it was drawn.
        VerificationFailed: the log no longer holds the notes that were drawn.
    """
    person = desk.require(Permission.SAMPLE)
    found = _open_sample(desk.log, sample_id)
    if not found.verdicts:
        raise InputError("nothing of the sample was read: give a verdict on its notes first")
    notes = drawn_notes(desk.log, found)
    known = known_rates(desk.log, before=found.seq)
    before = shown(found, notes, desk.roles(), known, reviewers=reviewers)
    weakest = (before.bound.sensitivity.weakest if before.bound else None) or Measured()
    closed = SampleClosed(
        sample=found.id,
        person=person.id,
        read=before.read,
        leaking=before.leaking,
        withheld=weakest.withheld,
        caught=weakest.caught,
        measured_as=weakest.reviewer,
        bound=before.bound.share if before.bound else 1.0,
    )
    desk.record(desk.sign(closed))
    return replace(before, sample=sample(desk.log, found.id))


def _hoped(given: Sequence[Verdict], terms: Terms) -> list[Verdict]:
    """The verdicts on a fixed sample if nothing is left in what is still to be read."""
    if terms.design is SampleDesign.SEQUENTIAL:
        return list(given)
    return [Verdict.SOUND if one is Verdict.UNREAD else one for one in given]


def _open_sample(log: AuditLog, sample_id: str) -> Sample:
    found = sample(log, sample_id)
    if found.closed is not None:
        raise InputError("the sample is closed and signed: draw another one")
    return found
