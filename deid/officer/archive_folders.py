"""Where the archives of a log lie: folders that were named once, kept in a small file.

What is read there is compared with the hashes that the log has kept, so that it does not matter
who named a folder: a wrong one is of no use, and harms nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from deid.audit.archives import Archives, archive_name
from deid.audit.records import Archived
from deid.audit.store import AuditLog
from deid.officer.small_file import read_small, write_small

_FORMAT: Final = "noteveil-archives-1"
_MAX_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class AtHand:
    """Which archives of a log were found.

    Attributes:
        files: of those that were, from the oldest to the newest.
        lacking: what the log tells of those that were not, in the same order.
        unreachable: the folders that could not be read.
    """

    files: tuple[Path, ...] = ()
    lacking: tuple[Archived, ...] = ()
    unreachable: tuple[Path, ...] = ()


def folders_path(home: Path) -> Path:
    """Where the folders are kept in the data folder."""
    return home / "archives.json"


def read_archive_folders(home: Path) -> tuple[Path, ...]:
    """The folders in which archives are looked for, in the order in which they were named.

    Raises:
        ConfigurationError: the file that keeps them cannot be read or is damaged.
    """
    return read_small(
        folders_path(home), _parse, largest=_MAX_BYTES, remedy="name the folders anew"
    )


def name_archive_folders(home: Path, folders: Sequence[Path]) -> None:
    """Look for archives in these folders from now on; each is kept once, and made absolute.

    Raises:
        ConfigurationError: that cannot be kept.
    """
    kept = dict.fromkeys(str(folder.absolute()) for folder in folders)
    write_small(folders_path(home), {"format": _FORMAT, "folders": list(kept)})


def look_for_archives(
    folders: Sequence[Path], archived: Sequence[Archived], *, origin: str
) -> AtHand:
    """Look for archives by their names; what is in them is compared only where it is read.

    Args:
        folders: where; one that is not there is passed over, and told of.
        archived: what the log has archived.
        origin: name of the log.
    """
    names: dict[str, Path] = {}
    unreachable = []
    for folder in folders:
        try:
            found = {entry.name: entry for entry in folder.iterdir()}
        except OSError:
            unreachable.append(folder)
        else:
            names = found | names
    wanted = {one: archive_name(origin, one.first, one.stop) for one in archived}
    return AtHand(
        files=tuple(names[name] for name in wanted.values() if name in names),
        lacking=tuple(one for one, name in wanted.items() if name not in names),
        unreachable=tuple(unreachable),
    )


@contextmanager
def archives_attached(log: AuditLog, files: Sequence[Path]) -> Iterator[None]:
    """Within it, the log reads archived records from these files too.

    Args:
        log: of which they are archives.
        files: as `look_for_archives` gave them.

    Raises:
        LogUnavailable: a file cannot be read.
        VerificationFailed: one is damaged, or holds other records than the log has archived.
    """
    if not files:
        yield
        return
    # The name of the log matters only where folders are given.
    with Archives.open(files, origin="", archived=log.archived()) as archives:
        log.attach(archives)
        try:
            yield
        finally:
            log.attach(None)


def _parse(node: object) -> tuple[Path, ...]:
    if not isinstance(node, dict) or node.keys() != {"format", "folders"}:
        raise ValueError("not the names that it must have")
    folders = node["folders"]
    if node["format"] != _FORMAT or not isinstance(folders, list):
        raise ValueError("not of this form")
    if not all(isinstance(folder, str) for folder in folders):
        raise ValueError("not texts")
    return tuple(map(Path, folders))
