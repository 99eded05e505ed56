"""Whether the settings of a site are those that the log says were settled.

Their file can be changed with any editor. Each change that the program makes is recorded first, so
that the last record tells what the file should say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from deid import managed
from deid.audit.records import Anchored, MeasuringChanged
from deid.audit.store import AuditLog, Filter
from deid.site_settings import SiteSettings

_SETTLED: Final = re.compile(r"settled/([0-9]{1,9})/([0-9]{1,9})")
_DIGITS: Final = 4  # of a share, in its record


class Setting(StrEnum):
    """What is settled for a site. The value is its name in the file of settings."""

    WITNESS_FOLDERS = "witness_folders"
    WITNESS_DAYS = "witness_days"
    WITHHELD_SHARE = "withheld_share"


_KEYS: Final = {
    Setting.WITNESS_FOLDERS: managed.Name.WITNESS_FOLDERS,
    Setting.WITNESS_DAYS: managed.Name.WITNESS_DAYS,
}


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that is not what was last recorded of it.

    Attributes:
        found: what the file says; of the folders, how many.
        recorded: what the log says; of a setting that was never settled, what holds by itself.
    """

    setting: Setting
    found: float
    recorded: float


def differences(log: AuditLog, settings: SiteSettings) -> tuple[Difference, ...]:
    """Where the settings are not what the log says was settled last.

    A setting whose record may lie in an archive that is not attached is passed over, and so is one
    that IT manages. The names of
    the folders are not recorded, only how many there are.

    Raises:
        LogUnavailable: the log cannot be read.
        LogDamaged: a record of a change cannot be read.
    """
    recorded = _recorded(log)
    if not log.lacking():
        recorded = _by_itself() | recorded
    found, elsewhere = _of(settings), managed.current().locked
    return tuple(
        Difference(setting, found[setting], recorded[setting])
        for setting in Setting
        if setting in recorded
        and _KEYS.get(setting) not in elsewhere
        and found[setting] != recorded[setting]
    )


def difference_words(differences: tuple[Difference, ...]) -> Iterator[str]:
    """A few sentences for each difference, which say what to do."""
    for one in differences:
        yield (
            f"site.json does not say what was last recorded: {_words(one)}. Find out who changed "
            f"the file, and settle it anew with `{_command(one.setting)}`."
        )


def _words(one: Difference) -> str:
    match one.setting:
        case Setting.WITNESS_FOLDERS:
            return f"it names {one.found:g} witness folders, the log has recorded {one.recorded:g}"
        case Setting.WITNESS_DAYS:
            return (
                f"by it the witness may be {one.found:g} days old, by what the log has recorded "
                f"{one.recorded:g}"
            )
        case Setting.WITHHELD_SHARE:
            return (
                f"by it {one.found:.2%} of the sure findings are withheld from reviewers, by what "
                f"the log has recorded {one.recorded:.2%}"
            )


def _command(setting: Setting) -> str:
    match setting:
        case Setting.WITNESS_FOLDERS:
            return "deid audit witness --add FOLDER` or `--remove FOLDER"
        case Setting.WITNESS_DAYS:
            return "deid audit witness --longest-age DAYS"
        case Setting.WITHHELD_SHARE:
            return "deid audit measure-reviewers"


def _of(settings: SiteSettings) -> dict[Setting, float]:
    return {
        Setting.WITNESS_FOLDERS: len(settings.witness_folders),
        Setting.WITNESS_DAYS: settings.witness_days,
        Setting.WITHHELD_SHARE: round(settings.withheld_share, _DIGITS),
    }


def _by_itself() -> dict[Setting, float]:
    return _of(SiteSettings())


def _recorded(log: AuditLog) -> dict[Setting, float]:
    found: dict[Setting, float] = {}
    for record in log.select(Filter(kinds=(Anchored, MeasuringChanged))):
        match record.event:
            case Anchored(where=where):
                settled = _SETTLED.fullmatch(where)
                if settled:
                    found[Setting.WITNESS_FOLDERS] = int(settled[1])
                    found[Setting.WITNESS_DAYS] = int(settled[2])
            case MeasuringChanged(share=share):
                found[Setting.WITHHELD_SHARE] = round(share, _DIGITS)
    return found
