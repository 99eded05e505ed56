"""The archives of this machine's log that can be read now: found in the folders that were named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, officer
from gui.officer.desk_jobs import DeskJobs

AtHand = officer.archive_folders.AtHand
Archived = officer.archiving.Archived


@dataclass(frozen=True, slots=True)
class _Known:
    folders: tuple[Path, ...]
    archived: tuple[Archived, ...]
    origin: str


class ArchivesSession(QObject):
    """Which archives are at hand. There is one for a desk.

    Folders are looked into beside the desk, each by itself: one on a share that is away keeps
    nobody from the others.

    Signals:
        changed: other folders are named, or other archives were found.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs) -> None:
        """Make the one of this desk; use `ArchivesSession.of`."""
        super().__init__(desk)
        self._desk = desk
        self._known = _Known((), (), "")
        self._found: dict[Path, AtHand] = {}
        self._turn = 0

    @classmethod
    def of(cls, desk: DeskJobs) -> ArchivesSession:
        """The one of this desk."""
        found = desk.findChild(cls)
        return found if isinstance(found, cls) else cls(desk)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Those that were named."""
        return self._known.folders

    @property
    def archived(self) -> tuple[Archived, ...]:
        """What the log has archived, from the oldest to the newest."""
        return self._known.archived

    @property
    def files(self) -> tuple[Path, ...]:
        """The archives that were found."""
        return tuple(dict.fromkeys(file for one in self._found.values() for file in one.files))

    @property
    def unreachable(self) -> tuple[Path, ...]:
        """The folders that could not be read."""
        return tuple(folder for one in self._found.values() for folder in one.unreachable)

    @property
    def looking(self) -> bool:
        """Whether a folder has not answered yet."""
        return bool(self.archived) and len(self._found) < len(self.folders)

    def is_at_hand(self, archived: Archived) -> bool:
        """Whether the archive that the log tells of there was found."""
        return any(archived not in one.lacking for one in self._found.values())

    def refresh(self) -> None:
        """Look for archives anew."""
        self._desk.start(_read, self._look)

    def name_folders(
        self,
        folders: Sequence[Path],
        *,
        done: Callable[[], None],
        failed: Callable[[DeidError], None],
    ) -> None:
        """Look for archives in these folders from now on."""
        named = tuple(folders)

        def end(_nothing: None) -> None:
            self.refresh()
            done()

        self._desk.start(
            lambda desk: officer.archive_folders.name_archive_folders(desk.home, named), end, failed
        )

    @property
    def stop(self) -> int:
        """Place behind the last record that was archived."""
        return max((one.stop for one in self.archived), default=0)

    def attached(self, first: int = 0) -> Callable[[officer.Desk], AbstractContextManager[None]]:
        """What lets a desk read the archives that are at hand now, while it is at work.

        Args:
            first: place of the first record that is wanted; behind all archives none is needed.
        """
        files = self.files if first < self.stop else ()
        return lambda desk: officer.archive_folders.archives_attached(desk.log, files)

    def _look(self, known: _Known) -> None:
        self._known = known
        self._found = {}
        self._turn += 1
        self.changed.emit()
        for folder in known.folders if known.archived else ():
            self._desk.beside.reach(
                str(folder),
                partial(
                    officer.archive_folders.look_for_archives,
                    (folder,),
                    known.archived,
                    origin=known.origin,
                ),
                partial(self._take, self._turn, folder),
                partial(self._miss, self._turn, folder),
            )

    def _take(self, turn: int, folder: Path, found: AtHand) -> None:
        if turn == self._turn:
            self._found[folder] = found
            self.changed.emit()

    def _miss(self, turn: int, folder: Path, _error: DeidError) -> None:
        self._take(turn, folder, AtHand((), self.archived, (folder,)))


def _read(desk: officer.Desk) -> _Known:
    return _Known(
        officer.archive_folders.read_archive_folders(desk.home),
        desk.log.archived(),
        desk.keys.signer.name,
    )
