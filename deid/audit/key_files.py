"""Key files: text that its owner alone may read, and nobody else may replace."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from deid.audit.files import private_folder, publish, scratch_beside
from deid.errors import KeyUnusable

_MAX_BYTES: Final = 4096


def make(path: Path, written: str, *, replace: bool = False) -> None:
    """Write a key file, in a folder that is made for the user alone.

    Args:
        path: the file; it appears only when it is whole and on the disk.
        written: what is in it, in ASCII.
        replace: whether it takes the place of one that is there; otherwise that one stays.

    Raises:
        OSError: it cannot be written.
    """
    private_folder(path.parent)
    scratch = scratch_beside(path)
    try:
        with scratch.open("w", encoding="ascii", newline="\n") as file:
            file.write(written)
            file.flush()
            os.fsync(file.fileno())
        if replace:
            scratch.replace(path)
        else:
            publish(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def read(path: Path) -> str:
    """The text of a key file that nobody else may read or replace.

    Raises:
        KeyUnusable: it cannot be read, is no text, or is open to other users.
    """
    try:
        _check_private(path.parent.stat(), path.parent, stat.S_IWGRP | stat.S_IWOTH)
        with path.open("rb") as file:
            details = os.fstat(file.fileno())
            _check_private(details, path, stat.S_IRWXG | stat.S_IRWXO)
            if not stat.S_ISREG(details.st_mode):
                raise KeyUnusable(f"key {path}: not a file")
            raw = file.read(_MAX_BYTES)
    except OSError as error:
        raise KeyUnusable(f"key {path}: cannot be read ({error.strerror})") from None
    try:
        return raw.decode("ascii")
    except UnicodeDecodeError:
        raise KeyUnusable(f"key {path}: damaged: restore it from its backup") from None


def _check_private(details: os.stat_result, path: Path, forbidden: int) -> None:
    if os.name == "nt":
        return
    if details.st_mode & forbidden:
        raise KeyUnusable(
            f"key {path}: open to other users: `chmod go-rwx` it, and if others could read it, "
            "ask the privacy officer for a new one"
        )
    if details.st_uid not in (os.geteuid(), 0):
        raise KeyUnusable(f"key {path}: belongs to another user: set DEID_HOME to your own folder")
