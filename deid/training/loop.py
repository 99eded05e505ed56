"""The training loop, on one CPU thread, with a checkpoint after every pass."""

from __future__ import annotations

import json
import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import nn

from deid.detect.tokens import Marks, load_tokenizer, marks_of
from deid.training.examples import CLASSES, IGNORED, Example, batches, examples
from deid.training.losses import criterion_of
from deid.training.measure import measure, tagger
from deid.training.network import ShapedTagger, build
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote, redraw
from deid.training.wordlists import WordLists

if TYPE_CHECKING:
    from tokenizers import Tokenizer

log = logging.getLogger(__name__)

_HISTORY = "history.jsonl"


def train(
    learn: Sequence[MarkedNote],
    held: Sequence[MarkedNote],
    *,
    lists: WordLists,
    base: Path,
    out: Path,
    recipe: Recipe,
    carriers: Sequence[MarkedNote] = (),
    start: Path | None = None,
) -> Path:
    """The checkpoint that does best on the held-out notes.

    Writes `epoch-NN.pt` and a line in `history.jsonl` into `out` after every pass, and at the
    end `average.pt`, the mean of the last passes' weights, which competes with them. What an
    earlier training left in `history.jsonl` is removed.
    """
    out.mkdir(parents=True, exist_ok=True)
    (out / _HISTORY).unlink(missing_ok=True)
    torch.manual_seed(recipe.seed)
    tokenizer = load_tokenizer(base / "tokenizer.json")
    marks = marks_of(tokenizer)
    network = build(base, recipe, start=start)
    optimizer = torch.optim.AdamW(_parameter_groups(network, recipe), lr=recipe.learning_rate)
    steps_an_epoch = len(_epoch(learn, carriers, lists, tokenizer, marks, recipe, 0))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, _ramp(steps_an_epoch * recipe.epochs, recipe.warm_up_share)
    )
    found: list[tuple[float, Path]] = []
    for epoch in range(recipe.epochs):
        begun = time.monotonic()
        made = _epoch(learn, carriers, lists, tokenizer, marks, recipe, epoch)
        loss = _one_pass(network, made, optimizer, schedule, marks, recipe)
        curve = measure(held, tagger(network, tokenizer, marks, recipe.window))
        path = out / f"epoch-{epoch:02d}.pt"
        torch.save({"state": network.state_dict()}, path)
        row = {"epoch": epoch, "loss": round(loss, 5), "seconds": round(time.monotonic() - begun)}
        _note_progress(out, {**row, **curve.as_row()})
        found.append((curve.quality, path))
    path = out / "average.pt"
    average([path for _quality, path in found[-recipe.averaged :]], path)
    network.load_state_dict(torch.load(path, weights_only=True)["state"])
    curve = measure(held, tagger(network, tokenizer, marks, recipe.window))
    _note_progress(out, {"epoch": "average", **curve.as_row()})
    return max([(curve.quality, path), *found])[1]


def average(checkpoints: Sequence[Path], target: Path) -> None:
    """Write the mean of the weights of these checkpoints, which often does better than any."""
    states = [torch.load(path, weights_only=True)["state"] for path in checkpoints]
    mean = {
        name: torch.stack([state[name].double() for state in states]).mean(0).to(value.dtype)
        for name, value in states[0].items()
    }
    torch.save({"state": mean}, target)


def _epoch(
    notes: Sequence[MarkedNote], carriers: Sequence[MarkedNote], lists: WordLists,
    tokenizer: Tokenizer, marks: Marks, recipe: Recipe, epoch: int,
) -> list[list[Example]]:  # fmt: skip
    rng = random.Random(f"{recipe.seed}/{epoch}")  # noqa: S311 - training data, no secret
    rows: list[Example] = []
    drawn_carriers = rng.sample(carriers, round(len(carriers) * recipe.carrier_share))
    for note in [*notes, *drawn_carriers]:
        drawn = redraw(note, lists, seed=recipe.seed, epoch=epoch)
        phase = rng.randrange(recipe.window.size)
        rows += (
            row
            for row in examples(drawn, tokenizer, marks, recipe.window, phase, coarse=recipe.coarse)
            if max(row.classes) > 0 or rng.random() < recipe.unmarked_share
        )
    return batches(rows, recipe.batch_windows, rng)


def _one_pass(
    network: ShapedTagger, made: Sequence[Sequence[Example]], optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler, marks: Marks, recipe: Recipe,
) -> float:  # fmt: skip
    network.train()
    criterion = criterion_of(recipe)
    total, seen, begun = 0.0, 0, time.monotonic()
    for index, batch in enumerate(made):
        ids, shapes, classes = _tensors(batch, marks)
        logits = network(ids, shapes, (ids != marks.pad).long())
        loss = criterion(logits.view(-1, len(CLASSES)), classes.view(-1))
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(network.parameters(), recipe.largest_gradient)
        optimizer.step()
        schedule.step()
        total += float(loss.detach())
        seen += ids.numel()
        if index % 20 == 0:
            speed = seen / (time.monotonic() - begun)
            log.info(
                "batch %d of %d, loss %.4f, %.0f tokens/s",
                index,
                len(made),
                total / (index + 1),
                speed,
            )
    return total / max(1, len(made))


def _tensors(
    batch: Sequence[Example], marks: Marks
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    width = max(len(row.ids) for row in batch)

    def padded(rows: Iterator[list[int]], filler: int) -> torch.Tensor:
        return torch.tensor([row + [filler] * (width - len(row)) for row in rows])

    return (
        padded((row.ids for row in batch), marks.pad),
        padded((row.shapes for row in batch), 0),
        padded((row.classes for row in batch), IGNORED),
    )


def _parameter_groups(network: ShapedTagger, recipe: Recipe) -> list[dict[str, object]]:
    trained = [item for item in network.parameters() if item.requires_grad]
    return [
        {
            "params": [item for item in trained if item.ndim > 1],
            "weight_decay": recipe.weight_decay,
        },
        {"params": [item for item in trained if item.ndim == 1], "weight_decay": 0.0},
    ]


def _ramp(steps: int, warm_up_share: float) -> Callable[[int], float]:
    warm = max(1, int(steps * warm_up_share))

    def factor(step: int) -> float:
        return min((step + 1) / warm, max(0.02, (steps - step) / max(1, steps - warm)))

    return factor


def _note_progress(out: Path, row: Mapping[str, object]) -> None:
    with (out / _HISTORY).open("a", encoding="utf-8") as lines:
        lines.write(json.dumps(row) + "\n")
    log.info("%s", json.dumps(row))
