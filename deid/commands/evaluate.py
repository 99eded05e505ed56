"""`deid evaluate`: how much of what people marked is found."""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.commands.options import add_detection, add_json, recipe
from deid.commands.printing import print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deid.commands.options import Commands
    from deid.evaluate import GoldNote, Scores
    from deid.workers import Recipe

_ALL: Final = "all"
_DESCRIPTION: Final = """\
Compare what is found with what people marked. GOLD is a file of JSON lines,
{"id", "text", "spans": [{"start", "end", "label"}]}, offsets in code points.

Characters are counted without blanks. A note without a leak has every letter and
digit that was marked covered, under whatever label."""


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="measure what is found in notes that people marked",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("gold", type=Path, metavar="GOLD", help="a .jsonl file of marked notes")
    add_detection(parser, detectors=("hybrid", "rules", "model", _ALL))
    add_json(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from deid.evaluate import compare, read_gold, render
    from deid.pipeline import DetectorChoice

    gold = read_gold(options.gold)
    several = options.detector == _ALL
    if several:
        options.detector = DetectorChoice.HYBRID
    made = recipe(options)
    choices = list(DetectorChoice) if several else [made.detectors]
    scores = {choice.value: _scored(gold, replace(made, detectors=choice)) for choice in choices}
    if options.json:
        trees = {name: one.as_json() for name, one in scores.items()}
        print_json(trees if several else trees[made.detectors])
    elif several:
        print(compare(scores))
    else:
        print(render(scores[made.detectors]))
    return 0


def _scored(gold: Sequence[GoldNote], made: Recipe) -> Scores:
    from deid.datatypes import Document
    from deid.evaluate import score

    deidentifier = made.make()
    found = {
        note.id: deidentifier.analyze(Document(id=note.id, text=note.text)).kept for note in gold
    }
    return score(gold, found)
