"""Verifying a whole log: everything is computed again from the records.

Checked are the form, order and completeness of the records, that people might do what is recorded
of them and signed it, every stored hash of the tree, every checkpoint kept in the log, and every
checkpoint that was kept elsewhere and is given.

What cannot be seen without a checkpoint from elsewhere: whoever can write the file can also take
away its last records together with the checkpoints that cover them, or put an older copy of the
whole file in its place; and whoever has the signing key as well can write another log altogether.
Records behind the last signed checkpoint can be rewritten by anybody who can write the file. With
one earlier checkpoint, none of this passes for the records that it covers; nor does a log that is
shorter than it says.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

from deid.audit import database, merkle, rows
from deid.audit.archives import Archives
from deid.audit.authority import Authority
from deid.audit.canonical import decode
from deid.audit.checkpoint import Checkpoint, parse
from deid.audit.completeness import Completeness
from deid.audit.examine import CHUNK, Chunk, Examined, Examiners
from deid.audit.note import VerifierKey
from deid.audit.rebuilt import Rebuilt
from deid.audit.records import Archived, Record, SignedOff
from deid.audit.roles import Enrolled
from deid.audit.segment import Segment
from deid.errors import LogDamaged, VerificationFailed
from deid.stopping import stop_if_asked

Told = Callable[[int, int], object]
"""Is told how many records are done, and of how many."""

WORTH_SHARING: Final = 20_000
"""Records from which on it is quicker to start other processes than to do all in this one."""

_WAIT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Compared:
    """A checkpoint with which the log agrees.

    Attributes:
        size: how many records it covers, from the first on.
        root: hash of the tree over them.
        outside: whether it was kept outside the log.
    """

    size: int
    root: bytes
    outside: bool


@dataclass(frozen=True, slots=True)
class InArchive:
    """Records that were moved to an archive.

    Attributes:
        first: place of the first.
        stop: place behind the last.
        examined: whether the archive was at hand; otherwise only the hashes of these records were
            compared with what was signed, and nothing is known of what they say.
    """

    first: int
    stop: int
    examined: bool


@dataclass(frozen=True, slots=True)
class Verified:
    """What a log was found to be.

    Attributes:
        size: number of records, with those in archives.
        root: hash of the tree over them.
        documents: number of commits, each accounted for by its redactions, in what was examined.
        signed: how many records, from the first on, the checkpoints kept in the log cover.
        witnessed: how many records the checkpoints from elsewhere cover; only these are safe from
            somebody who has the file and the key.
        own_checkpoints: number of checkpoints kept in the log.
        outside_checkpoints: number of checkpoints given.
        compared: these checkpoints, those kept in the log first, each in the order given.
        archived: what lies in archives, from the oldest to the newest.
        ran_back: how often a record has an earlier time than the one before it.
        people: everybody who ever had a role, with the role at the end.
        signed_off: the sign-offs, each signed by somebody who might, for records that are these.
    """

    size: int
    root: bytes
    documents: int
    signed: int
    witnessed: int
    own_checkpoints: int
    outside_checkpoints: int
    compared: tuple[Compared, ...] = ()
    archived: tuple[InArchive, ...] = ()
    ran_back: int = 0
    people: tuple[Enrolled, ...] = ()
    signed_off: tuple[Record, ...] = ()

    @property
    def unexamined(self) -> int:
        """How many records lie in archives that were not at hand."""
        return sum(part.stop - part.first for part in self.archived if not part.examined)


def verify(
    path: Path,
    *,
    public_key: str,
    checkpoints: Sequence[str] = (),
    archives: Sequence[Path] = (),
    workers: int = 1,
    told: Told | None = None,
) -> Verified:
    """Check a log as it is at this moment; others may append meanwhile.

    It can be given up, see `deid.stopping`.

    Args:
        path: the log's file, see `AuditLog.path`.
        public_key: the public key of the log, see `Keys.public_key`.
        checkpoints: signed checkpoints that were kept outside the log.
        archives: files with archived records, or folders that hold all of them.
        workers: in how many processes the records of a long log are examined; more than one only
            where the program can be started anew (`if __name__ == "__main__"` in a script).
        told: is told now and then how far it is, in this thread.

    Raises:
        VerificationFailed: the log does not agree with itself, its tree, a checkpoint or an
            archive.
        LogDamaged: a record or the file cannot be read.
        LogUnavailable: the file or an archive cannot be opened.
        KeyUnusable: the public key is malformed.
    """
    key = VerifierKey.parse(public_key)
    outside = [parse(note, key) for note in checkpoints]
    with ExitStack() as stack:
        connection = stack.enter_context(
            closing(database.connect(path, read_only=True, wait=_WAIT))
        )
        stack.enter_context(database.explained(path))
        connection.execute("BEGIN")
        tables = stack.enter_context(_file_checked(path))
        notes = connection.execute("SELECT note FROM checkpoints ORDER BY id")
        own = [parse(str(note), key) for (note,) in notes]
        archived = rows.archived(connection)
        at_hand = stack.enter_context(Archives.open(archives, origin=key.name, archived=archived))
        shared = workers if rows.count(connection) >= WORTH_SHARING else 1
        examiners = stack.enter_context(Examiners(shared))
        walk = _Walk(connection, key, (own, outside), examiners, told)
        for event in archived:
            segment = at_hand.segment(event)
            if segment is None:
                walk.pass_over(event)
            else:
                walk.follow_archive(event, segment)
        walk.follow(_live(connection, rows.archived_until(archived)))
        walk.finish()
        tables.result()
    return Verified(
        size=walk.rebuilt.size,
        root=walk.rebuilt.root(),
        documents=walk.committed,
        signed=max((checkpoint.size for checkpoint in own), default=0),
        witnessed=max((checkpoint.size for checkpoint in outside), default=0),
        own_checkpoints=len(own),
        outside_checkpoints=len(outside),
        compared=tuple(
            Compared(checkpoint.size, checkpoint.root, given)
            for checkpoints, given in ((own, False), (outside, True))
            for checkpoint in checkpoints
        ),
        archived=tuple(
            InArchive(event.first, event.stop, at_hand.segment(event) is not None)
            for event in archived
        ),
        ran_back=walk.ran_back,
        people=tuple(walk.authority.roles.people.values()),
        signed_off=tuple(walk.signed_off),
    )


class _Walk:
    """Goes through the records in order, and compares everything that rests on them."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        key: VerifierKey,
        signed: tuple[Sequence[Checkpoint], Sequence[Checkpoint]],
        examiners: Examiners,
        told: Told | None,
    ) -> None:
        self._connection = connection
        self._key = key
        self._examiners = examiners
        self._told = told
        self._size = rows.count(connection)
        _check_sizes(self._size, *signed)
        self.rebuilt = Rebuilt(connection, [*signed[0], *signed[1]])
        self.authority = Authority(key.name)
        self.signed_off: list[Record] = []
        self.committed = self.ran_back = 0
        self._latest: datetime | None = None

    def follow(self, chunks: Iterable[Chunk]) -> None:
        """Examine records behind those followed so far; all of a note is among them."""
        completeness = Completeness()
        for chunk, found in self._examiners.examined(chunks):
            for seq in found.before:
                completeness.take(chunk.record(seq))
            for note in found.ended:
                completeness.forget(note)
            for seq in found.after:
                completeness.take(chunk.record(seq))
            for seq in found.people:
                self._take_act(chunk.record(seq))
            self._count(found)
            self._grow(found.leaves)
        self.committed += completeness.committed

    def follow_archive(self, event: Archived, segment: Segment) -> None:
        """Examine the records of an archive, which must be the file that the log tells of."""
        if (segment.size, segment.sha256()) != (event.size, event.sha256):
            raise VerificationFailed(
                f"archive {segment.path.name}: not the file that the log tells of"
            )
        self._staying(event)
        self.follow(_chunks(segment.bodies(), start=event.first))
        signed = parse(segment.header.checkpoint, self._key)
        if (signed.size, signed.root) != (event.stop, self.rebuilt.root()):
            raise VerificationFailed(
                f"archive {segment.path.name}: its checkpoint is not one of its records"
            )

    def pass_over(self, event: Archived) -> None:
        """Take the stored hashes for records that are not at hand."""
        for record in self._staying(event):
            self._take_act(record)
        for first in range(event.first, event.stop, CHUNK):
            stop = min(first + CHUNK, event.stop)
            self._grow(list(self.rebuilt.stored_leaves(first, stop)))
        self._latest = None

    def finish(self) -> None:
        """Compare what rests on all of it."""
        self.rebuilt.finish()
        self.authority.finish(self.rebuilt.root_of)

    def _staying(self, event: Archived) -> list[Record]:
        """The archived records that stayed in the log; each must be one of those that must."""
        found = []
        for seq, body in self._connection.execute(
            "SELECT seq, CAST(body AS BLOB) FROM records WHERE seq >= ? AND seq < ? ORDER BY seq",
            (event.first, event.stop),
        ):
            record = decode(body, seq=seq)
            if not isinstance(record.event, rows.STAYING):
                raise VerificationFailed(f"record {seq}: in the log, which says it is archived")
            if list(self.rebuilt.stored_leaves(seq, seq + 1)) != [merkle.leaf_hash(body)]:
                raise VerificationFailed(f"record {seq}: not the one whose hash the tree holds")
            found.append(record)
        if len(found) != event.kept:
            raise VerificationFailed(
                f"the log has {len(found)} of the {event.kept} records between {event.first} and "
                f"{event.stop - 1} that stay when the others are archived"
            )
        return found

    def _take_act(self, record: Record) -> None:
        self.authority.take(record)
        if isinstance(record.event, SignedOff):
            self.signed_off.append(record)

    def _count(self, found: Examined) -> None:
        self.committed += found.committed
        self.ran_back += found.ran_back
        if self._latest is not None and found.earliest < self._latest:
            self.ran_back += 1
        self._latest = found.latest

    def _grow(self, leaves: list[bytes]) -> None:
        stop_if_asked()
        self.rebuilt.add(leaves)
        if self._told is not None:
            self._told(self.rebuilt.size, self._size)


