"""What training has cost at a site, by the records of its log (pure; without torch).

The log knows patients only by fingerprints of whole cohorts, so it cannot tell who took part in two
runs: every run counts for everybody. A run that began and has no end counts with all its planned
steps, for nothing but its journal knows how many it took.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from importlib.util import find_spec
from typing import Final

from deid import managed
from deid.audit.records import (
    TRAINING_EVENTS,
    BudgetSet,
    Event,
    LeakageMeasured,
    ModelDecided,
    ModelEvaluated,
    PrivacyUnit,
    Record,
    TrainingEnded,
    TrainingStarted,
)
from deid.errors import ConfigurationError, VerificationFailed
from deid.training.private.accounting import Mechanism, epsilon
from deid.training.private.printed import figure_up, up

EVENTS: Final[tuple[type[Event], ...]] = TRAINING_EVENTS
"""The records that a ledger is made of."""

_NEEDED: Final = ("opacus", "torch")
_NO_TIME: Final = datetime.fromtimestamp(0, UTC)  # of a run that is only planned


class Composition(StrEnum):
    """How the ε of several runs are added up."""

    ACCOUNTANT = "accountant"
    """By the accountant, over all steps of all runs at once."""
    BASIC = "basic"
    """As sums of ε and of δ: true as well, but larger. For where the accountant is missing."""


@dataclass(frozen=True, slots=True)
class Run:
    """A training run as the log tells of it.

    Attributes:
        seq: place of its beginning in the log.
        time: when it began.
        started: what was to be done.
        ended: what was done; None where it has not ended. Of several ends, the one of most steps.
        evaluations: what was told of held-out patients, in the order of the log.
        decisions: what became of its model, in the order of the log.
        attacks: what attacks with its numbers reached, in the order of the log.
    """

    seq: int
    time: datetime
    started: TrainingStarted
    ended: TrainingEnded | None = None
    evaluations: tuple[ModelEvaluated, ...] = ()
    decisions: tuple[ModelDecided, ...] = ()
    attacks: tuple[LeakageMeasured, ...] = ()

    @property
    def id(self) -> str:
        """By which its records and its folder are known."""
        return self.started.run

    @property
    def steps(self) -> int:
        """That count: those taken, or those planned where it has not ended."""
        return self.started.steps if self.ended is None else self.ended.steps

    @property
    def model(self) -> str:
        """Digest of the manifest of the model that came out.

        Raises:
            ConfigurationError: none did.
        """
        if self.ended is None or self.ended.model_digest is None:
            raise ConfigurationError(
                f"run {self.id} has no model: `deid train list` shows its state"
            )
        return self.ended.model_digest

    @property
    def mechanism(self) -> Mechanism | None:
        """What an accountant must know of the steps that count; None without privacy."""
        sigma = self.started.noise_multiplier
        private = (self.started.clipping_norm, self.started.delta, self.started.epsilon)
        if sigma is None or None in private:
            return None
        return Mechanism(float(self.started.sampling_rate), float(sigma), self.steps)

    @property
    def epsilon(self) -> float:
        """Of the steps that count, as recorded at the run's own δ; infinite without privacy."""
        if self.mechanism is None:
            return math.inf
        recorded = self.started.epsilon if self.ended is None else self.ended.epsilon
        return math.inf if recorded is None else float(recorded)

    @property
    def measured(self) -> float | None:
        """The largest lower bound on ε that attacks with its numbers reached; None: none was made.

        Attacks on more steps than count now are left out, unless they refuted the proof for those.
        """
        found = [
            float(one.measured)
            for one in self.attacks
            if one.refuted or float(one.epsilon) <= self.epsilon
        ]
        return max(found, default=None)

    @property
    def refuted(self) -> bool:
        """Whether an attack reached more than is proven."""
        return any(one.refuted for one in self.attacks)


