"""What an attack on the training with the numbers of a run reaches, beside what is proven."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from deid.audit.records import LeakageMeasured
from deid.audit.roles import Permission
from deid.audit.training_records import exact, rounded_down, rounded_up
from deid.errors import ConfigurationError
from deid.officer import Desk
from deid.training.attacks.bounds import DOUBT, bound_of_scores
from deid.training.ledger import Run
from deid.training.tune.extra import check_installed


@dataclass(frozen=True, slots=True)
class Leakage:
    """Both bounds.

    Attributes:
        patients: how many were made up.
        measured: ε is at least this, with a doubt of
        doubt: how often the bound may lie above the true ε.
        proven: ε of the run is at most this.
        delta: at this δ, both.
    """

    patients: int
    measured: float
    doubt: float
    proven: float
    delta: float

    @property
    def refuted(self) -> bool:
        """Whether the attack reached more than is proven."""
        return self.measured > self.proven


def measure_leakage(
    run: Run, *, patients: int, told: Callable[[float], None] = lambda _: None
) -> Leakage:
    """Attack the program's mechanism with the numbers of a run, on made-up patients.

    Args:
        run: whose numbers.
        patients: how many are made up.
        told: called with how far it is, 0 to 1.

    Raises:
        ConfigurationError: the run is not private, so nothing is proven.
        ModelMissing: the extra `train` is not installed.
        ExaminationStopped: somebody asked to stop.
    """
    mechanism, started = run.mechanism, run.started
    if mechanism is None or started.clipping_norm is None or started.delta is None:
        raise ConfigurationError(f"run {run.id} is not private: there is no proof to hold against")
    check_installed()
    from deid.training.attacks.gradients import Claim, attack_gradients, private_training
    from deid.training.private.noise import SecureNoise

    claim = Claim(mechanism, float(started.clipping_norm))
    train = private_training(SecureNoise(), told=told)
    scored = attack_gradients(train, claim, canaries=patients, seed=secrets.randbits(32))
    delta = float(started.delta)
    measured = bound_of_scores(scored, delta=delta)
    return Leakage(patients, measured, DOUBT, run.epsilon, delta)


def record_leakage(desk: Desk, run: Run, found: Leakage) -> LeakageMeasured:
    """Record what an attack with the numbers of a run reached, whatever that is.

    From then on the run's privacy statement says it, and where it refutes the proof, the model of
    the run cannot be promoted any more.

    Args:
        desk: of the site, with an officer's key unlocked.
        run: whose numbers were attacked.
        found: by `measure_leakage`.

    Raises:
        NotPermitted: no officer's key is unlocked.
        LogUnavailable: the log cannot be written.
    """
    officer = desk.require(Permission.TRAIN)
    event = LeakageMeasured(
        run=run.id,
        person=officer.id,
        patients=found.patients,
        measured=rounded_down(found.measured),
        delta=exact(found.delta),
        epsilon=rounded_up(found.proven),
        statement="",
    )
    signed = desk.sign(event)
    desk.record(signed)
    return signed
