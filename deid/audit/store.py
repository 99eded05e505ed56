"""The log on disk: records and their tree, appended by any number of processes.

Records and tiles are written in one transaction with `synchronous=FULL`: when `append` returns,
they are on the disk; when the process dies before, neither is there.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import RLock
from typing import Final

from deid.audit import database, merkle, tiles
from deid.audit.canonical import decode, encode, format_time
from deid.audit.records import DocumentCommitted, Event, Record
from deid.errors import DefectError, LogDamaged

_PAGE: Final = 1000
_WAIT: Final = 30.0


def log_path(home: Path) -> Path:
    """Where the log lies in the user's data folder."""
    return home / "audit" / "log.sqlite"


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


class AuditLog:
    """The log of one home folder. One object may serve several threads, but one process only."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Take over an open connection; use `AuditLog.open`."""
        self._connection = connection
        self._lock = RLock()
        self._process = os.getpid()
        self.path = path
        self.session = secrets.token_hex(8)
        """What the records appended through this object name as their session."""

    @classmethod
    def open(
        cls, home: Path, *, create: bool = True, read_only: bool = False, wait: float = _WAIT
    ) -> AuditLog:
        """The log in a home folder, made on first use.

        Args:
            home: the user's data folder, see `deid.resources.home`.
            create: make it when there is none.
            read_only: open it for reading only; then nothing is made.
            wait: seconds to wait for another process that is writing.

        Raises:
            LogUnavailable: locked, read-only, out of space, or there is none.
            LogDamaged: the file is not a log of this version.
        """
        path = log_path(home)
        if create and not read_only:
            database.create(path)
        return cls(database.connect(path, read_only=read_only, wait=wait), path)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> AuditLog:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def append(
        self, events: Sequence[Event], *, check: Callable[[int], object] | None = None
    ) -> range:
        """Write events as one batch, all or none, and return their places in the log.

        Events of other processes never come between those of one batch.

        Args:
            events: what is written.
            check: is given the place of the first before anything is written; no other process
                writes in between, and when it raises, nothing is written.

        Raises:
            LogUnavailable: locked, read-only, or out of space; nothing was written.
            LogDamaged: the file is not what it should be; nothing was written.
            DefectError: an event does not have the form of its kind; nothing was written.
        """
        with self._writing() as connection:
            first = count(connection)
            if check is not None:
                check(first)
            now = datetime.now(UTC)
            bodies = [
                encode(Record(seq, now, self.session, event))
                for seq, event in enumerate(events, start=first)
            ]
            connection.executemany(
                "INSERT INTO records (seq, body) VALUES (?, ?)",
                ((seq, body.decode()) for seq, body in enumerate(bodies, start=first)),
            )
            grown = tiles.grow(tile_reader(connection), first, map(merkle.leaf_hash, bodies))
            connection.executemany(
                "INSERT INTO tiles (row, number, hashes) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET hashes = excluded.hashes",
                ((row, number, hashes) for (row, number), hashes in grown.items()),
            )
        return range(first, first + len(bodies))

    def add_checkpoint(self, sign: Callable[[int, merkle.Nodes, str | None], str]) -> str:
        """Keep a signed checkpoint of the log as it stands, and return it.

        Args:
            sign: makes it from the size, the nodes of the tree and the last checkpoint kept. When
                it returns that last one, nothing is added.

        Raises:
            LogUnavailable: locked, read-only, or out of space; nothing was written.
            LogDamaged: the tree lacks hashes.
        """
        with self._writing() as connection:
            size = count(connection)
            kept = connection.execute(
                "SELECT note FROM checkpoints ORDER BY id DESC LIMIT 1"
            ).fetchone()
            last = None if kept is None else str(kept[0])
            note = sign(size, tiles.nodes(tile_reader(connection)), last)
            if note != last:
                connection.execute("INSERT INTO checkpoints (note) VALUES (?)", (note,))
        return note

    def checkpoints(self) -> tuple[str, ...]:
        """Every checkpoint kept, from the oldest to the newest."""
        with self._reading() as connection:
            rows = connection.execute("SELECT note FROM checkpoints ORDER BY id").fetchall()
        return tuple(str(note) for (note,) in rows)

    @property
    def size(self) -> int:
        """How many records there are."""
        with self._reading() as connection:
            return count(connection)

    def root(self, size: int | None = None) -> bytes:
        """Hash of the tree over the first `size` records, or over all.

        Raises:
            LogDamaged: the log is smaller, or hashes are missing.
        """
        with self.snapshot() as (now, nodes):
            wanted = now if size is None else size
            if not 0 <= wanted <= now:
                raise LogDamaged(f"the log has {now} records, not {wanted}")
            return merkle.root(nodes, wanted)

    def record(self, seq: int) -> Record:
        """The record at one place.

        Raises:
            LogDamaged: there is none, or it cannot be read.
        """
        return decode(self.body(seq), seq=seq)

    def body(self, seq: int) -> bytes:
        """The canonical bytes of the record at one place.

        Raises:
            LogDamaged: there is none.
        """
        with self._reading() as connection:
            row = connection.execute(
                "SELECT CAST(body AS BLOB) FROM records WHERE seq = ?", (seq,)
            ).fetchone()
        if row is None:
            raise LogDamaged(f"record {seq}: the log has none of that number")
        return bytes(row[0])

    def bodies(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Places and canonical bytes of the records in `[start, stop)`, as stored."""
        if stop is None:
            return self._pages("seq >= ?", (start,))
        return self._pages("seq >= ? AND seq < ?", (start, stop))

    def records(self, start: int = 0, stop: int | None = None) -> Iterator[Record]:
        """The records in `[start, stop)`, in order.

        Raises:
            LogDamaged: one cannot be read.
        """
        return (decode(body, seq=seq) for seq, body in self.bodies(start, stop))

    def select(self, wanted: Filter) -> Iterator[Record]:
        """The records that a filter lets through, in order.

        Raises:
            LogDamaged: one cannot be read.
        """
        conditions: list[str] = []
        values: list[str] = []
        if wanted.kinds is not None:
            conditions.append(f"event IN ({', '.join('?' * len(wanted.kinds))})")
            values.extend(event.kind for event in wanted.kinds)
        if wanted.document is not None:
            conditions.append("document = ?")
            values.append(wanted.document)
        if wanted.since is not None:
            conditions.append("time >= ?")
            values.append(format_time(wanted.since))
        if wanted.until is not None:
            conditions.append("time < ?")
            values.append(format_time(wanted.until))
        found = self._pages(" AND ".join(conditions) or "1", tuple(values))
        return (decode(body, seq=seq) for seq, body in found)

    def find_output(self, sha256: str, policy_digest: str) -> int | None:
        """Place of the last commit with this output in which this policy replaced something."""
        return self._last_commit(
            "output_sha256 = ? AND json_extract(body, '$.policy_digest') = ?"
            " AND json_extract(body, '$.redactions') > 0",
            sha256,
            policy_digest,
        )

    def find_commit(self, input_sha256: str, policy_digest: str, output_name: str) -> int | None:
        """Place of the last commit of this input, policy and output name, for resuming."""
        return self._last_commit(
            "input_sha256 = ? AND json_extract(body, '$.policy_digest') = ?"
            " AND json_extract(body, '$.output_name') = ?",
            input_sha256,
            policy_digest,
            output_name,
        )

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, with its errors explained."""
        if os.getpid() != self._process:
            raise DefectError("a log must be opened anew in each process")
        with self._lock, database.explained(self.path):
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

    @contextmanager
    def snapshot(self) -> Iterator[tuple[int, merkle.Nodes]]:
        """Size and nodes of the tree as they are at one moment, whatever others append."""
        with self._reading() as connection:
            connection.execute("BEGIN")
            try:
                yield count(connection), tiles.nodes(tile_reader(connection))
            finally:
                connection.execute("ROLLBACK")

    def _pages(self, condition: str, values: tuple[str | int, ...]) -> Iterator[tuple[int, bytes]]:
        # In pages, so that no long read keeps the write-ahead file from being folded in.
        after = -1
        while True:
            with self._reading() as connection:
                rows = connection.execute(
                    f"SELECT seq, CAST(body AS BLOB) FROM records WHERE {condition} AND seq > ?"  # noqa: S608
                    " ORDER BY seq LIMIT ?",
                    (*values, after, _PAGE),
                ).fetchall()
            yield from rows
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def _last_commit(self, condition: str, *values: str) -> int | None:
        with self._reading() as connection:
            (seq,) = connection.execute(
                "SELECT max(seq) FROM records"  # noqa: S608
                f" WHERE event = '{DocumentCommitted.kind}' AND {condition}",
                values,
            ).fetchone()
        return None if seq is None else int(seq)


def count(connection: sqlite3.Connection) -> int:
    """How many records the log has, by the number of the last."""
    (last,) = connection.execute("SELECT max(seq) FROM records").fetchone()
    return 0 if last is None else int(last) + 1


def tile_reader(connection: sqlite3.Connection) -> tiles.ReadTile:
    """Reads a stored tile; one that is not there is empty."""

    def read(row: int, number: int) -> bytes:
        found = connection.execute(
            "SELECT hashes FROM tiles WHERE row = ? AND number = ?", (row, number)
        ).fetchone()
        return b"" if found is None else bytes(found[0])

    return read
