"""Whose each file is: the project's, Python's, an installed distribution's or the system's."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from importlib.metadata import Distribution, PackagePath, distributions
from pathlib import Path
from typing import Final

_STANDARD_LIBRARY: Final = "base_library.zip"
_DPKG_LINE: Final = re.compile(r"^(?P<package>[^:, ]+)(?::[^, ]+)?(?:,[^:]*)?: (?P<path>/.*)$")


class UnknownOrigin(Exception):
    """Files of which nobody knows whose they are. The message names them."""


class Kind(Enum):
    """Who answers for a component."""

    OWN = "noteveil"
    PYTHON = "python"
    PYPI = "pypi"
    DEBIAN = "deb"


@dataclass(frozen=True, slots=True, order=True)
class Owner:
    """A component of a certain version.

    Attributes:
        kind: `Kind.value`, by which owners are ordered.
        name: as its registry calls it.
        version: as its registry calls it.
    """

    kind: str
    name: str
    version: str


@dataclass(frozen=True, slots=True)
class Origins:
    """What the owners of files are looked up in.

    Attributes:
        own: folders whose files are the project's.
        version: of the project.
        installed: file and the distribution whose RECORD lists it, with what RECORD says of it.
    """

    own: tuple[Path, ...]
    version: str
    installed: Mapping[Path, tuple[Distribution, PackagePath]] = field(repr=False)

    @classmethod
    def here(cls, own: Iterable[Path], *, version: str) -> Origins:
        """Those of the Python that runs."""
        return cls(tuple(own), version, _installed())

    def owners(self, files: Iterable[Path]) -> dict[Path, Owner]:
        """The owner of each file.

        Raises:
            UnknownOrigin: a file has none, or is not what its distribution installed.
        """
        wanted = sorted(set(files))
        owners = {path: owner for path in wanted if (owner := self._owner(path)) is not None}
        rest = [path for path in wanted if path not in owners]
        owners |= _debian(rest)
        unknown = [str(path) for path in rest if path not in owners]
        if unknown:
            raise UnknownOrigin(f"nobody knows whose these files are: {', '.join(unknown)}")
        changed = [str(path) for path in wanted if self._is_changed(path)]
        if changed:
            raise UnknownOrigin(
                f"changed since they were installed: {', '.join(changed)}: make the environment "
                "anew"
            )
        return owners

    def _owner(self, path: Path) -> Owner | None:
        if path in self.installed:
            found = self.installed[path][0]
            return Owner(Kind.PYPI.value, canonical(found.metadata["Name"]), found.version)
        if any(path.is_relative_to(folder) for folder in self.own):
            if path.name == _STANDARD_LIBRARY:
                return _python()
            return Owner(Kind.OWN.value, "noteveil", self.version)
        return _python() if _is_pythons(path) else None

    def _is_changed(self, path: Path) -> bool:
        if path not in self.installed:
            return False
        recorded = self.installed[path][1].hash
        if recorded is None or recorded.mode != "sha256":
            return False
        digest = base64.urlsafe_b64encode(hashlib.sha256(path.read_bytes()).digest())
        return digest.decode().rstrip("=") != recorded.value


def canonical(name: str) -> str:
    """The name of a distribution as registries compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _installed() -> dict[Path, tuple[Distribution, PackagePath]]:
    return {
        Path(os.path.normpath(found.locate_file(file))): (found, file)  # type: ignore[arg-type]
        for found in distributions()
        for file in found.files or ()
    }


def _python() -> Owner:
    return Owner(Kind.PYTHON.value, "cpython", sys.version.split()[0])


def _is_pythons(path: Path) -> bool:
    library = [Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")]
    if any(path.is_relative_to(folder) for folder in library):
        return "site-packages" not in path.parts
    base = Path(sys.base_prefix)
    return base != Path("/usr") and path.is_relative_to(base) and "site-packages" not in path.parts


def _debian(files: Iterable[Path]) -> dict[Path, Owner]:
    """The packages of Debian that files are from, of those that are from any."""
    spelled = {spelling: path for path in files for spelling in _spellings(path)}
    if not spelled or not Path("/usr/bin/dpkg-query").exists():
        return {}
    found = _lines("dpkg-query", "--search", *map(str, spelled))
    packages = {
        spelled[Path(match["path"])]: match["package"]
        for match in map(_DPKG_LINE.match, found)
        if match is not None and Path(match["path"]) in spelled
    }
    form = "--showformat=${binary:Package}\t${Version}\n"
    shown = _lines("dpkg-query", "--show", form, *sorted(set(packages.values())))
    versions = {line.split("\t")[0].split(":")[0]: line.split("\t")[1] for line in shown}
    return {
        path: Owner(Kind.DEBIAN.value, package, versions[package])
        for path, package in packages.items()
    }


def _spellings(path: Path) -> set[Path]:
    """The ways in which a package may spell a path, for `/lib` is a link to `/usr/lib`."""
    real = Path(os.path.realpath(path))
    both = {path, real}
    both |= {Path(str(one).removeprefix("/usr")) for one in both}
    return both | {Path(f"/usr{one}") for one in both if not str(one).startswith("/usr/")}


def _lines(*command: str) -> list[str]:
    environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(
        command, check=False, capture_output=True, encoding="utf-8", env=environment
    )
    return done.stdout.splitlines()
