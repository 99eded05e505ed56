"""What a run does from its first step to its package, under an officer's key.

Importing this loads no torch; `Learning` wants the extra `train`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from deid.audit.records import PrivacyUnit, TrainingEnded, TrainingOutcome
from deid.audit.training_records import exact
from deid.detect.packages import ModelPackage, load_package
from deid.errors import ConfigurationError, DefectError, ModelTampered
from deid.officer import Desk
from deid.site_models import keep
from deid.training.account import epsilon_of, ledger_of
from deid.training.choice import remembered
from deid.training.ledger import Run
from deid.training.stated import statement_of
from deid.training.tune.progress import Progress
from deid.training.tune.run_folder import RunFolder

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


class Learning:
    """A run whose steps are still to be taken, or whose package is still to be made.

    Args:
        desk: of the site.
        run: in whose folder it works; nobody else does meanwhile.
        person: whose key is unlocked.
        on_stage: called when something else begins to be done.
    """

    def __init__(self, desk: Desk, run: RunFolder, person: str, on_stage: OnStage) -> None:
        self._desk, self._run, self._person, self._on_stage = desk, run, person, on_stage

    def finish(self, on_progress: OnProgress, threads: int | None) -> None:
        """Take the steps that are left, make and keep the package, and record the end.

        Args:
            on_progress: called after each step, in this thread.
            threads: of torch; None: as it is set.

        Raises:
            ConfigurationError: the notes are not where they were, or the run cannot go on.
            ExaminationStopped: somebody asked to stop; the run can go on.
            OutputError: something cannot be written; the run can go on.
            ModelTampered: the model that came out cannot be run, which is recorded.
        """
        from deid.training.tune.base import base_of
        from deid.training.tune.loop import fine_tune
        from deid.training.tune.package import set_points
        from deid.training.tune.points import public_notes

        base = _base(self._run)
        chosen = remembered(self._desk, self._run)
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
        record_end(self._desk, told, self._person, outcome, steps=tuned.steps, model=digest)
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
            record_end(self._desk, told, self._person, outcome, steps=steps)
            raise


def check_recorded(desk: Desk, run: RunFolder, told: Run) -> None:
    """Go on, unless the folder has other settings than the signed record that ε stands on.

    Raises:
        ConfigurationError: it has.
    """
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


def record_end(
    desk: Desk, told: Run, person: str, outcome: TrainingOutcome, *, steps: int,
    model: str | None = None,
) -> TrainingEnded:  # fmt: skip
    """Record under the unlocked key that a run takes no further step.

    Args:
        desk: of the site.
        told: the run.
        person: whose key is unlocked.
        outcome: how it ended.
        steps: that count.
        model: digest of the manifest of the package that came out, if one did.

    Raises:
        LogUnavailable: the log cannot be written.
    """
    cost = epsilon_of(told.started, steps)
    event = desk.sign(TrainingEnded(told.id, person, outcome, steps, cost, model, ""))
    desk.record(event)
    return event


def _base(run: RunFolder) -> ModelPackage:
    package = load_package()
    if package.manifest_digest != run.facts.base:
        raise ConfigurationError(
            "the program comes with another model than the one that the run began with: end the "
            f"run with `deid train end {run.name}`, and begin a new one"
        )
    return package
