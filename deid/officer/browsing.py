"""Browsing the records of a site: this machine's log, and the copies of those of other machines.

Which records there are is asked of an index; what a record says is read from its log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Final

from deid.audit.checkpoint import parse
from deid.audit.keys import Keys
from deid.audit.proof import prove_inclusion
from deid.audit.records import Exported, ExportKind, Record
from deid.audit.store import AuditLog
from deid.errors import AuditError, LogUnavailable
from deid.formats.atomic import StagedFile
from deid.officer.archive_folders import archives_attached
from deid.officer.desk import Desk
from deid.officer.index.local import index_path, open_index, records_at
from deid.officer.index.query import Dimension, Facets, Place, Query, Trend
from deid.officer.index.update import Progress, Source, Updated
from deid.officer.machines import OWN, copies
from deid.policy import load_policy, shipped_policies, user_policies

if TYPE_CHECKING:
    from deid.officer.index.index import Index

_FINGERPRINT: Final = "hmac-sha256:"


@dataclass(frozen=True, slots=True)
class Row:
    """A record in its place.

    Attributes:
        place: where it lies.
        record: what it says; None where the log does not give it out.
        problem: why not.
    """

    place: Place
    record: Record | None
    problem: AuditError | None = None


class Browser:
    """The index over the logs of a data folder. It may be used by several threads.

    Args:
        home: the data folder.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._lock = Lock()
        self._archives: tuple[Path, ...] = ()
        self._opened: tuple[Path, Index] | None = None

    def close(self) -> None:
        """Let go of the index."""
        with self._lock:
            if self._opened is not None:
                self._opened[1].close()
                self._opened = None

    def use_archives(self, files: Sequence[Path]) -> bool:
        """Read archived records of this machine's log from these files from now on.

        Returns:
            Whether that are others than before.
        """
        before, self._archives = self._archives, tuple(files)
        return self._archives != before

    def behind(self) -> int:
        """How many records are not indexed yet.

        Raises:
            AuditError: a log or the index cannot be read.
            ConfigurationError: the list of machines cannot be read.
        """
        logs = 0
        for source in self._sources():
            with AuditLog.read(source.path) as log:
                logs += log.size
        return abs(logs - self._index().size)

    def update(
        self,
        *,
        progress: Progress = lambda _done, _of: None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Updated:
        """Bring the index up to date.

        Args:
            progress: is told now and then how many records are done, of how many.
            stopped: is asked now and then; what is done until then is kept.

        Raises:
            AuditError: a log or the index cannot be read.
            ConfigurationError: the list of machines cannot be read.
        """
        sources = self._sources()
        return self._index().update(sources, progress=progress, stopped=stopped)

    @property
    def logs(self) -> int:
        """How many logs there are: this machine's, and the copies of those of others."""
        return len(self._sources())

    @property
    def size(self) -> int:
        """How many records are indexed."""
        return self._index().size

    def count(self, query: Query) -> int:
        """How many records the query lets through."""
        return self._index().count(query)

    def facets(self, query: Query) -> Facets:
        """The values to choose from in each dimension, with counts."""
        return self._index().facets(query)

    def trend(self, query: Query, *, by: Dimension) -> Trend:
        """How many of the records that the query lets through there were in each week."""
        return self._index().trend(query, by=by)

    def rows(self, query: Query, start: int, stop: int) -> tuple[Row, ...]:
        """Records that the query lets through, the newest first.

        Args:
            query: what is wanted.
            start: how many to pass over.
            stop: up to which place in the list, half-open.
        """
        places = self._index().places(query, start, stop)
        found: dict[Place, Row] = {}
        for source in self._sources():
            own = [place for place in places if place.log == source.name]
            if own:
                archives = self._archives if source.name == OWN else ()
                found |= {row.place: row for row in _read(source, own, archives)}
        return tuple(found.get(place) or _missing(place) for place in places)

    def _sources(self) -> list[Source]:
        return [Source(name, path) for name, path in copies(self._home)]

    def _index(self) -> Index:
        """The index that fits the list of machines now."""
        own = index_path(self._home)
        path = own if len(self._sources()) < 2 else own.with_name("index-of-machines.sqlite")
        with self._lock:
            if self._opened is None or self._opened[0] != path:
                if self._opened is not None:
                    self._opened[1].close()
                self._opened = path, open_index(path)
            return self._opened[1]


def note_fingerprint(home: Path, typed: str) -> str:
    """The fingerprint of a note as it is in the log, from its id, its file's name, or itself.

    Raises:
        KeyUnusable: the site key cannot be read.
    """
    named = typed.strip()
    return (
        named if named.startswith(_FINGERPRINT) else Keys.open(home).fingerprint("document", named)
    )


def give_out_proof(desk: Desk, seq: int, path: Path) -> None:
    """Write a proof that a record is in the log to a new file, and record that it was given out.

    Whoever has the public key can check it without the log. It holds the one record, and no text of
    a note.

    Args:
        desk: of the log.
        seq: number of the record.
        path: the file.

    Raises:
        AuditError: there is no such record, or the log cannot be written or does not verify.
        OutputExists: the file is there already.
        OutputError: it cannot be written.
    """
    with StagedFile(path) as staged:
        proof = prove_inclusion(desk.log, seq, desk.keys.signer)
        staged.write(proof.to_json().encode())
        staged.finish()
        checkpoint = parse(proof.checkpoint, desk.keys.signer.verifier)
        desk.record(Exported(ExportKind.PROOF, checkpoint.size, checkpoint.root.hex()))
        staged.publish()


def policy_names() -> dict[str, str]:
    """The names of the policies that are at hand, by digest.

    A policy of which the log tells and that was changed or taken away since is not among them.
    """
    shipped = [load_policy(name) for name in shipped_policies()]
    return {policy.digest: policy.name for policy in (*user_policies().policies, *shipped)}


def is_own(place: Place) -> bool:
    """Whether a record lies in the log of the data folder, which can prove it."""
    return place.log == OWN


def _read(source: Source, places: Sequence[Place], archives: Sequence[Path]) -> list[Row]:
    with ExitStack() as opened:
        log = opened.enter_context(AuditLog.read(source.path))
        with suppress(AuditError):  # each record that is not at hand tells where it should be
            opened.enter_context(archives_attached(log, archives))
        try:
            found = {record.seq: record for record in records_at(log, (p.seq for p in places))}
        except AuditError:
            found = {}
        return [
            Row(place, found[place.seq]) if place.seq in found else _one(log, place)
            for place in places
        ]


def _one(log: AuditLog, place: Place) -> Row:
    try:
        return Row(place, log.record(place.seq))
    except AuditError as error:
        return Row(place, None, error)


def _missing(place: Place) -> Row:
    return Row(place, None, LogUnavailable(f"the log of {place.log} is no longer there"))
