"""What single choices of the recipe give: short trainings that differ in one thing each.

    python benchmarks/recipes.py DATA --out FOLDER [--only NAME ...] [--passes N]

DATA is the folder that `python -m deid.training` takes. Every variant is trained from the base
encoder on the marked notes alone, for few passes, on one core, and measured on the marked notes
that the recipe holds out; a variant that was trained to its end in FOLDER is not trained again.
Prints Markdown: the quality by which training chooses checkpoints (mean F2 of characters over six
thresholds), and recall and precision at two of them. One short run a variant, so that differences
of a point say little.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import torch

from deid import resources
from deid.detect.transformer import load_detector
from deid.training.__main__ import installed_base
from deid.training.carriers import mark, read_carriers
from deid.training.examples import hold_out, pools_of, read_marked
from deid.training.loop import train
from deid.training.measure import THRESHOLDS, tagger_of
from deid.training.recipe import Recipe
from deid.training.redraw import MarkedNote
from deid.training.wordlists import read_word_lists

_SHORT = ("layers=0,2,5", "learning_rate=0.0003")
_SHOWN = (0.1, 0.3)


@dataclass(frozen=True, slots=True)
class Variant:
    """A recipe that differs from the first in one thing.

    Attributes:
        what: for the table.
        settings: of the recipe, as `--set` takes them.
        corpus: whether the project's own notes are learnt too.
        carriers: whether unmarked notes are learnt too, as the shipped model marks them.
    """

    what: str
    settings: Sequence[str] = ()
    corpus: bool = False
    carriers: bool = False


VARIANTS: Mapping[str, Variant] = MappingProxyType(
    {
        "base": Variant("three of six layers, cross-entropy, shapes of words, 32 labels"),
        "noshapes": Variant("without the shapes of words", ["shapes=no"]),
        "recall": Variant("identifiers count three times in the loss", ["loss=recall-weighted"]),
        "focal": Variant("focal loss", ["loss=focal"]),
        "coarse": Variant("labels of one category as one", ["coarse=yes"]),
        "six": Variant("all six layers", ["layers=0,1,2,3,4,5"]),
        "carriers": Variant("self-training on unmarked notes besides", carriers=True),
        "corpus": Variant("the project's own notes besides", corpus=True),
    }
)


def main() -> None:
    """Train what is not trained yet, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--only", nargs="+", choices=[*VARIANTS], default=[*VARIANTS])
    parser.add_argument("--passes", type=int, default=3)
    parser.add_argument("--notes", type=int, help="learn from the first so many notes only")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.only:
        if not _is_trained(arguments.out / name):
            _train(VARIANTS[name], arguments, arguments.out / name)
    print(table(arguments.out, arguments.only))


def table(out: Path, names: Sequence[str]) -> str:
    """The figures of these variants, as Markdown."""
    heads = [f"{what} at {p}" for p in _SHOWN for what in ("recall", "precision")]
    lines = [f"| variant | quality | {' | '.join(heads)} |", f"|---|{'--:|' * (1 + len(heads))}"]
    for name in names:
        row = max(_history(out / name), key=lambda row: row["quality"])
        cells = [
            f"{row[what][THRESHOLDS.index(p)]:.3f}"
            for p in _SHOWN
            for what in ("recall", "precision")
        ]
        lines.append(f"| {VARIANTS[name].what} | {row['quality']:.4f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _train(variant: Variant, arguments: argparse.Namespace, out: Path) -> None:
    recipe = Recipe(epochs=arguments.passes).changed([*_SHORT, *variant.settings])
    learn, held = hold_out(read_marked(arguments.data / "marked" / "train.jsonl"), recipe)
    if variant.corpus:
        learn = [*learn, *hold_out(read_marked(resources.models() / "corpus"), recipe)[0]]
    learn = learn[: arguments.notes]
    carriers = _carriers(arguments.data) if variant.carriers else []
    lists = read_word_lists(arguments.data / "names", pools_of(learn))
    base = installed_base()
    train(learn, held, lists=lists, base=base, out=out, recipe=recipe, carriers=carriers)


def _carriers(data: Path) -> list[MarkedNote]:
    tag = tagger_of(load_detector().classifier)
    found = read_carriers(data / "carrier" / "mtsamples.jsonl")
    return [mark(identity, text, tag) for identity, text in found]


def _is_trained(folder: Path) -> bool:
    """Whether a training came to its end there, which is the mean of the last passes."""
    return any(row["epoch"] == "average" for row in _history(folder))


def _history(folder: Path) -> list[dict[str, Any]]:
    path = folder / "history.jsonl"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    return [json.loads(line) for line in text.splitlines()]


if __name__ == "__main__":
    main()
