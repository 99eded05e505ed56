"""Why a finding was kept or dropped: detector, rule or model, score, rivals, and words around it.

What is given back is pure data without text: places in the note, names of rules, numbers. The same
note gives the same explanation on every run.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Final

from deid.datatypes import Document, DropReason, Finding, Resolution, Span
from deid.detect.normalise import normalise
from deid.detect.packs import Rule
from deid.detect.propagate import DETECTOR as PROPAGATED
from deid.detect.rules import HINT_SCORE, RuleDetector
from deid.errors import DeidError, DetectionIncomplete
from deid.pipeline import Deidentifier
from deid.policy import OperatorName
from deid.resolve import family, supports

if TYPE_CHECKING:
    from deid.detect.occlusion import Occlusion

MOST_WORDS: Final = 16
"""How many words are hidden in turn: so that an answer comes in less than a second on one core."""


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """The rule that found something.

    Attributes:
        id: such as `us/mrn`.
        version: counts up with every change of the rule.
        source: standard or practice that its shape comes from; may be empty.
        raised: whether words around it made the score higher than the rule gives by itself.
        lowered: whether the score is lower than that, since the rule counts only together with the
            model, which works on the same note.
    """

    id: str
    version: str
    source: str
    raised: bool
    lowered: bool


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one detector found, and what its score rests on.

    Attributes:
        finding: as the detector gave it, before the merge.
        support: the score that it reaches together with other detectors that agree, 0 to 1.
        threshold: the score from which on the policy counts findings of its label.
        rule: the rule, where one of the shipped or added packs found it.
        model: SHA-256, in hex, of the manifest of the model package, where a model found it.
        repeats: where in the note the identifier stands that this one was propagated from.
    """

    finding: Finding
    support: float
    threshold: float
    rule: RuleFacts | None = None
    model: str | None = None
    repeats: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Left:
    """A finding that was not kept.

    Attributes:
        evidence: the finding.
        reason: why it was not kept.
        winner: the kept finding in its place, which may have grown over it; None: there is none.
    """

    evidence: Evidence
    reason: DropReason
    winner: Finding | None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a finding was kept.

    Attributes:
        kept: as it was kept; its edges and label may differ from those that detectors gave.
        operator: what the policy does with it.
        evidence: the findings of its detector that it comes from.
        merged: findings in whose place it stands.
    """

    kept: Finding
    operator: OperatorName
    evidence: tuple[Evidence, ...]
    merged: tuple[Left, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that was found in a note, and what became of it.

    Attributes:
        document_id: id of the note.
        kept: one for each kept finding, in the order of the text.
        left: findings in whose place nothing is kept, in the order of the text.
    """

    document_id: str = field(repr=False)
    kept: tuple[Reason, ...]
    left: tuple[Left, ...]


def explain(deidentifier: Deidentifier, document: Document) -> Explanation:
    """Why each finding in a note is kept or dropped.

    Raises:
        DetectionIncomplete: part of the note could not be examined.
    """
    findings = deidentifier.find(document)
    resolution = deidentifier.merge(document, findings)
    evidence = _evidence(deidentifier, document, findings)
    left = [Left(evidence[one.finding], one.reason, one.winner) for one in resolution.dropped]
    merged: dict[Finding, list[Left]] = defaultdict(list)
    for one in left:
        if one.winner is not None:
            merged[one.winner].append(one)
    own = _own(resolution, evidence)
    treatments = deidentifier.policy.treatments
    return Explanation(
        document.id,
        tuple(
            Reason(kept, treatments[kept.label].operator, tuple(own[kept]), tuple(merged[kept]))
            for kept in resolution.kept
        ),
        tuple(one for one in left if one.winner is None),
    )


