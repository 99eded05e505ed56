"""Checkpoints: the size and root of the log's tree, signed (C2SP tlog-checkpoint).

The text of a checkpoint is the name of the log, the number of records in decimal, and the root
hash in base64, one a line. Whoever holds one can later tell whether the log still begins with the
records that it had then.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final

from deid.audit import merkle
from deid.audit.note import SignerKey, VerifierKey, decode_base64, open_note
from deid.audit.store import AuditLog
from deid.errors import VerificationFailed

_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log was at one moment.

    Attributes:
        origin: name of the log; that of its key.
        size: number of records.
        root: hash of the tree over them.
    """

    origin: str
    size: int
    root: bytes


def sign(checkpoint: Checkpoint, signer: SignerKey) -> str:
    """The checkpoint as a signed note."""
    root = base64.b64encode(checkpoint.root).decode("ascii")
    return signer.sign(f"{checkpoint.origin}\n{checkpoint.size}\n{root}\n")


def parse(note: str, key: VerifierKey) -> Checkpoint:
    """The checkpoint in a note that this key has signed.

    Raises:
        VerificationFailed: not a checkpoint, of another log, not signed by the key, or changed.
    """
    lines = open_note(note, key).split("\n")
    try:
        origin, size, root = lines[0], lines[1], decode_base64(lines[2])
        if len(lines) != 4 or not _SIZE.fullmatch(size) or len(root) != 32:
            raise ValueError
    except (IndexError, ValueError):
        raise VerificationFailed("the signed note is not a checkpoint") from None
    if origin != key.name:
        raise VerificationFailed("the checkpoint is one of another log")
    return Checkpoint(origin, int(size), root)


def seal(log: AuditLog, signer: SignerKey) -> str:
    """Sign the log as it stands, keep the checkpoint in the log, and return it.

    A log that no longer begins with what was signed last is not signed again.

    Raises:
        VerificationFailed: the log contradicts its last checkpoint.
        LogUnavailable: locked, read-only, or out of space; nothing was written.
        LogDamaged: the tree lacks hashes.
    """

    def signed(size: int, nodes: merkle.Nodes, last: str | None) -> str:
        before = None if last is None else _agreeing(last, signer.verifier, size, nodes)
        if last is not None and before is not None and before.size == size:
            return last
        return sign(Checkpoint(signer.name, size, merkle.root(nodes, size)), signer)

    return log.add_checkpoint(signed)


def standing(log: AuditLog, key: VerifierKey) -> Checkpoint:
    """What the log is now, unless it no longer begins with what was signed last.

    Raises:
        VerificationFailed: the log contradicts its last checkpoint.
        LogDamaged: the tree lacks hashes.
    """
    with log.snapshot() as (size, nodes):
        last = log.last_checkpoint()
        if last is not None:
            _agreeing(last, key, size, nodes)
        return Checkpoint(key.name, size, merkle.root(nodes, size))


def _agreeing(note: str, key: VerifierKey, size: int, nodes: merkle.Nodes) -> Checkpoint:
    """A checkpoint that was kept, with which the log as it is now must agree."""
    before = parse(note, key)
    if before.size > size or merkle.root(nodes, before.size) != before.root:
        raise VerificationFailed(
            f"the log contradicts its own checkpoint of {before.size} records: "
            "keep it as it is and ask the privacy officer"
        )
    return before
