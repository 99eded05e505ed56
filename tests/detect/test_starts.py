"""Rules that are tried only where they may begin find what a search finds."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from deid.detect.lists import word_list
from deid.detect.normalise import normalise
from deid.detect.packs import load_packs
from deid.detect.rules import RuleDetector, apply_rule, matches_of
from deid.detect.starts import Starts, conditions_of
from deid.detect.syntax import Tree, parse, word_tree

PACKS = load_packs()
DETECTOR = RuleDetector(PACKS)
PATTERNS = [
    (rule.id, pattern) for pack in PACKS for rule in pack.rules for pattern in rule.patterns
]
STARTS = Starts([pattern.conditions for _, pattern in PATTERNS])
PIECES = [
    *("Dr. ", "Mrs ", "MRN ", "mrn: ", "Fax ", "on ", "in ", "signed by ", "SN ", "VIN ", "Pt: "),
    *("Jane ", "Doe", "DOE, JANE", "O'Brien", " 4471-22 ", "585-44-0917", "3/14/2024", "March "),
    *("Hospital", "Mercy ", "daughter ", "worked as a ", "plumber", "wife, ", "é", "'", " ", "-"),
    *("MercY", "x4471", "room 12", "Provo, UT 84601", "account no. ", "lot AX44", ", ", "(", "7"),
    *("\n", "_", "É", "Ünal", "½", "٣", "ı", "\u0301", "/", "@", ".", "14:30", "67 F", "12 Oak St"),
    *("jane@mail.example", "10.44.7.118", "00:1A:2B:3C:4D:5E", "summer", " RN", "PO Box 12", "$"),
]


def none_listed(name: str, ignore_case: bool) -> Tree:
    return word_tree([name], ignore_case=ignore_case)


def begins(source: str, text: str) -> list[int] | None:
    (places,) = Starts([conditions_of(parse(source, none_listed))]).places(text)
    return None if places is None else list(places)


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_shipped_rules_find_the_same_either_way(text: str) -> None:
    for (rule_id, pattern), places in zip(PATTERNS, STARTS.places(text), strict=True):
        tried = [m.span() for m in matches_of(pattern, text, places, timeout=5)]
        searched = [m.span() for m in pattern.expression.compiled.finditer(text)]
        assert tried == searched, rule_id


@given(st.text(alphabet=st.sampled_from("aAéÉ1٣½ '-/.,:@#\n_|(ſıKZz\u0301"), max_size=40))
def test_odd_characters_hide_no_match(text: str) -> None:
    for (rule_id, pattern), places in zip(PATTERNS, STARTS.places(text), strict=True):
        if places is not None:
            found = pattern.expression.compiled.finditer(text, overlapped=True)
            assert {m.start() for m in found} <= set(places), rule_id


@pytest.mark.parametrize("form", [str, str.upper, str.lower])
def test_the_examples_of_all_rules_are_found_the_same_either_way(form: type[str]) -> None:
    text = form(
        "\n".join(case for p in PACKS for r in p.rules for case in (*r.examples, *r.near_misses))
    )
    view = normalise(text)
    lowered = text.lower()
    searched = {
        (view.span(span.start, span.end), label, score, rule.detector)
        for rule in DETECTOR.rules
        if not rule.needs or any(literal in lowered for literal in rule.needs)
        for span, label, score in apply_rule(rule, view.text)
    }
    found = DETECTOR.detect(view)
    assert {(f.span, f.label, f.score, f.detector) for f in found} == searched
    assert len(found) == len(searched) > 300


def test_places_of_most_shipped_rules_are_found_and_few() -> None:
    text = "The patient was seen in clinic today and feels well, without pain or fever. " * 20
    places = STARTS.places(text)
    followed = [found for found in places if found is not None]
    assert len(followed) > 0.9 * len(PATTERNS)
    assert sum(map(len, followed)) < len(text) / 4


@pytest.mark.parametrize(
    ("source", "text", "places"),
    [
        (r"\bfax", "fax Fax telefax fax", [0, 16]),
        (r"\b(?i:fax)", "fax Fax telefax", [0, 4]),
        (r"(?<![\p{L}\d])(?:MRN|chart no)", "MRN xMRN chart no chart of éMRN", [0, 9]),
        (r"(?<!\d)(?=\d)\d{3}-\d", "12-3 123-4 1123-4 x123-4 of them", [5, 19]),
        (r"\b(?<=of )(?:March|May)", "of May in May of March", [3, 17]),
        (r"^(?:MSH|PID)", "MSH PID\nPID", [0, 8]),
        (r"(?<=[A-Z]{2} )#\d", "AB #1 aB #1 #1", [3]),
        (r"\b\L<fax>", "fax or fox", [0]),
        (r"\bd/c (?=\d)", "d/c home d/c 3/4", [0, 9]),
    ],
)
def test_places_are_read_from_the_expression(source: str, text: str, places: list[int]) -> None:
    found = begins(source, text)
    assert found is not None
    lists = {"fax": ["fax"]} if "L<" in source else {}
    searched = regex.compile(source, regex.MULTILINE, **lists).finditer(text)
    assert {m.start() for m in searched} <= set(found)
    assert found == places


@pytest.mark.parametrize(
    "source", [r"fax", r"\d+", r"(?:fax)?", r"\p{Lu}x", r"\b\w+ fax", r"\b.x", r"[\w.]+@"]
)
def test_what_may_begin_anywhere_is_searched_for(source: str) -> None:
    assert begins(source, "fax") is None


def test_what_is_not_followed_is_searched_for() -> None:
    assert list(Starts([None, None]).places("fax")) == [None, None]


def test_several_threads_see_the_same_places() -> None:
    lists = [word_list(name)[n::40] for name in ("first_names", "professions") for n in range(8)]
    texts = [" 12 ".join(words) for words in lists]
    fresh = Starts([pattern.conditions for _, pattern in PATTERNS])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fresh.places, texts))
    assert found == [STARTS.places(text) for text in texts]


@pytest.mark.parametrize("form", [str, str.upper, str.lower])
def test_real_notes_are_read_the_same_either_way(form: type[str], shared_data: Path) -> None:
    lines = (shared_data / "marked" / "dev.jsonl").read_text("utf-8").splitlines()
    for line in lines[::4]:
        view = normalise(form(json.loads(line)["text"]))
        for (rule_id, pattern), places in zip(PATTERNS, STARTS.places(view.text), strict=True):
            if places is not None:
                tried = [m.span() for m in matches_of(pattern, view.text, places, timeout=5)]
                found = pattern.expression.compiled.finditer(view.text)
                assert tried == [m.span() for m in found], rule_id
