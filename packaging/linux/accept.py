"""Whether a package installs, works and goes without a trace: an acceptance test of a true one.

    python packaging/linux/accept.py PACKAGE

Needs root, bubblewrap, and dpkg, rpm or flatpak. A `.deb` or `.rpm` is installed into a root of its
own; its programs run in a namespace without a network in which there are the libraries that the
package asks for, fonts, and the package, but no Python. A `.flatpak` is installed into a system of
Flatpak of its own, and runs as Flatpak lets it run. The program redacts the sample notes, verifies
the log, tests itself, and shows the window without a display. Then the package is removed, and what
is there compared with what was there before. Prints a line for each; the exit code is 1 if one does
not hold.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent))

from linux.accept_sandbox import SandboxedSystem  # noqa: E402
from linux.bare import bare_system, taken_from_system  # noqa: E402
from linux.trying import DoesNotHold, done  # noqa: E402

SAMPLES: Final = HERE.parent.parent / "samples" / "notes"
_DATA: Final = ("/usr/share/fonts", "/etc/fonts", "/usr/share/X11")
_IN_RUNTIME: Final = (
    "/etc/fonts",
    "/usr/lib/locale/C.utf8",
    "/usr/share/X11/xkb",
    "/usr/share/fonts/truetype/dejavu",
)
_NAMED: Final = 10
LIVES_AFTER: Final = 10.0
"""Seconds after which a window that has not ended is taken to be shown."""


class System:
    """A bare system, and the home folder of somebody who works with it.

    Args:
        work: an empty folder.
        kind: of the package, `deb` or `rpm`.
    """

    def __init__(self, work: Path, kind: str) -> None:
        self.bare, self.home = bare_system(work / "root", kind), work / "home"
        shutil.copytree(SAMPLES, self.home / "notes")
        self._shown: list[str] = []
        for path in (*sorted(taken_from_system()), *filter(os.path.exists, _DATA)):
            within = path if path.startswith(("/usr/", "/etc/")) else f"/usr{path}"
            self._shown += ["--ro-bind", path, within]

    def inside(self, *command: str) -> list[str]:
        """A command line that runs this in the installed system."""
        return [
            "bwrap", "--unshare-all", "--die-with-parent", *self._shown,
            "--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64",
            "--ro-bind", str(self.bare.root / "opt"), "/opt",
            "--ro-bind", str(self.bare.root / "usr/bin"), "/usr/bin",
            "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
            "--bind", str(self.home), "/home",
            "--clearenv", "--setenv", "HOME", "/home", "--setenv", "PATH", "/usr/bin",
            "--setenv", "LC_ALL", "C.UTF-8", "--setenv", "QT_QPA_PLATFORM", "offscreen",
            "--chdir", "/home", *command,
        ]  # fmt: skip


def accept(package: Path, work: Path) -> None:
    """Try a `.deb` or an `.rpm`.

    Raises:
        DoesNotHold: something is not as it should be.
    """
    system = System(work, package.suffix[1:])
    bare = system.bare
    before = bare.files()
    done([*bare.install, str(package)])
    _told(f"installed: version {done(bare.version)}")
    _work(system.inside, system.home)
    done(bare.remove)
    done(bare.purge)
    _check_left(bare.files() ^ before)


def accept_bundle(package: Path, work: Path) -> None:
    """Try a `.flatpak`.

    Raises:
        DoesNotHold: something is not as it should be.
    """
    runtime = {*taken_from_system(), *filter(os.path.exists, _IN_RUNTIME)}
    system = SandboxedSystem(work, SAMPLES, runtime=runtime)
    system.install(package)
    _told("installed in a system of Flatpak")
    _work(system.inside, system.documents)
    for line in system.try_sandbox():
        _told(line)
    system.remove()
    _check_left(system.traces())


def _work(inside: Callable[..., list[str]], folder: Path) -> None:
    """Work with the programs, as somebody whose notes lie in a folder."""
    _told(f"starts without Python: {done(inside('deid', '--version')).strip()}")
    notes = sorted(path.name for path in (folder / "notes").iterdir())
    done(inside("deid", "redact", "notes", "--out", "out"))
    if sorted(path.name for path in (folder / "out").iterdir()) != notes:
        raise DoesNotHold("not every note was redacted")
    _told(f"{len(notes)} notes redacted")
    done(inside("deid", "audit", "verify"))
    _told("the log verifies")
    done(inside("deid", "selftest"))
    _told("the self-test holds")
    _window(inside)
    _told("the window comes")


def _check_left(different: set[str]) -> None:
    if different:
        some = ", ".join(sorted(different)[:_NAMED])
        raise DoesNotHold(f"{len(different)} left behind, or taken away besides: {some}")
    _told("nothing is left behind")


def _told(line: str) -> None:
    print(f"ok  {line}", flush=True)


def _window(inside: Callable[..., list[str]]) -> None:
    try:
        subprocess.run(
            inside("deid-gui", "notes"), check=False, capture_output=True, timeout=LIVES_AFTER
        )
    except subprocess.TimeoutExpired:
        return
    raise DoesNotHold("the window ended by itself")


def main() -> None:
    """Try the package that the command line names."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("package", type=Path)
    package = parser.parse_args().package.resolve()
    with tempfile.TemporaryDirectory() as work:
        try:
            (accept_bundle if package.suffix == ".flatpak" else accept)(package, Path(work))
        except DoesNotHold as error:
            sys.exit(f"no  {error}")


if __name__ == "__main__":
    main()
