"""A bundle: one file with rules, models and the metadata that vouches for them.

It is a zip whose members are stored as they are. A zip, because its directory names every member
with its size before any of them is read (a tar tells of a member only where it begins). Stored,
because then nothing is ever unpacked from a file that nobody vouches for yet: what is compressed
is refused, and with it every kind of bomb. The members follow each other without gaps and fill
the file, so each byte belongs to exactly one of them or to the directory.
"""

from __future__ import annotations

import stat
import struct
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from deid.errors import BundleRefused
from deid.updates.names import (
    MOST_ROOTS,
    SNAPSHOT,
    TARGETS,
    TIMESTAMP,
    fault_among,
    fault_of,
    is_content,
    root_version,
)

MOST_BYTES: Final = 1 << 30
"""A bundle is no larger."""

MOST_MEMBERS: Final = 1024
"""A bundle has no more members."""

_MOST_DIRECTORY: Final = 1 << 18
_LIMITS: Final = {TIMESTAMP: 1 << 14, SNAPSHOT: 1 << 16, TARGETS: 1 << 20}
_MOST_ROOT_BYTES: Final = 1 << 16
_PIECE: Final = 1 << 20

# APPNOTE.TXT 6.3.10, 4.3.16: end of central directory record, without a comment.
_END: Final = struct.Struct("<4s4H2LH")
_END_MARK: Final = b"PK\x05\x06"
_LOCAL_HEADER: Final = 30
_ENCODED_UTF8: Final = 0x800


class Bundle:
    """A bundle whose directory is sound; of what its members hold, nothing is known yet.

    Attributes:
        roots: versions of the root metadata in it, ascending.
        content: names of the rules and models, with their sizes in bytes.
    """

    def __init__(self, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo]) -> None:
        self._archive = archive
        self._members = members
        versions = map(root_version, members)
        self.roots = tuple(sorted(version for version in versions if version is not None))
        self.content = {n: info.file_size for n, info in members.items() if is_content(n)}

    def read(self, name: str) -> bytes:
        """All bytes of a piece of metadata.

        Raises:
            BundleRefused: it cannot be read.
        """
        return b"".join(self.pieces(name))

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a member, in pieces of at most 1 MiB.

        Raises:
            BundleRefused: they cannot be read.
        """
        with _understood(), self._archive.open(self._members[name]) as member:
            while piece := member.read(_PIECE):
                yield piece


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """Open a bundle and judge its directory: sizes, number, names and kinds of the members.

    Raises:
        BundleRefused: it is no bundle, or one that is not safe to read.
    """
    try:
        file = path.open("rb")
    except OSError as error:
        raise BundleRefused(f"the bundle cannot be read ({error.strerror})") from None
    with file:
        with _understood():
            count, directory = _end(file)
            archive = zipfile.ZipFile(file)
            infos = archive.infolist()
        if len(infos) != count:
            raise _refused("its directory does not have the members that it counts")
        _check_members(infos, directory)
        _check_whole({info.filename: info.file_size for info in infos})
        yield Bundle(archive, {info.filename: info for info in infos})


def _end(file: BinaryIO) -> tuple[int, int]:
    """How many members there are, and where the directory begins, before it is read."""
    size = file.seek(0, 2)
    if size > MOST_BYTES:
        raise _refused(f"it is larger than {MOST_BYTES >> 20} MiB")
    if size < _END.size:
        raise _refused("it ends too early")
    file.seek(size - _END.size)
    mark, disk, first, here, count, length, start, comment = _END.unpack(file.read(_END.size))
    if mark != _END_MARK or start + length + _END.size != size:
        raise _refused("it is no bundle, or its end is missing")
    if disk or first or comment or here != count:
        raise _refused("it is a zip of another kind than bundles are")
    if count > MOST_MEMBERS or length > _MOST_DIRECTORY:
        raise _refused(f"it has more than {MOST_MEMBERS} members")
    return count, start


def _check_members(infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Each member is a stored file with a plain name; they fill the file up to the directory."""
    for info in infos:
        # The name as it stands: `filename` was already mended by the library.
        name = info.orig_filename
        fault = fault_of(name)
        if fault is not None:
            raise _refused(fault)
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in {0, stat.S_IFREG} or info.is_dir():
            raise _refused("it holds a link, a device or a folder, not only files")
        if info.compress_type != zipfile.ZIP_STORED or info.compress_size != info.file_size:
            raise _refused("a member is compressed, which bundles never are")
        if info.flag_bits & ~_ENCODED_UTF8 or info.extra or info.comment:
            raise _refused("a member is encrypted, or of another kind than bundles have")
    fault = fault_among(info.orig_filename for info in infos)
    if fault is not None:
        raise _refused(fault)
    at = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset != at:
            raise _refused("its members overlap, or something lies between them")
        at += _LOCAL_HEADER + len(info.orig_filename) + info.file_size
    if at != directory:
        raise _refused("its members overlap, or something lies between them")


def _check_whole(sizes: Mapping[str, int]) -> None:
    """The metadata is there and small, and everything else is rules or models."""
    if not _LIMITS.keys() <= sizes.keys():
        raise _refused("metadata of a role is missing")
    roots = 0
    for name, size in sizes.items():
        if root_version(name) is not None:
            limit, roots = _MOST_ROOT_BYTES, roots + 1
        elif name in _LIMITS:
            limit = _LIMITS[name]
        elif is_content(name):
            continue
        else:
            raise _refused("it holds a file that is neither metadata, nor of rules or models")
        if size > limit:
            raise _refused("its metadata is larger than any should be")
    if not 1 <= roots <= MOST_ROOTS:
        raise _refused("it holds no root metadata, or too much of it")


@contextmanager
def _understood() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise BundleRefused(f"the bundle cannot be read ({error.strerror})") from None
    # What zipfile raises for bytes that are no zip, or one of another kind.
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise _refused("it is damaged") from None
    except struct.error:
        raise _refused("it is damaged") from None


def _refused(why: str) -> BundleRefused:
    return BundleRefused(f"the bundle is not used: {why}; copy it anew, or ask who made it")
