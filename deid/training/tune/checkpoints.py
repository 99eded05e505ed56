"""Where a fine-tuning stands, as bytes: the trained weights, their average and the moments.

All of it is made of noisy gradients, so in a private run it tells no more than the model does. The
coordinates in which weights were trained are kept with them, and are made of public text: a program
that has other public text by now would make others, in which the weights mean something else.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pickle import UnpicklingError

import torch
from torch import nn

from deid.errors import ConfigurationError
from deid.training.tune.average import Average


def to_bytes(
    weights: Mapping[str, nn.Parameter], optimizer: torch.optim.Optimizer, average: Average,
    coordinates: Mapping[str, torch.Tensor],
) -> bytes:  # fmt: skip
    """The checkpoint of these."""
    buffer = io.BytesIO()
    torch.save(
        {
            "weights": {name: one.data for name, one in weights.items()},
            "optimizer": optimizer.state_dict(),
            "average": average.state(),
            "coordinates": dict(coordinates),
        },
        buffer,
    )
    return buffer.getvalue()


def restore(
    content: bytes, weights: Mapping[str, nn.Parameter], optimizer: torch.optim.Optimizer,
    average: Average, coordinates: Mapping[str, torch.Tensor],
) -> None:  # fmt: skip
    """Let these be as they were when the checkpoint was made. It is read as data, never as code.

    Raises:
        ConfigurationError: it is damaged, or of another network.
    """
    try:
        state = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
        for name, weight in weights.items():
            weight.data.copy_(state["weights"][name])
        for name, one in coordinates.items():
            one.copy_(state["coordinates"][name])
        optimizer.load_state_dict(state["optimizer"])
        average.restore(state["average"]["sums"], float(state["average"]["count"]))
    except (UnpicklingError, KeyError, TypeError, ValueError, RuntimeError, EOFError):
        raise ConfigurationError(
            "the checkpoint of the run cannot be used: begin a new run; the steps that this one "
            "spent stay counted"
        ) from None
