"""A system with next to nothing in it, to install a package into and to take it away again."""

from __future__ import annotations

import platform
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from linux.content import LIBRARIES

_FOLDERS: Final = ("etc", "opt", "usr/bin", "usr/share")
_WITH_LIBC: Final = ("libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1", "libutil.so.1")
_OF_SCRIPTS: Final = ("/bin/sh", "/bin/rm")
"""What the scripts of an `.rpm` run, which begin in the root of the system."""


@dataclass(frozen=True, slots=True)
class BareSystem:
    """A root, and the command lines of the package manager that works on it.

    Attributes:
        root: a folder.
        install: installs the package whose path is put behind, or upgrades to it.
        version: prints the version that is installed.
        remove: takes the programs away, and leaves what IT wrote.
        purge: takes that away, too.
        books: where the package manager keeps its own files, relative to the root.
    """

    root: Path
    install: tuple[str, ...]
    version: tuple[str, ...]
    remove: tuple[str, ...]
    purge: tuple[str, ...]
    books: str

    def files(self) -> set[str]:
        """All there is but the package manager's own books."""
        found = {str(path.relative_to(self.root)) for path in self.root.rglob("*")}
        return {path for path in found if not path.startswith(self.books)}


def bare_system(root: Path, kind: str) -> BareSystem:
    """Make a system in a new folder.

    Args:
        root: the folder.
        kind: `deb` or `rpm`.
    """
    for folder in _FOLDERS:
        (root / folder).mkdir(parents=True)
        (root / folder / "something").touch()  # dpkg takes empty folders away
    return _MADE[kind](root)


def _for_deb(root: Path) -> BareSystem:
    books = "var/lib/dpkg"
    for folder in ("info", "updates"):
        (root / books / folder).mkdir(parents=True)
    for file in ("status", "available"):
        (root / books / file).touch()
    dpkg = (
        "dpkg", f"--root={root}", f"--log={root.parent}/log",
        "--force-depends,script-chrootless,not-root,architecture",
    )  # fmt: skip
    return BareSystem(
        root,
        install=(*dpkg, "-i"),
        version=("dpkg-query", f"--root={root}", "-W", "-f", "${Version}", "noteveil"),
        remove=(*dpkg, "-r", "noteveil"),
        purge=(*dpkg, "-P", "noteveil"),
        books=books,
    )


def _for_rpm(root: Path) -> BareSystem:
    for file in (*_OF_SCRIPTS, *libraries(_OF_SCRIPTS)):
        (root / file[1:]).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, root / file[1:])
    books = "var/lib/rpm"
    for folder in (books, "var/tmp"):
        (root / folder).mkdir(parents=True)
    rpm = ("rpm", f"--root={root}", f"--dbpath=/{books}")
    return BareSystem(
        root,
        install=(*rpm, "--nodeps", "--nosignature", "--ignorearch", "-U"),
        version=(*rpm, "-q", "--queryformat", "%{VERSION}", "noteveil"),
        remove=(*rpm, "-e", "noteveil"),
        purge=("rm", "-rf", f"{root}/etc/noteveil"),
        books=books,
    )


def taken_from_system() -> set[str]:
    """Files of this computer: those that packages ask for, and what these want themselves."""
    folder = f"/usr/lib/{platform.machine()}-linux-gnu"
    named = [f"{folder}/{name}" for name in (*LIBRARIES, *_WITH_LIBC)]
    return {*named, *libraries(named)}


def libraries(files: Iterable[str]) -> set[str]:
    """The libraries of this computer that programs and libraries want, and their loader."""
    told = subprocess.run(
        ["ldd", *files],
        check=False,  # it ends with 1 where one wants none
        capture_output=True,
        text=True,
    ).stdout
    return {word for word in told.split() if word.startswith("/") and not word.endswith(":")}


_MADE: Final[Mapping[str, Callable[[Path], BareSystem]]] = MappingProxyType(
    {"deb": _for_deb, "rpm": _for_rpm}
)
