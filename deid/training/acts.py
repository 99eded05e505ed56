"""Training a model on a site's own notes, as acts at the desk: begin, go on, measure, end.

Importing this loads no torch; `go_on` wants the extra `train`. What a run may cost is in the log
before its first step, so whatever stops the program, the ledger never says too little.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from deid.audit.records import (
    GateOutcome,
    ModelEvaluated,
    PrivacyUnit,
    TrainingEnded,
    TrainingOutcome,
)
from deid.audit.roles import Permission
from deid.audit.training_records import exact
from deid.detect.packages import ModelPackage, load_package
from deid.errors import ConfigurationError, DefectError, ModelTampered
from deid.officer import Desk
from deid.policy import load_policy
from deid.site_models import keep, load_in_use, load_kept
from deid.training.account import check_allowed, epsilon_of, ledger_of
from deid.training.choice import choose_again, remember
from deid.training.ledger import Run
from deid.training.outcome import Finished
from deid.training.planning import Planned, started
from deid.training.stated import statement_of
from deid.training.tune.extra import check_installed
from deid.training.tune.progress import Progress
from deid.training.tune.results import compare_models, gold_by_patient, shipped_notes, with_model
from deid.training.tune.run_folder import RunFacts, RunFolder
from deid.training.tune.run_place import RunPlace

if TYPE_CHECKING:
    from deid.training.tune.lineage import Lineage
    from deid.training.tune.loop import Tuned

OnProgress = Callable[[Progress], None]


class Stage(StrEnum):
    """What is being done with a run."""

    LEARNING = "learning"
    WRITING = "writing"
    MEASURING = "measuring"


OnStage = Callable[[Stage], None]


def begin(desk: Desk, planned: Planned) -> RunFolder:
    """Reserve the cost of a run, record it, and make its folder; `go_on` then takes its steps.

    Raises:
        NotPermitted: no officer's key is unlocked.
        SettingLocked: IT does not let it be trained, or cost so much; nothing was begun.
        ConfigurationError: it might cost more than is left of the budget; nothing was begun.
        OutputError: the folder cannot be made; nothing was begun.
        LogUnavailable: the log cannot be written; nothing was begun.
    """
    officer, base = desk.require(Permission.TRAIN), load_package().manifest_digest
    check_allowed()
    chosen, privacy = planned.chosen, planned.plan.privacy
    facts = RunFacts(
        settings=planned.settings,
        noise_multiplier=0.0 if privacy is None else privacy.mechanism.noise_multiplier,
        delta=planned.settings.delta_for(len(chosen.learn)),
        patients=len(chosen.learn),
        cohort=chosen.learn.digest,
        base=base,
    )
    run = RunFolder.make(desk.home, facts)
    try:
        remember(run, chosen)
        event = started(desk, run.name, chosen, planned.plan, base=base, person=officer.id)
        # Asked again where no other process can write: two runs cannot have the same remainder.
        desk.record(desk.sign(event), check=lambda: ledger_of(desk.log).check(event))
    except BaseException:
        run.remove()
        raise
    return run


def go_on(
    desk: Desk,
    run: RunFolder,
    *,
    on_progress: OnProgress = lambda _: None,
    on_stage: OnStage = lambda _: None,
    threads: int | None = None,
) -> Finished:
    """Do what is left of a run: take its steps, make its package, measure it.

    Stop it through `deid.stopping`. Whatever stopped it, it can go on.

    Args:
        desk: of the site, with an officer's key unlocked.
        run: as `begin` or `open_run` gave it.
        on_progress: called after each step, in this thread.
        on_stage: called when something else begins to be done.
        threads: of torch; None: as it is set.

    Raises:
        NotPermitted: no officer's key is unlocked.
        SettingLocked: IT lets nobody train here.
        ModelMissing: the extra `train` is not installed.
        ConfigurationError: its notes are not where they were, its settings are not those that
            were recorded, nobody can tell what it spent, its checkpoint is damaged, or the program
            comes with another model by now.
        ExaminationStopped: somebody asked to stop.
        OutputError: something cannot be written, or another process works on the run.
        ModelError: the model that came out cannot be used, which is recorded; or another cannot.
    """
    officer = desk.require(Permission.TRAIN)
    check_allowed()
    with run.alone():
        told = ledger_of(desk.log).run(run.name)
        if told.ended is None:
            check_installed()
            _check_recorded(desk, run, told)
            run.check()
            learning = _Learning(desk, run, officer.id, on_stage)
            learning.finish(on_progress, threads)
        return measure(desk, run, on_stage=on_stage)


def measure(desk: Desk, run: RunFolder, *, on_stage: OnStage = lambda _: None) -> Finished:
    """Measure the model of a run beside the one in use now, and record what that told.

    Raises:
        NotPermitted: no officer's key is unlocked.
        ConfigurationError: the run has no model, or its notes are not where they were.
        ExaminationStopped: somebody asked to stop.
        ModelError: one of the models cannot be used, or is not the one that was kept.
        OutputError: the results cannot be written, or another process works on the run.
    """
    officer = desk.require(Permission.TRAIN)
    with run.alone():
        return _measured(desk, run, officer.id, on_stage)


def _measured(desk: Desk, run: RunFolder, person: str, on_stage: OnStage) -> Finished:
    digest = ledger_of(desk.log).run(run.name).model
    on_stage(Stage.MEASURING)
    in_use, policy = load_in_use(desk.home), load_policy()
    before = with_model(in_use.folder, policy)
    after = with_model(load_kept(desk.home, digest).folder, policy)
    held = choose_again(desk, run).held
    found = Finished(
        run=run.name,
        model=digest,
        before=in_use.manifest_digest,
        shipped=compare_models(shipped_notes(), before=before, after=after),
        held_out=compare_models(gold_by_patient(held), before=before, after=after),
        unit=run.facts.settings.unit,
    )
    found.write(run)
    desk.record(desk.sign(_evaluated(found, person)))
    return found


def end(desk: Desk, name: str) -> TrainingEnded:
    """End a run that shall not go on, and remove what it left; what it cost stays counted.

    Where its folder is gone or damaged, nothing says how many steps it took, and all planned ones
    count.

    Raises:
        NotPermitted: no officer's key is unlocked.
        ConfigurationError: there is no such run, or it has ended.
        OutputError: somebody works on it.
        LogUnavailable: the log cannot be written.
    """
    officer = desk.require(Permission.TRAIN)
    told = _unended(desk, name)
    place = RunPlace.of(desk.home, told.id)
    if place is None:
        steps, outcome = told.started.steps, TrainingOutcome.ABANDONED
        return _record_end(desk, told, officer.id, outcome, steps=steps)
    with place.alone():
        # Read again where nobody else works on the run: it may have ended meanwhile.
        told = _unended(desk, told.id)
        steps, outcome = _spent(desk, told)
        event = _record_end(desk, told, officer.id, outcome, steps=steps)
    place.remove()
    return event


def open_run(desk: Desk, name: str) -> RunFolder:
    """The folder of a run that the log tells of, by its id, or its beginning or end.

    Raises:
        ConfigurationError: there is no such run, or its folder is gone or damaged.
    """
    return RunFolder.open(desk.home, ledger_of(desk.log).run(name).id)


class _Learning:
    """A run whose steps are still to be taken, or whose package is still to be made."""

    def __init__(self, desk: Desk, run: RunFolder, person: str, on_stage: OnStage) -> None:
        self._desk, self._run, self._person, self._on_stage = desk, run, person, on_stage

    def finish(self, on_progress: OnProgress, threads: int | None) -> None:
        from deid.training.tune.base import base_of
        from deid.training.tune.loop import fine_tune
        from deid.training.tune.package import set_points
        from deid.training.tune.points import public_notes

        base = _base(self._run)
        chosen = choose_again(self._desk, self._run)
        self._on_stage(Stage.LEARNING)
        tuned = fine_tune(
            chosen.learn, chosen.held.notes, base=base_of(base), run=self._run, threads=threads,
            on_progress=on_progress,
        )  # fmt: skip
        self._on_stage(Stage.WRITING)
        told = ledger_of(self._desk.log).run(self._run.name)
        lineage = self._lineage(told, tuned.steps)
        made = self._package(tuned, base, told, lineage)
        self._try(made, base, told, tuned.steps)
        made = set_points(made, base=base, lineage=lineage, public=public_notes())
        digest = keep(self._desk.home, made.folder).manifest_digest
        outcome = TrainingOutcome.FINISHED
        _record_end(self._desk, told, self._person, outcome, steps=tuned.steps, model=digest)
        shutil.rmtree(self._run.package, ignore_errors=True)

    def _lineage(self, told: Run, steps: int) -> Lineage:
        from deid.training.tune.lineage import Lineage

        cost = epsilon_of(told.started, steps)
        return Lineage(
            run=self._run.name,
            facts=self._run.facts,
            steps=steps,
            epsilon=None if cost is None else float(cost),
            accountant=told.started.accountant,
        )

    def _package(
        self, tuned: Tuned, base: ModelPackage, told: Run, lineage: Lineage
    ) -> ModelPackage:
        from deid.training.tune.package import write_tuned

        folder, settings = self._run.package, self._run.facts.settings
        statement = statement_of(ledger_of(self._desk.log), told, settings=settings)
        return write_tuned(folder, tuned.network, base=base, lineage=lineage, statement=statement)

    def _try(self, made: ModelPackage, base: ModelPackage, told: Run, steps: int) -> None:
        """Record that the run failed if its model cannot be run, though the base can."""
        from deid.detect.transformer import TransformerDetector

        # What keeps any model from being run, such as a missing library, is not this one's fault.
        TransformerDetector(base)
        try:
            TransformerDetector(made)
        except ModelTampered:
            outcome = TrainingOutcome.FAILED
            _record_end(self._desk, told, self._person, outcome, steps=steps)
            raise


def _unended(desk: Desk, name: str) -> Run:
    told = ledger_of(desk.log).run(name)
    if told.ended is not None:
        raise ConfigurationError(f"run {told.id} has ended: there is nothing left to end")
    return told


def _spent(desk: Desk, told: Run) -> tuple[int, TrainingOutcome]:
    """The steps that count of a run that shall not go on, and how it ended."""
    try:
        run = RunFolder.open(desk.home, told.id)
        run.check()
    except ConfigurationError:
        return told.started.steps, TrainingOutcome.ABANDONED
    return run.spent(), TrainingOutcome.STOPPED


def _check_recorded(desk: Desk, run: RunFolder, told: Run) -> None:
    """Go on, unless the folder has other settings than the signed record that ε stands on."""
    event, facts, settings = told.started, run.facts, run.facts.settings
    private = settings.private
    try:
        found = (
            exact(settings.sampling_rate),
            exact(facts.noise_multiplier) if private or facts.noise_multiplier else None,
            exact(settings.largest_gradient) if private else None,
            exact(facts.delta) if private else None,
            (settings.steps, settings.windows, settings.method.value, PrivacyUnit(settings.unit)),
            (facts.patients, facts.base, desk.keys.fingerprint("cohort", facts.cohort)),
        )
    except DefectError:
        found = None  # a number that no record has
    recorded = (
        event.sampling_rate,
        event.noise_multiplier,
        event.clipping_norm,
        event.delta,
        (event.steps, event.windows, event.method, event.unit),
        (event.patients, event.base_digest, event.cohort),
    )
    if found != recorded:
        raise ConfigurationError(
            "the settings in the folder of the run are not those that were recorded when it began, "
            f"so what it costs would not hold: end it with `deid train end {run.name}`, and begin "
            "a new one"
        )


def _base(run: RunFolder) -> ModelPackage:
    package = load_package()
    if package.manifest_digest != run.facts.base:
        raise ConfigurationError(
            "the program comes with another model than the one that the run began with: end the "
            f"run with `deid train end {run.name}`, and begin a new one"
        )
    return package


def _record_end(
    desk: Desk, told: Run, person: str, outcome: TrainingOutcome, *, steps: int,
    model: str | None = None,
) -> TrainingEnded:  # fmt: skip
    cost = epsilon_of(told.started, steps)
    event = desk.sign(TrainingEnded(told.id, person, outcome, steps, cost, model, ""))
    desk.record(event)
    return event


def _evaluated(found: Finished, person: str) -> ModelEvaluated:
    recall = found.held_out.overall.recall
    return ModelEvaluated(
        run=found.run,
        person=person,
        model_digest=found.model,
        before_digest=found.before,
        patients=found.held_out.patients,
        recall_before=0.0 if recall is None else recall.before.value,
        recall_after=0.0 if recall is None else recall.after.value,
        epsilon=None,
        gate=GateOutcome.PASSED if found.gate.passed else GateOutcome.FAILED,
        statement="",
    )
