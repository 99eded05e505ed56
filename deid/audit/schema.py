"""SQLite files that hold just the tables they should: how they come to be, how they are told."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path

from deid.files import private_folder, publish, scratch_beside


def create(
    path: Path, script: str, fill: Callable[[sqlite3.Connection], object] = lambda _: None
) -> None:
    """Make a file with these tables, unless there is one. Several processes may do so at once.

    Args:
        path: the file; it appears only when it is whole, in a folder for the user alone.
        script: makes the tables.
        fill: puts in what is there from the start.

    Raises:
        OSError: the folder cannot be made or written.
        sqlite3.Error: SQLite cannot write the file.
    """
    if path.exists():
        return
    private_folder(path.parent)
    scratch = scratch_beside(path)
    try:
        with closing(sqlite3.connect(scratch)) as connection:
            connection.executescript(script)
            fill(connection)
            connection.commit()
            connection.execute("PRAGMA journal_mode = WAL")
        publish(scratch, path)
    finally:
        scratch.unlink(missing_ok=True)


def has_only(connection: sqlite3.Connection, script: str) -> bool:
    """Whether a file holds the tables that this script makes, and nothing else.

    A trigger that somebody planted would change what is written.
    """
    return _things(connection) == _things_of(script)


def _things(connection: sqlite3.Connection) -> frozenset[tuple[str, ...]]:
    return frozenset(connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


@cache
def _things_of(script: str) -> frozenset[tuple[str, ...]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(script)
        return _things(connection)
