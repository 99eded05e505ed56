"""A note about to be released: what it was made of, and what the log will tell of it (pure)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

from deid.audit.keys import Keys
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Event,
    FindingDropped,
    PartRemoved,
    RedactionMade,
)
from deid.datatypes import Document, Dropped, Redacted, Redaction
from deid.errors import DefectError, ResidualFound
from deid.patients import patient_key
from deid.policy import Policy

MAX_PLACE: Final = 255
"""How much of the words for a place the log takes."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a note came from.

    Attributes:
        document: the note.
        content: the bytes that it was decoded from.
        format: name of the format, such as `text`.
        encoding: name of the encoding.
    """

    document: Document
    content: bytes = field(repr=False)
    format: str
    encoding: str


@dataclass(frozen=True, slots=True)
class Release:
    """A redacted note about to be released.

    Attributes:
        source: the note as it was read.
        redacted: what became of it.
        policy: under which policy.
        output: the bytes that will be written.
        output_name: the name they will go by.
        review: what a reviewer did, in order; empty where nobody reviewed.
    """

    source: Source
    redacted: Redacted
    policy: Policy
    output: bytes = field(repr=False)
    output_name: str = field(repr=False)
    review: tuple[Event, ...] = ()


def check(release: Release) -> None:
    """Refuse an output that is not exactly the input with its redactions made.

    This is the completeness of the log: input = output + logged spans.

    Raises:
        ResidualFound: the output still holds an identifier.
        DefectError: text outside the redactions changed.
    """
    redacted = release.redacted
    if redacted.residual:
        raise ResidualFound(
            f"{len(redacted.residual)} identifiers are left in the output, so the note is not "
            "released: add them in the review, or reject them there"
        )
    text, at, out = release.source.document.text, 0, 0
    for redaction in redacted.redactions:
        span, written = redaction.finding.span, redaction.output_span
        if text[at : span.start] != redacted.text[out : written.start]:
            raise DefectError("text outside the redactions changed: nothing was written")
        at, out = span.end, written.end
    if text[at:] != redacted.text[out:]:
        raise DefectError("text outside the redactions changed: nothing was written")


def events_of(release: Release, keys: Keys) -> Iterator[Event]:
    """What the log tells of a note when it is released or held, in this order.

    Args:
        release: the note.
        keys: the site's keys; names, patients and originals go by their fingerprints.
    """
    source, redacted = release.source, release.redacted
    text = source.document.text
    document = keys.fingerprint("document", source.document.id)
    patient = source.document.patient
    yield DocumentRead(
        document=document,
        sha256=sha256(source.content).hexdigest(),
        size=len(source.content),
        length=len(text),
        format=source.format,
        encoding=source.encoding,
        patient=keys.fingerprint("patient", patient_key(patient)) if patient else None,
    )
    for place in source.document.removed:
        yield PartRemoved(document=document, place=place[:MAX_PLACE])
    for dropped in redacted.dropped:
        yield _dropped(document, dropped)
    yield from release.review
    for redaction in redacted.redactions:
        original = redaction.finding.span.of(text)
        yield _made(
            document,
            redaction,
            policy=release.policy,
            original=keys.fingerprint("original", original),
        )
    yield DocumentCommitted(
        document=document,
        input_sha256=sha256(source.content).hexdigest(),
        output_sha256=sha256(release.output).hexdigest(),
        input_length=len(text),
        output_length=len(redacted.text),
        redactions=len(redacted.redactions),
        dropped=len(redacted.dropped),
        policy_digest=release.policy.digest,
        output_name=keys.fingerprint("output-name", release.output_name),
        counts=Counter(redaction.finding.label for redaction in redacted.redactions),
    )


def _made(document: str, redaction: Redaction, *, policy: Policy, original: str) -> RedactionMade:
    finding = redaction.finding
    return RedactionMade(
        document=document,
        span=finding.span,
        label=finding.label,
        safe_harbor=finding.label.names.safe_harbor,
        detector=finding.detector,
        score=round(finding.score, 4),
        operator=redaction.operator,
        policy_digest=policy.digest,
        original=original,
        output_span=redaction.output_span,
    )


def _dropped(document: str, dropped: Dropped) -> FindingDropped:
    finding, winner = dropped.finding, dropped.winner
    return FindingDropped(
        document=document,
        span=finding.span,
        label=finding.label,
        detector=finding.detector,
        score=round(finding.score, 4),
        reason=dropped.reason,
        winner=winner.detector if winner else None,
        winner_span=winner.span if winner else None,
    )
