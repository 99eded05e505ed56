"""The SQLite file of the log: its tables, how it is opened, and what its errors mean."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from deid.audit import schema
from deid.errors import DefectError, LogDamaged, LogUnavailable

APPLICATION_ID: Final = 0x4E56414C  # "NVAL", in the header of the file
VERSION: Final = 2
_OLD_VERSION: Final = 1  # the same tables; nothing of it is archived

# `event`, `document` and `time` are computed from the record, so they cannot say anything else.
# The two indices over commits hold an entry a document, not one a record.
_SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
CREATE TABLE records (
    seq INTEGER PRIMARY KEY,
    body TEXT NOT NULL,
    event TEXT GENERATED ALWAYS AS (json_extract(body, '$.event')) VIRTUAL,
    document TEXT GENERATED ALWAYS AS (json_extract(body, '$.document')) VIRTUAL,
    time TEXT GENERATED ALWAYS AS (json_extract(body, '$.time')) VIRTUAL,
    output_sha256 TEXT GENERATED ALWAYS AS (json_extract(body, '$.output_sha256')) VIRTUAL,
    input_sha256 TEXT GENERATED ALWAYS AS (json_extract(body, '$.input_sha256')) VIRTUAL
) STRICT;
CREATE INDEX records_by_event ON records (event);
CREATE INDEX records_by_document ON records (document);
CREATE INDEX records_by_time ON records (time);
CREATE INDEX commits_by_output ON records (output_sha256) WHERE event = 'document-committed';
CREATE INDEX commits_by_input ON records (input_sha256) WHERE event = 'document-committed';
CREATE TABLE tiles (
    row INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (row, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoints (
    id INTEGER PRIMARY KEY,
    note TEXT NOT NULL
) STRICT;
"""

REMEDIES: Final = {
    sqlite3.SQLITE_BUSY: "another program is writing to it: close that one or try again later",
    sqlite3.SQLITE_LOCKED: "another program is writing to it: close that one or try again later",
    sqlite3.SQLITE_READONLY: "it may not be written: give yourself the right to write its folder",
    sqlite3.SQLITE_PERM: "it may not be opened: check the rights of the file and its folder",
    sqlite3.SQLITE_CANTOPEN: "it cannot be opened: check the rights of the file and its folder",
    sqlite3.SQLITE_FULL: "there is no space left: free some and try again",
    sqlite3.SQLITE_IOERR: "the disk failed or is full: free some space and check the disk",
    sqlite3.SQLITE_NOMEM: "there is not enough memory: close other programs and try again",
    sqlite3.SQLITE_PROTOCOL: "its lock cannot be had: move it off the network share",
}
"""What to do about an SQLite file that cannot be used now, by primary result code."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into an error that says what to do.

    Raises:
        LogUnavailable: locked, read-only, out of space.
        LogDamaged: the file is not a log, or no longer one.
        DefectError: the log was closed before, or we used SQLite wrongly.
    """
    try:
        yield
    except (sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise DefectError(f"log {path}: used after it was closed, or wrongly") from None
    except OSError as error:
        raise LogUnavailable(
            f"log {path}: cannot be opened ({error.strerror}): check the rights of its folder"
        ) from None
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in REMEDIES:
            raise LogUnavailable(f"log {path}: {REMEDIES[code]}") from None
        raise LogDamaged(
            f"log {path}: the file is damaged or no log of this program: "
            "keep it as it is and ask the privacy officer"
        ) from None


def create(path: Path) -> None:
    """Make an empty log, unless there is one. Several processes may do this at once.

    Raises:
        LogUnavailable: the folder cannot be made or written.
    """
    with explained(path):
        schema.create(path, _SCHEMA)


def connect(path: Path, *, read_only: bool, wait: float) -> sqlite3.Connection:
    """A connection to the log in this file, which becomes one of this version when it is written.

    Args:
        path: the file.
        read_only: whether nothing may be written.
        wait: seconds to wait for another process that is writing.

    Raises:
        LogUnavailable: there is none, or it cannot be opened.
        LogDamaged: the file is not a log of this version.
    """
    with explained(path):
        if not path.is_file():
            raise LogUnavailable(
                f"log {path}: there is none: check DEID_HOME, or redact a note first"
            )
        connection = sqlite3.connect(
            _uri(path, read_only=read_only),
            uri=True,
            timeout=wait,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            connection.execute("PRAGMA synchronous = FULL")
            _check_header(connection, path)
            if not read_only:
                _migrate(connection)
        except BaseException:
            connection.close()
            raise
    return connection


def _uri(path: Path, *, read_only: bool) -> str:
    address = path.resolve().as_uri()
    if not read_only:
        return f"{address}?mode=rw"
    # Where the folder may not be written, SQLite cannot make the files by which processes agree,
    # so it is told that there is nobody to agree with; that holds when no such file is there.
    in_use = path.with_name(f"{path.name}-wal").exists()
    effective = os.access in os.supports_effective_ids
    writable = os.access(path.parent, os.W_OK, effective_ids=effective)
    return f"{address}?mode=ro{'' if in_use or writable else '&immutable=1'}"


def _check_header(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise LogDamaged(f"log {path}: the file is no log of this program")
    if version not in (_OLD_VERSION, VERSION):
        raise LogDamaged(
            f"log {path}: of version {version}, and this program reads versions {_OLD_VERSION} "
            f"and {VERSION}: use the program that wrote it"
        )
    if not schema.has_only(connection, _SCHEMA):
        raise LogDamaged(f"log {path}: its tables are not those of this program")


def _migrate(connection: sqlite3.Connection) -> None:
    """Make a file of the old version one of this: only the programs that may open it change."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == _OLD_VERSION:
        connection.execute(f"PRAGMA user_version = {VERSION}")
