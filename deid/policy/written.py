"""From a policy to the YAML file that gives it back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from typing import Final, TypeVar

import yaml

from deid.labels import Label
from deid.policy.parts import Policy, ReleaseRule, Treatment, Unexamined

Value = TypeVar("Value")

# Line breaks of Unicode that are read as blanks where they stand as they are.
_BREAKS: Final = frozenset("\x85\u2028\u2029")


def to_tree(policy: Policy) -> dict[str, object]:
    """The tree that `parse_policy` makes this policy from."""
    treatments = {label: _treatment(policy.treatments[label]) for label in Label}
    default, labels = _shortened(treatments, key=lambda fields: tuple(fields.items()))
    least, thresholds = _shortened(policy.thresholds, key=lambda score: score)
    tree: dict[str, object] = {
        "name": policy.name,
        "version": policy.version,
        "basis": policy.basis.value,
        "description": policy.description,
    }
    if policy.locked:
        tree["locked"] = sorted(str(key) for key in policy.locked)
    if policy.release is not ReleaseRule.DIRECT:
        tree["release"] = policy.release.value
    if policy.vault is not None:
        tree["vault"] = policy.vault.value
    if policy.unexamined is not Unexamined.REFUSE:
        tree["unexamined"] = policy.unexamined.value
    tree["default"] = default
    if labels:
        tree["labels"] = labels
    tree["thresholds"] = {"default": least, **thresholds}
    return tree


def to_yaml(policy: Policy) -> str:
    """The policy as a YAML file: reading it gives an equal policy."""
    written: str = yaml.safe_dump(
        to_tree(policy),
        sort_keys=False,
        default_flow_style=None,
        allow_unicode=_BREAKS.isdisjoint(policy.description),
        width=1 << 20,
    )
    return written


def _treatment(treatment: Treatment) -> dict[str, object]:
    return {"operator": treatment.operator.value, **dict(sorted(treatment.options.items()))}


def _shortened(
    values: Mapping[Label, Value], *, key: Callable[[Value], Hashable]
) -> tuple[Value, dict[str, Value]]:
    """The value that most labels have, and those of the other labels."""
    (most, _), *_rest = Counter(key(values[label]) for label in Label).most_common(1)
    others = {label.value: values[label] for label in Label if key(values[label]) != most}
    default = next(values[label] for label in Label if key(values[label]) == most)
    return default, others