@dataclass(frozen=True, slots=True)
class Total:
    """What several runs cost somebody who may have taken part in each.

    Attributes:
        unit: of what it speaks.
        runs: how many are counted: the private ones of this unit.
        epsilon: of these together.
        delta: at this δ.
        composition: how they were added up.
        plain: runs without privacy: no ε speaks of whoever took part in one.
        of_another_unit: private runs that speak of another unit, and are not counted.
    """

    unit: PrivacyUnit
    runs: int
    epsilon: float
    delta: float
    composition: Composition
    plain: int
    of_another_unit: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """All runs of a site, and what they may cost.

    Attributes:
        runs: in the order of the log.
        budget: that holds; None where none was ever set.
        most: ε that IT lets all private runs together cost; None where it does not say.
    """

    runs: tuple[Run, ...]
    budget: BudgetSet | None
    most: float | None = None

    def run(self, name: str) -> Run:
        """The run of this id, or the only one whose id begins or ends so.

        Raises:
            ConfigurationError: there is none, or there are several.
        """
        exact = [run for run in self.runs if run.id == name]
        near = [run for run in self.runs if run.id.startswith(name) or run.id.endswith(name)]
        found = exact or near
        if len(found) != 1:
            what = "several runs have" if found else "no run has"
            raise ConfigurationError(f"{what} this id: `deid train list` shows them")
        return found[0]

    @property
    def limit(self) -> float | None:
        """The ε that all private runs together may cost: the smaller of budget and `most`."""
        budget = None if self.budget is None else float(self.budget.epsilon)
        return min((one for one in (budget, self.most) if one is not None), default=None)

    @property
    def unit(self) -> PrivacyUnit:
        """Of what a total speaks: the budget's unit, or the patient."""
        return PrivacyUnit.PATIENT if self.budget is None else self.budget.unit

    def total(self, *, unit: PrivacyUnit | None = None, delta: float | None = None) -> Total:
        """What all runs together cost.

        Args:
            unit: of which runs; None: `self.unit`.
            delta: at which δ; None: the budget's, or else the smallest of the runs. Where the
                accountant is missing it is the sum of the runs' δ, whatever is asked for.
        """
        unit = unit if unit is not None else self.unit
        return _total(self.runs, unit, delta if delta is not None else self._delta(unit))

    def after(self, planned: TrainingStarted, *, delta: float | None = None) -> Total:
        """The total once a run has taken the steps that it plans.

        Args:
            planned: the run.
            delta: as in `total`.
        """
        return self._with(planned).total(unit=planned.unit, delta=delta)

    def check_unit(self, unit: PrivacyUnit) -> None:
        """Go on, unless private runs speak of another unit than this one.

        Each unit would have a budget of its own, and the same people would pay out of both.

        Raises:
            ConfigurationError: some do.
        """
        others = (run for run in self.runs if run.mechanism is not None and run.steps)
        if any(run.started.unit is not unit for run in others):
            other = next(one for one in PrivacyUnit if one is not unit)
            raise ConfigurationError(
                f"private runs here speak of {other}s, and what they cost cannot be added up with "
                f"runs that speak of {unit}s, though the people are the same: stay with the "
                f"{other}, `--unit {other}`"
            )

    def check_held_out(self, planned: TrainingStarted) -> None:
        """Go on, unless a run might learn from somebody who was held out, or the other way round.

        Raises:
            ConfigurationError: runs before it held out another part, or by another unit.
        """
        for run in (one for one in self.runs if one.steps):
            told = run.started
            if told.unit is not planned.unit:
                raise ConfigurationError(
                    f"run {run.id} held out {told.unit}s, so one that holds out {planned.unit}s "
                    "might learn from what was held out: stay with the "
                    f"{told.unit}, `--unit {told.unit}`"
                )
            if told.held_out_share != planned.held_out_share:
                raise ConfigurationError(
                    f"run {run.id} held out {told.held_out_share:g} of all, and with another part "
                    "somebody who was held out would be learnt from, or the other way round: stay "
                    f"with `--held-out {told.held_out_share:g}`"
                )

    def check(self, planned: TrainingStarted) -> None:
        """Go on, unless a run might cost more than is left of the budget.

        Raises:
            ConfigurationError: it might, the budget does not speak of such a run, its δ is too
                large for its patients, private runs before it speak of another unit, or it might
                learn from somebody who was held out before.
            SettingLocked: it might cost more than IT lets all runs together cost.
        """
        self._check_most(planned)
        if planned.delta is not None:
            self.check_unit(planned.unit)
            check_delta(float(planned.delta), planned.patients, planned.unit)
        self.check_held_out(planned)
        if self.budget is None:
            return
        limit, delta = float(self.budget.epsilon), float(self.budget.delta)
        if planned.unit is not self.budget.unit:
            raise ConfigurationError(
                f"the site's budget speaks of {self.budget.unit}s and the run of {planned.unit}s: "
                "plan one that speaks of the same"
            )
        if planned.epsilon is None:
            raise ConfigurationError(
                "the site has a privacy budget, and a run without privacy would overspend any: "
                "plan a private one"
            )
        after = self.after(planned, delta=delta)
        if after.epsilon > limit or after.delta > delta:
            raise ConfigurationError(
                f"the run would bring what training has cost to ε {up(after.epsilon)} at "
                f"δ {figure_up(after.delta)}, and the site's budget is ε {self.budget.epsilon} at "
                f"δ {self.budget.delta}: plan "
                "a smaller ε or fewer steps"
            )

    def _check_most(self, planned: TrainingStarted) -> None:
        if self.most is None:
            return
        if planned.epsilon is None:
            raise managed.locked(
                managed.Name.TRAINING_BUDGET, "a run without privacy is not begun here"
            )
        after = self.after(planned)
        if after.epsilon > self.most:
            raise managed.locked(
                managed.Name.TRAINING_BUDGET,
                f"the run would bring what training has cost to ε {up(after.epsilon)}, and here "
                f"it may be {self.most:g} at most",
            )

    def _delta(self, unit: PrivacyUnit) -> float:
        if self.budget is not None:
            return float(self.budget.delta)
        known = [run.started.delta for run in self.runs if run.started.unit is unit]
        return min((float(one) for one in known if one is not None), default=0.0)

    def _with(self, planned: TrainingStarted) -> Ledger:
        last = Run(len(self.runs), _NO_TIME, planned)
        return Ledger((*self.runs, last), self.budget, self.most)


