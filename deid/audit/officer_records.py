"""What the log records of the acts of officers and administrators: one value per kind of event.

A `statement` is what the person signed about the other fields under a key of their own
(`deid.audit.statement`), empty until then; `deid.audit.roles` says who must sign what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from deid.audit.forms import (
    Code,
    Digest,
    Fingerprint,
    KeyId,
    PlainKey,
    PlainName,
    SampleId,
    SealingKey,
    Statement,
)
from deid.labels import Label


class Role(StrEnum):
    """What a person is at a site; nobody is two of them under one key."""

    REDACTOR = "redactor"
    OFFICER = "officer"
    ADMINISTRATOR = "administrator"


class KeyKind(StrEnum):
    """Which key."""

    SITE = "site"
    SIGNING = "signing"
    PERSON = "person"
    VAULT = "vault"


class KeyAct(StrEnum):
    """What was done with a key."""

    MADE = "made"
    CHANGED = "changed"
    USED = "used"
    REFUSED = "refused"
    DESTROYED = "destroyed"


class SampleMethod(StrEnum):
    """How the notes of a sample were drawn."""

    RANDOM = "random"
    RISK_WEIGHTED = "risk-weighted"


class SampleDesign(StrEnum):
    """When the reading of a sample ends: after a fixed number of notes, or as soon as it may."""

    FIXED = "fixed"
    SEQUENTIAL = "sequential"


class RevealSource(StrEnum):
    """Where a value that was shown came from."""

    FILE = "file"
    VAULT = "vault"


class Purpose(StrEnum):
    """What a value was shown for."""

    SAMPLE = "sample"
    CARE = "care"
    COMPLAINT = "complaint"
    COURT = "court"
    QUALITY = "quality"
    OTHER = "other"


class Meaning(StrEnum):
    """What a signature means (21 CFR 11.50(a)(3))."""

    REVIEWED = "reviewed"
    APPROVED = "approved"
    RELEASED = "released"
    REJECTED = "rejected"
    RESPONSIBLE = "responsible"


class Decision(StrEnum):
    """What became of a note that was held for a second person."""

    APPROVED = "approved"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class RoleGranted:
    """A person has this role from here on.

    Attributes:
        name: the person's own, as they sign.
        person: names the person's key.
        public_key: what the person's signatures are checked with.
        sealing_key: what is sealed for the person is sealed to this.
        statement: by an administrator; by the first administrator for himself.
    """

    kind: ClassVar[str] = "role-granted"

    role: Role
    name: PlainName
    person: KeyId
    public_key: PlainKey
    sealing_key: SealingKey
    statement: Statement


@dataclass(frozen=True, slots=True)
class RoleWithdrawn:
    """A person no longer has this role; the statement is an administrator's."""

    kind: ClassVar[str] = "role-withdrawn"

    role: Role
    person: KeyId
    statement: Statement


@dataclass(frozen=True, slots=True)
class KeyChanged:
    """Something was done with a key.

    Attributes:
        act: for a person's key, `used` is an unlocking, `refused` a wrong PIN, `changed` a new PIN.
        key_id: names the key and says nothing about it.
        person: who did it, where that is known.
        statement: of the officer, for the vault's keys; None for others.
    """

    kind: ClassVar[str] = "key-changed"

    what: KeyKind
    act: KeyAct
    key_id: Code
    person: KeyId | None = None
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class SampleDrawn:
    """An officer drew released notes to read.

    Attributes:
        seed: from which anybody can draw the same notes again.
        first: place of the first record considered.
        stop: place behind the last record considered.
        frame: how many commits lie among these.
        drawn: how many notes were drawn.
        target: the share of leaking notes that the sample is to bound, 0 to 1, to four digits.
        confidence: of the bound, 0 to 1, to four digits.
        policy_digest: only notes under this policy were considered; None: under any.
        label: only notes in which something of this label was found; None: all.
    """

    kind: ClassVar[str] = "sample-drawn"

    sample: SampleId
    person: KeyId
    method: SampleMethod
    seed: Digest
    first: int
    stop: int
    frame: int
    drawn: int
    target: float
    confidence: float
    design: SampleDesign
    policy_digest: Digest | None = None
    label: Label | None = None
    statement: Statement = ""


