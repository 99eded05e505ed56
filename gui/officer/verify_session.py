"""Whether the log verifies, against what, and how its witness stands: a page's presenter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Verified, officer, read_settings
from deid.audit.checkpoint import Checkpoint
from deid.audit.keys import Keys
from deid.audit.store import AuditLog, log_path
from deid.officer import anchoring
from deid.officer.typed import read_checkpoint
from deid.officer.witness import Witness, state
from deid.site_settings import SiteSettings
from gui.officer.archives_session import ArchivesSession
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork
from gui.officer.verifying import verify_log

Done = Callable[[], None]
Failed = Callable[[DeidError], None]


@dataclass(frozen=True, slots=True)
class Given:
    """A checkpoint that somebody handed in.

    Attributes:
        note: as it was signed.
        checkpoint: what it says.
    """

    note: str
    checkpoint: Checkpoint


@dataclass(frozen=True, slots=True)
class _Settled:
    settings: SiteSettings
    keys: Keys
    anybody: bool


class VerifySession(QObject):
    """What verifying came to, and the checkpoints that left the machine.

    Signals:
        changed: there is something else to show.
        failed: carries the `DeidError` of what could not be done.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.work = FolderWork(desk, self)
        self.verified: Verified | None = None
        """What verifying came to; None before it and where it failed, see `work.error`."""
        self.given: tuple[Given, ...] = ()
        """Checkpoints that were handed in here, to be compared with."""
        self.witness: Witness | None = None
        """How the witness stands; None until it was looked at."""
        self.anybody = False
        """Whether somebody was ever enrolled, so that settling the witness wants an officer."""
        self.looking = False
        """Whether the witness folders are looked into."""
        self._again = False
        self._archives = ArchivesSession.of(desk)
        self.work.changed.connect(self.changed)
        desk.person_changed.connect(self.changed)
        desk.log_changed.connect(self.reload)

    @property
    def may_settle(self) -> bool:
        """Whether the witness folders may be settled now."""
        return not self.anybody or officer.Permission.EXPORT in self.desk.permissions

    def reload(self) -> None:
        """Look at the witness anew, beside the desk: its folders lie on shares, which may hang."""
        if self.looking:
            self._again = True
            return
        self.looking = True
        self.changed.emit()
        self.desk.start(_settled, self._look, self._miss)

    def verify(self) -> None:
        """Compute the whole log again, and compare it with every checkpoint there is."""
        self.verified = None
        home, notes = self.desk.home, tuple(one.note for one in self.given)
        files = self._archives.files
        self.work.start(
            lambda say: verify_log(home, say, checkpoints=notes, archives=files), self._found
        )

    def compare_with(self, text: str, *, done: Done, failed: Failed) -> None:
        """Compare the log with this checkpoint too, and verify it."""

        def take(given: Given) -> None:
            if given not in self.given:
                self.given = (*self.given, given)
            done()
            self.verify()

        self.desk.start(
            lambda desk: Given(*read_checkpoint(text, desk.keys.signer.verifier)), take, failed
        )

    def anchor(self, then: Callable[[int, tuple[DeidError, ...]], None]) -> None:
        """Put a checkpoint into every witness folder.

        Args:
            then: gets how many have one now, and what kept the others from it.
        """

        def end(answer: tuple[int, tuple[DeidError, ...]]) -> None:
            self.desk.log_changed.emit()
            then(*answer)

        home = self.desk.home
        self.desk.beside.reach(self._folders, lambda: _anchor(home), end, self.failed.emit)

    def show_code(self, then: Callable[[anchoring.Anchor], None]) -> None:
        """Give a checkpoint to be shown as a code."""
        self.desk.start(
            lambda desk: anchoring.anchor_as_qr(desk.log, desk.keys.signer), then, self.failed.emit
        )

    def save_page(self, path: Path, done: Done) -> None:
        """Write a page to print to a new file."""

        def work(desk: officer.Desk) -> None:
            anchoring.print_anchor(desk.log, desk.keys.signer, path, now=datetime.now(UTC))

        self.desk.start(work, lambda _: done(), self.failed.emit, reaching=path)

    def settle(self, folders: Sequence[Path], days: int, *, done: Done, failed: Failed) -> None:
        """Let these folders be the witness."""
        self.desk.start(
            lambda desk: anchoring.settle_witness(desk, folders, days=days),
            lambda _: done(),
            failed,
        )

    @property
    def _folders(self) -> str:
        """The witness folders as they are named where they do not answer."""
        folders = self.witness.folders if self.witness is not None else ()
        return ", ".join(str(one.folder) for one in folders)

    def _look(self, settled: _Settled) -> None:
        home, self.anybody = self.desk.home, settled.anybody
        self.desk.beside.reach(
            ", ".join(settled.settings.witness_folders),
            lambda: _witness(home, settled),
            self._take,
            self._miss,
        )

    def _take(self, witness: Witness) -> None:
        self.witness = witness
        self._end_look()

    def _miss(self, error: DeidError) -> None:
        self._end_look()
        self.failed.emit(error)

    def _end_look(self) -> None:
        self.looking = False
        self.changed.emit()
        if self._again:
            self._again = False
            self.reload()

    def _found(self, verified: Verified) -> None:
        self.verified = verified


def _settled(desk: officer.Desk) -> _Settled:
    return _Settled(read_settings(desk.home), desk.keys, desk.roles().anybody)


def _witness(home: Path, settled: _Settled) -> Witness:
    with AuditLog.read(log_path(home)) as log:
        key = settled.keys.signer.verifier
        return state(log, key, settled.settings, now=datetime.now(UTC))


def _anchor(home: Path) -> tuple[int, tuple[DeidError, ...]]:
    settings, signer = read_settings(home), Keys.open(home).signer
    with AuditLog.open(home, create=False) as log:
        anchors, refused = anchoring.anchor_in_witness(log, signer, settings, now=datetime.now(UTC))
    return len(anchors), refused
