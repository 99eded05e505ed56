"""The classifier, trained in coordinates in which what goes into it is spread evenly.

What the encoder answers lies mostly along few directions, and what tells classes apart along many
others, in which a gradient is short. Clipped and noised as it is, little of these is learnt. So the
change of the classifier is C·(M + ρI)^(-1/2) for a trained C, where M is the mean of h·hᵀ over what
the encoder answers to public text: gradients, clipping and noise are those of C. M comes from no
note of the site and costs no privacy. (Natural gradient for one layer, with public statistics; as
the public preconditioners of Li et al. 2022, "Private adaptive optimization with side
information".)
"""

from __future__ import annotations

from typing import Final

import torch
from torch import nn
from torch.nn import functional

from deid.detect.tokens import framed, tokenize
from deid.errors import ConfigurationError
from deid.training.tune.base import Base

_RIDGE: Final = 0.1
"""ρ in medians of the eigenvalues of M: directions that hardly occur are not blown up further."""
_WINDOWS: Final = 120
"""How many windows of public text are looked at, at most: 20,000 tokens, for 384 directions."""


class WhitenedClassifier(nn.Module):
    """A linear layer with a trained change in whitened coordinates, and a trained bias.

    Args:
        start: the layer as it is before; it is not changed.
        root: (M + ρI)^(-1/2), `[width, width]`.
    """

    weight: torch.Tensor
    root: torch.Tensor

    def __init__(self, start: nn.Linear, root: torch.Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", start.weight.detach().clone())
        self.register_buffer("root", root)
        self.change = nn.Parameter(torch.zeros_like(start.weight))
        self.bias = nn.Parameter(start.bias.detach().clone())

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        """Logits `[..., classes]` of hidden states `[..., width]`."""
        return functional.linear(hidden, self.weight + self.change @ self.root, self.bias)

    def merged(self) -> nn.Linear:
        """The layer as it is now, without the coordinates."""
        classes, width = self.weight.shape
        layer = nn.Linear(width, classes)
        with torch.no_grad():
            layer.weight.copy_(self.weight + self.change @ self.root)
            layer.bias.copy_(self.bias)
        return layer


def whiten(base: Base) -> None:
    """Let the classifier of the base be trained in whitened coordinates; done once only.

    Raises:
        ConfigurationError: the base has no public texts.
    """
    start = base.network.classifier
    if isinstance(start, nn.Linear):
        base.network.classifier = WhitenedClassifier(start, inverse_root(second_moment(base)))


def second_moment(base: Base) -> torch.Tensor:
    """M, `[width, width]`: the mean of h·hᵀ over the tokens of the base's public texts.

    Raises:
        ConfigurationError: the base has no public texts.
    """
    windows = _windows(base)
    if not windows:
        raise ConfigurationError(
            "there is no public text to spread the features by: install the program anew, or train "
            "with whitened=false"
        )
    total, count = torch.zeros(()), 0
    with torch.no_grad():
        for ids, shapes in windows:
            hidden = base.network.hidden(torch.tensor([ids]), torch.tensor([shapes]))[0]
            total = total + hidden.T @ hidden
            count += len(hidden)
    return total / count


def inverse_root(moment: torch.Tensor) -> torch.Tensor:
    """(M + ρI)^(-1/2), times what makes a gradient on public text as long as before, by its square.

    It is the symmetric root, of which there is but one, whatever computes it. A run that is taken
    up again goes on with the root of its checkpoint, for the public texts may be others by then.
    """
    values, vectors = torch.linalg.eigh(moment.double())
    values = values.clamp(min=0)
    scales = (values + _RIDGE * values.median()).rsqrt()
    scales = scales * (values.sum() / (values * scales.square()).sum()).sqrt()
    root: torch.Tensor = (vectors * scales) @ vectors.T
    return root.float()


def _windows(base: Base) -> list[tuple[list[int], list[int]]]:
    """Ids and shapes of windows from all over the public texts."""
    size = base.plan.size
    found = [
        framed(tokens, range(first, first + size), base.marks)
        for tokens in (tokenize(text, base.tokenizer) for text in base.public)
        for first in range(0, len(tokens.ids), size)
    ]
    return found[:: max(1, -(-len(found) // _WINDOWS))]
