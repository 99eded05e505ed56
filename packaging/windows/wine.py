"""A Windows of its own to try packages in: a prefix of Wine, and what lies in it.

Wine writes its registry as text when its server ends. What Wine itself changes at each start
(devices, fonts, the times of keys) and keys without a value are left out of what is compared.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_HIVES: Final = ("system.reg", "user.reg")
_KEY: Final = re.compile(r"^\[(.*)\](?: \d+)?$")
_OF_WINE: Final = re.compile(
    r"System\\\\[^\\]*\\\\(?:Control\\\\(?:Class|DeviceClasses|Video)|Enum|Hardware Profiles)"
    r"|Software\\\\Wine\\\\|Hardware"
    r"|Software\\\\Microsoft\\\\Windows NT\\\\CurrentVersion\\\\(?:Net|Time Zones|Fonts)"
)
_PATH: Final = re.compile(r'^("PATH"=.*?);*"$', re.IGNORECASE)
_FOLDER_OF_INSTALLER: Final = "windows/Installer"


@dataclass(frozen=True, slots=True)
class State:
    """What lies in a prefix.

    Attributes:
        files: of each file its size and when it was written; of a folder nothing.
        registry: each value, with its key.
    """

    files: Mapping[str, str]
    registry: frozenset[str]

    def changes(self, later: State) -> list[str]:
        """What is other in a later state; files that merely are other are told, too."""
        paths = sorted(self.files.keys() | later.files.keys())
        told = [
            f"{'new' if path not in self.files else 'gone' if path not in later.files else 'other'}"
            f": {path}"
            for path in paths
            if self.files.get(path) != later.files.get(path)
        ]
        told += [f"new: {value}" for value in sorted(later.registry - self.registry)]
        return told + [f"gone: {value}" for value in sorted(self.registry - later.registry)]


class Prefix:
    """A prefix in a folder, with a home folder beside it.

    Args:
        work: an existing folder.
    """

    def __init__(self, work: Path) -> None:
        self.drive = work / "prefix" / "drive_c"
        home = work / "home"
        home.mkdir()
        self._environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(home),
            "LC_ALL": "C.UTF-8",
            "WINEPREFIX": str(work / "prefix"),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            # Neither .NET nor a browser is asked for, nor a menu of the desktop outside.
            "WINEDLLOVERRIDES": "mscoree=;mshtml=;winemenubuilder.exe=",
        }
        self.run("wineboot", "-i")

    def run(self, *command: str | Path) -> int:
        """Run a program of Windows; the last 8 bits of its exit code."""
        done = self._call(["wine", *map(str, command)])
        self.settle()
        return done

    def settle(self) -> None:
        """Wait until everything has ended and the registry is written."""
        self._call(["wineserver", "-w"])

    def state(self) -> State:
        """What lies there now."""
        found = {str(path.relative_to(self.drive)): path for path in self.drive.rglob("*")}
        found.pop(_FOLDER_OF_INSTALLER, None)
        files = {name: _described(path) for name, path in found.items()}
        hives = {name: self.drive.parent / name for name in _HIVES}
        return State(
            files,
            frozenset(
                value
                for name, path in hives.items()
                for value in values(name, path.read_text(encoding="utf-8", errors="replace"))
            ),
        )

    def _call(self, command: Sequence[str]) -> int:
        return subprocess.run(
            command, check=False, env=self._environment, cwd=self._environment["HOME"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ).returncode  # fmt: skip


def values(hive: str, text: str) -> set[str]:
    """Each value in the text of a hive, with its key before it.

    Of a PATH an empty entry at its end counts for nothing: Wine leaves one.
    """
    found, key = set(), ""
    for line in text.replace("\\\n", "").splitlines():
        if match := _KEY.match(line):
            key = match[1]
        elif line[:1] in ('"', "@") and not _OF_WINE.match(key):
            value = _PATH.sub(r'\1"', line)
            found.add(f"{hive} {key} {value}")
    return found


def _described(path: Path) -> str:
    details = path.lstat()
    return "" if path.is_dir() else f"{details.st_size} {details.st_mtime_ns}"
