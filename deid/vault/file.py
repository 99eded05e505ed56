"""The SQLite file of the vault: public keys, who opens them, and sealed entries.

Nothing in it is a value or a name in the clear. Documents go by the keyed fingerprints and digests
that the log has too.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Final

from deid.audit import schema
from deid.audit.database import REMEDIES
from deid.errors import DefectError, VaultUnusable

APPLICATION_ID: Final = 0x4E565654  # "NVVT", in the header of the file
VERSION: Final = 1
_WAIT: Final = 30.0

_SCHEMA: Final = f"""
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {VERSION};
CREATE TABLE keys (
    id INTEGER PRIMARY KEY,
    public TEXT NOT NULL UNIQUE,
    statement TEXT NOT NULL
) STRICT;
CREATE TABLE shares (
    public TEXT NOT NULL,
    person TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (public, person)
) STRICT, WITHOUT ROWID;
CREATE TABLE entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    public TEXT NOT NULL,
    document TEXT NOT NULL,
    output_sha256 TEXT NOT NULL,
    policy_digest TEXT NOT NULL,
    log_size INTEGER NOT NULL,
    added TEXT NOT NULL,
    places TEXT NOT NULL,
    sealed BLOB NOT NULL
) STRICT;
CREATE INDEX entries_by_document ON entries (document);
CREATE INDEX entries_by_output ON entries (output_sha256);
CREATE TABLE settled (until INTEGER NOT NULL) STRICT;
"""
_ENTRY: Final = (
    "SELECT id, public, document, output_sha256, policy_digest, log_size, added, places, sealed"
    " FROM entries"
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A key of the vault.

    Attributes:
        public: the X25519 public key, in hex.
        statement: of the officer who made it.
    """

    public: str
    statement: str


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What is put into the vault of one note.

    Attributes:
        public: the key that it is sealed to, in hex.
        document: fingerprint of the note's id.
        output_sha256: of its output.
        policy_digest: under which it was redacted.
        log_size: how many records the log had before those of the release.
        places: where values were replaced.
        sealed: the values.
    """

    public: str
    document: str
    output_sha256: str
    policy_digest: str
    log_size: int
    places: str
    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entry:
    """What lies in the vault of one note.

    Attributes:
        id: number of the entry.
        added: when it was put in, by the clock of the machine.
        content: what was put in.
    """

    id: int
    added: datetime
    content: NewEntry


def vault_path(home: Path) -> Path:
    """Where the vault lies in the user's data folder."""
    return home / "vault" / "vault.sqlite"


def remove_remains(home: Path) -> None:
    """Remove what SQLite left beside a vault whose file is gone; it would be taken for a new one's.

    Raises:
        VaultUnusable: it cannot be removed.
    """
    path = vault_path(home)
    with _explained():
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)


