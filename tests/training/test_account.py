"""A budget is of one unit for good, and its numbers are such as can protect somebody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deid.audit.records import BudgetSet, PrivacyUnit
from deid.audit.store import Filter
from deid.errors import ConfigurationError
from deid.officer import Desk
from deid.training import account
from deid.training.account import set_budget
from deid.training.acts import begin
from deid.training.choice import Choice
from deid.training.cohort.gather import PatientFrom
from deid.training.planning import Planned, plan
from deid.training.tune.settings import Settings
from tests.training.test_acts import choice, desk, home, planned
from tests.training.tune.conftest import tiny_package, tiny_settings

__all__ = ["choice", "desk", "home", "planned", "tiny_package", "tiny_settings"]


def budgets(of: Desk) -> int:
    return sum(1 for _ in of.log.select(Filter(kinds=(BudgetSet,))))


def test_the_unit_of_a_site_stays_what_its_runs_spoke_of(desk: Desk, planned: Planned) -> None:
    set_budget(desk, epsilon=100, delta=0.001, unit=PrivacyUnit.NOTE)
    set_budget(desk, epsilon=100, delta=0.001)
    begin(desk, planned)
    with pytest.raises(ConfigurationError, match="private runs here speak of patients"):
        set_budget(desk, epsilon=8, delta=0.001, unit=PrivacyUnit.NOTE)
    set_budget(desk, epsilon=8, delta=0.001)
    assert budgets(desk) == 3


def test_a_delta_too_large_for_those_who_were_learnt_from_is_no_budget(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, planned: Planned
) -> None:
    monkeypatch.setattr(account, "_LARGEST_DELTA", 0.5)
    begin(desk, planned)
    with pytest.raises(ConfigurationError, match="too large for"):
        set_budget(desk, epsilon=8, delta=0.4)
    assert budgets(desk) == 0


def test_a_delta_too_large_for_its_patients_is_not_planned(
    desk: Desk, choice: Choice, tiny_settings: Settings
) -> None:
    with pytest.raises(ConfigurationError, match="too large for"):
        plan(desk, choice, replace(tiny_settings, delta=0.2))


def test_a_unit_that_runs_did_not_speak_of_is_not_planned(
    desk: Desk, choice: Choice, planned: Planned, tiny_settings: Settings
) -> None:
    begin(desk, planned)
    by_note = replace(choice, gold=PatientFrom.NOTE)
    with pytest.raises(ConfigurationError, match="speak of patients"):
        plan(desk, by_note, tiny_settings)
