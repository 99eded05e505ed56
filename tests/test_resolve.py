"""The merge: kept findings are disjoint, nothing sure is lost, every other one has its reason."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import ClinicalUse, DropReason, Finding, Span
from deid.labels import Label
from deid.policy import load_policy
from deid.resolve import extend, resolve

POLICY = load_policy("safe-harbor")
TEXT = "Seen 2x Dr. Ada Lindqvist-Moore, 3rd May; MRN 00482913, call 555-0148 x12. " * 3
GRAMMATICAL = {Label.EMAIL, Label.URL, Label.IP, Label.SSN}
DETECTORS = ("rule:us/mrn@1", "model:0a1b2c3d", "known", "propagated", "reviewer:ab")


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    start = draw(st.integers(0, len(TEXT) - 1))
    end = draw(st.integers(start + 1, min(len(TEXT), start + 25)))
    return Finding(
        Span(start, end),
        draw(st.sampled_from(list(Label))),
        draw(st.floats(0, 1)),
        draw(st.sampled_from(DETECTORS)),
    )


def _covered(spans: list[Span]) -> set[int]:
    return {offset for span in spans for offset in range(span.start, span.end)}


@given(st.lists(findings(), max_size=40))
def test_kept_findings_are_disjoint_and_in_order(found: list[Finding]) -> None:
    kept = resolve(TEXT, found, POLICY).kept
    assert all(a.span.end <= b.span.start for a, b in pairwise(kept))


@given(st.lists(findings(), max_size=40))
def test_every_letter_of_a_sure_finding_is_covered(found: list[Finding]) -> None:
    found = [finding for finding in found if finding.label not in GRAMMATICAL]
    kept = _covered([finding.span for finding in resolve(TEXT, found, POLICY).kept])
    sure = [f.span for f in found if f.score >= POLICY.thresholds[f.label]]
    assert {i for i in _covered(sure) if TEXT[i].isalnum()} <= kept


@given(st.lists(findings(), max_size=40))
def test_every_finding_is_kept_in_part_or_dropped_with_a_reason(found: list[Finding]) -> None:
    resolution = resolve(TEXT, found, POLICY)
    dropped = {drop.finding for drop in resolution.dropped}
    for finding in set(found) - dropped:
        assert any(
            kept.detector == finding.detector
            and kept.label is finding.label
            and kept.span.overlaps(finding.span)
            for kept in resolution.kept
        )


@given(st.lists(findings(), max_size=40))
def test_a_covered_finding_names_a_kept_winner(found: list[Finding]) -> None:
    resolution = resolve(TEXT, found, POLICY)
    for drop in resolution.dropped:
        if drop.reason is DropReason.COVERED:
            assert drop.winner in resolution.kept
            assert drop.winner.span.overlaps(drop.finding.span)


@given(st.lists(findings(), max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_findings_does_not_matter(found: list[Finding], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert resolve(TEXT, found, POLICY) == resolve(TEXT, shuffled, POLICY)


@given(st.lists(findings(), max_size=30), st.integers(0, 100), st.integers(1, 20))
def test_nothing_is_kept_inside_a_placeholder(found: list[Finding], start: int, size: int) -> None:
    placeholder = Span(start, start + size)
    kept = resolve(TEXT, found, POLICY, protected=[placeholder]).kept
    assert not any(finding.span.overlaps(placeholder) for finding in kept)


def _finding(start: int, end: int, label: Label, score: float, detector: str) -> Finding:
    return Finding(Span(start, end), label, score, detector)


def test_two_weak_hints_of_different_detectors_count_together() -> None:
    rule = _finding(12, 15, Label.DOCTOR, 0.4, "rule:name@1")
    model = _finding(12, 15, Label.PATIENT, 0.4, "model:0a1b2c3d")
    assert not resolve(TEXT, [rule], POLICY).kept
    assert not resolve(TEXT, [rule, replace(rule, detector="rule:other@1")], POLICY).kept
    assert len(resolve(TEXT, [rule, model], POLICY).kept) == 1


def test_a_name_found_in_part_grows_to_the_whole_name() -> None:
    whole = _finding(12, 31, Label.PATIENT, 0.8, "model:0a1b2c3d")
    part = _finding(16, 25, Label.DOCTOR, 0.95, "rule:name@1")
    kept = resolve(TEXT, [whole, part], POLICY).kept
    assert [(f.span, f.label) for f in kept] == [(Span(12, 31), Label.DOCTOR)]


def test_what_must_go_wins_over_what_may_stay() -> None:
    stays = _finding(12, 15, Label.STATE, 0.8, "model:0a1b2c3d")
    goes = _finding(12, 15, Label.PERSON, 0.6, "rule:name@1")
    assert resolve(TEXT, [stays, goes], POLICY).kept == (goes,)


def test_a_sure_rule_for_an_age_does_not_shield_a_phone_number() -> None:
    stays = _finding(57, 65, Label.AGE, 0.9, "rule:age@1")
    goes = _finding(57, 65, Label.PHONE, 0.8, "model:0a1b2c3d")
    assert resolve(TEXT, [stays, goes], POLICY).kept == (goes,)


def test_a_sure_rule_names_what_has_a_shape() -> None:
    rule = _finding(43, 55, Label.MRN, 0.85, "rule:us/mrn@2")
    model = _finding(47, 55, Label.DATE, 0.99, "model:0a1b2c3d")
    assert resolve(TEXT, [rule, model], POLICY).kept == (rule,)


def test_a_rule_says_where_an_address_ends() -> None:
    rule = _finding(43, 55, Label.EMAIL, 0.97, "rule:contact/email@1")
    model = _finding(43, 67, Label.EMAIL, 0.99, "model:0a1b2c3d")
    resolution = resolve(TEXT, [rule, model], POLICY)
    assert resolution.kept == (rule,)
    assert [drop.winner for drop in resolution.dropped] == [rule]


def test_a_link_word_left_over_is_not_kept() -> None:
    rule = _finding(33, 36, Label.DATE, 0.9, "rule:date@1")
    model = _finding(33, 45, Label.CITY, 0.6, "model:0a1b2c3d")
    text = TEXT.replace("3rd May; MRN", "3rd and  the")
    assert resolve(text, [rule, model], POLICY).kept == (rule,)


def test_a_rejected_span_comes_back_only_by_a_person() -> None:
    model = _finding(12, 15, Label.DOCTOR, 0.9, "model:0a1b2c3d")
    resolution = resolve(TEXT, [model], POLICY, rejected=[Span(12, 15)])
    assert [drop.reason for drop in resolution.dropped] == [DropReason.REJECTED]
    person = replace(model, detector="reviewer:ab")
    assert resolve(TEXT, [model, person], POLICY, rejected=[Span(12, 15)]).kept == (person,)


def test_a_clinical_use_speaks_against_unsure_findings_of_its_labels_only() -> None:
    use = ClinicalUse(Span(12, 31), frozenset({Label.DOCTOR}))
    unsure = _finding(12, 15, Label.DOCTOR, 0.8, "model:0a1b2c3d")
    sure = _finding(16, 31, Label.DOCTOR, 0.95, "model:0a1b2c3d")
    other = _finding(12, 15, Label.CITY, 0.8, "model:0a1b2c3d")
    reaching = _finding(8, 15, Label.DOCTOR, 0.8, "model:0a1b2c3d")
    assert resolve(TEXT, [unsure], POLICY, clinical=[use]).kept == ()
    for stands in (sure, other, reaching):
        assert resolve(TEXT, [stands], POLICY, clinical=[use]).kept == (stands,)


def test_detectors_that_agree_stand_against_a_clinical_use() -> None:
    use = ClinicalUse(Span(12, 15), frozenset({Label.DOCTOR}))
    model = _finding(12, 15, Label.DOCTOR, 0.8, "model:0a1b2c3d")
    rule = _finding(12, 15, Label.DOCTOR, 0.7, "rule:name@1")
    assert len(resolve(TEXT, [model, rule], POLICY, clinical=[use]).kept) == 1


@given(st.lists(findings(), max_size=20), st.lists(findings(), max_size=10))
def test_more_findings_never_take_anything_away(found: list[Finding], more: list[Finding]) -> None:
    before = resolve(TEXT, found, POLICY)
    after = extend(TEXT, before, more, POLICY)
    assert _covered([f.span for f in before.kept]) <= _covered([f.span for f in after.kept])
    assert {i for f in more for i in range(f.span.start, f.span.end) if TEXT[i].isalnum()} <= (
        _covered([f.span for f in after.kept])
        | _covered([f.span for f in more if f.label in GRAMMATICAL])
    )
    assert {drop.finding for drop in before.dropped} <= {drop.finding for drop in after.dropped}


@pytest.mark.parametrize(("detector", "kept"), [("model:0", False), ("known", True)])
def test_a_certain_clinical_use_stands_against_a_sure_finding(detector: str, kept: bool) -> None:
    found = Finding(Span(0, 3), Label.DATE, 0.99, detector)
    use = ClinicalUse(Span(0, 3), frozenset({Label.DATE}), certain=True)
    merged = resolve("2/52 ago", [found], POLICY, clinical=[use])
    assert bool(merged.kept) is kept
