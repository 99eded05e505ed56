"""What the log records of models that learn from a site's own notes: one value per kind of event.

Numbers that are not whole are kept as `ExactNumber`: the very decimal that the run calculated
with, so that whoever accounts for it anew reaches the same ε. Where a run has no `epsilon`, nothing
was clipped and no noise was added: no ε speaks of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import StrEnum
from typing import ClassVar, Final

from deid.audit.forms import Code, Digest, ExactNumber, Fingerprint, KeyId, RunId, Statement
from deid.errors import DefectError

_DIGITS: Final = 6
_MOST_DIGITS: Final = 29


class PrivacyUnit(StrEnum):
    """What may be added or removed without the model telling, as far as ε says."""

    PATIENT = "patient"
    NOTE = "note"


class TrainingOutcome(StrEnum):
    """How a run ended."""

    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    ABANDONED = "abandoned"


class GateOutcome(StrEnum):
    """Whether a model may take the place of the one in use."""

    PASSED = "passed"
    FAILED = "failed"


class ModelDecision(StrEnum):
    """What became of a model."""

    PROMOTED = "promoted"
    ROLLED_BACK = "rolled-back"
    KEPT_ASIDE = "kept-aside"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class BudgetSet:
    """An officer settled what all private runs of the site may spend together, from here on.

    Attributes:
        unit: of what the budget speaks; runs of another unit are not started while it holds.
        epsilon: the total is at most this,
        delta: at this δ.
    """

    kind: ClassVar[str] = "budget-set"

    person: KeyId
    unit: PrivacyUnit
    epsilon: ExactNumber
    delta: ExactNumber
    statement: Statement


@dataclass(frozen=True, slots=True)
class TrainingStarted:
    """An officer let a model learn from notes of the site.

    Attributes:
        unit: of what ε speaks.
        patients: how many are learnt from.
        notes: of these.
        held_out: patients that are only measured on.
        held_out_share: of all patients that are held out, in the mean, to four digits.
        cohort: fingerprint of the patients that are learnt from; the same ones, the same
            fingerprint.
        base_digest: of the manifest of the model that learning went on from.
        method: which weights are learnt.
        sampling_rate: with which each takes part in a step, drawn independently (Poisson).
        windows: of the notes of each, that a step looks at, at most.
        noise_multiplier: σ, in units of the clipping norm; None without privacy.
        clipping_norm: C, of one gradient over all weights; None without privacy.
        steps: planned.
        delta: δ; None without privacy.
        relation: which data sets are neighbours; None without privacy.
        accountant: which one found `epsilon`; None without privacy.
        epsilon: ε of the planned steps, rounded up; None without privacy.
    """

    kind: ClassVar[str] = "training-started"

    run: RunId
    person: KeyId
    unit: PrivacyUnit
    patients: int
    notes: int
    held_out: int
    held_out_share: float
    cohort: Fingerprint
    base_digest: Digest
    method: Code
    sampling_rate: ExactNumber
    windows: int
    noise_multiplier: ExactNumber | None
    clipping_norm: ExactNumber | None
    steps: int
    delta: ExactNumber | None
    relation: Code | None
    accountant: Code | None
    epsilon: ExactNumber | None
    statement: Statement


@dataclass(frozen=True, slots=True)
class TrainingEnded:
    """A run takes no further step.

    Attributes:
        person: whose run it was, or who abandoned it.
        steps: taken, with those whose weights were lost.
        epsilon: ε of these at the run's δ, rounded up; None without privacy.
        model_digest: of the manifest of the package that came out; None where none did.
    """

    kind: ClassVar[str] = "training-ended"

    run: RunId
    person: KeyId
    outcome: TrainingOutcome
    steps: int
    epsilon: ExactNumber | None
    model_digest: Digest | None
    statement: Statement


@dataclass(frozen=True, slots=True)
class ModelEvaluated:
    """What was told of patients who were held out: no ε of the run speaks of it.

    Attributes:
        model_digest: of the manifest of the model that was measured.
        before_digest: of that of the model in use then, which was measured beside it.
        patients: how many were held out.
        recall_before: of identifiers, with the model in use, 0 to 1, to four digits.
        recall_after: the same with the new model.
        epsilon: of the noise that was added to both; None: they are exact.
        gate: whether the model may be promoted.
    """

    kind: ClassVar[str] = "model-evaluated"

    run: RunId
    person: KeyId
    model_digest: Digest
    before_digest: Digest
    patients: int
    recall_before: float
    recall_after: float
    epsilon: ExactNumber | None
    gate: GateOutcome
    statement: Statement


@dataclass(frozen=True, slots=True)
class LeakageMeasured:
    """The training with the numbers of a run was attacked, on made-up patients.

    Attributes:
        patients: how many were made up.
        measured: ε is at least this, by the attack, rounded down.
        delta: δ of both ε.
        epsilon: ε is at most this, by the proof, for the steps that counted then.
    """

    kind: ClassVar[str] = "leakage-measured"

    run: RunId
    person: KeyId
    patients: int
    measured: ExactNumber
    delta: ExactNumber
    epsilon: ExactNumber
    statement: Statement

    @property
    def refuted(self) -> bool:
        """Whether the attack reached more than is proven."""
        return Decimal(self.measured) > Decimal(self.epsilon)


@dataclass(frozen=True, slots=True)
class ModelDecided:
    """An officer decided which model finds identifiers from here on, or what becomes of another.

    Attributes:
        model_digest: of the manifest: of the model in use from here on, kept aside, or removed.
        before_digest: of that of the model in use until here.
        run: that the model came from; None for the one that comes with the program, and for a
            package that was removed and that no run of the log made.
    """

    kind: ClassVar[str] = "model-decided"

    person: KeyId
    decision: ModelDecision
    model_digest: Digest
    before_digest: Digest
    run: RunId | None
    statement: Statement


TrainingEvent = (
    BudgetSet | TrainingStarted | TrainingEnded | ModelEvaluated | LeakageMeasured | ModelDecided
)

TRAINING_EVENTS: tuple[type[TrainingEvent], ...] = (
    BudgetSet,
    TrainingStarted,
    TrainingEnded,
    ModelEvaluated,
    LeakageMeasured,
    ModelDecided,
)


def exact(value: float) -> str:
    """A number as the log has it: the shortest decimal that reads back as this very one.

    Raises:
        DefectError: it is negative, not a number, or too small or too large to be written.
    """
    return _written(_decimal(value))


def rounded_up(value: float) -> str:
    """A number as the log has it, at most a millionth more: what was spent is not understated.

    Raises:
        DefectError: it is negative, not a number, or too large to be written.
    """
    return _written(_decimal(value).quantize(Decimal(1).scaleb(-_DIGITS), ROUND_CEILING))


def rounded_down(value: float) -> str:
    """A number as the log has it, at most a millionth less: what was reached is not overstated.

    Raises:
        DefectError: it is negative, not a number, or too large to be written.
    """
    return _written(_decimal(value).quantize(Decimal(1).scaleb(-_DIGITS), ROUND_FLOOR))


def _decimal(value: float) -> Decimal:
    number = Decimal(repr(float(value)))
    if not number.is_finite() or number < 0 or number >= 10**16:
        raise DefectError("a number in the log is finite, not negative and below 10^16")
    return number


def _written(number: Decimal) -> str:
    if -int(number.normalize().as_tuple().exponent) > _MOST_DIGITS:
        raise DefectError(f"a number in the log has at most {_MOST_DIGITS} digits after the point")
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
