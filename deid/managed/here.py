"""What is managed on this very computer, read once by each process from the place of its system.

Nothing that a user can set moves that place. The self-test works on notes of its own and in a
folder of its own, so that nothing is managed there; it says so with `instead`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from deid.managed.managed import Managed


def current() -> Managed:
    """What is managed here.

    Raises:
        ManagedUnusable: it cannot be read; nothing is to be done then.
    """
    return read() if _Instead.managed is None else _Instead.managed


@cache
def read() -> Managed:
    """What the system says is managed.

    Raises:
        ManagedUnusable: it cannot be read, or names a folder that is none on this system; nothing
            is to be done then.
    """
    found = _read()
    _ = found.folders  # now, not when the first note is released
    return found


def _read() -> Managed:
    if sys.platform == "win32":
        from deid.managed.registry import read_registry
        from deid.managed.windows import WindowsRegistry

        found = read_registry(WindowsRegistry())
    elif sys.platform == "darwin":
        from deid.managed.places import user_name
        from deid.managed.preferences import read_preferences

        found = read_preferences(user_name())
    else:
        from deid.managed.policy_file import POLICY_FILE, read_policy_file
        from deid.managed.sandbox import seen

        found = read_policy_file(seen(POLICY_FILE))
    return found


@contextmanager
def instead(managed: Managed) -> Iterator[None]:
    """Let this be managed in a block, in all threads of the process, and nothing else."""
    before, _Instead.managed = _Instead.managed, managed
    try:
        yield
    finally:
        _Instead.managed = before


class _Instead:
    managed: Managed | None = None
