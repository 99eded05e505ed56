"""Keys that a review takes, by a simulated reviewer who corrects every error.

    python benchmarks/reviewer.py [--policy NAME] [--jobs N] [--json FILE]

Works on the notes beside the checkout (or where NOTEVEIL_SHARED_DATA says) that nothing was learnt
from. `benchmarks/simulated.py` says how the reviewer works, and what an error and a key are. For
several scores from which on a finding is certain it prints the mean and median of keys a note,
and in how many notes the keys were at most the uncertain findings and two. Prints Markdown.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from statistics import mean, median

from finding import of_each
from judged import Judged, looking_again, sets_of_notes
from simulated import Result, correct

from deid import Standard, load_policy
from deid.pipeline import UNLIKELY

CERTAIN_FROM = (0.5, 0.7, 0.8, 0.85, 0.9, 0.95, 0.97, 0.99)
ALLOWED = 2


def main() -> None:
    """Print a table for each set of notes; with --json write every note's result too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policy", default="safe-harbor", help="what is replaced")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all results to FILE")
    arguments = parser.parse_args()
    policy = load_policy(arguments.policy)
    tree: dict[str, object] = {}
    for name, notes in sets_of_notes().items():
        found = of_each(notes, partial(looking_again, policy.name, UNLIKELY), jobs=arguments.jobs)
        judged = [Judged(note, *one) for note, one in zip(notes, found, strict=True)]
        for labels in (True, False):
            rows = {
                score: [correct(one, Standard(policy, score), labels=labels) for one in judged]
                for score in CERTAIN_FROM
            }
            what = "every error" if labels else "every error but labels of what is replaced anyway"
            print(f"{len(notes)} {name}; corrects {what}\n")
            print("\n".join(table(rows)), end="\n\n")
            tree[f"{name}; {what}"] = {
                str(score): [asdict(one) for one in row] for score, row in rows.items()
            }
    if arguments.json:
        arguments.json.write_text(json.dumps(tree, indent=1) + "\n", encoding="utf-8")


def table(rows: dict[float, Sequence[Result]]) -> Iterator[str]:
    """The keys at each threshold, as Markdown."""
    yield "| certain from | uncertain, a note | errors | keys, mean | median | within | left |"
    yield "|--:|--:|--:|--:|--:|--:|--:|"
    for score, row in rows.items():
        yield (
            f"| {score:.2f} | {mean(one.uncertain for one in row):.1f} | "
            f"{mean(one.errors for one in row):.1f} | {mean(one.keys for one in row):.1f} | "
            f"{median(one.keys for one in row):g} | "
            f"{mean(one.keys <= one.uncertain + ALLOWED for one in row):.0%} | "
            f"{sum(one.left for one in row)} |"
        )


if __name__ == "__main__":
    main()
