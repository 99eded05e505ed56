"""Training a model on a site's own notes, as acts at the desk: begin, go on, measure, end.

Importing this loads no torch; `go_on` wants the extra `train`. What a run may cost is in the log
before its first step, so whatever stops the program, the ledger never says too little.
"""

from __future__ import annotations

from deid.audit.records import GateOutcome, ModelEvaluated, TrainingEnded, TrainingOutcome
from deid.audit.roles import Permission
from deid.detect.packages import load_package
from deid.errors import ConfigurationError
from deid.officer import Desk
from deid.policy import load_policy
from deid.site_models import load_in_use, load_kept
from deid.training.account import check_allowed, ledger_of
from deid.training.choice import remember, remembered
from deid.training.learning import Learning, check_recorded, record_end
from deid.training.learning import OnProgress as OnProgress
from deid.training.learning import OnStage as OnStage
from deid.training.learning import Stage as Stage
from deid.training.ledger import Run
from deid.training.measuring import Meter
from deid.training.measuring import OnExamined as OnExamined
from deid.training.outcome import Finished
from deid.training.planning import Planned, started
from deid.training.tune.extra import check_installed
from deid.training.tune.results import (
    compare_models,
    examinations,
    gold_by_patient,
    shipped_notes,
    with_model,
)
from deid.training.tune.run_folder import RunFacts, RunFolder, remove_unrecorded
from deid.training.tune.run_place import RunPlace


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
    run = RunFolder.named(desk.home, facts)
    event = started(desk, run.name, chosen, planned.plan, base=base, person=officer.id)

    def lay_out() -> None:
        """Ask again and make the folder where no other process can write.

        So two runs cannot have the same remainder, and a folder without a record is one that a
        kill left: no other process is between the two.
        """
        ledger = ledger_of(desk.log)
        ledger.check(event)
        remove_unrecorded(desk.home, {one.id for one in ledger.runs})
        run.lay_out()
        remember(run, chosen)

    try:
        desk.record(desk.sign(event), check=lay_out)
    except BaseException:
        if run.path.exists():
            run.remove()
        raise
    return run


def go_on(
    desk: Desk,
    run: RunFolder,
    *,
    on_progress: OnProgress = lambda _: None,
    on_stage: OnStage = lambda _: None,
    on_examined: OnExamined = lambda _: None,
    threads: int | None = None,
) -> Finished:
    """Do what is left of a run: take its steps, make its package, measure it.

    Stop it through `deid.stopping`. Whatever stopped it, it can go on.

    Args:
        desk: of the site, with an officer's key unlocked.
        run: as `begin` or `open_run` gave it.
        on_progress: called after each step, in this thread.
        on_stage: called when something else begins to be done.
        on_examined: called while the model is measured, in this thread.
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
            check_recorded(desk, run, told)
            run.check()
            learning = Learning(desk, run, officer.id, on_stage)
            learning.finish(on_progress, threads)
        return measure(desk, run, on_stage=on_stage, on_examined=on_examined)


def measure(
    desk: Desk,
    run: RunFolder,
    *,
    on_stage: OnStage = lambda _: None,
    on_examined: OnExamined = lambda _: None,
) -> Finished:
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
        return _measured(desk, run, officer.id, on_stage, on_examined)


def _measured(
    desk: Desk, run: RunFolder, person: str, on_stage: OnStage, on_examined: OnExamined
) -> Finished:
    digest = ledger_of(desk.log).run(run.name).model
    on_stage(Stage.MEASURING)
    in_use, policy = load_in_use(desk.home), load_policy()
    held = gold_by_patient(remembered(desk, run).held)
    meter = Meter(sum(map(examinations, (shipped_notes(), held))), on_examined)
    before = meter.counting(with_model(in_use.folder, policy))
    after = meter.counting(with_model(load_kept(desk.home, digest).folder, policy))
    found = Finished(
        run=run.name,
        model=digest,
        before=in_use.manifest_digest,
        shipped=compare_models(shipped_notes(), before=before, after=after),
        held_out=compare_models(held, before=before, after=after),
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
        return record_end(desk, told, officer.id, outcome, steps=steps)
    with place.alone():
        # Read again where nobody else works on the run: it may have ended meanwhile.
        told = _unended(desk, told.id)
        steps, outcome = _spent(desk, told)
        event = record_end(desk, told, officer.id, outcome, steps=steps)
    place.remove()
    return event


def open_run(desk: Desk, name: str) -> RunFolder:
    """The folder of a run that the log tells of, by its id, or its beginning or end.

    Raises:
        ConfigurationError: there is no such run, or its folder is gone or damaged.
    """
    return RunFolder.open(desk.home, ledger_of(desk.log).run(name).id)


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
