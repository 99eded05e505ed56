"""The user who works, and the machine, by the names that the operating system has for them."""

from __future__ import annotations

import contextlib
import getpass
import os
import platform
import sys


def user_name() -> str:
    """Who works, by the name on the machine."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "unknown"


def full_name() -> str:
    """The full name of who works, where the system keeps one; else empty."""
    found = ""
    if sys.platform != "win32":
        import pwd

        with contextlib.suppress(KeyError, OSError):
            found = pwd.getpwuid(os.getuid()).pw_gecos.split(",")[0]
    return found


def machine_name() -> str:
    """The name of the machine in its network."""
    return platform.node() or "unknown"
