"""Signing off: an officer's signature for the log as it was verified.

A signature shows the printed name of the signer, when it was made, and what it means (21 CFR
11.50(a)), and cannot be taken off the records that it was made for (21 CFR 11.70): it is bound to
their number and to the root of the tree over them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from deid.audit.authority import Authority
from deid.audit.keys import read_public_key
from deid.audit.note import VerifierKey
from deid.audit.records import Meaning, SignedOff
from deid.audit.roles import ROLE_EVENTS, Permission
from deid.audit.statement import read_statement
from deid.audit.store import AuditLog, Filter, log_path
from deid.audit.verify import Told, Verified, verify
from deid.errors import NotPermitted
from deid.officer.desk import Desk
from deid.officer.witness import witnessed
from deid.site_settings import read_settings


@dataclass(frozen=True, slots=True)
class SignOff:
    """A signature that was found to be good.

    Attributes:
        seq: place of its record.
        person: id of the signer.
        name: of the signer.
        meaning: what the signature means.
        time: when it was made, by the clock of the signer's machine.
        size: it is made for the first so many records.
        root: hash of the tree over these.
    """

    seq: int
    person: str
    name: str
    meaning: Meaning
    time: datetime
    size: int
    root: bytes


def verify_to_sign(
    home: Path,
    *,
    checkpoints: Sequence[str] = (),
    archives: Sequence[Path] = (),
    workers: int = 1,
    told: Told | None = None,
) -> Verified:
    """Verify the log of a data folder, also against what its witness folders keep.

    Args:
        home: the data folder.
        checkpoints: others that were kept elsewhere.
        archives: files with archived records, which are examined too.
        workers: in how many processes, see `verify`.
        told: is told now and then how far it is.

    Raises:
        VerificationFailed: the log does not agree with itself or with a checkpoint.
        AuditError: the log or its key cannot be read.
    """
    public_key = read_public_key(home)
    kept = witnessed(read_settings(home), VerifierKey.parse(public_key))
    notes = [*checkpoints, *(one.note for one in kept)]
    return verify(
        log_path(home),
        public_key=public_key,
        checkpoints=notes,
        archives=archives,
        workers=workers,
        told=told,
    )


def sign_off(desk: Desk, *, meaning: Meaning, verified: Verified) -> SignOff:
    """Sign for the records that were verified, under the unlocked officer's key.

    Args:
        desk: at which the officer is unlocked.
        meaning: what the signature is to mean.
        verified: what the verification of this log came to.

    Raises:
        NotPermitted: no officer is unlocked, or another log was verified than this.
        VerificationFailed: the log contradicts its own last checkpoint.
        LogUnavailable: the log cannot be written.
    """
    officer = desk.require(Permission.SIGN_OFF)
    if verified.size > desk.log.size or desk.log.root(verified.size) != verified.root:
        raise NotPermitted("the log that was verified is not this one: verify it again")
    event = desk.sign(
        SignedOff(
            person=officer.id,
            name=desk.roles().people[officer.id].name,
            meaning=meaning,
            size=verified.size,
            root=verified.root.hex(),
            statement="",
        )
    )
    (seq,) = desk.record(event)
    return _signature(seq, event, officer.public_key)


def sign_offs(log: AuditLog, *, name: str) -> tuple[SignOff, ...]:
    """Every signature in a log, oldest first, each checked with its signer's role at that time.

    Args:
        log: the log; it may be open for reading only.
        name: of the log, that of its key.

    Raises:
        VerificationFailed: one is not good.
    """
    authority = Authority(name)
    found = []
    for record in log.select(Filter(kinds=(*ROLE_EVENTS, SignedOff))):
        authority.take(record)
        if isinstance(record.event, SignedOff):
            signer = authority.roles.people[record.event.person]
            found.append(_signature(record.seq, record.event, signer.public_key))
    authority.finish(log.root)
    return tuple(found)


def _signature(seq: int, event: SignedOff, public_key: str) -> SignOff:
    return SignOff(
        seq=seq,
        person=event.person,
        name=event.name,
        meaning=event.meaning,
        time=read_statement(event.statement, public_key).time,
        size=event.size,
        root=bytes.fromhex(event.root),
    )
