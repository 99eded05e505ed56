"""What is installed on this computer: the presenter of the page "Installation"."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, managed, resources, updating
from deid.selftest.installed import Sealed, sealed
from deid.updates.metadata import TrustedUpdate
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork

Done = Callable[[], None]
Failed = Callable[[DeidError], None]


@dataclass(frozen=True, slots=True)
class Installation:
    """What is installed.

    Attributes:
        program: its version.
        sealed: its seal, as the start found it; None in a checkout or wheel.
        updates: how it stands with rules and models.
        managed: what IT manages.
    """

    program: str
    sealed: Sealed | None
    updates: updating.Standing
    managed: managed.Managed


class InstallationSession(QObject):
    """Tells what is installed, and installs updates of rules and models from files.

    Nothing here needs a key or the log: what is installed counts for all users of the machine, so
    the rights of its folder decide.

    Args:
        desk: beside which it works.

    Signals:
        changed: something else is to be shown.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self._desk = desk
        self.work = FolderWork(desk, self)
        """Looking at a bundle."""
        self.found: Installation | None = None
        """None until it was looked at."""
        self.error: DeidError | None = None
        """Why it cannot be told what is installed."""
        self.work.changed.connect(self.changed)

    def reload(self) -> None:
        """Look anew at what is installed."""
        self._desk.beside.start(lambda *_: _look(), self._take, self._refuse)

    def examine(self, bundle: Path, done: Callable[[TrustedUpdate], None]) -> None:
        """Find out what a bundle brings, and whether it could be installed here."""
        self.work.start(lambda _say: updating.examine_bundle(bundle), done)

    def install(self, bundle: Path, *, done: Done, failed: Failed) -> None:
        """Install a bundle for all users of the machine."""
        self._change(partial(updating.install_update, bundle), done, failed)

    def undo(self, *, to_release: bool, done: Done, failed: Failed) -> None:
        """Go back one step, or to what came with the program."""
        self._change(partial(updating.undo_update, to_release=to_release), done, failed)

    def _change(self, act: Callable[[], object], done: Done, failed: Failed) -> None:
        def end(_: object) -> None:
            self.reload()
            done()

        self._desk.beside.start(lambda *_: act(), end, failed)

    def _take(self, found: Installation) -> None:
        self.found, self.error = found, None
        self.changed.emit()

    def _refuse(self, error: DeidError) -> None:
        self.error = error
        self.changed.emit()


def _look() -> Installation:
    return Installation(resources.version(), sealed(), updating.standing(), managed.current())
