"""Freezing: from the sources of a commit and a locked environment to the tree of two programs.

The same sources, the same locked packages, the same Python and the same system libraries give the
same bytes, wherever and whenever, and whoever does it:

1. The sources of a commit are taken into a folder of their own; what else lies in a checkout, and
   how its files are dated, does not count.
2. PyInstaller runs with its own home, time zone, language and hash seed, and dates what it must
   with SOURCE_DATE_EPOCH.
3. The archive of modules that Python starts with is written in the order of their names:
   PyInstaller takes them as they lie in memory.
4. What Python's own libraries tell debuggers, which is where they were compiled, is taken out, and
   that place from where they look for other libraries.
5. Modes and dates are set; no empty folder is left, and no link but on macOS.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from frozen.collected import Collected
from frozen.jbig import build_in_place_of_jbig
from frozen.source import Source
from frozen.tree import INTERNAL, Tree

HERE: Final = Path(__file__).resolve().parent
SPEC: Final = HERE / "noteveil.spec"
_PASSED_ON: Final = ("PATH", "SYSTEMROOT", "WINDIR", "COMSPEC", "PROGRAMFILES", "TEMP", "TMP")
_SEARCHED: Final = re.compile(rb"\((?:RUNPATH|RPATH)\).*\[(.*)\]")
_METADATA: Final = """\
import sys, hatchling.build
hatchling.build.prepare_metadata_for_build_wheel(sys.argv[1])
"""


class NotFrozen(Exception):
    """Freezing failed. The message says at what."""


def freeze(
    source: Source, work: Path, *, release_keys: str, python: Path | None = None
) -> tuple[Tree, Collected]:
    """Make the tree of the two programs in `work/noteveil`.

    Args:
        source: what is frozen; the module of release keys is written into it.
        work: a folder of its own; everything that is made lies below it.
        release_keys: the source of the module that holds the public release keys.
        python: of the environment to freeze from; the one that runs, if not given.

    Returns:
        The tree, and what was collected from where.

    Raises:
        NotFrozen: PyInstaller or what it needs failed; its own words stand above.
        NoCompiler: there is no C compiler.
    """
    python = python or Path(sys.executable)
    prepared = source.root.parent
    keys = source.root / "deid" / "sealed" / "_release_keys.py"
    keys.write_text(release_keys, encoding="utf-8", newline="\n")
    environment = closed_environment(work / "home", os.environ, epoch=source.epoch)
    (prepared / "metadata").mkdir()
    if sys.platform == "linux":
        build_in_place_of_jbig(prepared / "instead")
    _run([python, "-c", _METADATA, prepared / "metadata"], environment, cwd=source.root)
    command: list[str | Path] = [
        *(python, "-m", "PyInstaller", "--noconfirm", "--log-level=WARN"),
        *("--distpath", work, "--workpath", work / "pyinstaller", SPEC, "--", prepared),
    ]
    _run(command, environment, cwd=work)
    linked = sys.platform == "darwin"
    tree = Tree(work / "noteveil", source.version, source.epoch, linked=linked)
    sort_archive(tree.root / INTERNAL / "base_library.zip")
    if sys.platform == "linux":
        for library in _with_debug_sections(tree.root / INTERNAL):
            _run(["strip", "--strip-debug", library])
        look_nowhere_else(tree.root / INTERNAL)
    tree.settle()
    return tree, Collected.read(prepared / "collected.json")


def closed_environment(home: Path, environment: Mapping[str, str], *, epoch: int) -> dict[str, str]:
    """The environment of a build: nothing of the person's who builds but where programs lie."""
    (home / "tmp").mkdir(parents=True, exist_ok=True)
    return {
        **{name: environment[name] for name in _PASSED_ON if name in environment},
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "PYINSTALLER_CONFIG_DIR": str(home / "pyinstaller"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "SOURCE_DATE_EPOCH": str(epoch),
        "TZ": "UTC",
    }


def sort_archive(path: Path) -> None:
    """Write a ZIP archive anew: by name, uncompressed as it was, and with nothing but contents."""
    with zipfile.ZipFile(path) as archive:
        contents = {name: archive.read(name) for name in sorted(archive.namelist())}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in contents.items():
            archive.writestr(zipfile.ZipInfo(name), content)


def _run(
    command: Sequence[str | Path],
    environment: Mapping[str, str] | None = None,
    *,
    cwd: Path | None = None,
) -> None:
    done = subprocess.run([str(part) for part in command], env=environment, cwd=cwd, check=False)
    if done.returncode:
        raise NotFrozen(f"{Path(command[0]).name} {command[1]} ended with {done.returncode}")


def look_nowhere_else(folder: Path) -> None:
    """Take the places of the building computer out of where libraries look for each other.

    Raises:
        NotFrozen: `chrpath` cannot do so.
    """
    for library in _libraries(folder):
        found = _SEARCHED.findall(_told("readelf", "--dynamic", "--wide", library))
        if any(not place.startswith(b"$ORIGIN") for line in found for place in line.split(b":")):
            _run(["chrpath", "--delete", library])


def _with_debug_sections(folder: Path) -> Iterator[Path]:
    """The shared libraries that still hold what a compiler writes for debuggers."""
    for library in _libraries(folder):
        if b".debug_info" in _told("readelf", "--section-headers", "--wide", library):
            yield library


def _libraries(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.so*")):
        with path.open("rb") as file:
            is_elf = file.read(4) == b"\x7fELF"
        if is_elf:
            yield path


def _told(*command: str | Path) -> bytes:
    return subprocess.run(command, check=False, capture_output=True).stdout
