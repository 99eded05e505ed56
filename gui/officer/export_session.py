"""What is given out of the log, and what will be in it: the presenter of that page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Verified, officer
from deid.audit.records import ValueRevealed
from deid.officer import export
from deid.officer.browsing import note_fingerprint
from deid.officer.export import Account, Given, Scope
from deid.officer.export.told import OUTCOMES
from deid.officer.index.local import local_index
from deid.officer.index.query import Dimension, Query
from deid.officer.samples import samples
from gui.officer.archives_session import ArchivesSession
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork
from gui.officer.verifying import verify_log


class Form(StrEnum):
    """What is given out; the value ends the name of its file."""

    CERTIFICATE = "pdf"
    TABLE = "csv"
    LINES = "jsonl"
    EVENTS = "json"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be given out.

    Attributes:
        query: which records, or which notes.
        sample: for a certificate, only the notes that this sample was drawn from.
    """

    form: Form = Form.CERTIFICATE
    query: Query = Query()  # noqa: RUF009 - frozen
    sample: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What will be in it.

    Attributes:
        records: how many records are chosen.
        account: of the notes; None where none is among them, or nobody may see it.
        problem: why there is no account.
    """

    records: int
    account: Account | None = None
    problem: DeidError | None = None

    @property
    def can_be_written(self) -> bool:
        """Whether there is anything to write."""
        return self.problem is None and (self.account is None or bool(self.account.notes))


class ExportSession(QObject):
    """What an officer gives out.

    Signals:
        changed: there is something else to show.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.archives = ArchivesSession.of(desk)
        self.work = FolderWork(desk, self)
        self.wanted = Wanted()
        self.preview: Preview | None = None
        """What will be in it; None while that is being found out."""
        self.samples: tuple[str, ...] = ()
        """Ids of closed samples, the newest first."""
        self.given: Given | None = None
        """What was given out last."""
        self.error: DeidError | None = None
        """Why nothing was given out, or can be."""
        self._turn = 0
        self.work.changed.connect(self.changed)
        self.archives.changed.connect(self.changed)
        desk.person_changed.connect(self.reload)

    @property
    def may(self) -> bool:
        """Whether the person whose key is unlocked may give out."""
        return officer.Permission.EXPORT in self.desk.permissions

    def reload(self) -> None:
        """Find out anew what there is."""
        self.archives.refresh()
        self.desk.start(_samples, self._take_samples, self._refuse)
        self.want(self.wanted)

    def want(self, wanted: Wanted) -> None:
        """Choose something else, and find out what will be in it."""
        self.wanted, self.preview, self.error = wanted, None, None
        self._turn += 1
        self.desk.start(
            partial(_look, wanted), partial(self._take_preview, self._turn), self._refuse
        )
        self.changed.emit()

    def want_note(self, typed: str) -> None:
        """Choose one note by its id, file name or fingerprint; empty: all."""
        if not typed.strip():
            self.want(replace(self.wanted, query=replace(self.wanted.query, document=None)))
            return

        def take(fingerprint: str) -> None:
            self.want(replace(self.wanted, query=replace(self.wanted.query, document=fingerprint)))

        self.desk.start(lambda desk: note_fingerprint(desk.home, typed), take, self._refuse)

    def give_out(self, path: Path) -> None:
        """Write it to a new file; a certificate rests on a log that is verified right before."""
        self.given = self.error = None
        wanted = self.wanted
        if wanted.form is not Form.CERTIFICATE:
            self._write(path, lambda desk: _give(desk, wanted, path))
            return
        home, files = self.desk.home, self.archives.files

        def certify(verified: Verified) -> None:
            self._write(path, lambda desk: _certify(desk, wanted, path, verified))

        self.work.start(lambda say: verify_log(home, say, archives=files), certify)

    def _write(self, path: Path, work: Callable[[officer.Desk], Given]) -> None:
        attached = self.archives.attached()

        def with_archives(desk: officer.Desk) -> Given:
            with attached(desk):
                return work(desk)

        self.desk.start(with_archives, self._take_given, self._refuse, reaching=path)

    def _take_given(self, given: Given) -> None:
        self.given = given
        self.changed.emit()

    def _take_samples(self, found: tuple[str, ...]) -> None:
        self.samples = found
        self.changed.emit()

    def _take_preview(self, turn: int, preview: Preview) -> None:
        if turn == self._turn:
            self.preview = preview
            self.changed.emit()

    def _refuse(self, error: DeidError) -> None:
        self.error = error
        self.changed.emit()


def _look(wanted: Wanted, desk: officer.Desk) -> Preview:
    query = wanted.query
    if wanted.form is Form.EVENTS:
        query = query.but(Dimension.EVENT, (kind.kind for kind in (*OUTCOMES, ValueRevealed)))
    with local_index(desk.home) as (index, _updated):
        records = index.count(query)
    if wanted.form is not Form.CERTIFICATE:
        return Preview(records)
    try:
        found = export.account(
            desk, Scope(wanted.query, desk.log.size, quick=True), sample_id=wanted.sample
        )
    except DeidError as error:
        return Preview(records, problem=error)
    return Preview(records, found)


def _samples(desk: officer.Desk) -> tuple[str, ...]:
    closed = (one.id for one in samples(desk.log) if one.closed is not None)
    return tuple(reversed(tuple(closed)))


def _give(desk: officer.Desk, wanted: Wanted, path: Path) -> Given:
    if wanted.form is Form.TABLE:
        return export.export_csv(desk, wanted.query, path)
    if wanted.form is Form.LINES:
        return export.export_lines(desk, wanted.query, path)
    return export.export_fhir(desk, wanted.query, path, now=datetime.now(UTC))


def _certify(desk: officer.Desk, wanted: Wanted, path: Path, verified: Verified) -> Given:
    return export.export_certificate(
        desk,
        wanted.query,
        path,
        verified=verified,
        now=datetime.now(UTC),
        sample_id=wanted.sample,
    )
