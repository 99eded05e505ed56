"""What Group Policy leaves in the registry, read through a stand-in for it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from deid.errors import ManagedUnusable
from deid.managed import SCHEMA, Name
from deid.managed.registry import POLICIES_KEY, read_registry


class FakeRegistry:
    """Keys of the machine, with their values."""

    def __init__(self, found: Mapping[str, Mapping[str, object]], *, broken: bool = False) -> None:
        self._found = found
        self._broken = broken

    def values(self, key: str) -> Mapping[str, object] | None:
        if self._broken:
            raise PermissionError(13, "Access is denied")
        return self._found.get(key)

    def keys(self, key: str) -> tuple[str, ...]:
        below = (name.removeprefix(f"{key}\\") for name in self._found if name != key)
        return tuple(name for name in below if "\\" not in name)


def registry(**values: object) -> FakeRegistry:
    """What the template writes for these values."""
    found: dict[str, dict[str, object]] = {POLICIES_KEY: {}}
    for name, value in values.items():
        match value:
            case tuple():
                entries = {str(at): entry for at, entry in enumerate(value, start=1)}
                found[f"{POLICIES_KEY}\\{name}"] = entries
            case bool():
                found[POLICIES_KEY][name] = int(value)
            case float():
                found[POLICIES_KEY][name] = str(value)
            case _:
                found[POLICIES_KEY][name] = value
    return FakeRegistry(found)


def test_every_key_is_read_as_the_template_writes_it() -> None:
    examples = {key.name.value: key.example for key in SCHEMA.values()}
    found = read_registry(registry(**examples))
    assert {name.value: one.value for name, one in found.settings.items()} == examples
    assert {one.source for one in found.settings.values()} == {rf"HKLM\{POLICIES_KEY}"}


def test_small_letters_are_the_same_as_capitals() -> None:
    found = read_registry(registry(trainingallowed=False, ALLOWEDPOLICIES=("research",)))
    assert found.locked == {Name.TRAINING_ALLOWED, Name.ALLOWED_POLICIES}
    assert found.policies == ("research",)


def test_nothing_is_managed_without_the_key_or_by_an_empty_one() -> None:
    assert read_registry(FakeRegistry({})).locked == frozenset()
    assert read_registry(registry()).locked == frozenset()
    # Windows leaves the key of a list behind.
    assert read_registry(registry(AllowedPolicies=())).locked == frozenset()


@pytest.mark.parametrize(
    "found",
    [
        {"Unknown": 1},
        {"Unknown": ("a",)},
        {"TrainingAllowed": 2},
        {"TrainingAllowed": "1"},
        {"WitnessDays": "7"},
        {"WitnessDays": 0},
        {"TrainingBudget": "much"},
        {"TrainingBudget": 5_000},
        {"AllowedPolicies": "safe-harbor"},
        {"AllowedPolicies": (7,)},
        {"ReviewRequired": ("person",)},
        {"OutputFolders": ("out",)},
    ],
)
def test_what_is_not_understood_stops_everything(found: dict[str, object]) -> None:
    with pytest.raises(ManagedUnusable, match="your IT mends this"):
        read_registry(registry(**found))


def test_a_registry_that_cannot_be_read_stops_everything() -> None:
    with pytest.raises(ManagedUnusable, match="cannot be read"):
        read_registry(FakeRegistry({}, broken=True))


def test_both_decimal_signs_are_taken() -> None:
    for written in ("2.5", "2,5", " 2.5 "):
        assert read_registry(registry(TrainingBudget=written)).training_budget == 2.5
