"""The privacy statement of a run, from what the log says of it. Without torch."""

from __future__ import annotations

import math
from collections.abc import Iterator

from deid.errors import counted
from deid.training.cohort.patients import Unit
from deid.training.ledger import Composition, Ledger, Run, Total
from deid.training.private.accounting import Accountant, Mechanism
from deid.training.private.omissions import SettingsChoice
from deid.training.private.statement import PrivacyFacts, privacy_statement
from deid.training.tune.settings import Settings


def statement_of(
    ledger: Ledger, run: Run, *, tuned_on_notes: bool = False, settings: Settings | None = None
) -> str:
    """What the model of a run tells of a patient at most, in Markdown.

    The total is that of this run and all before it.

    Args:
        ledger: of the site.
        run: one of it.
        tuned_on_notes: whether settings were chosen by looking at these notes elsewhere.
        settings: of the run; None: no more is known of them than the log says.
    """
    before = Ledger(tuple(one for one in ledger.runs if one.seq <= run.seq), ledger.budget)
    delta = float(run.started.delta) if run.started.delta is not None else None
    total = before.total(unit=run.started.unit, delta=delta)
    choice = SettingsChoice.FROM_NOTES if tuned_on_notes else _choice(run, settings)
    text = privacy_statement(_facts(run, total, ledger, choice))
    notes = list(_beside(run, total))
    return text if not notes else "\n".join([text, "## About the total", "", *notes, ""])


def _facts(run: Run, total: Total, ledger: Ledger, choice: SettingsChoice) -> PrivacyFacts:
    started, mechanism = run.started, run.mechanism
    private = mechanism is not None
    digest = run.ended.model_digest if run.ended is not None else None
    return PrivacyFacts(
        model=digest[:16] if digest is not None else f"of run {run.id}",
        base=started.base_digest[:16],
        run=run.id,
        unit=Unit(started.unit),
        learnt_from=started.patients,
        held_out=started.held_out,
        method=started.method,
        private=private,
        mechanism=mechanism or Mechanism(float(started.sampling_rate), 0.0, run.steps),
        clip=float(started.clipping_norm or math.inf),
        windows=started.windows,
        # At a larger δ the ε of the run holds as well.
        delta=total.delta,
        epsilon=run.epsilon,
        total=total.epsilon if private else math.inf,
        earlier_runs=total.runs - 1,
        accountant=Accountant(started.accountant or Accountant.PRV),
        budget=None if ledger.budget is None else float(ledger.budget.epsilon),
        choice=choice,
        measured=run.measured,
    )


def _choice(run: Run, settings: Settings | None) -> SettingsChoice:
    """Who chose the settings, as far as it is known."""
    if settings is not None:
        return SettingsChoice.DEFAULTS if settings.by_default else SettingsChoice.OFFICER
    default, told = Settings(), run.started
    same = (
        told.method == default.method.value
        and float(told.sampling_rate) == default.sampling_rate
        and told.windows == default.windows
        and told.steps == default.steps
        and float(told.clipping_norm or math.inf) == default.largest_gradient
    )
    return SettingsChoice.UNKNOWN if same else SettingsChoice.OFFICER


def _beside(run: Run, total: Total) -> Iterator[str]:
    """What is to be said of a total that the statement does not say itself."""
    if run.mechanism is None:
        return
    if total.composition is Composition.BASIC and total.runs > 1:
        yield (
            "- The accountant is not installed here, so the ε and the δ of the runs were added up "
            "as they were recorded: this holds as well, and is more than they cost."
        )
    if total.plain:
        yield (
            f"- Not in the total: {counted(total.plain, 'run')} without privacy before, which may "
            "have learnt from the same patients. No ε speaks of what came of that."
        )
    if total.of_another_unit:
        yield (
            f"- Not in the total: {counted(total.of_another_unit, 'run')} before, private for "
            "another unit."
        )
