"""From the tree of a YAML file to a policy: every key is known, and of the right kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar, cast

from deid.errors import PolicyError, UnknownLabel
from deid.labels import Label
from deid.policy.basis import require_basis
from deid.policy.parts import (
    OPTION_FORMS,
    Basis,
    Lock,
    OperatorName,
    Option,
    OptionForm,
    Policy,
    ReleaseRule,
    Treatment,
    Unexamined,
    VaultUse,
    digest_of,
)

_KEYS = {
    "name",
    "version",
    "basis",
    "description",
    "locked",
    "release",
    "vault",
    "unexamined",
    "default",
    "labels",
    "thresholds",
}

_Word = TypeVar("_Word", bound=StrEnum)


def parse_policy(tree: object) -> Policy:
    """The policy that a parsed YAML tree describes.

    Raises:
        PolicyError: a key is missing, unknown or of the wrong kind. The message names it.
    """
    top = _mapping(tree, "the file")
    _only(top, _KEYS, "the file")
    name, version = top.get("name"), top.get("version")
    if not isinstance(name, str) or not name.replace("-", "").isalnum() or name != name.lower():
        raise PolicyError("`name` must be lower-case letters, digits and hyphens")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise PolicyError("`version` must be a whole number from 1")
    basis = _word(top, "basis", Basis)
    treatments = _treatments(top)
    require_basis(basis, treatments)
    policy = Policy(
        name=name,
        version=version,
        basis=basis,
        description=str(top.get("description", "")),
        treatments=treatments,
        thresholds=_thresholds(top),
        digest="",
        locked=_locked(top),
        release=_word(top, "release", ReleaseRule) if "release" in top else ReleaseRule.DIRECT,
        vault=_word(top, "vault", VaultUse) if "vault" in top else None,
        unexamined=(
            _word(top, "unexamined", Unexamined) if "unexamined" in top else Unexamined.REFUSE
        ),
    )
    return replace(policy, digest=digest_of(policy))


def _word(top: Mapping[str, object], key: str, words: type[_Word]) -> _Word:
    try:
        return words(str(top.get(key)))
    except ValueError:
        raise PolicyError(f"`{key}` must be one of {', '.join(words)}") from None


def _treatments(top: Mapping[str, object]) -> Mapping[Label, Treatment]:
    default = _treatment(top.get("default"), "default")
    treatments = dict.fromkeys(Label, default)
    for name, node in _mapping(top.get("labels", {}), "`labels`").items():
        treatments[_label(name)] = _treatment(node, name)
    for label, treatment in treatments.items():
        if treatment.operator is OperatorName.SHIFT_DATE and label is not Label.DATE:
            raise PolicyError(f"{label}: only DATE can be shifted")
    return MappingProxyType(treatments)


def _treatment(node: object, where: str) -> Treatment:
    fields = _mapping(node, where)
    try:
        operator = OperatorName(str(fields.get("operator")))
    except ValueError:
        raise PolicyError(f"{where}: `operator` must be one of {', '.join(OperatorName)}") from None
    forms = OPTION_FORMS[operator]
    _only(fields, {"operator", *forms}, where)
    options = {
        key: _option(fields[key], form, f"{where}: `{key}`")
        for key, form in forms.items()
        if key in fields
    }
    return Treatment(operator, MappingProxyType(options))


def _option(value: object, form: OptionForm, where: str) -> Option:
    kind = type(form.default)
    if type(value) is not kind:
        raise PolicyError(f"{where} must be of type {kind.__name__}")
    if kind is int and not form.low <= cast(int, value) <= form.high:
        raise PolicyError(f"{where} must lie between {form.low} and {form.high}")
    if kind is str and form.choices and value not in form.choices:
        raise PolicyError(f"{where} must be {' or '.join(form.choices)}")
    if kind is str and not form.choices and not _is_visible(cast(str, value)):
        raise PolicyError(f"{where} must be one visible character")
    return value


def _is_visible(character: str) -> bool:
    return len(character) == 1 and character.isprintable() and not character.isspace()


def _thresholds(top: Mapping[str, object]) -> Mapping[Label, float]:
    nodes = dict(_mapping(top.get("thresholds", {}), "`thresholds`"))
    default = _score(nodes.pop("default", 0.5), "default")
    thresholds = dict.fromkeys(Label, default)
    for name, node in nodes.items():
        thresholds[_label(name)] = _score(node, name)
    return MappingProxyType(thresholds)


def _score(node: object, where: str) -> float:
    if isinstance(node, bool) or not isinstance(node, int | float) or not 0 <= node <= 1:
        raise PolicyError(f"threshold of {where}: must be a number between 0 and 1")
    return float(node) + 0.0  # -0.0 equals 0.0, so it must not have a digest of its own


def _locked(top: Mapping[str, object]) -> frozenset[str]:
    nodes = top.get("locked", [])
    if not isinstance(nodes, list):
        raise PolicyError("`locked` must be a list, such as [DATE, thresholds]")
    known: set[str] = {*Lock, *Label}
    for node in nodes:
        if not isinstance(node, str) or node not in known:
            raise PolicyError(
                f"`locked`: unknown {str(node)[:40]!r}; use {', '.join(Lock)}, or labels"
            )
    return frozenset(str(node) for node in nodes)


def _label(name: str) -> Label:
    try:
        return Label(name)
    except ValueError:
        raise PolicyError(str(UnknownLabel(name))) from None


def _mapping(node: object, where: str) -> Mapping[str, object]:
    if not isinstance(node, dict) or not all(isinstance(key, str) for key in node):
        raise PolicyError(f"{where}: must be a mapping of names to values")
    return cast(Mapping[str, object], node)


def _only(node: Mapping[str, object], allowed: set[str], where: str) -> None:
    for key in node:
        if key not in allowed:
            raise PolicyError(
                f"{where}: unknown key {key[:40]!r}; known: {', '.join(sorted(allowed))}"
            )
