"""What a network loses on notes, as an attacker measures it who knows what is marked in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import torch
from torch.nn import functional

from deid.training.attacks.canaries import Losses
from deid.training.attacks.membership import Floats
from deid.training.cohort.patients import Cohort
from deid.training.examples import IGNORED, Example, examples
from deid.training.redraw import MarkedNote
from deid.training.tune.base import Base

_BATCH: Final = 32


def losses_of_marks(base: Base) -> Losses:
    """For each note the mean loss over the tokens that are marked; 0 where none is."""

    def losses(notes: Sequence[MarkedNote]) -> Sequence[float]:
        return _mean_losses(base, [[note] for note in notes], marked_only=True)

    return losses


def losses_of_patients(base: Base, cohort: Cohort) -> Floats:
    """For each patient the mean loss over all tokens of their notes."""
    return np.array(_mean_losses(base, [one.notes for one in cohort.patients], marked_only=False))


def _mean_losses(
    base: Base, groups: Sequence[Sequence[MarkedNote]], *, marked_only: bool
) -> list[float]:
    rows = [
        (number, row)
        for number, notes in enumerate(groups)
        for note in notes
        for row in examples(note, base.tokenizer, base.marks, base.plan, 0)
    ]
    rows.sort(key=lambda item: len(item[1].ids))
    sums, counts = [0.0] * len(groups), [0] * len(groups)
    base.network.eval()
    for start in range(0, len(rows), _BATCH):
        part = rows[start : start + _BATCH]
        found = _window_losses(base, [row for _, row in part], marked_only=marked_only)
        for (number, _), (total, count) in zip(part, found, strict=True):
            sums[number] += total
            counts[number] += count
    return [total / max(1, count) for total, count in zip(sums, counts, strict=True)]


@torch.no_grad()
def _window_losses(
    base: Base, rows: Sequence[Example], *, marked_only: bool
) -> list[tuple[float, int]]:
    """Sum of losses and number of tokens, window by window."""
    classes = _padded([row.classes for row in rows], IGNORED)
    ids = _padded([row.ids for row in rows], base.marks.pad)
    mask = _padded([[1] * len(row.ids) for row in rows], 0)
    logits = base.network(ids, _padded([row.shapes for row in rows], 0), mask)
    losses = functional.cross_entropy(
        logits.transpose(1, 2), classes, reduction="none", ignore_index=IGNORED
    )
    counted = classes > 0 if marked_only else classes != IGNORED
    sums = (losses * counted).sum(dim=1).tolist()
    return list(zip(sums, counted.sum(dim=1).tolist(), strict=True))


def _padded(rows: Sequence[list[int]], filler: int) -> torch.Tensor:
    width = max(len(row) for row in rows)
    return torch.tensor([row + [filler] * (width - len(row)) for row in rows])
