"""Attacking a training with the numbers of a run, beside the desk."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from deid.training.leakage import Leakage
from deid.training.ledger import Run
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork
from gui.officer.training_computing import Attack


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
        self._attack = attack
        self.work = FolderWork(desk, self)
        self.found: Leakage | None = None
        """What the last one reached; None where none came to its end."""
        self.work.changed.connect(self.changed)

    def measure(self, run: Run, patients: int) -> None:
        """Attack with so many made-up patients."""
        self.found, attack = None, self._attack
        self.work.start(lambda say: attack(run, patients=patients, told=say), self._take)

    def forget(self) -> None:
        """Give up what is under way, and forget what was found."""
        self.work.cancel()
        self.found = None
        self.changed.emit()

    def _take(self, found: Leakage) -> None:
        self.found = found
