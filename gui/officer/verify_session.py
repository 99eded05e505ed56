"""Whether the log verifies, against what, and how its witness stands: a page's presenter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, Verified, officer, read_settings
from deid.audit.checkpoint import Checkpoint
from deid.officer import anchoring
from deid.officer.typed import read_checkpoint
from deid.officer.witness import Witness, state
from deid.stopping import stop_if_asked
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork, Say

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
        self.work.changed.connect(self.changed)
        desk.person_changed.connect(self.changed)
        desk.log_changed.connect(self.reload)

    @property
    def may_settle(self) -> bool:
        """Whether the witness folders may be settled now."""
        return not self.anybody or officer.Permission.EXPORT in self.desk.permissions

    def reload(self) -> None:
        """Look at the witness anew."""
        self.desk.start(_look, self._take, self.failed.emit)

    def verify(self) -> None:
        """Compute the whole log again, and compare it with every checkpoint there is."""
        self.verified = None
        home, notes = self.desk.home, tuple(one.note for one in self.given)
        self.work.start(lambda say: _verify(home, notes, say), self._found)

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
        self.desk.start(_anchor, lambda answer: then(*answer), self.failed.emit)

    def show_code(self, then: Callable[[anchoring.Anchor], None]) -> None:
        """Give a checkpoint to be shown as a code."""
        self.desk.start(
            lambda desk: anchoring.anchor_as_qr(desk.log, desk.keys.signer), then, self.failed.emit
        )

    def save_page(self, path: Path, done: Done) -> None:
        """Write a page to print to a new file."""

        def work(desk: officer.Desk) -> None:
            anchoring.print_anchor(desk.log, desk.keys.signer, path, now=datetime.now(UTC))

        self.desk.start(work, lambda _: done(), self.failed.emit)

    def settle(self, folders: Sequence[Path], days: int, *, done: Done, failed: Failed) -> None:
        """Let these folders be the witness."""
        self.desk.start(
            lambda desk: anchoring.settle_witness(desk, folders, days=days),
            lambda _: done(),
            failed,
        )

    def _take(self, found: tuple[Witness, bool]) -> None:
        self.witness, self.anybody = found
        self.changed.emit()

    def _found(self, verified: Verified) -> None:
        self.verified = verified


def _look(desk: officer.Desk) -> tuple[Witness, bool]:
    settings, key = read_settings(desk.home), desk.keys.signer.verifier
    return state(desk.log, key, settings, now=datetime.now(UTC)), desk.roles().anybody


def _verify(home: Path, notes: Sequence[str], say: Say) -> Verified:
    def tell(done: int, size: int) -> None:
        stop_if_asked()
        say(done / max(size, 1))

    return officer.verify_to_sign(home, checkpoints=notes, told=tell)


def _anchor(desk: officer.Desk) -> tuple[int, tuple[DeidError, ...]]:
    settings, now = read_settings(desk.home), datetime.now(UTC)
    anchors, refused = anchoring.anchor_in_witness(desk.log, desk.keys.signer, settings, now=now)
    return len(anchors), refused
