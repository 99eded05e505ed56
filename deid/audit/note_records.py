"""What the log records of sessions, of the notes in them, and of who reviewed these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from deid.audit.forms import Code, Digest, Fingerprint, KeyId, Letter, PlainName, Statement
from deid.datatypes import DropReason, Span
from deid.labels import Label


class ReviewAct(StrEnum):
    """What a reviewer did with a finding."""

    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    MOVE = "move"
    ADD = "add"
    UNDO = "undo"
    REDO = "redo"


@dataclass(frozen=True, slots=True)
class SessionOpened:
    """A person or a job began to work. The records that follow name the session.

    Attributes:
        model_digest: of the model's manifest; None where no model is used.
        rules_digest: of all rule packs in use, and of the update that they came with.
        policy_digest: `Policy.digest`.
        roster: fingerprint of the roster of known identifiers; None without one.
    """

    kind: ClassVar[str] = "session-opened"

    user: PlainName
    machine: PlainName
    program_version: Code
    model_digest: Digest | None
    rules_digest: Digest
    policy_digest: Digest
    roster: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class PolicyChanged:
    """Another policy holds from here on in this session."""

    kind: ClassVar[str] = "policy-changed"

    policy_digest: Digest


@dataclass(frozen=True, slots=True)
class ModelChanged:
    """Another model, or none, is used from here on in this session."""

    kind: ClassVar[str] = "model-changed"

    model_digest: Digest | None


@dataclass(frozen=True, slots=True)
class MeasuringChanged:
    """Somebody chose how much is withheld from reviewers from here on, to measure them.

    Attributes:
        user: who, by the name on the machine.
        share: the part of the sure findings of a note, 0 to 1, to four digits; 0: none.
        person: the officer; None where nobody is enrolled.
        statement: of the officer.
    """

    kind: ClassVar[str] = "measuring-changed"

    user: PlainName
    machine: PlainName
    share: float
    person: KeyId | None = None
    statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """A note was read.

    Attributes:
        document: fingerprint of the document's id.
        sha256: of the input bytes.
        size: of the input, in bytes.
        length: of the text, in code points.
        patient: fingerprint of the patient's key; None where none was given.
    """

    kind: ClassVar[str] = "document-read"

    document: Fingerprint
    sha256: Digest
    size: int
    length: int
    format: Code
    encoding: Code
    patient: Fingerprint | None = None


@dataclass(frozen=True, slots=True)
class RedactionMade:
    """A range was replaced.

    Attributes:
        span: in the input text.
        safe_harbor: letter of the identifier in the rule.
        detector: which rule or model found it.
        score: 0 to 1, to four digits.
        original: fingerprint of what was replaced.
        output_span: where the replacement lies in the output text.
    """

    kind: ClassVar[str] = "redaction-made"

    document: Fingerprint
    span: Span
    label: Label
    safe_harbor: Letter
    detector: PlainName
    score: float
    operator: Code
    policy_digest: Digest
    original: Fingerprint
    output_span: Span


@dataclass(frozen=True, slots=True)
class PartRemoved:
    """Something that lies in the file beside the text, such as a picture, was taken out whole.

    Attributes:
        place: in plain words.
    """

    kind: ClassVar[str] = "part-removed"

    document: Fingerprint
    place: PlainName


@dataclass(frozen=True, slots=True)
class FindingDropped:
    """A finding was not kept, and why; which kept one stands in its place, if any."""

    kind: ClassVar[str] = "finding-dropped"

    document: Fingerprint
    span: Span
    label: Label
    detector: PlainName
    score: float
    reason: DropReason
    winner: PlainName | None = None
    winner_span: Span | None = None


@dataclass(frozen=True, slots=True)
class ReviewActed:
    """A reviewer did something with a finding, or took it back.

    Attributes:
        undone: for undo and redo, the act that was undone or done again.
        span_after: for a move, where the finding lies afterwards.
    """

    kind: ClassVar[str] = "review-acted"

    document: Fingerprint
    act: ReviewAct
    reviewer: PlainName
    span: Span
    label_before: Label | None = None
    label_after: Label | None = None
    span_after: Span | None = None
    undone: ReviewAct | None = None


@dataclass(frozen=True, slots=True)
class ReviewFinished:
    """A reviewer decided that nothing more is to be done to a note.

    Attributes:
        replaced: how many of the marks that the reviewer saw were replaced then.
        uncertain_left: how many of these nobody had looked at, though they were uncertain.
        certain_from: the certainty from which on a finding needed no look, 0 to 1, to four digits.
    """

    kind: ClassVar[str] = "review-finished"

    document: Fingerprint
    reviewer: PlainName
    replaced: int
    uncertain_left: int
    certain_from: float


@dataclass(frozen=True, slots=True)
class ReviewerMeasured:
    """Sure findings were withheld from a reviewer, who caught so many of them.

    Attributes:
        withheld: how many the reviewer was not shown; they are replaced all the same.
        caught: how many of them the reviewer marked.
    """

    kind: ClassVar[str] = "reviewer-measured"

    document: Fingerprint
    reviewer: PlainName
    withheld: int
    caught: int


@dataclass(frozen=True, slots=True)
class DocumentCommitted:
    """A redacted note is about to be released. It closes the redactions recorded before it.

    Attributes:
        input_length: of the input text, in code points.
        output_length: of the output text, in code points.
        redactions: how many `RedactionMade` of this document belong to it.
        counts: redactions per label, without labels that have none.
        output_name: fingerprint of the name that the output goes by.
    """

    kind: ClassVar[str] = "document-committed"

    document: Fingerprint
    input_sha256: Digest
    output_sha256: Digest
    input_length: int
    output_length: int
    redactions: int
    dropped: int
    policy_digest: Digest
    output_name: Fingerprint
    counts: Mapping[Label, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DocumentRefused:
    """A note was not released, and for which error (name of its class in `deid.errors`)."""

    kind: ClassVar[str] = "document-refused"

    document: Fingerprint
    error: Code
    exit_code: int


NoteEvent = (
    SessionOpened
    | PolicyChanged
    | ModelChanged
    | MeasuringChanged
    | DocumentRead
    | RedactionMade
    | PartRemoved
    | FindingDropped
    | ReviewActed
    | ReviewFinished
    | ReviewerMeasured
    | DocumentCommitted
    | DocumentRefused
)

NOTE_EVENTS: tuple[type[NoteEvent], ...] = (
    SessionOpened,
    PolicyChanged,
    ModelChanged,
    MeasuringChanged,
    DocumentRead,
    RedactionMade,
    PartRemoved,
    FindingDropped,
    ReviewActed,
    ReviewFinished,
    ReviewerMeasured,
    DocumentCommitted,
    DocumentRefused,
)
