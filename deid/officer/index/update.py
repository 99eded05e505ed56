"""Bringing the index up to date with logs, from where it stood, a segment at a time.

Each segment is one transaction that first looks where the index stands, so several programs may do
this at once, and whoever is stopped or dies leaves an index that ends at a segment's end.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from deid.audit.store import AuditLog
from deid.officer.index import database
from deid.officer.index.database import LogState
from deid.officer.index.writer import Writer

Progress = Callable[[int, int], object]
"""Is told how many records are done, of how many."""


@dataclass(frozen=True, slots=True)
class Source:
    """A log that is indexed.

    Attributes:
        name: what the log is called, such as the machine that it comes from.
        path: its file.
    """

    name: str
    path: Path


class Why(StrEnum):
    """Why what was indexed of a log was thrown away."""

    SHRANK = "shrank"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Updated:
    """What bringing the index up to date came to.

    Attributes:
        added: how many records were indexed.
        size: how many are indexed now, of all logs.
        anew: logs that had lost records or held others than before, and were indexed anew.
        complete: whether the index has caught up; False when it was stopped.
    """

    added: int
    size: int
    anew: tuple[tuple[str, Why], ...] = ()
    complete: bool = True


def update(
    connection: sqlite3.Connection,
    sources: Sequence[Source],
    *,
    progress: Progress = lambda _done, _of: None,
    stopped: Callable[[], bool] = lambda: False,
) -> Updated:
    """Make the index hold exactly these logs, as far as they go now.

    Args:
        connection: to the index.
        sources: the logs, with names that differ.
        progress: is told after each segment.
        stopped: is asked after each segment; what is done until then is kept.

    Raises:
        LogUnavailable: a log or the index cannot be read or written.
        LogDamaged: a file is not a log of this version, or its tree lacks hashes.
    """
    with ExitStack() as opened:
        logs = {source.name: opened.enter_context(AuditLog.read(source.path)) for source in sources}
        anew = _throw_away(connection, logs)
        writer = Writer(connection)
        ends = {name: log.size for name, log in logs.items()}
        before = done = sum(state.size for state in database.log_states(connection))
        for name, log in logs.items():
            while True:
                if stopped():
                    return Updated(done - before, done, anew, complete=False)
                added = writer.add_segment(name, log, ends[name])
                if added == 0:
                    break
                done += added
                progress(done, sum(ends.values()))
    return Updated(done - before, done, anew)


def _throw_away(
    connection: sqlite3.Connection, logs: dict[str, AuditLog]
) -> tuple[tuple[str, Why], ...]:
    """Throw away what is not, or no longer, that of these logs, and say why of those that are."""
    anew: list[tuple[str, Why]] = []
    with database.writing(connection):
        for state in database.log_states(connection):
            log = logs.get(state.name)
            why = None if log is None else _differs(state, log)
            if log is None or why is not None:
                database.drop_log(connection, state.id)
            if why is not None:
                anew.append((state.name, why))
    return tuple(anew)


def _differs(state: LogState, log: AuditLog) -> Why | None:
    if log.size < state.size:
        return Why.SHRANK
    return None if log.root(state.size) == state.root else Why.CHANGED
