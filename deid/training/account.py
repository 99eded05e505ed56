"""The ledger of a site and its budget, as acts at the desk. Without torch."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from deid import managed
from deid.audit.records import BudgetSet, PrivacyUnit, TrainingStarted
from deid.audit.roles import Permission
from deid.audit.store import AuditLog, Filter
from deid.audit.training_records import exact, rounded_up
from deid.errors import ConfigurationError
from deid.officer import Desk
from deid.training.ledger import EVENTS, Ledger, can_account, check_delta, read_ledger
from deid.training.private.accounting import (
    LARGEST_EPSILON,
    SMALLEST_DELTA,
    SMALLEST_EPSILON,
    Mechanism,
    epsilon,
)

_LARGEST_DELTA: Final = 0.01


def ledger_of(log: AuditLog) -> Ledger:
    """What training has cost by this log, and what IT lets it cost.

    Raises:
        LogDamaged: a record cannot be read.
        VerificationFailed: the records of training do not fit together.
    """
    ledger = read_ledger(log.select(Filter(kinds=EVENTS)))
    return replace(ledger, most=managed.current().training_budget)


def check_allowed() -> None:
    """Go on, unless IT lets nobody train here.

    Raises:
        SettingLocked: it does not.
    """
    managed.current().check(managed.Name.TRAINING_ALLOWED, wanted="training")


def set_budget(
    desk: Desk, *, epsilon: float, delta: float, unit: PrivacyUnit = PrivacyUnit.PATIENT
) -> BudgetSet:
    """Settle what all private runs together may cost from now on, and record that.

    Args:
        desk: of the site, with an officer's key unlocked.
        epsilon: the total is at most this.
        delta: at this δ.
        unit: of what it speaks.

    Raises:
        ConfigurationError: the numbers cannot be, δ is too large for those who were learnt from,
            or private runs speak of another unit.
        SettingLocked: IT lets training cost less.
        NotPermitted: no officer's key is unlocked.
        LogUnavailable: the log cannot be written.
    """
    officer = desk.require(Permission.SET_BUDGET)
    most = managed.current().training_budget
    if most is not None and epsilon > most:
        raise managed.locked(
            managed.Name.TRAINING_BUDGET, f"the budget may be ε {most:g} at most here"
        )
    if not (
        SMALLEST_EPSILON <= epsilon <= LARGEST_EPSILON and SMALLEST_DELTA <= delta <= _LARGEST_DELTA
    ):
        raise ConfigurationError(
            f"a budget has an ε between {SMALLEST_EPSILON:g} and {LARGEST_EPSILON:g}, and a δ "
            f"between {SMALLEST_DELTA:g} and {_LARGEST_DELTA:g}, far below 1 in the number of "
            "patients"
        )
    event = desk.sign(BudgetSet(officer.id, unit, exact(epsilon), exact(delta), ""))
    # Asked where no other process can write: no run of another unit can begin meanwhile.
    desk.record(event, check=lambda: _check_budget(ledger_of(desk.log), unit, delta))
    return event


def _check_budget(ledger: Ledger, unit: PrivacyUnit, delta: float) -> None:
    ledger.check_unit(unit)
    private = [run.started.patients for run in ledger.runs if run.mechanism is not None]
    if private:
        check_delta(delta, max(private), unit)


def epsilon_of(started: TrainingStarted, steps: int) -> str | None:
    """ε of so many steps of a run alone, rounded up; None without privacy.

    Where the accountant is missing, that of all steps that were planned: it is no less.
    """
    planned = (started.noise_multiplier, started.delta, started.epsilon)
    sigma, delta, whole = planned
    if sigma is None or delta is None or whole is None:
        return None
    if steps == 0:
        return "0"
    if steps == started.steps or not can_account():
        return whole
    mechanism = Mechanism(float(started.sampling_rate), float(sigma), steps)
    return rounded_up(epsilon([mechanism], delta=float(delta)))
