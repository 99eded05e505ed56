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
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deid.audit import database, merkle, tiles
from deid.audit.authority import Authority
from deid.audit.canonical import decode
from deid.audit.checkpoint import Checkpoint, parse
from deid.audit.completeness import Completeness
from deid.audit.note import VerifierKey
from deid.audit.rows import count, tile_reader
from deid.errors import LogDamaged, VerificationFailed

_CHUNK: Final = 4096
_WAIT: Final = 30.0


@dataclass(frozen=True, slots=True)
class Verified:
    """What a log was found to be.

    Attributes:
        size: number of records.
        root: hash of the tree over them.
        documents: number of commits, each accounted for by its redactions.
        signed: how many records, from the first on, the checkpoints kept in the log cover.
        witnessed: how many records the checkpoints from elsewhere cover; only these are safe from
            somebody who has the file and the key.
        own_checkpoints: number of checkpoints kept in the log.
        outside_checkpoints: number of checkpoints given.
    """

    size: int
    root: bytes
    documents: int
    signed: int
    witnessed: int
    own_checkpoints: int
    outside_checkpoints: int


def verify(path: Path, *, public_key: str, checkpoints: Sequence[str] = ()) -> Verified:
    """Check a log as it is at this moment; others may append meanwhile.

    Args:
        path: the log's file, see `AuditLog.path`.
        public_key: the public key of the log, see `Keys.public_key`.
        checkpoints: signed checkpoints that were kept outside the log.

    Raises:
        VerificationFailed: the log does not agree with itself, its tree or a checkpoint.
        LogDamaged: a record or the file cannot be read.
        LogUnavailable: the file cannot be opened.
        KeyUnusable: the public key is malformed.
    """
    key = VerifierKey.parse(public_key)
    outside = [parse(note, key) for note in checkpoints]
    with (
        closing(database.connect(path, read_only=True, wait=_WAIT)) as connection,
        database.explained(path),
    ):
        connection.execute("BEGIN")
        own = [
            parse(str(note), key)
            for (note,) in connection.execute("SELECT note FROM checkpoints ORDER BY id")
        ]
        size = count(connection)
        roots = _expected_roots(size, own, outside)
        rebuilt, completeness = _Rebuilt(connection), Completeness()
        authority = Authority(key.name)
        _walk(connection, rebuilt, (completeness, authority), roots)
        rebuilt.finish()
        authority.finish(rebuilt.root_of)
        _check_file(connection, path)
    return Verified(
        size=size,
        root=rebuilt.root(),
        documents=completeness.committed,
        signed=max((checkpoint.size for checkpoint in own), default=0),
        witnessed=max((checkpoint.size for checkpoint in outside), default=0),
        own_checkpoints=len(own),
        outside_checkpoints=len(outside),
    )


class _Rebuilt:
    """The tree computed again from the records, beside the stored one."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._stored = tile_reader(connection)
        self._growing: dict[tuple[int, int], bytes] = {}
        self.size = 0

    def add(self, leaves: Sequence[bytes]) -> None:
        """Grow by leaves of these hashes, and compare every tile that they lie in."""
        grown = tiles.grow(self._read, self.size, leaves)
        self.size += len(leaves)
        for (row, number), hashes in grown.items():
            self._compare(row, number, hashes, self._stored(row, number)[: len(hashes)])
            self._growing[row, number] = hashes
            if len(hashes) == tiles.FULL:
                del self._growing[row, number]

    def root(self) -> bytes:
        """Hash of the tree so far."""
        return merkle.root(tiles.nodes(self._read), self.size)

    def root_of(self, size: int) -> bytes:
        """Hash of the tree over the first records, from stored hashes that were compared."""
        return merkle.root(tiles.nodes(self._stored), size)

    def finish(self) -> None:
        """Refuse any stored hash that no record accounts for."""
        for (row, number), hashes in self._growing.items():
            self._compare(row, number, hashes, self._stored(row, number))
        (stored,) = self._connection.execute("SELECT count(*) FROM tiles").fetchone()
        if stored != sum(1 for _tile in tiles.layout(self.size)):
            raise VerificationFailed("the tree holds hashes that no record accounts for")

    def _read(self, row: int, number: int) -> bytes:
        return self._growing.get((row, number), b"")

    def _compare(self, row: int, number: int, hashes: bytes, stored: bytes) -> None:
        if stored == hashes:
            return
        if row:
            raise VerificationFailed(f"the tree is damaged (row {row}, tile {number})")
        if stored.startswith(hashes):
            raise VerificationFailed("the tree holds hashes that no record accounts for")
        slot = next(
            at for at in range(0, len(hashes), 32) if stored[at : at + 32] != hashes[at : at + 32]
        )
        seq = number * tiles.WIDTH + slot // 32
        raise VerificationFailed(f"record {seq}: not the one whose hash the tree holds")


def _expected_roots(
    size: int, own: Iterable[Checkpoint], outside: Iterable[Checkpoint]
) -> Mapping[int, set[bytes]]:
    """The roots that the tree must have had, by its size."""
    roots: dict[int, set[bytes]] = {}
    for where, checkpoints in (("kept in it", own), ("given", outside)):
        for checkpoint in checkpoints:
            if checkpoint.size > size:
                raise VerificationFailed(
                    f"the log has {size} records, but a checkpoint {where} covers "
                    f"{checkpoint.size}: records were taken away"
                )
            roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
    return roots


def _walk(
    connection: sqlite3.Connection,
    rebuilt: _Rebuilt,
    followers: tuple[Completeness, Authority],
    roots: Mapping[int, set[bytes]],
) -> None:
    leaves: list[bytes] = []
    _check_root(rebuilt, roots)
    rows = connection.execute("SELECT seq, CAST(body AS BLOB) FROM records ORDER BY seq")
    for expected, (seq, body) in enumerate(rows):
        if seq != expected:
            raise LogDamaged(f"record {expected}: missing from the log")
        record = decode(body, seq=seq)
        for follower in followers:
            follower.take(record)
        leaves.append(merkle.leaf_hash(body))
        if len(leaves) == _CHUNK or seq + 1 in roots:
            rebuilt.add(leaves)
            leaves.clear()
            _check_root(rebuilt, roots)
    rebuilt.add(leaves)


def _check_root(rebuilt: _Rebuilt, roots: Mapping[int, set[bytes]]) -> None:
    wanted = roots.get(rebuilt.size)
    if wanted is not None and wanted != {rebuilt.root()}:
        raise VerificationFailed(
            f"the first {rebuilt.size} records are not those that a checkpoint was signed for"
        )


def _check_file(connection: sqlite3.Connection, path: Path) -> None:
    # The indices: a filter must not pass over a record.
    problems = [text for (text,) in connection.execute("PRAGMA integrity_check(1)")]
    if problems != ["ok"]:
        raise LogDamaged(f"log {path}: the file's tables and indices do not agree")
