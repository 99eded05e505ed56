"""What a certificate says: which notes were redacted, under what, and what is known of the result.

It is gathered from the records of a log that was verified right before, and holds digests, counts
and the names of those who signed.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from deid.audit.checkpoint import Checkpoint, parse
from deid.audit.records import DocumentCommitted, DocumentRefused, SessionOpened
from deid.audit.roles import Permission
from deid.audit.verify import Verified
from deid.errors import InputError, NotPermitted
from deid.labels import Label
from deid.officer.desk import Desk
from deid.officer.export.scope import Scope
from deid.officer.export.told import OUTCOMES, Fate, Told, told
from deid.officer.samples import Sample, frame_by, frame_of, sample, samples
from deid.officer.signoff import SignOff, sign_offs


@dataclass(frozen=True, slots=True)
class Certified:
    """A note that was released.

    Attributes:
        seq: place of its commit.
        time: of the commit, by the clock of the machine.
        redactions: how much was replaced in it.
    """

    seq: int
    time: datetime
    input_sha256: str
    output_sha256: str
    redactions: int


@dataclass(frozen=True, slots=True)
class Method:
    """What notes were redacted with, and how many of them.

    Attributes:
        program: version; empty where the log does not say.
        policy: digest.
        rules: digest of all rule packs; empty where the log does not say.
        model: digest; None without a model, or where the log does not say.
    """

    program: str
    policy: str
    rules: str
    model: str | None
    notes: int


@dataclass(frozen=True, slots=True)
class Account:
    """What the log tells of some notes.

    Attributes:
        scope: what was asked for.
        sample: id of the sample that was asked for, if any.
        notes: those released, in the order of their commits.
        kept_back: how many more were redacted, but wait for a second person or were declined.
        refused: notes that were not released, by the name of the error.
        counts: what was replaced, per label.
        stayed: what was found and stays as the policy says, per label.
        methods: what they were redacted with, that of most notes first.
        reviewed: how many of the notes a person had gone through before they were released.
        samples: closed samples that were drawn from notes among which all of these are.
        other_samples: how many more were drawn from such notes, closed or not.
        sign_offs: signatures for records among which those of all these notes are.
    """

    scope: Scope
    sample: str | None
    notes: tuple[Certified, ...]
    kept_back: int
    refused: Mapping[str, int]
    counts: Mapping[Label, int]
    stayed: Mapping[Label, int]
    methods: tuple[Method, ...]
    reviewed: int
    samples: tuple[Sample, ...]
    other_samples: int
    sign_offs: tuple[SignOff, ...]

    @property
    def digest(self) -> str:
        """SHA-256, in hex, over a line `<input> <output>` for each note, in their order."""
        lines = (f"{note.input_sha256} {note.output_sha256}\n" for note in self.notes)
        hashed = hashlib.sha256()
        for line in lines:
            hashed.update(line.encode())
        return hashed.hexdigest()


@dataclass(frozen=True, slots=True)
class Certificate:
    """What is certified of some notes.

    Attributes:
        public_key: of the log.
        note: signed checkpoint that covers all records this rests on.
        checkpoint: what it says.
        made: when.
        account: of the notes.
        verified: what verifying the log came to.
    """

    public_key: str
    note: str
    checkpoint: Checkpoint
    made: datetime
    account: Account
    verified: Verified


def account(desk: Desk, scope: Scope, *, sample_id: str | None = None) -> Account:
    """What the log tells of the notes that were released; perhaps none was.

    Args:
        desk: at which an officer is unlocked.
        scope: which notes; its filters of labels and detectors tell nothing about notes.
        sample_id: only the notes that this sample was drawn from: its id, or the beginning of it.

    Raises:
        NotPermitted: no officer is unlocked.
        InputError: there is no such sample, or some of the records that it was drawn from are in
            archives that are not attached.
        VerificationFailed: a signature in the log is not good.
        LogUnavailable: the log cannot be read.
    """
    desk.require(Permission.EXPORT)
    chosen = scope.chosen(desk.log, desk.home, *OUTCOMES)
    asked = sample(desk.log, sample_id) if sample_id is not None else None
    if asked is not None:
        within = frozenset(one.seq for one in frame_of(desk.log, asked))
        chosen = within if chosen is None else chosen & within
    events = list(told(desk.log, scope, chosen))
    redacted = [one for one in events if isinstance(one.record.event, DocumentCommitted)]
    commits = [one for one in redacted if one.fate is Fate.RELEASED]
    last = commits[-1].record.seq if commits else -1
    signed = sign_offs(desk.log, name=desk.keys.signer.name)
    drawn = _drawn_from_all(desk, commits)
    closed = tuple(one for one in drawn if one.closed is not None and asked in (None, one))
    return Account(
        scope=scope,
        sample=asked.id if asked is not None else None,
        notes=tuple(_certified(commits)),
        kept_back=len(redacted) - len(commits),
        refused=_refused(events),
        counts=_summed(one.replaced for one in commits),
        stayed=_summed(one.stayed for one in commits),
        methods=_methods(commits),
        reviewed=sum(one.reviewed for one in commits),
        samples=closed,
        other_samples=len(drawn) - len(closed),
        sign_offs=tuple(one for one in signed if one.size > last),
    )


def certificate(
    desk: Desk,
    scope: Scope,
    *,
    note: str,
    verified: Verified,
    now: datetime,
    sample_id: str | None = None,
) -> Certificate:
    """What can be certified of the notes that were released.

    Args:
        desk: at which an officer is unlocked.
        scope: see `account`.
        note: signed checkpoint of the log as it stands.
        verified: what verifying this log came to; what was written later is left out.
        now: when it is made.
        sample_id: see `account`.

    Raises:
        NotPermitted: no officer is unlocked, or another log was verified.
        InputError: no note is among them, or there is no such sample.
        VerificationFailed: a signature in the log is not good.
        LogUnavailable: the log cannot be read.
    """
    checkpoint = parse(note, desk.keys.signer.verifier)
    if verified.size > checkpoint.size or desk.log.root(verified.size) != verified.root:
        raise NotPermitted("the log that was verified is not this one: verify it again")
    scope = replace(scope, size=verified.size)  # others may have written to the log since
    found = account(desk, scope, sample_id=sample_id)
    if not found.notes:
        raise InputError("no released note is among the records asked for: ask for others")
    return Certificate(
        public_key=desk.keys.public_key,
        note=note,
        checkpoint=checkpoint,
        made=now,
        account=found,
        verified=verified,
    )


def _drawn_from_all(desk: Desk, commits: Sequence[Told]) -> tuple[Sample, ...]:
    """The samples that were drawn from notes among which all of these are."""
    wanted = {one.record.seq for one in commits}
    return tuple(
        one
        for one in samples(desk.log)
        if wanted.issubset(note.seq for note in frame_by(desk.log, one.drawn))
    )


def _certified(commits: Iterable[Told]) -> Iterable[Certified]:
    for one in commits:
        event = one.record.event
        if isinstance(event, DocumentCommitted):
            yield Certified(
                one.record.seq,
                one.record.time,
                event.input_sha256,
                event.output_sha256,
                one.replaced.total(),
            )


def _refused(events: Iterable[Told]) -> Counter[str]:
    refusals = (one.record.event for one in events)
    return Counter(event.error for event in refusals if isinstance(event, DocumentRefused))


def _summed(counts: Iterable[Counter[Label]]) -> Counter[Label]:
    return sum(counts, Counter[Label]())


def _methods(commits: Iterable[Told]) -> tuple[Method, ...]:
    found: Counter[tuple[str, str, str, str | None]] = Counter()
    for one in commits:
        if isinstance(one.record.event, DocumentCommitted):
            found[_method(one.session, one.record.event.policy_digest)] += 1
    return tuple(Method(*method, notes=count) for method, count in found.most_common())


def _method(session: SessionOpened | None, policy: str) -> tuple[str, str, str, str | None]:
    if session is None:
        return "", policy, "", None
    return session.program_version, policy, session.rules_digest, session.model_digest
