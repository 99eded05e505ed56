"""Files that only their owner may read, and that several processes may try to make or use at once.

They import nothing of ours.
"""

from __future__ import annotations

import errno
import os
import secrets
import sys
from pathlib import Path
from typing import IO


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner may enter; one that is there stays as it is.

    On Windows the folder inherits the rights of its parent, by default the user's own profile.

    Raises:
        OSError: it cannot be made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def scratch_beside(target: Path) -> Path:
    """A new empty file in the folder of `target`, readable by its owner only.

    Raises:
        OSError: it cannot be made.
    """
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(8)}")
    os.close(os.open(scratch, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    return scratch


def publish(scratch: Path, target: Path) -> None:
    """Give a finished scratch file its name, unless another process was first.

    Whoever is first wins whole: nobody sees half a file, and none is replaced. The scratch name
    is gone afterwards.

    Raises:
        OSError: the name cannot be given.
    """
    try:
        if os.name == "nt":
            scratch.rename(target)  # on Windows a rename never replaces
        else:
            _link(scratch, target)
            sync_folder(target.parent)
    except FileExistsError:
        return
    finally:
        scratch.unlink(missing_ok=True)


def replace_file(target: Path, content: bytes) -> None:
    """Let a file hold this, readable by its owner only: wholly, or what it held before.

    Raises:
        OSError: it cannot be written.
    """
    scratch = scratch_beside(target)
    try:
        with scratch.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(target)
        sync_folder(target.parent)
    finally:
        scratch.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can.

    Raises:
        OSError: the disk failed.
    """
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a network share that knows no such thing
            raise
    finally:
        os.close(descriptor)


def lock(file: IO[bytes]) -> None:
    """Keep other processes from locking this open file until it is closed, or fail at once.

    Raises:
        OSError: another has locked it, or the drive knows no locks.
    """
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)


def administrator(*, proc: Path = Path("/proc")) -> int:
    """The user id that the administrator's files have for this process: 0, but for sandboxes.

    In a user namespace that does not know id 0, the kernel shows its overflow id in place of all
    ids that are unknown there (user_namespaces(7)). Those of the user are known, so that no file
    of theirs passes for one of the administrator's.

    Args:
        proc: where the kernel tells about this process.
    """
    try:
        rows = (proc / "self/uid_map").read_text(encoding="ascii").splitlines()
        overflow = int((proc / "sys/kernel/overflowuid").read_text(encoding="ascii"))
    except OSError:
        return 0
    known = [range(int(first), int(first) + int(count)) for first, _, count in map(str.split, rows)]
    return 0 if any(0 in ids or overflow in ids for ids in known) else overflow


def _link(scratch: Path, target: Path) -> None:
    try:
        os.link(scratch, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from None
        scratch.rename(target)
