"""What training computes for the page, in threads beside the desk: all that wants the extra."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from deid import officer
from deid.training.acts import OnExamined, OnProgress, OnStage, go_on
from deid.training.choice import Choice
from deid.training.leakage import Leakage, measure_leakage
from deid.training.ledger import Run
from deid.training.planning import Planned, draft
from deid.training.tune.run_folder import RunFolder
from deid.training.tune.settings import Settings

Draft = Callable[[officer.Desk, Choice, Settings], Planned]
GoOn = Callable[[officer.Desk, RunFolder, OnProgress, OnStage, OnExamined], object]


class Attack(Protocol):
    """Attacks a training with the numbers of a run."""

    def __call__(self, run: Run, *, patients: int, told: Callable[[float], None]) -> Leakage:
        """What it reaches with so many made-up patients; told how far it is, 0 to 1."""


def _go_on(
    desk: officer.Desk,
    run: RunFolder,
    on_progress: OnProgress,
    on_stage: OnStage,
    on_examined: OnExamined,
) -> object:
    return go_on(desk, run, on_progress=on_progress, on_stage=on_stage, on_examined=on_examined)


@dataclass(frozen=True, slots=True)
class Computing:
    """How it is computed; each runs in a thread of its own.

    Attributes:
        draft: works out what a run would be.
        go_on: does what is left of a run.
        attack: measures what a run leaks.
    """

    draft: Draft = draft
    go_on: GoOn = _go_on
    attack: Attack = measure_leakage
