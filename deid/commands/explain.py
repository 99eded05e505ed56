"""`deid explain`: why each finding was kept or dropped, and what it rests on."""

from __future__ import annotations

import argparse
import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Final

from deid.commands.notes import examined, places, read_notes
from deid.commands.options import add_detection, add_json, add_reading, recipe
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from deid.commands.options import Commands
    from deid.datatypes import Document, Finding, Span
    from deid.detect.occlusion import Occlusion
    from deid.explain import Evidence, Explanation, Left, Reason
    from deid.pipeline import Deidentifier

    Weights = dict[Finding, Occlusion]

_DESCRIPTION: Final = """\
Say of everything that was found in the notes of a file of any kind that `deid redact`
reads (- for JSON lines from the standard input) which rule or detector found it, what
its score rests on, what was merged with it, and why other findings were dropped.

The table SHOWS WHAT THE NOTE MUST BE RID OF, since you ask for it: it goes to the
terminal and nowhere else. The JSON (--json) holds no text, only offsets in code
points; `end` lies behind the last one.

With --words, the words around each finding of the model are hidden one after the
other, and those without which the model is less sure are given, heaviest first: up
to a second for each finding. --at asks about one place only, as in `--at 3:14`."""

_HEADS: Final = ("line:column", "label", "text", "score", "detector", "")
_WORDS_SHOWN: Final = 5
_LIGHTEST: Final = 0.5
_REPEATS_SHOWN: Final = 3


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "explain",
        help="say why something is redacted, or is not",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("notes", metavar="NOTE", help="a file of notes, or -")
    parser.add_argument(
        "--at", type=_place, metavar="LINE:COLUMN", help="only what was found there, from 1 on"
    )
    parser.add_argument(
        "--words", action="store_true", help="also the words that made the model sure"
    )
    add_json(parser)
    add_detection(parser, detectors=("hybrid", "rules", "model"))
    add_reading(parser)
    # Nothing of a line comes out but its id, so it does not matter what else stands there.
    parser.set_defaults(drop_keys=True, blank_pictures=False, fixed_boxes=False, run=_run)


def _place(argument: str) -> tuple[int, int]:
    line, _, column = argument.partition(":")
    if not (line.isdecimal() and column.isdecimal() and int(line) and int(column)):
        raise argparse.ArgumentTypeError("must be a line and a column, such as 3:14")
    return int(line), int(column)


def _run(options: argparse.Namespace) -> int:
    deidentifier = recipe(options).make()

    def examine(note: Document) -> tuple[Explanation, Weights]:
        from deid.explain import explain

        told = explain(deidentifier, note)
        if options.at is not None:
            told = _at(note, told, options.at)
        return told, _weights(deidentifier, note, told) if options.words else {}

    for note, (told, weights) in examined(read_notes(options), examine):
        if options.json:
            print_json(_tree(told, weights))
        else:
            _print(note, told, weights)
    return 0


def _at(note: Document, told: Explanation, place: tuple[int, int]) -> Explanation:
    """What of an explanation concerns one place of the note."""
    from dataclasses import replace

    at = places(note.text)

    def is_there(span: Span) -> bool:
        return at(span.start) <= place and place < at(span.end)

    return replace(
        told,
        kept=tuple(one for one in told.kept if is_there(one.kept.span)),
        left=tuple(one for one in told.left if is_there(one.evidence.finding.span)),
    )


def _weights(deidentifier: Deidentifier, note: Document, told: Explanation) -> Weights:
    """What the model's findings rest on: those kept or merged, and those dropped."""
    from deid.explain import weigh

    weights = {}
    for evidence in _evidence(told):
        if evidence.model is not None:
            weighed = weigh(deidentifier, note, evidence.finding)
            if weighed is not None:
                weights[evidence.finding] = weighed
    return weights


def _evidence(told: Explanation) -> Iterator[Evidence]:
    for reason in told.kept:
        yield from reason.evidence
        yield from (left.evidence for left in reason.merged)
    yield from (left.evidence for left in told.left)


