"""What the log tells of held notes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from deid.audit.records import Decision, Record, ReleaseDecided, ReleaseHeld
from deid.audit.store import AuditLog, Filter
from deid.held.making import recorded_hold
from deid.held.store import Held

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class HeldHistory:
    """What the log tells of one held note.

    Attributes:
        held: the record of its holding.
        decided: the record of what became of it; None: it waits still.
    """

    held: Record
    decided: Record | None

    @property
    def decision(self) -> Decision | None:
        """What was decided; None: nothing yet."""
        event = self.decided.event if self.decided is not None else None
        return event.decision if isinstance(event, ReleaseDecided) else None


def held_history(log: AuditLog) -> tuple[HeldHistory, ...]:
    """What became of each note that was ever held, in the order of the log."""
    return held_history_in(log.select(Filter(kinds=(ReleaseHeld, ReleaseDecided))))


def held_history_in(records: Iterable[Record]) -> tuple[HeldHistory, ...]:
    """What these records, in the order of the log, tell of notes that were held (pure)."""
    found: list[HeldHistory] = []
    waiting: dict[_Key, list[int]] = {}
    for record in records:
        event = record.event
        if isinstance(event, ReleaseHeld):
            waiting.setdefault((event.document, event.output_sha256), []).append(len(found))
            found.append(HeldHistory(record, None))
        elif isinstance(event, ReleaseDecided):
            for place in waiting.pop((event.document, event.output_sha256), []):
                found[place] = HeldHistory(found[place].held, record)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Known:
    """What the log tells of held notes.

    Attributes:
        last: the last record of each note and output.
        stated: place of each decision, by the SHA-256 of its statement.
        archived: the records before this one are in archives.
    """

    last: Mapping[_Key, Record]
    stated: Mapping[str, int]
    archived: int

    @classmethod
    def of(cls, log: AuditLog) -> Known:
        """What the log tells now."""
        last: dict[_Key, Record] = {}
        stated: dict[str, int] = {}
        for record in log.select(Filter(kinds=(ReleaseHeld, ReleaseDecided))):
            event = record.event
            if isinstance(event, ReleaseHeld | ReleaseDecided):
                last[event.document, event.output_sha256] = record
            if isinstance(event, ReleaseDecided):
                stated[digest_of(event.statement)] = record.seq
        return cls(last, stated, max((one.stop for one in log.archived()), default=0))

    def waits(self, held: Held) -> bool:
        """Whether the last that the log tells of each note is that it is held, as it is here."""
        since = self._since(held)
        return len(since) == len(held.notes) > 0 and all(
            record.event == recorded_hold(held, note)
            for record, note in zip(since, held.notes, strict=True)
        )

    def decided_since(self, held: Held) -> bool:
        """Whether the same output was decided on, be it as that of another hold."""
        return any(isinstance(record.event, ReleaseDecided) for record in self._since(held))

    def never_recorded(self, held: Held) -> bool:
        """Whether its holding is not in the log, nor can be in an archive."""
        return held.log_size >= self.archived and not self._since(held)

    def _since(self, held: Held) -> list[Record]:
        """The last records of its notes, of those that were not there before it was held."""
        found = (self.last.get((note.document, note.output_sha256)) for note in held.notes)
        return [record for record in found if record is not None and record.seq >= held.log_size]


def digest_of(statement: str) -> str:
    """SHA-256 of a statement, in hex."""
    return sha256(statement.encode()).hexdigest()
