"""How often a wrong PIN was typed for a key, by which its owner learns that somebody guesses."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deid.audit.person import PublicPerson
from deid.audit.records import KeyAct, KeyChanged, KeyKind, Record


@dataclass(frozen=True, slots=True)
class WrongPins:
    """Wrong PINs, one after the other.

    Attributes:
        name: of whom the key is.
        count: how many; at least one.
        last: when the last was typed.
    """

    name: str
    count: int
    last: datetime


def wrong_pins(records: Iterable[Record], person: PublicPerson) -> WrongPins | None:
    """The wrong PINs since a person's key was last unlocked; None where there were none.

    Args:
        records: those of the log that tell of keys, at least, in its order.
        person: whose key.
    """
    found: WrongPins | None = None
    for record in records:
        match record.event:
            case KeyChanged(KeyKind.PERSON, KeyAct.REFUSED, key_id) if key_id == person.id:
                found = WrongPins(person.name, 1 + (found.count if found else 0), record.time)
            case KeyChanged(KeyKind.PERSON, KeyAct.USED, key_id) if key_id == person.id:
                found = None
            case _:
                pass
    return found
