"""Whether names of every region are found alike: the same notes with names of other people.

    python benchmarks/fairness.py [GOLD.jsonl] [--notes N] [--draws N] [--jobs N]

Without a file it takes the development notes beside the checkout (or where NOTEVEIL_SHARED_DATA
says). All names in the notes are exchanged for those of one group and gender after the other
(`deid/evaluate/fairness.py` and `fairness_names.py`; where the shared data is present, its lists by
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
from dataclasses import asdict
from pathlib import Path

from finding import development_notes, kept, shared_data, spread

from deid import DetectorChoice
from deid.evaluate import GoldNote, read_gold
from deid.evaluate.fairness import Gender, NameGroup, rename
from deid.evaluate.fairness_names import GROUPS, extended
from deid.evaluate.paired import Count, Group, Measure, count, fall, recall

GOAL = 1.0
"""By how many points the recall of the worst group may lie below that of the best."""

AS_WRITTEN = "as written"
_LATIN = re.compile(r"[A-Za-zÀ-ɏḀ-ỿ'’-]+")
_GENDERS = {"F": Gender.FEMALE, "M": Gender.MALE}

Counts = Mapping[str, Sequence[Count]]
"""For each version of the notes one count a note."""


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
    counts = {
        name: [count(note, next(found), measure=measure)[Group.NAMES] for note in notes]
        for name, notes in versions.items()
    }
    plain = counts.pop(AS_WRITTEN)
    regions = {group.name: _together(counts, f"{group.name}, ") for group in groups}
    genders = {gender: _together(counts, f", {gender}") for gender in Gender}
    print(f"{len(gold)} notes, {detectors}, policy {arguments.policy}, {measure} of names\n")
    print(table(plain, counts, regions, genders))
    if arguments.json:
        tree = as_json(plain, counts, regions, genders)
        facts = {"notes": len(gold), "detectors": detectors, "draws": arguments.draws}
        arguments.json.write_text(json.dumps({**facts, **tree}, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=development_notes())
    parser.add_argument("--notes", type=int, metavar="N", help="only N of the notes, evenly spread")
    parser.add_argument("--draws", type=int, default=1, metavar="N", help="draw names N times")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument("--measure", choices=[*Measure], default=Measure.CHARACTERS)
    parser.add_argument("--detector", choices=[*DetectorChoice], default=DetectorChoice.HYBRID)
    parser.add_argument("--policy", default="safe-harbor", help="whose thresholds count")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
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


def table(plain: Sequence[Count], counts: Counts, regions: Counts, genders: Counts) -> str:
    """Recall of names by region and gender, worst region first, as Markdown."""
    best = max(regions, key=lambda name: _share(regions[name]))
    lines = [
        f"| names | {' | '.join(Gender)} | both | points below the best |",
        "|---|--:|--:|--:|--:|",
        f"| {AS_WRITTEN} | | | {_share(plain):.4f} | |",
    ]
    for name in sorted(regions, key=lambda name: _share(regions[name])):
        shares = [_together(counts, f"{name}, {gender}") for gender in Gender]
        cells = [f"{_share(one):.4f}" for one in (*shares, regions[name])]
        lines.append(f"| {name} | {' | '.join(cells)} | {_below(regions, best, name)} |")
    worst = min(regions, key=lambda name: _share(regions[name]))
    points = 100 * (_share(regions[best]) - _share(regions[worst]))
    within = "within" if points <= GOAL else "beyond"
    gap = _below(regions, best, worst)
    women, men = (genders[gender] for gender in Gender)
    return "\n".join(
        [
            *lines,
            "",
            f"Worst: {worst}. Best: {best}.",
            f"Worst below best: {gap} points, {within} the goal of {GOAL:g}.",
            f"Names of women below names of men: {_points(men, women)} points.",
        ]
    )


def as_json(
    plain: Sequence[Count], counts: Counts, regions: Counts, genders: Counts
) -> dict[str, object]:
    """All figures as a tree for `json.dumps`."""
    best = max(regions, key=lambda name: _share(regions[name]))
    worst = min(regions, key=lambda name: _share(regions[name]))
    lost = fall(regions[best], regions[worst])
    return {
        AS_WRITTEN: recall(plain),
        "regions": {name: recall(own) for name, own in regions.items()},
        "genders": {name: recall(own) for name, own in genders.items()},
        "versions": {name: recall(own) for name, own in counts.items()},
        "best": best,
        "worst": worst,
        "worst_below_best": None if lost is None else asdict(lost),
        "goal": GOAL,
    }


def _together(counts: Counts, part: str) -> list[Count]:
    """The sum of all versions with this in their name, note by note."""
    chosen = [own for name, own in counts.items() if part in name]
    return [sum(column, Count()) for column in zip(*chosen, strict=True)]


def _share(counts: Sequence[Count]) -> float:
    share = recall(counts)
    if share is None:
        raise SystemExit("no name is marked in these notes: take others")
    return share


def _below(regions: Counts, best: str, name: str) -> str:
    return _points(regions[best], regions[name])


def _points(better: Sequence[Count], worse: Sequence[Count]) -> str:
    lost = fall(better, worse)
    return "–" if lost is None else f"{lost.points:.1f} [{lost.low:.1f}, {lost.high:.1f}]"


if __name__ == "__main__":
    main()
