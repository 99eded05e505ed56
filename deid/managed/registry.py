r"""Managed settings in the registry of Windows, as the administrative template writes them.

Under `HKEY_LOCAL_MACHINE\Software\Policies\NoteVeil`, which only administrators can write: a
value for each setting, and for a list a key with a value for each entry.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

from deid.managed.managed import Managed
from deid.managed.schema import SCHEMA, Form, Name
from deid.managed.values import broken, parse

POLICIES_KEY: Final = r"Software\Policies\NoteVeil"
"""The key below HKEY_LOCAL_MACHINE."""

_SOURCE: Final = rf"HKLM\{POLICIES_KEY}"


class Registry(Protocol):
    """What is asked of the registry."""

    def values(self, key: str) -> Mapping[str, object] | None:
        """The values of a key of the machine, by name in their order; None: there is no such key.

        Raises:
            OSError: it cannot be read.
        """

    def keys(self, key: str) -> tuple[str, ...]:
        """The names of the keys right below a key.

        Raises:
            OSError: they cannot be read.
        """


def read_registry(registry: Registry) -> Managed:
    """What is managed by the registry; nothing where the key is not there.

    Raises:
        ManagedUnusable: it cannot be read, or does not hold what it must.
    """
    try:
        values = registry.values(POLICIES_KEY)
        if values is None:
            return Managed()
        found: dict[str, object] = {_cased(name): value for name, value in values.items()}
        for name in registry.keys(POLICIES_KEY):
            entries = registry.values(f"{POLICIES_KEY}\\{name}")
            # Windows leaves the key of a list behind when the policy is taken back.
            if entries:
                found[_cased(name)] = list(entries.values())
    except OSError as error:
        raise broken(_SOURCE, f"cannot be read ({error.strerror})") from None
    return parse({name: _plain(name, value) for name, value in found.items()}, source=_SOURCE)


def _cased(name: str) -> str:
    """The name as the schema writes it: the registry does not tell small letters from capitals."""
    same = (known for known in Name if known.casefold() == name.casefold())
    return next(same, name)


def _plain(name: str, value: object) -> object:
    """A value as JSON would have it: the registry has neither booleans nor fractions."""
    form = SCHEMA[Name(name)].form if name in set(Name) else None
    if form is Form.YES_NO and type(value) is int and value in (0, 1):
        return value == 1
    if form is Form.NUMBER and isinstance(value, str):
        try:
            return float(value.strip().replace(",", "."))
        except ValueError:
            return value
    return value
