"""Where the data that travels with the program lies: in a checkout, a wheel or a frozen app."""

from __future__ import annotations

import os
import sys
from importlib import metadata
from pathlib import Path

from platformdirs import user_data_path

from deid import managed

_PACKAGE = Path(__file__).resolve().parent


def _data(folder: str) -> Path:
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        return Path(frozen) / folder
    inside_wheel = _PACKAGE / "data" / folder
    return inside_wheel if inside_wheel.is_dir() else _PACKAGE.parent / folder


def rule_packs() -> Path:
    """The folder of shipped rule packs (`*.yaml`)."""
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
    """The folder of shipped policies (`*.yaml`)."""
    return _data("rules") / "policies"


def models() -> Path:
    """The folder of shipped model packages, one folder each with a `manifest.json`."""
    return _data("models")


def home() -> Path:
    """The user's data folder: the log, the keys, the settings. `DEID_HOME` moves it.

    The folder need not exist yet.

    Raises:
        SettingLocked: IT manages where it is, and `DEID_HOME` says another place.
    """
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
