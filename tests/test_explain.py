"""Explanations: whatever was found is in them once, with what stands behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Never

import pytest

from deid.datatypes import Document, DropReason, Finding, Span
from deid.detect import View
from deid.detect.decode import ClassMap
from deid.detect.packs import load_packs
from deid.detect.rules import RuleDetector
from deid.detect.scores import ScoreScale
from deid.detect.tagging import TokenClassifier
from deid.detect.windows import WindowPlan
from deid.errors import DetectionIncomplete
from deid.explain import Explanation, explain, weigh
from deid.labels import Label
from deid.pipeline import Deidentifier, Digests
from deid.policy import OperatorName, load_policy

POLICY = load_policy("safe-harbor")
MODEL = "model:12345678"
NOTE = Document("n1", "Mrs. Quenbridge rang (801) 555-0147. Quenbridge slept. Ask Juno Ray.")


@dataclass
class Finds:
    """Finds every match of an expression."""

    expression: str
    label: Label = Label.PATIENT
    score: float = 0.9
    name: str = MODEL

    def detect(self, view: View) -> Sequence[Finding]:
        return [
            Finding(view.span(*match.span()), self.label, self.score, self.name)
            for match in re.finditer(self.expression, view.text)
        ]


class Model(Finds):
    """One that has a classifier, which fails."""

    @property
    def classifier(self) -> TokenClassifier:
        classes = ClassMap.of(("O", "B-PATIENT"))
        scale = ScoreScale(0.5, 0.1)
        return TokenClassifier(MODEL, classes, WindowPlan(), scale, _fails, _fails)


def _fails(given: object) -> Never:
    raise ValueError(f"cannot read {given} of Quenbridge")


def explained(*detectors: Finds | RuleDetector, note: Document = NOTE) -> Explanation:
    return explain(deidentifier(*detectors), note)


def deidentifier(*detectors: Finds | RuleDetector) -> Deidentifier:
    return Deidentifier(policy=POLICY, detectors=detectors, digests=Digests(model="ab" * 32))


def test_a_rule_is_named_with_its_version_and_source() -> None:
    rules = RuleDetector(load_packs())
    told = explained(rules)
    phone = next(one for one in told.kept if one.kept.label is Label.PHONE)
    (evidence,) = phone.evidence
    assert evidence.rule is not None
    assert f"rule:{evidence.rule.id}@{evidence.rule.version}" == phone.kept.detector
    assert evidence.rule.source
    assert phone.operator is OperatorName.TAG
    assert evidence.threshold == POLICY.thresholds[Label.PHONE]
    assert evidence.model is None


def test_a_score_that_context_raised_is_told(tmp_path: Path) -> None:
    pack = tmp_path / "own.yaml"
    pack.write_text(
        "{name: own, recognizers: [{name: Study, id: own/study, version: 3, source: our own,"
        " supported_entity: IDNUM, context: [study],"
        " patterns: [{name: code, regex: 'K[0-9]{4}', score: 0.5}]}]}"
    )
    rules = RuleDetector(load_packs(tmp_path))
    told = explained(rules, note=Document("n", "study K1234 and then many more words K9999"))
    raised = {one.kept.span.start: one.evidence[0].rule for one in told.kept}
    assert [rule.raised for rule in raised.values() if rule is not None] == [True, False]


def test_a_hint_that_waits_for_the_model_was_lowered_and_not_raised(tmp_path: Path) -> None:
    pack = tmp_path / "own.yaml"
    pack.write_text(
        "{name: own, recognizers: [{name: Study, id: own/study, supported_entity: IDNUM,"
        " hint: true, patterns: [{name: code, regex: 'K[0-9]{4}', score: 0.9}]}]}"
    )
    note = Document("n", "study K1234")
    alone = explained(RuleDetector(load_packs(tmp_path)), note=note).kept[0].evidence[0]
    beside = explained(RuleDetector(load_packs(tmp_path), beside_model=True), note=note)
    told = [alone.rule, beside.left[0].evidence.rule]
    assert [(rule.raised, rule.lowered) for rule in told if rule is not None] == [
        (False, False),
        (False, True),
    ]


def test_what_was_merged_stands_below_what_was_kept() -> None:
    told = explained(
        Finds("Quenbridge(?= rang)"),
        Finds("Mrs. Quenbridge", score=0.6, name="rule:t/name@1", label=Label.PERSON),
    )
    kept = told.kept[0]
    assert kept.kept.span == Span(5, 15)
    assert [one.finding.detector for one in kept.evidence] == [MODEL]
    (merged,) = kept.merged
    assert merged.evidence.finding.detector == "rule:t/name@1"
    assert merged.reason is DropReason.COVERED
    assert merged.winner == kept.kept
    assert merged.evidence.rule is not None
    assert (merged.evidence.rule.id, merged.evidence.rule.version) == ("t/name", "1")


def test_agreement_shows_in_the_support() -> None:
    told = explained(
        Finds("Juno Ray", score=0.4), Finds("Juno Ray", score=0.4, name="rule:t/name@1")
    )
    (kept,) = told.kept
    assert kept.evidence[0].support == pytest.approx(1 - 0.6 * 0.6)


def test_a_finding_below_the_threshold_is_left_with_both_numbers() -> None:
    told = explained(Finds("Juno Ray", score=0.2))
    assert not told.kept
    (left,) = told.left
    assert left.reason is DropReason.BELOW_THRESHOLD
    assert left.winner is None
    assert left.evidence.support == pytest.approx(0.2)
    assert left.evidence.threshold == POLICY.thresholds[Label.PATIENT]


def test_a_repeated_name_points_to_where_it_was_found() -> None:
    told = explained(Finds("Quenbridge(?= rang)"))
    first, again = told.kept
    assert again.kept.detector == "propagated"
    assert again.evidence[0].repeats == (first.kept.span,)
    assert first.evidence[0].repeats == ()


def test_every_finding_is_told_of() -> None:
    whole = deidentifier(
        Finds(r"\w+"), Finds("Juno", score=0.3, name="rule:t/a@1"), RuleDetector(load_packs())
    )
    told = explain(whole, NOTE)
    seen = {one.finding for reason in told.kept for one in reason.evidence}
    seen |= {one.evidence.finding for reason in told.kept for one in reason.merged}
    seen |= {one.evidence.finding for one in told.left}
    assert seen == set(whole.find(NOTE))
    assert [one.kept for one in told.kept] == list(whole.analyze(NOTE).kept)
    assert explain(whole, NOTE) == told


def test_a_model_is_named_by_the_digest_of_its_package() -> None:
    (kept,) = explained(Model("Juno Ray")).kept
    assert kept.evidence[0].model == "ab" * 32


def test_only_findings_of_the_own_model_are_weighed() -> None:
    whole = deidentifier(Finds("Juno Ray"))
    (kept,) = explain(whole, NOTE).kept
    assert weigh(whole, NOTE, kept.kept) is None


def test_a_model_that_fails_is_told_without_the_text() -> None:
    whole = deidentifier(Model("Juno Ray"))
    (finding,) = whole.find(NOTE)
    with pytest.raises(DetectionIncomplete, match="ValueError") as caught:
        weigh(whole, NOTE, finding)
    assert "Quenbridge" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


def test_no_text_is_in_an_explanation() -> None:
    told = explained(Finds("Quenbridge"), RuleDetector(load_packs()))
    assert "Quenbridge" not in repr(told)
    assert "n1" not in repr(told)
