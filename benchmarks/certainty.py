"""What it costs to take findings for certain from a score on, at every threshold.

    python benchmarks/certainty.py [--policy NAME] [--jobs N] [--out FILE]

Works on the notes beside the checkout (or where NOTEVEIL_SHARED_DATA says) that nothing was learnt
from: the development notes first, then those that training holds out. With --out it writes what the
window shows to people who choose the threshold: `--out models/certainty.json`. Prints Markdown.

A finding that the policy replaces *wants a look* where its certainty, the lesser of its score and
how sure its label is (`Finding.certainty`), is below the threshold. One that wants none is *wrong*
where it overlaps no mark of people, and *mislabelled* where it overlaps some, none of them of its
label. An identifier is *missed* where all its letters and digits are left.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from finding import of_each
from judged import Judged, examining, left, sets_of_notes, treated

from deid import Finding, Policy, load_policy
from deid.certainty import HIGHEST, LOWEST, Certainty, Counts, MeasuredSet, as_json
from deid.detect.packages import load_package
from deid.evaluate import GoldNote

SHOWN = (50, 60, 70, 75, 80, 85, 90, 95, 97, 99)


def main() -> None:
    """Print a table for each set of notes; with --out write all counts."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--policy", default="safe-harbor", help="what is replaced")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument("--out", type=Path, metavar="FILE", help="write all counts to FILE")
    arguments = parser.parse_args()
    policy = load_policy(arguments.policy)
    certainty = Certainty(
        made_by=f"benchmarks/certainty.py --policy {policy.name}",
        model=f"model:{load_package().digest[:8]}",
        policy=policy.name,
        policy_digest=policy.digest,
        sets=tuple(_measured(arguments.policy, arguments.jobs)),
    )
    for one in certainty.sets:
        print("\n".join(table(one)), end="\n\n")
    if arguments.out:
        arguments.out.write_text(written(certainty), encoding="utf-8")


def _measured(policy: str, jobs: int) -> Iterator[MeasuredSet]:
    for name, notes in sets_of_notes().items():
        found = of_each(notes, partial(examining, policy), jobs=jobs)
        judged = [Judged(note, one) for note, one in zip(notes, found, strict=True)]
        print(doubt(name, judged, load_policy(policy)), end="\n\n")
        yield count(name, judged, load_policy(policy))


def count(name: str, notes: Sequence[Judged], policy: Policy) -> MeasuredSet:
    """Count, at every threshold, what wants a look and what of the rest is wrong.

    Args:
        name: what the notes are, for people.
        notes: at least one.
        policy: what it lets stay wants no look and is not counted.
    """
    rows = [row for note in notes for row in _rows(note, policy)]
    leaks = [left(note.gold, note.normal.kept) for note in notes]
    return MeasuredSet(
        name=name,
        notes=len(notes),
        identifiers=sum(len(note.gold.spans) for note in notes),
        missed=sum(len(wholly) for wholly, _ in leaks),
        partly=sum(len(partly) for _, partly in leaks),
        counts={n: _counts(rows, n / 100) for n in range(LOWEST, HIGHEST + 1)},
    )


def doubt(name: str, notes: Sequence[Judged], policy: Policy) -> str:
    """Say how many labels are wrong, and how many would be by the shares of their rivals."""
    found = [
        (finding, judge(note.gold, finding))
        for note in notes
        for finding in treated(note.normal.kept, policy)
        if finding.detector.startswith("model:")
    ]
    right = [(finding, other) for finding, (wrong, other) in found if not wrong]
    shares = sum(share for finding, _ in right for _, share in finding.rivals)
    mislabelled = sum(other for _, other in right)
    return f"{name}: rivals' shares add up to {shares:.1f}, {mislabelled} labels are wrong"


def _rows(note: Judged, policy: Policy) -> Iterator[tuple[float, bool, bool]]:
    for finding in treated(note.normal.kept, policy):
        yield finding.certainty, *judge(note.gold, finding)


def judge(note: GoldNote, finding: Finding) -> tuple[bool, bool]:
    """Whether a finding is wrong, and if not, whether its label is."""
    labels = {one.label for one in note.spans if one.span.overlaps(finding.span)}
    return not labels, bool(labels) and finding.label not in labels


def _counts(rows: Sequence[tuple[float, bool, bool]], threshold: float) -> Counts:
    certain = [(wrong, other) for score, wrong, other in rows if score >= threshold]
    return Counts(
        look=len(rows) - len(certain),
        certain=len(certain),
        wrong=sum(wrong for wrong, _ in certain),
        mislabelled=sum(other for _, other in certain),
    )


def table(one: MeasuredSet) -> Iterator[str]:
    """The costs of some thresholds, as Markdown."""
    yield (
        f"{one.notes} {one.name}, {one.identifiers} marked identifiers: {one.missed} missed, of "
        f"{one.partly} a part is left\n"
    )
    yield "| certain from | want a look, a note | certain | of these wrong | mislabelled |"
    yield "|--:|--:|--:|--:|--:|"
    for hundredths in SHOWN:
        cost = one.at(hundredths / 100)
        yield (
            f"| {hundredths / 100:.2f} | {cost.look:.1f} | {cost.certain} | {cost.wrong:.1%} | "
            f"{cost.mislabelled:.1%} |"
        )


def written(certainty: Certainty) -> str:
    """The content of the file, a row of counts a line."""
    tree = json.dumps(as_json(certainty), indent=1)
    # Four numbers of a threshold belong on one line.
    return tree.replace("[\n     ", "[").replace(",\n     ", ", ").replace("\n    ]", "]") + "\n"


if __name__ == "__main__":
    main()
