"""The plan of a training: its numbers are those that the accountant and the pace give."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deid.training.cohort.patients import Cohort, Unit, cohort_of
from deid.training.cohort.plan import Pace, TrainingPlan, plan_training
from deid.training.private.accounting import Accountant, epsilon
from deid.training.redraw import MarkedNote
from deid.training.tune.settings import Settings

SETTINGS = Settings(
    steps=30, sampling_rate=0.2, windows=3, epsilon=4.0, measure_each=10, largest_gradient=0.5
)
ACCOUNTANT = Accountant.RDP  # quick; that the accountants agree is tested with them


def cohort(counts: list[int], unit: Unit = Unit.PATIENT) -> Cohort:
    """A patient for each count, with notes of one window each."""
    notes = {
        f"p{number:03}": [MarkedNote(f"{number}/{at}", "Seen.", ()) for at in range(count)]
        for number, count in enumerate(counts)
    }
    return cohort_of(notes, unit)


LEARN, HELD = cohort([1, 2, 9] * 20), cohort([2] * 10)


def planned(
    settings: Settings = SETTINGS,
    *,
    pace: Pace | None = None,
) -> TrainingPlan:
    return plan_training(
        LEARN, HELD, settings, windows_of=lambda _: 1, pace=pace, accountant=ACCOUNTANT,
    )  # fmt: skip


def test_it_counts_patients_notes_and_windows() -> None:
    plan = planned()
    assert (plan.patients, plan.notes, plan.windows) == (60, 240, 240)
    assert (plan.held_patients, plan.held_notes) == (10, 20)
    assert plan.cohort == LEARN.digest
    assert plan.windows_a_step == pytest.approx(0.2 * 20 * (1 + 2 + 3))
    assert plan.seconds is None


def test_the_cost_is_that_of_its_mechanism_and_uses_what_it_may() -> None:
    privacy = planned().privacy
    assert privacy is not None
    assert privacy.mechanism.steps == 30
    assert privacy.mechanism.sampling_rate == 0.2
    assert privacy.clip == 0.5
    assert privacy.delta == pytest.approx(60**-1.1)
    assert privacy.epsilon == epsilon(
        [privacy.mechanism], delta=privacy.delta, accountant=ACCOUNTANT
    )
    assert 3.9 < privacy.epsilon <= 4.0


def test_without_privacy_there_is_no_cost() -> None:
    assert planned(replace(SETTINGS, epsilon=None)).privacy is None


def test_the_time_is_that_of_windows_steps_and_measurements() -> None:
    pace = Pace(window=0.1, step=0.5, measurement=7.0)
    assert planned(pace=pace).seconds == pytest.approx(30 * (24 * 0.1 + 0.5) + 4 * 7)
    unmeasured = replace(SETTINGS, measure_each=0)
    assert planned(unmeasured, pace=pace).seconds == pytest.approx(30 * (24 * 0.1 + 0.5) + 7)


def test_the_unit_is_that_of_the_cohort() -> None:
    plan = plan_training(
        cohort([1] * 30, Unit.NOTE), HELD, SETTINGS, windows_of=lambda _: 1, accountant=ACCOUNTANT
    )
    assert plan.unit is Unit.NOTE
