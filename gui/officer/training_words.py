"""Words for runs, plans, costs and what came of a training."""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from PySide6.QtCore import QCoreApplication

from deid.audit.records import BudgetSet, GateOutcome, PrivacyUnit, TrainingOutcome
from deid.training.acts import Stage
from deid.training.cohort.gather import PatientFrom, Reason
from deid.training.cohort.patients import Unit
from deid.training.leakage import Leakage
from deid.training.ledger import Composition, Ledger, Run, Total
from deid.training.planning import Planned
from deid.training.private.printed import down, figure_up, up
from deid.training.tune.progress import Examined
from deid.training.tune.settings import Method
from gui.officer.training_session import Standing
from gui.views.header import counted
from gui.words import QT_TRANSLATE_NOOP

_METHODS: Final = {
    Method.LAST_LAYERS: QT_TRANSLATE_NOOP("Training", "The classifier, or last layers too (usual)"),
    Method.LORA: QT_TRANSLATE_NOOP("Training", "Small changes of the last layers (LoRA)"),
    Method.BIASES: QT_TRANSLATE_NOOP("Training", "Biases of the last layers: few weights"),
    Method.FULL: QT_TRANSLATE_NOOP("Training", "The whole network: slow"),
}
_PATIENTS: Final = {
    PatientFrom.FIELD: QT_TRANSLATE_NOOP("Training", "A field of each note"),
    PatientFrom.FOLDER: QT_TRANSLATE_NOOP("Training", "The folder in which it lies"),
    PatientFrom.FILE: QT_TRANSLATE_NOOP("Training", "Its file: one for each patient"),
    PatientFrom.NOTE: QT_TRANSLATE_NOOP("Training", "Nothing: each note stands for itself"),
}
_UNITS: Final = {
    Unit.PATIENT: QT_TRANSLATE_NOOP("Training", "A patient with all notes"),
    Unit.NOTE: QT_TRANSLATE_NOOP("Training", "One note: a patient with several is protected less"),
}
_LEFT_OUT: Final = {
    Reason.NOT_REVIEWED: QT_TRANSLATE_NOOP("Training", "no reviewer has finished them"),
    Reason.REVIEWED_AGAIN: QT_TRANSLATE_NOOP("Training", "reviewed again later"),
    Reason.NO_PATIENT: QT_TRANSLATE_NOOP("Training", "nothing says whose they are"),
    Reason.NOT_FOUND: QT_TRANSLATE_NOOP("Training", "not in these folders as they were read"),
    Reason.READ_OTHERWISE: QT_TRANSLATE_NOOP("Training", "read in another encoding then"),
    Reason.NO_RECORDS: QT_TRANSLATE_NOOP("Training", "their records lie in an archive"),
    Reason.NO_TEXT: QT_TRANSLATE_NOOP("Training", "empty"),
    Reason.UNREADABLE: QT_TRANSLATE_NOOP("Training", "cannot be read"),
}
_STAGES: Final = {
    Stage.LEARNING: QT_TRANSLATE_NOOP("Training", "Learning"),
    Stage.WRITING: QT_TRANSLATE_NOOP("Training", "Making the model package …"),
    Stage.MEASURING: QT_TRANSLATE_NOOP(
        "Training", "Measuring it beside the model in use: minutes …"
    ),
}
_OUTCOMES: Final = {
    TrainingOutcome.STOPPED: QT_TRANSLATE_NOOP("Training", "ended early"),
    TrainingOutcome.FAILED: QT_TRANSLATE_NOOP("Training", "failed"),
    TrainingOutcome.ABANDONED: QT_TRANSLATE_NOOP("Training", "ended, folder lost"),
}


def method_words(method: Method) -> str:
    """Which weights are trained."""
    return _say(_METHODS[method])


def patient_words(patient: PatientFrom) -> str:
    """What says whose a marked note is."""
    return _say(_PATIENTS[patient])


def unit_words(unit: Unit) -> str:
    """Of what a guarantee speaks."""
    return _say(_UNITS[unit])


def stage_words(stage: Stage) -> str:
    """What is being done with a run."""
    return _say(_STAGES[stage])


def examined_words(examined: Examined) -> str:
    """How far the measuring of a model is."""
    words = _say("Measuring it beside the model in use: note {notes:,} of {of:,}, {time} left.")
    return words.format(
        notes=examined.notes, of=examined.of, time=duration_words(examined.seconds_left)
    )


def each_words(unit: PrivacyUnit) -> str:
    """Of whom a cost speaks."""
    return _say("a patient") if unit is PrivacyUnit.PATIENT else _say("a note")


def who_words(unit: Unit | PrivacyUnit, count: int) -> str:
    """So many of those that a run learns from, or holds out."""
    if unit == Unit.NOTE:
        return counted(count, _say("note"), _say("notes"))
    return counted(count, _say("patient"), _say("patients"))


def cost_words(epsilon: float) -> str:
    """An ε, rounded up: a cost does not shrink where it is shown."""
    return up(epsilon) if math.isfinite(epsilon) else "∞"


def doubt_words(delta: float | str | None) -> str:
    """A δ, rounded up as well; empty where there is none."""
    return "" if delta is None else figure_up(float(delta))


