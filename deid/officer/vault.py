"""The vault of an officer: made, shared, renewed, and opened for single values.

Everything that was released under a policy that keeps values is sealed to the vault's public key.
The private half lies in the vault too, wrapped for the personal key of each officer (HPKE, see
`deid.vault.sealing`). A value is shown only once it is recorded who sees it, and what for.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from deid.audit.note import decode_base64
from deid.audit.records import (
    KeyAct,
    KeyChanged,
    KeyKind,
    Purpose,
    RevealSource,
    Role,
    ValueRevealed,
)
from deid.audit.roles import Enrolled, Permission
from deid.audit.statement import facts_of
from deid.errors import InputError, NotPermitted, VaultUnusable
from deid.officer.desk import Desk
from deid.officer.vault_acts import VaultAct as VaultAct
from deid.officer.vault_acts import VaultDeed as VaultDeed
from deid.officer.vault_acts import vault_acts as vault_acts
from deid.officer.vault_notes import FoundNote as FoundNote
from deid.officer.vault_notes import find_by_id as find_by_id
from deid.officer.vault_notes import find_released as find_released
from deid.vault.file import PublicKey, VaultFile, remove_remains, vault_path
from deid.vault.keeping import binding
from deid.vault.recorded import RecordedKey, key_destroyed, key_made, made_last, recorded_key
from deid.vault.sealing import new_private_key, open_sealed, public_key_of, seal
from deid.vault.values import KeptValue, from_bytes


@dataclass(frozen=True, slots=True)
class VaultState:
    """How the vault stands.

    Attributes:
        key: the first 16 hex digits of its public key; None: there is no vault.
        since: when the key was made; None where the record of that was archived.
        notes: how many notes values are kept of.
        keys: how many keys there were, with this one.
        openers: who can open the key: officers, and those who were officers when it was made.
        lacking: officers who cannot.
    """

    key: str | None
    since: datetime | None = None
    notes: int = 0
    keys: int = 0
    openers: tuple[Enrolled, ...] = ()
    lacking: tuple[Enrolled, ...] = ()


def vault_state(desk: Desk) -> VaultState:
    """How the vault stands; it needs nobody's key.

    Raises:
        VaultUnusable: the vault cannot be used, or is not the one that the log tells of.
    """
    with _opened(desk) as file:
        key = _recorded(desk, file)
        if file is None or key is None:
            return VaultState(None)
        people = desk.roles().people
        sharing = file.shares(key.public)
        return VaultState(
            key=key.public[:16],
            since=key.record.time if key.record is not None else None,
            notes=file.count(),
            keys=len(file.public_keys()),
            openers=tuple(people[own] for own in sharing if own in people),
            lacking=tuple(one for one in _officers(desk) if one.id not in sharing),
        )


def create_vault(desk: Desk, *, lost: bool = False) -> str:
    """Make a vault, which every officer can open; the first 16 digits of its key.

    Args:
        desk: at which an officer is unlocked.
        lost: go on where the vault that the log tells of is lost or was destroyed, and put that on
            record. A file that can be opened but has another key stays, with what is in it, and
            gets the new key.

    Raises:
        NotPermitted: no officer is unlocked, or there is a vault already.
        VaultUnusable: it cannot be written, or the log tells of another one that is not said to be
            lost.
    """
    desk.require(Permission.READ_VALUES)
    gone: str | None = None
    with _opened(desk) as present:
        try:
            known = _recorded(desk, present)
        except VaultUnusable:
            if not lost:
                raise
            known, gone = None, _key_on_record(desk)
    if known is not None:
        raise NotPermitted("there is a vault already: `deid audit vault renew` gives it a new key")
    if present is None:
        remove_remains(desk.home)
    with VaultFile.open(desk.home, create=True) as file:
        return _make_key(desk, file, gone=gone)


def share_vault(desk: Desk, person_id: str) -> None:
    """Let another officer open the vault, and what is in it from before.

    Raises:
        NotPermitted: no officer is unlocked who can open it, or the other is no officer.
        VaultUnusable: there is no vault, or it cannot be used.
    """
    person = desk.require(Permission.READ_VALUES)
    other = next((one for one in _officers(desk) if one.id == person_id), None)
    if other is None:
        raise NotPermitted("only an officer may open the vault: an administrator grants the role")
    with VaultFile.open(desk.home) as file:
        current = _known(desk, file)
        private = _private_keys(desk, file)
        if current.public not in private:
            raise _not_shared()
        # On record before it is done: who can open the vault is never more than the log tells.
        shared = KeyChanged(
            KeyKind.VAULT, KeyAct.CHANGED, f"{current.public}/{other.id}", person.id
        )
        desk.record(desk.sign(shared))
        for public, key in private.items():
            wrapped = file.shares(public) | _wrapped(public, key, [other])
            file.replace_shares(public, wrapped)


def renew_vault(desk: Desk) -> str:
    """Give the vault a new key, which the officers of now can open; 16 digits of it.

    What is kept already stays sealed to the keys of before. Those are wrapped anew for the officers
    of now, if the unlocked one can open them; whoever has a copy of the vault from before, and
    could open it then, still can.

    Raises:
        NotPermitted: no officer is unlocked.
        VaultUnusable: there is no vault, or it cannot be used.
    """
    desk.require(Permission.READ_VALUES)
    with VaultFile.open(desk.home) as file:
        _known(desk, file)
        private, officers = _private_keys(desk, file), _officers(desk)
        made = _make_key(desk, file)
        for public, key in private.items():
            file.replace_shares(public, _wrapped(public, key, officers))
    return made


def open_values(
    desk: Desk, note: FoundNote, wanted: Iterable[int], *, purpose: Purpose
) -> tuple[KeptValue, ...]:
    """Show values that were replaced in a note, once it is recorded who sees them.

    Args:
        desk: at which an officer is unlocked who can open the vault.
        note: of which values are kept.
        wanted: which, as indices of its places; only these are shown.
        purpose: what they are shown for.

    Raises:
        NotPermitted: no officer is unlocked, or the vault was not shared with this one.
        VaultUnusable: the entry was changed, or belongs to another note.
        InputError: no value was asked for, or one that there is not.
        LogUnavailable: the log cannot be written; nothing is shown.
    """
    person = desk.require(Permission.READ_VALUES)
    asked = sorted(set(wanted))
    if not asked or not 0 <= asked[0] <= asked[-1] < len(note.places):
        raise InputError("say which of the places are wanted, by the numbers that are listed")
    content = note.entry.content
    with VaultFile.open(desk.home) as file:
        private = _private_keys(desk, file).get(content.public)
    if private is None:
        raise _not_shared()
    info = binding(content.document, content.output_sha256)
    values = from_bytes(open_sealed(content.sealed, private, info=info))
    if tuple(value.place for value in values) != note.places:
        raise VaultUnusable("vault: the places of an entry were changed: nothing is shown")
    revealed = ValueRevealed(
        person=person.id,
        document=content.document,
        source=RevealSource.VAULT,
        values=len(asked),
        purpose=purpose,
    )
    desk.record(desk.sign(revealed))
    return tuple(values[index] for index in asked)


@contextmanager
def _opened(desk: Desk) -> Iterator[VaultFile | None]:
    """The vault, where there is one."""
    if not vault_path(desk.home).exists():
        yield None
        return
    with VaultFile.open(desk.home) as file:
        yield file


def _key_on_record(desk: Desk) -> str | None:
    """The key that the log tells of, whether the vault has it or not."""
    made = made_last(desk.log, name=desk.keys.signer.name)
    return made.event.key_id if made is not None and isinstance(made.event, KeyChanged) else None


def _make_key(desk: Desk, file: VaultFile, *, gone: str | None = None) -> str:
    """A new key for the officers of now, in place of one that is gone; it counts once recorded."""
    person = desk.require(Permission.READ_VALUES)
    private = new_private_key()
    public = public_key_of(private).hex()
    made = key_made(public, person.id)
    statement = desk.state(made.kind, facts_of(made))
    file.add_key(PublicKey(public, statement), _wrapped(public, private, _officers(desk)))
    lost = () if gone is None else (desk.sign(key_destroyed(gone, person.id)),)
    desk.record(*lost, replace(made, statement=statement))
    return public[:16]


def _wrapped(public: str, private: bytes, people: Sequence[Enrolled]) -> dict[str, bytes]:
    """A private key, wrapped for the personal key of each of these."""
    return {
        one.id: seal(private, decode_base64(one.sealing_key), info=_wrapping(public, one.id))
        for one in people
    }


def _private_keys(desk: Desk, file: VaultFile) -> dict[str, bytes]:
    """The private keys of the vault that the unlocked person can open, by their public halves.

    Raises:
        VaultUnusable: one that was wrapped for the person does not open.
    """
    person = desk.require(Permission.READ_VALUES)
    found: dict[str, bytes] = {}
    for key in file.public_keys():
        wrapped = file.shares(key.public).get(person.id)
        if wrapped is not None:
            info = _wrapping(key.public, person.id)
            found[key.public] = open_sealed(wrapped, person.opener, info=info)
            if public_key_of(found[key.public]).hex() != key.public:
                raise VaultUnusable("vault: a wrapped key is not the one that it should be")
    return found


def _wrapping(public: str, person_id: str) -> bytes:
    return b"\0".join((b"noteveil/vault/key/v1", public.encode(), person_id.encode()))


def _officers(desk: Desk) -> tuple[Enrolled, ...]:
    return desk.roles().holders(Role.OFFICER)


def _recorded(desk: Desk, file: VaultFile | None) -> RecordedKey | None:
    return recorded_key(desk.log, file, name=desk.keys.signer.name)


def _known(desk: Desk, file: VaultFile) -> RecordedKey:
    found = _recorded(desk, file)
    if found is None:
        raise VaultUnusable(
            "there is no vault: an officer makes one with `deid audit vault create`"
        )
    return found


def _not_shared() -> NotPermitted:
    return NotPermitted(
        "your key does not open the vault: an officer who can open it shares it with "
        "`deid audit vault share`"
    )
