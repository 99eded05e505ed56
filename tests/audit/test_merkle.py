from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.audit import merkle, tiles
from deid.errors import LogDamaged, VerificationFailed

# Leaves and roots of the reference tests of Certificate Transparency (RFC 6962).
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
CONSISTENCY_6_8 = [
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
]


# The definitions of RFC 6962 2.1, 2.1.1 and 2.1.2, written down as they stand there.


def split(size: int) -> int:
    k = 1
    while k * 2 < size:
        k *= 2
    return k


def mth(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return sha256(b"\x00" + leaves[0]).digest()
    k = split(len(leaves))
    return sha256(b"\x01" + mth(leaves[:k]) + mth(leaves[k:])).digest()


def path(m: int, leaves: Sequence[bytes]) -> list[bytes]:
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if m < k:
        return [*path(m, leaves[:k]), mth(leaves[k:])]
    return [*path(m - k, leaves[k:]), mth(leaves[:k])]


def subproof(m: int, leaves: Sequence[bytes], known: bool) -> list[bytes]:
    if m == len(leaves):
        return [] if known else [mth(leaves)]
    k = split(len(leaves))
    if m <= k:
        return [*subproof(m, leaves[:k], known), mth(leaves[k:])]
    return [*subproof(m - k, leaves[k:], False), mth(leaves[:k])]


def some_leaves(size: int) -> list[bytes]:
    return [number.to_bytes(4, "big") for number in range(size)]


def nodes_of(leaves: Sequence[bytes]) -> merkle.Nodes:
    stored = tiles.grow(lambda _row, _number: b"", 0, map(merkle.leaf_hash, leaves))
    return tiles.nodes(lambda row, number: stored.get((row, number), b""))


sizes = st.integers(0, 600) | st.sampled_from([255, 256, 257, 511, 512, 513])


def test_roots_are_those_of_the_reference_tests() -> None:
    for size, expected in enumerate(ROOTS):
        assert merkle.root(nodes_of(LEAVES), size).hex() == expected


def test_a_consistency_path_is_that_of_the_reference_tests() -> None:
    found = merkle.consistency_path(nodes_of(LEAVES), 6, 8)
    assert [part.hex() for part in found] == CONSISTENCY_6_8


@given(sizes)
def test_the_root_is_the_one_that_the_rfc_defines(size: int) -> None:
    leaves = some_leaves(size)
    assert merkle.root(nodes_of(leaves), size) == mth(leaves)


@given(sizes.filter(bool), st.data())
def test_an_inclusion_path_is_that_of_the_rfc_and_verifies(size: int, data: st.DataObject) -> None:
    leaves = some_leaves(size)
    index = data.draw(st.integers(0, size - 1))
    found = merkle.inclusion_path(nodes_of(leaves), index, size)
    assert list(found) == path(index, leaves)
    merkle.verify_inclusion(merkle.leaf_hash(leaves[index]), index, size, found, mth(leaves))


@given(sizes.filter(bool), st.data())
def test_a_consistency_path_is_that_of_the_rfc_and_verifies(size: int, data: st.DataObject) -> None:
    leaves = some_leaves(size)
    old = data.draw(st.integers(1, size))
    found = merkle.consistency_path(nodes_of(leaves), old, size)
    assert list(found) == subproof(old, leaves, True)
    merkle.verify_consistency(old, size, found, mth(leaves[:old]), mth(leaves))


def test_every_tree_begins_with_the_empty_one() -> None:
    assert merkle.consistency_path(nodes_of(LEAVES), 0, 8) == ()
    merkle.verify_consistency(0, 8, (), merkle.EMPTY_ROOT, mth(LEAVES))
    with pytest.raises(VerificationFailed):
        merkle.verify_consistency(0, 8, (), mth(LEAVES), mth(LEAVES))


def spoilt(proof: Sequence[bytes]) -> list[list[bytes]]:
    """Every way to flip a bit of one hash, to leave one out, to swap two, to add one."""
    ways = [[*proof, proof[-1]], [b"\x00" * 32, *proof], list(proof[:-1]), list(proof[1:])]
    for at, part in enumerate(proof):
        ways.append([*proof[:at], bytes([part[0] ^ 1]) + part[1:], *proof[at + 1 :]])
        if at:
            ways.append([*proof[: at - 1], part, proof[at - 1], *proof[at + 1 :]])
    return ways


@given(st.integers(2, 70), st.data())
def test_a_spoilt_inclusion_path_is_refused(size: int, data: st.DataObject) -> None:
    leaves = some_leaves(size)
    index = data.draw(st.integers(0, size - 1))
    found, root = merkle.inclusion_path(nodes_of(leaves), index, size), mth(leaves)
    leaf = merkle.leaf_hash(leaves[index])
    for wrong in spoilt(found):
        with pytest.raises(VerificationFailed):
            merkle.verify_inclusion(leaf, index, size, wrong, root)
    for other in {*range(size)} - {index}:
        with pytest.raises(VerificationFailed):
            merkle.verify_inclusion(leaf, other, size, found, root)
    for outside in (-1, size, size + 1):
        with pytest.raises(VerificationFailed):
            merkle.verify_inclusion(leaf, outside, size, found, root)


@given(st.integers(2, 70), st.data())
def test_a_spoilt_consistency_path_is_refused(size: int, data: st.DataObject) -> None:
    leaves = some_leaves(size)
    old = data.draw(st.integers(1, size - 1))
    found = merkle.consistency_path(nodes_of(leaves), old, size)
    roots = mth(leaves[:old]), mth(leaves)
    for wrong in spoilt(found):
        with pytest.raises(VerificationFailed):
            merkle.verify_consistency(old, size, wrong, *roots)
    with pytest.raises(VerificationFailed):
        merkle.verify_consistency(old, size, found, roots[1], roots[0])
    with pytest.raises(VerificationFailed):
        merkle.verify_consistency(size, old, found, *roots)


def test_the_same_tree_needs_no_path_and_another_of_its_size_is_refused() -> None:
    root = mth(LEAVES)
    merkle.verify_consistency(8, 8, (), root, root)
    with pytest.raises(VerificationFailed):
        merkle.verify_consistency(8, 8, (), mth(LEAVES[::-1]), root)
    with pytest.raises(VerificationFailed):
        merkle.verify_consistency(8, 8, (root,), root, root)


def test_no_path_is_given_for_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="no leaf 8"):
        merkle.inclusion_path(nodes_of(LEAVES), 8, 8)
    with pytest.raises(ValueError, match="no proof"):
        merkle.consistency_path(nodes_of(LEAVES), 9, 8)


