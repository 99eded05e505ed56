"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1), without any I/O.

A tree over n leaves is read through a function `Nodes`: `nodes(level, index)` is the hash of the
complete subtree over the leaves `[index * 2**level, (index + 1) * 2**level)`. Whoever keeps those
can give a root or a proof in O(log n) reads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Final

from deid.errors import VerificationFailed

Nodes = Callable[[int, int], bytes]

EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
"""Hash of the tree without leaves."""


def leaf_hash(leaf: bytes) -> bytes:
    """Hash of a leaf (RFC 6962 2.1: SHA-256 of 0x00 and the leaf)."""
    return hashlib.sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of an inner node (RFC 6962 2.1: SHA-256 of 0x01 and both children)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(nodes: Nodes, size: int) -> bytes:
    """Hash of the tree over the first `size` leaves."""
    return _range_hash(nodes, 0, size) if size else EMPTY_ROOT


def frontier(nodes: Nodes, size: int) -> tuple[bytes, ...]:
    """Hashes of the complete subtrees that the first `size` leaves make, from the largest on.

    There is one for each 1 in the binary form of `size`. They are all of a tree that later leaves
    need (a compact range).
    """
    return tuple(nodes(level, index) for level, index in _complete_subtrees(0, size))


class Growing:
    """A tree of which only its frontier is kept, so that it may grow without bound.

    Args:
        size: how many leaves it has from the start.
        hashes: its frontier then.

    Raises:
        ValueError: a tree of that size has not so many hashes in its frontier.
    """

    def __init__(self, size: int = 0, hashes: Sequence[bytes] = ()) -> None:
        if len(hashes) != size.bit_count():
            raise ValueError("not the frontier of a tree of that size")
        self.size = size
        self._hashes = list(hashes)

    def add(self, leaf: bytes) -> None:
        """Grow by the leaf of this hash."""
        full = self.size
        while full & 1:
            leaf = node_hash(self._hashes.pop(), leaf)
            full >>= 1
        self._hashes.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Hash of the tree as it is now."""
        return _joined(self._hashes) if self._hashes else EMPTY_ROOT


def inclusion_path(nodes: Nodes, index: int, size: int) -> tuple[bytes, ...]:
    """PATH(index, D[size]) of RFC 6962 2.1.1, from the leaf to the root.

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} in a tree of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_path(nodes: Nodes, old: int, new: int) -> tuple[bytes, ...]:
    """PROOF(old, D[new]) of RFC 6962 2.1.2; empty where `old` is 0 or `new`.

    Raises:
        ValueError: `old` is larger than `new`, or negative.
    """
    if not 0 <= old <= new:
        raise ValueError(f"no proof from a tree of {old} to one of {new}")
    if old in (0, new):
        return ()
    path: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_range_hash(nodes, middle, end))
            end = middle
        else:
            path.append(_range_hash(nodes, start, middle))
            start = middle
    # The old tree itself needs no hash where it is a complete subtree: the verifier has its root.
    if start > 0:
        path.append(_range_hash(nodes, start, end))
    return tuple(reversed(path))


def verify_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], expected_root: bytes
) -> None:
    """Check that the leaf of this hash lies at `index` in the tree (RFC 9162 2.1.3.2).

    Raises:
        VerificationFailed: the path does not lead from the leaf to the root.
    """
    if not 0 <= index < size:
        raise VerificationFailed(f"inclusion: no leaf {index} in a tree of {size}")
    node, last, computed = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            raise VerificationFailed("inclusion: the path is too long")
        if node & 1 or node == last:
            computed = node_hash(sibling, computed)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            computed = node_hash(computed, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise VerificationFailed("inclusion: the path is too short")
    if computed != expected_root:
        raise VerificationFailed(f"inclusion: leaf {index} is not in this tree of {size}")


def verify_consistency(
    old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes
) -> None:
    """Check that the tree of `new` leaves begins with that of `old` (RFC 9162 2.1.4.2).

    Raises:
        VerificationFailed: it does not, or the path proves nothing.
    """
    if not 0 <= old <= new:
        raise VerificationFailed(f"consistency: a tree of {new} cannot follow one of {old}")
    if old in (0, new):
        expected = EMPTY_ROOT if old == 0 else new_root
        if path or old_root != expected:
            raise VerificationFailed(f"consistency: the trees of {old} and {new} differ")
        return
    hashes = [old_root, *path] if old & (old - 1) == 0 else list(path)
    if not hashes:
        raise VerificationFailed("consistency: the path is too short")
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise VerificationFailed("consistency: the path is too long")
        if node & 1 or node == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        node, last = node >> 1, last >> 1
    if last:
        raise VerificationFailed("consistency: the path is too short")
    if first != old_root or second != new_root:
        raise VerificationFailed(
            f"consistency: the tree of {new} does not begin with that of {old}"
        )


def _split(size: int) -> int:
    """The largest power of two below `size` (`k` of RFC 6962 2.1)."""
    return 1 << (size - 1).bit_length() - 1


def _range_hash(nodes: Nodes, start: int, end: int) -> bytes:
    """MTH(D[start:end]), where `start` is a multiple of the range's largest complete subtree."""
    return _joined([nodes(level, index) for level, index in _complete_subtrees(start, end)])


def _joined(parts: Sequence[bytes]) -> bytes:
    """Hash of a tree made of complete subtrees, from the largest on."""
    return reduce(lambda right, left: node_hash(left, right), reversed(parts))


def _complete_subtrees(start: int, end: int) -> Iterator[tuple[int, int]]:
    """The complete subtrees that a range is made of, from the largest to the smallest."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level
