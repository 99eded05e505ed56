"""Archiving as an act of an administrator."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from deid.audit.archive import Moved as Moved
from deid.audit.archive import Told, archive, place_of
from deid.audit.records import Archived as Archived
from deid.audit.roles import Permission
from deid.officer.desk import Desk


def archive_records(
    desk: Desk, folder: Path, *, stop: int, told: Told | None = None
) -> Moved | None:
    """Move the oldest records to an archive, see `deid.audit.archive.archive`.

    Args:
        desk: at which an administrator is unlocked.
        folder: where the archive will lie.
        stop: place behind the last record to move; fewer go where a note would be parted.
        told: is told how far it is.

    Raises:
        NotPermitted: no administrator is unlocked; nothing was moved.
        AuditError: the log does not allow it; nothing was moved.
        OutputError: the archive cannot be written; nothing was moved.
    """
    desk.require(Permission.ARCHIVE)  # before anything is written
    signer = desk.keys.signer
    return archive(desk.log, signer, folder, stop=stop, take_out=desk.move_out, told=told)


def archive_before(
    desk: Desk, folder: Path, *, moment: datetime, told: Told | None = None
) -> Moved | None:
    """Move the records before a point in time to an archive, see `archive_records`."""
    return archive_records(desk, folder, stop=place_of(desk.log, moment), told=told)
