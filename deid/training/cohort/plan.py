"""What a training will take, before anything is run: patients, time and privacy.

Nothing is read of the notes but how long they are, and nothing is learnt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from deid.training.cohort.patients import Cohort, Unit
from deid.training.private.accounting import Accountant, Mechanism, epsilon, noise_for
from deid.training.redraw import MarkedNote
from deid.training.tune.settings import Settings


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast this computer trains, as measured on a few windows.

    Attributes:
        window: seconds that a window takes, there and back.
        step: seconds that a step takes besides: noise, and the change of the weights.
        measurement: seconds that a measurement on held-out notes takes.
    """

    window: float
    step: float
    measurement: float = 0.0


@dataclass(frozen=True, slots=True)
class PrivacyPlan:
    """What a differentially private training will cost.

    Attributes:
        mechanism: sampling rate, noise multiplier and steps.
        clip: norm to which a patient's gradient is clipped.
        delta: at which δ everything here holds.
        epsilon: of this run alone.
        accountant: which computed it.
    """

    mechanism: Mechanism
    clip: float
    delta: float
    epsilon: float
    accountant: Accountant


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What a training will take.

    Attributes:
        settings: its numbers.
        unit: of what the guarantee speaks.
        cohort: digest of the patients to learn from.
        patients: how many to learn from.
        notes: how many notes they have.
        windows: how many windows these have.
        held_patients: how many to measure on.
        held_notes: how many notes these have.
        windows_a_step: how many windows a step looks at, in the mean.
        privacy: None where the training is not private.
        seconds: how long it will take; None where the pace is not known.
    """

    settings: Settings
    unit: Unit
    cohort: str
    patients: int
    notes: int
    windows: int
    held_patients: int
    held_notes: int
    windows_a_step: float
    privacy: PrivacyPlan | None
    seconds: float | None


def plan_training(
    learn: Cohort,
    held: Cohort,
    settings: Settings,
    *,
    windows_of: Callable[[MarkedNote], int],
    pace: Pace | None = None,
    accountant: Accountant = Accountant.PRV,
) -> TrainingPlan:
    """Plan a training.

    Args:
        learn: the patients to learn from.
        held: those to measure on.
        settings: the numbers.
        windows_of: how many windows a note has.
        pace: how fast this computer is.
        accountant: that computes ε.

    Raises:
        ConfigurationError: Opacus is not installed.
    """
    counts = [sum(map(windows_of, patient.notes)) for patient in learn.patients]
    a_step = settings.sampling_rate * sum(min(count, settings.windows) for count in counts)
    return TrainingPlan(
        settings=settings,
        unit=learn.unit,
        cohort=learn.digest,
        patients=len(learn),
        notes=len(learn.notes),
        windows=sum(counts),
        held_patients=len(held),
        held_notes=len(held.notes),
        windows_a_step=a_step,
        privacy=_privacy(len(learn), settings, accountant),
        seconds=None if pace is None else _seconds(settings, a_step, pace),
    )


def _privacy(patients: int, settings: Settings, accountant: Accountant) -> PrivacyPlan | None:
    if settings.epsilon is None:
        return None
    delta = settings.delta_for(patients)
    rate, steps = settings.sampling_rate, settings.steps
    noise = noise_for(
        epsilon=settings.epsilon, delta=delta, sampling_rate=rate, steps=steps,
        accountant=accountant,
    )  # fmt: skip
    run = Mechanism(rate, noise, steps)
    cost = epsilon([run], delta=delta, accountant=accountant)
    return PrivacyPlan(run, settings.largest_gradient, delta, cost, accountant)


def _seconds(settings: Settings, windows_a_step: float, pace: Pace) -> float:
    measured = settings.steps // settings.measure_each if settings.measure_each else 0
    learning = settings.steps * (windows_a_step * pace.window + pace.step)
    return learning + (1 + measured) * pace.measurement
