"""Which records are wanted: as a condition for the database, and as a test of one record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from deid.audit.canonical import format_time
from deid.audit.records import Event, Record


@dataclass(frozen=True, slots=True)
class Filter:
    """Which records are wanted; what is None does not restrict.

    Attributes:
        kinds: kinds of events, such as `RedactionMade`.
        document: fingerprint of a document.
        since: the first point in time that counts.
        until: the first point in time that no longer counts.
    """

    kinds: tuple[type[Event], ...] | None = None
    document: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def matches(self, record: Record) -> bool:
        """Whether a record is wanted."""
        time = format_time(record.time)
        return (
            (self.kinds is None or isinstance(record.event, self.kinds))
            and (self.document is None or self.document == _document(record.event))
            and (self.since is None or format_time(self.since) <= time)
            and (self.until is None or time < format_time(self.until))
        )

    def condition(self) -> tuple[str, tuple[str, ...]]:
        """The same as a condition in SQL over the table of records, with its values."""
        conditions: list[str] = []
        values: list[str] = []
        if self.kinds is not None:
            conditions.append(f"event IN ({', '.join('?' * len(self.kinds))})")
            values.extend(event.kind for event in self.kinds)
        if self.document is not None:
            conditions.append("document = ?")
            values.append(self.document)
        if self.since is not None:
            conditions.append("time >= ?")
            values.append(format_time(self.since))
        if self.until is not None:
            conditions.append("time < ?")
            values.append(format_time(self.until))
        return " AND ".join(conditions) or "1", tuple(values)


def _document(event: Event) -> object:
    return getattr(event, "document", None)
