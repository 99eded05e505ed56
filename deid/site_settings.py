"""What the privacy officer settles for a site: a small file in its data folder.

It is not for taste, which the window keeps elsewhere: each change of it is recorded in the log.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deid.audit.files import private_folder, scratch_beside
from deid.errors import ConfigurationError

_FORMAT: Final = "noteveil-site-1"
_MAX_BYTES: Final = 4096
_MEND: Final = "set it anew with `deid audit measure-reviewers`"


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """What holds for everybody who works with a data folder.

    Attributes:
        withheld_share: the part of the sure findings of a note that its reviewer is not shown, to
            measure what reviewers catch; 0 to 1, and 0 unless somebody chose otherwise.
    """

    withheld_share: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what is no share.

        Raises:
            ValueError: the share does not lie between 0 and 1.
        """
        if not 0 <= self.withheld_share <= 1:
            raise ValueError("the share withheld does not lie between 0 and 1")


def settings_path(home: Path) -> Path:
    """Where the settings lie in the user's data folder."""
    return home / "site.json"


def read_settings(home: Path) -> SiteSettings:
    """The settings of a data folder; where there are none, nothing is withheld.

    Raises:
        ConfigurationError: the file cannot be read, is damaged, or others may write to it.
    """
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

    Args:
        home: the data folder.
        settings: from now on.
        record: writes to the log that they do; called once they are on the disk, right before
            they hold. If it fails, the old ones still do.

    Raises:
        ConfigurationError: the file cannot be written.
    """
    path = settings_path(home)
    node = {"format": _FORMAT, "withheld_share": settings.withheld_share}
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
        finally:
            scratch.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"{path}: cannot be written ({error.strerror}): check the rights of its folder"
        ) from None


def _parse(node: object) -> SiteSettings:
    if not isinstance(node, dict) or node.keys() != {"format", "withheld_share"}:
        raise ValueError("not the names that it must have")
    share = node["withheld_share"]
    if node["format"] != _FORMAT or type(share) not in (int, float):
        raise ValueError("not of this form")
    return SiteSettings(float(share))


def _check_private(details: os.stat_result, path: Path) -> None:
    if os.name == "nt":
        return
    others_may_write = details.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    if others_may_write or details.st_uid not in (os.geteuid(), 0):
        raise ConfigurationError(f"{path}: other users may change it: {_MEND}")
