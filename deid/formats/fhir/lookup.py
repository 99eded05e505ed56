"""What is looked up by the names that references call resources."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

_Found = TypeVar("_Found")
_Found_co = TypeVar("_Found_co", covariant=True)


class Lookup(Protocol[_Found_co]):
    """Something by its name, as mappings have it."""

    def get(self, name: str, /) -> _Found_co | None:
        """What goes by this name; None: nothing does."""


@dataclass(frozen=True, slots=True)
class Both(Generic[_Found]):
    """What one of two has; the first goes before the second."""

    first: Lookup[_Found] = field(repr=False)
    second: Lookup[_Found] = field(repr=False)

    def get(self, name: str, /) -> _Found | None:
        """What goes by this name; None: nothing does."""
        found = self.first.get(name)
        return self.second.get(name) if found is None else found