class VaultFile:
    """The vault of one home folder, open. Close it, or use it in a `with` statement."""

    def __init__(self, connection: sqlite3.Connection, home: Path) -> None:
        """Take over an open connection; use `VaultFile.open`."""
        self._connection = connection
        self._home = home
        self._was = _identity(home)
        self._lock = RLock()

    @classmethod
    def open(cls, home: Path, *, create: bool = False) -> VaultFile:
        """The vault in a home folder.

        Args:
            home: the user's data folder.
            create: make it when there is none.

        Raises:
            VaultUnusable: there is none, it cannot be opened, is open to other users, or is no
                vault of this version.
        """
        path = vault_path(home)
        with _explained():
            if create:
                schema.create(
                    path, _SCHEMA, lambda new: new.execute("INSERT INTO settled VALUES (0)")
                )
            _check_private(path)
            connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=rw",
                uri=True,
                timeout=_WAIT,
                isolation_level=None,
                check_same_thread=False,
            )
            try:
                connection.execute("PRAGMA synchronous = FULL")
                connection.execute("PRAGMA secure_delete = ON")
                _check_header(connection)
            except BaseException:
                connection.close()
                raise
        return cls(connection, home)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> VaultFile:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def in_place(self) -> bool:
        """Whether the file still lies where it was opened, and no other one in its place."""
        with _explained():
            return _identity(self._home) == self._was

    def newest_key(self) -> str | None:
        """The newest public key, in hex, whether it is on record or not; None: there is none."""
        with self._reading() as connection:
            row = connection.execute("SELECT public FROM keys ORDER BY id DESC LIMIT 1").fetchone()
        return None if row is None else str(row[0])

    def public_keys(self) -> tuple[PublicKey, ...]:
        """All keys, from the oldest to the newest."""
        with self._reading() as connection:
            rows = connection.execute("SELECT public, statement FROM keys ORDER BY id").fetchall()
        return tuple(PublicKey(*row) for row in rows)

    def add_key(self, key: PublicKey, shares: Mapping[str, bytes]) -> None:
        """Put in a key and its private half, wrapped for each person, in one transaction."""
        with self._writing() as connection:
            connection.execute(
                "INSERT INTO keys (public, statement) VALUES (?, ?)", (key.public, key.statement)
            )
            _add_shares(connection, key.public, shares)

    def shares(self, public: str) -> dict[str, bytes]:
        """The private half of a key, wrapped, by the id of each person who can open it."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT person, wrapped FROM shares WHERE public = ?", (public,)
            ).fetchall()
        return dict(rows)

    def replace_shares(self, public: str, shares: Mapping[str, bytes]) -> None:
        """Let just these people open a key from now on."""
        with self._writing() as connection:
            connection.execute("DELETE FROM shares WHERE public = ?", (public,))
            _add_shares(connection, public, shares)

    def add(self, entries: Sequence[NewEntry]) -> tuple[int, ...]:
        """Put in what is kept of some notes, all or none; it is on the disk afterwards."""
        added = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._writing() as connection:
            return tuple(_add(connection, entry, added) for entry in entries)

    def remove(self, ids: Sequence[int]) -> None:
        """Take entries out again."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM entries WHERE id = ?", [(one,) for one in ids])

    def of_document(self, document: str) -> tuple[Entry, ...]:
        """What is kept of a document, from the oldest to the newest."""
        return self._entries("document = ?", document)

    def of_output(self, output_sha256: str) -> tuple[Entry, ...]:
        """What is kept of an output, from the oldest to the newest."""
        return self._entries("output_sha256 = ?", output_sha256)

    def count(self) -> int:
        """How many notes something is kept of."""
        with self._reading() as connection:
            (count,) = connection.execute("SELECT count(*) FROM entries").fetchone()
        return int(count)

    def unsettled(self, limit: int) -> tuple[Entry, ...]:
        """The oldest entries of which it was not yet found out whether the log has a record."""
        return self._entries("id > (SELECT until FROM settled) ORDER BY id LIMIT ?", limit)

    def settle(self, until: int, *, gone: Sequence[int]) -> None:
        """Note that entries up to this one have their records but those that go."""
        with self._writing() as connection:
            connection.executemany("DELETE FROM entries WHERE id = ?", [(one,) for one in gone])
            connection.execute("UPDATE settled SET until = max(until, ?)", (until,))

    def _entries(self, condition: str, value: str | int) -> tuple[Entry, ...]:
        order = "" if "ORDER" in condition else " ORDER BY id"
        with self._reading() as connection:
            rows = connection.execute(f"{_ENTRY} WHERE {condition}{order}", (value,)).fetchall()
        return tuple(_entry(row) for row in rows)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, _explained():
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """The connection inside one write transaction, undone when the block raises."""
        with self._reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise


def _add_shares(connection: sqlite3.Connection, public: str, shares: Mapping[str, bytes]) -> None:
    rows = [(public, person, wrapped) for person, wrapped in shares.items()]
    connection.executemany("INSERT INTO shares VALUES (?, ?, ?)", rows)


def _add(connection: sqlite3.Connection, entry: NewEntry, added: str) -> int:
    put = connection.execute(
        "INSERT INTO entries (public, document, output_sha256, policy_digest, log_size, added,"
        " places, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry.public,
            entry.document,
            entry.output_sha256,
            entry.policy_digest,
            entry.log_size,
            added,
            entry.places,
            entry.sealed,
        ),
    )
    return int(put.lastrowid or 0)


def _entry(row: tuple[int, str, str, str, str, int, str, str, bytes]) -> Entry:
    number, public, document, output, policy, log_size, added, places, sealed = row
    try:
        when = datetime.fromisoformat(added).astimezone(UTC)
    except ValueError:
        raise VaultUnusable("vault: the time of an entry is damaged") from None
    content = NewEntry(public, document, output, policy, log_size, places, sealed)
    return Entry(number, when, content)


def _identity(home: Path) -> tuple[int, int] | None:
    try:
        there = vault_path(home).stat()
    except FileNotFoundError:
        return None
    return there.st_dev, there.st_ino


def _check_private(path: Path) -> None:
    if not path.is_file():
        raise VaultUnusable(
            "there is no vault: an officer makes one with `deid audit vault create`"
        )
    if os.name != "nt" and path.stat().st_mode & 0o077:
        raise VaultUnusable(f"{path.name}: open to other users: `chmod go-rwx` it")


def _check_header(connection: sqlite3.Connection) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    ours = (application, version) == (APPLICATION_ID, VERSION)
    if not ours or not schema.has_only(connection, _SCHEMA):
        raise VaultUnusable("the file is no vault of this program and version")


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except (sqlite3.InterfaceError, sqlite3.ProgrammingError):
        raise DefectError("the vault was used after it was closed, or wrongly") from None
    except OSError as error:
        raise VaultUnusable(
            f"the vault cannot be opened ({error.strerror}): check the rights of its folder"
        ) from None
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF
        remedy = REMEDIES.get(code, "its file is damaged: restore it from its backup")
        raise VaultUnusable(f"the vault cannot be used: {remedy}") from None
