"""Programs and libraries of macOS without the signature that the system wants of them. Pure.

`codesign` writes its signature to the end of a file, after the program was built and by other
people, and notes its length in three places of the header. All other bytes stay. What is left when
the signature is cut off and these places are zero is what was built.

The layout is that of `<mach-o/loader.h>`: files of one architecture with 64 bits.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAGIC: Final = b"\xcf\xfa\xed\xfe"
"""What such a file begins with."""

LONGEST_HEADER: Final = 1 << 20
"""Bytes at the beginning of a file that hold its header."""

LONGEST_SIGNATURE: Final = 1 << 24
"""Bytes that a signature has at most: some 50 for each page of 4 KiB, certificates and a stamp."""

ARCHIVE: Final = b"MEI\x0c\x0b\x0a\x0b\x0e"
"""By what a program of PyInstaller finds its modules, and it looks from the end of its file on."""

_HEADER: Final = struct.Struct("<4sIIIIIII")
_COMMAND: Final = struct.Struct("<II")
_SEGMENT: Final = struct.Struct("<II16sQQQQ")
_LINKED: Final = struct.Struct("<IIII")
_LC_SEGMENT_64: Final = 0x19
_LC_CODE_SIGNATURE: Final = 0x1D
_LINKEDIT: Final = b"__LINKEDIT".ljust(16, b"\x00")
_VMSIZE: Final = 32  # where it stands in a segment command
_FILESIZE: Final = 48
_DATASIZE: Final = 12  # where it stands in a signature command
_PAGES: Final = (1 << 12, 1 << 14)  # of the processors of Intel and of Apple


@dataclass(frozen=True, slots=True)
class Unsigned:
    """A file without its signature.

    Attributes:
        header: what it begins with, without what tells of the signature.
        size: in bytes, the header's among them.
    """

    header: bytes
    size: int


def unsigned(beginning: bytes, length: int) -> Unsigned:
    """What of a file is not its signature.

    Args:
        beginning: its first `LONGEST_HEADER` bytes, or all of it.
        length: of the whole file, in bytes.

    Raises:
        ValueError: it is no such file, has no signature, or the signature is not all that stands
            at its end.
    """
    header = bytearray(beginning[: _end_of_commands(beginning)])
    signatures, segments = [], []
    for kind, at in commands(beginning):
        if kind == _LC_CODE_SIGNATURE:
            signatures.append(at)
        elif kind == _LC_SEGMENT_64 and header[at + 8 : at + 24] == _LINKEDIT:
            segments.append(at)
    if len(signatures) != 1 or len(segments) != 1:
        raise ValueError("it is not signed, if only by itself (codesign --sign -)")
    ((signature,), (segment,)) = signatures, segments
    try:
        _, _, start, signed = _LINKED.unpack_from(header, signature)
        _, _, _, _, memory, begins, held = _SEGMENT.unpack_from(header, segment)
    except struct.error:
        raise ValueError("its header is cut off") from None
    if not begins + held == start + signed == length or not len(header) <= begins <= start:
        raise ValueError("something stands behind its signature, or none does")
    if memory not in {-(-held // page) * page for page in _PAGES}:
        raise ValueError("it takes more room than it fills")
    if signed > LONGEST_SIGNATURE:
        raise ValueError("its signature is longer than any")
    for place, width in ((segment + _VMSIZE, 8), (segment + _FILESIZE, 8)):
        header[place : place + width] = bytes(width)
    header[signature + _DATASIZE : signature + _DATASIZE + 4] = bytes(4)
    return Unsigned(bytes(header), start)


def check_signature(ending: bytes) -> None:
    """Refuse a signature from which a program would take other modules than its own.

    Args:
        ending: the signature, and as many bytes before it as `ARCHIVE` has, but for one.

    Raises:
        ValueError: it holds some.
    """
    if ARCHIVE in ending:
        raise ValueError("its signature holds modules")


def commands(beginning: bytes) -> Iterator[tuple[int, int]]:
    """The kind of every load command, and where it begins.

    Raises:
        ValueError: they are not as the header says.
    """
    end = _end_of_commands(beginning)
    at = _HEADER.size
    for _ in range(_HEADER.unpack_from(beginning)[4]):
        if at + _COMMAND.size > end:
            raise ValueError("its header is cut off")
        kind, size = _COMMAND.unpack_from(beginning, at)
        if size < _COMMAND.size or at + size > end:
            raise ValueError("its header is cut off")
        yield kind, at
        at += size


def _end_of_commands(beginning: bytes) -> int:
    if len(beginning) < _HEADER.size or not beginning.startswith(MAGIC):
        raise ValueError("no program or library of one architecture")
    end: int = _HEADER.size + _HEADER.unpack_from(beginning)[5]
    if end > len(beginning):
        raise ValueError("its header is cut off")
    return end