def weigh(
    deidentifier: Deidentifier, document: Document, finding: Finding, *, most: int = MOST_WORDS
) -> Occlusion | None:
    """Which words around a model's finding made the model sure.

    It takes under a second on one core with the shipped model; ask for one finding at a time.

    Args:
        deidentifier: whose model found it.
        document: the note.
        finding: what a model found (`Evidence.finding`).
        most: how many words near it are tried.

    Returns:
        None where no model of the deidentifier found it, or its model cannot be asked.

    Raises:
        DetectionIncomplete: the model failed.
    """
    from deid.detect.occlusion import HasClassifier, occlude

    models = (one for one in deidentifier.detectors if isinstance(one, HasClassifier))
    model = next((one for one in models if one.name == finding.detector), None)
    if model is None:
        return None
    try:
        return occlude(model.classifier, normalise(document.text), finding.span, most=most)
    except DeidError:
        raise
    except Exception as error:  # noqa: BLE001 - its message may hold note text
        kind = type(error).__name__
    raise DetectionIncomplete(f"{finding.detector} failed ({kind}), so nothing is explained")


def _own(
    resolution: Resolution, evidence: Mapping[Finding, Evidence]
) -> dict[Finding, list[Evidence]]:
    """For each kept finding what it comes from: of the same detector, in its place, not dropped."""
    own: dict[Finding, list[Evidence]] = {kept: [] for kept in resolution.kept}
    ends = [kept.span.end for kept in resolution.kept]
    lost = {one.finding for one in resolution.dropped}
    for finding, behind in evidence.items():
        first = bisect_right(ends, finding.span.start)
        for index in range(first, len(ends)):
            kept = resolution.kept[index]
            if not kept.span.overlaps(finding.span):
                break
            if kept.detector == finding.detector and finding not in lost:
                own[kept].append(behind)
    return own


def _evidence(
    deidentifier: Deidentifier, document: Document, findings: Sequence[Finding]
) -> dict[Finding, Evidence]:
    """What stands behind each finding, in the order of the text."""
    rules = _rules(deidentifier)
    model = deidentifier.digests.model
    origins = _Origins(document.text, findings)
    return {
        finding: Evidence(
            finding,
            support,
            deidentifier.policy.thresholds[finding.label],
            rule=_facts(finding, rules),
            model=model if family(finding.detector) == "model" else None,
            repeats=origins.of(finding),
        )
        for finding, support in supports(findings).items()
    }


def _rules(deidentifier: Deidentifier) -> dict[str, Rule]:
    detectors = (one for one in deidentifier.detectors if isinstance(one, RuleDetector))
    return {rule.detector: rule for rule in chain(*(one.rules for one in detectors))}


def _facts(finding: Finding, rules: Mapping[str, Rule]) -> RuleFacts | None:
    """The facts of a rule; of a recognizer that Presidio brings, its name and version alone."""
    if family(finding.detector) != "rule":
        return None
    name, _, version = finding.detector.removeprefix("rule:").rpartition("@")
    rule = rules.get(finding.detector)
    if rule is None:
        return RuleFacts(name, version, "", raised=False, lowered=False)
    own = any(math.isclose(finding.score, pattern.score) for pattern in rule.patterns)
    lowered = not own and rule.hint and math.isclose(finding.score, HINT_SCORE)
    raised = not own and not lowered
    return RuleFacts(rule.id, rule.version, rule.source, raised=raised, lowered=lowered)


class _Origins:
    """What a propagated finding may be a repeat of: words of other findings, and where they stand.

    Args:
        text: the note.
        findings: all of them; propagated ones are not counted.
    """

    def __init__(self, text: str, findings: Iterable[Finding]) -> None:
        self._text = text
        self._places: dict[tuple[str, str], set[Span]] = defaultdict(set)
        for finding in findings:
            if finding.detector != PROPAGATED:
                for key in self._keys(finding):
                    self._places[key].add(finding.span)

    def of(self, finding: Finding) -> tuple[Span, ...]:
        """Where findings of the same category stand that share most words with a propagated one."""
        if finding.detector != PROPAGATED:
            return ()
        shared = Counter(
            span
            for key in self._keys(finding)
            for span in self._places.get(key, ())
            if not span.overlaps(finding.span)
        )
        most = max(shared.values(), default=0)
        return tuple(sorted(span for span, number in shared.items() if number == most))

    def _keys(self, finding: Finding) -> set[tuple[str, str]]:
        value = finding.span.of(self._text).casefold()
        words = "".join(c if c.isalnum() else " " for c in value).split()
        return {(finding.label.names.category, word) for word in words}
