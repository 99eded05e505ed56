"""Records as JSON lines that can be checked with the public key of the log alone.

The first line is an object with `format`, `public_key`, `checkpoint`, `whole` and `how`. If it is
the `whole` log, each further line is the canonical form of a record, from the first to the last
that the checkpoint covers, and their tree has its root. Otherwise each is an object with a `record`
and the `path` that leads from it to that root (RFC 6962 2.1.1), hashes in base64.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final

from deid.audit import merkle
from deid.audit.canonical import decode, encode
from deid.audit.checkpoint import Checkpoint, parse
from deid.audit.note import VerifierKey, decode_base64
from deid.audit.records import Record
from deid.audit.store import AuditLog
from deid.errors import LogDamaged, VerificationFailed

_FORMAT: Final = "noteveil-records-v1"
_NAMES: Final = {"format", "public_key", "checkpoint", "whole", "how"}
_HOW: Final = (
    "`deid audit verify --export FILE --public-key KEY`, with the key from a source that you "
    "trust. By hand: the leaf hash of a record is SHA-256 of 00 and its canonical JSON (RFC 8785); "
    "if `whole`, the tree of RFC 6962 over all lines below has the root of the checkpoint, "
    "otherwise the path of each record leads to it."
)
_to_json = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Checked:
    """Records that were found to be those of a log.

    Attributes:
        records: how many.
        whole: whether they are all of the log at the checkpoint.
        checkpoint: that they were compared with.
    """

    records: int
    whole: bool
    checkpoint: Checkpoint


def json_lines(
    records: Iterable[Record], log: AuditLog, *, note: str, key: VerifierKey, whole: bool
) -> Iterator[bytes]:
    """The lines.

    Args:
        records: in the order of the log, below the size of the checkpoint.
        log: gives the paths.
        note: the signed checkpoint.
        key: the public key of the log.
        whole: whether the records are all that the checkpoint covers.

    Raises:
        LogDamaged: hashes are missing, or not all records are at hand.
    """
    size = parse(note, key).size
    head = {
        "format": _FORMAT,
        "public_key": str(key),
        "checkpoint": note,
        "whole": whole,
        "how": _HOW,
    }
    yield _line(_to_json(head).encode())
    count = 0
    for record in records:
        count += 1
        body = encode(record)
        yield _line(body if whole else _with_path(body, record.seq, size, log))
    if whole and count != size:
        raise LogDamaged(
            f"{size - count} of the {size} records are in archives: name these with --archive"
        )


def check_lines(lines: Iterable[bytes], *, public_key: str) -> Checked:
    """Check lines that were exported.

    Args:
        lines: each with its line feed.
        public_key: the public key of the log, from a source that is trusted.

    Raises:
        VerificationFailed: they are no export, or not records of that log.
        KeyUnusable: the public key is malformed.
    """
    key = VerifierKey.parse(public_key)
    rest = iter(lines)
    head = _read(next(rest, b""))
    if head.keys() != _NAMES or head["format"] != _FORMAT or type(head["whole"]) is not bool:
        raise VerificationFailed(f"the file is no export of the form {_FORMAT}")
    checkpoint = parse(f"{head['checkpoint']}", key)
    if head["whole"]:
        return _check_whole(rest, checkpoint)
    return _check_paths(rest, checkpoint)


def _check_whole(lines: Iterable[bytes], checkpoint: Checkpoint) -> Checked:
    tree = merkle.Growing()
    for line in lines:
        _record(line.removesuffix(b"\n"), tree.size)
        tree.add(merkle.leaf_hash(line.removesuffix(b"\n")))
    if (tree.size, tree.root()) != (checkpoint.size, checkpoint.root):
        raise VerificationFailed("the records are not all of those that the checkpoint covers")
    return Checked(tree.size, True, checkpoint)


def _check_paths(lines: Iterable[bytes], checkpoint: Checkpoint) -> Checked:
    count, last = 0, -1
    for line in lines:
        node = _read(line)
        record, path = node.get("record"), node.get("path")
        if node.keys() != {"record", "path"} or not isinstance(record, dict):
            raise VerificationFailed(f"line {count + 2}: not a record with its path")
        body = _to_json(record).encode("utf-8", "surrogatepass")
        seq = record.get("seq")
        if type(seq) is not int or seq <= last:
            raise VerificationFailed(f"line {count + 2}: the records are not in their order")
        _record(body, seq)
        merkle.verify_inclusion(
            merkle.leaf_hash(body), seq, checkpoint.size, _hashes(path), checkpoint.root
        )
        count, last = count + 1, seq
    return Checked(count, False, checkpoint)


def _with_path(body: bytes, seq: int, size: int, log: AuditLog) -> bytes:
    with log.snapshot() as (_size, nodes):
        path = merkle.inclusion_path(nodes, seq, size)
    written = ",".join(f'"{base64.b64encode(hashed).decode()}"' for hashed in path)
    return b"".join(chain((b'{"path":[', written.encode(), b'],"record":', body, b"}")))


def _record(body: bytes, seq: int) -> Record:
    try:
        return decode(body, seq=seq)
    except LogDamaged as error:
        raise VerificationFailed(str(error)) from None


def _read(line: bytes) -> dict[str, object]:
    try:
        node = json.loads(line)
    except (ValueError, RecursionError):
        node = None
    if not isinstance(node, dict):
        raise VerificationFailed("the file is no export of records: a line is not a JSON object")
    return node


def _hashes(path: object) -> tuple[bytes, ...]:
    try:
        if not isinstance(path, list) or len(path) > 128:
            raise ValueError
        return tuple(decode_base64(f"{part}") for part in path)
    except ValueError:
        raise VerificationFailed("the path of a record is malformed") from None


def _line(content: bytes) -> bytes:
    return content + b"\n"
