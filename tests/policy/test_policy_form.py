"""Policies: every shipped one is complete, and a broken one is refused with the key named."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from deid.errors import PolicyError
from deid.labels import Label
from deid.policy import (
    Basis,
    OperatorName,
    load_policy,
    parse_policy,
    read_policy,
    shipped_policies,
)

# A change of a shipped file has to come with a new version: the log names both.
SHIPPED = {
    "everything": (
        1,
        "13097dbd28b96272d5dfbb6ccf1815a40c26e3e70fd27fdd38d23e9159c809f0",
    ),
    "gdpr-pseudonymise": (
        1,
        "859810c415a9f6c007974207df3f219139ae7816c61ba8a13d6c7af0c9c71db5",
    ),
    "limited-data-set": (
        1,
        "edf888bf681ba6733adce8ab4782c24cc1e2df6bf7b414d63622500bb85e93a0",
    ),
    "research": (
        1,
        "ec5574cae03eeeffec5fd90f49a39230b36a8a940494513dcf54fee877401626",
    ),
    "safe-harbor": (
        1,
        "9746b6afc2770e84a2645d867af106d4e63118e148f7bc2ae084e6bdf48b6a83",
    ),
}
MINIMAL = {"name": "mine", "version": 1, "basis": "safe-harbor", "default": {"operator": "tag"}}


def test_all_expected_policies_ship() -> None:
    assert set(shipped_policies()) == set(SHIPPED)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_policy_is_complete_and_its_digest_moves_only_with_its_version(name: str) -> None:
    policy = load_policy(name)
    assert policy.name == name
    assert set(policy.treatments) == set(policy.thresholds) == set(Label)
    assert (policy.version, policy.digest) == SHIPPED[name]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_descriptions_claim_no_more_than_what_is_done(name: str) -> None:
    description = load_policy(name).description.lower()
    assert description
    assert "anonym" not in description
    assert "compliant" not in description


def test_safe_harbor_keeps_nothing_that_the_rule_names() -> None:
    for name in shipped_policies():
        policy = load_policy(name)
        if policy.basis is Basis.SAFE_HARBOR:
            for label, treatment in policy.treatments.items():
                if label.names.safe_harbor:
                    assert treatment.operator is not OperatorName.KEEP, label


def test_limited_data_set_removes_the_direct_identifiers() -> None:
    policy = load_policy("limited-data-set")
    kept = {label for label, t in policy.treatments.items() if t.operator is OperatorName.KEEP}
    assert kept == {
        *(Label.DATE, Label.AGE, Label.AGE90, Label.PROFESSION),
        *(Label.CITY, Label.STATE, Label.ZIP, Label.COUNTRY),
    }


def test_policy_is_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "site.yaml"
    path.write_text("{name: site, version: 2, basis: safe-harbor, default: {operator: mask}}")
    policy = load_policy(path)
    assert (policy.name, policy.version) == ("site", 2)
    assert policy.treatments[Label.MRN].operator is OperatorName.MASK


def test_digest_depends_on_content_and_not_on_order() -> None:
    one = parse_policy({**MINIMAL, "thresholds": {"AGE": 0.2, "DATE": 0.3}})
    same = parse_policy(
        {"thresholds": {"DATE": 0.3, "AGE": 0.2}, **dict(reversed(MINIMAL.items()))}
    )
    other = parse_policy({**MINIMAL, "thresholds": {"AGE": 0.2, "DATE": 0.4}})
    assert one.digest == same.digest != other.digest
    assert len(bytes.fromhex(one.digest)) == hashlib.sha256().digest_size


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"name": "Not Good"}, "`name`"),
        ({"name": None}, "`name`"),
        ({"version": 0}, "`version`"),
        ({"version": True}, "`version`"),
        ({"basis": "hope"}, "`basis`"),
        ({"default": {"operator": "burn"}}, "default: `operator`"),
        ({"default": {}}, "default: `operator`"),
        ({"default": "tag"}, "default: must be a mapping"),
        ({"default": {"operator": "tag", "width": 3}}, "'width'"),
        ({"extra": 1}, "'extra'"),
        ({"labels": {"NAME": {"operator": "tag"}}}, "'NAME'"),
        ({"labels": {"AGE": {"operator": "tag", "numbered": 1}}}, "AGE: `numbered`"),
        ({"labels": {"AGE": {"operator": "mask", "width": 65}}}, "AGE: `width`"),
        ({"labels": {"AGE": {"operator": "mask", "character": "**"}}}, "AGE: `character`"),
        ({"labels": {"AGE": {"operator": "mask", "character": "\n"}}}, "AGE: `character`"),
        ({"labels": {"AGE": {"operator": "mask", "character": " "}}}, "AGE: `character`"),
        ({"labels": {"AGE": {"operator": "hash", "digits": 7}}}, "AGE: `digits`"),
        ({"labels": {"AGE": {"operator": "surrogate", "kind": "odd"}}}, "AGE: `kind`"),
        ({"labels": {"AGE": {"operator": "shift-date"}}}, "AGE"),
        ({"labels": []}, "`labels`"),
        ({"thresholds": {"AGE": 2}}, "AGE"),
        ({"thresholds": {"AGE": True}}, "AGE"),
        ({"thresholds": {"NAME": 0.5}}, "'NAME'"),
        ({"labels": {"MRN": {"operator": "keep"}}}, "MRN"),
        ({"labels": {"MRN": {"operator": "hash"}}}, "MRN"),
        ({"labels": {"DATE": {"operator": "shift-date"}}}, "DATE"),
        ({"labels": {"DATE": {"operator": "surrogate"}}}, "DATE"),
        ({"basis": "limited-data-set", "labels": {"FAX": {"operator": "keep"}}}, "FAX"),
        ({"basis": "limited-data-set", "labels": {"DOCTOR": {"operator": "keep"}}}, "DOCTOR"),
    ],
)
def test_broken_policy_is_refused_with_the_key_named(change: dict[str, object], named: str) -> None:
    with pytest.raises(PolicyError) as caught:
        parse_policy({**MINIMAL, **change})
    assert named in str(caught.value)


def test_expert_determination_may_shift_dates() -> None:
    policy = parse_policy(
        {
            **MINIMAL,
            "basis": "expert-determination",
            "labels": {"DATE": {"operator": "shift-date", "max_days": 30, "keep_weekday": True}},
        }
    )
    assert policy.treatments[Label.DATE].options == {"max_days": 30, "keep_weekday": True}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"- a list",
        b"name: [unclosed",
        b"\xff\xfe\x00",
        b"name: a\nname: b",
        b"labels:\n  DATE: {operator: tag}\n  DATE: {operator: keep}\n",
        b"!!python/object/apply:os.getcwd []",
        b"a: &a [*a]\n? *a\n: 1",
        b"when: 2024-02-31",
        b"[" * 400,
        b"x" * ((1 << 20) + 1),
    ],
    ids=range(11),
)
def test_unreadable_policy_file_is_refused_with_its_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.yaml"
    path.write_bytes(content)
    with pytest.raises(PolicyError) as caught:
        read_policy(path)
    assert str(caught.value).count("policy bad.yaml") == 1


def test_missing_policy_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="cannot be read"):
        load_policy(tmp_path / "none.yaml")


def test_unknown_policy_name_lists_the_shipped_ones() -> None:
    with pytest.raises(PolicyError, match="safe-harbor"):
        load_policy("safest-harbor")


def test_key_given_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.yaml"
    path.write_text("labels:\n  DATE: {operator: tag}\n  DATE: {operator: keep}\n")
    with pytest.raises(PolicyError, match="'DATE' is given twice"):
        read_policy(path)
