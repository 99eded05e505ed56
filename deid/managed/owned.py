"""Files that only the administrator of the computer can have written."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Final

from deid.files import administrator
from deid.managed.values import broken

ADMINISTRATOR: Final = 0
"""User id of whoever administers a computer."""

_MAX_BYTES: Final = 1 << 20
# It may be a pipe, which must not hold up the program. Windows has its settings in the registry.
if sys.platform == "win32":
    _HOW: Final = os.O_RDONLY
else:
    _HOW: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


def read_owned(path: Path, *, owner: int = ADMINISTRATOR) -> bytes | None:
    """The bytes of a file that belongs to the administrator; None where there is none.

    Its folder must belong to the administrator too: whoever may write there can put another file
    in its place.

    Raises:
        ManagedUnusable: it cannot be read, or others could have written it.
    """
    try:
        folder = os.lstat(path.parent)
        descriptor = os.open(path, _HOW)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise broken(str(path), f"cannot be read ({error.strerror})") from None
    try:
        details = os.fstat(descriptor)
        if not stat.S_ISREG(details.st_mode) or not stat.S_ISDIR(folder.st_mode):
            raise broken(str(path), "is not a plain file in a folder")
        for place, found in ((path, details), (path.parent, folder)):
            _check_owner(place, found, owner)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise broken(str(path), f"cannot be read ({error.strerror})") from None
    finally:
        os.close(descriptor)
    if len(content) > _MAX_BYTES:
        raise broken(str(path), f"is longer than {_MAX_BYTES} bytes")
    return content


def _check_owner(place: Path, details: os.stat_result, owner: int) -> None:
    if details.st_uid != (administrator() if owner == ADMINISTRATOR else owner):
        raise broken(str(place), "does not belong to the administrator of this computer (root)")
    if details.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise broken(str(place), "can be written by others than its owner")
