"""Other machines of the site, archives and the site key: the presenter of the page about them."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, officer
from deid.stopping import stop_if_asked
from gui.officer.archives_session import ArchivesSession
from gui.officer.beside import Stop
from gui.officer.desk_jobs import DeskJobs
from gui.officer.folder_work import FolderWork, Say

Done = Callable[[], None]
Failed = Callable[[DeidError], None]
Looked = officer.machines.Looked


@dataclass(frozen=True, slots=True)
class _Found:
    machines: tuple[officer.machines.Machine, ...]
    size: int
    key: str


class MachinesSession(QObject):
    """The machines of a site, what lies in archives, and which site key is used.

    Args:
        desk: what it works with.

    Signals:
        changed: something is listed otherwise, or work began, went on or ended.
    """

    changed = Signal()
    _wrote = Signal(float)

    def __init__(self, desk: DeskJobs) -> None:
        super().__init__()
        self.desk = desk
        self.work = FolderWork(desk, self)
        """Looking at the machines."""
        self.archives = ArchivesSession.of(desk)
        self.machines: tuple[officer.machines.Machine, ...] = ()
        """The other machines."""
        self.looked: dict[str, Looked] = {}
        """What the last look at each machine came to, by its name."""
        self.size = 0
        """Number of records in the log, with those in archives."""
        self.key = ""
        """Id of the site key."""
        self.moved: officer.archiving.Moved | None = None
        """The archive that was made last at this desk."""
        self.part = 0.0
        """How far writing an archive is, 0 to 1."""
        self._stop: Stop | None = None
        self.work.changed.connect(self.changed)
        self.archives.changed.connect(self.changed)
        self._wrote.connect(self._went_on)
        desk.person_changed.connect(self.changed)
        desk.log_changed.connect(self.reload)

    @property
    def archiving(self) -> bool:
        """Whether an archive is being written."""
        return self._stop is not None

    def may(self, permission: officer.Permission) -> bool:
        """Whether the person whose key is unlocked may do this."""
        return permission in self.desk.permissions

    def reload(self) -> None:
        """Read what is listed anew."""
        self.desk.start(_read, self._take)
        self.archives.refresh()

    def look(self) -> None:
        """Copy and verify the logs of all machines."""
        names = [machine.name for machine in self.machines]
        home, files = self.desk.home, self.archives.files
        self.work.start(lambda say: _look(home, names, files, say), self._take_looks)

    def add(self, name: str, path: Path, key: str, *, done: Done, failed: Failed) -> None:
        """List another machine."""

        def work(desk: officer.Desk) -> None:
            officer.machines.add_machine(desk.home, name=name, path=path, public_key=key)

        self._do(work, done, failed)

    def remove(self, name: str, *, done: Done, failed: Failed) -> None:
        """List a machine no more."""
        self.looked.pop(name, None)
        self._do(lambda desk: officer.machines.remove_machine(desk.home, name), done, failed)

    def archive(self, folder: Path, before: datetime, *, done: Done, failed: Failed) -> None:
        """Move the records before a time to an archive in this folder, and look there from then on.

        Until the records leave the log it can be given up, see `cancel_archiving`.
        """
        stop = Stop()
        self._stop, self.part = stop, 0.0
        self.changed.emit()

        def tell(written: int, size: int) -> None:
            self._wrote.emit(written / max(size, 1))

        def work(desk: officer.Desk) -> officer.archiving.Moved | None:
            moved = officer.archiving.archive_before(desk, folder, moment=before, told=tell)
            if moved is not None:
                known = officer.archive_folders.read_archive_folders(desk.home)
                officer.archive_folders.name_archive_folders(desk.home, (*known, folder))
            return moved

        def end(moved: officer.archiving.Moved | None) -> None:
            self._stop, self.moved = None, moved
            self.reload()
            done()

        def refuse(error: DeidError) -> None:
            self._stop = None
            self.changed.emit()
            failed(error)

        self.desk.start(work, end, refuse, reaching=folder, stale=lambda: stop.asked)

    def cancel_archiving(self) -> None:
        """Give up the archive that is being written; no record has left the log then."""
        if self._stop is not None:
            self._stop.ask()
            self.desk.stop_reaching()

    def ask_what_is_lost(self, then: Callable[[officer.shredding.Lost], None]) -> None:
        """Find out what would become unreadable with the site key."""
        self.desk.start(officer.shredding.lost_with_key, then)

    def shred(self, *, unfinished_too: bool, done: Done, failed: Failed) -> None:
        """Destroy the site key."""

        def work(desk: officer.Desk) -> None:
            officer.shredding.shred_site_key(desk, unfinished_too=unfinished_too)

        self._do(work, done, failed)

    def _do(self, work: Callable[[officer.Desk], None], done: Done, failed: Failed) -> None:
        def end(_nothing: None) -> None:
            self.reload()
            done()

        self.desk.start(work, end, failed)

    def _take(self, found: _Found) -> None:
        self.machines, self.size, self.key = found.machines, found.size, found.key
        self.changed.emit()

    def _take_looks(self, found: tuple[Looked, ...]) -> None:
        self.looked = {looked.name: looked for looked in found}
        self.reload()

    def _went_on(self, part: float) -> None:
        self.part = part
        self.changed.emit()


def _read(desk: officer.Desk) -> _Found:
    return _Found(
        officer.machines.read_machines(desk.home),
        desk.log.size,
        desk.keys.id,
    )


def _look(home: Path, names: list[str], files: Sequence[Path], say: Say) -> tuple[Looked, ...]:
    """Look at this machine and then at each of the others."""
    every = (officer.machines.OWN, *names)

    def look(place: int, name: str) -> Looked:
        stop_if_asked()

        def tell(done: int, size: int) -> None:
            say((place + done / max(size, 1)) / len(every))

        workers = os.cpu_count() or 1
        if name == officer.machines.OWN:
            return officer.machines.look_at_own(home, archives=files, workers=workers, told=tell)
        return officer.machines.look_at(home, name, workers=workers, told=tell)

    return tuple(look(place, name) for place, name in enumerate(every))
