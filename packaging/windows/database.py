"""What `wixl` cannot write, or writes otherwise than it must be: whole tables, put in after it.

Words and numbers as in the reference of the Windows Installer database (Windows SDK).
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntFlag
from typing import Final

from windows.content import Content, Place
from windows.rows import Field, Table
from windows.wix import ABOUT, NAME, PATH_ENTRY, PUBLISHER

_TEXT, _WORDS, _KEY = "l255", "S255", "s72"
_RIGHTS: Final = "O:BAG:BAD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)"
"""Of the machine's folder, in SDDL: the system and administrators do all, users read."""

_REMEMBER: Final = "SetInstallLocation"
_PURGE: Final = "PurgeMachineFolder"
_INSTALLER_5: Final = 500
_X64_ENGLISH: Final = "x64;1033"
_COMPRESSED_LONG_NAMES: Final = 2
_READ_ONLY_RECOMMENDED: Final = 2
_WINDOWS_1252: Final = 1252

_NO_ADVERTISING: Final = 8
_NEVER_ABSENT: Final = 16


class Custom(IntFlag):
    """What makes the type of a custom action."""

    SET_PROPERTY = 51
    RUN_IN_FOLDER = 34
    GOES_ON_IF_IT_FAILS = 64
    DEFERRED = 1024
    AS_THE_SYSTEM = 2048


SEQUENCE: Final = (
    ("FindRelatedProducts", None, 25),
    ("AppSearch", None, 50),
    ("LaunchConditions", None, 100),
    ("ValidateProductID", None, 700),
    ("CostInitialize", None, 800),
    ("FileCost", None, 900),
    ("CostFinalize", None, 1000),
    (_REMEMBER, "NOT Installed", 1010),
    ("MigrateFeatureStates", None, 1200),
    ("InstallValidate", None, 1400),
    ("InstallInitialize", None, 1500),
    # In the transaction: if the new version cannot be installed, the old one comes back.
    ("RemoveExistingProducts", None, 1510),
    ("ProcessComponents", None, 1600),
    ("UnpublishFeatures", None, 1800),
    ("RemoveShortcuts", None, 3200),
    ("RemoveEnvironmentStrings", None, 3300),
    ("RemoveFiles", None, 3500),
    ("RemoveFolders", None, 3600),
    ("CreateFolders", None, 3700),
    ("InstallFiles", None, 4000),
    ("CreateShortcuts", None, 4500),
    ("WriteEnvironmentStrings", None, 5200),
    ("RegisterUser", None, 6000),
    ("RegisterProduct", None, 6100),
    ("PublishFeatures", None, 6300),
    ("PublishProduct", None, 6400),
    (_PURGE, 'REMOVE="ALL" AND PURGE="1" AND NOT UPGRADINGPRODUCTCODE', 6590),
    ("InstallFinalize", None, 6600),
)
"""What is done, when, and in which order."""


SECURE: Final = (
    *("ADDTOPATH", "DESKTOPSHORTCUT", "PURGE"),
    *("WIX_DOWNGRADE_DETECTED", "WIX_UPGRADE_DETECTED"),
)
"""Properties that count where Windows Installer runs for somebody else; the first are options."""


def changes() -> tuple[str, ...]:
    """What is changed of tables that `wixl` writes, in the SQL of the installer."""
    names = ";".join(SECURE)
    which = "`Property` = 'SecureCustomProperties'"
    return (f"UPDATE `Property` SET `Value` = '{names}' WHERE {which}",)


def tables() -> tuple[Table, ...]:
    """All tables that are put in but the summary."""
    return (_features(), _choices(), _actions(), _sequence(), _environment(), _rights())


