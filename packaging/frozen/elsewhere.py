"""Runs a command as another user, on a computer of another name and by another clock, on Linux.

Bubblewrap gives it a user and a host of its own. The clock is libfaketime's: it is named in an
`/etc/ld.so.preload` that only the command sees, so it reaches every process of it, with whatever
environment it was started.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ETC: Final = Path("/etc")
_LIBRARIES: Final = ("lib/*-linux-gnu/faketime", "lib64/faketime", "lib/faketime")
_CLOCK: Final = "libfaketime.so.1"
_LDD: Final = """\
#!/bin/sh
told=$({real} "$@")
ended=$?
printf '%s\\n' "$told" | grep -v {clock}
exit $ended
"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command runs.

    Attributes:
        user: number of the user and of the group.
        host: name of the computer.
        days: by how many its clock is ahead.
    """

    user: int
    host: str
    days: int


def clock() -> Path | None:
    """The library that shows programs another time; None where it is not installed."""
    found = (path for pattern in _LIBRARIES for path in Path("/usr").glob(f"{pattern}/{_CLOCK}"))
    return next(found, None)


def beginning(place: Place, work: Path) -> list[str]:
    """What a command begins with to run there; empty where this system has no bubblewrap.

    Args:
        place: where it runs; without libfaketime, with the clock of this computer.
        work: a folder for two small files, which must stay while it runs.
    """
    command = [
        *("bwrap", "--die-with-parent", "--dev-bind", "/", "/"),
        *("--unshare-user", "--uid", str(place.user), "--gid", str(place.user)),
        *("--unshare-uts", "--hostname", place.host),
        *_other_clock(place.days, work),
    ]
    if shutil.which(command[0]) is None:
        return []
    tried = subprocess.run([*command, "true"], check=False, capture_output=True)
    return command if tried.returncode == 0 else []


def _other_clock(days: int, work: Path) -> list[str]:
    library = clock()
    if library is None:
        return []
    preload, offset = work / "ld.so.preload", work / "faketimerc"
    preload.write_text(f"{library}\n", encoding="ascii")
    offset.write_text(f"+{days}d\n", encoding="ascii")
    # A file that is not there cannot be bound over: /etc is put together anew, with these two.
    bound = ["--tmpfs", str(ETC)]
    for path in sorted(ETC.iterdir()):
        if path.name not in (preload.name, offset.name):
            bound += ["--ro-bind-try", str(path), str(path)]
    for file in (preload, offset):
        bound += ["--ro-bind", str(file), str(ETC / file.name)]
    return [*bound, *_other_ldd(work)]


def _other_ldd(work: Path) -> list[str]:
    """An `ldd` without the clock, which it finds in every program, and which would be packed."""
    found = shutil.which("ldd")
    if found is None:
        return []
    real, other = work / "ldd.real", work / "ldd"
    shutil.copy(found, real)
    other.write_text(_LDD.format(real=shlex.quote(str(real)), clock=_CLOCK), encoding="utf-8")
    other.chmod(0o755)
    return ["--ro-bind", str(other), found]
