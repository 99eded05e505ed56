"""Whether an `.msi` installs, upgrades, refuses and goes without a trace, tried under Wine.

    python packaging/windows/accept.py MSI

Needs wine, msitools, wixl and osslsigncode. Everything happens in a Windows that is made for it and
removed again; a small package of version 0.0.1 is built beside the one that is tried. Prints a line
for each thing that holds; the exit code is 1 if one does not. What Wine does not do as Windows
does, and is so not tried, tells docs/windows-packages.md.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent.parent)]

from frozen.tree import NotPacked, Tree  # noqa: E402
from windows.msi import build_msi  # noqa: E402
from windows.tables import NotRead, read_tables  # noqa: E402
from windows.wine import Prefix, State  # noqa: E402

TOOLS: Final = ("wine", "wineserver", "msiextract")
OLD: Final = "0.0.1"
REFUSED: Final = 1603 % 256
"""ERROR_INSTALL_FAILURE, as much of it as an exit code holds outside of Windows."""

PROGRAMS: Final = "Program Files/NoteVeil"
MACHINE: Final = "ProgramData/NoteVeil"
_UPDATE: Final = f"{MACHINE}/updates/1/list.txt"
_LINK: Final = "NoteVeil.lnk"


class DoesNotHold(Exception):
    """What was tried is not as it should be. The message says what."""


@dataclass(frozen=True, slots=True)
class Package:
    """A package.

    Attributes:
        path: of the file.
        version: of the program.
        code: the product that it installs.
    """

    path: Path
    version: str
    code: str

    @classmethod
    def read(cls, path: Path) -> Package:
        """The package in this file.

        Raises:
            NotRead: it is none.
        """
        properties = dict(read_tables(path, ["Property"])["Property"].rows)
        return cls(path, str(properties["ProductVersion"]), str(properties["ProductCode"]))


class Windows:
    """The Windows in which packages are tried.

    Args:
        work: an empty folder.
    """

    def __init__(self, work: Path) -> None:
        self._prefix = Prefix(work)
        self.drive = self._prefix.drive

    def be(self, version: str) -> None:
        """Be this version of Windows."""
        self._prefix.run("winecfg", "/v", version)

    def install(self, package: Package, *properties: str) -> int:
        """Install without a word; the exit code."""
        copy = self.drive.parent / "package.msi"
        shutil.copyfile(package.path, copy)
        code = self._prefix.run("msiexec", "/i", copy, "/qn", *properties)
        copy.unlink()
        return code

    def remove(self, package: Package, *properties: str) -> int:
        """Remove without a word; the exit code."""
        return self._prefix.run("msiexec", "/x", package.code, "/qn", *properties)

    def state(self) -> State:
        """All files and all of the registry."""
        return self._prefix.state()

    def links(self) -> list[str]:
        """Where shortcuts lie."""
        outside = self.drive.parent.parent / "home"
        return sorted(path.parent.name for at in (self.drive, outside) for path in at.rglob(_LINK))


def accept(package: Package, old: Package, work: Path) -> None:
    """Try it all.

    Raises:
        DoesNotHold: something is not as it should be.
    """
    windows = Windows(work)
    windows.be("win7")  # so that what Wine writes down of it is there before, too
    windows.be("win10")
    bare = windows.state()
    _refusals(windows, package)
    _choices(windows, old)
    _check(windows.install(old) == 0, f"{OLD} was not installed")
    _check(windows.install(package) == 0, "not installed over an older version")
    _installed(windows, package, work)
    print(f"ok  installed silently over version {OLD}: exactly the files of {package.version}")
    installed = windows.state()
    _check(windows.install(old) == REFUSED, "an older version was installed over it")
    _same(installed, windows.state())
    print("ok  the older version is refused, and changes nothing")
    _leave_update(windows)
    _check(windows.remove(package, "PURGE=1") == 0, "not removed")
    _same(bare, windows.state())
    print("ok  removed and purged: files and registry are as before")


def _refusals(windows: Windows, package: Package) -> None:
    windows.be("win7")
    before = windows.state()
    _check(windows.install(package) == REFUSED, "installed on Windows 7")
    _same(before, windows.state())
    windows.be("win10")
    print("ok  refused by Windows 7, and nothing is changed")


def _choices(windows: Windows, old: Package) -> None:
    """Both options, and what removing leaves without the third."""
    before = windows.state()
    _check(windows.install(old, "ADDTOPATH=0", "DESKTOPSHORTCUT=1") == 0, "not installed")
    _check(len(windows.links()) == 2, "no shortcut in the menu, or none on the desktop")
    _check(not _on_path(windows.state()), "on the PATH in spite of ADDTOPATH=0")
    _leave_update(windows)
    _check(windows.remove(old) == 0, "not removed")
    kept = before.changes(windows.state())
    above = [str(folder) for folder in Path(_UPDATE).parents if MACHINE in str(folder)]
    _check(kept == [f"new: {path}" for path in sorted([*above, _UPDATE])], "; ".join(kept))
    shutil.rmtree(windows.drive / MACHINE)
    print("ok  without PATH and with a shortcut on the desktop; removed, all but updates is gone")


def _installed(windows: Windows, package: Package, work: Path) -> None:
    extracted = work / "extracted"
    done = subprocess.run(
        ["msiextract", "-C", extracted, package.path], check=False, capture_output=True
    )
    _check(done.returncode == 0, "its files cannot be extracted")
    # msiextract puts both folders, whose names are the same, into one.
    wanted = _digests(extracted / "NoteVeil")
    _check(bool(wanted), "it holds no files")
    found = _digests(windows.drive / PROGRAMS) | _digests(windows.drive / MACHINE)
    different = sorted(path for path in wanted | found if wanted.get(path) != found.get(path))
    _check(not different, f"not as they are in the package: {', '.join(different[:5])}")
    shutil.rmtree(extracted)
    state = windows.state()
    _check(_on_path(state), "not on the PATH")
    _check(len(windows.links()) == 1, "not one shortcut")
    entries = [value for value in state.registry if '"DisplayVersion"=' in value]
    told = f'"DisplayVersion"="{package.version}"'
    shown = [value for value in entries if value.endswith(told) and "\\\\Uninstall\\\\" in value]
    _check(len(shown) == 1, "not one entry in the list of programs")


def _on_path(state: State) -> bool:
    return any(
        '"PATH"=' in value and r"C:\\Program Files\\NoteVeil" in value for value in state.registry
    )


def _leave_update(windows: Windows) -> None:
    update = windows.drive / _UPDATE
    update.parent.mkdir(parents=True)
    update.touch()


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _same(before: State, after: State) -> None:
    changed = before.changes(after)
    _check(not changed, "changed: " + "; ".join(changed[:10]))


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise DoesNotHold(otherwise)


def small(folder: Path) -> Tree:
    """A tree with next to nothing in it, of the version that is older than all."""
    for path in ("deid.exe", "deid-gui.exe", "_internal/of an old version.txt"):
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(path, encoding="utf-8")
    return Tree(folder, OLD, 1_700_000_000)


def main() -> None:
    """Try the package that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("msi", type=Path, metavar="MSI")
    options = parser.parse_args()
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        sys.exit(f"not tried: {', '.join(missing)} is not installed here")
    with tempfile.TemporaryDirectory() as made:
        work = Path(made)
        try:
            old = Package.read(build_msi(small(work / "old"), work))
            accept(Package.read(options.msi.resolve()), old, work)
        except (DoesNotHold, NotPacked, NotRead) as error:
            sys.exit(f"no  {error}")


if __name__ == "__main__":
    main()
