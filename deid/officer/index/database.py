"""The SQLite file of the index: its tables, and what is read from and written to them.

Records are kept in segments of up to `SEGMENT` records of one log that follow one another, as
packed columns of numbers: they are read whole, and searched in memory.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

from deid.audit import schema
from deid.audit.database import REMEDIES
from deid.errors import DefectError, LogUnavailable
from deid.officer.index.entry import Fact

APPLICATION_ID: Final = 0x4E564958  # "NVIX", in the header of the file
VERSION: Final = 2
"""The first one did not tell apart what a policy let stay; a file of it is made anew."""
SEGMENT: Final = 16_384
"""The most records of a segment. The last one is written anew whenever records are added."""

_WAIT: Final = 30.0
_SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
CREATE TABLE logs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    root BLOB NOT NULL,
    unreadable INTEGER NOT NULL
) STRICT;
CREATE TABLE facts (
    id INTEGER PRIMARY KEY,
    event TEXT NOT NULL,
    label TEXT,
    detector TEXT,
    policy TEXT,
    outcome TEXT
) STRICT;
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY,
    log INTEGER NOT NULL,
    name TEXT NOT NULL,
    user TEXT,
    machine TEXT,
    UNIQUE (log, name)
) STRICT;
CREATE TABLE documents (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE segments (
    log INTEGER NOT NULL,
    first INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    time BLOB NOT NULL,
    fact BLOB NOT NULL,
    session BLOB NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (log, first)
) STRICT;
"""


class Spoiled(Exception):
    """The file is not an index that can be used. Nothing is lost with it: it is made anew."""


@dataclass(frozen=True, slots=True)
class LogState:
    """How much of a log is indexed.

    Attributes:
        id: of the log in the index.
        size: how many records.
        root: hash of the tree over them.
        unreadable: how many of them cannot be read.
    """

    id: int
    name: str
    size: int
    root: bytes
    unreadable: int


@dataclass(frozen=True, slots=True)
class SegmentRow:
    """Records of one log that follow one another, as columns packed in the machine's byte order.

    Attributes:
        log: id of the log.
        first: number of the first record in its log.
        rows: how many there are.
        time: milliseconds since 1970, 8 bytes each.
        fact: 4 bytes each.
        session: 4 bytes each.
        document: 4 bytes each; 0 for none.
    """

    log: int
    first: int
    rows: int
    time: bytes
    fact: bytes
    session: bytes
    document: bytes


@contextmanager
def explained(path: Path | None) -> Iterator[None]:
    """Tell what the surroundings did wrong from a file that is spoiled.

    Raises:
        LogUnavailable: the index is locked, may not be written, or has no space.
        Spoiled: the file is no index of this version, or no longer one.
        DefectError: the index was closed before, or we used SQLite wrongly.
    """
    try:
        yield
    except (sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise DefectError(f"index {path}: used after it was closed, or wrongly") from None
    except OSError as error:
        raise LogUnavailable(
            f"index {path}: cannot be made ({error.strerror}): check the rights of its folder"
        ) from None
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in REMEDIES:
            raise LogUnavailable(f"index {path}: {REMEDIES[code]}") from None
        raise Spoiled from None


def connect(path: Path | None) -> sqlite3.Connection:
    """A connection to the index in a file that is made if it is not there, or to one in memory.

    Raises:
        LogUnavailable: it cannot be opened or made.
        Spoiled: the file is no index of this version.
    """
    with explained(path):
        if path is not None:
            schema.create(path, _SCHEMA)
        connection = sqlite3.connect(
            path if path is not None else ":memory:",
            timeout=_WAIT,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            if path is None:
                connection.executescript(_SCHEMA)
            connection.execute("PRAGMA synchronous = NORMAL")
            _check(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def discard(path: Path) -> None:
    """Take away the index in this file.

    Raises:
        LogUnavailable: another program has it open, or it may not be taken away.
    """
    with explained(path):
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            path.with_name(name).unlink(missing_ok=True)


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """One write transaction, undone when the block raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def log_states(connection: sqlite3.Connection) -> tuple[LogState, ...]:
    """The logs that are indexed, in the order in which they came."""
    rows = connection.execute("SELECT id, name, size, root, unreadable FROM logs ORDER BY id")
    return tuple(LogState(*row) for row in rows)


def put_log(connection: sqlite3.Connection, state: LogState) -> None:
    """Write how much of a log is indexed."""
    connection.execute("INSERT OR REPLACE INTO logs VALUES (?, ?, ?, ?, ?)", astuple(state))


def drop_log(connection: sqlite3.Connection, log: int) -> None:
    """Take away everything about a log."""
    connection.execute("DELETE FROM segments WHERE log = ?", (log,))
    connection.execute("DELETE FROM sessions WHERE log = ?", (log,))
    connection.execute("DELETE FROM logs WHERE id = ?", (log,))


def last_segment(connection: sqlite3.Connection, log: int) -> SegmentRow | None:
    """The segment with the newest records of a log."""
    row = connection.execute(
        "SELECT * FROM segments WHERE log = ? ORDER BY first DESC LIMIT 1", (log,)
    ).fetchone()
    return None if row is None else SegmentRow(*row)


def segments(connection: sqlite3.Connection) -> Iterator[SegmentRow]:
    """All segments, those of a log together and in the order of its records."""
    for row in connection.execute("SELECT * FROM segments ORDER BY log, first"):
        yield SegmentRow(*row)


def put_segment(connection: sqlite3.Connection, segment: SegmentRow) -> None:
    """Write a segment, in the place of the one that begins there."""
    connection.execute(
        "INSERT OR REPLACE INTO segments VALUES (?, ?, ?, ?, ?, ?, ?)", astuple(segment)
    )


def facts(connection: sqlite3.Connection) -> dict[Fact, int]:
    """The facts and their ids."""
    rows = connection.execute("SELECT id, event, label, detector, policy, outcome FROM facts")
    return {Fact(*columns): number for number, *columns in rows}


def sessions(connection: sqlite3.Connection) -> list[tuple[int, int, str | None, str | None]]:
    """Id, log, user and machine of each session."""
    return connection.execute("SELECT id, log, user, machine FROM sessions").fetchall()


def document(connection: sqlite3.Connection, fingerprint: str) -> int | None:
    """Id of a document."""
    row = connection.execute(
        "SELECT id FROM documents WHERE fingerprint = ?", (fingerprint,)
    ).fetchone()
    return None if row is None else int(row[0])


def _check(connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    known = (application, version) == (APPLICATION_ID, VERSION)
    if not known or not schema.has_only(connection, _SCHEMA):
        raise Spoiled