@dataclass(frozen=True, slots=True)
class VerdictGiven:
    """An officer read a note of a sample.

    Attributes:
        output_sha256: of the output that was read.
        leaks: how many identifiers were left in it.
        counts: these per label, without labels that have none.
    """

    kind: ClassVar[str] = "verdict-given"

    sample: SampleId
    person: KeyId
    document: Fingerprint
    output_sha256: Digest
    leaks: int
    counts: Mapping[Label, int] = field(default_factory=dict)
    statement: Statement = ""


@dataclass(frozen=True, slots=True)
class SampleClosed:
    """An officer closed a sample and signed what it shows.

    Attributes:
        read: how many notes were read.
        leaking: how many of them leaked.
        withheld: how many known identifiers the sensitivity that was used was measured with.
        caught: how many of these were found.
        measured_as: by which name in `ReviewerMeasured`; that of the reader who counted as the
            weakest, or of whom the officer named instead. None: nobody's rate was used.
        bound: the share of notes that leak is at most this, at the sample's confidence, to four
            digits.
    """

    kind: ClassVar[str] = "sample-closed"

    sample: SampleId
    person: KeyId
    read: int
    leaking: int
    withheld: int
    caught: int
    measured_as: PlainName | None
    bound: float
    statement: Statement = ""


@dataclass(frozen=True, slots=True)
class ValueRevealed:
    """Values that had been replaced were shown to a person."""

    kind: ClassVar[str] = "value-revealed"

    person: KeyId
    document: Fingerprint
    source: RevealSource
    values: int
    purpose: Purpose
    statement: Statement = ""


@dataclass(frozen=True, slots=True)
class SignedOff:
    """An officer signed for the first records of the log: name, time and meaning.

    Attributes:
        name: as printed beside the signature (21 CFR 11.50(a)(1)).
        size: the records signed for are the first so many.
        root: hash of the tree over them.
    """

    kind: ClassVar[str] = "signed-off"

    person: KeyId
    name: PlainName
    meaning: Meaning
    size: int
    root: Digest
    statement: Statement


@dataclass(frozen=True, slots=True)
class ReleaseHeld:
    """A redacted note waits for a second person.

    Attributes:
        output_name: fingerprint of the name that the output is to go by.
        user: who redacted it, by the name on the machine.
    """

    kind: ClassVar[str] = "release-held"

    document: Fingerprint
    output_sha256: Digest
    output_name: Fingerprint
    policy_digest: Digest
    user: PlainName


@dataclass(frozen=True, slots=True)
class ReleaseDecided:
    """An officer decided on a note that was held."""

    kind: ClassVar[str] = "release-decided"

    document: Fingerprint
    output_sha256: Digest
    decision: Decision
    person: KeyId
    statement: Statement


@dataclass(frozen=True, slots=True)
class Archived:
    """The records in `[first, stop)` were moved to an archive segment.

    Attributes:
        sha256: of the segment's file.
        size: of that file, in bytes.
        kept: how many of them stay in the log as well, because later acts rest on them.
        person: the administrator who moved them; None where nobody was enrolled.
        statement: of that person.
    """

    kind: ClassVar[str] = "archived"

    first: int
    stop: int
    sha256: Digest
    size: int
    kept: int = 0
    person: KeyId | None = None
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Anchored:
    """A checkpoint of the tree of this size and root left the machine, or the witness was settled.

    Attributes:
        where: `file`, `folder`, `print` or `qr`; `settled/<folders>/<days>` for the latter.
    """

    kind: ClassVar[str] = "anchored"

    where: Code
    size: int
    root: Digest


OfficerEvent = (
    RoleGranted
    | RoleWithdrawn
    | KeyChanged
    | SampleDrawn
    | VerdictGiven
    | SampleClosed
    | ValueRevealed
    | SignedOff
    | ReleaseHeld
    | ReleaseDecided
    | Archived
    | Anchored
)

OFFICER_EVENTS: tuple[type[OfficerEvent], ...] = (
    RoleGranted,
    RoleWithdrawn,
    KeyChanged,
    SampleDrawn,
    VerdictGiven,
    SampleClosed,
    ValueRevealed,
    SignedOff,
    ReleaseHeld,
    ReleaseDecided,
    Archived,
    Anchored,
)
