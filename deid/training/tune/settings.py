"""The numbers of a fine-tuning. Without torch.

Nothing here may be chosen by looking at the private notes: that would cost privacy which nobody
counts. The defaults were chosen on public notes (docs/private-training.md): with few hundred
patients, noise leaves most of what is learnt if the classifier alone is trained, from many patients
a step. Without privacy more is learnt with `PLAIN`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from deid.errors import ConfigurationError
from deid.training.cohort.patients import Unit
from deid.training.private.accounting import (
    LARGEST_EPSILON,
    SMALLEST_DELTA,
    SMALLEST_EPSILON,
    default_delta,
)


class Method(StrEnum):
    """Which weights are trained, besides the classifier. Word embeddings never are."""

    FULL = "full"
    """All."""
    LAST_LAYERS = "last-layers"
    """Those of the encoder's last layers; with 0 layers, the classifier alone."""
    LORA = "lora"
    """Low-rank changes of the matrices of the last layers (Hu et al. 2022)."""
    BIASES = "biases"
    """Biases and norms of the last layers (Ben Zaken et al. 2022): few, so little noise."""


class Optimiser(StrEnum):
    """What makes a step out of a gradient."""

    ADAMW = "adamw"
    SGD = "sgd"
    """With momentum 0.9."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides what a fine-tuning does, besides notes and base.

    Attributes:
        method: which weights are trained.
        layers: how many of the encoder's last layers, at least one for `LORA` and `BIASES`; for
            `FULL` it makes no difference.
        rank: of the changes, for `LORA`.
        optimiser: what makes a step out of a gradient.
        learning_rate: the highest, after warming up; it falls linearly to a tenth of itself. That
            of SGD is lowered where noise is loud.
        warm_up_share: of all steps.
        weight_decay: of matrices, not of biases and norms.
        label_smoothing: of the cross-entropy.
        identifier_weight: how often a token of an identifier counts in the loss of its window. With
            1, a model becomes surer on what it knows, and finds less from the same probability on.
        whitened: train the classifier in coordinates in which its features are spread evenly, where
            it alone is trained (`deid.training.tune.whitening`); public texts are looked at for it.
        dropout: in training; 0 switches it off.
        steps: how many steps are taken.
        sampling_rate: with which each patient takes part in a step, by a draw of their own.
        windows: how many windows of a patient a step looks at, at most.
        largest_gradient: to which a patient's gradient is clipped (C), over all trained weights.
        epsilon: what the run may cost; None: no privacy, nothing clipped and no noise.
        delta: None: 1 / N^1.1 of the N patients that are learnt from.
        unit: of what the guarantee speaks.
        averaging: decay of the moving average of the weights, which is what comes out; 0: the last
            weights. What is computed from private weights costs nothing more.
        cached: keep what the layers that are not trained answer, where there are any and nothing
            is dropped; the windows of a note are then always the same.
        seed: of what may be known: fresh weights, dropout, and which windows are looked at.
            Neither who takes part in a step nor the noise ever comes from it.
        checkpoint_each: steps between checkpoints; a crash takes the weights since the last, while
            what they cost stays spent. 0: none, so a run goes on from the base with what is left.
        measure_each: steps between measurements on held-out notes; 0: none.
        measured_notes: how many held-out notes these look at, at most.
    """

    method: Method = Method.LAST_LAYERS
    layers: int = 0
    rank: int = 8
    optimiser: Optimiser = Optimiser.SGD
    learning_rate: float = 1.0
    warm_up_share: float = 0.1
    weight_decay: float = 0.0
    label_smoothing: float = 0.02
    identifier_weight: float = 3.0
    whitened: bool = True
    dropout: float = 0.0
    steps: int = 40
    sampling_rate: float = 0.5
    windows: int = 4
    largest_gradient: float = 0.5
    epsilon: float | None = 8.0
    delta: float | None = None
    unit: Unit = Unit.PATIENT
    averaging: float = 0.9
    cached: bool = True
    seed: int = 20261121
    checkpoint_each: int = 1
    measure_each: int = 20
    measured_notes: int = 40

    def __post_init__(self) -> None:
        bad = [name for name, fits in _fits(self).items() if not fits]
        if bad:
            ranges = "".join(f"; {name} {_RANGES[name]}" for name in bad if name in _RANGES)
            raise ConfigurationError(f"training settings out of range: {', '.join(bad)}{ranges}")

    @property
    def private(self) -> bool:
        """Whether the run is differentially private."""
        return self.epsilon is not None

    @property
    def by_default(self) -> bool:
        """Whether all that decides what is learnt is the default of a private run."""
        default = Settings()
        return all(
            getattr(self, name) == getattr(default, name)
            for name in self.__dataclass_fields__
            if name not in _NOT_TUNED
        )

    @property
    def whitens(self) -> bool:
        """Whether the classifier is trained in whitened coordinates: where its features stay."""
        return self.whitened and self.method is Method.LAST_LAYERS and not self.layers

    @property
    def keeps_answers(self) -> bool:
        """Whether what the layers answer that are not trained is kept."""
        return self.cached and self.method is not Method.FULL and not self.dropout

    def delta_for(self, patients: int) -> float:
        """The δ for a cohort of so many patients: as set, or 1 / N^1.1."""
        return self.delta if self.delta is not None else default_delta(max(patients, 2))

    def as_row(self) -> dict[str, object]:
        """For a manifest or a line of JSON; `of_row` reads it."""
        return asdict(self)

    @classmethod
    def of_row(cls, row: Mapping[str, object]) -> Settings:
        """The settings that `as_row` wrote.

        Raises:
            ConfigurationError: they are not whole, or out of range.
        """
        if row.keys() != cls.__dataclass_fields__.keys():
            raise ConfigurationError("training settings: not of this version of the program")
        values = dict(row)
        try:
            values["method"] = Method(str(row["method"]))
            values["optimiser"] = Optimiser(str(row["optimiser"]))
            values["unit"] = Unit(str(row["unit"]))
            return cls(**values)  # type: ignore[arg-type]
        except (TypeError, ValueError):
            raise ConfigurationError("training settings: a value is not of its kind") from None


