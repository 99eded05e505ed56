"""Values of managed settings: each of its kind, within its bounds, or nothing runs."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.errors import ManagedUnusable, SettingLocked
from deid.managed import SCHEMA, Form, Managed, Name, current, instead, parse

EXAMPLES = {key.name.value: key.example for key in SCHEMA.values()}
WRONG: dict[Form, list[object]] = {
    Form.YES_NO: [0, 1, "true", None, []],
    Form.WHOLE: [-1, 10_000, 50.0, True, "50", None],
    Form.NUMBER: [0, 0.001, 101, float("nan"), float("inf"), True, "8", None],
    Form.CHOICE: ["", "both", "Four-Eyes", True, ["person"]],
    Form.FOLDER: ["", "relative", "~/x", "/a/{name}", "/a\n/b", "/" * 2000, 5, ["/a"]],
    Form.WORDS: [[], "safe-harbor", ["Upper"], ["two words"], ["a", "a"], [1], [""], {"a": 1}],
    Form.FOLDERS: [[], "/a", ["relative"], ["/a", "/a"], [None], ["/a/{x}"], ["{user}/x"]],
}


def test_every_key_takes_its_example_and_knows_where_it_came_from() -> None:
    found = parse(EXAMPLES, source="here")
    assert found.locked == set(Name) == set(SCHEMA)
    for name, key in SCHEMA.items():
        assert found.settings[name].value == key.example
        assert type(found.settings[name].value) is type(key.example)
        assert found.settings[name].source == "here"


@pytest.mark.parametrize("name", list(Name))
def test_what_a_key_does_not_want_stops_everything(name: Name) -> None:
    for value in WRONG[SCHEMA[name].form]:
        with pytest.raises(ManagedUnusable, match=f"^/somewhere: {name} is not .*your IT mends"):
            parse({**EXAMPLES, name.value: value}, source="/somewhere")


@pytest.mark.parametrize("name", ["AllowedPolicy", "allowedpolicies", "", "format"])
def test_a_name_that_is_not_known_stops_everything(name: str) -> None:
    with pytest.raises(ManagedUnusable, match="no setting that this version"):
        parse({name: True}, source="here")


@given(
    st.dictionaries(
        st.sampled_from(list(EXAMPLES)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3),
        ),
        max_size=4,
    )
)
def test_whatever_is_found_is_settled_whole_or_refused(found: dict[str, Any]) -> None:
    try:
        made = parse(found, source="here")
    except ManagedUnusable:
        return
    assert {name.value for name in made.locked} == set(found)


def test_what_is_managed_cannot_be_changed() -> None:
    found = parse({"WitnessDays": 3}, source="here")
    with pytest.raises(FrozenInstanceError):
        found.settings = {}  # type: ignore[misc]
    with pytest.raises(TypeError):
        found.settings[Name.WITNESS_DAYS] = found.settings[Name.WITNESS_DAYS]  # type: ignore[index]


def test_without_anything_managed_everything_is_allowed() -> None:
    here = Managed()
    for name in (name for name, key in SCHEMA.items() if key.form is Form.YES_NO):
        here.check(name, wanted="anything")
    here.check_output(None)
    here.check_certainty(0.5)
    here.check_unmanaged(*Name, wanted="anything")
    assert not here.policies
    assert here.home is here.training_budget is here.witness_days is None


def test_of_two_places_the_first_holds() -> None:
    strict, lax = parse({"WitnessDays": 3}, source="a"), parse(EXAMPLES, source="b")
    both = strict.over(lax)
    assert both.locked == set(Name)
    assert (both.witness_days, both.settings[Name.WITNESS_DAYS].source) == (3, "a")


def test_an_error_names_the_key_and_who_manages_it() -> None:
    here = parse({"TrainingAllowed": False}, source="here")
    with pytest.raises(SettingLocked, match="TrainingAllowed is managed by your IT") as raised:
        here.check(Name.TRAINING_ALLOWED, wanted="training")
    assert raised.value.exit_code == 14


def test_the_system_has_the_last_word_again_after_a_block() -> None:
    before = current()
    with instead(parse({"WitnessDays": 3}, source="here")):
        assert current().witness_days == 3
        with instead(Managed()):
            assert current().witness_days is None
        assert current().witness_days == 3
    assert current() is before
