"""Training on a site's own notes: the presenter of the page "Training"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from deid import DeidError, ExaminationStopped, StagedFile, officer
from deid.audit.records import PrivacyUnit
from deid.site_models import SiteModel, in_use_by, kept
from deid.training.account import ledger_of, set_budget
from deid.training.acts import end, open_run
from deid.training.choice import Choice
from deid.training.ledger import Ledger, Run, Total
from deid.training.outcome import Finished, finished
from deid.training.planning import Planned, plan
from deid.training.promotion import forget, keep_aside, promote, roll_back
from deid.training.stated import statement_of
from deid.training.tune.extra import check_installed
from deid.training.tune.run_folder import RunPlace
from deid.training.tune.settings import Settings
from gui.officer.desk_jobs import DeskJobs
from gui.officer.training_work import Done, Failed, GoOn, Signer, TrainingWork

Act = Callable[[officer.Desk], object]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with training at a site.

    Attributes:
        ledger: all runs and the budget.
        in_use: the site's own model that is in use; None: that of the program.
        spent: steps taken of each run that has a folder.
        kept: digests of the models that are kept.
    """

    ledger: Ledger
    in_use: SiteModel | None
    spent: Mapping[str, int]
    kept: frozenset[str]

    def is_in_use(self, run: Run) -> bool:
        """Whether the model of this run finds identifiers now."""
        used, ended = self.in_use, run.ended
        return used is not None and ended is not None and used.digest == ended.model_digest


