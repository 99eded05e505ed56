"""Archive segments: a run of records in one ZIP file that can be verified by itself.

`docs/audit-log.md` describes the form. A segment is read as what a stranger may have made: sizes
are limited, and nothing is taken from it that `Segment.verify` or the log's own hashes have not
confirmed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from deid.audit import merkle
from deid.audit.canonical import canonical_json
from deid.audit.checkpoint import Checkpoint, parse
from deid.audit.note import VerifierKey, decode_base64
from deid.errors import LogUnavailable, VerificationFailed

PER_MEMBER: Final = 10_000
"""Records of a member of the ZIP file, but for the last."""

_FORMAT: Final = "noteveil-archive-v1"
_HEADER: Final = "archive.json"
_NAMES: Final = frozenset({"format", "first", "stop", "before", "checkpoint"})
_MAX_HEADER: Final = 1 << 20
_MAX_MEMBER: Final = 1 << 28
_MAX_RECORDS: Final = 2**53
_PLAIN: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)  # so that equal records give equal files
_BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Header:
    """What a segment says of itself.

    Attributes:
        first: place of its first record.
        stop: place behind its last record.
        before: frontier of the tree over the records before `first`, see `merkle.frontier`.
        checkpoint: signed note of the tree over the first `stop` records.
    """

    first: int
    stop: int
    before: tuple[bytes, ...]
    checkpoint: str


def write(file: BinaryIO, header: Header, bodies: Iterable[bytes]) -> None:
    """Write a segment.

    Args:
        file: open for writing.
        header: what it says of itself.
        bodies: the canonical bytes of its records, in order.

    Raises:
        OSError: it cannot be written.
    """
    with zipfile.ZipFile(file, "w") as archive:
        _write_member(archive, _HEADER, _written(header))
        rest = iter(bodies)
        for first in range(header.first, header.stop, PER_MEMBER):
            lines = b"".join(body + b"\n" for body in islice(rest, PER_MEMBER))
            _write_member(archive, _member(first), lines)


class Segment:
    """An archive segment, open for reading. Use it in a `with` block, or close it.

    Attributes:
        path: its file.
        header: what it says of itself; `verify` shows whether that is so.
    """

    def __init__(self, path: Path) -> None:
        """Open the file.

        Raises:
            LogUnavailable: the file cannot be read.
            VerificationFailed: it is no segment.
        """
        self.path = path
        with _explained(path):
            self._file = path.open("rb")
            try:
                self._archive = zipfile.ZipFile(self._file)
                self.header = _read_header(self._archive)
                self._check_members()
            except BaseException:
                self._file.close()
                raise
        self._cached: tuple[str, list[bytes]] = ("", [])

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def size(self) -> int:
        """Bytes of the file.

        Raises:
            LogUnavailable: the file cannot be read.
        """
        with _explained(self.path):
            return self._file.seek(0, io.SEEK_END)

    def sha256(self) -> str:
        """SHA-256 of the file, in lower-case hex.

        Raises:
            LogUnavailable: the file cannot be read.
        """
        with _explained(self.path):
            self._file.seek(0)
            return hashlib.file_digest(self._file, "sha256").hexdigest()

    def bodies(self, start: int = 0, stop: int | None = None) -> Iterator[tuple[int, bytes]]:
        """Places and canonical bytes of the records in `[start, stop)` that lie in this segment.

        Raises:
            LogUnavailable: the file cannot be read.
            VerificationFailed: it is damaged.
        """
        first = max(start, self.header.first)
        last = self.header.stop if stop is None else min(stop, self.header.stop)
        while first < last:
            begin = first - (first - self.header.first) % PER_MEMBER
            lines = self._lines(begin)
            until = min(begin + PER_MEMBER, last)
            for seq in range(first, until):
                yield seq, lines[seq - begin]
            first = until

    def body(self, seq: int) -> bytes:
        """The canonical bytes of one record of this segment.

        Raises:
            LogUnavailable: the file cannot be read.
            VerificationFailed: it is damaged, or has no record of that number.
        """
        for _seq, body in self.bodies(seq, seq + 1):
            return body
        raise VerificationFailed(f"archive {self.path.name}: has no record {seq}")

    def verify(self, public_key: VerifierKey) -> Checkpoint:
        """Check that the records are those for which the segment's checkpoint was signed.

        Raises:
            LogUnavailable: the file cannot be read.
            VerificationFailed: it is damaged, or they are not.
        """
        checkpoint = parse(self.header.checkpoint, public_key)
        tree = merkle.Growing(self.header.first, self.header.before)
        for _seq, body in self.bodies():
            tree.add(merkle.leaf_hash(body))
        if (checkpoint.size, checkpoint.root) != (self.header.stop, tree.root()):
            raise VerificationFailed(
                f"archive {self.path.name}: its records are not those that its checkpoint was "
                "signed for"
            )
        return checkpoint

    def _check_members(self) -> None:
        begins = range(self.header.first, self.header.stop, PER_MEMBER)
        names = self._archive.namelist()
        # Counted first: a header may promise more members than memory has room for names.
        if len(names) != 1 + len(begins) or names != [_HEADER, *map(_member, begins)]:
            raise zipfile.BadZipFile
        if any(info.file_size > _MAX_MEMBER for info in self._archive.infolist()):
            raise zipfile.BadZipFile
        if any(
            info.compress_type not in _PLAIN or info.flag_bits & 1  # encrypted
            for info in self._archive.infolist()
        ):
            raise zipfile.BadZipFile

    def _lines(self, begin: int) -> list[bytes]:
        name = _member(begin)
        if self._cached[0] != name:
            with _explained(self.path):
                lines = self._archive.read(name).split(b"\n")
                wanted = min(PER_MEMBER, self.header.stop - begin)
                if len(lines) != wanted + 1 or lines.pop() != b"":
                    raise zipfile.BadZipFile
            self._cached = name, lines
        return self._cached[1]


def _member(first: int) -> str:
    return f"records/{first:012}.jsonl"


def _write_member(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.external_attr = 0o600 << 16
    archive.writestr(info, content, zipfile.ZIP_DEFLATED)


def _written(header: Header) -> bytes:
    node = {
        "format": _FORMAT,
        "first": header.first,
        "stop": header.stop,
        "before": [base64.b64encode(hashed).decode("ascii") for hashed in header.before],
        "checkpoint": header.checkpoint,
    }
    return canonical_json(node).encode()


def _read_header(archive: zipfile.ZipFile) -> Header:
    """The header of a file that looks like a segment; whatever is wrong is a ValueError."""
    if archive.comment or archive.infolist()[:1] == []:
        raise zipfile.BadZipFile
    info = archive.infolist()[0]
    if info.filename != _HEADER or info.file_size > _MAX_HEADER:
        raise zipfile.BadZipFile
    raw = archive.read(info)
    node = json.loads(raw)
    if not isinstance(node, dict) or node.keys() != _NAMES or node["format"] != _FORMAT:
        raise zipfile.BadZipFile
    first, stop, before = node["first"], node["stop"], node["before"]
    if type(first) is not int or type(stop) is not int or not 0 <= first < stop <= _MAX_RECORDS:
        raise zipfile.BadZipFile
    if not isinstance(before, list) or len(before) != first.bit_count():
        raise zipfile.BadZipFile
    hashes = tuple(decode_base64(str(part)) for part in before)
    if any(len(hashed) != 32 for hashed in hashes) or not isinstance(node["checkpoint"], str):
        raise zipfile.BadZipFile
    if canonical_json(node).encode() != raw:
        raise zipfile.BadZipFile
    return Header(first, stop, hashes, node["checkpoint"])


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise LogUnavailable(f"archive {path.name}: cannot be read ({error.strerror})") from None
    except (*_BROKEN, ValueError, RecursionError):
        raise VerificationFailed(f"archive {path.name}: damaged, or no archive of a log") from None
