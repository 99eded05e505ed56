"""Attacking a training with the numbers of a run, beside the desk."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from deid import officer
from deid.stopping import stop_if_asked
from deid.training.leakage import Leakage, record_leakage
from deid.training.ledger import Run
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork, Say
from gui.officer.training_computing import Attack
from gui.officer.training_work import Signer


class Leaks(QObject):
    """The attack that is under way, and what the last one reached.

    Args:
        desk: beside which it works.
        parent: owns it.
        attack: attacks.

    Signals:
        changed: it began, went on or ended.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs, parent: QObject, attack: Attack) -> None:
        super().__init__(parent)
        self._desk, self._attack = desk, attack
        self.work = FolderWork(desk, self)
        self.found: Leakage | None = None
        """What the last one reached; None where none came to its end."""
        self.work.changed.connect(self.changed)

    def measure(self, run: Run, patients: int, signer: Signer) -> None:
        """Attack with so many made-up patients, and record what that reached, whatever it is."""
        self.found, attack, home = None, self._attack, self._desk.home

        def work(say: Say) -> Leakage:
            with officer.Desk.open(home) as desk:
                desk.unlock(signer.person, signer.pin, key_file=signer.key_file)
                found = attack(run, patients=patients, told=say)
                stop_if_asked()  # whoever cancelled was told that nothing came of it
                record_leakage(desk, run, found)
                return found

        self.work.start(work, self._take)

    def forget(self) -> None:
        """Give up what is under way, and forget what was found."""
        self.work.cancel()
        self.found = None
        self.changed.emit()

    def _take(self, found: Leakage) -> None:
        self.found = found
        self._desk.log_changed.emit()
