"""Reads the columns of the index into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from deid.officer.index import database
from deid.officer.index.columns import NONE, Cells, Codes, Columns, Numbers
from deid.officer.index.database import LogState, SegmentRow, Spoiled
from deid.officer.index.entry import Fact
from deid.officer.index.query import Dimension

_OF_FACT: Final = (
    Dimension.EVENT,
    Dimension.LABEL,
    Dimension.DETECTOR,
    Dimension.POLICY,
    Dimension.OUTCOME,
)  # the order of the fields of `Fact`
_OF_PERSON: Final = (Dimension.USER, Dimension.MACHINE)

_TABLE: Final = 1 << 22
"""Up to so many possible pairs of a fact and a person are looked up in a table, not sorted."""

Person: TypeAlias = tuple[str | None, str | None]
"""User and machine of a session."""


def load(connection: sqlite3.Connection) -> Columns:
    """The columns, as they are at this moment.

    Raises:
        Spoiled: they do not fit together.
    """
    try:
        return _load(connection)
    except (ValueError, LookupError, TypeError):
        raise Spoiled from None


def _load(connection: sqlite3.Connection) -> Columns:
    connection.execute("BEGIN")
    try:
        states = database.log_states(connection)
        segments = list(database.segments(connection))
        facts = {number: fact for fact, number in database.facts(connection).items()}
        sessions = database.sessions(connection)
    finally:
        connection.execute("ROLLBACK")
    logs = {state.id: place for place, state in enumerate(states)}
    log = _repeated([logs[row.log] for row in segments], segments).astype(np.uint16)
    session = _codes([row.session for row in segments])
    persons, person = _persons(states, sessions, log, session)
    pairs, cell = _pairs(_codes([row.fact for row in segments]), person, len(persons))
    first = _repeated([row.first for row in segments], segments)
    begin = _repeated(np.cumsum([0, *(row.rows for row in segments)])[:-1], segments)
    columns = Columns(
        logs=tuple(state.name for state in states),
        log=log,
        seq=np.arange(len(log)) - begin + first,
        time=np.frombuffer(b"".join(row.time for row in segments), np.int64),
        cell=cell.astype(np.uint32),
        document=_codes([row.document for row in segments]),
        cells=_cells(pairs, facts, persons),
    )
    parts = (session, columns.time, columns.cell, columns.document)
    if any(len(part) != len(log) for part in parts):
        raise ValueError("columns of different lengths")
    return columns if len(states) == 1 else _in_order(columns)


def _codes(blobs: Sequence[bytes]) -> Codes:
    return np.frombuffer(b"".join(blobs), np.uint32)


def _repeated(values: Sequence[int] | Numbers, segments: Sequence[SegmentRow]) -> Numbers:
    """One value a segment, as one a record."""
    rows = np.array([row.rows for row in segments], np.int64)
    return np.repeat(np.asarray(values, np.int64), rows)


def _persons(
    states: Sequence[LogState],
    sessions: Sequence[tuple[int, int, str | None, str | None]],
    log: NDArray[np.uint16],
    session: Codes,
) -> tuple[list[Person], Numbers]:
    """The users and machines, and which of them by record."""
    names = {state.id: state.name for state in states}
    known: dict[Person, int] = {}

    def number(user: str | None, machine: str | None, log_id: int) -> int:
        return known.setdefault((user, machine or names.get(log_id) or None), len(known))

    of_log = np.array([number(None, None, state.id) for state in states], np.int64)
    of_session = np.zeros(max((row[0] for row in sessions), default=0) + 1, np.int64)
    for session_id, log_id, user, machine in sessions:
        of_session[session_id] = number(user, machine, log_id)
    person: Numbers = of_session[session]
    unknown = session == NONE
    if unknown.any():
        person[unknown] = of_log[log[unknown]]
    return list(known), person


def _pairs(fact: Codes, person: Numbers, persons: int) -> tuple[Numbers, Numbers]:
    """The pairs of a fact and a person that there are, and which of them by record."""
    key = fact.astype(np.int64) * max(persons, 1) + person
    most = int(key.max(initial=0)) + 1
    if most > _TABLE:
        return np.unique(key, return_inverse=True)
    there = np.zeros(most, np.bool_)
    there[key] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[key]


def _cells(pairs: Numbers, facts: dict[int, Fact], persons: Sequence[Person]) -> Cells:
    words: dict[str | None, int] = {None: NONE}

    def coded(rows: Iterable[tuple[str | None, ...]], width: int) -> Codes:
        codes = [[words.setdefault(value, len(words)) for value in row] for row in rows]
        return np.array(codes, np.uint32).reshape(-1, width)

    of_fact = coded(facts.values(), len(_OF_FACT))
    of_person = coded(persons, len(_OF_PERSON))
    row = np.full(max(facts, default=0) + 1, -1)
    row[list(facts)] = np.arange(len(facts))
    fact, person = np.divmod(pairs, max(len(persons), 1))
    if (row[fact] < 0).any():
        raise LookupError("a fact is missing")
    codes = {dimension: of_fact[row[fact], at] for at, dimension in enumerate(_OF_FACT)}
    codes |= {dimension: of_person[person, at] for at, dimension in enumerate(_OF_PERSON)}
    return Cells([word or "" for word in words], codes)


def _in_order(columns: Columns) -> Columns:
    """By time, the records of one log in its own order whatever its clock did."""
    steady = columns.time.copy()
    for number in range(len(columns.logs)):
        own = columns.log == number
        steady[own] = np.maximum.accumulate(columns.time[own])
    order = np.argsort(steady, kind="stable")
    return replace(
        columns,
        log=columns.log[order],
        seq=columns.seq[order],
        time=columns.time[order],
        cell=columns.cell[order],
        document=columns.document[order],
    )
