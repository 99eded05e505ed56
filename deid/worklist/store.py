"""The worklist on disk: notes in work, their reviews, choices for folders, runs.

Whatever a method was told is on the disk when it returns (`synchronous=FULL`); when the process
dies before, nothing of it is there. Several processes may have the worklist open.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from deid.audit.keys import Keys
from deid.datatypes import Document
from deid.errors import WorklistUnusable
from deid.review import Act, Review, Standard, Step
from deid.worklist import batch_rows, folder_rows, item_rows, review_rows
from deid.worklist.database import Table
from deid.worklist.history import History
from deid.worklist.item_rows import Progress
from deid.worklist.items import Batch, FolderChoice, Item, ItemState, Origin
from deid.worklist.review_rows import KeptReview

_WAIT: Final = 10.0


class Worklist:
    """The worklist of one home folder. Use it in one thread at a time, and close it.

    Every method raises `WorklistUnusable` where the file is locked, read-only, damaged or out of
    space; then nothing was changed.
    """

    def __init__(self, table: Table) -> None:
        """Take over an open file; use `Worklist.open`."""
        self._table = table
        self._read: dict[int, int | None] = {}

    @classmethod
    def open(cls, home: Path, *, keys: Keys, wait: float = _WAIT) -> Self:
        """The worklist in a home folder, made on first use.

        Args:
            home: the user's data folder, see `deid.resources.home`.
            keys: the site's keys.
            wait: seconds to wait for another process that is writing.

        Raises:
            WorklistUnusable: it cannot be made or opened, is open to other users, of a newer
                version, or sealed under another site key.
        """
        return cls(Table.open(home, keys=keys, wait=wait))

    def close(self) -> None:
        """Let go of the file."""
        self._table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def version(self) -> int:
        """A number that is another one after another process or connection wrote."""
        with self._table.reading() as connection:
            (number,) = connection.execute("PRAGMA data_version").fetchone()
        return int(number)

    def add_files(self, paths: Iterable[Path], *, origin: Origin) -> tuple[Item, ...]:
        """The notes of these files, in their order; those that are not in work are added.

        Of a watched folder, a file that was added before and has not changed since is passed
        over, also when its note is done or was taken out; no note is returned for it.

        Args:
            paths: of files; whether they are there is not looked at.
            origin: how they came here.
        """
        with self._table.writing() as connection:
            chosen = list(paths)
            if origin is Origin.WATCHED:
                chosen = list(folder_rows.take(self._table, connection, chosen))
            ids = []
            for path in chosen:
                known = item_rows.find_open(self._table, connection, path)
                ids.append(known or item_rows.insert(self._table, connection, path, origin=origin))
            return tuple(item_rows.one(self._table, connection, id_) for id_ in ids)

    def split(self, id_: int, count: int) -> tuple[Item, ...]:
        """Let the notes of a file stand in its place, and return them in their order.

        A note of it that is in work already, and not done, stays as it is.

        Args:
            id_: of the file, which leaves the list.
            count: how many notes it holds.

        Raises:
            WorklistUnusable: there is no such note, or it is of no file.
        """
        with self._table.writing() as connection:
            item = item_rows.one(self._table, connection, id_)
            if item.part is not None:
                return (item,)
            return item_rows.split(self._table, connection, item, count)

    def add_text(self, text: str) -> Item:
        """A new note that was typed or pasted; its text is sealed."""
        with self._table.writing() as connection:
            id_ = item_rows.insert(self._table, connection, None, origin=Origin.TYPED, text=text)
            return item_rows.one(self._table, connection, id_)

    def text(self, id_: int) -> str:
        """The text of a note that was typed or pasted.

        Raises:
            WorklistUnusable: there is no such note, or its text is that of its file.
        """
        with self._table.reading() as connection:
            return item_rows.text_of(self._table, connection, id_)

    def items(self) -> tuple[Item, ...]:
        """All notes, in the order in which they came."""
        with self._table.reading() as connection:
            return item_rows.every(self._table, connection)

    def item(self, id_: int) -> Item:
        """The note of this id.

        Raises:
            WorklistUnusable: there is none.
        """
        with self._table.reading() as connection:
            return item_rows.one(self._table, connection, id_)

    def set_state(
        self,
        id_: int,
        state: ItemState,
        *,
        reason: str = "",
        length: int | None = None,
        marks: int | None = None,
        uncertain: int | None = None,
        policy: str | None = None,
        target: Path | None = None,
        certain_from: float | None = None,
        saving: Path | None = None,
    ) -> Item:
        """Set how far a note is, and return it as it is then.

        Args:
            id_: of the note.
            state: how far it is.
            reason: why it is refused; without note text.
            length: in code points; None, as for those below: as it was.
            marks: how many findings are replaced.
            uncertain: how many findings are uncertain.
            policy: name of the policy.
            target: where the redacted copy lies.
            certain_from: from which certainty on a finding was not counted as uncertain, 0 to 1.
            saving: where the redacted copy is about to be written; it holds until the state is
                set again.

        Raises:
            WorklistUnusable: there is no such note.
        """
        told = Progress(reason, length, marks, uncertain, policy, target, certain_from, saving)
        with self._table.writing() as connection:
            item_rows.update(self._table, connection, id_, state, told)
            return item_rows.one(self._table, connection, id_)

    def recount(self, wanted: Mapping[int, Standard]) -> tuple[Item, ...]:
        """Count anew what is uncertain in notes that are examined and not done.

        Of each, only the review is read, not the note.

        Args:
            wanted: the standard by which to count, by the id of the note.

        Returns:
            The notes as they are then. One that is gone, waits, is done, is being saved, or of
            which no review is kept is left out.

        Raises:
            WorklistUnusable: a review cannot be read; then no note was changed.
        """
        with self._table.writing() as connection:
            found = (self._recount(connection, id_, standard) for id_, standard in wanted.items())
            return tuple(item for item in found if item is not None)

    def _recount(self, connection: sqlite3.Connection, id_: int, standard: Standard) -> Item | None:
        item = item_rows.find(self._table, connection, id_)
        if item is None or item.state not in item_rows.EXAMINED or item.saving is not None:
            return None
        tally = review_rows.tally(self._table, connection, id_, standard)
        if tally is None:
            return None
        state = item_rows.recounted(item, tally.uncertain)
        told = Progress(uncertain=tally.uncertain, certain_from=standard.certain_from)
        item_rows.update(self._table, connection, id_, state, told)
        return item_rows.one(self._table, connection, id_)

    def remove(self, ids: Iterable[int]) -> None:
        """Take notes out of the list, with their reviews; their files stay as they are."""
        with self._table.writing() as connection:
            self._delete(connection, tuple(ids))

    def clear_finished(self) -> None:
        """Take out the notes that are done and the runs that ended."""
        self._forget(item_rows.now(), killed=False)

    def forget_finished(self, before: datetime) -> None:
        """Take out what was finished before this time, and runs not heard of since."""
        self._forget(item_rows.stamp(before), killed=True)

    def _forget(self, before: str, *, killed: bool) -> None:
        with self._table.writing() as connection:
            self._delete(connection, item_rows.finished(connection, before=before))
            batch_rows.forget(connection, before=before, killed=killed)

    def _delete(self, connection: sqlite3.Connection, ids: Sequence[int]) -> None:
        item_rows.delete(connection, ids)
        review_rows.forget(connection, ids)

    def keep_review(self, id_: int, review: Review, *, content: str, made_with: str) -> None:
        """Keep the review of a note as it begins, or begins anew.

        Steps that were kept of an earlier one, and what they could be taken back to, are
        forgotten.

        Args:
            id_: of the note.
            review: as it stands.
            content: SHA-256 of the bytes that the note was read from.
            made_with: digest of the rules, model and policy that it was examined with.

        Raises:
            WorklistUnusable: there is no such note.
        """
        with self._table.writing() as connection:
            review_rows.keep(
                self._table, connection, id_, review, content=content, made_with=made_with
            )
            revision = review_rows.revision(connection, id_)
        self._read[id_] = revision

    def keep_step(self, id_: int, act: Act, step: Step) -> None:
        """Keep one more step of the review of a note; it is on the disk when this returns.

        Raises:
            WorklistUnusable: no review of the note is kept, or another window has gone on with
                it since this one read it.
        """
        with self._table.writing() as connection:
            kept = review_rows.revision(connection, id_)
            if kept is None or self._read.get(id_, kept) != kept:
                raise WorklistUnusable(
                    f"worklist: note {id_} was taken out or reviewed elsewhere meanwhile: open it "
                    "anew"
                )
            review_rows.add_step(self._table, connection, id_, act, step)
            revision = review_rows.revision(connection, id_)
        self._read[id_] = revision

    def review(self, id_: int, document: Document, *, content: str) -> KeptReview | None:
        """The review of a note as it was left; None: none is kept, or one of other content.

        Args:
            id_: of the note.
            document: the note.
            content: SHA-256 of the bytes that it was read from now.

        Raises:
            WorklistUnusable: the review cannot be read, or does not fit this document.
        """
        with self._table.snapshot() as connection:
            kept = review_rows.read(self._table, connection, id_, document, content=content)
            self._read[id_] = review_rows.revision(connection, id_)
        return kept

    def history(self) -> History:
        """What was done in all notes and can be taken back, and what can be done again."""
        with self._table.reading() as connection:
            return review_rows.history(self._table, connection)

    def choice(self, folder: Path) -> FolderChoice | None:
        """What was chosen for the notes of a folder last."""
        with self._table.reading() as connection:
            return folder_rows.choice(self._table, connection, folder)

    def remember(self, folder: Path, choice: FolderChoice) -> None:
        """Keep what was chosen for the notes of a folder."""
        with self._table.writing() as connection:
            folder_rows.remember(self._table, connection, folder, choice)

    def watch(self, folder: Path) -> None:
        """Keep that a folder is watched."""
        with self._table.writing() as connection:
            folder_rows.watch(self._table, connection, folder.absolute())

    def unwatch(self, folder: Path) -> None:
        """Keep that a folder is no longer watched."""
        with self._table.writing() as connection:
            folder_rows.unwatch(self._table, connection, folder.absolute())

    def watched(self) -> tuple[Path, ...]:
        """The folders that are watched, sorted."""
        with self._table.reading() as connection:
            return folder_rows.watched(self._table, connection)

    def begin_batch(self, folder: Path, total: int) -> int:
        """Keep that a run of the command line began, and return its id."""
        with self._table.writing() as connection:
            return batch_rows.begin(self._table, connection, folder.absolute(), total)

    def count(self, batch: int, *, done: int, refused: int) -> None:
        """Keep how many files a run has finished and refused until now."""
        with self._table.writing() as connection:
            batch_rows.count(connection, batch, done=done, refused=refused)

    def add_refused(
        self, refused: Iterable[tuple[Path, str]], *, origin: Origin, batch: int | None = None
    ) -> tuple[Item, ...]:
        """The notes of files that are refused without being examined, in their order.

        A file that is in work and not refused stays as it is.

        Args:
            refused: the files with the reasons.
            origin: how they came here.
            batch: the run of the command line that refused them, if one did.
        """
        with self._table.writing() as connection:
            ids = [
                item_rows.refuse(
                    self._table, connection, path, reason=reason, origin=origin, batch=batch
                )
                for path, reason in refused
            ]
            return tuple(item_rows.one(self._table, connection, id_) for id_ in ids)

    def end_batch(self, batch: int) -> None:
        """Keep that a run ended now."""
        with self._table.writing() as connection:
            batch_rows.end(connection, batch)

    def batches(self) -> tuple[Batch, ...]:
        """The runs of the command line, in the order in which they began."""
        with self._table.reading() as connection:
            return batch_rows.every(self._table, connection)
