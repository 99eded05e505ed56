"""The recipe: all that decides what comes out of training, besides data and base encoder."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from deid.detect.windows import WindowPlan
from deid.errors import ConfigurationError


class Loss(StrEnum):
    """What is minimised over the tokens of a batch."""

    CROSS_ENTROPY = "cross-entropy"
    FOCAL = "focal"
    """Cross-entropy times (1 - p)^2, so that easy tokens count little (Lin et al. 2017)."""
    RECALL_WEIGHTED = "recall-weighted"
    """Cross-entropy in which a token of an identifier counts three times."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """Numbers of one training run.

    Attributes:
        seed: of the redrawn values, the order of batches, dropout and fresh weights.
        teacher_epochs: passes of the teacher over the marked notes; values are redrawn at each.
        epochs: passes of the second stage over all notes.
        batch_windows: windows in a batch.
        window: how long windows are.
        teacher_learning_rate: the highest of the first stage, after warming up; it falls linearly
            to 2 % of itself.
        learning_rate: the same for the second stage.
        warm_up_share: of all steps.
        weight_decay: of matrices, not of biases and norms.
        label_smoothing: of the cross-entropy.
        largest_gradient: norm to which gradients are clipped.
        unmarked_share: of windows without any identifier that take part in a pass.
        held_out_share: of notes that choose the checkpoint instead of being learnt from.
        carrier_share: of the carriers, if there are any, that take part in a pass.
        averaged: how many of the last passes' weights are averaged into one more checkpoint.
        runs: how often the second stage is run, each with another seed and on a core of its own;
            the mean of their weights competes with each of them.
        layers: which of the encoder's layers are kept, from 0.
        shapes: whether the shape of words is an input that is learnt.
        coarse: whether labels of one category are learnt as one.
        loss: what is minimised.
    """

    seed: int = 20261121
    teacher_epochs: int = 14
    epochs: int = 6
    batch_windows: int = 16
    window: WindowPlan = field(default_factory=WindowPlan)
    teacher_learning_rate: float = 3e-4
    learning_rate: float = 2e-4
    warm_up_share: float = 0.06
    weight_decay: float = 0.01
    label_smoothing: float = 0.02
    largest_gradient: float = 1.0
    unmarked_share: float = 0.6
    held_out_share: float = 0.065
    carrier_share: float = 0.2
    averaged: int = 3
    runs: int = 1
    layers: tuple[int, ...] = (0, 1, 2, 3, 4, 5)
    shapes: bool = True
    coarse: bool = False
    loss: Loss = Loss.CROSS_ENTROPY

    def teacher(self) -> Recipe:
        """The recipe of the first stage: the whole encoder, marked notes only."""
        return replace(
            self, epochs=self.teacher_epochs, learning_rate=self.teacher_learning_rate,
            layers=Recipe().layers,
        )  # fmt: skip

    def run(self, number: int) -> Recipe:
        """The recipe of one of the runs of the second stage, counted from 0."""
        return replace(self, seed=self.seed + number)

    def as_row(self) -> dict[str, object]:
        """For a manifest or a line of JSON."""
        return asdict(self)

    def changed(self, settings: Sequence[str]) -> Recipe:
        """This recipe with settings of the form `name=value`, as on the command line.

        Raises:
            ConfigurationError: no such setting may be changed, or the value is not of its kind.
        """
        recipe = self
        for setting in settings:
            name, _, value = setting.partition("=")
            if name not in _READERS:
                raise ConfigurationError(
                    f"no setting {name!r} to change: choose from {', '.join(sorted(_READERS))}"
                )
            try:
                changes: dict[str, Any] = {name: _READERS[name](value)}
                recipe = replace(recipe, **changes)
            except (ValueError, KeyError):
                raise ConfigurationError(f"{setting!r} is no value for {name}") from None
        return recipe


def _layers(value: str) -> tuple[int, ...]:
    return tuple(int(part) for part in value.split(","))


def _switch(value: str) -> bool:
    return {"yes": True, "no": False}[value]


_READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "batch_windows": int,
        "carrier_share": float,
        "coarse": _switch,
        "epochs": int,
        "label_smoothing": float,
        "layers": _layers,
        "learning_rate": float,
        "loss": Loss,
        "runs": int,
        "seed": int,
        "shapes": _switch,
        "teacher_epochs": int,
        "unmarked_share": float,
    }
)
