"""The commands that show and check what the program works with."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid import resources
from deid.labels import Label
from deid.policy import shipped_policies

Deid = Callable[..., Any]


def test_policies_are_listed(deid: Deid) -> None:
    said = deid("policy", "list")
    assert all(name in said.out for name in shipped_policies())
    assert deid("policy", "list", "--json").out.count('"digest"') == len(shipped_policies())


@pytest.mark.parametrize("name", shipped_policies())
def test_a_policy_is_shown_with_every_label(deid: Deid, name: str) -> None:
    shown = deid("policy", "show", name, "--json").json()
    assert set(shown["labels"]) == set(Label)
    for_people = deid("policy", "show", name).out
    assert all(label in for_people for label in Label)


def test_a_complete_policy_passes_the_check(deid: Deid, tmp_path: Path) -> None:
    copy = tmp_path / "site.yaml"
    shutil.copy(resources.policies() / "safe-harbor.yaml", copy)
    said = deid("policy", "check", copy)
    assert said.code == 0
    assert "complete" in said.out
    assert deid("policy", "check", copy, "--json").json()["name"] == "safe-harbor"


def test_policies_of_ones_own_are_listed_after_the_shipped_ones(deid: Deid, home: Path) -> None:
    folder = home / "policies"
    folder.mkdir(parents=True)
    (folder / "a-ward.yaml").write_text(
        "{name: a-ward, version: 2, basis: safe-harbor, default: {operator: mask}, locked: [MRN]}"
    )
    (folder / "broken.yaml").write_text("name: [")
    said = deid("policy", "list")
    assert said.code == 0
    assert said.out.splitlines()[-1].split() == ["a-ward", "2", "safe-harbor"]
    assert "broken.yaml" in said.err
    assert "left out" in said.err
    listed = json.loads(deid("policy", "list", "--json").out)
    assert [policy["name"] for policy in listed if policy["own"]] == ["a-ward"]
    assert "locked MRN" in deid("policy", "show", "a-ward").out
    assert deid("policy", "check", folder / "broken.yaml").code == 4


def test_notes_are_redacted_under_a_policy_of_ones_own(
    deid: Deid, home: Path, notes: Path, tmp_path: Path
) -> None:
    folder = home / "policies"
    folder.mkdir(parents=True)
    (folder / "ward.yaml").write_text(
        "{name: ward, version: 1, basis: safe-harbor, default: {operator: mask, character: X}}"
    )
    assert deid("redact", notes, "--out", tmp_path / "out", "--policy", "ward").code == 0
    (first, *_rest) = sorted((tmp_path / "out").iterdir())
    assert "XXXXX" in first.read_text()
    assert deid("redact", notes, "--out", tmp_path / "out", "--policy", "wards").code == 4


PACK = r"""
name: site
recognizers:
  - name: Badge
    id: site/badge
    version: 1
    supported_entity: IDNUM
    source: invented
    patterns:
      - {name: badge, score: 0.8, regex: '\bbadge (?P<phi>B\d{4})\b'}
    examples: ['badge [[B1234]]']
    near_misses: ['badge B12']
"""


def test_a_pack_of_a_site_is_tested(deid: Deid, tmp_path: Path) -> None:
    pack = tmp_path / "site.yaml"
    pack.write_text(PACK)
    said = deid("rules", "test", pack)
    assert (said.code, said.out) == (0, "1 packs, 1 rules, 1 examples, 1 near-misses, 0 failures\n")


def test_rules_that_fail_their_own_tests_are_named(deid: Deid, tmp_path: Path) -> None:
    pack = tmp_path / "site.yaml"
    pack.write_text(PACK.replace("'badge [[B1234]]'", "'badge [[C1234]]'"))
    said = deid("rules", "test", pack, "--json")
    assert said.code == 4
    (failure,) = said.json()["failures"]
    assert failure["rule"] == "site/badge"
    assert failure["kind"] == "example-missed"
    assert "site/badge  example-missed" in deid("rules", "test", pack).out


def test_the_shipped_model_is_shown_and_verified(deid: Deid) -> None:
    shown = deid("model", "info", "--json").json()
    assert shown["licence"]
    assert "PATIENT" in shown["labels"]
    assert shown["name"] in deid("model", "info").out
    verified = deid("model", "verify", "--json").json()
    assert "model.onnx" in verified["files"]
    assert "as in the manifest" in deid("model", "verify").out
