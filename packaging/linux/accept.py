"""Whether a `.deb` installs, works and goes without a trace: an acceptance test of a true package.

    python packaging/linux/accept.py PACKAGE

Needs root, dpkg and bubblewrap. The package is installed into a root of its own; its programs run
in a namespace without a network in which there are the system's libraries, fonts, and the package,
but no Python. It redacts the sample notes, verifies the log, shows the window without a display,
removes and purges, and compares what is there before and afterwards. Prints a line for each; the
exit code is 1 if one does not hold.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
SAMPLES: Final = HERE.parent.parent / "samples" / "notes"
LIBRARIES: Final = Path("/usr/lib", f"{os.uname().machine}-linux-gnu")
SHOWN: Final = Path("/usr/share/fonts"), Path("/etc/fonts"), Path("/usr/share/X11")
LIVES_AFTER: Final = 10.0
"""Seconds after which a window that has not ended is taken to be shown."""


class DoesNotHold(Exception):
    """What was tried is not as it should be. The message says what."""


def bare_system(root: Path) -> tuple[str, ...]:
    """Make a system with little but a package manager's books; the `dpkg` that works on it."""
    for folder in ("var/lib/dpkg/info", "var/lib/dpkg/updates"):
        (root / folder).mkdir(parents=True)
    for folder in ("etc", "opt", "usr/bin", "usr/share"):
        (root / folder).mkdir(parents=True)
        (root / folder / "something").touch()  # dpkg takes empty folders away
    for file in ("status", "available"):
        (root / "var/lib/dpkg" / file).touch()
    return (
        "dpkg", f"--root={root}", f"--log={root.parent}/log",
        "--force-depends,script-chrootless,not-root,architecture",
    )  # fmt: skip


class System:
    """A root with the books of a package manager and next to nothing else.

    Args:
        work: an empty folder.
    """

    def __init__(self, work: Path) -> None:
        self.root, self.home = work / "root", work / "home"
        self._dpkg = bare_system(self.root)
        shutil.copytree(SAMPLES, self.home / "notes")

    def dpkg(self, *arguments: str) -> None:
        """Let dpkg do something in this root."""
        _done([*self._dpkg, *arguments])

    def files(self) -> set[str]:
        """All there is but the package manager's own books."""
        found = {str(path.relative_to(self.root)) for path in self.root.rglob("*")}
        return {path for path in found if not path.startswith("var/lib/dpkg")}

    def inside(self, *command: str) -> list[str]:
        """A command line that runs this in the installed system."""
        bound = [part for path in (LIBRARIES, *SHOWN, Path("/lib64")) for part in _bound(path)]
        return [
            "bwrap", "--unshare-all", "--die-with-parent", *bound, "--symlink", "usr/lib", "/lib",
            "--ro-bind", str(self.root / "opt"), "/opt",
            "--ro-bind", str(self.root / "usr/bin"), "/usr/bin",
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
            "--bind", str(self.home), "/home",
            "--clearenv", "--setenv", "HOME", "/home", "--setenv", "PATH", "/usr/bin",
            "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "QT_QPA_PLATFORM", "offscreen",
            "--chdir", "/home", *command,
        ]  # fmt: skip


def accept(package: Path, work: Path) -> None:
    """Try it all.

    Raises:
        DoesNotHold: something is not as it should be.
    """
    system = System(work)
    before = system.files()
    system.dpkg("-i", str(package))
    print("ok  installed")
    version = _done(system.inside("deid", "--version")).strip()
    print(f"ok  starts without Python: {version}")
    notes = sorted(path.name for path in (system.home / "notes").iterdir())
    _done(system.inside("deid", "redact", "notes", "--out", "out"))
    if sorted(path.name for path in (system.home / "out").iterdir()) != notes:
        raise DoesNotHold("not every note was redacted")
    print(f"ok  {len(notes)} notes redacted")
    _done(system.inside("deid", "audit", "verify"))
    print("ok  the log verifies")
    _done(system.inside("deid", "selftest"))
    print("ok  the self-test holds")
    _window(system)
    print("ok  the window comes")
    system.dpkg("-r", "noteveil")
    system.dpkg("-P", "noteveil")
    if left := system.files() ^ before:
        raise DoesNotHold(f"left behind, or taken away besides: {', '.join(sorted(left))}")
    print("ok  nothing is left behind")


def _window(system: System) -> None:
    try:
        subprocess.run(
            system.inside("deid-gui", "notes"), check=False, capture_output=True,
            timeout=LIVES_AFTER,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return
    raise DoesNotHold("the window ended by itself")


def _bound(path: Path) -> Sequence[str]:
    return ("--ro-bind", str(path), str(path)) if path.exists() else ()


def _done(command: Sequence[str]) -> str:
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        raise DoesNotHold(f"{' '.join(command[-3:])} ended with {done.returncode}:\n{done.stdout}")
    return done.stdout


def main() -> None:
    """Try the package that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        try:
            accept(options.package.resolve(), Path(work))
        except DoesNotHold as error:
            sys.exit(f"no  {error}")


if __name__ == "__main__":
    main()
