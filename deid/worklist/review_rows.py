"""Reviews as rows of the worklist's file: how each began, and every step since."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from deid.datatypes import Document
from deid.errors import WorklistUnusable
from deid.review import (
    Act,
    Review,
    Standard,
    Step,
    Tally,
    act_from_json,
    act_to_json,
    apply,
    from_json,
    marks_from_json,
    to_json,
)
from deid.worklist.database import Table
from deid.worklist.history import History, fold


@dataclass(frozen=True, slots=True)
class KeptReview:
    """A review as it was left.

    Attributes:
        review: with every step that was kept.
        content: SHA-256 of the bytes that the note was read from.
        made_with: digest of the rules, model and policy that the note was examined with.
    """

    review: Review
    content: str
    made_with: str


def keep(
    table: Table,
    connection: sqlite3.Connection,
    item: int,
    review: Review,
    *,
    content: str,
    made_with: str,
) -> None:
    """Keep a review in place of what was kept of the note before; its steps are forgotten.

    Raises:
        WorklistUnusable: there is no such note.
    """
    if connection.execute("SELECT 1 FROM items WHERE id = ?", (item,)).fetchone() is None:
        raise WorklistUnusable(f"worklist: there is no note {item}: list them anew")
    sealed = table.seal([content, made_with, to_json(review)], place=_snapshot_place(item))
    connection.execute(
        "INSERT INTO reviews (item, revision, snapshot) VALUES (?, 1, ?)"
        " ON CONFLICT DO UPDATE SET revision = revision + 1, snapshot = excluded.snapshot",
        (item, sealed),
    )
    _forget_steps(connection, [item])


def forget(connection: sqlite3.Connection, items: Sequence[int]) -> None:
    """Forget the reviews of these notes, and their steps."""
    connection.executemany("DELETE FROM reviews WHERE item = ?", ((item,) for item in items))
    _forget_steps(connection, items)


def _forget_steps(connection: sqlite3.Connection, items: Sequence[int]) -> None:
    connection.executemany(
        "UPDATE steps SET act = NULL WHERE item = ?", ((item,) for item in items)
    )
    # What was forgotten before the first step that is kept changes nothing any more.
    connection.execute(
        "DELETE FROM steps WHERE act IS NULL AND seq < coalesce("
        "(SELECT min(seq) FROM steps WHERE act IS NOT NULL),"
        " (SELECT 1 + max(seq) FROM steps))"
    )


def add_step(table: Table, connection: sqlite3.Connection, item: int, act: Act, step: Step) -> None:
    """Keep one more step of the review that is kept of a note."""
    connection.execute("UPDATE reviews SET revision = revision + 1 WHERE item = ?", (item,))
    (seq,) = connection.execute(
        "INSERT INTO steps (item, step) VALUES (?, ?) RETURNING seq", (item, step)
    ).fetchone()
    sealed = table.seal(act_to_json(act), place=_step_place(item, seq))
    connection.execute("UPDATE steps SET act = ? WHERE seq = ?", (sealed, seq))


def revision(connection: sqlite3.Connection, item: int) -> int | None:
    """A number that each change of the kept review of a note raises; None: no review is kept."""
    row = connection.execute("SELECT revision FROM reviews WHERE item = ?", (item,)).fetchone()
    return None if row is None else int(row[0])


def read(
    table: Table, connection: sqlite3.Connection, item: int, document: Document, *, content: str
) -> KeptReview | None:
    """The review of a note as it was left; None: none was kept, or one of other content.

    Raises:
        WorklistUnusable: it cannot be read, or is not one of this document.
    """
    row = connection.execute("SELECT snapshot FROM reviews WHERE item = ?", (item,)).fetchone()
    if row is None:
        return None
    kept_of, made_with, written = table.unseal(row[0], place=_snapshot_place(item))
    if kept_of != content:
        return None
    try:
        review = from_json(document, written)
        for act, step in _steps(table, connection, item):
            review = apply(review, act, step=step)
    except ValueError:
        raise _misfit(item) from None
    return KeptReview(review, kept_of, made_with)


def tally(
    table: Table, connection: sqlite3.Connection, item: int, standard: Standard
) -> Tally | None:
    """How many marks of each kind the kept review of a note holds; None: none is kept.

    Needs no text: the marks with which it began, and those that went and came since.

    Raises:
        WorklistUnusable: it cannot be read.
    """
    row = connection.execute("SELECT snapshot FROM reviews WHERE item = ?", (item,)).fetchone()
    if row is None:
        return None
    _, _, written = table.unseal(row[0], place=_snapshot_place(item))
    try:
        found = standard.tally(marks_from_json(written))
        for act, step in _steps(table, connection, item):
            gone, come = standard.tally(act.before), standard.tally(act.after)
            found = found - come + gone if step is Step.UNDONE else found - gone + come
    except ValueError:
        raise _misfit(item) from None
    return found


def _steps(table: Table, connection: sqlite3.Connection, item: int) -> Iterator[tuple[Act, Step]]:
    """What was done since the review that is kept began, oldest first."""
    rows = connection.execute(
        "SELECT seq, step, act FROM steps WHERE item = ? AND act IS NOT NULL ORDER BY seq", (item,)
    )
    for seq, step, sealed in rows:
        yield act_from_json(table.unseal(sealed, place=_step_place(item, seq))), Step(step)


def _misfit(item: int) -> WorklistUnusable:
    return WorklistUnusable(
        f"worklist: what is kept of the review of note {item} does not fit its text: take the "
        "note out of the list and add it anew"
    )


def history(table: Table, connection: sqlite3.Connection) -> History:
    """The steps of all notes, as what can be taken back and done again.

    Raises:
        WorklistUnusable: a step cannot be read.
    """
    rows = connection.execute("SELECT seq, item, step, act FROM steps ORDER BY seq")
    return fold(
        (
            item,
            None
            if sealed is None
            else act_from_json(table.unseal(sealed, place=_step_place(item, seq))),
            Step(step),
        )
        for seq, item, step, sealed in rows
    )


def _snapshot_place(item: int) -> str:
    return f"reviews.snapshot/{item}"


def _step_place(item: int, seq: int) -> str:
    return f"steps.act/{item}/{seq}"
