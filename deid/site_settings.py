"""What the privacy officer settles for a site: a small file in its data folder.

It is not for taste, which the window keeps elsewhere: each change of it is recorded in the log.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from deid import managed
from deid.errors import ConfigurationError
from deid.files import private_folder, scratch_beside, sync_folder

_FORMAT: Final = "noteveil-site-1"
_MAX_BYTES: Final = 1 << 16
_MEND: Final = "set it anew with `deid audit measure-reviewers` and `deid audit witness`"
_NAMES: Final = frozenset({"format", "withheld_share"})
_WITNESS_NAMES: Final = frozenset({"witness_folders", "witness_days"})
_WITNESS_DAYS: Final = 7
MOST_WITNESS_DAYS: Final = 366
"""A witness is not to be older than this, whatever is settled."""


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What holds for everybody who works with a data folder.

    Attributes:
        withheld_share: the part of the sure findings of a note that its reviewer is not shown, to
            measure what reviewers catch; 0 to 1, and 0 unless somebody chose otherwise.
        witness_folders: absolute paths of folders outside the machine that keep checkpoints, see
            `deid.officer.witness`.
        witness_days: the newest checkpoint there is to be no older, in days from 1 to 366.
    """

    withheld_share: float = 0.0
    witness_folders: tuple[str, ...] = ()
    witness_days: int = _WITNESS_DAYS

    def __post_init__(self) -> None:
        """Refuse what is no share, and what is no number of days.

        Raises:
            ValueError: the share does not lie between 0 and 1, or the days not between 1 and 366.
        """
        if not 0 <= self.withheld_share <= 1:
            raise ValueError("the share withheld does not lie between 0 and 1")
        if not 1 <= self.witness_days <= MOST_WITNESS_DAYS:
            raise ValueError("the longest age of a witness does not lie between 1 and 366 days")


def settings_path(home: Path) -> Path:
    """Where the settings lie in the user's data folder."""
    return home / "site.json"


def read_settings(home: Path) -> SiteSettings:
    """The settings that hold for a data folder; where there are none, nothing is withheld.

    What IT manages holds whatever the file says.

    Raises:
        ConfigurationError: the file cannot be read, is damaged, or others may write to it.
    """
    stored, here = _stored(home), managed.current()
    return replace(
        stored,
        witness_folders=here.witness_folders or stored.witness_folders,
        witness_days=here.witness_days or stored.witness_days,
    )


def settings_to_change(home: Path) -> SiteSettings:
    """The settings as the file has them; where it cannot be used, those of a new one."""
    try:
        return _stored(home)
    except ConfigurationError:
        return SiteSettings()


def _stored(home: Path) -> SiteSettings:
    path = settings_path(home)
    try:
        with path.open("rb") as file:
            _check_private(os.fstat(file.fileno()), path)
            raw = file.read(_MAX_BYTES)
    except FileNotFoundError:
        return SiteSettings()
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read ({error.strerror})") from None
    try:
        return _parse(json.loads(raw))
    except (ValueError, RecursionError):
        raise ConfigurationError(f"{path}: damaged: {_MEND}") from None


def change_settings(home: Path, settings: SiteSettings, *, record: Callable[[], object]) -> None:
    """Let other settings hold.

    As with a release, the record goes first: settings that nobody recorded never hold. Where the
    program or the disk fails right between, the log tells of settings that do not hold yet, and to
    settle them again mends that.

    Args:
        home: the data folder.
        settings: from now on.
        record: writes to the log that they do; called once they are on the disk, right before
            they hold. If it fails, the old ones still do.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    path = settings_path(home)
    node = {
        "format": _FORMAT,
        "withheld_share": settings.withheld_share,
        "witness_folders": settings.witness_folders,
        "witness_days": settings.witness_days,
    }
    try:
        private_folder(home)
        scratch = scratch_beside(path)
        try:
            with scratch.open("w", encoding="ascii", newline="\n") as file:
                file.write(json.dumps(node) + "\n")
                file.flush()
                os.fsync(file.fileno())
            record()
            scratch.replace(path)
            sync_folder(path.parent)
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be written ({error.strerror}): check the rights of its folder"
        ) from None


def _parse(node: object) -> SiteSettings:
    # A file that was written before there were witnesses does not name them.
    if not isinstance(node, dict) or node.keys() - _WITNESS_NAMES != _NAMES:
        raise ValueError("not the names that it must have")
    share, days = node["withheld_share"], node.get("witness_days", _WITNESS_DAYS)
    folders = node.get("witness_folders", [])
    if node["format"] != _FORMAT or type(share) not in (int, float) or type(days) is not int:
        raise ValueError("not of this form")
    if not isinstance(folders, list) or not all(isinstance(folder, str) for folder in folders):
        raise ValueError("not of this form")
    return SiteSettings(float(share), tuple(folders), days)


def _check_private(details: os.stat_result, path: Path) -> None:
    if sys.platform != "win32" and (
        details.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or details.st_uid not in (os.geteuid(), 0)
    ):
        raise ConfigurationError(f"{path}: other users may change it: {_MEND}")
