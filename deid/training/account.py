"""The ledger of a site and its budget, as acts at the desk. Without torch."""

from __future__ import annotations

import math

from deid.audit.records import BudgetSet, PrivacyUnit, TrainingStarted
from deid.audit.roles import Permission
from deid.audit.store import AuditLog, Filter
from deid.audit.training_records import exact, rounded_up
from deid.errors import ConfigurationError
from deid.officer import Desk
from deid.training.ledger import EVENTS, Ledger, can_account, read_ledger
from deid.training.private.accounting import Mechanism, epsilon


def ledger_of(log: AuditLog) -> Ledger:
    """What training has cost by this log.

    Raises:
        LogDamaged: a record cannot be read.
        VerificationFailed: the records of training do not fit together.
    """
    return read_ledger(log.select(Filter(kinds=EVENTS)))


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
        ConfigurationError: the numbers cannot be.
        NotPermitted: no officer's key is unlocked.
        LogUnavailable: the log cannot be written.
    """
    officer = desk.require(Permission.SET_BUDGET)
    if not (0 < epsilon < math.inf and 0 < delta < 1):
        raise ConfigurationError("a budget has an ε above 0 and a δ between 0 and 1")
    event = desk.sign(BudgetSet(officer.id, unit, exact(epsilon), exact(delta), ""))
    desk.record(event)
    return event


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
