"""Where everything of the package lies on a Windows computer, before it is an `.msi`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path, PurePosixPath
from typing import Final

from frozen.tree import NotPacked, Tree
from windows.identity import component_code, key

TEMPLATES: Final = Path(__file__).resolve().parent.parent / "managed" / "templates" / "windows"
_VERSION: Final = re.compile(r"(\d{1,3})\.(\d{1,3})(?:\.(\d{1,5}))?")
_LARGEST: Final = (255, 255, 65535)
_NAME: Final = re.compile(
    r"[A-Za-z0-9 !#$%&'()+,.;=@\[\]^_`{}~-]*[A-Za-z0-9!#$%&'()+,;=@\[\]^_`{}~-]"
)
_DEVICE: Final = re.compile(r"(?:aux|con|nul|prn|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_LONGEST: Final = 200
"""Signs of a path below the folder of the programs; Windows allows 259 in all."""


class Place(Enum):
    """The two folders that are ours; the value is the key of their rows."""

    PROGRAMS = "Programs"
    MACHINE = "Machine"


@dataclass(frozen=True, slots=True)
class Installed:
    """A file as it is installed, a component of its own.

    Attributes:
        place: the folder that it lies in, or below.
        path: from there, with `/` between its parts.
        source: the file that holds its bytes.
    """

    place: Place
    path: str
    source: Path

    @property
    def where(self) -> str:
        """The path by which it is known from version to version."""
        return f"{self.place.value}/{self.path}"

    @property
    def key(self) -> str:
        """The key of its row in the table of files."""
        return key("f", self.where)

    @property
    def component(self) -> str:
        """The key of its component."""
        return key("c", self.where)

    @property
    def code(self) -> str:
        """What Windows Installer knows its component by."""
        return component_code(self.where)


@dataclass(frozen=True, slots=True)
class Content:
    """All that is installed.

    Attributes:
        version: of the program.
        epoch: seconds since 1970 that everything is dated with.
        files: of the programs by their paths, then those of the machine's folder.
        window: the program with a window.
    """

    version: str
    epoch: int
    files: tuple[Installed, ...]
    window: Installed


def content(tree: Tree) -> Content:
    """What is installed for this tree.

    Beside its files, the templates of managed settings, outside the folder of the programs: in that
    one nothing may lie that is not sealed.

    Raises:
        NotPacked: version or names cannot be those of Windows, or the programs are not there.
        NotATree: as `Tree.files`.
    """
    _check_version(tree.version)
    programs = [
        Installed(Place.PROGRAMS, file.path, tree.root / file.path) for file in tree.files()
    ]
    _check_names(file.path for file in programs)
    templates = [
        Installed(
            Place.MACHINE, f"PolicyDefinitions/{path.relative_to(TEMPLATES).as_posix()}", path
        )
        for path in sorted(TEMPLATES.rglob("*.adm?"))
    ]
    _program(programs, "deid")
    window = _program(programs, "deid-gui")
    return Content(tree.version, tree.epoch, (*programs, *templates), window)


def _check_version(version: str) -> None:
    found = _VERSION.fullmatch(version)
    parts = [int(part) for part in found.groups() if part] if found else []
    if not parts or any(part > most for part, most in zip(parts, _LARGEST, strict=False)):
        raise NotPacked(
            f"version {version}: Windows Installer compares two or three numbers, of which the "
            "first two are at most 255"
        )


def _check_names(paths: Iterable[str]) -> None:
    seen: dict[str, str] = {}
    for path in paths:
        if len(path) > _LONGEST or not all(map(_is_name, path.split("/"))):
            raise NotPacked(f"{path}: Windows has no such name, or it is too long")
        for part in (path, *map(str, PurePosixPath(path).parents)):
            other = seen.setdefault(part.lower(), part)
            if other != part:
                raise NotPacked(f"{part} and {other}: one and the same on Windows")


def _is_name(part: str) -> bool:
    return bool(_NAME.fullmatch(part)) and not _DEVICE.fullmatch(part)


def _program(files: Iterable[Installed], name: str) -> Installed:
    """The program of this name, as Windows calls it or as a tree of another system does."""

    def named() -> Iterator[Installed]:
        by_path = {file.path: file for file in files}
        yield from (by_path[one] for one in (f"{name}.exe", name) if one in by_path)

    found = next(named(), None)
    if found is None:
        raise NotPacked(f"{name}.exe: not in the tree")
    return found
