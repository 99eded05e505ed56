"""Which key is the vault's: the one that the log tells of, and an officer signed for.

Whoever could put another public key into the vault's file would collect what is sealed to it. So a
key counts only if an officer of that moment signed for it, for this very log; and, as long as the
record of its making was not archived, only if it is the one that was made last. The statement lies
in the vault's file and stands in that record as well; a record without it counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from deid.audit.records import KeyAct, KeyChanged, KeyKind, Record
from deid.audit.roles import ROLE_EVENTS, Permission, Roles
from deid.audit.statement import SignedStatement, facts_of, read_statement, signer_of
from deid.audit.store import AuditLog, Filter
from deid.errors import VaultUnusable, VerificationFailed
from deid.vault.file import PublicKey, VaultFile

_REMEDY: Final = (
    "restore it from its backup, or, where it is lost or was destroyed, an officer says so with "
    "`deid audit vault create --lost`"
)


@dataclass(frozen=True, slots=True)
class RecordedKey:
    """The key of the vault.

    Attributes:
        public: the X25519 public key, in hex.
        person: id of the officer who made it.
        record: of its making; None where that was archived.
    """

    public: str
    person: str
    record: Record | None


def key_made(public: str, person: str) -> KeyChanged:
    """What the log records when a key of the vault is made, once it is signed."""
    return KeyChanged(KeyKind.VAULT, KeyAct.MADE, key_id=public, person=person)


def key_destroyed(public: str, person: str) -> KeyChanged:
    """The same when an officer says that the vault of a key is lost or destroyed."""
    return KeyChanged(KeyKind.VAULT, KeyAct.DESTROYED, key_id=public, person=person)


def made_last(log: AuditLog, *, name: str) -> Record | None:
    """The record of the making of the last key, of those that are in the log.

    One that no officer of that place signed does not count, and for each key only the first does:
    one that comes again would have values sealed to a key that was replaced.

    Args:
        log: the log.
        name: of the log, that of its key.

    Raises:
        VaultUnusable: who was an officer cannot be told.
    """
    made = [record for record in log.select(Filter(kinds=(KeyChanged,))) if _tells_of_key(record)]
    if not made:
        return None
    granted = tuple(log.select(Filter(kinds=ROLE_EVENTS)))
    try:
        counted = [record for record in made if _is_signed(record, granted, name)]
    except VerificationFailed as error:
        raise VaultUnusable(f"vault: who was an officer cannot be told: {error}") from None
    first: dict[str, Record] = {}
    for record in counted:
        if isinstance(record.event, KeyChanged):
            first.setdefault(record.event.key_id, record)
    return max(first.values(), key=lambda record: record.seq, default=None)


def _tells_of_key(record: Record) -> bool:
    event = record.event
    return isinstance(event, KeyChanged) and (event.what, event.act) == (
        KeyKind.VAULT,
        KeyAct.MADE,
    )


def _is_signed(made: Record, granted: Sequence[Record], name: str) -> bool:
    then = Roles.of((record for record in granted if record.seq < made.seq), log=name)
    try:
        then.after(made)
    except VerificationFailed:
        return False
    return True


def recorded_key(log: AuditLog, file: VaultFile | None, *, name: str) -> RecordedKey | None:
    """The key that values are sealed to; None where no vault was made.

    Args:
        log: the log.
        file: the vault; None where there is none.
        name: of the log, that of its key.

    Raises:
        VaultUnusable: the vault that the log tells of is missing or has other keys, or no officer
            signed for its key.
    """
    record = made_last(log, name=name)
    if record is None:
        return _signed_last(log, file, name) if file is not None and log.archived() else None
    if not isinstance(record.event, KeyChanged) or file is None:
        raise VaultUnusable(f"the vault that the log tells of is missing: {_REMEDY}")
    key = next((key for key in file.public_keys() if key.public == record.event.key_id), None)
    if key is None:
        raise VaultUnusable(
            f"the vault has not the key that record {record.seq} of the log tells of: {_REMEDY}; "
            "nothing is sealed to another key"
        )
    person, size = _checked(log, key, name)
    if person != record.event.person or size > record.seq:
        raise VaultUnusable(
            f"the vault's key is signed for by somebody else than the log tells: {_REMEDY}"
        )
    return RecordedKey(key.public, person, record)


def _signed_last(log: AuditLog, file: VaultFile, name: str) -> RecordedKey | None:
    """The key that was signed for last, where the record of it was archived."""
    checked = [(_checked(log, key, name), key) for key in file.public_keys()]
    if not checked:
        return None
    (person, _), key = max(checked, key=lambda one: one[0][1])
    return RecordedKey(key.public, person, None)


def _checked(log: AuditLog, key: PublicKey, name: str) -> tuple[str, int]:
    """Who signed for a key, and how many records the log had then.

    Raises:
        VaultUnusable: nobody who was an officer then, or for another log.
    """
    try:
        person = signer_of(key.statement)
        granted = tuple(log.select(Filter(kinds=ROLE_EVENTS)))
        known = Roles.of(granted, log=name).people.get(person)
        if known is None:
            raise VerificationFailed("signed by somebody who was never enrolled")
        stated = read_statement(key.statement, known.public_key)
        size = stated.checkpoint.size
        then = Roles.of((record for record in granted if record.seq < size), log=name)
        _check(stated, key_made(key.public, person), name)
        if not then.may(person, Permission.READ_VALUES):
            raise VerificationFailed("signed by somebody who was no officer then")
        if size > log.size or log.root(size) != stated.checkpoint.root:
            raise VerificationFailed("signed for another log")
    except VerificationFailed as error:
        raise VaultUnusable(
            f"the vault's key is not to be trusted: {error}: {_REMEDY}; nothing is sealed to "
            "another key"
        ) from None
    return person, size


def _check(stated: SignedStatement, made: KeyChanged, name: str) -> None:
    if (stated.kind, stated.facts) != (made.kind, facts_of(made)):
        raise VerificationFailed("the statement is about another key")
    if stated.checkpoint.origin != name:
        raise VerificationFailed("signed for another log")
