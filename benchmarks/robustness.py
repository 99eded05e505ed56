"""By how much recall falls when notes are spoilt: case, typing, scans, layout, encodings, forms.

    python benchmarks/robustness.py [GOLD.jsonl] [--notes N] [--families a,b] [--jobs N]

Without a file it takes the development notes beside the checkout (or where NOTEVEIL_SHARED_DATA
says). Every family of `deid/evaluate/perturbations` is laid over all notes, with fixed seeds, and
recall under whatever label is compared with that on the notes as they were, group by group, in
points with a 95 % interval from a paired bootstrap over notes (`deid/evaluate/paired.py`). Prints
Markdown. `!` marks what falls by more than the goal, `!!` where the whole interval is beyond it.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from finding import development_notes, kept, spread

from deid import DetectorChoice, Finding
from deid.evaluate import GoldNote, read_gold, score
from deid.evaluate.paired import Count, Difference, Group, Measure, count, fall, recall
from deid.evaluate.perturbations import FAMILIES, Family, perturb

GOALS = {Group.IDS: 1.0, Group.DATES: 1.0, Group.CONTACTS: 1.0, Group.NAMES: 3.0}
"""By how many points recall may fall at most."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was found in one version of the notes.

    Attributes:
        counts: for each measure and group, one count a note.
        removed: characters wrongly removed of 1,000.
    """

    counts: Mapping[Measure, Mapping[Group, Sequence[Count]]]
    removed: float


def main() -> None:
    """Print the table; with --json write all figures too."""
    arguments = _arguments()
    gold = spread(read_gold(arguments.gold), arguments.notes)
    families = [FAMILIES[name] for name in arguments.families.split(",")]
    versions = [gold, *([perturb(n, f, seed=arguments.seed) for n in gold] for f in families)]
    detectors, jobs = DetectorChoice(arguments.detector), arguments.jobs
    every = [note for notes in versions for note in notes]
    found = kept(every, policy=arguments.policy, detectors=detectors, jobs=jobs)
    runs = [tally(notes, [next(found) for _ in notes]) for notes in versions]
    plain, spoilt = runs[0], dict(zip(families, runs[1:], strict=True))
    measure = Measure(arguments.measure)
    print(f"{len(gold)} notes, {detectors}, policy {arguments.policy}, {measure}\n")
    print(table(plain, spoilt, measure))
    if arguments.json:
        facts = {"notes": len(gold), "detectors": detectors, "seed": arguments.seed}
        tree = {**facts, "policy": arguments.policy, **as_json(plain, spoilt)}
        arguments.json.write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=development_notes())
    parser.add_argument("--notes", type=int, metavar="N", help="only N of the notes, evenly spread")
    parser.add_argument("--families", default=",".join(FAMILIES), help="names parted by commas")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument("--measure", choices=[*Measure], default=Measure.CHARACTERS)
    parser.add_argument("--detector", choices=[*DetectorChoice], default=DetectorChoice.HYBRID)
    parser.add_argument("--policy", default="safe-harbor", help="whose thresholds count")
    parser.add_argument("--seed", type=int, default=1, help="of everything that is drawn")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    arguments = parser.parse_args()
    unknown = set(arguments.families.split(",")) - set(FAMILIES)
    if unknown:
        parser.error(f"no such families: {', '.join(sorted(unknown))}")
    return arguments


def tally(notes: Sequence[GoldNote], findings: Sequence[Sequence[Finding]]) -> Run:
    """What was found of each group, note by note."""
    counts = {}
    for measure in Measure:
        pairs = zip(notes, findings, strict=True)
        rows = [count(note, found, measure=measure) for note, found in pairs]
        counts[measure] = {group: [row[group] for row in rows] for group in Group}
    by_id = {note.id: found for note, found in zip(notes, findings, strict=True)}
    return Run(counts, score(notes, by_id).wrongly_removed)


def table(plain: Run, spoilt: Mapping[Family, Run], measure: Measure) -> str:
    """Recall of the notes as they were, then the falls of each family, as Markdown."""
    goals = [f"≤ {GOALS[group]:g}" if group in GOALS else "" for group in Group]
    rows = [
        ["", "severity", "rate", *Group, "removed by mistake, of 1,000"],
        ["---", "---", *["--:"] * (len(Group) + 2)],
        ["as written: recall", "", "", *_recalls(plain, measure), f"{plain.removed:.1f}"],
        ["goal: points", "", "", *goals, ""],
    ]
    for family, run in spoilt.items():
        falls = [_cell(group, lost) for group, lost in _falls(plain, run, measure).items()]
        rows.append([family.name, family.severity, f"{family.rate:g}", *falls])
        rows[-1].append(f"{run.removed:.1f}")
    beyond = [
        family.name
        for family, run in spoilt.items()
        if any(_is_beyond(group, lost) for group, lost in _falls(plain, run, measure).items())
    ]
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines += ["", f"Beyond a goal: {len(beyond)} of {len(spoilt)} families."]
    return "\n".join(lines)


def as_json(plain: Run, spoilt: Mapping[Family, Run]) -> dict[str, object]:
    """All figures as a tree for `json.dumps`, by both measures."""
    return {
        "recall": {
            measure: {group: recall(plain.counts[measure][group]) for group in Group}
            for measure in Measure
        },
        "wrongly_removed_per_1000": plain.removed,
        "families": {family.name: _tree(family, plain, run) for family, run in spoilt.items()},
    }


def _tree(family: Family, plain: Run, run: Run) -> dict[str, object]:
    falls = {
        measure: {
            group: None if lost is None else {**asdict(lost), "beyond": _is_beyond(group, lost)}
            for group, lost in _falls(plain, run, measure).items()
        }
        for measure in Measure
    }
    return {
        "severity": family.severity,
        "scope": family.scope,
        "rate": family.rate,
        "what": family.what,
        "wrongly_removed_per_1000": run.removed,
        "falls": falls,
    }


def _recalls(run: Run, measure: Measure) -> list[str]:
    shares = [recall(run.counts[measure][group]) for group in Group]
    return ["–" if share is None else f"{share:.4f}" for share in shares]


def _falls(plain: Run, run: Run, measure: Measure) -> dict[Group, Difference | None]:
    before, after = plain.counts[measure], run.counts[measure]
    return {group: fall(before[group], after[group]) for group in Group}


def _is_beyond(group: Group, lost: Difference | None) -> bool:
    return lost is not None and group in GOALS and lost.points > GOALS[group]


def _cell(group: Group, lost: Difference | None) -> str:
    if lost is None:
        return "–"
    sign = ""
    if _is_beyond(group, lost):
        sign = " !!" if lost.low > GOALS[group] else " !"
    return f"{lost.points:.1f} [{lost.low:.1f}, {lost.high:.1f}]{sign}"


if __name__ == "__main__":
    main()