def summary(content: Content, package_code: str) -> Table:
    """The summary of the package, dated with the sources.

    Its date has no time zone: `msibuild` must run in that of UTC.
    """
    date = datetime.fromtimestamp(content.epoch, UTC).strftime("%Y/%m/%d %H:%M:%S")
    rows: tuple[tuple[int, Field], ...] = (
        (1, _WINDOWS_1252),
        (2, "Installation Database"),
        (3, f"{NAME} {content.version}"),
        (4, PUBLISHER),
        (5, "Installer"),
        (6, ABOUT),
        (7, _X64_ENGLISH),
        (9, package_code),
        (12, date),
        (13, date),
        (14, _INSTALLER_5),
        (15, _COMPRESSED_LONG_NAMES),
        (18, "wixl and msibuild"),
        (19, _READ_ONLY_RECOMMENDED),
    )
    columns = (("PropertyId", "i2"), ("Value", _TEXT))
    return Table("_SummaryInformation", columns, ("PropertyId",), rows)


def _features() -> Table:
    columns = (
        ("Feature", "s38"),
        ("Feature_Parent", "S38"),
        ("Title", "L64"),
        ("Description", "L255"),
        ("Display", "I2"),
        ("Level", "i2"),
        ("Directory_", "S72"),
        ("Attributes", "i2"),
    )
    always = _NO_ADVERTISING | _NEVER_ABSENT
    rows = (
        ("Program", None, NAME, ABOUT, 1, 1, Place.PROGRAMS.value, always),
        ("Path", "Program", "deid on the PATH", None, 2, 1, None, _NO_ADVERTISING),
        ("Desktop", "Program", "Shortcut on the desktop", None, 4, 1000, None, _NO_ADVERTISING),
    )
    return Table("Feature", columns, ("Feature",), rows)


def _choices() -> Table:
    """Which features are installed unless they are named; above level 1 they are not.

    Never level 0: what has it is not removed either.
    """
    columns = (("Feature_", "s38"), ("Level", "i2"), ("Condition", _WORDS))
    rows = (("Path", 1000, 'ADDTOPATH="0"'), ("Desktop", 1, 'DESKTOPSHORTCUT="1"'))
    return Table("Condition", columns, ("Feature_", "Level"), rows)


def _actions() -> Table:
    columns = (
        ("Action", _KEY),
        ("Type", "i2"),
        ("Source", "S72"),
        ("Target", "S255"),
        ("ExtendedType", "I4"),
    )
    purge = Custom.RUN_IN_FOLDER | Custom.DEFERRED | Custom.AS_THE_SYSTEM
    purge |= Custom.GOES_ON_IF_IT_FAILS
    remove = f'"[System64Folder]cmd.exe" /d /c rmdir /s /q "[{Place.MACHINE.value}]"'
    programs = f"[{Place.PROGRAMS.value}]"
    rows = (
        (_PURGE, purge.value, "System64Folder", remove, None),
        (_REMEMBER, Custom.SET_PROPERTY.value, "ARPINSTALLLOCATION", programs, None),
    )
    return Table("CustomAction", columns, ("Action",), rows)


def _sequence() -> Table:
    columns = (("Action", _KEY), ("Condition", _WORDS), ("Sequence", "I2"))
    return Table("InstallExecuteSequence", columns, ("Action",), SEQUENCE)


def _environment() -> Table:
    """The folder of the programs at the end of the computer's PATH, until they are removed."""
    columns = (("Environment", _KEY), ("Name", _TEXT), ("Value", "L255"), ("Component_", _KEY))
    row = ("Path", "=-*PATH", f"[~];[{Place.PROGRAMS.value}]", PATH_ENTRY)
    return Table("Environment", columns, ("Environment",), (row,))


def _rights() -> Table:
    columns = (
        ("MsiLockPermissionsEx", _KEY),
        ("LockObject", _KEY),
        ("Table", "s32"),
        ("SDDLText", "s0"),
        ("Condition", _WORDS),
    )
    row = ("MachineFolder", Place.MACHINE.value, "CreateFolder", _RIGHTS, None)
    return Table("MsiLockPermissionsEx", columns, ("MsiLockPermissionsEx",), (row,))