def duration_words(seconds: float) -> str:
    """How long something takes, roughly."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _say("less than a minute")
    if minutes < 90:
        return _say("about {} min").format(minutes)
    return _say("about {:.1f} h").format(seconds / 3600)


def run_cost(run: Run) -> str:
    """What a run cost, in a table."""
    return _say("no privacy") if run.mechanism is None else cost_words(run.epsilon)


def state_words(run: Run, standing: Standing, *, under_way: bool) -> str:
    """How it stands with a run."""
    if under_way:
        return _say("under way")
    if run.ended is None:
        return _say("paused") if run.id in standing.spent else _say("broken off, folder lost")
    if run.ended.outcome is not TrainingOutcome.FINISHED:
        return _say(_OUTCOMES[run.ended.outcome])
    if standing.is_in_use(run):
        return _say("in use")
    if run.ended.model_digest not in standing.kept:
        return _say("removed")
    if standing.stays(run):
        return _say("in use before")
    if not run.evaluations:
        return _say("to be measured")
    if run.refuted:
        return _say("its proof is refuted")
    if run.evaluations[-1].gate is GateOutcome.PASSED:
        return _say("passed the gate")
    return _say("did not pass the gate")


def total_words(ledger: Ledger, total: Total | None) -> str:
    """What training has cost, and what is left of the budget."""
    if total is None:
        return _say("Adding up what training has cost …")
    parts = list(_total_parts(total))
    budget = ledger.budget
    if budget is not None:
        parts.append(_budget_words(budget, total))
    elif ledger.most is None:
        parts.append(_say("No budget is set: nothing stops a run that costs too much."))
    if ledger.most is not None:
        words = _say("All runs together may cost ε {} at most: managed by your organisation.")
        parts.append(words.format(f"{ledger.most:g}"))
    return " ".join(parts)


def _total_parts(total: Total) -> Iterator[str]:
    if not total.runs:
        yield _say("No private run has cost anything yet.")
    else:
        runs = counted(total.runs, _say("private run has"), _say("private runs together have"))
        yield _say("{runs} cost {each} at most ε {epsilon} at δ {delta}.").format(
            runs=runs,
            each=each_words(total.unit),
            epsilon=cost_words(total.epsilon),
            delta=doubt_words(total.delta),
        )
    if total.runs > 1 and total.composition is Composition.BASIC:
        yield _say("They were added up as recorded, which is more than they cost.")
    if total.plain:
        runs = counted(total.plain, _say("run"), _say("runs"))
        yield _say("{} without privacy besides: of what these tell no ε speaks.").format(runs)
    if total.of_another_unit:
        yield _say("{} of another unit are not in it.").format(total.of_another_unit)


def _budget_words(budget: BudgetSet, total: Total) -> str:
    spent = Decimal(repr(total.epsilon)) if math.isfinite(total.epsilon) else Decimal("Infinity")
    # What is left is rounded down: it is not to look like more than it is.
    left = max(Decimal(budget.epsilon) - spent, Decimal(0))
    shown = f"{left.quantize(Decimal('0.01'), ROUND_FLOOR):f}"
    return _say("The budget is ε {epsilon} at δ {delta} for {each}: ε {left} are left.").format(
        epsilon=budget.epsilon, delta=budget.delta, each=each_words(budget.unit), left=shown
    )


def plan_words(planned: Planned, ledger: Ledger) -> str:
    """What a run would be, in sentences, a line each."""
    return "\n".join((*_plan_lines(planned), *_cost_lines(planned, ledger)))


def _plan_lines(planned: Planned) -> Iterator[str]:
    plan = planned.plan
    held = who_words(plan.unit, plan.held_patients)
    if plan.unit is Unit.NOTE:
        words = _say("It learns from {who}. {held} are held out to measure on.")
    else:
        words = _say("It learns from {who} with {notes}. {held} are held out to measure on.")
    yield words.format(
        who=who_words(plan.unit, plan.patients),
        notes=counted(plan.notes, _say("note"), _say("notes")),
        held=held,
    )
    left_out = [f"{count:,} ({_say(_LEFT_OUT[one])})"
                for one, count in planned.chosen.left_out.items()]  # fmt: skip
    words = ", ".join(left_out) if left_out else _say("nothing")
    yield _say("Left out: {}.").format(words)
    if plan.seconds is not None:
        took = duration_words(plan.seconds)
        steps = counted(planned.settings.steps, _say("step takes"), _say("steps take"))
        words = _say("{steps} {time} on this computer, and measuring some minutes more.")
        yield words.format(steps=steps, time=took)


def _cost_lines(planned: Planned, ledger: Ledger) -> Iterator[str]:
    privacy, total = planned.plan.privacy, planned.total
    if privacy is None or total is None:
        yield _say("It is not private: nothing bounds what its model tells of anybody.")
        return
    yield _say(
        "It costs {each} ε {epsilon} at δ {delta}; with all runs before, ε {total} in all."
    ).format(
        each=each_words(total.unit),
        epsilon=cost_words(privacy.epsilon),
        delta=doubt_words(privacy.delta),
        total=cost_words(total.epsilon),
    )
    if ledger.budget is not None:
        yield _budget_words(ledger.budget, total)
    if planned.plan.unit is Unit.NOTE:
        yield _say("Its loss and its recall on held-out notes are not covered by ε.")
    else:
        yield _say("Its loss and its recall on held-out patients are not covered by ε.")


def leakage_words(found: Leakage) -> str:
    """What an attack reached, beside what is proven."""
    words = _say(
        "{patients:,} made-up patients: ε is at least {measured}, by the attack, and at most "
        "{proven}, by the proof, both at δ {delta}. Such a lower bound lies above the true ε in "
        "at most {doubt:.0%} of attacks; one that is low proves nothing by itself."
    ).format(
        patients=found.patients,
        measured=down(found.measured),
        proven=cost_words(found.proven),
        delta=doubt_words(found.delta),
        doubt=found.doubt,
    )
    if not found.refuted:
        return words
    broken = _say(
        "The attack reached more than the proof allows. Measure again; if it does so again, use no "
        "model of this training, and report it."
    )
    return f"{broken} {words}"


def _say(words: str) -> str:
    return QCoreApplication.translate("Training", words)
