"""Whether names of every region are found alike: the same notes with names of other people.

    python benchmarks/fairness.py [GOLD.jsonl] [--notes N] [--draws N] [--jobs N]

Without a file it takes the development notes beside the checkout (or where NOTEVEIL_SHARED_DATA
says). All names in the notes are exchanged for those of one group and gender after the other
(`deid/evaluate/fairness.py`, `fairness_names.py`; where the shared data is present, its lists by
country lengthen those of the groups), and the recall of names, under whatever label, is compared.
Prints Markdown; intervals (95 %, in points) are from a paired bootstrap over notes. The worst and
the best of many groups differ by chance alone, too: more draws of names (`--draws`) show how much.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from finding import kept, measuring, shared_data, spread

from deid import DetectorChoice
from deid.evaluate import GoldNote, Scores, read_gold, score_each, total
from deid.evaluate.fairness import Gender, NameGroup, rename
from deid.evaluate.fairness_names import GROUPS, extended
from deid.evaluate.intervals import Figure, differences, intervals
from deid.evaluate.kinds import Kind, Measure, recall_of_kind

GOAL = 1.0
"""By how many points the recall of the worst group may lie below that of the best."""

AS_WRITTEN = "as written"
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'’-]+")
_GENDERS = {"F": Gender.FEMALE, "M": Gender.MALE}

Run = Sequence[Scores]
"""The scores of every note in one version of the notes, or in several together."""


def main() -> None:
    """Print the table; with --json write all figures too."""
    arguments = _arguments()
    gold = spread(read_gold(arguments.gold), arguments.notes)
    names = shared_data() / "names"
    groups = [extended(group, listed(names)) for group in GROUPS] if names.is_dir() else GROUPS
    measure, detectors = Measure(arguments.measure), DetectorChoice(arguments.detector)
    versions = dict(renamed(gold, groups, draws=arguments.draws, seed=arguments.seed))
    every = [note for notes in versions.values() for note in notes]
    found = kept(every, policy=arguments.policy, detectors=detectors, jobs=arguments.jobs)
    runs = {
        name: score_each(notes, {note.id: next(found) for note in notes})
        for name, notes in versions.items()
    }
    told = Comparison(recall_of_kind(Kind.NAMES, measure), runs, [group.name for group in groups])
    print(f"{len(gold)} notes, {detectors}, policy {arguments.policy}, {measure} of names\n")
    print(told.table())
    if arguments.json:
        facts = {"notes": len(gold), "detectors": detectors, "draws": arguments.draws}
        tree = json.dumps({**facts, **told.as_json()}, indent=2)
        arguments.json.write_text(tree + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    measuring(parser)
    parser.add_argument("--draws", type=int, default=1, metavar="N", help="draw names N times")
    return parser.parse_args()


def listed(folder: Path) -> list[tuple[str, Gender | None, str]]:
    """Country, gender (None for family names) and name of the lists by country of the shared data.

    Only names of one word in Latin letters, romanised where they are written otherwise.
    """
    rows: list[tuple[str, Gender | None, str]] = []
    for file, is_given in (("forenames", True), ("surnames", False)):
        path = folder / f"common-{file}-by-country.csv"
        with path.open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines):
                name = row["Romanized Name"] or row["Localized Name"]
                if _LATIN.fullmatch(name) and len(name) > 1 and name[0].isupper():
                    gender = _GENDERS.get(row["Gender"]) if is_given else None
                    if gender is not None or not is_given:
                        rows.append((row["Country"], gender, name))
    return rows


def renamed(
    gold: Sequence[GoldNote], groups: Sequence[NameGroup], *, draws: int, seed: int
) -> Iterator[tuple[str, list[GoldNote]]]:
    """The notes as they are, then with the names of every group, by a name of the version."""
    yield AS_WRITTEN, list(gold)
    for group in groups:
        for gender in Gender:
            for draw in range(draws):
                name = f"{group.name}, {gender}" + f" ({draw})" * (draw > 0)
                yield name, [rename(note, group, gender, seed=seed + draw) for note in gold]


class Comparison:
    """The recall of names in every version of the notes.

    Args:
        figure: what is compared.
        runs: every version, by its name.
        groups: names of the groups.
    """

    def __init__(self, figure: Figure, runs: Mapping[str, Run], groups: Sequence[str]) -> None:
        self._figure = figure
        self._runs = runs
        self._regions = {name: self._together(f"{name}, ") for name in groups}
        self._genders = {gender: self._together(f", {gender}") for gender in Gender}
        self._order = sorted(groups, key=lambda name: self._recall(self._regions[name]))
        self._best = self._regions[self._order[-1]]

    def table(self) -> str:
        """Recall of names by region and gender, worst region first, as Markdown."""
        lines = [
            f"| names | {' | '.join(Gender)} | both | points below the best |",
            "|---|--:|--:|--:|--:|",
            f"| {AS_WRITTEN} | | | {self._recall(self._runs[AS_WRITTEN]):.4f} | |",
        ]
        for name in self._order:
            runs = [*(self._together(f"{name}, {g}") for g in Gender), self._regions[name]]
            cells = [f"{self._recall(run):.4f}" for run in runs]
            below = _points(self._below(self._best, self._regions[name]))
            lines.append(f"| {name} | {' | '.join(cells)} | {below} |")
        gap = self._below(self._best, self._regions[self._order[0]])
        within = "within" if gap["value"] <= GOAL else "beyond"
        women = self._below(self._genders[Gender.MALE], self._genders[Gender.FEMALE])
        lines += [
            "",
            f"Worst: {self._order[0]}. Best: {self._order[-1]}.",
            f"Worst below best: {_points(gap)} points, {within} the goal of {GOAL:g}.",
            f"Names of women below names of men: {_points(women)} points.",
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """All figures as a tree for `json.dumps`; differences in points."""
        return {
            "regions": {name: self._recall(run) for name, run in self._regions.items()},
            "genders": {name: self._recall(run) for name, run in self._genders.items()},
            "versions": {name: self._recall(run) for name, run in self._runs.items()},
            "best": self._order[-1],
            "worst": self._order[0],
            "worst_below_best": self._below(self._best, self._regions[self._order[0]]),
            "goal": GOAL,
        }

    def _together(self, part: str) -> Run:
        """The sum of all versions with this in their name, note by note."""
        chosen = [run for name, run in self._runs.items() if part in name]
        return [total(column) for column in zip(*chosen, strict=True)]

    def _recall(self, run: Run) -> float:
        (one,) = intervals(run, [self._figure])
        if one is None:
            raise SystemExit("no name is marked in these notes: take others")
        return one.value

    def _below(self, better: Run, worse: Run) -> Mapping[str, float]:
        """By how many points one run is worse, with its interval."""
        (one,) = differences(better, worse, [self._figure])
        if one is None:
            raise SystemExit("no name is marked in these notes: take others")
        return {name: 100 * number for name, number in one.as_json().items()}


def _points(lost: Mapping[str, float]) -> str:
    return f"{lost['value']:.1f} [{lost['low']:.1f}, {lost['high']:.1f}]"


if __name__ == "__main__":
    main()
