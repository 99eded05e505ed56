"""The notes in work as rows of the worklist's file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from deid.errors import WorklistUnusable
from deid.worklist.database import Table
from deid.worklist.items import Item, ItemState, Origin

EXAMINED: Final = frozenset({ItemState.REVIEW, ItemState.READY})
"""The states of a note that was examined and whose redacted copy was not released."""

_COLUMNS: Final = "id, about, origin, state, added, length, marks, uncertain, batch"


@dataclass(frozen=True, slots=True)
class Progress:
    """What is told of a note whose state is set; what is None stays as it was.

    Attributes:
        reason: why it is refused; empty: it is not.
        length: in code points.
        marks: how many findings are replaced.
        uncertain: how many findings are uncertain.
        policy: name of the policy.
        target: where the redacted copy lies.
        certain_from: from which certainty on a finding was not counted as uncertain, 0 to 1.
        saving: where the redacted copy is about to be written; None: nowhere.
    """

    reason: str = ""
    length: int | None = None
    marks: int | None = None
    uncertain: int | None = None
    policy: str | None = None
    target: Path | None = None
    certain_from: float | None = None
    saving: Path | None = None


def now() -> str:
    """The present time as the file keeps it: UTC, and in an order that text has too."""
    return stamp(datetime.now(UTC))


def stamp(time: datetime) -> str:
    """A time as the file keeps it."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


def insert(
    table: Table,
    connection: sqlite3.Connection,
    path: Path | None,
    *,
    origin: Origin,
    text: str | None = None,
    part: int | None = None,
    file_id: int | None = None,
) -> int:
    """Add a note and return its id."""
    if path is not None:
        path = path.absolute()
    place = None if path is None else _file_place(table, path, part)
    time = now()
    (id_,) = connection.execute(
        "INSERT INTO items (place, about, origin, state, added, changed)"
        " VALUES (?, x'', ?, ?, ?, ?) RETURNING id",
        (place, origin, ItemState.WAITING, time, time),
    ).fetchone()
    name = "" if path is None else path.name
    about = _about(name=name, path=path, part=part, file_id=file_id)
    sealed = None if text is None else table.seal(text, place=_text_place(id_))
    connection.execute(
        "UPDATE items SET about = ?, text = ? WHERE id = ?",
        (table.seal(about, place=_place(id_)), sealed, id_),
    )
    return int(id_)


def split(table: Table, connection: sqlite3.Connection, item: Item, count: int) -> tuple[Item, ...]:
    """Let the notes of a file stand in its place; such as are in work already stay as they are."""
    if item.path is None:
        raise _missing(item.id)
    ids = []
    for part in range(count):
        known = find_open(table, connection, item.path, part=part)
        ids.append(
            known
            or insert(
                table,
                connection,
                item.path,
                origin=item.origin,
                part=part,
                file_id=item.id,
            )
        )
    delete(connection, [item.id])
    return tuple(one(table, connection, id_) for id_ in ids)


def find_open(
    table: Table, connection: sqlite3.Connection, path: Path, *, part: int | None = None
) -> int | None:
    """The id of the note of this file that is not done; None: there is none.

    Args:
        table: the file of the worklist.
        connection: to it.
        path: of the file.
        part: number of the note in it, from 0; None: the file as a whole.
    """
    row = connection.execute(
        "SELECT id FROM items WHERE place = ? AND state != ? ORDER BY id DESC",
        (_file_place(table, path, part), ItemState.DONE),
    ).fetchone()
    return None if row is None else int(row[0])


