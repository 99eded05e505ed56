"""The user's name and home folder as the system has them: no environment variable moves them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

from deid.errors import ManagedUnusable

_PROFILE: Final = 0x28  # CSIDL_PROFILE of shlobj_core.h
_LONGEST_PATH: Final = 260


def expanded(written: str) -> Path:
    """A path in which `{user}` and `{home}` stand for those of whoever runs the program.

    Raises:
        ManagedUnusable: the system does not know them, or there is no absolute path of this
            system then.
    """
    path = written
    if "{home}" in path:
        path = path.replace("{home}", _home())
    if "{user}" in path:
        path = path.replace("{user}", user_name())
    if not Path(path).is_absolute():
        raise ManagedUnusable(
            f"{written} is no absolute path on this system. It is managed by your IT, who mends it"
        )
    return Path(path)


def user_name() -> str:
    """The name of whoever runs the program.

    Raises:
        ManagedUnusable: the system does not know it.
    """
    if sys.platform == "win32":
        name = os.getlogin()  # asks GetUserName, not the environment
    else:
        import pwd

        try:
            name = pwd.getpwuid(os.getuid()).pw_name
        except KeyError:
            raise _unknown() from None
    return name


def _home() -> str:
    if sys.platform == "win32":
        import ctypes

        found = ctypes.create_unicode_buffer(_LONGEST_PATH)
        ctypes.windll.shell32.SHGetFolderPathW(None, _PROFILE, None, 0, found)
        home = found.value
    else:
        import pwd

        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            raise _unknown() from None
    return home


def _unknown() -> ManagedUnusable:
    return ManagedUnusable(
        "the system has no name for whoever runs the program, and folders that your IT manages "
        "are named after it: ask your IT"
    )
