"""`deid evaluate`: how much of what people marked is found."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid import resources
from deid.commands.options import add_detection, add_json, recipe
from deid.commands.printing import print_json, print_remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deid.commands.options import Commands
    from deid.datatypes import Finding
    from deid.evaluate import GoldNote, Scores
    from deid.evaluate.reliability import Reliability
    from deid.evaluate.report import CurvePoint
    from deid.pipeline import Deidentifier
    from deid.policy import Policy
    from deid.workers import Recipe

_ALL: Final = "all"
_FORMATS: Final = ("jsonl", "i2b2-2014", "i2b2-2006", "brat", "inline", "corpus")
_HOW: Final = "`deid evaluate --help` tells how notes are marked, and --format says how yours are"
_THRESHOLDS: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
_DESCRIPTION: Final = """\
Compare what is found with what people marked. GOLD is a file, or a folder of files:

  jsonl      {"id", "text", "spans": [{"start", "end", "label"}]} a line
  i2b2-2014  <deIdi2b2> with TEXT and TAGS, one note a file
  i2b2-2006  <PHI TYPE="DOCTOR">...</PHI> in the text, in RECORDs or alone
  brat       a .txt with an .ann beside it
  inline     <DOCTOR>...</DOCTOR> in a .txt, with our labels
  corpus     several of these in a file, each under "### id: ..." and other headers

Offsets count code points. Characters are counted without blanks. A note without a leak
has every letter and digit that was marked covered, under whatever label."""


@dataclass(frozen=True, slots=True)
class _Measured:
    """What one choice of detectors came to.

    Attributes:
        notes: the scores of each note.
        deidentifier: the detectors.
        found: all findings of each note, before the merge.
    """

    notes: tuple[Scores, ...]
    deidentifier: Deidentifier
    found: Mapping[str, Sequence[Finding]]


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="measure what is found in notes that people marked",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("gold", type=Path, metavar="GOLD", help="marked notes, a file or a folder")
    parser.add_argument(
        "--format",
        choices=_FORMATS,
        help="how the notes are marked (default: what ending and content of a file show)",
    )
    add_detection(parser, detectors=("hybrid", "rules", "model", _ALL))
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FOLDER",
        help="write report.html and report.md there, with intervals and plots, without note text",
    )
    parser.add_argument(
        "--title",
        default="marked notes",
        help="what the report calls the notes (default: %(default)s)",
    )
    add_json(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from deid.evaluate import GoldFormat, compare, read_gold, render, total
    from deid.pipeline import DetectorChoice

    if options.report is not None:
        from deid.evaluate.report import require_free

        require_free(options.report)
    gold = read_gold(options.gold, form=options.format and GoldFormat(options.format))
    if not any(note.spans for note in gold):
        print_remarks([f"nothing is marked in these notes, so this measures no recall: {_HOW}"])
    several = options.detector == _ALL
    if several:
        options.detector = DetectorChoice.HYBRID
    made = recipe(options)
    choices = list(DetectorChoice) if several else [made.detectors]
    measured = {choice.value: _measure(gold, replace(made, detectors=choice)) for choice in choices}
    if options.report is not None:
        _report(gold, measured, options)
    scores = {name: total(one.notes) for name, one in measured.items()}
    if options.json:
        trees = {name: _tree(one) for name, one in measured.items()}
        print_json(trees if several else trees[made.detectors])
    elif several:
        print(compare(scores))
    else:
        print(render(scores[made.detectors]))
    return 0


def _measure(gold: Sequence[GoldNote], made: Recipe) -> _Measured:
    from deid.datatypes import Document
    from deid.evaluate import score_each

    deidentifier = made.make()
    documents = [Document(id=note.id, text=note.text) for note in gold]
    found = {document.id: deidentifier.find(document) for document in documents}
    kept = {
        document.id: deidentifier.merge(document, found[document.id]).kept for document in documents
    }
    return _Measured(score_each(gold, kept), deidentifier, found)


def _tree(measured: _Measured) -> dict[str, object]:
    from deid.evaluate import total
    from deid.evaluate.intervals import FIGURES, intervals

    found = zip(FIGURES, intervals(measured.notes), strict=True)
    tree = {figure.name: None if one is None else one.as_json() for figure, one in found}
    return {**total(measured.notes).as_json(), "intervals_95": tree}


def _report(
    gold: Sequence[GoldNote], measured: Mapping[str, _Measured], options: argparse.Namespace
) -> None:
    from deid.evaluate.groups import groupings
    from deid.evaluate.report import Evidence, Result, write_report

    results = [Result(name, one.notes) for name, one in measured.items()]
    first = next(iter(measured.values()))
    evidence = Evidence(
        title=options.title,
        facts=tuple(_facts(first.deidentifier, options)),
        result=results[0],
        others=tuple(results[1:]),
        groupings=groupings(gold),
        curve=tuple(_curve(gold, first)),
        reliabilities=_reliabilities(gold, first),
    )
    write_report(evidence, options.report)


def _facts(deidentifier: Deidentifier, options: argparse.Namespace) -> Iterator[tuple[str, str]]:
    policy, digests = deidentifier.policy, deidentifier.digests
    yield "Program", f"NoteVeil {resources.version()}"
    yield "Detectors", ", ".join(deidentifier.detector_names)
    yield "Policy", f"{policy.name}, version {policy.version}"
    yield "Policy, SHA-256", policy.digest
    yield "Rules, SHA-256", digests.rules
    yield "Model, SHA-256", digests.model or "none"
    yield "Known identifiers", "none" if options.roster is None else "a roster"


def _curve(gold: Sequence[GoldNote], measured: _Measured) -> Iterator[CurvePoint]:
    """What would be kept if one threshold held for all labels."""
    from deid.datatypes import Document
    from deid.evaluate import score
    from deid.evaluate.report import CurvePoint

    for threshold in _THRESHOLDS:
        trial = measured.deidentifier.with_policy(
            _with_threshold(measured.deidentifier.policy, threshold)
        )
        kept = {
            note.id: trial.merge(Document(id=note.id, text=note.text), measured.found[note.id]).kept
            for note in gold
        }
        yield CurvePoint(threshold, score(gold, kept))


def _with_threshold(policy: Policy, threshold: float) -> Policy:
    from deid.labels import Label

    return replace(policy, thresholds=dict.fromkeys(Label, threshold))


def _reliabilities(gold: Sequence[GoldNote], measured: _Measured) -> Mapping[str, Reliability]:
    """For each kind of detector, how its scores and right findings go together."""
    from deid.evaluate.reliability import reliability
    from deid.resolve import family

    kinds: dict[str, dict[str, list[Finding]]] = defaultdict(lambda: {note.id: [] for note in gold})
    for identity, findings in measured.found.items():
        for finding in findings:
            kinds[family(finding.detector)][identity].append(finding)
    return {kind: reliability(gold, kinds[kind]) for kind in sorted(kinds)}
