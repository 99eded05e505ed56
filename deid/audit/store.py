"""The log on disk: records and their tree, appended by any number of processes.

Records and tiles are written in one transaction with `synchronous=FULL`: when `append` returns,
they are on the disk; when the process dies before, neither is there.
"""

from __future__ import annotations

import heapq
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import RLock
from typing import Final, Protocol

from deid.audit import database, merkle, rows, tiles
from deid.audit.canonical import decode
from deid.audit.records import Archived, DocumentCommitted, Event, Record
from deid.audit.selection import Filter as Filter
from deid.errors import DefectError, LogDamaged, LogUnavailable

_PAGE: Final = 1000
_WAIT: Final = 30.0

# What is made in a data folder only once there is a log.
_LATER: Final = ("codes.sqlite", "vault", "held")


def log_path(home: Path) -> Path:
    """Where the log lies in the user's data folder."""
    return home / "audit" / "log.sqlite"


class Elsewhere(Protocol):
    """Where records are that are no longer in the log, see `deid.audit.archives`."""

    def bodies(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """Places and canonical bytes of those of `[start, stop)` that are at hand."""


class AuditLog:
    """The log of one home folder. One object may serve several threads, but one process only."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        """Take over an open connection; use `AuditLog.open`."""
        self._connection = connection
        self._lock = RLock()
        self._process = os.getpid()
        self._elsewhere: Elsewhere | None = None
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
            LogUnavailable: locked, read-only, out of space, or there is none; or it is gone from
                beside what came after it, so that a new one would hide the loss.
            LogDamaged: the file is not a log of this version.
        """
        path = log_path(home)
        if create and not read_only:
            # Looked for before the log: another process makes the log first.
            later = any(_holds_anything(home / name) for name in _LATER)
            if later and not path.exists():
                raise LogUnavailable(
                    f"log {path}: missing, but there is more that belongs to it: restore `audit` "
                    "from its backup, or move the data folder away to begin a new one"
                )
            database.create(path)
        return cls(database.connect(path, read_only=read_only, wait=wait), path)

    @classmethod
    def read(cls, path: Path, *, wait: float = _WAIT) -> AuditLog:
        """The log in this file, wherever it lies, for reading only.

        Raises:
            LogUnavailable: locked, or there is none.
            LogDamaged: the file is not a log of this version.
        """
        return cls(database.connect(path, read_only=True, wait=wait), path)

    def attach(self, elsewhere: Elsewhere | None) -> None:
        """Read archived records there; each is compared with the hash that the log has kept.

        Args:
            elsewhere: None: nowhere any more.
        """
        self._elsewhere = elsewhere

    @property
    def reads_archives(self) -> bool:
        """Whether archived records are read as well."""
        return self._elsewhere is not None

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
            if check is not None:
                check(rows.count(connection))
            return rows.add(connection, events, session=self.session)

    def move_out(self, event: Archived, *, check: Callable[[int], object] | None = None) -> None:
        """Record that the records in a range are in an archive now, and take them out.

        Those of the kinds `STAYING` stay. The file does not become smaller; see `shrink`.

        Args:
            event: what is recorded.
            check: as for `append`.

        Raises:
            LogUnavailable: locked, read-only, or out of space, or another program has archived
                meanwhile; nothing was changed.
            LogDamaged: the tree lacks hashes; nothing was changed.
        """
        with self._writing() as connection:
            if rows.archived_until(rows.archived(connection)) != event.first:
                raise LogUnavailable(
                    f"log {self.path}: another program has archived these records meanwhile: "
                    "nothing was changed"
                )
            if check is not None:
                check(rows.count(connection))
            rows.add(connection, [event], session=self.session)
            rows.take_out(connection, event.first, event.stop)

    def shrink(self) -> None:
        """Give the space of what was taken out back to the disk.

        Raises:
            LogUnavailable: locked, read-only, or not enough space to write the file anew; the log
                is as it was.
        """
        with self._reading() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")

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
            size, last = rows.count(connection), rows.last_checkpoint(connection)
            note = sign(size, tiles.nodes(rows.tile_reader(connection)), last)
            if note != last:
                connection.execute("INSERT INTO checkpoints (note) VALUES (?)", (note,))
        return note

    def checkpoints(self) -> tuple[str, ...]:
        """Every checkpoint kept, from the oldest to the newest."""
        with self._reading() as connection:
            notes = connection.execute("SELECT note FROM checkpoints ORDER BY id").fetchall()
        return tuple(str(note) for (note,) in notes)

    def last_checkpoint(self) -> str | None:
        """The newest checkpoint kept; None where there is none."""
        with self._reading() as connection:
            return rows.last_checkpoint(connection)

    @property
    def size(self) -> int:
        """How many records there are."""
        with self._reading() as connection:
            return rows.count(connection)

    def archived(self) -> tuple[Archived, ...]:
        """What was moved to archives, from the oldest to the newest.

        Raises:
            LogDamaged: the records of it cannot be read, or do not fit together.
        """
        with self._reading() as connection:
            return rows.archived(connection)

    def lacking(self) -> tuple[Archived, ...]:
        """What was moved to archives that are not attached, from the oldest to the newest.

        Raises:
            LogDamaged: the records of it cannot be read, or do not fit together.
            LogUnavailable: an attached archive cannot be read.
            VerificationFailed: an attached archive is damaged.
        """
        return tuple(part for part in self.archived() if not self._is_attached(part))

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
        return bytes(row[0]) if row is not None else self._archived_body(seq)

    def bodies(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Places and canonical bytes of the records in `[start, stop)`, as stored.

        Archived records are among them where their archive is attached.

        Raises:
            LogDamaged: an archived record is not the one whose hash the log has kept.
        """
        last = self.size if stop is None else stop
        if self._elsewhere is not None and start < (until := rows.archived_until(self.archived())):
            yield from self._archived_bodies(start, min(last, until))
            start = until
        yield from self._pages("seq < ?", (last,), after=start - 1)

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
        return (decode(body, seq=seq) for seq, body in self.selected_bodies(wanted))

    def selected_bodies(self, wanted: Filter) -> Iterator[tuple[int, bytes]]:
        """Places and canonical bytes of the records that a filter lets through, as stored.

        Raises:
            LogDamaged: an archived record cannot be read, or is not the one whose hash the log has
                kept.
        """
        until = 0
        if self._elsewhere is not None:
            until = rows.archived_until(self.archived())
            for seq, body in self._archived_bodies(0, until):
                if wanted.matches(decode(body, seq=seq)):
                    yield seq, body
        # Each kind by itself comes out of its index in order; of several at once, SQLite would read
        # and sort all that is left for each page.
        kinds = [replace(wanted, kinds=(kind,)) for kind in wanted.kinds or ()] or [wanted]
        pages = (self._pages(*one.condition(), after=until - 1) for one in kinds)
        yield from heapq.merge(*pages)

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
            if connection.in_transaction:  # a check while a batch is appended
                yield rows.count(connection), tiles.nodes(rows.tile_reader(connection))
                return
            connection.execute("BEGIN")
            try:
                yield rows.count(connection), tiles.nodes(rows.tile_reader(connection))
            finally:
                connection.execute("ROLLBACK")

    def _pages(
        self, condition: str, values: tuple[str | int, ...], *, after: int
    ) -> Iterator[tuple[int, bytes]]:
        # In pages, so that no long read keeps the write-ahead file from being folded in. A second
        # lower bound on `seq` would let SQLite begin each page at the wrong one of the two.
        while True:
            with self._reading() as connection:
                page = connection.execute(
                    f"SELECT seq, CAST(body AS BLOB) FROM records WHERE {condition} AND seq > ?"  # noqa: S608
                    " ORDER BY seq LIMIT ?",
                    (*values, after, _PAGE),
                ).fetchall()
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1][0]

    def _archived_bodies(self, start: int, stop: int) -> Iterator[tuple[int, bytes]]:
        """What is at hand of `[start, stop)`, all of it archived.

        An attached archive has all of its part, and each record is compared by its hash; of the
        other parts there is what stayed in the log.
        """
        for part in self.archived():
            first, last = max(start, part.first), min(stop, part.stop)
            if self._elsewhere is None or not self._is_attached(part):
                yield from self._pages("seq < ?", (last,), after=first - 1)
                continue
            for seq, body in self._elsewhere.bodies(first, last):
                with self.snapshot() as (_size, nodes):
                    genuine = nodes(0, seq) == merkle.leaf_hash(body)
                if not genuine:
                    raise LogDamaged(
                        f"record {seq}: its archive holds another one than the log had"
                    )
                yield seq, body

    def _is_attached(self, part: Archived) -> bool:
        if self._elsewhere is None:
            return False
        # A segment has all of its records, so that the first stands for them.
        return next(self._elsewhere.bodies(part.first, part.first + 1), None) is not None

    def _archived_body(self, seq: int) -> bytes:
        for _seq, body in self._archived_bodies(seq, seq + 1):
            return body
        for event in self.archived():
            if event.first <= seq < event.stop:
                raise LogUnavailable(
                    f"record {seq}: in the archive of records {event.first} to {event.stop - 1}: "
                    "name its file with --archive"
                )
        raise LogDamaged(f"record {seq}: the log has none of that number")

    def _last_commit(self, condition: str, *values: str) -> int | None:
        with self._reading() as connection:
            (seq,) = connection.execute(
                "SELECT max(seq) FROM records"  # noqa: S608
                f" WHERE event = '{DocumentCommitted.kind}' AND {condition}",
                values,
            ).fetchone()
        return None if seq is None else int(seq)


def _holds_anything(path: Path) -> bool:
    """Whether there is such a file, or a folder with anything in it."""
    return any(path.iterdir()) if path.is_dir() else path.exists()
