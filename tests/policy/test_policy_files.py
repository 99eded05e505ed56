"""The user's own policies: found by name, never in the place of a shipped one, never in the way."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from deid.errors import PolicyError
from deid.labels import Label
from deid.policy import (
    Policy,
    check_name,
    derive,
    load_policy,
    parse_policy,
    read_policy,
    save_policy,
    shipped_policies,
    to_yaml,
    user_folder,
    user_policies,
)


def make(name: str = "ward", **changes: object) -> Policy:
    tree = {"name": name, "version": 1, "basis": "safe-harbor", "default": {"operator": "tag"}}
    return parse_policy(tree | changes)


def put(name: str, content: str) -> Path:
    user_folder().mkdir(parents=True, exist_ok=True)
    path = user_folder() / name
    path.write_text(content, encoding="utf-8")
    return path


def refusals() -> list[str]:
    return [str(error) for error in user_policies().refused]


def test_there_are_none_to_begin_with() -> None:
    assert user_policies().policies == user_policies().refused == ()
    assert not user_folder().exists()


def test_a_saved_policy_is_listed_and_found_by_its_name() -> None:
    saved = [save_policy(make(name)) for name in ("ward", "a-desk")]
    assert user_policies().policies == (saved[1], saved[0])
    assert load_policy("ward") == saved[0]
    assert read_policy(user_folder() / "ward.yaml") == saved[0]


def test_the_folder_is_the_owners_only() -> None:
    save_policy(make())
    if sys.platform != "win32":
        assert user_folder().stat().st_mode & 0o077 == 0
        assert user_folder().parent.stat().st_mode & 0o077 == 0


def test_the_version_rises_with_a_change_and_only_with_one() -> None:
    assert save_policy(make()).version == 1
    assert save_policy(make()).version == 1
    changed = make(thresholds={"AGE": 0.9})
    assert save_policy(changed).version == 2
    assert save_policy(changed).version == 2
    assert load_policy("ward").thresholds[Label.AGE] == 0.9


def test_saving_leaves_nothing_beside_the_policy() -> None:
    save_policy(make())
    save_policy(make(description="other"))
    assert [path.name for path in user_folder().iterdir()] == ["ward.yaml"]


def test_a_save_that_fails_leaves_what_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    first = save_policy(make())

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(PolicyError, match=r"ward\.yaml: cannot be written"):
        save_policy(make(description="other"))
    assert user_policies().policies == (first,)
    assert [path.name for path in user_folder().iterdir()] == ["ward.yaml"]


def test_a_locked_policy_is_not_replaced_by_one_that_changes_what_it_locks() -> None:
    hospital = make("hospital", locked=["MRN"])
    save_policy(hospital)
    with pytest.raises(PolicyError, match="treatment of MRN is locked"):
        save_policy(make("hospital", locked=["MRN"], labels={"MRN": {"operator": "mask"}}))
    with pytest.raises(PolicyError, match="hospital locks MRN"):
        save_policy(make("hospital"))
    derived = derive(
        hospital, name="hospital", description="", treatments={}, thresholds={Label.AGE: 0.9}
    )
    assert save_policy(derived).version == 2


@pytest.mark.parametrize("name", shipped_policies())
def test_no_policy_takes_the_name_of_a_shipped_one(name: str) -> None:
    with pytest.raises(PolicyError, match="shipped policy"):
        save_policy(make(name))
    put(f"{name}.yaml", to_yaml(make(name, basis="pseudonymisation")))
    assert user_policies().policies == ()
    assert "shipped policy" in refusals()[0]
    assert load_policy(name).digest != make(name).digest


@pytest.mark.parametrize(
    "name", ["", "Ward", "a b", "../ward", "a--b", "-a", "größe", "con", "com1", "x" * 61, "a\n"]
)
def test_a_name_that_is_no_file_name_everywhere_is_refused(name: str) -> None:
    with pytest.raises(PolicyError):
        check_name(name)


@pytest.mark.parametrize(
    "content",
    ["", "name: [", "name: ward", "\x00", to_yaml(make("other"))],
    ids=["empty", "cut", "incomplete", "binary", "misnamed"],
)
def test_a_broken_file_is_told_and_keeps_no_other_away(content: str) -> None:
    put("broken.yaml", content)
    good = save_policy(make())
    assert user_policies().policies == (good,)
    assert len(refusals()) == 1
    assert "broken.yaml" in refusals()[0]
    assert load_policy("ward") == good
    with pytest.raises(PolicyError, match=r"broken\.yaml"):
        load_policy("broken")


def test_a_broken_file_is_not_replaced() -> None:
    path = put("ward.yaml", "name: [")
    with pytest.raises(PolicyError, match=r"ward\.yaml"):
        save_policy(make())
    assert path.read_text() == "name: ["


def test_a_folder_of_a_policys_name_is_told() -> None:
    (user_folder() / "ward.yaml").mkdir(parents=True)
    assert len(refusals()) == 1


def test_an_unknown_name_lists_the_users_own_too() -> None:
    save_policy(make())
    with pytest.raises(PolicyError, match="safe-harbor, ward, or a"):
        load_policy("wards")


@pytest.mark.parametrize("name", ["../policies/ward", "policies/ward", "."])
def test_a_name_leads_nowhere_else(name: str) -> None:
    save_policy(make())
    with pytest.raises(PolicyError, match="no policy"):
        load_policy(name)
