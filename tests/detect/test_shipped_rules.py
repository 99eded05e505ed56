"""The examples and near-misses that shipped rules carry are their tests."""

from __future__ import annotations

import pytest

from deid.detect import examples
from deid.detect.lists import PROTECTED_LISTS, folded_list, protected_terms
from deid.detect.packs import Rule, load_packs
from deid.labels import Label

PACKS = load_packs()
RULES = [rule for pack in PACKS for rule in pack.rules]
FOUND_BY_MODEL_ALONE = {Label.OTHER, Label.AGE90}


@pytest.mark.parametrize(
    ("rule", "example"),
    [pytest.param(r, e, id=f"{r.id}:{n}") for r in RULES for n, e in enumerate(r.examples)],
)
def test_an_example_is_found_exactly(rule: Rule, example: str) -> None:
    assert examples.is_found(rule, example)


@pytest.mark.parametrize(
    ("rule", "text"),
    [pytest.param(r, t, id=f"{r.id}:{n}") for r in RULES for n, t in enumerate(r.near_misses)],
)
def test_a_near_miss_is_no_finding(rule: Rule, text: str) -> None:
    assert not examples.is_false_alarm(rule, text)


@pytest.mark.parametrize("rule", [pytest.param(r, id=r.id) for r in RULES])
def test_a_rule_is_documented_and_tested(rule: Rule) -> None:
    assert len(rule.examples) >= 2
    assert len(rule.near_misses) >= 2
    assert rule.source
    assert rule.version.isdigit()
    assert rule.safe_harbor == rule.label.names.safe_harbor


@pytest.mark.parametrize("rule", [pytest.param(r, id=r.id) for r in RULES])
def test_no_repetition_makes_a_rule_slow(rule: Rule) -> None:
    units = ("1", "1-", " ", "A", "Aa ", "A. ", "AAA, ", "a ", "Dr. ", "1 Aa ")
    assert not list(examples.slow_units(rule, units=units))


def test_every_label_that_rules_can_find_has_a_rule() -> None:
    labels = {rule.label for rule in RULES}
    labels |= {label for rule in RULES for p in rule.patterns for _, label in p.groups}
    assert labels == set(Label) - FOUND_BY_MODEL_ALONE


def test_protected_terms_hold_eponyms_drugs_and_words_of_the_clinic() -> None:
    terms = protected_terms()
    assert {"parkinson", "bell's palsy", "gram stain", "foley catheter"} <= terms
    assert {"lasix", "tylenol", "discharge", "patient"} <= terms
    assert all(folded_list(name) <= terms for name in PROTECTED_LISTS)


@pytest.mark.parametrize("name", ["will", "rose", "hope", "grant", "bishop", "major", "may"])
def test_words_that_are_names_too_are_not_protected(name: str) -> None:
    assert name not in folded_list("clinical_terms")
