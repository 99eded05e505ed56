"""Which update is in use on a machine, and what was the newest: one small file, replaced whole.

    updates/
      state.json                 what this module reads and writes
      lock                       held by whoever installs
      7-0123456789abcdef/        an update: its version, and a random part
        metadata/  rules/  models/

An update's folder is never changed once it has its name. What is in use is switched by replacing
`state.json`, so there is one moment before which the old update holds, and the new one after it.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from deid.errors import OutputError, UpdatesUnavailable, UpdateTampered
from deid.files import administrator, lock, sync_folder

RELEASE: Final = "release"
"""Stands where an update's folder would, for the rules and models that come with the program."""

_FORMAT: Final = "noteveil-updates-1"
_MAX_BYTES: Final = 1 << 14
_FOLDER: Final = re.compile(r"[0-9]{1,9}-[0-9a-f]{16}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_MEND: Final = "an administrator moves the folder away, and installs the newest bundle again"
_FOR_ALL_TO_READ: Final = 0o644
_FOR_ALL_TO_ENTER: Final = 0o755


@dataclass(frozen=True, slots=True)
class State:
    """What was settled for a machine.

    Attributes:
        current: folder of the update in use, or `RELEASE`.
        previous: what `current` was before; None where there is no way back.
        newest: folder of the newest update that was installed, in use or not; None: none was.
        newest_digest: SHA-256 of its metadata, in hex, see `metadata_digest`; empty without it.
        time: the latest time that an install has seen, in UTC; None: there was none.
    """

    current: str = RELEASE
    previous: str | None = None
    newest: str | None = None
    newest_digest: str = ""
    time: datetime | None = None

    @property
    def folders(self) -> frozenset[str]:
        """All folders that are named here."""
        named = {self.current, self.previous, self.newest}
        return frozenset(name for name in named if name is not None and name != RELEASE)


def new_folder(version: int) -> str:
    """A name for the folder of an update that no other one has."""
    return f"{version}-{secrets.token_hex(8)}"


def is_folder(name: str) -> bool:
    """Whether a name is that of an update's folder."""
    return bool(_FOLDER.fullmatch(name))


def read_state(updates: Path) -> State:
    """What was settled for this machine; without a file, nothing was.

    Raises:
        UpdateTampered: the file is damaged, cannot be read, or others may write to it.
    """
    path = updates / "state.json"
    try:
        with path.open("rb") as file:
            _check_owned(path, os.fstat(file.fileno()))
            _check_owned(updates, updates.stat())
            raw = file.read(_MAX_BYTES)
    except FileNotFoundError:
        return State()
    except OSError as error:
        raise UpdateTampered(f"{path}: cannot be read ({error.strerror}): {_MEND}") from None
    try:
        return _parse(json.loads(raw))
    except (ValueError, TypeError, KeyError, RecursionError):
        raise UpdateTampered(f"{path}: damaged: {_MEND}") from None


def write_state(updates: Path, state: State) -> None:
    """Let this hold from now on, wholly or not at all.

    Raises:
        OutputError: it cannot be written; what held before still does.
    """
    node = {
        "format": _FORMAT,
        "current": state.current,
        "previous": state.previous,
        "newest": state.newest,
        "newest_digest": state.newest_digest,
        "time": state.time.isoformat() if state.time else None,
    }
    scratch = updates / f".state.{secrets.token_hex(8)}"
    try:
        try:
            write_new(scratch, [json.dumps(node).encode("ascii"), b"\n"])
            scratch.replace(updates / "state.json")
            sync_folder(updates)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"{updates}: cannot be written ({error.strerror}), so the update in use stays as it is"
        ) from None


@contextmanager
def alone(updates: Path) -> Iterator[None]:
    """Make the folder of updates where it is not there, and be the only one who changes it.

    Raises:
        UpdatesUnavailable: it may not be written to, or somebody else changes it now.
        OutputError: it cannot be made.
    """
    try:
        if not updates.is_dir():
            updates.parent.mkdir(parents=True, exist_ok=True)
            make_folder(updates)
        file = (updates / "lock").open("ab")
    except PermissionError:
        raise UpdatesUnavailable(
            f"{updates} may be written to by administrators only, because all users of this "
            "machine work with what lies there: run the command as one of them"
        ) from None
    except OSError as error:
        raise OutputError(f"{updates}: cannot be made or written to ({error.strerror})") from None
    with file:
        try:
            lock(file)
        except OSError:
            raise UpdatesUnavailable(
                "another update is being installed on this machine: wait until it is done"
            ) from None
        yield


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a new file that all users may read, and bring it to the disk.

    Raises:
        OSError: it cannot be written.
    """
    with path.open("xb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    path.chmod(_FOR_ALL_TO_READ)


def make_folder(path: Path) -> None:
    """Make a folder that all users may enter, whatever is usual for whoever installs.

    Raises:
        OSError: it cannot be made, or is there.
    """
    path.mkdir()
    path.chmod(_FOR_ALL_TO_ENTER)


def _parse(node: dict[str, object]) -> State:
    if node["format"] != _FORMAT:
        raise ValueError("another format")
    current, previous, newest, digest, time = (
        node[key] for key in ("current", "previous", "newest", "newest_digest", "time")
    )
    state = State(
        current=_place(current),
        previous=None if previous is None else _place(previous),
        newest=None if newest is None else _place(newest),
        newest_digest=str(digest),
        time=None if time is None else datetime.fromisoformat(str(time)).astimezone(UTC),
    )
    if state.newest == RELEASE or bool(_DIGEST.fullmatch(state.newest_digest)) != bool(newest):
        raise ValueError("a digest without its metadata, or metadata without its digest")
    return state


def _place(name: object) -> str:
    if name != RELEASE and not is_folder(str(name)):
        raise ValueError("not the folder of an update")
    return str(name)


def _check_owned(path: Path, found: os.stat_result) -> None:
    """Refuse what other people than administrators, and whoever runs the program, can change."""
    if sys.platform != "win32" and (
        found.st_uid not in {administrator(), os.geteuid()}
        or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    ):
        raise UpdateTampered(
            f"{path}: others than an administrator may write there, so nothing of it is used: "
            "an administrator gives it to root, and takes the right to write from all others"
        )