def check_delta(delta: float, units: int, unit: PrivacyUnit) -> None:
    """Go on, unless this δ allows to tell everything of one of so many.

    Args:
        delta: δ.
        units: how many are learnt from.
        unit: what they are.

    Raises:
        ConfigurationError: it is no less than 1 / `units`.
    """
    if delta * units >= 1:
        raise ConfigurationError(
            f"δ {delta:g} is too large for {units} {unit}s: with 1 in their number or more, a run "
            "that tells everything of one of them would count as private; take one far below "
            f"{1 / units:.2g}, or leave it to the program where no budget sets it"
        )


def read_ledger(records: Iterable[Record]) -> Ledger:
    """The ledger of a log.

    Args:
        records: all of `EVENTS` of the log, in its order; others are passed over.

    Raises:
        VerificationFailed: they do not fit together: a run began twice, or one ended that never
            began.
    """
    runs: dict[str, _Open] = {}
    budget: BudgetSet | None = None
    for record in records:
        match record.event:
            case BudgetSet() as budget:
                pass
            case TrainingStarted() as event:
                if event.run in runs:
                    raise VerificationFailed(f"record {record.seq}: the run has begun before")
                runs[event.run] = _Open(record, event)
            case (TrainingEnded() | ModelEvaluated() | LeakageMeasured()) as event:
                if event.run not in runs:
                    raise VerificationFailed(f"record {record.seq}: the run has never begun")
                runs[event.run].take(event)
            case ModelDecided(run=str() as run) as event if run in runs:
                runs[run].decisions.append(event)
            case _:
                pass
    return Ledger(tuple(run.run() for run in runs.values()), budget)


class _Open:
    """A run whose records are still being read."""

    def __init__(self, record: Record, started: TrainingStarted) -> None:
        self._record, self._started = record, started
        self._ended: TrainingEnded | None = None
        self._evaluations: list[ModelEvaluated] = []
        self._attacks: list[LeakageMeasured] = []
        self.decisions: list[ModelDecided] = []

    def take(self, event: TrainingEnded | ModelEvaluated | LeakageMeasured) -> None:
        if isinstance(event, ModelEvaluated):
            self._evaluations.append(event)
        elif isinstance(event, LeakageMeasured):
            self._attacks.append(event)
        elif self._ended is None or event.steps > self._ended.steps:
            self._ended = event

    def run(self) -> Run:
        return Run(
            seq=self._record.seq,
            time=self._record.time,
            started=self._started,
            ended=self._ended,
            evaluations=tuple(self._evaluations),
            decisions=tuple(self.decisions),
            attacks=tuple(self._attacks),
        )


def can_account() -> bool:
    """Whether what the accountant needs is installed."""
    return all(find_spec(name) is not None for name in _NEEDED)


def _total(runs: Sequence[Run], unit: PrivacyUnit, delta: float) -> Total:
    private = [run for run in runs if run.mechanism is not None]
    counted = [run for run in private if run.started.unit is unit]
    mechanisms = [run.mechanism for run in counted if run.mechanism is not None]
    how = Composition.ACCOUNTANT if can_account() else Composition.BASIC
    if not counted:
        cost = 0.0
    elif how is Composition.ACCOUNTANT:
        cost = epsilon(mechanisms, delta=delta)
    else:
        cost = math.fsum(run.epsilon for run in counted)
        delta = math.fsum(float(run.started.delta or 1) for run in counted)
    return Total(
        unit=unit,
        runs=len(counted),
        epsilon=cost,
        delta=delta,
        composition=how,
        plain=len(runs) - len(private),
        of_another_unit=len(private) - len(counted),
    )
