"""In place of JBIG-KIT, whose GNU licence does not go with ours: a library that does nothing."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

_SOURCE: Final = Path(__file__).resolve().parent / "stubs" / "jbig.c"
_FLAGS: Final = ("-shared", "-fPIC", "-O2", "-s", "-fno-ident", "-Wl,--build-id=none")


class NoCompiler(Exception):
    """The library could not be made. The message says what to do."""


def build_in_place_of_jbig(folder: Path) -> None:
    """Compile the library once for each that tesserocr brings, under the same name.

    Args:
        folder: where it is put; made if need be.

    Raises:
        NoCompiler: there is no C compiler, or it failed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for name in _brought():
        command = ["gcc", *_FLAGS, f"-Wl,-soname,{name}", "-o", str(folder / name), str(_SOURCE)]
        try:
            subprocess.run(command, check=True)
        except (OSError, subprocess.CalledProcessError):
            raise NoCompiler("gcc is needed to freeze on Linux: install it") from None


def in_place(entries: Iterable[tuple[str, str, str]], folder: Path) -> list[tuple[str, str, str]]:
    """What PyInstaller collects, with the files of a folder instead of those of the same name.

    Args:
        entries: of each file, where it goes, where it is from, and its kind.
        folder: the files that stand in for others; it need not be there.
    """
    return [
        (to, str(folder / Path(to).name) if (folder / Path(to).name).is_file() else origin, kind)
        for to, origin, kind in entries
    ]


def _brought() -> list[str]:
    try:
        files = distribution("tesserocr").files or ()
    except PackageNotFoundError:
        return []
    return sorted(file.name for file in files if file.name.startswith("libjbig"))
