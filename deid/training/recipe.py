"""The recipe: all that decides what comes out of training, besides data and base encoder."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field

from deid.detect.windows import WindowPlan


@dataclass(frozen=True, slots=True)
class Recipe:
    """Numbers of one training run.

    Attributes:
        seed: of the redrawn values, the order of batches, dropout and fresh weights.
        epochs: passes over the notes; values are redrawn at each.
        batch_windows: windows in a batch.
        window: how long windows are.
        learning_rate: the highest, after warming up; it falls linearly to 2 % of itself.
        warm_up_share: of all steps.
        weight_decay: of matrices, not of biases and norms.
        label_smoothing: of the cross-entropy.
        largest_gradient: norm to which gradients are clipped.
        unmarked_share: of windows without any identifier that take part in a pass.
        held_out_share: of notes that choose the checkpoint instead of being learnt from.
        averaged: how many of the last passes' weights are averaged into one more checkpoint.
    """

    seed: int = 20261121
    epochs: int = 14
    batch_windows: int = 16
    window: WindowPlan = field(default_factory=WindowPlan)
    learning_rate: float = 3e-4
    warm_up_share: float = 0.06
    weight_decay: float = 0.01
    label_smoothing: float = 0.02
    largest_gradient: float = 1.0
    unmarked_share: float = 0.6
    held_out_share: float = 0.065
    averaged: int = 3

    def as_row(self) -> dict[str, object]:
        """For a manifest or a line of JSON."""
        return asdict(self)