def every(table: Table, connection: sqlite3.Connection) -> tuple[Item, ...]:
    """All notes, in the order in which they or their files came."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM items ORDER BY id")  # noqa: S608
    return tuple(sorted((_item(table, row) for row in rows), key=order_of))


def order_of(item: Item) -> tuple[int, int]:
    """Where a note stands among all, as a value to sort by: those of a file together."""
    return item.file_id or item.id, -1 if item.part is None else item.part


def find(table: Table, connection: sqlite3.Connection, id_: int) -> Item | None:
    """The note of this id; None: there is none."""
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM items WHERE id = ?",  # noqa: S608
        (id_,),
    ).fetchone()
    return None if row is None else _item(table, row)


def one(table: Table, connection: sqlite3.Connection, id_: int) -> Item:
    """The note of this id.

    Raises:
        WorklistUnusable: there is none.
    """
    item = find(table, connection, id_)
    if item is None:
        raise _missing(id_)
    return item


def recounted(item: Item, uncertain: int) -> ItemState:
    """How far an examined note is once so many of its findings count as uncertain."""
    if uncertain:
        return ItemState.REVIEW
    # What no finding holds up may still be held up by what is left in its result.
    return ItemState.READY if item.uncertain else item.state


def update(
    table: Table, connection: sqlite3.Connection, id_: int, state: ItemState, told: Progress
) -> None:
    """Set how far a note is.

    Raises:
        WorklistUnusable: there is no such note.
    """
    item = one(table, connection, id_)
    about = _about(
        name=item.name,
        path=item.path,
        reason=told.reason,
        policy=item.policy if told.policy is None else told.policy,
        target=item.target if told.target is None else told.target,
        saving=told.saving,
        certain_from=item.certain_from if told.certain_from is None else told.certain_from,
        part=item.part,
        file_id=item.file_id,
    )
    connection.execute(
        "UPDATE items SET about = ?, state = ?, changed = ?, length = coalesce(?, length),"
        " marks = coalesce(?, marks), uncertain = coalesce(?, uncertain) WHERE id = ?",
        (
            table.seal(about, place=_place(id_)),
            state,
            now(),
            told.length,
            told.marks,
            told.uncertain,
            id_,
        ),
    )


def refuse(
    table: Table,
    connection: sqlite3.Connection,
    path: Path,
    *,
    reason: str,
    origin: Origin,
    batch: int | None,
) -> int:
    """Add a file as refused, unless it is in work and not refused; return the id of its note."""
    id_ = find_open(table, connection, path)
    if id_ is None:
        id_ = insert(table, connection, path, origin=origin)
    elif one(table, connection, id_).state is not ItemState.REFUSED:
        return id_
    update(table, connection, id_, ItemState.REFUSED, Progress(reason))
    connection.execute("UPDATE items SET batch = coalesce(?, batch) WHERE id = ?", (batch, id_))
    return id_


def text_of(table: Table, connection: sqlite3.Connection, id_: int) -> str:
    """The text of a typed note.

    Raises:
        WorklistUnusable: there is no such note, or its text is that of its file.
    """
    row = connection.execute(
        "SELECT text FROM items WHERE id = ? AND text IS NOT NULL", (id_,)
    ).fetchone()
    if row is None:
        raise _missing(id_)
    return str(table.unseal(row[0], place=_text_place(id_)))


def delete(connection: sqlite3.Connection, ids: Iterable[int]) -> None:
    """Take notes out."""
    connection.executemany("DELETE FROM items WHERE id = ?", ((id_,) for id_ in ids))


def finished(connection: sqlite3.Connection, *, before: str) -> Sequence[int]:
    """The ids of notes that were done before this time."""
    rows = connection.execute(
        "SELECT id FROM items WHERE state = ? AND changed < ?", (ItemState.DONE, before)
    )
    return [int(id_) for (id_,) in rows]


def _about(
    *,
    name: str,
    path: Path | None,
    reason: str = "",
    policy: str = "",
    target: Path | None = None,
    saving: Path | None = None,
    certain_from: float | None = None,
    part: int | None = None,
    file_id: int | None = None,
) -> list[str | float | None]:
    paths = _written(target), _written(saving)
    return [name, _written(path), reason, policy, *paths, certain_from, part, file_id]


def _written(path: Path | None) -> str | None:
    return None if path is None else str(path)


def _read_path(written: str | None) -> Path | None:
    return None if written is None else Path(written)


def _item(table: Table, row: Sequence[Any]) -> Item:
    id_, about, origin, state, added, length, marks, uncertain, batch = row
    name, path, reason, policy, target, *more = table.unseal(about, place=_place(id_))
    # The first files of this version ended with the target, later ones with the certainty.
    saving, certain_from, part, file_id = (*more, None, None, None, None)[:4]
    return Item(
        id=id_,
        name=name,
        path=_read_path(path),
        origin=Origin(origin),
        state=ItemState(state),
        added=datetime.fromisoformat(added),
        reason=reason,
        length=length,
        marks=marks,
        uncertain=uncertain,
        policy=policy,
        target=_read_path(target),
        batch=batch,
        certain_from=certain_from,
        saving=_read_path(saving),
        part=part,
        file_id=file_id,
    )


def _file_place(table: Table, path: Path, part: int | None) -> str:
    return table.fingerprint(path) if part is None else table.fingerprint(path, part)


def _place(id_: int) -> str:
    return f"items.about/{id_}"


def _text_place(id_: int) -> str:
    return f"items.text/{id_}"


def _missing(id_: int) -> WorklistUnusable:
    return WorklistUnusable(f"worklist: there is no note {id_}, or not its text: list them anew")
