"""The index of one or several logs: brought up to date, and asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import RLock
from typing import TypeVar

from deid.audit.store import AuditLog
from deid.errors import LogUnavailable
from deid.officer.index import database
from deid.officer.index.columns import NONE, Columns, Numbers
from deid.officer.index.database import Spoiled
from deid.officer.index.load import load
from deid.officer.index.query import Dimension, Facets, Place, Query, Trend
from deid.officer.index.update import Progress, Source, Updated, update
from deid.officer.index.writer import Writer

T = TypeVar("T")


class Index:
    """A database derived from logs. It may be used by several threads.

    What it answers holds for the records that it had when it was last brought up to date, and
    while that is done it goes on answering. A file that is no index of this version, or is damaged,
    is thrown away and made anew.
    """

    def __init__(self, path: Path | None) -> None:
        """Open the index in a file, made if it is not there, or one in memory.

        Args:
            path: the file; None: in memory.

        Raises:
            LogUnavailable: it cannot be opened or made.
        """
        self._path = path
        self._lock = RLock()  # of the connection; columns never change once they are there
        try:
            self._connection = database.connect(path)
        except Spoiled:
            if path is None:
                raise
            database.discard(path)
            self._connection = database.connect(path)
        self._columns: Columns | None = None
        self._selected: tuple[Columns, Query, Numbers] | None = None

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def update(
        self,
        sources: Sequence[Source],
        *,
        progress: Progress = lambda _done, _of: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Updated:
        """Make the index hold exactly these logs, as far as they go now.

        Args:
            sources: the logs, with names that differ.
            progress: is told now and then how many records are done, of how many.
            stopped: is asked now and then; what is done until then is kept.

        Raises:
            LogUnavailable: a log or the index cannot be read or written.
            LogDamaged: a file is not a log of this version, or its tree lacks hashes.
        """

        def work() -> Updated:
            updated = update(self._connection, sources, progress=progress, stopped=stopped)
            self._columns = load(self._connection)
            return updated

        try:
            return self._read(work)
        except _ThrownAway:
            return self._read(work)

    def add(self, name: str, log: AuditLog) -> None:
        """Index the rest of one open log, with the archives that are attached to it.

        Raises:
            LogUnavailable: the log or the index cannot be read or written.
            LogDamaged: the log lacks hashes.
        """

        def work() -> None:
            writer, end = Writer(self._connection), log.size
            while writer.add_segment(name, log, end):
                pass
            self._columns = load(self._connection)

        self._read(work)

    def clear(self) -> None:
        """Throw away everything that is indexed.

        Raises:
            LogUnavailable: another program has it open, or it may not be written.
        """
        with self._lock:
            self._connection.close()
            if self._path is not None:
                database.discard(self._path)
            self._connection = database.connect(self._path)
            self._columns = None

    @property
    def size(self) -> int:
        """How many records are indexed."""
        return len(self._all().seq)

    @property
    def unreadable(self) -> int:
        """How many of the records that were indexed cannot be read."""
        states = self._read(lambda: database.log_states(self._connection))
        return sum(state.unreadable for state in states)

    def count(self, query: Query) -> int:
        """How many records the query lets through."""
        return self._all().count(query, self._document(query))

    def places(
        self, query: Query, start: int = 0, stop: int | None = None, *, newest: bool = True
    ) -> tuple[Place, ...]:
        """Where the records lie that the query lets through.

        Records of one log are in its order; those of several are ordered by time, where a clock
        that went backwards counts as if it had stood still.

        Args:
            query: what is wanted.
            start: how many to pass over.
            stop: up to which place in the list, half-open; None: up to its end.
            newest: from the newest to the oldest, else from the oldest to the newest.
        """
        columns = self._all()
        chosen = self._select(columns, query)
        ordered = chosen[::-1] if newest else chosen
        return columns.places(ordered[start:stop])

    def facets(self, query: Query) -> Facets:
        """The values to choose from in each dimension, and how many records have each.

        A dimension is counted as if the query did not restrict it, so that another of its values
        can be chosen.
        """
        return self._all().facets(query, self._document(query))

    def trend(self, query: Query, *, by: Dimension) -> Trend:
        """How many of the records that the query lets through there were in each week."""
        return self._all().trend(query, self._document(query), by=by)

    def _select(self, columns: Columns, query: Query) -> Numbers:
        last = self._selected
        if last is not None and last[0] is columns and last[1] == query:
            return last[2]
        chosen = columns.select(query, self._document(query))
        self._selected = columns, query, chosen
        return chosen

    def _all(self) -> Columns:
        columns = self._columns
        if columns is None:
            columns = self._columns = self._read(lambda: load(self._connection))
        return columns

    def _document(self, query: Query) -> int | None:
        """Id of the document that is wanted: None for any, `NONE` for one that is not indexed."""
        if query.document is None:
            return None
        fingerprint = query.document
        found = self._read(lambda: database.document(self._connection, fingerprint))
        return NONE if found is None else found

    def _read(self, work: Callable[[], T]) -> T:
        """Do this with the file, and throw it away where it turns out to be spoiled.

        Raises:
            LogUnavailable: it cannot be used now, or was thrown away.
        """
        try:
            with self._lock, database.explained(self._path):
                return work()
        except Spoiled:
            self.clear()
            raise _ThrownAway(
                f"index {self._path}: was damaged and is thrown away: open the log anew"
            ) from None


class _ThrownAway(LogUnavailable):
    """The index was spoiled; it is empty now."""
