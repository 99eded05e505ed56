"""The SQLite file of the worklist: its tables, how it is opened, and what its errors mean."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from deid.audit import schema
from deid.audit.database import REMEDIES
from deid.audit.keys import Keys
from deid.errors import DefectError, WorklistUnusable
from deid.worklist.seal import Seal

APPLICATION_ID: Final = 0x4E56574C  # "NVWL", in the header of the file
VERSION: Final = 1

# What is BLOB is sealed. `place` is a keyed fingerprint of a path: equal for equal paths, and
# without the site key it tells nothing. A step whose `act` is NULL was forgotten with its review;
# it still counts for what may be done again.
_SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
CREATE TABLE site (key TEXT NOT NULL) STRICT;
CREATE TABLE items (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    place TEXT,
    about BLOB NOT NULL,
    origin TEXT NOT NULL,
    state TEXT NOT NULL,
    length INTEGER NOT NULL DEFAULT 0,
    marks INTEGER NOT NULL DEFAULT 0,
    uncertain INTEGER NOT NULL DEFAULT 0,
    added TEXT NOT NULL,
    changed TEXT NOT NULL,
    batch INTEGER,
    text BLOB
) STRICT;
CREATE INDEX items_by_place ON items (place);
CREATE TABLE reviews (
    item INTEGER PRIMARY KEY,
    revision INTEGER NOT NULL,
    snapshot BLOB NOT NULL
) STRICT;
CREATE TABLE steps (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    item INTEGER NOT NULL,
    step TEXT NOT NULL,
    act BLOB
) STRICT;
CREATE INDEX steps_by_item ON steps (item);
CREATE TABLE folders (
    place TEXT PRIMARY KEY,
    watched BLOB,
    choice BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE taken (
    seen TEXT PRIMARY KEY,
    folder TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE batches (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    folder BLOB NOT NULL,
    total INTEGER NOT NULL,
    done INTEGER NOT NULL DEFAULT 0,
    refused INTEGER NOT NULL DEFAULT 0,
    started TEXT NOT NULL,
    heard TEXT NOT NULL,
    ended TEXT
) STRICT;
"""

# The tables are those of this program, so a statement that does not fit them is ours.
_OURS: Final = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISUSE})
_BEGIN_ANEW: Final = "move the file away to begin a new list (no note is lost)"


def worklist_path(home: Path) -> Path:
    """Where the worklist lies in the user's data folder."""
    return home / "worklist" / "worklist.sqlite"


class Table:
    """An open file of the worklist, with what seals and opens.

    Args:
        connection: open, in autocommit mode.
        keys: the site's keys.
        path: the file.
    """

    def __init__(self, connection: sqlite3.Connection, *, keys: Keys, path: Path) -> None:
        self._connection = connection
        self._keys = keys
        self._seal = Seal(keys.site_key)
        self._path = path

    @classmethod
    def open(cls, home: Path, *, keys: Keys, wait: float) -> Table:
        """The file in a home folder, made on first use. Several processes may do so at once.

        Args:
            home: the user's data folder.
            keys: the site's keys.
            wait: seconds to wait for another process that is writing.

        Raises:
            WorklistUnusable: it cannot be made or opened, is open to other users, or is no
                worklist of this version and site key.
        """
        path = worklist_path(home)
        with _explained(path):
            schema.create(
                path,
                _SCHEMA,
                lambda new: new.execute("INSERT INTO site VALUES (?)", (keys.id,)),
            )
            _check_private(path)
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=rw",
                uri=True,
                timeout=wait,
                isolation_level=None,
                # A pool of one thread gives up that thread when it is idle, and makes another.
                check_same_thread=False,
            )
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                _check_header(connection, path, keys)
            except BaseException:
                connection.close()
                raise
        return cls(connection, keys=keys, path=path)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, with what goes wrong told.

        Raises:
            WorklistUnusable: locked, out of space, or damaged.
        DefectError: the worklist was closed before, or we used SQLite wrongly.
        """
        with _explained(self._path):
            yield self._connection

    @contextmanager
    def snapshot(self) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction that only reads: all of it at one point in time.

        Raises:
            WorklistUnusable: locked, out of space, or damaged.
        """
        with self._transaction("BEGIN") as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """The connection in a transaction: on the disk when this ends, or nothing of it.

        Raises:
            WorklistUnusable: locked, read-only, out of space, or damaged; nothing was written.
        """
        with self._transaction("BEGIN IMMEDIATE") as connection:
            yield connection

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        with self.reading() as connection:
            connection.execute(begin)
            try:
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def seal(self, value: object, *, place: str) -> bytes:
        """A value of JSON, sealed for this place."""
        return self._seal.close(json.dumps(value), place=place)

    def unseal(self, sealed: bytes, *, place: str) -> Any:
        """The value that was sealed for this place, in the form in which it was given.

        Raises:
            WorklistUnusable: it was changed, or comes from another place.
        """
        return json.loads(self._seal.open(sealed, place=place))

    def fingerprint(self, path: Path, *parts: int) -> str:
        """What stands for a path where equal ones are looked for."""
        # normcase and abspath do not touch the disk, which may be a share that is away.
        whole = os.path.normcase(os.path.abspath(path))  # noqa: PTH100 - resolve() would touch it
        return self._keys.fingerprint("worklist-place", "\0".join([whole, *map(str, parts)]))


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Turn what SQLite raises inside into an error that says what to do."""
    try:
        yield
    except (sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise DefectError(f"worklist {path}: used after it was closed, or wrongly") from None
    except OSError as error:
        raise WorklistUnusable(
            f"worklist {path}: cannot be opened ({error.strerror}): check the rights of its folder"
        ) from None
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        if code in _OURS:
            raise DefectError(f"worklist {path}: SQLite refused with code {code}") from None
        remedy = REMEDIES.get(code, f"the file is damaged: {_BEGIN_ANEW}")
        raise WorklistUnusable(f"worklist {path}: {remedy}") from None


def _check_private(path: Path) -> None:
    if os.name == "posix" and path.stat().st_mode & 0o077:
        raise WorklistUnusable(f"worklist {path}: open to other users: `chmod go-rwx` it")


def _check_header(connection: sqlite3.Connection, path: Path, keys: Keys) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise WorklistUnusable(f"worklist {path}: no worklist of this program: {_BEGIN_ANEW}")
    if version != VERSION:
        raise WorklistUnusable(
            f"worklist {path}: of version {version}, and this program reads version {VERSION}: "
            f"use the program that wrote it, or {_BEGIN_ANEW}"
        )
    if not schema.has_only(connection, _SCHEMA):
        raise WorklistUnusable(
            f"worklist {path}: its tables are not those of this program: {_BEGIN_ANEW}"
        )
    (key,) = connection.execute("SELECT key FROM site").fetchone() or ("",)
    if key != keys.id:
        raise WorklistUnusable(
            f"worklist {path}: sealed under another site key than the one that is there: restore "
            f"that key from its backup, or {_BEGIN_ANEW}"
        )
