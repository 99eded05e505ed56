"""How `deid train` shows runs, plans, totals and results: for people and as JSON."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from deid.errors import counted
from deid.training.private.printed import figure_up, up

if TYPE_CHECKING:
    from deid.audit.records import BudgetSet
    from deid.training.ledger import Run, Total
    from deid.training.outcome import Finished
    from deid.training.planning import Planned
    from deid.training.tune.results import Change, Compared, Results

RUNS_HEAD: Final = ("run", "begun", "learnt from", "steps", "ε", "state", "gate", "model")
_DIGITS: Final = 16
_MINUTE: Final = 60


def run_row(run: Run, in_use: str | None) -> Sequence[object]:
    """A line of the list of runs."""
    started = run.started
    return (
        run.id,
        f"{run.time:%Y-%m-%d %H:%M}",
        f"{started.patients} {started.unit}s",
        run.steps,
        "none" if run.mechanism is None else up(run.epsilon),
        "open" if run.ended is None else run.ended.outcome,
        run.evaluations[-1].gate if run.evaluations else "",
        _model_words(run, in_use),
    )


def run_node(run: Run, in_use: str | None) -> dict[str, object]:
    """Everything that the log says of a run."""
    started, ended = run.started, run.ended
    told = run.evaluations[-1] if run.evaluations else None
    return {
        "run": run.id,
        "time": run.time.isoformat(),
        "person": started.person,
        "unit": started.unit,
        "patients": started.patients,
        "notes": started.notes,
        "held_out": started.held_out,
        "base": started.base_digest,
        "method": started.method,
        "sampling_rate": started.sampling_rate,
        "windows": started.windows,
        "noise_multiplier": started.noise_multiplier,
        "clipping_norm": started.clipping_norm,
        "steps_planned": started.steps,
        "steps": run.steps,
        "relation": started.relation,
        "accountant": started.accountant,
        "delta": started.delta,
        "epsilon_planned": started.epsilon,
        "epsilon": _finite(run.epsilon),
        "state": "open" if ended is None else ended.outcome,
        "model": None if ended is None else ended.model_digest,
        "in_use": ended is not None and in_use is not None and ended.model_digest == in_use,
        "gate": None if told is None else told.gate,
        "recall_before": None if told is None else told.recall_before,
        "recall_after": None if told is None else told.recall_after,
        "decisions": [one.decision for one in run.decisions],
    }


def total_lines(total: Total) -> Iterator[str]:
    """What training has cost, in sentences."""
    runs = counted(total.runs, "private run")
    if not total.runs:
        yield f"no private run has cost a {total.unit} anything"
    else:
        yield f"{runs} together: ε {up(total.epsilon)} at δ {figure_up(total.delta)} a {total.unit}"
    if total.runs > 1 and total.composition == "basic":
        yield (
            "  added up as recorded, since the accountant is not installed: it finds less with "
            "pip install noteveil[train]"
        )
    if total.plain:
        yield f"{total.plain} without privacy besides: of their models no ε speaks"
    if total.of_another_unit:
        yield f"{total.of_another_unit} of another unit besides, which are not in the total"


def total_node(total: Total) -> dict[str, object]:
    """The same for programs."""
    return {
        "unit": total.unit,
        "runs": total.runs,
        "epsilon": _finite(total.epsilon),
        "delta": total.delta,
        "composition": total.composition,
        "plain": total.plain,
        "of_another_unit": total.of_another_unit,
    }


def budget_line(budget: BudgetSet | None) -> str:
    """What all private runs may cost."""
    if budget is None:
        return "no budget is set: `deid train budget --epsilon E --delta D` sets one"
    return f"budget: ε {budget.epsilon} at δ {budget.delta} a {budget.unit}, in all"


def budget_node(budget: BudgetSet | None) -> dict[str, object] | None:
    """The same for programs."""
    if budget is None:
        return None
    return {"unit": budget.unit, "epsilon": budget.epsilon, "delta": budget.delta}


def plan_rows(planned: Planned) -> Iterator[tuple[str, object]]:
    """What a run would take and cost."""
    plan, settings = planned.plan, planned.settings
    learnt = f"{counted(plan.patients, plan.unit)} with {counted(plan.notes, 'note')}"
    yield "learnt from", f"{learnt}, {counted(plan.windows, 'window')}"
    yield (
        "held out",
        (f"{counted(plan.held_patients, plan.unit)} with {counted(plan.held_notes, 'note')}"),
    )
    left = ", ".join(f"{count} {reason}" for reason, count in planned.chosen.left_out.items())
    yield "left out", left or "nothing"
    steps, rate = counted(settings.steps, "step"), f"sampling rate {settings.sampling_rate:g}"
    yield "method", f"{settings.method}, {steps}, {rate}"
    if plan.seconds is not None:
        yield "will take about", _duration(plan.seconds)
    privacy, total = plan.privacy, planned.total
    if privacy is None or total is None:
        yield "privacy", "none"
        return
    cost = f"ε {up(privacy.epsilon)} at δ {figure_up(privacy.delta)} a {plan.unit}"
    noise = f"σ {privacy.mechanism.noise_multiplier:.3f} and C {privacy.clip:g}"
    yield "privacy", f"{cost}, by {noise}"
    yield "in all, afterwards", f"ε {up(total.epsilon)} at δ {figure_up(total.delta)}"


def plan_node(planned: Planned) -> dict[str, object]:
    """The same for programs."""
    plan, privacy, total = planned.plan, planned.plan.privacy, planned.total
    return {
        "unit": plan.unit,
        "patients": plan.patients,
        "notes": plan.notes,
        "windows": plan.windows,
        "held_out_patients": plan.held_patients,
        "held_out_notes": plan.held_notes,
        "left_out": {str(reason): count for reason, count in planned.chosen.left_out.items()},
        "concerns": [concern.message for concern in planned.concerns],
        "settings": planned.settings.as_row(),
        "seconds": plan.seconds,
        "noise_multiplier": None if privacy is None else privacy.mechanism.noise_multiplier,
        "epsilon": None if privacy is None else privacy.epsilon,
        "delta": None if privacy is None else privacy.delta,
        "total": None if total is None else total_node(total),
        "budget": None if privacy is None else planned.budget,
        "refused": planned.refusal,
    }


def finished_lines(found: Finished) -> Iterator[str]:
    """What came of a run."""
    yield f"run {found.run}: model {found.model[:_DIGITS]}, beside {found.before[:_DIGITS]}"
    if found.gate.passed:
        yield f"the gate is passed: `deid train promote {found.run}` lets it find identifiers"
    else:
        yield "the gate is not passed, so the model is kept aside:"
    yield from (f"  {check.reason}" for check in found.gate.checks)


def results_rows(results: Results) -> Iterator[Sequence[object]]:
    """Before, after and the difference, for all notes, labels, styles and perturbations."""
    yield "", "notes", "recall", "then", "change", "precision", "then", "change"
    for one in (results.overall, *results.labels, *results.styles, *results.spoilt):
        yield _compared(one)


def finished_node(found: Finished) -> dict[str, object]:
    """The same for programs."""
    return {
        "run": found.run,
        "model": found.model,
        "before": found.before,
        "gate": {
            "passed": found.gate.passed,
            "checks": [
                {"what": check.what, "passed": check.passed, "margin": check.margin}
                for check in found.gate.checks
            ],
        },
        "shipped": found.shipped.as_json(),
        "held_out": found.held_out.as_json(),
    }


def _compared(one: Compared) -> Sequence[object]:
    return (one.name, one.notes, *_changed(one.recall), *_changed(one.precision))


def _changed(change: Change | None) -> tuple[str, str, str]:
    if change is None:
        return "", "", ""
    low, high = 100 * change.change.low, 100 * change.change.high
    return (
        f"{change.before.value:.2%}",
        f"{change.after.value:.2%}",
        f"{100 * change.change.value:+.2f} ({low:+.2f} to {high:+.2f})",
    )


def _model_words(run: Run, in_use: str | None) -> str:
    if run.ended is None or run.ended.model_digest is None:
        return ""
    digest = run.ended.model_digest
    return f"{digest[:_DIGITS]}, in use" if digest == in_use else digest[:_DIGITS]


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
