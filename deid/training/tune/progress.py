"""What a fine-tuning says while it runs, and what it gives at the end. Without torch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrivateFigures:
    """Figures that are computed from private notes without noise: ε does not speak of them.

    Whoever shows them says so, and they are not published.

    Attributes:
        loss: mean over the patients of the step, before it; None where nobody was drawn.
        recall: of characters of identifiers in held-out notes, at probability 0.5, 0 to 1; None
            where this step was not measured.
    """

    loss: float | None = None
    recall: float | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a fine-tuning is.

    Attributes:
        step: steps spent by now, those that a crash took among them.
        steps: of the whole run.
        epsilon: spent by now; None without privacy, or where it was not computed at this step.
        seconds_left: as it looks now.
        private: figures that the guarantee does not cover.
    """

    step: int
    steps: int
    epsilon: float | None
    seconds_left: float
    private: PrivateFigures


@dataclass(frozen=True, slots=True)
class Examined:
    """How far the measuring of a model is.

    Attributes:
        notes: examined by now; each counts once for each model, and for each way to spoil it.
        of: so many there will be.
        seconds_left: as it looks now.
    """

    notes: int
    of: int
    seconds_left: float
