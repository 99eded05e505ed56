"""What each part of the program is worth: the hybrid as shipped, and with each part off in turn.

    python benchmarks/ablation.py [GOLD] [--policy NAME] [--jobs N] [--json FILE]

GOLD is a file or a folder that `deid evaluate` reads; without it, the development notes beside the
checkout (or where NOTEVEIL_SHARED_DATA says). Everything works as shipped but the one part named in
the first column; what one part alone would find is another question (`benchmarks/quality.py`).
Prints Markdown: each figure, and in points how it differs from that of the whole, with a 95 %
interval from a paired bootstrap over notes (`deid/evaluate/intervals.py`). `*` marks an interval
that leaves out 0, `=` a figure that no note changes.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from finding import development_notes, of_each

from deid import Deidentifier, Document, Finding, Policy, load_policy
from deid.detect import Detector, View
from deid.detect.packages import load_package
from deid.detect.packs import load_packs
from deid.detect.rules import RuleDetector
from deid.detect.shapes import NO_SHAPE
from deid.detect.tagging import TokenClassifier
from deid.detect.tokens import Tokens
from deid.detect.transformer import TransformerDetector
from deid.evaluate import Scores, read_gold, score_each
from deid.evaluate.intervals import (
    CHARACTER_PRECISION,
    CHARACTER_RECALL,
    NAME_RECALL,
    STRICT_F1,
    WITHOUT_LEAK,
    Interval,
    differences,
    intervals,
)
from deid.pipeline import Parts

WHOLE = "nothing: as shipped"
COLUMNS = {
    "found": CHARACTER_RECALL,
    "of names": NAME_RECALL,
    "right among removed": CHARACTER_PRECISION,
    "strict F1": STRICT_F1,
    "notes without a leak": WITHOUT_LEAK,
}

_ALL = Parts()

Run = Sequence[Scores]
"""The scores of every note, by one arrangement of the parts."""


def main() -> None:
    """Print the table; with --json write all figures too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gold", nargs="?", type=Path, default=development_notes())
    parser.add_argument("--policy", default="safe-harbor", help="whose thresholds count")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="so many processes")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all figures to FILE")
    arguments = parser.parse_args()
    gold, policy = read_gold(arguments.gold), load_policy(arguments.policy)
    rows = list(of_each(gold, partial(keeping, arguments.policy), jobs=arguments.jobs))
    runs = {
        off: score_each(gold, {note.id: row[off] for note, row in zip(gold, rows, strict=True)})
        for off in rows[0]
    }
    spans = sum(len(note.spans) for note in gold)
    print(f"{len(gold)} notes, {spans} marked spans, policy {policy.name} {policy.version}\n")
    print(table(runs))
    if arguments.json:
        tree = {"notes": len(gold), "policy": policy.name, "off": as_json(runs)}
        arguments.json.write_text(json.dumps(tree, indent=2) + "\n", encoding="utf-8")


def keeping(policy: str) -> Callable[[Document], dict[str, tuple[Finding, ...]]]:
    """What is kept in a note under the policy of this name or file, by what is off."""
    arranged = arrangements(load_policy(policy))
    return lambda document: {
        off: deidentifier.analyze(document).kept for off, deidentifier in arranged.items()
    }


def arrangements(policy: Policy) -> dict[str, Deidentifier]:
    """The hybrid as shipped, then with each part off in turn, by what is off.

    Without the model, hints of rules count as they do where rules work alone. All share detectors
    that remember the last note: give every note to all of them in turn.
    """
    packs, classifier = load_packs(), TransformerDetector(load_package()).classifier
    rules = Remembering(RuleDetector(packs, beside_model=True))
    outright = Remembering(RuleDetector(packs))
    model = Remembering(Model(classifier))

    def hybrid(*detectors: Detector, parts: Parts = _ALL) -> Deidentifier:
        return Deidentifier(policy=policy, detectors=detectors or (rules, model), parts=parts)

    def other_model(changed: TokenClassifier) -> Deidentifier:
        return hybrid(rules, Model(changed))

    one_point = replace(classifier.scale, points={})
    apart = replace(classifier.plan, overlap=0)
    return {
        WHOLE: hybrid(),
        "all rules": hybrid(model),
        **{
            f"rules: {pack.name}": hybrid(
                RuleDetector([other for other in packs if other is not pack], beside_model=True),
                model,
            )
            for pack in packs
        },
        "rules: hints that wait for the model": hybrid(outright, model),
        "model": hybrid(outright),
        "model: points of single labels": other_model(replace(classifier, scale=one_point)),
        "model: word shapes": other_model(without_shapes(classifier)),
        "model: overlap of windows": other_model(replace(classifier, plan=apart)),
        "propagation": hybrid(parts=Parts(propagation=False)),
        "support by agreement": hybrid(parts=Parts(mutual_support=False)),
        "clinical uses": hybrid(parts=Parts(clinical_uses=False)),
        "tidying": hybrid(parts=Parts(tidying=False)),
        "tidying: agreement of labels": hybrid(parts=Parts(label_agreement=False)),
    }


