"""The second stage: several runs side by side from one teacher, and the mean of their weights.

Runs that begin with the same weights and see other draws of the same notes end near each other;
the mean of their weights is often better than each (Wortsman et al. 2022, "model soups").
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import torch

from deid.training.build import measure_checkpoint
from deid.training.loop import average, train
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote
from deid.training.wordlists import WordLists

log = logging.getLogger(__name__)


def train_in_runs(
    learn: Sequence[MarkedNote], held: Sequence[MarkedNote], *, lists: WordLists, base: Path,
    out: Path, recipe: Recipe, carriers: Sequence[MarkedNote], start: Path,
) -> Path:  # fmt: skip
    """The best on the held-out notes of each run's best checkpoint and the mean of these.

    Each run writes into `out/run-N`, on one core; the mean is `out/mean.pt`.
    """
    one_run = partial(
        _one_run, learn, held, lists=lists, base=base, out=out, recipe=recipe, carriers=carriers,
        start=start,
    )  # fmt: skip
    with ProcessPoolExecutor(recipe.runs, mp_context=get_context("spawn")) as pool:
        found = list(pool.map(one_run, range(recipe.runs)))
    if recipe.runs == 1:
        return found[0]
    mean = out / "mean.pt"
    average(found, mean)
    return max(
        [mean, *found],
        key=lambda path: measure_checkpoint(path, held, base=base, recipe=recipe).quality,
    )


def _one_run(
    learn: Sequence[MarkedNote], held: Sequence[MarkedNote], number: int, *, lists: WordLists,
    base: Path, out: Path, recipe: Recipe, carriers: Sequence[MarkedNote], start: Path,
) -> Path:  # fmt: skip
    torch.set_num_threads(1)
    logging.basicConfig(format=f"%(asctime)s run {number}: %(message)s")
    logging.getLogger("deid").setLevel(logging.INFO)
    return train(
        learn, held, lists=lists, base=base, out=out / f"run-{number}", recipe=recipe.run(number),
        carriers=carriers, start=start,
    )  # fmt: skip
