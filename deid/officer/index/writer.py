"""Writes segments of records into the index."""

from __future__ import annotations

import sqlite3
from array import array
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Final

from deid.audit.store import AuditLog
from deid.officer.index import database
from deid.officer.index.database import SEGMENT, LogState, SegmentRow
from deid.officer.index.entry import UNREADABLE, Entry, Fact, reader

_MANY: Final = 200_000
"""So many ids of documents or sessions are remembered at most."""

_SAME: Final = "event = ?1 AND label IS ?2 AND detector IS ?3 AND policy IS ?4 AND outcome IS ?5"
_FIND_FACT: Final = f"SELECT id FROM facts WHERE {_SAME}"  # noqa: S608 - of constants
_ADD_FACT: Final = (
    "INSERT INTO facts (event, label, detector, policy, outcome) SELECT ?1, ?2, ?3, ?4, ?5"
    f" WHERE NOT EXISTS ({_FIND_FACT})"
)


class Writer:
    """Reads records of logs, and remembers the ids of what was met before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._read = reader()
        self._facts: dict[Fact, int] = {}
        self._sessions: dict[tuple[int, str], int] = {}
        self._documents: dict[str, int] = {}

    def add_segment(self, name: str, log: AuditLog, end: int) -> int:
        """Index the next records of a log, at most up to `end`, in one transaction.

        Returns:
            By how many records the index got on; 0 when it had reached `end`.
        """
        with database.writing(self._connection):
            state = self._state(name, log)
            if state.size >= end:
                return 0
            columns = self._begun(state)
            size, unreadable = end, 0
            for seq, body in islice(log.bodies(state.size, end), SEGMENT - len(columns.time)):
                if seq != columns.first + len(columns.time):
                    # The log gives out later records only: what it lacks is not indexed.
                    self._put(state.id, columns)
                    columns = _Columns(seq)
                entry = self._read(body)
                unreadable += entry.fact.event == UNREADABLE
                self._add(state.id, columns, entry)
                size = seq + 1
            self._put(state.id, columns)
            database.put_log(
                self._connection,
                replace(
                    state,
                    size=size,
                    root=log.root(size),
                    unreadable=state.unreadable + unreadable,
                ),
            )
        return size - state.size

    def _state(self, name: str, log: AuditLog) -> LogState:
        states = database.log_states(self._connection)
        known = next((state for state in states if state.name == name), None)
        if known is not None:
            return known
        number = max((state.id for state in states), default=0) + 1
        return LogState(number, name, 0, log.root(0), 0)

    def _begun(self, state: LogState) -> _Columns:
        """The columns of the last segment where it has room, else those of a new one."""
        last = database.last_segment(self._connection, state.id)
        if last is None or last.rows >= SEGMENT or last.first + last.rows != state.size:
            return _Columns(state.size)
        columns = _Columns(last.first)
        columns.time.frombytes(last.time)
        columns.fact.frombytes(last.fact)
        columns.session.frombytes(last.session)
        columns.document.frombytes(last.document)
        return columns

    def _add(self, log: int, columns: _Columns, entry: Entry) -> None:
        time = entry.time
        if time is None:
            time = columns.time[-1] if columns.time else 0
        columns.time.append(time)
        columns.fact.append(self._facts.get(entry.fact) or self._new_fact(entry.fact))
        columns.session.append(self._session(log, entry))
        document = entry.document
        if document is None:
            columns.document.append(0)
        else:
            known = self._documents.get(document)
            columns.document.append(known or self._new_document(document))

    def _put(self, log: int, columns: _Columns) -> None:
        if columns.time:
            database.put_segment(self._connection, columns.packed(log))

    def _new_fact(self, fact: Fact) -> int:
        number = self._facts[fact] = self._number(_FIND_FACT, _ADD_FACT, *fact)
        return number

    def _session(self, log: int, entry: Entry) -> int:
        if not entry.session:
            return 0
        key = (log, entry.session)
        number = self._sessions.get(key)
        if number is None:
            _make_room(self._sessions)
            number = self._sessions[key] = self._number(
                "SELECT id FROM sessions WHERE log = ? AND name = ?",
                "INSERT OR IGNORE INTO sessions (log, name) VALUES (?, ?)",
                *key,
            )
        if entry.opened_by is not None:
            # Not replaced: a session is that of who opened it first.
            self._connection.execute(
                "UPDATE sessions SET user = ?, machine = ? WHERE id = ? AND user IS NULL",
                (*entry.opened_by, number),
            )
        return number

    def _new_document(self, fingerprint: str) -> int:
        _make_room(self._documents)
        number = self._documents[fingerprint] = self._number(
            "SELECT id FROM documents WHERE fingerprint = ?",
            "INSERT OR IGNORE INTO documents (fingerprint) VALUES (?)",
            fingerprint,
        )
        return number

    def _number(self, find: str, insert: str, *values: object) -> int:
        # What is not remembered is new as a rule.
        made = self._connection.execute(insert, values)
        if made.rowcount:
            return int(made.lastrowid or 0)
        (number,) = self._connection.execute(find, values).fetchone()
        return int(number)


@dataclass(slots=True)
class _Columns:
    """The columns of a segment that grows."""

    first: int
    time: array[int] = field(default_factory=lambda: array("q"))
    fact: array[int] = field(default_factory=lambda: array("I"))
    session: array[int] = field(default_factory=lambda: array("I"))
    document: array[int] = field(default_factory=lambda: array("I"))

    def packed(self, log: int) -> SegmentRow:
        """The segment as it is written."""
        columns = (self.time, self.fact, self.session, self.document)
        packed = (column.tobytes() for column in columns)
        return SegmentRow(log, self.first, len(self.time), *packed)


def _make_room(remembered: dict[str, int] | dict[tuple[int, str], int]) -> None:
    """Forget everything when it is too much: what is asked for again is read again."""
    if len(remembered) >= _MANY:
        remembered.clear()
