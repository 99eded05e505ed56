"""The samples that a log tells of: drawn, read, closed."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import starmap

from deid.audit.records import (
    DocumentCommitted,
    Record,
    SampleClosed,
    SampleDesign,
    SampleDrawn,
    SampleMethod,
    VerdictGiven,
)
from deid.audit.roles import Permission
from deid.audit.store import AuditLog, Filter
from deid.errors import InputError, LogDamaged, VerificationFailed
from deid.labels import Label
from deid.officer import risk, sampling
from deid.officer.bound import Terms, Verdict
from deid.officer.desk import Desk
from deid.officer.risk import Risk
from deid.officer.sampling import Released, Step, draw, read_step, released_notes


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample as the log tells of it.

    Attributes:
        seq: place of the record that it was drawn with.
        time: when it was drawn.
        drawn: how.
        verdicts: on its notes, in the order in which they were given.
        closed: what it showed; None while it is read.
    """

    seq: int
    time: datetime
    drawn: SampleDrawn
    verdicts: tuple[VerdictGiven, ...] = ()
    closed: SampleClosed | None = None

    @property
    def id(self) -> str:
        """Names the sample."""
        return self.drawn.sample

    @property
    def terms(self) -> Terms:
        """What was decided before anything was read."""
        drawn = self.drawn
        return Terms(drawn.frame, drawn.target, drawn.confidence, drawn.design)

    def standing(self, note: Released) -> tuple[VerdictGiven, ...]:
        """The verdicts on a note that hold: the last of each reader, in the order of their ids."""
        output = note.commit.output_sha256
        last = {one.person: one for one in self.verdicts if one.output_sha256 == output}
        return tuple(last[person] for person in sorted(last))

    def verdict(self, note: Released) -> Verdict:
        """What is known of a note: it leaks where any reader says so."""
        standing = self.standing(note)
        if not standing:
            return Verdict.UNREAD
        return Verdict.LEAKING if any(one.leaks for one in standing) else Verdict.SOUND

    def left(self, note: Released) -> Counter[Label]:
        """How many identifiers of each label were left in a note: the most that a reader found."""
        found: Counter[Label] = Counter()
        for one in self.standing(note):
            found |= Counter(one.counts)
        return found

    def readers(self) -> tuple[str, ...]:
        """The ids of those who gave a verdict."""
        return tuple(sorted({one.person for one in self.verdicts}))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an officer wants to draw.

    Attributes:
        count: how many notes.
        method: at random, or by risk.
        design: whether all are read, or one may stop at any.
        target: the share of leaking notes that is to be bounded, to four digits.
        confidence: of the bound, to four digits.
        first: place of the first record considered.
        stop: place behind the last; None: behind the last that there is.
        policy_digest: only notes released under this policy.
        label: only notes in which something of this label was found.
    """

    count: int
    method: SampleMethod = SampleMethod.RANDOM
    design: SampleDesign = SampleDesign.FIXED
    target: float = 0.05
    confidence: float = 0.95
    first: int = 0
    stop: int | None = None
    policy_digest: str | None = None
    label: Label | None = None


def samples(log: AuditLog) -> tuple[Sample, ...]:
    """Every sample that was ever drawn, also those that nobody read, from the oldest on."""
    return samples_in(log.select(Filter(kinds=(SampleDrawn, VerdictGiven, SampleClosed))))


def samples_in(records: Iterable[Record]) -> tuple[Sample, ...]:
    """The samples that these records tell of, in their order (pure).

    What is recorded of a sample behind its closing changes nothing: two officers may have been at
    it at once, and one has signed for what was there then.
    """
    found: dict[str, Sample] = {}
    for record in records:
        event = record.event
        if isinstance(event, SampleDrawn):
            found.setdefault(event.sample, Sample(record.seq, record.time, event))
        elif isinstance(event, VerdictGiven | SampleClosed):
            known = found.get(event.sample)
            if known is None or known.closed is not None:
                continue
            if isinstance(event, SampleClosed):
                found[event.sample] = replace(known, closed=event)
            else:
                found[event.sample] = replace(known, verdicts=(*known.verdicts, event))
    return tuple(found.values())


def sample(log: AuditLog, sample_id: str) -> Sample:
    """One sample, by its id or the beginning of it.

    Raises:
        InputError: there is none, or several begin so.
    """
    found = [one for one in samples(log) if one.id.startswith(sample_id)]
    if len(found) != 1:
        raise InputError("no sample of that id, or several: `deid audit sample list` has them all")
    return found[0]


def frame(
    log: AuditLog,
    *,
    first: int = 0,
    stop: int | None = None,
    policy_digest: str | None = None,
    label: Label | None = None,
) -> tuple[Step, ...]:
    """The commits of the released notes among the records `[first, stop)`, see `released_notes`.

    They come from the log itself, and from no index.

    Raises:
        LogDamaged: a record says nothing of a note, as its kind must.
    """
    bodies = log.selected_bodies(Filter(kinds=sampling.KINDS))
    within = (one for one in bodies if first <= one[0] and (stop is None or one[0] < stop))
    return released_notes(starmap(read_step, within), policy_digest=policy_digest, label=label)


def frame_by(log: AuditLog, drawn: SampleDrawn) -> tuple[Step, ...]:
    """The commits of the notes to draw from, as the record of a drawing tells which these are."""
    return frame(
        log,
        first=drawn.first,
        stop=drawn.stop,
        policy_digest=drawn.policy_digest,
        label=drawn.label,
    )


def places(
    log: AuditLog, *, since: datetime | None = None, until: datetime | None = None
) -> tuple[int, int]:
    """The records `[first, stop)` of a time, by the clocks of the machines that wrote them.

    From the first record at or after `since` to the first one after that at or after `until`.
    """
    size = log.size
    first = 0 if since is None else _first(log, since, 0, size)
    return first, size if until is None else _first(log, until, first, size)


def draw_sample(desk: Desk, wanted: Wanted) -> Sample:
    """Draw a sample with a new seed, and record it before anybody can read it.

    Raises:
        NotPermitted: no officer's key is unlocked.
        InputError: there is no released note to draw from, or not so many.
        LogUnavailable: the log cannot be written; nothing was drawn.
    """
    person = desk.require(Permission.SAMPLE)
    stop = desk.log.size if wanted.stop is None else wanted.stop
    # What is not at hand now is not drawn from, also where its archive is attached later.
    first = max(wanted.first, *(part.stop for part in desk.log.lacking()), 0)
    notes = frame(
        desk.log,
        first=first,
        stop=stop,
        policy_digest=wanted.policy_digest,
        label=wanted.label,
    )
    if not notes:
        raise InputError("there is no released note to draw from: consider more records")
    if not 1 <= wanted.count <= len(notes):
        raise InputError(
            f"there are {len(notes)} released notes to draw from, not {wanted.count}: "
            "draw fewer, or consider more records"
        )
    Terms(len(notes), wanted.target, wanted.confidence)  # refuses what could not be read back
    drawn = SampleDrawn(
        sample=secrets.token_hex(8),
        person=person.id,
        method=wanted.method,
        seed=secrets.token_hex(32),
        first=first,
        stop=stop,
        frame=len(notes),
        drawn=wanted.count,
        target=wanted.target,
        confidence=wanted.confidence,
        design=wanted.design,
        policy_digest=wanted.policy_digest,
        label=wanted.label,
    )
    signed = desk.sign(drawn)
    (seq,) = desk.record(signed)
    return Sample(seq, desk.log.record(seq).time, signed)


def frame_of(log: AuditLog, sample: Sample) -> tuple[Step, ...]:
    """The commits of the released notes that a sample was drawn from.

    Raises:
        InputError: some of their records are in archives that are not attached.
        VerificationFailed: they are not so many as was recorded.
    """
    drawn = sample.drawn
    notes = frame_by(log, drawn)
    if len(notes) == drawn.frame:
        return notes
    if not log.reads_archives and any(part.stop > drawn.first for part in log.archived()):
        raise InputError(
            f"sample {drawn.sample}: records that it was drawn from were moved to an archive: "
            "name the archive as well (--archive)"
        )
    raise _not_drawn_so(sample)


def drawn_notes(log: AuditLog, sample: Sample) -> tuple[Released, ...]:
    """The notes of a sample, drawn again from what the log says of it, in the order of reading.

    Raises:
        InputError: some of the records that it was drawn from are in archives that are not
            attached.
        VerificationFailed: there were not so many notes to draw from as was recorded.
        LogDamaged: the record of one of them cannot be read.
    """
    drawn, notes = sample.drawn, frame_of(log, sample)
    if not 0 < drawn.drawn <= len(notes) or drawn.stop > sample.seq:
        raise _not_drawn_so(sample)
    if drawn.method is SampleMethod.RANDOM:
        chosen = draw(notes, seed=drawn.seed, count=drawn.drawn)
    else:
        found = risks_of(log, sample)
        chosen = draw(
            notes, seed=drawn.seed, count=drawn.drawn, weight=lambda note: found[note.seq].weight
        )
    return tuple(released_at(log, one) for one in chosen)


def released_at(log: AuditLog, step: Step) -> Released:
    """The note whose release this step is.

    Raises:
        LogDamaged: the record tells of no release, or cannot be read.
    """
    record = log.record(step.seq)
    if not isinstance(record.event, DocumentCommitted):
        raise LogDamaged(f"record {step.seq}: tells of no release")
    return Released(record.seq, record.session, record.event)


def risks_of(log: AuditLog, sample: Sample) -> dict[int, Risk]:
    """The risk of each note that a sample was drawn from, by the place of its commit."""
    first, stop = sample.drawn.first, sample.drawn.stop
    records = log.select(Filter(kinds=risk.KINDS))
    return dict(risk.risks(one for one in records if first <= one.seq < stop))


def verdicts(sample: Sample, notes: Sequence[Released]) -> tuple[Verdict, ...]:
    """What is known of each note of a sample, in the order in which they were drawn."""
    return tuple(sample.verdict(note) for note in notes)


def _not_drawn_so(sample: Sample) -> VerificationFailed:
    return VerificationFailed(
        f"sample {sample.id}: it was not drawn from the notes that its record names"
    )


def _first(log: AuditLog, time: datetime, start: int, size: int) -> int:
    later = log.select(Filter(since=time))
    return next((record.seq for record in later if record.seq >= start), size)