@dataclass(frozen=True, slots=True)
class Model:
    """A token classifier as a detector."""

    classifier: TokenClassifier

    @property
    def name(self) -> str:
        """That of the classifier."""
        return self.classifier.name

    def detect(self, view: View) -> Sequence[Finding]:
        """What the classifier finds."""
        return self.classifier.findings(view)


class Remembering:
    """A detector that looks at a note once, however often it is asked in a row."""

    def __init__(self, detector: Detector) -> None:
        self.name = detector.name
        self._detector = detector
        self._last: tuple[str, Sequence[Finding]] | None = None

    def detect(self, view: View) -> Sequence[Finding]:
        """What the detector finds."""
        if self._last is None or self._last[0] != view.original:
            self._last = view.original, self._detector.detect(view)
        return self._last[1]


def without_shapes(classifier: TokenClassifier) -> TokenClassifier:
    """The same network where no word has a shape."""

    def tokenize(text: str) -> Tokens:
        tokens = classifier.tokenize(text)
        return replace(tokens, shapes=[NO_SHAPE] * len(tokens))

    return replace(classifier, tokenize=tokenize)


def table(runs: Mapping[str, Run]) -> str:
    """Figures of the whole, then those without each part and how they differ, as Markdown."""
    whole = runs[WHOLE]
    lines = [
        f"| off | {' | '.join(COLUMNS)} |",
        "|---" + "|--:" * len(COLUMNS) + "|",
        f"| {WHOLE} | {' | '.join(map(_value, _figures(whole).values()))} |",
    ]
    for off, run in runs.items():
        if off != WHOLE:
            figures, against = _figures(run), _against(run, whole)
            cells = (f"{_value(figures[name])} ({_points(against[name])})" for name in COLUMNS)
            lines.append(f"| {off} | {' | '.join(cells)} |")
    return "\n".join(lines)


def as_json(runs: Mapping[str, Run]) -> dict[str, object]:
    """All figures, and in points how they differ from those of the whole, by what is off."""
    return {
        off: {
            "figures": _tree(_figures(run)),
            "points_against_whole": _tree(_against(run, runs[WHOLE])),
        }
        for off, run in runs.items()
    }


def _figures(run: Run) -> Mapping[str, Interval | None]:
    return dict(zip(COLUMNS, intervals(run, tuple(COLUMNS.values())), strict=True))


def _against(run: Run, whole: Run) -> Mapping[str, Interval | None]:
    """By how many points each figure is higher than that of the whole."""
    found = differences(run, whole, tuple(COLUMNS.values()))
    return {
        name: None if one is None else Interval(*(100 * n for n in one.as_json().values()))
        for name, one in zip(COLUMNS, found, strict=True)
    }


def _tree(values: Mapping[str, Interval | None]) -> dict[str, object]:
    return {name: None if one is None else one.as_json() for name, one in values.items()}


def _value(one: Interval | None) -> str:
    return "–" if one is None else f"{one.value:.4f}"


def _points(one: Interval | None) -> str:
    if one is None:
        return "–"
    if one.low == one.high == 0:
        return "="
    sure = "" if one.low <= 0 <= one.high else " *"
    return f"{one.value:+.2f} [{one.low:+.2f}, {one.high:+.2f}]{sure}"


if __name__ == "__main__":
    main()
