"""The losses that a recipe may choose from."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.nn import functional

from deid.training.examples import IGNORED
from deid.training.recipe import Loss, Recipe

Criterion = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]
"""From logits `[tokens, classes]` and classes `[tokens]`, some ignored, to a scalar."""
_FOCUS = 2.0
_IDENTIFIER_WEIGHT = 3.0


def criterion_of(recipe: Recipe) -> Criterion:
    """What this recipe minimises: a mean over the tokens that are not ignored."""

    def criterion(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
        counted = classes != IGNORED
        logits, classes = logits[counted], classes[counted]
        losses = functional.cross_entropy(
            logits, classes, reduction="none", label_smoothing=recipe.label_smoothing
        )
        weights = _weights(recipe.loss, logits, classes)
        return (losses * weights).sum() / weights.sum().clamp(min=1e-6)

    return criterion


def _weights(loss: Loss, logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    if loss is Loss.RECALL_WEIGHTED:
        return 1.0 + (_IDENTIFIER_WEIGHT - 1.0) * (classes > 0)
    if loss is Loss.FOCAL:
        right = logits.detach().softmax(-1).gather(1, classes[:, None])[:, 0]
        return (1.0 - right) ** _FOCUS
    return torch.ones(len(classes))
