"""The tree as tiles, the form in which it is stored: 256 hashes of one level each.

Tile `(row, number)` holds the hashes of the complete subtrees of level `8 * row` with the indices
`[256 * number, 256 * number + 256)`, 32 bytes each, as many as there are (the tiles of C2SP
tlog-tiles). Levels between are computed. Only the last tile of a row ever grows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from deid.audit.merkle import Nodes, node_hash
from deid.errors import LogDamaged

HEIGHT: Final = 8
WIDTH: Final = 1 << HEIGHT
_HASH: Final = 32
FULL: Final = WIDTH * _HASH
"""Bytes of a tile that no longer grows."""

ReadTile = Callable[[int, int], bytes]


def grow(read: ReadTile, size: int, leaves: Iterable[bytes]) -> dict[tuple[int, int], bytes]:
    """The tiles that are new or longer when leaves of these hashes follow the first `size`.

    Raises:
        LogDamaged: the tile that must grow has not the length that a tree of `size` gives it.
    """
    grown: dict[tuple[int, int], bytes] = {}
    row, hashes = 0, list(leaves)
    while hashes:
        number, begun = divmod(size, WIDTH)
        run = _begun_tile(read, row, number, begun) + b"".join(hashes)
        hashes = []
        for offset in range(0, len(run), FULL):
            tile = run[offset : offset + FULL]
            grown[row, number] = tile
            number += 1
            if len(tile) == FULL:
                hashes.append(_fold(tile))
        row, size = row + 1, size >> HEIGHT
    return grown


def nodes(read: ReadTile) -> Nodes:
    """The complete subtrees of a tree that is stored in tiles.

    The function returned raises `LogDamaged` where a tile lacks a hash that it must hold.
    """

    def node(level: int, index: int) -> bytes:
        row, height = divmod(level, HEIGHT)
        number, offset = divmod(index << height, WIDTH)
        wanted = read(row, number)[offset * _HASH : (offset + (1 << height)) * _HASH]
        if len(wanted) != _HASH << height:
            raise LogDamaged(f"the tree lacks hashes (row {row}, tile {number})")
        return _fold(wanted)

    return node


def layout(size: int) -> Iterator[tuple[int, int]]:
    """Row and number of every tile of a tree of `size` leaves, in ascending order."""
    row = 0
    while size:
        for number in range((size + WIDTH - 1) >> HEIGHT):
            yield row, number
        row, size = row + 1, size >> HEIGHT


def _begun_tile(read: ReadTile, row: int, number: int, begun: int) -> bytes:
    tile = read(row, number) if begun else b""
    if len(tile) != begun * _HASH:
        raise LogDamaged(f"the tree lacks hashes (row {row}, tile {number})")
    return tile


def _fold(run: bytes) -> bytes:
    """Hash of the complete subtree over a power of two of hashes."""
    hashes = [run[at : at + _HASH] for at in range(0, len(run), _HASH)]
    while len(hashes) > 1:
        hashes = [node_hash(hashes[at], hashes[at + 1]) for at in range(0, len(hashes), 2)]
    return hashes[0]