def _print(note: Document, told: Explanation, weights: Weights) -> None:
    line_and_column = places(note.text)

    def row(span: Span, *cells: str) -> tuple[str, ...]:
        place = "{}:{}".format(*line_and_column(span.start))
        label, score, detector, why = cells
        return place, label, printable(span.of(note.text)), score, detector, why

    blocks = [(reason.kept.span, list(_kept(reason, weights, row))) for reason in told.kept]
    blocks += [(one.evidence.finding.span, list(_left(one, weights, row))) for one in told.left]
    print(f"{printable(note.id)}: {len(told.kept)} kept, {len(told.left)} dropped")
    if blocks:
        rows = [cells for _, block in sorted(blocks, key=lambda item: item[0]) for cells in block]
        print_rows([_HEADS, *rows], indent=2)


def _kept(
    reason: Reason, weights: Weights, row: Callable[..., tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    kept = reason.kept
    fate = f"kept ({reason.operator})"
    if reason.evidence:
        best = max(reason.evidence, key=lambda one: one.support)
        fate += f"; with all that agree {best.support:.2f}, counted from {best.threshold:.2f}"
    yield row(kept.span, kept.label, f"{kept.score:.2f}", kept.detector, fate)
    for evidence in reason.evidence:
        yield from _behind(evidence, weights, row)
    for left in reason.merged:
        finding = left.evidence.finding
        fate = f"  {left.reason}: the finding above stands in its place"
        yield row(finding.span, finding.label, f"{finding.score:.2f}", finding.detector, fate)
        yield from _behind(left.evidence, weights, row)


def _left(
    left: Left, weights: Weights, row: Callable[..., tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    evidence, finding = left.evidence, left.evidence.finding
    fate = f"dropped: {left.reason}; reaches {evidence.support:.2f} of {evidence.threshold:.2f}"
    yield row(finding.span, finding.label, f"{finding.score:.2f}", finding.detector, fate)
    yield from _behind(evidence, weights, row)


def _behind(
    evidence: Evidence, weights: Weights, row: Callable[..., tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
    """What stands behind a finding, each in a row without a label."""
    rule = evidence.rule
    if rule is not None and (rule.source or rule.raised or rule.lowered):
        changed = "; raised by words near it" * rule.raised
        changed += "; lowered, since it counts only where the model agrees" * rule.lowered
        yield "", "", "", "", "", f"  shape: {rule.source or 'of the site'}{changed}"
    if evidence.model is not None:
        yield "", "", "", "", "", f"  model package {evidence.model[:16]}"
    for span in evidence.repeats[:_REPEATS_SHOWN]:
        yield row(span, "", "", "", "  found there, and again here")
    weighed = weights.get(evidence.finding)
    if weighed is not None:
        words = [word for word in weighed.words if word.weight >= _LIGHTEST][:_WORDS_SHOWN]
        for word in words:
            told = f"  without it {word.probability:.3f}, not {weighed.probability:.3f}: "
            told += f"odds {math.exp(word.weight):.1f} times lower"
            yield row(word.span, "", "", "", told)
        alone = f"  {weighed.context_alone:.3f} by the words around it alone"
        yield "", "", "", "", "", alone


def _tree(told: Explanation, weights: Weights) -> dict[str, object]:
    return {
        "id": told.document_id,
        "kept": [
            {
                **_finding(reason.kept),
                "operator": reason.operator,
                "evidence": [_behind_tree(one, weights) for one in reason.evidence],
                "merged": [_left_tree(one, weights) for one in reason.merged],
            }
            for reason in told.kept
        ],
        "dropped": [_left_tree(one, weights) for one in told.left],
    }


def _left_tree(left: Left, weights: Weights) -> dict[str, object]:
    return {**_behind_tree(left.evidence, weights), "reason": left.reason}


def _behind_tree(evidence: Evidence, weights: Weights) -> dict[str, object]:
    weighed = weights.get(evidence.finding)
    return {
        **_finding(evidence.finding),
        "support": round(evidence.support, 4),
        "threshold": evidence.threshold,
        "rule": None if evidence.rule is None else asdict(evidence.rule),
        "model": evidence.model,
        "repeats": [asdict(span) for span in evidence.repeats],
        "words": None if weighed is None else _words_tree(weighed),
    }


def _words_tree(weighed: Occlusion) -> dict[str, object]:
    return {
        "probability": round(weighed.probability, 4),
        "context_alone": round(weighed.context_alone, 4),
        "around": [
            {
                **asdict(word.span),
                "probability": round(word.probability, 4),
                "weight": round(word.weight, 3),
            }
            for word in weighed.words
        ],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        **asdict(finding.span),
        "label": finding.label,
        "score": round(finding.score, 4),
        "detector": finding.detector,
    }