def _check_sizes(size: int, own: Sequence[Checkpoint], outside: Sequence[Checkpoint]) -> None:
    if any(later.size <= earlier.size for earlier, later in pairwise(own)):
        raise VerificationFailed("the checkpoints kept in the log are not in the order of the log")
    for where, checkpoints in (("kept in it", own), ("given", outside)):
        for checkpoint in checkpoints:
            if checkpoint.size > size:
                raise VerificationFailed(
                    f"the log has {size} records, but a checkpoint {where} covers "
                    f"{checkpoint.size}: records were taken away"
                )


def _live(connection: sqlite3.Connection, start: int) -> Iterator[Chunk]:
    """What is not archived, from the lowest number on, which must be `start`."""
    for condition, place in (("seq < ? ORDER BY seq LIMIT 1", 0), ("seq >= ? ORDER BY seq", start)):
        query = f"SELECT seq, CAST(body AS BLOB) FROM records WHERE {condition}"  # noqa: S608
        yield from _chunks(connection.execute(query, (place,)), start=start)


def _chunks(records: Iterable[tuple[int, bytes]], *, start: int) -> Iterator[Chunk]:
    chunk = Chunk(start, [])
    for expected, (seq, body) in enumerate(records, start=start):
        if seq != expected:
            raise LogDamaged(f"record {expected}: missing from the log")
        chunk.bodies.append(body)
        if len(chunk.bodies) == CHUNK:
            yield chunk
            chunk = Chunk(seq + 1, [])
    if chunk.bodies:
        yield chunk


@contextmanager
def _file_checked(path: Path) -> Iterator[Future[None]]:
    """Checks the file's tables and indices meanwhile: a filter must not pass over a record."""
    with (
        closing(database.connect(path, read_only=True, wait=_WAIT)) as connection,
        ThreadPoolExecutor(1) as pool,
    ):
        checked = pool.submit(_check_file, connection, path)
        try:
            yield checked
        finally:
            connection.interrupt()


def _check_file(connection: sqlite3.Connection, path: Path) -> None:
    with database.explained(path):
        problems = [text for (text,) in connection.execute("PRAGMA integrity_check(1)")]
    if problems != ["ok"]:
        raise LogDamaged(f"log {path}: the file's tables and indices do not agree")
