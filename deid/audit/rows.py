"""What the log's tables hold, as functions of an open connection."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from deid.audit import merkle, tiles
from deid.audit.canonical import decode, encode
from deid.audit.records import (
    TRAINING_EVENTS,
    Archived,
    Event,
    Record,
    RoleGranted,
    RoleWithdrawn,
    SignedOff,
)
from deid.errors import LogDamaged

STAYING: Final = (RoleGranted, RoleWithdrawn, SignedOff, Archived, *TRAINING_EVENTS)
"""Kinds of records that stay in the log when they are archived: later acts rest on them."""

_STAYING: Final = ", ".join(f"'{event.kind}'" for event in STAYING)


def add(connection: sqlite3.Connection, events: Sequence[Event], *, session: str) -> range:
    """Write events and the tiles that they change; their places in the log.

    Raises:
        LogDamaged: the tree lacks hashes.
        DefectError: an event does not have the form of its kind.
    """
    first, now = count(connection), datetime.now(UTC)
    bodies = [
        encode(Record(seq, now, session, event)) for seq, event in enumerate(events, start=first)
    ]
    connection.executemany(
        "INSERT INTO records (seq, body) VALUES (?, ?)",
        ((seq, body.decode()) for seq, body in enumerate(bodies, start=first)),
    )
    grown = tiles.grow(tile_reader(connection), first, map(merkle.leaf_hash, bodies))
    connection.executemany(
        "INSERT INTO tiles (row, number, hashes) VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET hashes = excluded.hashes",
        ((row, number, hashes) for (row, number), hashes in grown.items()),
    )
    return range(first, first + len(bodies))


def take_out(connection: sqlite3.Connection, first: int, stop: int) -> None:
    """Take out the records in `[first, stop)` but for those of the kinds `STAYING`."""
    connection.execute(
        f"DELETE FROM records WHERE seq >= ? AND seq < ? AND event NOT IN ({_STAYING})",  # noqa: S608
        (first, stop),
    )


def count_staying(connection: sqlite3.Connection, first: int, stop: int) -> int:
    """How many records in `[first, stop)` are of the kinds `STAYING`."""
    (found,) = connection.execute(
        f"SELECT count(*) FROM records WHERE event IN ({_STAYING}) AND seq >= ? AND seq < ?",  # noqa: S608
        (first, stop),
    ).fetchone()
    return int(found)


def count(connection: sqlite3.Connection) -> int:
    """How many records the log has, by the number of the last."""
    (last,) = connection.execute("SELECT max(seq) FROM records").fetchone()
    return 0 if last is None else int(last) + 1


def last_checkpoint(connection: sqlite3.Connection) -> str | None:
    """The newest checkpoint kept; None where there is none."""
    kept = connection.execute("SELECT note FROM checkpoints ORDER BY id DESC LIMIT 1").fetchone()
    return None if kept is None else str(kept[0])


def archived(connection: sqlite3.Connection) -> tuple[Archived, ...]:
    """What was moved to archives, from the oldest to the newest.

    Raises:
        LogDamaged: the records of it cannot be read, or do not fit together.
    """
    found: list[Archived] = []
    for seq, body in connection.execute(
        "SELECT seq, CAST(body AS BLOB) FROM records WHERE event = ? ORDER BY seq",
        (Archived.kind,),
    ):
        event = decode(body, seq=seq).event
        if (
            not isinstance(event, Archived)
            or event.first != archived_until(found)
            or not event.first < event.stop <= seq
        ):
            raise LogDamaged(f"record {seq}: what it says was archived does not fit the log")
        found.append(event)
    return tuple(found)


def archived_until(events: Sequence[Archived]) -> int:
    """The place from which on nothing is archived."""
    return events[-1].stop if events else 0


def tile_reader(connection: sqlite3.Connection) -> tiles.ReadTile:
    """Reads a stored tile; one that is not there is empty."""

    def read(row: int, number: int) -> bytes:
        found = connection.execute(
            "SELECT hashes FROM tiles WHERE row = ? AND number = ?", (row, number)
        ).fetchone()
        return b"" if found is None else bytes(found[0])

    return read
