"""The check of the program that runs, once, at its start.

Only a frozen program is sealed. A checkout and a wheel have no release key and no list: what lies
there belongs to whoever works on it, and `deid selftest` says so.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path

from deid.errors import SealBroken
from deid.sealed.check import REMEDY, Seal, check
from deid.sealed.seal import INTERNAL_OF_APP, KEYS_MODULE


def release_keys() -> tuple[bytes, ...]:
    """The public release keys that the build put into this program; none in a checkout or wheel."""
    try:
        module = importlib.import_module(KEYS_MODULE)
    except ModuleNotFoundError:
        return ()
    return tuple(module.KEYS)


def is_sealed() -> bool:
    """Whether this program is one that was built and sealed."""
    return bool(getattr(sys, "frozen", False))


@cache
def check_program() -> Seal | None:
    """Check the program that runs; None in a checkout or wheel, which has no seal.

    Call it before rules, models or Qt are loaded. Further calls in the same process do nothing.

    Raises:
        SealBroken: a file of it is not the one that was built, or it holds no release key.
    """
    return check_installed() if is_sealed() else None


def check_installed() -> Seal:
    """Check the frozen program that runs, as often as it is called.

    Raises:
        SealBroken: a file of it is not the one that was built, or it holds no release key.
    """
    keys = release_keys()
    if not keys:
        raise SealBroken(f"the program was built without a release key: {REMEDY}")
    root, internal = installed_in(Path(sys.__dict__["_MEIPASS"]))
    return check(root, keys, internal=internal)


def installed_in(libraries: Path) -> tuple[Path, str]:
    """The folder that was installed, and where the list lies in it.

    Args:
        libraries: the folder that PyInstaller calls `sys._MEIPASS`. In an application of macOS it
            is `Contents/Frameworks`, and the application as a whole was installed.
    """
    contents = libraries.parent
    if (libraries.name, contents.name, contents.parent.suffix) == (
        "Frameworks",
        "Contents",
        ".app",
    ):
        return contents.parent, INTERNAL_OF_APP
    return contents, libraries.name
