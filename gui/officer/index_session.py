"""The index of the log, which the pages about records share: brought up to date, and asked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeVar

from PySide6.QtCore import QObject, Signal

from deid import DeidError
from deid.officer.browsing import Browser
from gui.officer.archives_session import ArchivesSession
from gui.officer.beside import Stop
from gui.officer.desk_jobs import DeskJobs

T = TypeVar("T")
_FEW: Final = 20_000
"""So many records are indexed at the desk; more of them beside it, for that takes long."""


class IndexSession(QObject):
    """The index over the logs of a site. There is one for a desk.

    Signals:
        changed: how far it is, or what became of it.
        ready: it is up to date, so what was asked before may have another answer now.
    """

    changed = Signal()
    ready = Signal()

    def __init__(self, desk: DeskJobs) -> None:
        """Make the one of this desk; use `IndexSession.of`."""
        super().__init__(desk)
        self.updating = False
        self.part = 0.0
        """How far it is, 0 to 1."""
        self.anew = False
        """Whether a log had lost records or was another than before."""
        self.broken: DeidError | None = None
        """Why it could not be brought up to date."""
        self._desk = desk
        self._browser = Browser(desk.home)
        self._wanted = self._again = False
        self._archives = ArchivesSession.of(desk)
        self._archives.changed.connect(self._use_archives)
        desk.log_changed.connect(self._follow)
        desk.stopped.connect(self._browser.close)

    @classmethod
    def of(cls, desk: DeskJobs) -> IndexSession:
        """The one of this desk."""
        found = desk.findChild(cls)
        return found if isinstance(found, cls) else cls(desk)

    def refresh(self) -> None:
        """Bring it up to date."""
        self._wanted = True
        if self.updating:
            self._again = True
            return
        self.updating, self.part, self.broken = True, 0.0, None
        self.changed.emit()
        self._desk.start(lambda _: self._catch_up(), self._caught_up, self._fail)

    def ask(
        self,
        question: Callable[[Browser], T],
        done: Callable[[T], None],
        failed: Callable[[DeidError], None] | None = None,
    ) -> None:
        """Ask it something.

        Args:
            question: runs in the thread of the desk.
            done: gets the answer.
            failed: gets the error instead; None: the window tells it.
        """
        self._desk.start(lambda _: question(self._browser), done, failed)

    def _use_archives(self) -> None:
        if self._browser.use_archives(self._archives.files) and self._wanted:
            self.ready.emit()

    def _follow(self) -> None:
        if self._wanted:
            self.refresh()

    def _catch_up(self) -> bool | None:
        """Whether a log was another than before; None where it would take long."""
        if self._browser.behind() > _FEW:
            return None
        return bool(self._browser.update().anew)

    def _caught_up(self, anew: bool | None) -> None:
        if anew is None:
            self._desk.beside.start(self._build, self._finish, self._fail, progress=self._go_on)
        else:
            self._finish(anew)

    def _build(self, home: Path, stop: Stop, say: Callable[[float], None]) -> bool:
        updated = self._browser.update(
            progress=lambda done, of: say(done / max(of, 1)), stopped=lambda: stop.asked
        )
        return bool(updated.anew)

    def _go_on(self, part: float) -> None:
        self.part = part
        self.changed.emit()

    def _finish(self, anew: bool) -> None:
        self.updating = False
        self.anew = self.anew or anew
        self.changed.emit()
        self.ready.emit()
        if self._again:
            self._again = False
            self.refresh()

    def _fail(self, error: DeidError) -> None:
        self.updating, self.broken = False, error
        self.changed.emit()
