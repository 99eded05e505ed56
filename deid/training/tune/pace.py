"""How fast this computer trains, measured on made-up windows before any note is looked at."""

from __future__ import annotations

import copy
import time
from dataclasses import replace
from typing import Final

import torch

from deid.training.cohort.patients import Patient
from deid.training.cohort.plan import Pace
from deid.training.examples import IGNORED, Example
from deid.training.private.noise import SecureNoise
from deid.training.tune.base import Base
from deid.training.tune.forward import PatientLoss
from deid.training.tune.method import prepare, trained
from deid.training.tune.optimisers import optimizer_of, steps_of, torch_for
from deid.training.tune.run_folder import RunFacts
from deid.training.tune.settings import Settings
from deid.training.tune.windows import Place

_PATIENTS: Final = 3


def pace_of(
    base: Base, settings: Settings, *, held_windows: int, threads: int | None = None
) -> Pace:
    """Train a copy of the base for one step on windows without meaning, and time it.

    Args:
        base: stays as it is.
        settings: of the training.
        held_windows: how many windows the held-out notes have that are looked at on the way.
        threads: of torch; None: as it is set.
    """
    own = replace(base, network=copy.deepcopy(base.network))
    facts = RunFacts(settings, 1.0, 1e-3, _PATIENTS, "", "")
    with torch_for(threads, settings.seed):
        prepare(own, settings)
        weights = trained(own.network)
        steps = steps_of(optimizer_of(weights, settings), facts, SecureNoise())
        loss = PatientLoss(own.network, settings, own.marks)
        row = _window(base)
        drawn = [(Place(0, range(number, number + 1)), row) for number in range(settings.windows)]
        times = []
        for number in range(_PATIENTS):
            begun = time.perf_counter()
            steps.take(loss.of(Patient(str(number), ()), drawn))
            times.append((time.perf_counter() - begun) / settings.windows)
        begun = time.perf_counter()
        steps.step()
        a_step = time.perf_counter() - begun
        begun = time.perf_counter()
        with torch.inference_mode():
            own.network(torch.tensor([row.ids]), torch.tensor([row.shapes]))
        looking = time.perf_counter() - begun
    # The first patient pays for what torch sets up.
    return Pace(sorted(times)[len(times) // 2], a_step, held_windows * looking)


def _window(base: Base) -> Example:
    size = base.plan.size
    inside = [number % base.network.encoder.config.vocab_size for number in range(size)]
    return Example(
        [base.marks.begin, *inside, base.marks.end],
        [0] * (size + 2),
        [IGNORED, *([0] * size), IGNORED],
    )