class TrainingSession(QObject):
    """Plans and does training, and what becomes of its models.

    Args:
        desk: where everything is done.
        go_on: does what is left of a run; None: trains for real.

    Signals:
        changed: something else is to be shown.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs, go_on: GoOn | None = None) -> None:
        super().__init__()
        self.desk = desk
        self.work = TrainingWork(desk, self, go_on)
        self.standing: Standing | None = None
        """None until it was read, or where it cannot be."""
        self.broken: DeidError | None = None
        """Why the records of training cannot be read."""
        self.total: Total | None = None
        """What all runs together cost; None while it is computed."""
        self.missing = _missing()
        """Why nothing can be trained here; None where the libraries are installed."""
        self.planned: Planned | None = None
        self.planning = False
        self.refused: DeidError | None = None
        """Why there is no plan."""
        self._asked = 0
        self.work.changed.connect(self.changed)
        desk.person_changed.connect(self.changed)
        desk.log_changed.connect(self.reload)

    @property
    def may(self) -> bool:
        """Whether the person at the desk may train, promote and set the budget."""
        return officer.Permission.TRAIN in self.desk.permissions

    @property
    def runs(self) -> tuple[Run, ...]:
        """Those that the log tells of, the last first."""
        return () if self.standing is None else self.standing.ledger.runs[::-1]

    def reload(self) -> None:
        """Read runs, budget and the model in use anew."""
        self.desk.start(_read, self._take, self._refuse)

    def plan(self, choice: Choice, settings: Settings) -> None:
        """Work out what such a run would be; nothing is begun."""
        self.forget_plan()
        asked, self.planning = self._asked, True

        def take(planned: Planned) -> None:
            if asked == self._asked:
                self.planning, self.planned = False, planned
                self.changed.emit()

        def refuse(error: DeidError) -> None:
            if asked == self._asked:
                self.planning = False
                self.refused = None if isinstance(error, ExaminationStopped) else error
                self.changed.emit()

        self.desk.start(
            lambda desk: plan(desk, choice, settings),
            take,
            refuse,
            reaching=choice.paths[0],
            stale=lambda: asked != self._asked,
        )
        self.changed.emit()

    def forget_plan(self) -> None:
        """The plan does not hold any more, or is not waited for."""
        self._asked += 1
        self.planning, self.planned, self.refused = False, None, None
        self.changed.emit()

    def begin(self, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Begin the run that was planned."""
        planned = self.planned
        if planned is None:
            return

        def begun() -> None:
            self.forget_plan()
            done()

        self.work.begin(planned, self._signer(person, pin), done=begun, failed=failed)

    def resume(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Go on with a run, or measure it anew."""
        self.work.resume(run, self._signer(person, pin), done=done, failed=failed)

    def end(self, run: str, *, done: Done, failed: Failed) -> None:
        """End a run that shall not go on."""
        self.desk.start(lambda desk: end(desk, run), lambda _: done(), failed)

    def remove(self, run: str, *, done: Done, failed: Failed) -> None:
        """Remove the model of a run that is aside, and its folder."""

        def take(_: str) -> None:
            done()
            self.reload()  # nothing of it stands in the log

        self.desk.start(lambda desk: forget(desk, run), take, failed)

    def promote(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Let the model of a run find identifiers from now on."""
        self._sign(lambda desk: promote(desk, run), person, pin, done, failed)

    def keep_aside(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Record that the model of a run is not used for now."""
        self._sign(lambda desk: keep_aside(desk, run), person, pin, done, failed)

    def roll_back(self, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Let the model that was in use before find identifiers again."""
        self._sign(roll_back, person, pin, done, failed)

    def set_budget(
        self,
        person: str,
        pin: str,
        *,
        epsilon: float,
        delta: float,
        unit: PrivacyUnit,
        done: Done,
        failed: Failed,
    ) -> None:
        """Settle what all private runs together may cost."""
        self._sign(
            lambda desk: set_budget(desk, epsilon=epsilon, delta=delta, unit=unit),
            *(person, pin, done, failed),
        )

    def find_results(self, run: str, done: Callable[[Finished], None], failed: Failed) -> None:
        """What came of a run, as it was last measured."""
        self.desk.start(lambda desk: finished(open_run(desk, run)), done, failed)

    def write_statement(
        self, run: Run, done: Callable[[str], None], failed: Failed, *, tuned_on_notes: bool
    ) -> None:
        """The privacy statement of a run, in Markdown.

        Args:
            run: of the ledger.
            done: gets it.
            failed: gets the error instead.
            tuned_on_notes: whether settings were chosen by looking at these notes.
        """
        if self.standing is None:
            return
        ledger = self.standing.ledger
        # The accountant takes its time, and needs no key.
        self.desk.beside.start(
            lambda *_: statement_of(ledger, run, tuned_on_notes=tuned_on_notes), done, failed
        )

    def save(self, text: str, path: Path, *, done: Done, failed: Failed) -> None:
        """Write a statement into a new file."""
        self.desk.beside.reach(str(path), lambda: _write(path, text), lambda _: done(), failed)

    def _sign(self, act: Act, person: str, pin: str, done: Done, failed: Failed) -> None:
        """Do what is signed; the PIN is asked for each signature (21 CFR 11.200(a))."""

        def work(desk: officer.Desk) -> object:
            desk.unlock(person, pin)
            return act(desk)

        self.desk.start(work, lambda _: done(), failed)

    def _signer(self, person: str, pin: str) -> Signer:
        return Signer(person, pin, self.desk.key_file(person))

    def _take(self, standing: Standing) -> None:
        fresh = self.standing is None or standing.ledger != self.standing.ledger
        self.standing, self.broken = standing, None
        self.changed.emit()
        if fresh:
            self.total, ledger = None, standing.ledger

            def take(total: Total) -> None:
                if self.standing is not None and self.standing.ledger == ledger:
                    self.total = total
                    self.changed.emit()

            self.desk.beside.start(lambda *_: ledger.total(), take)

    def _refuse(self, error: DeidError) -> None:
        self.standing, self.broken = None, error
        self.changed.emit()


def _read(desk: officer.Desk) -> Standing:
    home, ledger = desk.home, ledger_of(desk.log)
    places = {run.id: RunPlace.of(home, run.id) for run in ledger.runs}
    spent = {name: place.spent() for name, place in places.items() if place is not None}
    return Standing(ledger, in_use_by(desk.log, home), spent, frozenset(kept(home)))


def _write(path: Path, text: str) -> None:
    with StagedFile(path) as staged:
        staged.write(text.encode("utf-8"))
        staged.finish()
        staged.publish()


def _missing() -> DeidError | None:
    try:
        check_installed()
    except DeidError as error:
        return error
    return None
