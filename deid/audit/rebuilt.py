"""The tree computed again from the records, beside the one that the log has stored."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from deid.audit import merkle, tiles
from deid.audit.checkpoint import Checkpoint
from deid.audit.rows import tile_reader
from deid.errors import VerificationFailed

_HASH = 32


class Rebuilt:
    """The tree computed again, compared with the stored hashes and with signed roots.

    Args:
        connection: to the log.
        signed: trees that the log must have had, none of them larger than it is.

    Attributes:
        size: how many leaves it has so far.

    Raises:
        VerificationFailed: the root of an empty log was signed, and is not that.
    """

    def __init__(self, connection: sqlite3.Connection, signed: Iterable[Checkpoint]) -> None:
        self._connection = connection
        self._stored = tile_reader(connection)
        self._growing: dict[tuple[int, int], bytes] = {}
        self._roots: dict[int, set[bytes]] = {}
        for checkpoint in signed:
            self._roots.setdefault(checkpoint.size, set()).add(checkpoint.root)
        self._sizes = sorted(self._roots, reverse=True)
        self.size = 0
        self._check_root()

    def add(self, leaves: Sequence[bytes]) -> None:
        """Grow by leaves of these hashes.

        Raises:
            VerificationFailed: they are not the stored ones, those above them are not, or a root
                is not the one that was signed.
        """
        at = 0
        while at < len(leaves):
            until = min(len(leaves), at + self._sizes[-1] - self.size) if self._sizes else None
            part = leaves[at:until]
            self._grow(part)
            at += len(part)
            self._check_root()

    def stored_leaves(self, first: int, stop: int) -> Iterator[bytes]:
        """The stored hashes of the leaves in `[first, stop)`.

        Raises:
            VerificationFailed: some are missing.
        """
        while first < stop:
            number, offset = divmod(first, tiles.WIDTH)
            until = min(stop, (number + 1) * tiles.WIDTH)
            run = self._stored(0, number)[offset * _HASH : (offset + until - first) * _HASH]
            if len(run) != (until - first) * _HASH:
                raise VerificationFailed(f"the tree lacks hashes (row 0, tile {number})")
            yield from (run[at : at + _HASH] for at in range(0, len(run), _HASH))
            first = until

    def root(self) -> bytes:
        """Hash of the tree so far."""
        return merkle.root(tiles.nodes(self._read), self.size)

    def root_of(self, size: int) -> bytes:
        """Hash of the tree over the first records, from stored hashes that were compared."""
        return merkle.root(tiles.nodes(self._stored), size)

    def finish(self) -> None:
        """Refuse any stored hash that no record accounts for.

        Raises:
            VerificationFailed: there is one.
        """
        for (row, number), hashes in self._growing.items():
            self._compare(row, number, hashes, self._stored(row, number))
        (stored,) = self._connection.execute("SELECT count(*) FROM tiles").fetchone()
        if stored != sum(1 for _tile in tiles.layout(self.size)):
            raise VerificationFailed("the tree holds hashes that no record accounts for")

    def _grow(self, leaves: Sequence[bytes]) -> None:
        grown = tiles.grow(self._read, self.size, leaves)
        self.size += len(leaves)
        for (row, number), hashes in grown.items():
            stored = self._stored(row, number)
            if len(hashes) == tiles.FULL:
                self._compare(row, number, hashes, stored)
                self._growing.pop((row, number), None)
            else:
                self._compare(row, number, hashes, stored[: len(hashes)])
                self._growing[row, number] = hashes

    def _check_root(self) -> None:
        if not self._sizes or self._sizes[-1] != self.size:
            return
        if self._roots[self._sizes.pop()] != {self.root()}:
            raise VerificationFailed(
                f"the first {self.size} records are not those that a checkpoint was signed for"
            )

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
            at
            for at in range(0, len(hashes), _HASH)
            if stored[at : at + _HASH] != hashes[at : at + _HASH]
        )
        seq = number * tiles.WIDTH + slot // _HASH
        raise VerificationFailed(f"record {seq}: not the one whose hash the tree holds")
