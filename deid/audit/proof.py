"""Proofs about a log that can be checked without it: that a record is in it, that it only grew.

A proof is a JSON file that carries everything but the public key. What it shows holds for the tree
that its signed checkpoint describes.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from typing import Final

from deid.audit import merkle
from deid.audit.canonical import decode
from deid.audit.checkpoint import Checkpoint, parse, seal
from deid.audit.note import SignerKey, VerifierKey, decode_base64
from deid.audit.records import Record
from deid.audit.store import AuditLog
from deid.errors import LogDamaged, VerificationFailed, counted

_INCLUSION: Final = "noteveil-inclusion-proof-v1"
_CONSISTENCY: Final = "noteveil-consistency-proof-v1"
_MAX_CHARACTERS: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class InclusionProof:
    """That a record is in the log.

    Attributes:
        seq: place of the record.
        record: its canonical JSON.
        path: hashes from the leaf to the root (RFC 6962 2.1.1).
        checkpoint: signed note of the tree.
    """

    seq: int
    record: str = field(repr=False)
    path: tuple[bytes, ...]
    checkpoint: str

    def to_json(self) -> str:
        """The proof as a file that `check_inclusion` reads."""
        return _written(
            {
                "format": _INCLUSION,
                "seq": self.seq,
                "record": self.record,
                "path": _encoded(self.path),
                "checkpoint": self.checkpoint,
            }
        )


@dataclass(frozen=True, slots=True)
class ConsistencyProof:
    """That a log begins with what it was at an earlier checkpoint.

    Attributes:
        earlier: signed note of the smaller tree.
        path: hashes of RFC 6962 2.1.2.
        checkpoint: signed note of the larger tree.
    """

    earlier: str
    path: tuple[bytes, ...]
    checkpoint: str

    def to_json(self) -> str:
        """The proof as a file that `check_consistency` reads."""
        return _written(
            {
                "format": _CONSISTENCY,
                "earlier": self.earlier,
                "path": _encoded(self.path),
                "checkpoint": self.checkpoint,
            }
        )


def prove_inclusion(log: AuditLog, seq: int, signer: SignerKey) -> InclusionProof:
    """A proof that the record at `seq` is in the log as it stands, which is sealed for it.

    Raises:
        LogDamaged: there is no such record, or the tree lacks hashes.
        VerificationFailed: the log contradicts its last checkpoint.
        LogUnavailable: the log cannot be written.
    """
    record = log.body(seq)
    note = seal(log, signer)
    size = parse(note, signer.verifier).size
    with log.snapshot() as (_size, nodes):
        path = merkle.inclusion_path(nodes, seq, size)
    return InclusionProof(seq, record.decode("utf-8", "replace"), path, note)


def prove_consistency(log: AuditLog, earlier: str, signer: SignerKey) -> ConsistencyProof:
    """A proof that the log as it stands begins with what it was at an earlier checkpoint.

    Raises:
        VerificationFailed: it does not, or the checkpoint is not one of this log.
        LogDamaged: the tree lacks hashes.
        LogUnavailable: the log cannot be written.
    """
    old = parse(earlier, signer.verifier)
    note = seal(log, signer)
    new = parse(note, signer.verifier)
    if old.size > new.size:
        raise VerificationFailed(
            f"the log has {counted(new.size, 'record')}, but the checkpoint covers {old.size}: "
            "records were taken away"
        )
    with log.snapshot() as (_size, nodes):
        path = merkle.consistency_path(nodes, old.size, new.size)
    merkle.verify_consistency(old.size, new.size, path, old.root, new.root)
    return ConsistencyProof(earlier, path, note)


def check_inclusion(proof: str, *, public_key: str) -> Record:
    """The record that an inclusion proof shows to be in the log.

    Args:
        proof: what `InclusionProof.to_json` gave.
        public_key: the public key of the log, from a source that is trusted.

    Raises:
        VerificationFailed: the proof is malformed, of another log, or does not hold.
        KeyUnusable: the public key is malformed.
    """
    key = VerifierKey.parse(public_key)
    node = _read(proof, _INCLUSION, {"seq", "record", "path", "checkpoint"})
    seq = node["seq"]
    if type(seq) is not int:
        raise VerificationFailed("the proof is malformed")
    body = _text(node["record"]).encode("utf-8", "surrogatepass")
    checkpoint = parse(_text(node["checkpoint"]), key)
    merkle.verify_inclusion(
        merkle.leaf_hash(body), seq, checkpoint.size, _path(node["path"]), checkpoint.root
    )
    try:
        return decode(body, seq=seq)
    except LogDamaged as error:
        raise VerificationFailed(str(error)) from None


def check_consistency(proof: str, *, public_key: str) -> tuple[Checkpoint, Checkpoint]:
    """The earlier and the later checkpoint that a consistency proof ties together.

    Args:
        proof: what `ConsistencyProof.to_json` gave.
        public_key: the public key of the log, from a source that is trusted.

    Raises:
        VerificationFailed: the proof is malformed, of another log, or does not hold.
        KeyUnusable: the public key is malformed.
    """
    key = VerifierKey.parse(public_key)
    node = _read(proof, _CONSISTENCY, {"earlier", "path", "checkpoint"})
    old, new = parse(_text(node["earlier"]), key), parse(_text(node["checkpoint"]), key)
    merkle.verify_consistency(old.size, new.size, _path(node["path"]), old.root, new.root)
    return old, new


def _written(node: dict[str, object]) -> str:
    return json.dumps(node, indent=2) + "\n"


def _encoded(path: tuple[bytes, ...]) -> list[str]:
    return [base64.b64encode(hashed).decode("ascii") for hashed in path]


def _read(proof: str, form: str, keys: set[str]) -> dict[str, object]:
    try:
        node = json.loads(proof) if len(proof) <= _MAX_CHARACTERS else None
    except (ValueError, RecursionError):
        node = None
    if not isinstance(node, dict) or node.keys() != {"format", *keys} or node["format"] != form:
        raise VerificationFailed(f"the file is not a proof of the form {form}")
    return node


def _text(node: object) -> str:
    if not isinstance(node, str):
        raise VerificationFailed("the proof is malformed")
    return node


def _path(node: object) -> tuple[bytes, ...]:
    try:
        if not isinstance(node, list) or len(node) > 128:
            raise ValueError
        path = tuple(decode_base64(_text(part)) for part in node)
        if any(len(hashed) != 32 for hashed in path):
            raise ValueError
    except ValueError:
        raise VerificationFailed("the proof is malformed") from None
    return path
