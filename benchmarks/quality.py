"""How much of marked notes NoteVeil finds, and other programs beside it, in one run.

    python benchmarks/quality.py [GOLD] [--held-out] [--policy NAME] [--jobs N] [--json FILE]
                                 [--spacy PIPELINE] [--philter PYTHON]

GOLD is a file or a folder that `deid evaluate` reads; without it, the development notes beside the
checkout (or where NOTEVEIL_SHARED_DATA says). With --held-out only those of its notes count that
training holds out: the training notes and `models/corpus` can be asked about so.
`deid/evaluate/scores.py` says what is counted; intervals are of 95 %, from drawing whole notes.

Beside rules, model and both (hybrid): Presidio with its patterns, and with a spaCy pipeline if one
is named that is installed; scrubadub, if installed (`requirements/bench.txt`); Philter, if an
interpreter is named that has it (see `benchmarks/philter_spans.py`). Presidio's patterns and
scrubadub look for no names. Strict F1 compares offsets only, as the others have other labels.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from finding import development_notes, kept
from others import Finder, by_philter, by_presidio, by_scrubadub, has_scrubadub

from deid import DetectorChoice, load_policy
from deid.evaluate import (
    Comparison,
    GoldNote,
    Scores,
    Subset,
    compare,
    read_gold,
    score_each,
    total,
)
from deid.evaluate.intervals import (
    CHARACTER_F1,
    CHARACTER_PRECISION,
    CHARACTER_RECALL,
    NAME_RECALL,
    WITHOUT_LEAK,
    WRONGLY_REMOVED,
    Interval,
    differences,
    f1_of,
    intervals,
)
from deid.training.examples import is_held_out
from deid.training.recipe import Recipe

OURS = (DetectorChoice.RULES, DetectorChoice.MODEL, DetectorChoice.HYBRID)
STRICT_F1 = f1_of(
    "strict F1, offsets",
    lambda scores: scores.shared_task[Comparison.BINARY_STRICT, Subset.ALL].micro,
)
COLUMNS = {
    "found": CHARACTER_RECALL,
    "of names": NAME_RECALL,
    "right among removed": CHARACTER_PRECISION,
    "F1": CHARACTER_F1,
    "strict F1, offsets": STRICT_F1,
    "notes without a leak": WITHOUT_LEAK,
    "wrongly removed of 1,000": WRONGLY_REMOVED,
}


def main() -> None:
    """Print the tables; with --json write all counts too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=development_notes())
    parser.add_argument("--held-out", action="store_true", help="only what training holds out")
    parser.add_argument("--policy", default="safe-harbor", help="whose thresholds count")
    parser.add_argument("--jobs", type=int, default=1, help="processes for our own detectors")
    parser.add_argument("--spacy", metavar="PIPELINE", help="let Presidio use it for names")
    parser.add_argument("--philter", type=Path, metavar="PYTHON", help="interpreter with Philter")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all counts to FILE")
    arguments = parser.parse_args()
    gold, policy = read_gold(arguments.gold), load_policy(arguments.policy)
    if arguments.held_out:
        gold = [note for note in gold if is_held_out(note.id, Recipe())]
    results = dict(_results(gold, arguments))
    spans = sum(len(note.spans) for note in gold)
    print(f"{len(gold)} notes, {spans} marked spans, policy {policy.name} {policy.version}\n")
    print("\n".join(_table(results)))
    print(f"\n{_against_model(results)}\n")
    print(compare({choice: total(results[choice]) for choice in OURS}))
    if arguments.json:
        trees = {name: total(scores).as_json() for name, scores in results.items()}
        arguments.json.write_text(json.dumps(trees, indent=2) + "\n", encoding="utf-8")


def _results(
    gold: Sequence[GoldNote], arguments: argparse.Namespace
) -> Iterator[tuple[str, tuple[Scores, ...]]]:
    """The scores of each note, for each program."""
    for choice in OURS:
        found = kept(gold, policy=arguments.policy, detectors=choice, jobs=arguments.jobs)
        by_id = dict(zip((note.id for note in gold), found, strict=True))
        yield str(choice), score_each(gold, by_id)
    for name, find in _others(arguments).items():
        yield name, score_each(gold, find(gold))


def _others(arguments: argparse.Namespace) -> dict[str, Finder]:
    finders = {"Presidio, patterns": by_presidio()}
    if arguments.spacy:
        finders[f"Presidio, {arguments.spacy}"] = by_presidio(arguments.spacy)
    if has_scrubadub():
        finders["scrubadub"] = by_scrubadub
    if arguments.philter:
        finders["Philter"] = by_philter(arguments.philter)
    return finders


def _table(results: Mapping[str, Sequence[Scores]]) -> Iterator[str]:
    yield f"| program | {' | '.join(COLUMNS)} |"
    yield "|---" + "|--:" * len(COLUMNS) + "|"
    for name, notes in results.items():
        found = intervals(notes, tuple(COLUMNS.values()))
        cells = [
            _cell(one, digits=1 if figure is WRONGLY_REMOVED else 3)
            for figure, one in zip(COLUMNS.values(), found, strict=True)
        ]
        yield f"| {name} | {' | '.join(cells)} |"


def _cell(one: Interval | None, *, digits: int) -> str:
    if one is None:
        return "–"
    return f"{one.value:.{digits}f} ({one.low:.{digits}f} to {one.high:.{digits}f})"


def _against_model(results: Mapping[str, Sequence[Scores]]) -> str:
    """By how much the hybrid differs from the model alone, on the same notes."""
    figures = (CHARACTER_RECALL, CHARACTER_PRECISION)
    found = differences(results[DetectorChoice.HYBRID], results[DetectorChoice.MODEL], figures)
    recall, precision = (_cell(one, digits=4) for one in found)
    return f"hybrid less model: found {recall}, right among removed {precision}"


if __name__ == "__main__":
    main()
