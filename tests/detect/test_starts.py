"""A rule tried only at word beginnings finds what a search finds."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.packs import Pattern, load_packs
from deid.detect.rules import matches_of
from deid.detect.starts import positions, starts_of, word_starts

DISPATCHED = [
    (rule.id, pattern)
    for pack in load_packs()
    for rule in pack.rules
    for pattern in rule.patterns
    if pattern.starts is not None
]
PIECES = [
    *("Dr. ", "Mrs ", "MRN ", "mrn: ", "Fax ", "on ", "in ", "signed by ", "SN ", "VIN ", "Pt: "),
    *("Jane ", "Doe", "DOE, JANE", "O'Brien", " 4471-22 ", "585-44-0917", "3/14/2024", "March "),
    *("Hospital", "Mercy ", "daughter ", "worked as a ", "plumber", "wife, ", "é", "'", " ", "-"),
    *("MercY", "x4471", "room 12", "Provo, UT 84601", "account no. ", "lot AX44", ", ", "(", "7"),
    *("\n", "_"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_shipped_rules_find_the_same_either_way(text: str) -> None:
    table = word_starts(text)
    for rule_id, pattern in DISPATCHED:
        tried = [m.span() for m in matches_of(pattern, text, table, timeout=5)]
        searched = [m.span() for m in pattern.expression.finditer(text)]
        assert tried == searched, rule_id


def test_most_shipped_rules_begin_with_a_known_word() -> None:
    assert len(DISPATCHED) > 120


@pytest.mark.parametrize(
    ("source", "starts"),
    [
        (r"\bfax", {"fax"}),
        (r"(?<![\p{L}\d])(?i:MRN|chart no)", {"~mrn", "~char"}),
        (r"\b(?:tel(?:ephone)?|ph)", {"tel", "ph"}),
        (r"\b(?:Old )?Hospital", {"Old", "Hosp"}),
        (r"\b[Dd]r", {"Dr", "dr"}),
        (r"\b(?<=of )(?P<phi>March|May)", {"Marc", "May"}),
        (r"\bm\.r", {"m"}),
        (r"\bsigns?", {"sign"}),
        (r"\bno?t", {"n"}),
    ],
)
def test_starts_are_read_from_the_expression(source: str, starts: set[str]) -> None:
    assert set(starts_of(source, {}) or ()) == starts


@pytest.mark.parametrize(
    "source", [r"fax", r"\b\d+", r"\b(?:a|\d)", r"\b(?:fax)?", r"\p{Lu}x", r"\b(?:fax|)", r"\b.x"]
)
def test_what_may_begin_elsewhere_is_searched(source: str) -> None:
    assert starts_of(source, {}) is None


def test_case_is_ignored_where_the_expression_ignores_it() -> None:
    pattern = Pattern("p", regex.compile(r"\bmrn \d", regex.I), 0.9, None, ())
    starts = starts_of(r"\bmrn \d", {}, ignore_case=True)
    assert starts is not None
    text = "MRN 1, Mrn 2, mrn 3, xmrn 4"
    assert positions(starts, word_starts(text)) == [0, 7, 14]
    assert [m.group() for m in matches_of(pattern, text, {}, timeout=1)] == [
        "MRN 1",
        "Mrn 2",
        "mrn 3",
    ]
