"""Files that appear whole or not at all: written beside their target, then moved into place."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

from deid.errors import OutputError, OutputExists
from deid.files import lock

PREFIX: Final = ".deid-unfinished-"
"""How the names of files begin that are not finished; those of a killed run stay behind."""


ANOTHER_NAME: Final = "choose another name"
"""What to do about an output that is there already."""

ANOTHER_RUN: Final = (
    "choose another folder, pass --resume if an earlier run of the same command made it, or "
    "--overwrite"
)
"""The same for a command that can be run again over its own outputs."""


class StagedFile:
    """An output in the making, in a temporary file that only its owner may read.

    Use it in a `with` block: what is not published when the block ends is removed.

        with StagedFile(target) as staged:
            staged.write(b"...")
            staged.finish()
            ...            # append the audit record with `staged.sha256`
            staged.publish()

    Attributes:
        target: where the file will lie.
        sha256: in hex, of what was written so far.
    """

    def __init__(
        self, target: Path, *, overwrite: bool = False, remedy: str = ANOTHER_NAME
    ) -> None:
        """Make the temporary file beside `target`.

        Args:
            target: where the file will lie.
            overwrite: whether what lies there may be replaced.
            remedy: what to do where something lies there that may not.

        Raises:
            OutputExists: the target is there already and `overwrite` is not set.
            OutputError: the folder cannot be made or written to.
        """
        self.target = target
        self._overwrite = overwrite
        self._remedy = remedy
        self._hash = hashlib.sha256()
        self._published = False
        if not overwrite and os.path.lexists(target):
            raise exists(remedy)
        self._path = target.parent / f"{PREFIX}{secrets.token_hex(8)}"
        with _told("cannot be written"):
            target.parent.mkdir(parents=True, exist_ok=True)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file: BinaryIO = os.fdopen(os.open(self._path, flags, 0o600), "wb")
        # Some network drives have no locks; the file is then merely not seen as in use.
        with contextlib.suppress(OSError):
            lock(self._file)

    @property
    def sha256(self) -> str:
        """SHA-256, in hex, of what was written so far."""
        return self._hash.hexdigest()

    def write(self, piece: bytes) -> None:
        """Append bytes.

        Raises:
            OutputError: the disk is full or gone.
        """
        with _told("cannot be written"):
            self._file.write(piece)
        self._hash.update(piece)

    def finish(self) -> None:
        """Bring everything to the disk.

        Raises:
            OutputError: the disk is full or gone.
        """
        with _told("cannot be written"):
            self._file.flush()
            os.fsync(self._file.fileno())

    def publish(self) -> None:
        """Move the file into its place.

        Should the power fail right after, the file may be missing but never be half there.

        Raises:
            OutputExists: somebody put a file there meanwhile, and `overwrite` is not set.
            OutputError: it cannot be moved.
        """
        with _told("cannot be moved into place", self._remedy):
            self._file.close()
            if self._overwrite:
                self._path.replace(self.target)
            else:
                _move_new(self._path, self.target)
            self._published = True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Closing flushes, which fails again on a full disk; the first error is the one to tell.
        with contextlib.suppress(OSError):
            self._file.close()
        if not self._published:
            with contextlib.suppress(OSError):
                self._path.unlink(missing_ok=True)


def remove_unfinished(folder: Path) -> int:
    """Remove what killed runs left unfinished in a folder and below; how many files that were.

    A file that another process is writing at this moment stays.
    """
    removed = 0
    for path in sorted(folder.rglob(f"{PREFIX}*")):
        with contextlib.suppress(OSError), path.open("rb") as file:
            lock(file)
            if os.name != "nt":
                path.unlink()
                removed += 1
        if os.name == "nt":  # an open file cannot be removed there, which is the test for use
            with contextlib.suppress(OSError):
                path.unlink()
                removed += 1
    return removed


def _move_new(source: Path, target: Path) -> None:
    """Move, failing where the target exists; a plain POSIX rename would replace it."""
    if os.name == "nt":
        source.rename(target)
        return
    try:
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        if os.path.lexists(target):
            raise FileExistsError from None
        source.replace(target)
    else:
        source.unlink()


@contextlib.contextmanager
def _told(what: str, remedy: str = ANOTHER_NAME) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise exists(remedy) from None
    except OSError as error:
        raise OutputError(
            f"the output {what} ({error.strerror}): free the place or choose another folder"
        ) from None


def exists(remedy: str = ANOTHER_NAME) -> OutputExists:
    """The error for an output that is there already.

    Args:
        remedy: what to do about it.
    """
    return OutputExists(f"the output is there already: {remedy}")
