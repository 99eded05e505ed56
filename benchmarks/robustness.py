"""By how much recall falls when notes are spoilt: case, typing, scans, layout, encodings, forms.

    python benchmarks/robustness.py [GOLD.jsonl] [--notes N] [--families a,b] [--jobs N]

Without a file it takes the development notes beside the checkout (or where NOTEVEIL_SHARED_DATA
says). Every family of `deid/evaluate/perturbations` is laid over all notes, with fixed seeds, and
recall under whatever label is compared with that on the notes as they were, kind by kind, in
points with a 95 % interval from a paired bootstrap over notes (`deid/evaluate/intervals.py`).
Prints Markdown. `!` marks what falls by more than the goal, `!!` what does so over the whole
interval.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence

from finding import kept, measuring, spread

from deid import DetectorChoice
from deid.evaluate import Scores, read_gold, score_each
from deid.evaluate.intervals import WRONGLY_REMOVED, Interval, differences, intervals
from deid.evaluate.kinds import Kind, Measure, recall_of_kind
from deid.evaluate.perturbations import FAMILIES, Family, perturb

GOALS = {Kind.IDS: 1.0, Kind.DATES: 1.0, Kind.CONTACTS: 1.0, Kind.NAMES: 3.0}
"""By how many points recall may fall at most."""

Run = Sequence[Scores]
"""The scores of every note in one version of the notes."""

Falls = Mapping[Kind, Interval | None]
"""By how many points the recall of each kind fell."""


def main() -> None:
    """Print the table; with --json write all figures too."""
    arguments = _arguments()
    gold = spread(read_gold(arguments.gold), arguments.notes)
    families = [FAMILIES[name] for name in arguments.families.split(",")]
    versions = [gold, *([perturb(n, f, seed=arguments.seed) for n in gold] for f in families)]
    detectors, jobs = DetectorChoice(arguments.detector), arguments.jobs
    every = [note for notes in versions for note in notes]
    found = kept(every, policy=arguments.policy, detectors=detectors, jobs=jobs)
    runs = [score_each(notes, {note.id: next(found) for note in notes}) for notes in versions]
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
    measuring(parser)
    parser.add_argument("--families", default=",".join(FAMILIES), help="names parted by commas")
    arguments = parser.parse_args()
    unknown = set(arguments.families.split(",")) - set(FAMILIES)
    if unknown:
        parser.error(f"no such families: {', '.join(sorted(unknown))}")
    return arguments


def recalls(run: Run, measure: Measure) -> Mapping[Kind, Interval | None]:
    """The recall of each kind, 0 to 1."""
    figures = [recall_of_kind(kind, measure) for kind in Kind]
    return dict(zip(Kind, intervals(run, figures), strict=True))


def falls(plain: Run, run: Run, measure: Measure) -> Falls:
    """By how much the recall of each kind is lower in a run than on the notes as they were."""
    figures = [recall_of_kind(kind, measure) for kind in Kind]
    return {
        kind: None if lost is None else Interval(*(100 * n for n in lost.as_json().values()))
        for kind, lost in zip(Kind, differences(plain, run, figures), strict=True)
    }


def beyond(lost: Falls) -> frozenset[Kind]:
    """The kinds whose recall fell by more than the goal."""
    known = {kind: one.value for kind, one in lost.items() if one is not None}
    return frozenset(kind for kind in GOALS if known.get(kind, 0.0) > GOALS[kind])


def table(plain: Run, spoilt: Mapping[Family, Run], measure: Measure) -> str:
    """Recall of the notes as they were, then the falls of each family, as Markdown."""
    shares = [
        "–" if one is None else f"{one.value:.4f}" for one in recalls(plain, measure).values()
    ]
    goals = [f"≤ {GOALS[kind]:g}" if kind in GOALS else "" for kind in Kind]
    rows = [
        ["", "severity", "rate", *Kind, "removed by mistake, of 1,000"],
        ["---", "---", *["--:"] * (len(Kind) + 2)],
        ["as written: recall", "", "", *shares, _removed(plain)],
        ["goal: points", "", "", *goals, ""],
    ]
    too_far = 0
    for family, run in spoilt.items():
        lost = falls(plain, run, measure)
        too_far += bool(beyond(lost))
        cells = [_cell(kind, one) for kind, one in lost.items()]
        rows.append([family.name, family.severity, f"{family.rate:g}", *cells, _removed(run)])
    lines = [f"| {' | '.join(row)} |" for row in rows]
    lines += ["", f"Beyond a goal: {too_far} of {len(spoilt)} families."]
    return "\n".join(lines)


def as_json(plain: Run, spoilt: Mapping[Family, Run]) -> dict[str, object]:
    """All figures as a tree for `json.dumps`, by both measures."""
    return {
        "recall": {measure: _tree(recalls(plain, measure)) for measure in Measure},
        "goals": GOALS,
        "families": {
            family.name: {
                "severity": family.severity,
                "scope": family.scope,
                "rate": family.rate,
                "what": family.what,
                "wrongly_removed_per_1000": float(_removed(run)),
                "falls": {measure: _tree(falls(plain, run, measure)) for measure in Measure},
                "beyond": {
                    measure: sorted(beyond(falls(plain, run, measure))) for measure in Measure
                },
            }
            for family, run in spoilt.items()
        },
    }


def _tree(values: Mapping[Kind, Interval | None]) -> dict[str, object]:
    return {kind: None if one is None else one.as_json() for kind, one in values.items()}


def _removed(run: Run) -> str:
    (one,) = intervals(run, [WRONGLY_REMOVED])
    return "–" if one is None else f"{one.value:.1f}"


def _cell(kind: Kind, lost: Interval | None) -> str:
    if lost is None:
        return "–"
    sign = ""
    if kind in GOALS and lost.value > GOALS[kind]:
        sign = " !!" if lost.low > GOALS[kind] else " !"
    return f"{lost.value:.1f} [{lost.low:.1f}, {lost.high:.1f}]{sign}"


if __name__ == "__main__":
    main()
