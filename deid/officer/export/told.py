"""Notes as the log tells of them: what became of one, in which session, and what was read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    ModelChanged,
    PolicyChanged,
    Record,
    SessionOpened,
    ValueRevealed,
)
from deid.audit.store import AuditLog
from deid.officer.export.scope import Scope

OUTCOMES: Final[tuple[type[Event], ...]] = (DocumentCommitted, DocumentRefused)
"""The records with which the work on a note ends."""

_CONTEXT: Final[tuple[type[Event], ...]] = (
    SessionOpened,
    PolicyChanged,
    ModelChanged,
    DocumentRead,
)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a note, and what the log knows around it.

    Attributes:
        record: of `DocumentCommitted`, `DocumentRefused` or `ValueRevealed`.
        session: as it was then; None where the log does not say, as for acts of officers.
        read: the note as it was read; None where it could not be.
    """

    record: Record
    session: SessionOpened | None
    read: DocumentRead | None


def told(log: AuditLog, scope: Scope, chosen: frozenset[int] | None) -> Iterator[Told]:
    """What became of the notes, in the order of the log.

    Args:
        log: the log.
        scope: up to which place.
        chosen: places of the records that are wanted; None: all.
    """
    sessions: dict[str, SessionOpened] = {}
    reads: dict[tuple[str, str], DocumentRead] = {}
    latest: dict[str, DocumentRead] = {}
    for record in scope.all_of(log, *_CONTEXT, *OUTCOMES, ValueRevealed):
        event, before = record.event, sessions.get(record.session)
        match event:
            case SessionOpened():
                sessions[record.session] = event
            case PolicyChanged() if before is not None:
                sessions[record.session] = replace(before, policy_digest=event.policy_digest)
            case ModelChanged() if before is not None:
                sessions[record.session] = replace(before, model_digest=event.model_digest)
            case DocumentRead():
                reads[record.session, event.document] = latest[event.document] = event
            case DocumentCommitted() | DocumentRefused():
                if chosen is None or record.seq in chosen:
                    yield Told(record, before, reads.get((record.session, event.document)))
            case ValueRevealed():
                if chosen is None or record.seq in chosen:
                    yield Told(record, before, latest.get(event.document))
            case _:
                pass