@given(st.lists(st.integers(0, 300), max_size=6))
def test_tiles_grown_in_any_steps_are_the_same(steps: list[int]) -> None:
    leaves = [merkle.leaf_hash(leaf) for leaf in some_leaves(sum(steps))]
    stored: dict[tuple[int, int], bytes] = {}
    size = 0

    def read(row: int, number: int) -> bytes:
        return stored.get((row, number), b"")

    for step in steps:
        stored.update(tiles.grow(read, size, leaves[size : size + step]))
        size += step
    assert stored == tiles.grow(lambda _row, _number: b"", 0, leaves)
    assert sorted(stored) == list(tiles.layout(size))


def test_tiles_of_many_rows_give_the_same_root() -> None:
    size = 256 * 256 + 3
    leaves = some_leaves(size)
    nodes = nodes_of(leaves)
    assert merkle.root(nodes, size) == mth(leaves)
    found = merkle.inclusion_path(nodes, size - 2, size)
    merkle.verify_inclusion(merkle.leaf_hash(leaves[-2]), size - 2, size, found, mth(leaves))


def test_a_tile_that_is_too_short_is_refused() -> None:
    with pytest.raises(LogDamaged):
        tiles.grow(lambda _row, _number: b"\x00" * 31, 1, [b"\x00" * 32])
    with pytest.raises(LogDamaged):
        tiles.nodes(lambda _row, _number: b"\x00" * 64)(0, 2)
