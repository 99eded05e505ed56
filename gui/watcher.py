"""Watches folders for notes that come in, beside the user interface."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Final

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal

from deid import DeidError, Stamp, folder_changes, look_at
from deid.errors import InputError
from gui.jobs import Jobs

SETTLED_AFTER: Final = 2.0
"""Seconds between two looks; a file that did not change between them is wholly written."""

SLOW: Final = 30.0
"""Seconds between looks at a folder that tells nothing, as network shares do not."""

_MOST_TELLING: Final = 200


@dataclass(slots=True)
class _Watched:
    """What is known of one folder.

    Attributes:
        before: the last look.
        given: the files that were told of, as they were then.
        at: when the last look ended, on the clock that never goes back.
        looking: whether a look is under way.
        missing: whether the folder could not be reached at the last look.
    """

    before: Mapping[Path, Stamp] = field(default_factory=dict)
    given: dict[Path, Stamp] = field(default_factory=dict)
    at: float | None = None
    looking: bool = False
    missing: bool = False


class Watcher(QObject):
    """Tells of files in folders once they are wholly written.

    Every file that lies there counts, also those from before; what was taken in earlier runs of
    the program is for the worklist to know. All listing is done in jobs: a share that is gone can
    hold it up for minutes, so `jobs` should be a queue for this alone.

    Signals:
        found: carries the paths of new files.
        failed: carries the error when a folder cannot be reached any more; told once.
        missing_changed: other folders than before cannot be reached.
    """

    found = Signal(object)
    failed = Signal(object)
    missing_changed = Signal()

    def __init__(
        self,
        jobs: Jobs,
        *,
        outputs: Callable[[], Collection[Path]],
        settled_after: float = SETTLED_AFTER,
        slow: float = SLOW,
        parent: QObject | None = None,
    ) -> None:
        """Begin without folders.

        Args:
            jobs: where folders are listed.
            outputs: the files that the program wrote itself, as absolute paths; they are not told.
            settled_after: seconds between two looks that must agree on a file.
            slow: seconds between looks when nothing happens.
            parent: the object that it belongs to. Without one, Python's collector may end it in
                the thread of a job, where Qt cannot end it.
        """
        super().__init__(parent)
        self._jobs = jobs
        self._outputs = outputs
        self._settled_after = settled_after
        self._folders: dict[Path, _Watched] = {}
        self._system = QFileSystemWatcher(self)
        self._system.directoryChanged.connect(self._look_soon)
        self._slowly = QTimer(self, interval=round(slow * 1000))
        self._slowly.timeout.connect(self._look)
        self._soon = QTimer(self, interval=round(settled_after * 1000), singleShot=True)
        self._soon.timeout.connect(self._look)

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders that are watched, sorted."""
        return tuple(sorted(self._folders))

    @property
    def missing(self) -> tuple[Path, ...]:
        """Those of them that could not be reached at the last look."""
        return tuple(folder for folder in self.folders if self._folders[folder].missing)

    def watch(self, folder: Path) -> None:
        """Watch one more folder, with the folders in it."""
        if folder.absolute() not in self._folders:
            self._folders[folder.absolute()] = _Watched()
            self._slowly.start()
            self._look()

    def unwatch(self, folder: Path) -> None:
        """Watch it no longer."""
        watched = self._folders.pop(folder.absolute(), None)
        if watched is None:
            return
        telling = [Path(told) for told in self._system.directories()]
        useless = [told for told in telling if not any(map(told.is_relative_to, self._folders))]
        if useless:
            self._system.removePaths([str(told) for told in useless])
        if watched.missing:
            self.missing_changed.emit()

    def stop(self) -> None:
        """Watch nothing any more."""
        for folder in self.folders:
            self.unwatch(folder)
        self._slowly.stop()
        self._soon.stop()

    def _look_soon(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _look(self) -> None:
        """Begin a look at each folder, unless the last one was a moment ago."""
        for folder, watched in self._folders.items():
            if watched.looking:
                continue
            if watched.at is not None and monotonic() - watched.at < self._settled_after * 0.9:
                self._look_soon()
                continue
            watched.looking = True
            self._jobs.start(
                partial(_listing, folder),
                partial(self._looked, folder, watched),
                partial(self._not_looked, folder, watched),
            )

    def _looked(self, folder: Path, watched: _Watched, now: Mapping[Path, Stamp] | None) -> None:
        watched.looking, watched.at = False, monotonic()
        if self._folders.get(folder) is not watched:
            return
        if now is None:
            self._lose(watched, InputError(_UNREACHABLE))
            return
        if watched.missing:
            watched.missing = False
            self.missing_changed.emit()
        self._listen(folder, now)
        new = folder_changes(watched.before, now, given=watched.given)
        given = {path: stamp for path, stamp in watched.given.items() if path in now}
        watched.given = given | {path: now[path] for path in new}
        watched.before = now
        if any(watched.given.get(path) != stamp for path, stamp in now.items()):
            self._look_soon()
        own = self._outputs() if new else ()
        told = tuple(path for path in new if path not in own)
        if told:
            self.found.emit(told)

    def _not_looked(self, folder: Path, watched: _Watched, error: DeidError) -> None:
        watched.looking, watched.at = False, monotonic()
        if self._folders.get(folder) is watched:
            self._lose(watched, error)

    def _lose(self, watched: _Watched, error: DeidError) -> None:
        """Remember that a folder is out of reach, and tell it the first time."""
        watched.before = {}
        if not watched.missing:
            watched.missing = True
            self.missing_changed.emit()
            self.failed.emit(error)

    def _listen(self, folder: Path, now: Mapping[Path, Stamp]) -> None:
        """Ask the system to tell of changes in a folder that was reached just now.

        Where there are very many folders in it, the rest is found by the slow looks.
        """
        telling = set(self._system.directories())
        wanted = {folder, *(path.parent for path in now)}
        new = sorted({str(place) for place in wanted} - telling, key=len)
        new = new[: max(_MOST_TELLING - len(telling), 0)]
        if new:
            # What the system cannot watch, it says; the slow looks find it too.
            self._system.addPaths(new)


_UNREACHABLE: Final = (
    "a watched folder cannot be reached: connect it again, or stop watching it in the queue"
)


def _listing(folder: Path) -> Mapping[Path, Stamp] | None:
    """The notes in a folder; None if it cannot be reached."""
    try:
        with os.scandir(folder):
            pass
    except OSError:
        return None
    return look_at(folder)
