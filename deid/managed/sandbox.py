"""What a Flatpak sandbox shows of the computer that it runs on.

Flatpak tells a program what it may see in a file that nobody but Flatpak can write
(flatpak-metadata(5)). A user may take permissions from a program (`flatpak override --user`); one
that cannot see what IT settled must not go on as if IT had settled nothing.
"""

from __future__ import annotations

import configparser
import os
from pathlib import Path
from typing import Final

from deid.errors import ManagedUnusable, OutputError

INFO: Final = Path("/.flatpak-info")
"""There in every sandbox of Flatpak, and nowhere else."""

NEEDED: Final = ("host-etc", "/var/lib/noteveil")
"""What the sandbox must show: settings that IT manages, and updates of rules and models."""

HOST_ETC: Final = Path("/run/host/etc")
"""Where it shows the `/etc` of the computer."""


def seen(path: Path, *, info: Path = INFO, host_etc: Path = HOST_ETC) -> Path:
    """Where a file below `/etc` of the computer lies for this process.

    Args:
        path: where it lies outside of every sandbox.
        info: where a sandbox says what it shows.
        host_etc: where a sandbox shows `/etc`.

    Raises:
        ManagedUnusable: the sandbox does not show all that `NEEDED` names.
    """
    shown = _shown(info)
    if shown is None:
        return path
    hidden = [name for name in NEEDED if name not in shown]
    if hidden or not host_etc.is_dir():
        raise ManagedUnusable(
            f"the sandbox hides what your IT settled on this computer ({', '.join(hidden) or 'etc'}"
            "), so nothing is done: take back what was changed with `flatpak override --user "
            "--reset org.noteveil.NoteVeil`, and start it without options of your own"
        )
    return host_etc / path.relative_to("/etc")


def check_kept(folder: Path, *, info: Path = INFO, root: Path = Path("/")) -> None:
    """Go on, unless what is written into this folder is gone when the program ends.

    A folder that a sandbox does not share with the computer can be made and written in it all the
    same, in memory.

    Args:
        folder: it need not exist yet.
        info: where a sandbox says what it shows.
        root: the folder that lies in memory there.

    Raises:
        OutputError: it would be gone.
    """
    if not info.exists():
        return
    place = Path(os.path.realpath(folder))
    while not place.exists():
        place = place.parent
    if place.stat().st_dev == root.stat().st_dev:
        raise OutputError(
            f"{folder}: is not shared with the sandbox, and what is written there would be lost: "
            "choose a folder in Documents or Downloads, or let IT share it (`flatpak override "
            "--filesystem=FOLDER org.noteveil.NoteVeil`)"
        )


def _shown(info: Path) -> frozenset[str] | None:
    """What the sandbox shows of the computer; None: this is no sandbox.

    Raises:
        ManagedUnusable: it does not say.
    """
    parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
    try:
        with info.open(encoding="utf-8") as file:
            parser.read_file(file)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, configparser.Error):
        raise ManagedUnusable(
            f"{info}: cannot be read, so it is not known what the sandbox hides"
        ) from None
    entries = parser.get("Context", "filesystems", fallback="").split(";")
    # `:ro`, `:rw` and `:create` follow the name, and `!` stands before what is hidden.
    return frozenset(entry.partition(":")[0] for entry in entries)
