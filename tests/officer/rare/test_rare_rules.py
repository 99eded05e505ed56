"""The rules for rare details find their examples, leave their near-misses and are fast."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from deid import resources
from deid.datatypes import Document, Span
from deid.detect.examples import test_packs as failures_of
from deid.detect.packs import load_packs
from deid.errors import RulePackError
from deid.labels import Label
from deid.officer.rare import RareFinder, RareKind
from deid.officer.rare.terms import terms_of

PACKS = load_packs(resources.rare_rules())


def test_every_rule_passes_its_own_tests() -> None:
    assert failures_of(PACKS) == ()
    assert all(rule.examples and rule.near_misses for pack in PACKS for rule in pack.rules)
    assert all(rule.label is Label.OTHER for pack in PACKS for rule in pack.rules)


def test_there_is_a_pack_for_each_kind_that_is_not_counted() -> None:
    kinds = set(RareKind) - {RareKind.TERM, RareKind.PAIR}
    assert {pack.name for pack in PACKS} == kinds


def test_a_pack_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text(
        "name: term\nrecognizers: [{name: a, supported_entity: OTHER, deny_list: [b]}]", "utf-8"
    )
    with pytest.raises(RulePackError, match="must be a kind"):
        RareFinder(tmp_path)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("She is the former mayor here, and the oldest living member.", {"office", "first"}),
        ("Hurt in a plane crash; works as a lighthouse keeper.", {"event", "occupation"}),
        ("One of triplets, BMI of 74, known Gaucher disease.", {"family", "extreme", "diagnosis"}),
        ("68-year-old man with hypertension, weight 180 pounds. No porphyria.", set()),
    ],
)
def test_kinds_of_rare_details(text: str, kinds: set[str]) -> None:
    assert {detail.kind for detail in RareFinder().find(Document("n", text))} == kinds


def test_details_of_a_kind_do_not_overlap() -> None:
    text = "She was the first woman elected sheriff of the county, the first woman to do so."
    details = RareFinder().find(Document("n", text))
    for kind in RareKind:
        spans = [detail.span for detail in details if detail.kind is kind]
        assert all(a.end <= b.start for a, b in pairwise(spans))


def test_terms_are_told_by_their_endings() -> None:
    text = (
        "Known Addison's disease and chronic sarcoidosis. Sarcoidosis again. Diagnosis: pneumonia."
    )
    found = terms_of(text)
    assert set(found) == {"addison's disease", "sarcoidosis"}
    assert found["sarcoidosis"] == Span(text.index("sarcoidosis"), text.index("sarcoidosis") + 11)


@pytest.mark.parametrize(
    "text",
    [
        "Denies arthritis or cirrhosis.",
        "No evidence of thyroid disease.",
        "Her mother had breast cancer.",
        "Risks include embolism.",
        "The analysis is pending.",
    ],
)
def test_what_is_denied_or_somebody_elses_is_no_term(text: str) -> None:
    assert terms_of(text) == {}
