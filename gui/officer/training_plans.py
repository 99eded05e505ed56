"""Working out what a run would take and cost, beside the desk, so that nothing waits for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, ExaminationStopped, officer, stoppable
from deid.training.choice import Choice
from deid.training.planning import Planned
from deid.training.tune.settings import Settings
from gui.officer.beside import Stop
from gui.officer.desk_jobs import DeskJobs
from gui.officer.training_computing import Draft

_Say = Callable[[float], None]


class Plans(QObject):
    """The plan that was asked for last.

    Args:
        desk: is asked whether whoever sits there may train.
        parent: owns it.
        draft: works a plan out.

    Signals:
        changed: one was asked for, came, or does not hold any more.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs, parent: QObject, draft: Draft) -> None:
        super().__init__(parent)
        self._desk, self._draft = desk, draft
        self._asked = 0
        self._stop: Stop | None = None
        self.planned: Planned | None = None
        self.running = False
        """Whether one is being worked out."""
        self.refused: DeidError | None = None
        """Why there is none."""

    def plan(self, choice: Choice, settings: Settings) -> None:
        """Work out what such a run would be; nothing is begun."""
        self.forget()
        asked, self.running = self._asked, True
        draft = self._draft

        def refuse(error: DeidError) -> None:
            if asked == self._asked:
                self.running, self._stop = False, None
                self.refused = None if isinstance(error, ExaminationStopped) else error
                self.changed.emit()

        def take(planned: Planned) -> None:
            if asked == self._asked:
                self.running, self._stop, self.planned = False, None, planned
                self.changed.emit()

        def work(home: Path, stop: Stop, _say: _Say) -> Planned:
            with stoppable(lambda: stop.asked), officer.Desk.open(home) as desk:
                return draft(desk, choice, settings)

        def go_on() -> None:
            if asked == self._asked:
                self._stop = self._desk.beside.start(work, take, refuse)

        def reach(_: object) -> None:
            if asked == self._asked:
                self._stop = self._desk.beside.touch(choice.paths[0], go_on, refuse)

        self._desk.start(lambda desk: desk.require(officer.Permission.TRAIN), reach, refuse)
        self.changed.emit()

    def forget(self) -> None:
        """The plan does not hold any more, or is not waited for."""
        self._asked += 1
        stop, self._stop = self._stop, None
        self.running, self.planned, self.refused = False, None, None
        if stop is not None:
            self._desk.beside.give_up(stop)
        self.changed.emit()
