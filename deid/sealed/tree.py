"""What lies in the folder of an installed program: every entry, and the digest of a file."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Final

from deid.sealed.mach import ARCHIVE, LONGEST_HEADER, MAGIC, check_signature, unsigned

# Without these flags a link would be followed, a pipe waited for, or line ends changed.
_FLAGS: Final = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


class Kind(Enum):
    """What an entry of a folder is."""

    FILE = auto()
    FOLDER = auto()
    LINK = auto()
    OTHER = auto()


@dataclass(frozen=True, slots=True)
class Entry:
    """What lies in the folder.

    Attributes:
        path: relative to it, with `/` between its parts.
        kind: what it is; nothing is followed.
        size: of a file, in bytes.
    """

    path: str
    kind: Kind
    size: int


def entries(root: Path) -> Iterator[Entry]:
    """Everything below a folder, in no order. Links are not followed.

    Raises:
        OSError: a folder cannot be listed; `filename` names it.
    """
    folders = [""]
    while folders:
        folder = folders.pop()
        with os.scandir(root / folder) as listing:
            for one in listing:
                path = f"{folder}/{one.name}" if folder else one.name
                details = one.stat(follow_symlinks=False)
                kind = _kind(details)
                if kind is Kind.FOLDER:
                    folders.append(path)
                # On Windows a listing may hold an old size: the file itself is asked when read.
                yield Entry(path, kind, details.st_size)


def digest(path: Path, size: int) -> str:
    """SHA-256, in hex, of a plain file of this many bytes.

    Raises:
        OSError: it cannot be read, is no plain file, or is longer or shorter.
    """
    with _opened(path, size) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_unsigned(path: Path) -> tuple[str, int]:
    """SHA-256, in hex, and size of a program or library of macOS without the system's signature.

    Raises:
        OSError: it cannot be read, or is none.
    """
    with _opened(path, None) as file:
        length = os.fstat(file.fileno()).st_size
        beginning = file.read(min(length, LONGEST_HEADER))
        try:
            found = unsigned(beginning, length)
        except ValueError as error:
            raise OSError(errno.EINVAL, str(error)) from None
        hashed = hashlib.sha256(found.header)
        file.seek(len(found.header))
        left = found.size - len(found.header)
        while left and (part := file.read(min(left, LONGEST_HEADER))):
            hashed.update(part)
            left -= len(part)
        file.seek(max(found.size - len(ARCHIVE) + 1, 0))
        try:
            check_signature(file.readall())
        except ValueError as error:
            raise OSError(errno.EINVAL, str(error)) from None
    if left:
        raise OSError(errno.EINVAL, "another size")
    return hashed.hexdigest(), found.size


def begins_as_program(path: Path) -> bool:
    """Whether a file begins as a program or library of macOS does.

    Raises:
        OSError: it cannot be read, or is no plain file.
    """
    with _opened(path, None) as file:
        return file.read(len(MAGIC)) == MAGIC


def content(path: Path, *, limit: int) -> bytes:
    """The bytes of a plain file that has at most so many.

    Raises:
        OSError: it cannot be read, is no plain file, or is longer.
    """
    with _opened(path, None) as file:
        raw = file.read(limit + 1)
    if len(raw) > limit:
        raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
    return raw


def _opened(path: Path, size: int | None) -> io.FileIO:
    file = io.FileIO(os.open(path, _FLAGS), "rb")
    details = os.fstat(file.fileno())
    plain = stat.S_ISREG(details.st_mode)
    if not plain or (size is not None and details.st_size != size):
        file.close()
        raise OSError(errno.EINVAL, "another size" if plain else "no plain file")
    return file


def _kind(details: os.stat_result) -> Kind:
    if stat.S_ISLNK(details.st_mode) or _is_junction(details):
        return Kind.LINK
    if stat.S_ISDIR(details.st_mode):
        return Kind.FOLDER
    return Kind.FILE if stat.S_ISREG(details.st_mode) else Kind.OTHER


def _is_junction(details: os.stat_result) -> bool:
    """Whether it is a folder of Windows that stands for another one."""
    tag = getattr(details, "st_reparse_tag", 0)
    return bool(tag and tag == getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", None))
