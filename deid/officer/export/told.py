"""Notes as the log tells of them: what became of one, in which session, and what was read."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Final

from deid.audit.canonical import decode
from deid.audit.records import (
    Decision,
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    ModelChanged,
    PolicyChanged,
    Record,
    RedactionMade,
    ReleaseDecided,
    ReleaseHeld,
    ReviewFinished,
    SessionOpened,
    ValueRevealed,
)
from deid.audit.store import AuditLog, Filter
from deid.labels import Label
from deid.officer.export.scope import Scope
from deid.officer.held_log import held_history_in
from deid.policy import OperatorName

OUTCOMES: Final[tuple[type[Event], ...]] = (DocumentCommitted, DocumentRefused)
"""The records with which the work on a note ends."""

_Note = tuple[str, str]
_KEPT: Final = f'"operator":"{OperatorName.KEEP}"'.encode()
_CONTEXT: Final[tuple[type[Event], ...]] = (
    SessionOpened,
    PolicyChanged,
    ModelChanged,
    DocumentRead,
    ReviewFinished,
)


class Fate(Enum):
    """Whether a redacted note went out."""

    RELEASED = "released"
    WAITING = "waiting"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Told:
    """What became of a note, and what the log knows around it.

    Attributes:
        record: of `DocumentCommitted`, `DocumentRefused` or `ValueRevealed`.
        session: as it was then; None where the log does not say, as for acts of officers.
        read: the note as it was read; None where it could not be.
        fate: of a committed note: under four eyes a second person decides whether it goes out.
        reviewed: whether a person had gone through just this reading of the note.
        stayed: of a committed note, what was found and stays as the policy says, per label; its
            record counts it among the redactions.
    """

    record: Record
    session: SessionOpened | None
    read: DocumentRead | None
    fate: Fate = Fate.RELEASED
    reviewed: bool = False
    stayed: Counter[Label] = field(default_factory=Counter)

    @property
    def replaced(self) -> Counter[Label]:
        """What was replaced in a committed note, per label."""
        event = self.record.event
        counts = event.counts if isinstance(event, DocumentCommitted) else {}
        return Counter(counts) - self.stayed


def told(log: AuditLog, scope: Scope, chosen: frozenset[int] | None) -> Iterator[Told]:
    """What became of the notes, in the order of the log.

    Args:
        log: the log.
        scope: up to which place.
        chosen: places of the records that are wanted; None: all.
    """
    sessions: dict[str, SessionOpened] = {}
    reads: dict[_Note, DocumentRead] = {}
    latest: dict[str, DocumentRead] = {}
    reviewed: set[_Note] = set()
    fates, stayed = _fates(log, scope), _stayed(log, scope)
    for record in scope.all_of(log, *_CONTEXT, *OUTCOMES, ValueRevealed):
        event, before = record.event, sessions.get(record.session)
        is_chosen = chosen is None or record.seq in chosen
        match event:
            case SessionOpened():
                sessions[record.session] = event
            case PolicyChanged() if before is not None:
                sessions[record.session] = replace(before, policy_digest=event.policy_digest)
            case ModelChanged() if before is not None:
                sessions[record.session] = replace(before, model_digest=event.model_digest)
            case DocumentRead():
                note = record.session, event.document
                reads[note] = latest[event.document] = event
                reviewed.discard(note)
            case ReviewFinished():
                reviewed.add((record.session, event.document))
            case DocumentCommitted() | DocumentRefused() if is_chosen:
                note = record.session, event.document
                fate = fates.get(record.seq, Fate.RELEASED)
                left = _taken(stayed.get(note, deque()), record.seq)
                yield Told(record, before, reads.get(note), fate, note in reviewed, left)
            case ValueRevealed() if is_chosen:
                yield Told(record, before, latest.get(event.document))
            case _:
                pass


def _stayed(log: AuditLog, scope: Scope) -> dict[_Note, deque[tuple[int, Label]]]:
    """What was found and stays as the policy says, by session and note: its places and labels."""
    found: dict[_Note, deque[tuple[int, Label]]] = defaultdict(deque)
    for seq, body in log.selected_bodies(Filter(kinds=(RedactionMade,))):
        # Few policies keep anything, and in canonical form this stands in no text.
        if seq < scope.size and _KEPT in body:
            record = decode(body, seq=seq)
            if isinstance(record.event, RedactionMade):
                note = record.session, record.event.document
                found[note].append((seq, record.event.label))
    return found


def _taken(stayed: deque[tuple[int, Label]], before: int) -> Counter[Label]:
    taken: Counter[Label] = Counter()
    while stayed and stayed[0][0] < before:
        taken[stayed.popleft()[1]] += 1
    return taken


def _fates(log: AuditLog, scope: Scope) -> dict[int, Fate]:
    """What became of the notes that were held, by the place of their commits."""
    decisions = {
        None: Fate.WAITING,
        Decision.APPROVED: Fate.RELEASED,
        Decision.DECLINED: Fate.DECLINED,
    }
    return {
        # The record of a holding directly follows that of the commit.
        one.held.seq - 1: decisions[one.decision]
        for one in held_history_in(scope.all_of(log, ReleaseHeld, ReleaseDecided))
    }
