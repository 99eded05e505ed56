"""A training run that is under way, in a thread and at a desk of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from deid import DeidError, ExaminationStopped, officer, stoppable
from deid.training.acts import Stage, begin, open_run
from deid.training.planning import Planned
from deid.training.tune.progress import Examined, Progress
from deid.training.tune.run_folder import RunFolder
from gui.officer.beside import Stop
from gui.officer.desk_jobs import DeskJobs
from gui.officer.training_computing import GoOn

OpenRun = Callable[[officer.Desk], RunFolder]
Done = Callable[[], None]
Failed = Callable[[DeidError], None]

_NO_STAGE: Final = Stage.LEARNING


@dataclass(frozen=True, slots=True)
class Signer:
    """Whose key a run is begun under.

    Attributes:
        person: id of the person.
        pin: opens the key.
        key_file: where it lies, if not in the data folder.
    """

    person: str
    pin: str = field(repr=False)
    key_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """A figure after a step."""

    step: int
    value: float


class TrainingWork(QObject):
    """Trains beside the desk, so that the desk and the window can be used meanwhile.

    The thread has a desk of its own, in which the officer's key stays unlocked until the run ends
    or is paused; the PIN is asked for each time.

    Args:
        desk: in whose data folder it trains.
        parent: owns it.
        go_on: does what is left of a run.

    Signals:
        changed: it began, went on or ended.
    """

    changed = Signal()
    _heard = Signal(object)

    def __init__(self, desk: DeskJobs, parent: QObject, go_on: GoOn) -> None:
        super().__init__(parent)
        self._desk, self._go_on = desk, go_on
        self._stop: Stop | None = None
        self._begun: Done = _nothing
        self._refused: Failed | None = None
        self.run = ""
        """Id of the run that is under way, or was the last; empty before the first."""
        self.stage = _NO_STAGE
        self.progress: Progress | None = None
        """After the last step that was taken here."""
        self.examined: Examined | None = None
        """How far measuring is; None before it says so."""
        self.epsilon: Point | None = None
        """Spent by the last step at which it was computed."""
        self.losses: list[Point] = []
        self.recalls: list[Point] = []
        self.error: DeidError | None = None
        """Why the last one came to nothing; None where it was only paused."""
        self.paused = False
        """Whether the last one was paused."""
        self._heard.connect(self._hear)

    @property
    def running(self) -> bool:
        """Whether a run is under way, or about to begin."""
        return self._stop is not None

    @property
    def pausing(self) -> bool:
        """Whether it was asked to pause and has not yet."""
        return self._stop is not None and self._stop.asked

    def begin(self, planned: Planned, signer: Signer, *, done: Done, failed: Failed) -> None:
        """Begin the run that was planned.

        Args:
            planned: what it will be.
            signer: whose key it wants.
            done: called once it is recorded, before its first step.
            failed: gets the error where nothing was begun.
        """
        self._start(lambda desk: begin(desk, planned), signer, done, failed)

    def resume(self, name: str, signer: Signer, *, done: Done, failed: Failed) -> None:
        """Go on with a run that was paused or interrupted, or measure it anew.

        Args:
            name: its id.
            signer: whose key it wants.
            done: called once it goes on.
            failed: gets the error where it does not.
        """
        self._start(lambda desk: open_run(desk, name), signer, done, failed)

    def pause(self) -> None:
        """Put the run by after the patient that it looks at; it can go on later."""
        if self._stop is not None:
            self._stop.ask()
            self.changed.emit()

    def _start(self, opened: OpenRun, signer: Signer, done: Done, failed: Failed) -> None:
        if self.running:
            return
        self.run, self.stage, self.progress, self.epsilon = "", _NO_STAGE, None, None
        self.losses, self.recalls, self.error, self.paused = [], [], None, False
        self.examined = None
        self._begun, self._refused = done, failed
        go_on, tell = self._go_on, self._heard.emit

        def work(home: Path, stop: Stop, _say: Callable[[float], None]) -> None:
            _train(home, stop, signer, opened, go_on, partial(_tell, tell))

        self._stop = self._desk.beside.start(work, self._end, self._fail)
        self.changed.emit()

    def _hear(self, heard: object) -> None:
        match heard:
            case Stage() as stage:
                self.stage = stage
            case str() as run:
                self.run = run
                self._refused = None
                self._begun()
                self._desk.log_changed.emit()
            case Progress() as progress:
                self._take(progress)
            case Examined() as examined:
                self.examined = examined
            case _:
                raise TypeError("a run tells of its id, stages and progress")
        self.changed.emit()

    def _take(self, progress: Progress) -> None:
        self.progress, private = progress, progress.private
        if progress.epsilon is not None:
            self.epsilon = Point(progress.step, progress.epsilon)
        if private.loss is not None:
            self.losses.append(Point(progress.step, private.loss))
        if private.recall is not None:
            self.recalls.append(Point(progress.step, private.recall))

    def _end(self, _: None) -> None:
        self._stop = None
        self._rest()

    def _fail(self, error: DeidError) -> None:
        self._stop = None
        if self._refused is not None:
            refused, self._refused = self._refused, None
            refused(error)
        elif isinstance(error, ExaminationStopped):
            self.paused = True
        else:
            self.error = error
        self._rest()

    def _rest(self) -> None:
        self._begun = _nothing
        self._desk.log_changed.emit()
        self.changed.emit()


def _train(
    home: Path,
    stop: Stop,
    signer: Signer,
    opened: OpenRun,
    go_on: GoOn,
    tell: Callable[[object], None],
) -> None:
    with stoppable(lambda: stop.asked), officer.Desk.open(home) as desk:
        desk.unlock(signer.person, signer.pin, key_file=signer.key_file)
        run = opened(desk)
        tell(run.name)
        go_on(desk, run, tell, tell, tell)


def _tell(tell: Callable[[object], None], heard: object) -> None:
    with suppress(RuntimeError):  # the window was closed meanwhile
        tell(heard)


def _nothing() -> None:
    """Nobody waits for it."""