PLAIN: Final[Mapping[str, object]] = MappingProxyType(
    {
        "epsilon": None,
        "layers": 2,
        "optimiser": Optimiser.ADAMW,
        "learning_rate": 1e-3,
        "steps": 150,
        "sampling_rate": 0.06,
        "windows": 1,
    }
)
"""What differs from the defaults in a training without privacy."""


_NOT_TUNED: Final = frozenset(
    {
        "epsilon", "delta", "unit", "cached", "seed", "checkpoint_each", "measure_each",
        "measured_notes",
    }
)  # fmt: skip
"""Settings that say what is guaranteed and shown, not how is learnt."""

_SMALLEST_CLIP: Final = 1e-6
_LARGEST_CLIP: Final = 1e6
_SMALLEST_RATE: Final = 1e-6
_RANGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "epsilon": f"lies between {SMALLEST_EPSILON:g} and {LARGEST_EPSILON:g}: with less nothing "
        "can be learnt, and more protects nobody",
        "delta": f"is at least {SMALLEST_DELTA:g}, the least that is computed reliably, and below "
        "1 in the number of patients",
        "largest_gradient": f"lies between {_SMALLEST_CLIP:g} and {_LARGEST_CLIP:g}",
        "sampling_rate": f"lies between {_SMALLEST_RATE:g} and 1",
    }
)
"""For those whose range is not plain, what it is."""


def _fits(settings: Settings) -> dict[str, bool]:
    """For each setting that has a range, whether it lies in it. Not a number never does."""
    counts = ("rank", "steps", "windows", "measured_notes")
    counts_from_zero = ("checkpoint_each", "measure_each")
    shares = ("warm_up_share", "dropout", "averaging", "label_smoothing")
    return {
        **{name: getattr(settings, name) >= 1 for name in counts},
        **{name: getattr(settings, name) >= 0 for name in counts_from_zero},
        **{name: 0 <= getattr(settings, name) < 1 for name in shares},
        "learning_rate": 0 < settings.learning_rate < 10,
        "identifier_weight": 0 < settings.identifier_weight < float("inf"),
        "weight_decay": 0 <= settings.weight_decay < 1,
        "sampling_rate": _SMALLEST_RATE <= settings.sampling_rate <= 1,
        "largest_gradient": _SMALLEST_CLIP <= settings.largest_gradient <= _LARGEST_CLIP,
        "epsilon": settings.epsilon is None
        or SMALLEST_EPSILON <= settings.epsilon <= LARGEST_EPSILON,
        "delta": settings.delta is None or SMALLEST_DELTA <= settings.delta < 1,
        "layers": settings.layers >= (settings.method in {Method.LORA, Method.BIASES}),
    }
