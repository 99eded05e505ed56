"""What the log tells of the vault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from deid.audit.records import (
    KeyAct,
    KeyChanged,
    KeyKind,
    Purpose,
    Record,
    RevealSource,
    ValueRevealed,
)
from deid.audit.store import Filter
from deid.officer.desk import Desk


class VaultDeed(StrEnum):
    """What was done with the vault."""

    MADE = "made"
    SHARED = "shared"
    SHOWN = "shown"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class VaultAct:
    """What the log tells of the vault in one record.

    Attributes:
        time: when, by the clock of the machine.
        deed: what was done; a vault that gets a new key is made again.
        person: name of who did it.
        other: name of whom it was shared with; else empty.
        values: how many were shown; 0 where none were.
        purpose: what they were shown for.
    """

    time: datetime
    deed: VaultDeed
    person: str
    other: str = ""
    values: int = 0
    purpose: Purpose | None = None


def vault_acts(desk: Desk, limit: int) -> tuple[VaultAct, ...]:
    """The last that the log tells of the vault, the newest first."""
    names = {own: person.name for own, person in desk.roles().people.items()}
    acts = [
        act
        for record in desk.log.select(Filter(kinds=(KeyChanged, ValueRevealed)))
        if (act := _act(record, names)) is not None
    ]
    return tuple(reversed(acts[-limit:]))


def _act(record: Record, names: Mapping[str, str]) -> VaultAct | None:
    match record.event:
        case KeyChanged(what=KeyKind.VAULT, act=KeyAct.MADE) as made:
            return VaultAct(record.time, VaultDeed.MADE, _name(names, made.person))
        case KeyChanged(what=KeyKind.VAULT, act=KeyAct.DESTROYED) as lost:
            return VaultAct(record.time, VaultDeed.LOST, _name(names, lost.person))
        case KeyChanged(what=KeyKind.VAULT, act=KeyAct.CHANGED) as shared:
            other = shared.key_id.rpartition("/")[2]
            who = _name(names, shared.person)
            return VaultAct(record.time, VaultDeed.SHARED, who, other=_name(names, other))
        case ValueRevealed(source=RevealSource.VAULT) as shown:
            return VaultAct(
                record.time,
                VaultDeed.SHOWN,
                _name(names, shown.person),
                values=shown.values,
                purpose=shown.purpose,
            )
        case _:
            return None


def _name(names: Mapping[str, str], own: str | None) -> str:
    return names.get(own or "", own or "")
