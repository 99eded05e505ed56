"""Watching this process for network sockets, by the audit events of Python (PEP 578).

What a library opens without Python is not seen; `packaging/frozen/silent.py` watches the system
calls of the whole program.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

from deid.errors import DefectError

_FAMILIES: Final = frozenset({socket.AF_INET, socket.AF_INET6})
_LOOKUPS: Final = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")


@contextmanager
def watched() -> Iterator[list[str]]:
    """The events of network sockets within a block, in order; local ones do not count.

    Not to be nested.
    """
    _install()
    seen: list[str] = []
    _Watch.seen = seen
    try:
        yield seen
    finally:
        _Watch.seen = None


def require_none(seen: list[str]) -> None:
    """Go on if nothing was seen.

    Raises:
        DefectError: something was.
    """
    if seen:
        raise DefectError(
            f"self-test: {len(seen)} network sockets or look-ups were tried ({seen[0]} first): "
            "cut the machine off, and report this"
        )


class _Watch:
    seen: list[str] | None = None


@cache  # a hook stays until the process ends
def _install() -> None:
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    seen = _Watch.seen
    if seen is None or not event.startswith("socket."):
        return
    made = event == "socket.__new__" and len(arguments) > 1 and arguments[1] in _FAMILIES
    if made or event in _LOOKUPS:
        seen.append(event)
