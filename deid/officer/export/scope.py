"""Which records an export is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from deid.audit.records import Event, Record
from deid.audit.store import AuditLog, Filter
from deid.errors import LogDamaged, LogUnavailable
from deid.officer.index.local import fresh_index, local_index, records_at
from deid.officer.index.query import Query

_EVERYTHING: Final = Query()


@dataclass(frozen=True, slots=True)
class Scope:
    """Some of the records of a log.

    Attributes:
        query: what is wanted.
        size: only records before this place count, so that a checkpoint covers all of them.
        first: only records from this place on count.
        quick: choose by the index in the data folder, which whoever can write there can change, and
            which lacks archives: to show what is about to be given out, never to give it out.
    """

    query: Query = field(default_factory=Query)
    size: int = 0
    first: int = 0
    quick: bool = False

    @property
    def whole(self) -> bool:
        """Whether all records are wanted."""
        return self.query == _EVERYTHING and self.first == 0

    def require_all(self, log: AuditLog) -> None:
        """Refuse to go on where archives that are not at hand may hold what is wanted.

        They cannot where only records behind them are wanted, of whoever opened the session: what
        tells who that was may lie in them. When a record was written decides nothing, because
        clocks are set back.

        Raises:
            LogUnavailable: they may; or an archive cannot be read.
            LogDamaged: a record cannot be read.
        """
        parts = log.lacking()
        if not parts:
            return
        of_anybody = self.query.user is None and self.query.machine is None
        if of_anybody and self.first >= max(part.stop for part in parts):
            return
        away = sum(part.stop - part.first - part.kept for part in parts)
        raise LogUnavailable(
            f"{away} of the {self.size} records are in archives: name these with --archive, or "
            "give out only what lies behind them, of whichever user (--behind-archives)"
        )

    def records(self, log: AuditLog, home: Path) -> Iterator[Record]:
        """The records, in the order of the log.

        Raises:
            LogUnavailable: the log cannot be read.
            LogDamaged: a record cannot be read.
        """
        if self.query == _EVERYTHING:
            return log.records(self.first, self.size)
        return records_at(log, self._places(log, home, self.query))

    def chosen(self, log: AuditLog, home: Path, *kinds: type[Event]) -> frozenset[int] | None:
        """Places of the records of these kinds that are wanted; None for all of them.

        Raises:
            LogUnavailable: the log cannot be read.
            LogDamaged: a record cannot be read, so that nobody knows whether it is wanted.
        """
        if self.whole:
            return None
        wanted = tuple(kind.kind for kind in kinds)
        return frozenset(self._places(log, home, replace(self.query, event=wanted)))

    def all_of(self, log: AuditLog, *kinds: type[Event]) -> Iterator[Record]:
        """Every record of these kinds up to the size, wanted or not."""
        return (record for record in log.select(Filter(kinds=kinds)) if record.seq < self.size)

    def _places(self, log: AuditLog, home: Path, query: Query) -> list[int]:
        with ExitStack() as opened:
            if self.quick:
                index, _updated = opened.enter_context(local_index(home))
            else:
                index = opened.enter_context(fresh_index(log))
            if index.unreadable:
                raise LogDamaged(
                    f"{index.unreadable} records cannot be read, so nothing can be chosen from "
                    "the log: `deid audit verify` says where it is damaged"
                )
            places = index.places(query, newest=False)
        return [place.seq for place in places if self.first <= place.seq < self.size]
