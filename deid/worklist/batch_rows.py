"""Runs of the command line as rows of the worklist's file."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from deid.worklist.database import Table
from deid.worklist.item_rows import now
from deid.worklist.items import Batch


def begin(table: Table, connection: sqlite3.Connection, folder: Path, total: int) -> int:
    """Add a run and return its id."""
    time = now()
    (id_,) = connection.execute(
        "INSERT INTO batches (folder, total, started, heard) VALUES (x'', ?, ?, ?) RETURNING id",
        (total, time, time),
    ).fetchone()
    connection.execute(
        "UPDATE batches SET folder = ? WHERE id = ?",
        (table.seal(str(folder), place=_place(id_)), id_),
    )
    return int(id_)


def count(connection: sqlite3.Connection, id_: int, *, done: int, refused: int) -> None:
    """Set how far a run is."""
    connection.execute(
        "UPDATE batches SET done = ?, refused = ?, heard = ? WHERE id = ?",
        (done, refused, now(), id_),
    )


def end(connection: sqlite3.Connection, id_: int) -> None:
    """Set that a run ended now."""
    time = now()
    connection.execute("UPDATE batches SET heard = ?, ended = ? WHERE id = ?", (time, time, id_))


def every(table: Table, connection: sqlite3.Connection) -> tuple[Batch, ...]:
    """All runs, in the order in which they began."""
    rows = connection.execute(
        "SELECT id, folder, total, done, refused, started, heard, ended FROM batches ORDER BY id"
    )
    return tuple(
        Batch(
            id=id_,
            folder=Path(table.unseal(folder, place=_place(id_))),
            total=total,
            done=done,
            refused=refused,
            started=datetime.fromisoformat(started),
            heard=datetime.fromisoformat(heard),
            ended=None if ended is None else datetime.fromisoformat(ended),
        )
        for id_, folder, total, done, refused, started, heard, ended in rows
    )


def forget(connection: sqlite3.Connection, *, before: str, killed: bool) -> None:
    """Take out the runs that ended before this time.

    Args:
        connection: in a transaction.
        before: the time.
        killed: also those that never ended and were not heard of since.
    """
    connection.execute(
        "DELETE FROM batches WHERE heard < ? AND (ended IS NOT NULL OR ?)", (before, killed)
    )


def _place(id_: int) -> str:
    return f"batches.folder/{id_}"
