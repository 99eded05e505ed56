"""The part of an `.rpm` that holds its signatures, rewritten without them.

A package is a lead of 96 bytes, this header, padding to 8 bytes, and then what is signed (RPM's
file format, version 4). `rpmsign --delsign` leaves other bytes than rpmbuild has made; this form is
the same before and after.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Final

from frozen.tree import NotPacked

_LEAD: Final = 96
_MAGIC: Final = b"\x8e\xad\xe8\x01\0\0\0\0"
_REGION: Final = 62
_BINARY: Final = 7
_STRING: Final = 6
_ENTRY: Final = struct.Struct(">IIiI")
_SIGNATURES: Final = frozenset({259, 262, 267, 268, 1002, 1005, 1008})
"""DSA, RSA, PGP and GPG signatures, and the room that is kept for them."""

_WIDTHS: Final = {3: 2, 4: 4, 5: 8}
"""How numbers of 16, 32 and 64 bits are aligned."""


def strip_rpm(package: Path) -> None:
    """Take the signatures out of an `.rpm`, and the room that is kept for one.

    Raises:
        NotPacked: it is no `.rpm`.
    """
    data = package.read_bytes()
    if data[_LEAD : _LEAD + 8] != _MAGIC:
        raise NotPacked(f"{package.name}: no .rpm")
    count, size = struct.unpack_from(">II", data, _LEAD + 8)
    store = _LEAD + 16 + count * _ENTRY.size
    entries = sorted(
        (_ENTRY.unpack_from(data, _LEAD + 16 + number * _ENTRY.size) for number in range(count)),
        key=lambda entry: int(entry[2]),
    )
    ends = [entry[2] for entry in entries[1:]] + [size]
    kept = sorted(
        (tag, kind, _exact(kind, data[store + offset : store + end], amount), amount)
        for (tag, kind, offset, amount), end in zip(entries, ends, strict=True)
        if tag != _REGION and tag not in _SIGNATURES
    )
    signed = store + size + -(store + size - _LEAD) % 8
    header = _header(kept)
    package.write_bytes(data[:_LEAD] + header + bytes(-len(header) % 8) + data[signed:])


def _exact(kind: int, data: bytes, amount: int) -> bytes:
    """The value without the padding behind it."""
    if kind == _STRING:
        return data[: data.index(0) + 1]
    return data[: amount * _WIDTHS.get(kind, 1)]


def _header(parts: list[tuple[int, int, bytes, int]]) -> bytes:
    index, store = b"", b""
    for tag, kind, data, amount in parts:
        store += bytes(-len(store) % _WIDTHS.get(kind, 1))
        index += _ENTRY.pack(tag, kind, len(store), amount)
        store += data
    length = (len(parts) + 1) * _ENTRY.size
    region = _ENTRY.pack(_REGION, _BINARY, len(store), _ENTRY.size)
    store += _ENTRY.pack(_REGION, _BINARY, -length, _ENTRY.size)
    return _MAGIC + struct.pack(">II", len(parts) + 1, len(store)) + region + index + store
