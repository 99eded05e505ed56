"""Where the program's data lies: as it came with it, or as the update in use brought it.

What came with the program lies in a checkout, a wheel or a frozen app.
"""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from platformdirs import user_data_path

from deid import managed

if TYPE_CHECKING:
    from deid.updates.installed import InstalledUpdate

_PACKAGE = Path(__file__).resolve().parent
_COMMON_APPDATA: Final = 0x23  # CSIDL_COMMON_APPDATA of shlobj_core.h
_LONGEST_PATH: Final = 260


class _Own:
    """The update that this process works with, once it was asked for."""

    asked = False
    update: InstalledUpdate | None = None


def shipped(folder: str) -> Path:
    """A folder of data as it came with the program, whatever update is in use."""
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / folder
    inside_wheel = _PACKAGE / "data" / folder
    return inside_wheel if inside_wheel.is_dir() else _PACKAGE.parent / folder


def update_root() -> Path:
    """The root metadata that vouches for updates; a build that was given none has no updates."""
    return shipped("trust") / "root.json"


def updates_folder() -> Path:
    """The machine's folder of updates. No environment variable moves it; it need not exist yet."""
    if sys.platform == "win32":
        import ctypes

        found = ctypes.create_unicode_buffer(_LONGEST_PATH)
        ctypes.windll.shell32.SHGetFolderPathW(None, _COMMON_APPDATA, None, 0, found)
        machine = Path(found.value) / "NoteVeil"
    elif sys.platform == "darwin":
        machine = Path("/Library/Application Support/NoteVeil")
    else:
        machine = Path("/var/lib/noteveil")
    return machine / "updates"


def update() -> InstalledUpdate | None:
    """The update of rules and models that this process works with; None: what it came with.

    It is looked for once, and each of its files compared with what was signed. A process that
    runs on while another update is installed goes on with the one that it began with.

    Raises:
        UpdateTampered: it is not what was signed.
    """
    if not _Own.asked:
        from deid.updates.installed import in_use

        _Own.update = in_use(updates_folder(), root=update_root(), version=version())
        _Own.asked = True
    return _Own.update


def work_with(update: InstalledUpdate) -> None:
    """Let this process work with an update that is not in use on the machine, to try it out."""
    _Own.update, _Own.asked = update, True


def _data(folder: str) -> Path:
    found = update()
    return found.folder / folder if found and folder in found.parts else shipped(folder)


def rule_packs() -> Path:
    """The folder of the program's rule packs (`*.yaml`)."""
    return _data("rules") / "packs"


def rare_rules() -> Path:
    """The folder of rules for details that identify by being rare (`*.yaml`)."""
    return _data("rules") / "rare"


def word_lists() -> Path:
    """The folder of word lists that rules and detectors name (`*.txt`, one entry a line)."""
    return _data("rules") / "lists"


def stand_in_names() -> Path:
    """The folder of the names that stand-ins come from (`*.txt`, a name and a weight a line)."""
    return _data("rules") / "names"


def policies() -> Path:
    """The folder of the program's policies (`*.yaml`)."""
    return _data("rules") / "policies"


def models() -> Path:
    """The folder of the program's model packages, one folder each with a `manifest.json`."""
    return _data("models")


def home() -> Path:
    """The user's data folder: the log, the keys, the settings. `DEID_HOME` moves it.

    The folder need not exist yet.

    Raises:
        SettingLocked: IT manages where it is, and `DEID_HOME` says another place.
        OutputError: in a sandbox, that does not share it with the computer.
    """
    folder = _home()
    managed.check_kept(folder)
    return folder


def _home() -> Path:
    moved = os.environ.get("DEID_HOME")
    settled = managed.current().home
    if settled is None:
        return Path(moved).expanduser() if moved else user_data_path("noteveil", appauthor=False)
    if moved and Path(moved).expanduser() != settled:
        raise managed.locked(
            managed.Name.LOG_FOLDER, f"DEID_HOME cannot move the data folder from {settled}"
        )
    return settled


def version() -> str:
    """The version of the installed program; `unreleased` in a checkout that is not installed."""
    try:
        return metadata.version("noteveil")
    except metadata.PackageNotFoundError:
        return "unreleased"
