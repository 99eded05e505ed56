"""Rule packs: Presidio's form, our keys, and what is refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from deid.detect import examples
from deid.detect.examples import FailureKind
from deid.detect.packs import Rule, load_packs, parse_pack, read_pack
from deid.detect.rules import apply_rule
from deid.errors import RulePackError
from deid.labels import Label

SITE = """\
supported_languages: [en, es]
global_regex_flags: 26

recognizers:
  - SpacyRecognizer
  - name: CreditCardRecognizer
    supported_languages:
      - language: en
        context: [credit, card]
    type: predefined
  - name: "Zip code Recognizer"
    supported_languages:
      - language: en
        context: [zip, code]
      - language: es
        context: [código]
    patterns:
      - name: "zip code (weak)"
        regex: "(\\\\b\\\\d{5}(?:\\\\-\\\\d{4})?\\\\b)"
        score: 0.01
    supported_entity: "ZIP_CODE"
    type: custom
    enabled: true
  - name: Titles
    supported_language: en
    supported_entity: TITLE
    version: "0.0.1"
    deny_list: [Mr., Mrs., Ms.]
    deny_list_score: 0.8
  - name: Off
    enabled: false
    supported_entity: ZIP_CODE
    patterns: [{name: x, regex: 'x', score: 0.5}]
"""


def rule_of(**keys: object) -> Rule:
    node = {"name": "R", "supported_entity": "MRN", **keys}
    node.setdefault("patterns", [{"name": "p", "regex": r"mrn (?P<phi>\d+)", "score": 0.5}])
    return parse_pack({"recognizers": [node]}, "site").rules[0]


def found(rule: Rule, text: str) -> list[tuple[str, Label, float]]:
    return [(span.of(text), label, score) for span, label, score in apply_rule(rule, text)]


def test_a_plain_presidio_file_loads_unchanged(tmp_path: Path) -> None:
    path = tmp_path / "hospital.yaml"
    path.write_text(SITE, "utf-8")
    pack = read_pack(path)
    assert [rule.id for rule in pack.rules] == ["hospital/zip-code-recognizer", "hospital/titles"]
    assert [node["name"] for node in pack.predefined] == ["SpacyRecognizer", "CreditCardRecognizer"]
    zip_rule, titles = pack.rules
    assert zip_rule.label is Label.ZIP
    assert zip_rule.context == (("zip",), ("code",), ("código",))
    assert found(zip_rule, "zip: 84601") == [("84601", Label.ZIP, 0.4)]
    assert found(zip_rule, "weighs 84601") == [("84601", Label.ZIP, 0.01)]
    assert found(titles, "saw MRS. Doe") == [("MRS.", Label.PERSON, 0.8)]
    assert titles.detector == "rule:hospital/titles@0.0.1"


def test_a_registry_inside_an_analyzer_file_loads_too() -> None:
    inner = {"recognizers": [{"name": "A", "supported_entity": "SSN", "deny_list": ["x"]}]}
    assert parse_pack({"recognizer_registry": inner}, "p").rules[0].label is Label.SSN


def test_extra_packs_come_after_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "hospital.yaml"
    path.write_text(SITE, "utf-8")
    packs = load_packs(None, path)
    assert packs[-1].name == "hospital"
    assert [pack.name for pack in packs[:-1]] == sorted(pack.name for pack in packs[:-1])
    assert all(len(pack.digest) == 64 for pack in packs)


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"name: same\n{SITE}", "utf-8")
    with pytest.raises(RulePackError, match=r"pack same, rule same/zip-code-recognizer: `id`"):
        load_packs(tmp_path)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RulePackError, match="no rule packs"):
        load_packs(tmp_path)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"supported_entity": "NO_SUCH"}, "supported_entity"),
        ({"supported_entity": None, "supported_entities": ["SSN", "MRN"]}, "supported_entity"),
        ({"patterns": [{"name": "p", "regex": "(", "score": 0.5}]}, "regex"),
        ({"patterns": [{"name": "p", "score": 0.5}]}, "regex"),
        ({"patterns": [{"name": "p", "regex": "x"}]}, "score"),
        ({"patterns": [{"name": "p", "regex": "x", "score": 1.5}]}, "score"),
        ({"patterns": [{"name": "p", "regex": "x", "score": 1, "chek": "npi"}]}, "chek"),
        ({"patterns": "x"}, "patterns"),
        ({"check": "no-such"}, "check"),
        ({"labels": {"city": "TOWN"}}, "labels"),
        ({"flags": ["loud"]}, "flags"),
        ({"context": ["", "a"]}, "context"),
        ({"context_window": [5]}, "context_window"),
        ({"type": "magic"}, "type"),
        ({"type": "custom", "patterns": []}, "patterns"),
        ({"surprise": 1}, "surprise"),
        ({"name": 7}, "name"),
    ],
)
def test_a_mistake_names_pack_and_key(change: Mapping[str, object], key: str) -> None:
    node: dict[str, object] = {
        "name": "R",
        "supported_entity": "MRN",
        "patterns": [{"name": "p", "regex": "x", "score": 0.5}],
        **change,
    }
    node = {name: value for name, value in node.items() if value is not None}
    with pytest.raises(RulePackError, match=rf"pack site.*`{key}`"):
        parse_pack({"recognizers": [node]}, "site")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"recognizers: [", b"- 1", b"surprise: 1"])
def test_what_is_no_pack_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(RulePackError, match="pack broken"):
        read_pack(path)
    with pytest.raises(RulePackError, match="pack missing"):
        read_pack(tmp_path / "missing.yaml")


def test_pieces_stand_for_parts_of_expressions() -> None:
    tree = {
        "pieces": {"digit": "[0-9]", "number": "{{digit}}+"},
        "recognizers": [
            {
                "name": "R",
                "supported_entity": "MRN",
                "patterns": [{"name": "p", "regex": "no {{number}}", "score": 0.5}],
            }
        ],
    }
    assert found(parse_pack(tree, "site").rules[0], "No 47") == [("No 47", Label.MRN, 0.5)]
    tree["pieces"] = {"digit": "[0-9]"}
    with pytest.raises(RulePackError, match="piece"):
        parse_pack(tree, "site")


def test_flags_of_ours_win_over_those_of_presidio() -> None:
    assert found(rule_of(), "MRN 5")
    assert not found(rule_of(flags=[]), "MRN 5")
    assert not found(rule_of(global_regex_flags=0), "MRN 5")


def test_a_failing_rule_is_told() -> None:
    rule = rule_of(examples=["mrn [[77]]", "no [[77]]"], near_misses=["mrn x", "mrn 5"])
    assert [(f.kind, f.case) for f in examples.test_rule(rule)] == [
        (FailureKind.MISSED, "no [[77]]"),
        (FailureKind.FALSE_ALARM, "mrn 5"),
    ]


def test_a_catastrophic_expression_is_told() -> None:
    rule = rule_of(patterns=[{"name": "p", "regex": r"(?:a|aa)+$(?<=b)", "score": 0.5}])
    assert list(examples.slow_units(rule, seconds=0.2, units=["a", "b"])) == ["a"]


def test_an_example_without_a_mark_is_refused() -> None:
    with pytest.raises(RulePackError, match="marks nothing"):
        examples.is_found(rule_of(), "mrn 5")
