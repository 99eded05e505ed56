"""The entries of archives of the ZIP kind as they are written, one after the other (pure).

An entry says of its file nothing but name, length and checksum: no times, no remarks, no extra
fields (APPNOTE.TXT 6.3.10, 4.3.7, 4.3.12 and 4.3.16).
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from deid.errors import DefectError
from deid.formats.content import Content

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LOCAL_SIGN: Final = b"PK\x03\x04"
_VERSION: Final = 20
_UTF8: Final = 0x800
_STORED: Final = 0
_DEFLATED: Final = 8
_DAY: Final = 0x21
"""The first of January 1980, with which the count of days begins."""


def entry(name: str, data: bytes) -> bytes:
    """A file with its name; the same always gives the same bytes."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = deflate.compress(data) + deflate.flush()
    method = _DEFLATED if len(packed) < len(data) else _STORED
    body = packed if method == _DEFLATED else data
    sign = name.encode("utf-8")
    flags = 0 if name.isascii() else _UTF8
    sizes = (zlib.crc32(data), len(body), len(data), len(sign), 0)
    return _LOCAL.pack(_LOCAL_SIGN, _VERSION, flags, method, 0, _DAY, *sizes) + sign + body


class Directory:
    """The list behind the entries of an archive."""

    def __init__(self) -> None:
        self._rows: list[bytes] = []
        self._names: set[bytes] = set()
        self._at = 0

    def add(self, piece: bytes) -> None:
        """List an entry that stands behind those listed so far.

        Raises:
            DefectError: it is none, or there is one of its name.
        """
        if len(piece) < _LOCAL.size:
            raise DefectError("a file of the archive is none: nothing was written")
        sign, *middle, length, extra = _LOCAL.unpack_from(piece)
        name = piece[_LOCAL.size : _LOCAL.size + length]
        if sign != _LOCAL_SIGN or extra or name.lower() in self._names:
            raise DefectError("two files of the archive have one name: nothing was written")
        self._names.add(name.lower())
        row = _CENTRAL.pack(b"PK\x01\x02", _VERSION, *middle, length, 0, 0, 0, 0, 0, self._at)
        self._rows.append(row + name)
        self._at += len(piece)

    def content(self) -> bytes:
        """The bytes of the list."""
        rows, count = b"".join(self._rows), len(self._rows)
        return rows + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(rows), self._at, 0)


def entries(content: Content) -> Iterator[bytes]:
    """The entries of an archive that was written here; of anything else something that is none."""
    at, listed = 0, Directory()
    while content[at : at + 4] == _LOCAL_SIGN:
        head = content[at : at + _LOCAL.size]
        if len(head) < _LOCAL.size:
            break
        fields = _LOCAL.unpack(head)
        end = at + _LOCAL.size + fields[-4] + fields[-2] + fields[-1]
        piece = content[at : min(end, len(content))]
        try:
            listed.add(piece)
        except DefectError:
            break
        if end > len(content):
            break
        yield piece
        at = end
    if content[at : len(content)] != listed.content():
        yield content[at : len(content)]
