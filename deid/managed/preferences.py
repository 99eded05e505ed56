"""Managed preferences on macOS: the property lists that a configuration profile leaves."""

from __future__ import annotations

import plistlib
from pathlib import Path
from typing import Final
from xml.parsers.expat import ExpatError

from deid.managed.managed import Managed
from deid.managed.owned import ADMINISTRATOR, read_owned
from deid.managed.values import broken, parse

DOMAIN: Final = "org.noteveil.desktop"
"""The domain of the program's preferences."""

MANAGED_PREFERENCES: Final = Path("/Library/Managed Preferences")
"""Where the system keeps what profiles say; the property lists belong to the administrator."""

_OF_THE_PROFILE: Final = frozenset(
    {
        "PayloadDescription",
        "PayloadDisplayName",
        "PayloadEnabled",
        "PayloadIdentifier",
        "PayloadOrganization",
        "PayloadScope",
        "PayloadType",
        "PayloadUUID",
        "PayloadVersion",
    }
)
"""What the system may write beside the settings, from Apple's Configuration Profile Reference."""


def read_preferences(
    user: str, *, folder: Path = MANAGED_PREFERENCES, owner: int = ADMINISTRATOR
) -> Managed:
    """What is managed by the profiles of the computer and of a user; those of the computer win.

    Args:
        user: name of the user.
        folder: where the system keeps what profiles say.
        owner: user id of whom files and folders must belong to.

    Raises:
        ManagedUnusable: a property list cannot be read, others could have written it, or it does
            not hold what it must.
    """
    name = f"{DOMAIN}.plist"
    of_user = _read(folder / user / name, owner=owner)
    return _read(folder / name, owner=owner).over(of_user)


def _read(path: Path, *, owner: int) -> Managed:
    content = read_owned(path, owner=owner)
    if content is None:
        return Managed()
    try:
        tree = plistlib.loads(content)
    except (ValueError, LookupError, TypeError, OverflowError, ExpatError, RecursionError):
        raise broken(str(path), "is no property list") from None
    if not isinstance(tree, dict) or not all(isinstance(name, str) for name in tree):
        raise broken(str(path), "is no property list of settings")
    found = {name: value for name, value in tree.items() if name not in _OF_THE_PROFILE}
    return parse(found, source=str(path))
