"""Key files: text that its owner alone may read, and nobody else may replace.

A file system may keep no modes, as on most sticks: whoever has the stick has the file, and the seal
alone protects it. There, and for files outside the data folder alone, modes are not looked at.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Final

from deid.errors import KeyUnusable
from deid.files import private_folder, publish, scratch_beside

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


def make_carried(path: Path, written: str, *, replace: bool = False) -> None:
    """Write a key file outside the data folder, into a folder that is there.

    Args:
        path: the file.
        written: what is in it, in ASCII.
        replace: whether it takes the place of one that is there.

    Raises:
        KeyUnusable: there is no such folder, a file of that name is there, other users may write
            into the folder, or it cannot be written.
    """
    if not path.parent.is_dir():
        raise KeyUnusable(f"key {path}: there is no such folder: check that the stick is in place")
    if not replace and os.path.lexists(path):
        raise KeyUnusable(f"key {path}: there already, and nothing is written over it")
    try:
        _check_folder(path, modes_kept=keeps_modes(path.parent))
        make(path, written, replace=replace)
    except OSError as error:
        raise KeyUnusable(f"key {path}: cannot be written ({error.strerror})") from None
    if read_carried(path) != written:
        raise KeyUnusable(f"key {path}: another program wrote a file of that name meanwhile")


def read(path: Path) -> str:
    """The text of a key file that nobody else may read or replace.

    Raises:
        KeyUnusable: it cannot be read, is no text, or is open to other users.
    """
    return _read(path, modes_kept=True)


def read_carried(path: Path) -> str:
    """The text of a key file outside the data folder, as `read`, unless no modes are kept there.

    Raises:
        KeyUnusable: it cannot be read, is no text, or is open to other users although its file
            system keeps modes.
    """
    try:
        return _read(path, modes_kept=True)
    except _OpenToOthers:
        if keeps_modes(path.parent):
            raise
        return _read(path, modes_kept=False)


def keeps_modes(folder: Path) -> bool:
    """Whether a file made for its owner alone is so, as far as can be found out; it is tried."""
    try:
        scratch = scratch_beside(folder / "modes")
    except OSError:
        return True
    try:
        return not scratch.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO)
    finally:
        scratch.unlink(missing_ok=True)


class _OpenToOthers(KeyUnusable):
    """Its mode lets other users read or replace it, or it belongs to one."""


def _read(path: Path, *, modes_kept: bool) -> str:
    try:
        _check_folder(path, modes_kept=modes_kept)
        with path.open("rb") as file:
            details = os.fstat(file.fileno())
            if modes_kept:
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


def _check_folder(path: Path, *, modes_kept: bool) -> None:
    if modes_kept:
        _check_private(path.parent.stat(), path.parent, stat.S_IWGRP | stat.S_IWOTH)


def _check_private(details: os.stat_result, path: Path, forbidden: int) -> None:
    if sys.platform != "win32" and details.st_mode & forbidden:
        raise _OpenToOthers(
            f"key {path}: open to other users: `chmod go-rwx` it, and if others could read it, "
            "ask the privacy officer for a new one"
        )
    if sys.platform != "win32" and details.st_uid not in (os.geteuid(), 0):
        raise _OpenToOthers(
            f"key {path}: belongs to another user: if it was restored for you, an administrator "
            "gives the data folder to you; else set DEID_HOME to your own folder"
        )
