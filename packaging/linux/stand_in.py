"""A runtime of Flatpak made of this computer's libraries, to try a bundle where there is no other.

It has the name of the true one, org.freedesktop.Platform, and as good as nothing of what is in it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from linux.flatpak import RUNTIME, RUNTIME_VERSION, export

_METADATA: Final = """\
[Runtime]
name={name}
runtime={name}/{machine}/{version}
sdk=org.freedesktop.Sdk/{machine}/{version}
"""
_LDCONFIG: Final = "/sbin/ldconfig"
"""Flatpak runs it in the sandbox, and goes no further without it."""


def stand_in_runtime(
    work: Path, repository: Path, wanted: Iterable[str], *, machine: str, epoch: int
) -> None:
    """Put a runtime into a repository.

    Args:
        work: a new folder.
        repository: made if there is none.
        wanted: absolute paths of this computer's files and folders that are to be in it.
        machine: the architecture, as the kernel calls it.
        epoch: seconds since 1970 that it is dated with.

    Raises:
        NotPacked: `flatpak` is not there, or refused.
    """
    (work / "usr/etc").mkdir(parents=True)
    (work / "usr/etc/ld.so.conf").touch()
    (work / "files").mkdir()  # flatpak asks for it
    metadata = _METADATA.format(name=RUNTIME, machine=machine, version=RUNTIME_VERSION)
    (work / "metadata").write_text(metadata, encoding="utf-8")
    for path in (_LDCONFIG, *wanted):
        target = work / "usr" / path.removeprefix("/usr/").removeprefix("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        if Path(path).is_dir():
            shutil.copytree(path, target)
        else:
            shutil.copy(path, target)
    export(work, repository, epoch=epoch, machine=machine, branch=RUNTIME_VERSION, runtime=True)
