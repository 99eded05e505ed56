"""Containers of the ZIP kind: their members, and the same container with other members (pure).

The limits stand against bombs; a name that leads elsewhere and two members of one name are refused
(APPNOTE.TXT 6.3.10; OWASP, Zip Slip). A container is always packed anew: what lies in the old one
beside its members, such as remarks, dates, extra fields and bytes between two members, never comes
back.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from deid.errors import MalformedRecord, NoteTooLarge, UnsupportedFormat

MAX_MEMBERS: Final = 10_000
MAX_UNPACKED: Final = 1 << 28
"""How many bytes all members of a container may have, unpacked."""
MAX_RATIO: Final = 200
"""How many times larger than packed a member may be; small ones may be more."""

_SMALL: Final = 1 << 20
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 1
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_MS_DOS: Final = 0
_PATCHED: Final = 0x20


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a container: its bytes, and whether they are packed."""

    data: bytes = field(repr=False)
    is_packed: bool


def pack(members: Mapping[str, Member]) -> bytes:
    """A container of these members, in their order; the same members give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, member in members.items():
            info = zipfile.ZipInfo(name, _EPOCH)
            info.create_system = _MS_DOS
            info.compress_type = zipfile.ZIP_DEFLATED if member.is_packed else zipfile.ZIP_STORED
            packed.writestr(info, member.data)
    return stream.getvalue()


def unpack(content: bytes, *, what: str) -> dict[str, Member]:
    """The members of a container by their names, in its order.

    Args:
        content: its bytes.
        what: what it is in plain words, for messages, such as `document`.

    Raises:
        MalformedRecord: it is damaged, or may be read in two ways.
        NoteTooLarge: its members are too many, too large or packed too tightly.
        UnsupportedFormat: a member is encrypted or packed in an unusual way.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            infos = packed.infolist()
            _check(infos, what)
            return {
                info.filename: Member(
                    _unpacked(packed, info, what), info.compress_type == zipfile.ZIP_DEFLATED
                )
                for info in infos
                if not info.is_dir()
            }
    except (zipfile.BadZipFile, struct.error, EOFError, zlib.error, ValueError, OSError):
        raise MalformedRecord(f"the {what} is damaged: open it and save it anew") from None
    except (NotImplementedError, RuntimeError):
        raise UnsupportedFormat(
            f"a part of the {what} is packed in an unusual way: open it and save it anew"
        ) from None


def _check(infos: Sequence[zipfile.ZipInfo], what: str) -> None:
    if len(infos) > MAX_MEMBERS:
        raise NoteTooLarge(f"the {what} has more than {MAX_MEMBERS} parts: split it")
    if sum(info.file_size for info in infos) > MAX_UNPACKED:
        raise NoteTooLarge(f"the {what} is longer than {MAX_UNPACKED} bytes unpacked: split it")
    names = [info.filename for info in infos]
    if not all(names):
        raise MalformedRecord(f"a part of the {what} has no name: save it anew")
    if len({name.casefold() for name in names}) < len(names):
        raise MalformedRecord(f"two parts of the {what} have one name: save it anew")
    for info in infos:
        path = PurePosixPath(info.filename)
        leaves = path.is_absolute() or ".." in path.parts
        if leaves or any(one in info.orig_filename for one in "\\\0"):
            raise MalformedRecord(f"the name of a part of the {what} leads elsewhere: save it anew")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise UnsupportedFormat(f"a part of the {what} is a link: put what it leads to there")
        if info.flag_bits & _ENCRYPTED:
            raise UnsupportedFormat(f"the {what} is encrypted: save it without a password")
        if info.compress_type not in _METHODS or info.flag_bits & _PATCHED:
            raise UnsupportedFormat(
                f"a part of the {what} is packed in an unusual way: open it and save it anew"
            )
        if info.file_size > max(_SMALL, MAX_RATIO * info.compress_size):
            raise NoteTooLarge(f"a part of the {what} is packed too tightly to be examined")


def _unpacked(packed: zipfile.ZipFile, info: zipfile.ZipInfo, what: str) -> bytes:
    """The bytes of a member; never more of them than it says it has."""
    with packed.open(info) as member:
        data = member.read(info.file_size + 1)
    if len(data) != info.file_size:
        raise MalformedRecord(f"a part of the {what} is not as long as it says: save it anew")
    return data
