"""What was chosen for folders, and which are watched, as rows of the worklist's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from deid.worklist.database import Table
from deid.worklist.items import FolderChoice


def choice(table: Table, connection: sqlite3.Connection, folder: Path) -> FolderChoice | None:
    """What was chosen for a folder last."""
    place = table.fingerprint(folder)
    row = connection.execute(
        "SELECT choice FROM folders WHERE place = ? AND choice IS NOT NULL", (place,)
    ).fetchone()
    if row is None:
        return None
    policy, patient, output = table.unseal(row[0], place=_choice_place(place))
    return FolderChoice(policy, patient, None if output is None else Path(output))


def remember(
    table: Table, connection: sqlite3.Connection, folder: Path, chosen: FolderChoice
) -> None:
    """Keep what was chosen for a folder in place of what was kept before."""
    place = table.fingerprint(folder)
    output = None if chosen.output is None else str(chosen.output)
    sealed = table.seal([chosen.policy, chosen.patient, output], place=_choice_place(place))
    connection.execute(
        "INSERT INTO folders (place, choice) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET choice = excluded.choice",
        (place, sealed),
    )


def watch(table: Table, connection: sqlite3.Connection, folder: Path) -> None:
    """Keep that a folder is watched."""
    place = table.fingerprint(folder)
    connection.execute(
        "INSERT INTO folders (place, watched) VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET watched = excluded.watched",
        (place, table.seal(str(folder), place=_watched_place(place))),
    )


def unwatch(table: Table, connection: sqlite3.Connection, folder: Path) -> None:
    """Keep that a folder is no longer watched, and forget which of its files were taken."""
    place = table.fingerprint(folder)
    connection.execute("UPDATE folders SET watched = NULL WHERE place = ?", (place,))
    connection.execute("DELETE FROM folders WHERE watched IS NULL AND choice IS NULL")
    connection.execute("DELETE FROM taken WHERE folder = ?", (place,))


def watched(table: Table, connection: sqlite3.Connection) -> tuple[Path, ...]:
    """The folders that are watched, sorted."""
    rows = connection.execute("SELECT place, watched FROM folders WHERE watched IS NOT NULL")
    found = (table.unseal(sealed, place=_watched_place(place)) for place, sealed in rows)
    return tuple(sorted(map(Path, found)))


def take(table: Table, connection: sqlite3.Connection, paths: Iterable[Path]) -> tuple[Path, ...]:
    """Those of these files that no watched folder gave before, as they are now.

    A file that was written anew since is given once more; one that is gone is not.
    """
    folders = watched(table, connection)
    return tuple(path for path in paths if _take(table, connection, path, folders))


def _take(
    table: Table, connection: sqlite3.Connection, path: Path, folders: tuple[Path, ...]
) -> bool:
    try:
        details = path.stat()
    except OSError:
        return False
    above = next((folder for folder in folders if folder in path.parents), path.parent)
    seen = table.fingerprint(path, details.st_size, details.st_mtime_ns)
    done = connection.execute(
        "INSERT OR IGNORE INTO taken VALUES (?, ?)", (seen, table.fingerprint(above))
    )
    return bool(done.rowcount)


def _choice_place(place: str) -> str:
    return f"folders.choice/{place}"


def _watched_place(place: str) -> str:
    return f"folders.watched/{place}"
