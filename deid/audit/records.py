"""What the log records: one frozen value per kind of event, and the record around it.

There is no field for note text, a file name or a path. Every text field has a form (`Form`) that
is checked whenever a record is written or read, and what must be recognised again is kept as a
keyed fingerprint (`deid.audit.keys`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from deid.audit.forms import (
    Code,
    Digest,
    Fingerprint,
    Form,
    KeyId,
    Letter,
    PlainName,
    SampleId,
    Statement,
)
from deid.audit.note_records import (
    NOTE_EVENTS,
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    FindingDropped,
    MeasuringChanged,
    ModelChanged,
    NoteEvent,
    PartRemoved,
    PolicyChanged,
    RedactionMade,
    ReviewAct,
    ReviewActed,
    ReviewerMeasured,
    ReviewFinished,
    SessionOpened,
)
from deid.audit.officer_records import (
    OFFICER_EVENTS,
    Anchored,
    Archived,
    Decision,
    KeyAct,
    KeyChanged,
    KeyKind,
    Meaning,
    OfficerEvent,
    Purpose,
    ReleaseDecided,
    ReleaseHeld,
    RevealSource,
    Role,
    RoleGranted,
    RoleWithdrawn,
    SampleClosed,
    SampleDesign,
    SampleDrawn,
    SampleMethod,
    SignedOff,
    ValueRevealed,
    VerdictGiven,
)
from deid.audit.training_records import (
    TRAINING_EVENTS,
    BudgetSet,
    GateOutcome,
    LeakageMeasured,
    ModelDecided,
    ModelDecision,
    ModelEvaluated,
    PrivacyUnit,
    TrainingEnded,
    TrainingEvent,
    TrainingOutcome,
    TrainingStarted,
)

__all__ = [
    "EVENTS",
    "OFFICER_EVENTS",
    "SCHEMA",
    "TRAINING_EVENTS",
    "Anchored",
    "Archived",
    "BudgetSet",
    "Code",
    "Decision",
    "Digest",
    "DocumentCommitted",
    "DocumentRead",
    "DocumentRefused",
    "Event",
    "ExportKind",
    "Exported",
    "FindingDropped",
    "Fingerprint",
    "Form",
    "GateOutcome",
    "KeyAct",
    "KeyChanged",
    "KeyId",
    "KeyKind",
    "LeakageMeasured",
    "Letter",
    "Meaning",
    "MeasuringChanged",
    "ModelChanged",
    "ModelDecided",
    "ModelDecision",
    "ModelEvaluated",
    "OfficerEvent",
    "PartRemoved",
    "PlainName",
    "PolicyChanged",
    "PrivacyUnit",
    "Purpose",
    "Record",
    "RedactionMade",
    "ReleaseDecided",
    "ReleaseHeld",
    "RevealSource",
    "ReviewAct",
    "ReviewActed",
    "ReviewFinished",
    "ReviewerMeasured",
    "Role",
    "RoleGranted",
    "RoleWithdrawn",
    "SampleClosed",
    "SampleDesign",
    "SampleDrawn",
    "SampleId",
    "SampleMethod",
    "SessionOpened",
    "SignedOff",
    "TrainingEnded",
    "TrainingEvent",
    "TrainingOutcome",
    "TrainingStarted",
    "ValueRevealed",
    "VerdictGiven",
]

SCHEMA = 2
"""Version of the form of a record, as it is written; those of schema 1 are still read."""


class ExportKind(StrEnum):
    """What was taken out of the log for somebody else."""

    CHECKPOINT = "checkpoint"
    PROOF = "proof"
    CSV = "csv"
    JSON = "json"
    CERTIFICATE = "certificate"
    FHIR = "fhir"


@dataclass(frozen=True, slots=True)
class Exported:
    """Something was taken out of the log, for the tree of this size and root.

    Attributes:
        person: the officer; None for checkpoints and proofs, which anybody may take.
        statement: of the officer.
    """

    kind: ClassVar[str] = "exported"

    what: ExportKind
    size: int
    root: Digest
    person: KeyId | None = None
    statement: Statement | None = None


Event = NoteEvent | Exported | OfficerEvent | TrainingEvent

EVENTS: tuple[type[Event], ...] = (
    *NOTE_EVENTS,
    Exported,
    *OFFICER_EVENTS,
    *TRAINING_EVENTS,
)


@dataclass(frozen=True, slots=True)
class Record:
    """An event in its place in the log.

    Attributes:
        seq: place in the log, from 0; the index of the leaf in the tree.
        time: by the clock of the machine, in UTC, to the millisecond; it may run backwards.
        session: 16 hex digits that the records of one opened log share.
        schema: of the form that it is written in.
    """

    seq: int
    time: datetime
    session: str
    event: Event
    schema: int = SCHEMA
