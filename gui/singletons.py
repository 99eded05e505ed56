"""Keeps `None`, `True` and `False` alive under PySide 6.12 with Python 3.11.

PySide 6.12 is built against headers in which these are immortal (PEP 683, Python 3.12), so its
functions return them without counting the reference. Python 3.11 still counts: about 5,000 calls
that return `None` end the process with "none_dealloc". PySide 6.11 is not built so.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Final

_REFERENCES: Final = 1 << 40
"""More than any process can give back."""


def keep_alive() -> None:
    """Count so many references to each that it never dies. Does nothing from Python 3.12 on."""
    if sys.version_info >= (3, 12):
        return
    for singleton in (None, True, False, NotImplemented):
        if sys.getrefcount(singleton) < _REFERENCES // 2:
            # The count is the first field of every object in CPython.
            ctypes.c_ssize_t.from_address(id(singleton)).value += _REFERENCES
