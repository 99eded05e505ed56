"""Training on a site's own notes: the presenter of the page "Training"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, Signal

from deid import DeidError, StagedFile, officer
from deid.audit.records import ModelDecided, PrivacyUnit
from deid.site_models import kept, promotions
from deid.training.account import check_allowed, ledger_of, set_budget
from deid.training.acts import end, open_run
from deid.training.ledger import Ledger, Run, Total
from deid.training.outcome import Finished, finished
from deid.training.promotion import (
    forget,
    forget_package,
    keep_aside,
    orphans,
    promote,
    roll_back,
)
from deid.training.stated import statement_of
from deid.training.tune.extra import check_installed
from deid.training.tune.run_place import RunPlace
from gui.officer.desk_jobs import DeskJobs
from gui.officer.training_computing import Computing
from gui.officer.training_leaks import Leaks
from gui.officer.training_plans import Plans
from gui.officer.training_work import Done, Failed, Signer, TrainingWork

_COMPUTING: Final = Computing()
Act = Callable[[officer.Desk], object]


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with training at a site.

    Attributes:
        ledger: all runs and the budget.
        promoted: the promotions that hold, the one in use last; empty: that of the program is.
        spent: steps taken of each run that has a folder.
        kept: digests of the models that are kept.
        orphans: those of them that no run made, and that are not in use.
    """

    ledger: Ledger
    promoted: tuple[ModelDecided, ...]
    spent: Mapping[str, int]
    kept: frozenset[str]
    orphans: tuple[str, ...]

    @property
    def in_use(self) -> ModelDecided | None:
        """The promotion of the site's own model that is in use; None: that of the program is."""
        return self.promoted[-1] if self.promoted else None

    @property
    def before(self) -> ModelDecided | None:
        """The one to go back to from it; None: to the model of the program."""
        return self.promoted[-2] if len(self.promoted) > 1 else None

    @property
    def lost(self) -> bool:
        """Whether the package in use is not where it was kept, so that no note is examined."""
        return self.in_use is not None and self.in_use.model_digest not in self.kept

    def is_in_use(self, run: Run) -> bool:
        """Whether the model of this run finds identifiers now."""
        used, ended = self.in_use, run.ended
        return used is not None and ended is not None and used.model_digest == ended.model_digest

    def stays(self, run: Run) -> bool:
        """Whether its model is in use, or one to go back to."""
        digests = {one.model_digest for one in self.promoted}
        return run.ended is not None and run.ended.model_digest in digests


class TrainingSession(QObject):
    """Plans and does training, and what becomes of its models.

    Args:
        desk: where everything is done.
        computing: how plans, runs and attacks are computed.

    Signals:
        changed: something else is to be shown.
    """

    changed = Signal()

    def __init__(self, desk: DeskJobs, computing: Computing = _COMPUTING) -> None:
        super().__init__()
        self.desk = desk
        self.plans = Plans(desk, self, computing.draft)
        self.work = TrainingWork(desk, self, computing.go_on)
        self.leaks = Leaks(desk, self, computing.attack)
        self.standing: Standing | None = None
        """None until it was read, or where it cannot be."""
        self.broken: DeidError | None = None
        """Why the records of training cannot be read."""
        self.total: Total | None = None
        """What all runs together cost; None while it is computed."""
        self.lacking = _refusal(check_installed)
        """Why nothing can be computed here; None where the libraries are there."""
        self.missing = _refusal(check_allowed) or self.lacking
        """Why nothing can be trained here; None where it may be, and the libraries are there."""
        self.plans.changed.connect(self.changed)
        self.work.changed.connect(self.changed)
        self.leaks.changed.connect(self.changed)
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

    def begin(self, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Begin the run that was planned."""
        planned = self.plans.planned
        if planned is None:
            return

        def begun() -> None:
            self.plans.forget()
            done()

        self.work.begin(planned, self._signer(person, pin), done=begun, failed=failed)

    def resume(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Go on with a run, or measure it anew."""
        self.work.resume(run, self._signer(person, pin), done=done, failed=failed)

    def end(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """End a run that shall not go on."""
        self._sign(lambda desk: end(desk, run), person, pin, done, failed)

    def remove(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Remove the model of a run that is aside, and its folder."""

        def gone() -> None:
            done()
            self.reload()  # that a folder without a model went stands nowhere in the log

        self._sign(lambda desk: forget(desk, run), person, pin, gone, failed)

    def measure_leakage(
        self, run: Run, person: str, pin: str, *, patients: int, done: Done, failed: Failed
    ) -> None:
        """Attack the training with the numbers of a run; what is reached is recorded and signed."""
        signer = self._signer(person, pin)

        def begin() -> None:
            self.leaks.measure(run, patients, signer)
            done()

        self._sign(lambda desk: desk.require(officer.Permission.TRAIN), person, pin, begin, failed)

    def remove_orphans(self, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Remove the models that no run made."""
        orphans = () if self.standing is None else self.standing.orphans

        def act(desk: officer.Desk) -> None:
            for digest in orphans:
                forget_package(desk, digest)

        self._sign(act, person, pin, done, failed)

    def promote(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Let the model of a run find identifiers from now on."""
        self._sign(lambda desk: promote(desk, run), person, pin, done, failed)

    def keep_aside(self, run: str, person: str, pin: str, *, done: Done, failed: Failed) -> None:
        """Record that the model of a run is not used for now."""
        self._sign(lambda desk: keep_aside(desk, run), person, pin, done, failed)

    def roll_back(
        self, person: str, pin: str, *, to_shipped: bool, done: Done, failed: Failed
    ) -> None:
        """Let the model that was in use before find identifiers again, or that of the program."""
        act: Act = partial(roll_back, to_shipped=to_shipped)
        self._sign(act, person, pin, done, failed)

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
    hold = promotions(desk.log, home)
    used = {one.model_digest for one in hold}
    left = tuple(digest for digest in orphans(ledger, home) if digest not in used)
    return Standing(ledger, hold, spent, frozenset(kept(home)), left)


def _write(path: Path, text: str) -> None:
    with StagedFile(path) as staged:
        staged.write(text.encode("utf-8"))
        staged.finish()
        staged.publish()


def _refusal(check: Callable[[], None]) -> DeidError | None:
    try:
        check()
    except DeidError as error:
        return error
    return None
