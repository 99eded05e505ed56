"""The frozen programs as they lie in a folder, ready to be packed."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

INTERNAL: Final = "_internal"
"""The folder beside the programs in which all else lies."""

FOLDER_MODE: Final = 0o755
PROGRAM_MODE: Final = 0o755
FILE_MODE: Final = 0o644


class NotATree(Exception):
    """A folder holds what no package may carry. The message says what."""


class NotPacked(Exception):
    """No package can be made. The message says why."""


@dataclass(frozen=True, slots=True)
class TreeFile:
    """A file of the tree.

    Attributes:
        path: relative to the root, with `/` between its parts.
        mode: `PROGRAM_MODE` for what lies beside `_internal`, `FILE_MODE` for all else.
        size: in bytes.
    """

    path: str
    mode: int
    size: int


@dataclass(frozen=True, slots=True)
class Tree:
    """The folder that is installed, in the same order and with the same modes everywhere.

    Attributes:
        root: where it lies; `deid`, `deid-gui` and `_internal` are in it.
        version: of the program.
        epoch: seconds since 1970 that every file is dated with.
        linked: there may be links in it, as frameworks of macOS have them.
    """

    root: Path
    version: str
    epoch: int
    linked: bool = False

    def files(self) -> Iterator[TreeFile]:
        """Every file, by the order of its path's parts.

        Raises:
            NotATree: there is a device, an empty folder, or a link where none may be.
        """
        return (
            one for one in _below(self.root, "", linked=self.linked) if isinstance(one, TreeFile)
        )

    def links(self) -> dict[str, str]:
        """Every link that may be there: its path, and what it holds.

        Raises:
            NotATree: as `files`.
        """
        found = _below(self.root, "", linked=self.linked)
        return {path: str((self.root / path).readlink()) for path in found if isinstance(path, str)}

    def folders(self) -> list[str]:
        """The path of every folder below the root, each after the one it lies in."""
        parents = {
            "/".join(parts[:depth])
            for path in (*(file.path for file in self.files()), *self.links())
            for parts in [path.split("/")]
            for depth in range(1, len(parts))
        }
        return sorted(parents, key=lambda path: path.split("/"))

    def settle(self) -> None:
        """Give every file and folder its mode and the date of the tree.

        Raises:
            NotATree: as `files`.
        """
        for file in self.files():
            path = self.root / file.path
            path.chmod(file.mode)
            os.utime(path, (self.epoch, self.epoch))
        for link in self.links():
            os.utime(self.root / link, (self.epoch, self.epoch), follow_symlinks=False)
        for folder in (*reversed(self.folders()), "."):
            (self.root / folder).chmod(FOLDER_MODE)
            os.utime(self.root / folder, (self.epoch, self.epoch))


def _below(folder: Path, prefix: str, *, linked: bool) -> Iterator[TreeFile | str]:
    """Every file, and the path of every link."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    if not entries:
        raise NotATree(f"{prefix or '.'}: an empty folder, which not every package keeps")
    for entry in entries:
        path = f"{prefix}{entry.name}"
        details = entry.stat(follow_symlinks=False)
        if stat.S_ISDIR(details.st_mode):
            yield from _below(folder / entry.name, f"{path}/", linked=linked)
        elif stat.S_ISREG(details.st_mode):
            yield TreeFile(path, FILE_MODE if prefix else PROGRAM_MODE, details.st_size)
        elif linked and stat.S_ISLNK(details.st_mode):
            yield path
        else:
            raise NotATree(f"{path}: neither a file nor a folder")
