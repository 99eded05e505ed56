"""Policies: which operator replaces which label, and how sure a finding must be to count.

A policy is a YAML file:

    name: my-site
    version: 1
    basis: safe-harbor            # what the output is meant to serve, see `Basis`
    description: one line for people
    default: {operator: tag}      # for every label not named below
    labels:
      DATE: {operator: generalise}
      STATE: {operator: keep}
    thresholds:
      default: 0.5                # a finding counts from this score on
      PROFESSION: 0.6

Operators and their options, each with what holds when it is left out:

    tag          numbered: false            [PATIENT], or [PATIENT-1] for the first one of the note
    mask         width: 5, character: "*"   a run of one character; width 0: the original's length
    generalise                              a year, "90 or older", 021**; the tag for other labels
    surrogate    kind: consistent, redraw_percent: 50   a value of the same form; or kind: markov
    shift-date   max_days: 365, keep_weekday: false     for DATE: the patient's own shift
    hash         digits: 12                 [PATIENT-3f9a12bc04d1], keyed to the patient
    keep                                    the value stays, and is listed in the log
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast

import yaml

from deid import resources
from deid.errors import PolicyError, UnknownLabel
from deid.labels import ID_LABELS, NAME_LABELS, Label

DEFAULT_POLICY: Final = "safe-harbor"

Option = str | int | bool


class OperatorName(StrEnum):
    """What may be done with an identifier."""

    TAG = "tag"
    MASK = "mask"
    GENERALISE = "generalise"
    SURROGATE = "surrogate"
    SHIFT_DATE = "shift-date"
    HASH = "hash"
    KEEP = "keep"


class Basis(StrEnum):
    """What in the law a policy's output is meant to serve; it decides where stand-ins come from."""

    SAFE_HARBOR = "safe-harbor"
    LIMITED_DATA_SET = "limited-data-set"
    EXPERT_DETERMINATION = "expert-determination"
    PSEUDONYMISATION = "pseudonymisation"


@dataclass(frozen=True, slots=True)
class Treatment:
    """An operator with its options, for one label."""

    operator: OperatorName
    options: Mapping[str, Option]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is replaced and how.

    Attributes:
        name: lower-case letters, digits and hyphens.
        version: counts up with every change of the file.
        basis: what the output is meant to serve.
        description: one line for people.
        treatments: an operator for every label there is.
        thresholds: for every label, the score from which on a finding counts, 0 to 1.
        digest: SHA-256, in hex, of all of the above; equal digests mean equal results.
    """

    name: str
    version: int
    basis: Basis
    description: str
    treatments: Mapping[Label, Treatment]
    thresholds: Mapping[Label, float]
    digest: str


_ALLOWED_OPTIONS: Mapping[OperatorName, Mapping[str, type]] = {
    OperatorName.TAG: {"numbered": bool},
    OperatorName.MASK: {"width": int, "character": str},
    OperatorName.GENERALISE: {},
    OperatorName.SURROGATE: {"kind": str, "redraw_percent": int},
    OperatorName.SHIFT_DATE: {"max_days": int, "keep_weekday": bool},
    OperatorName.HASH: {"digits": int},
    OperatorName.KEEP: {},
}
_KEYS = {"name", "version", "basis", "description", "default", "labels", "thresholds"}
_MAX_BYTES = 1 << 20


class _UniqueKeyLoader(yaml.SafeLoader):
    """The safe loader, except that a key given twice is an error: YAML would take the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[object] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if isinstance(key, Hashable) and key in seen:
                raise PolicyError(f"key {str(key)[:40]!r} is given twice")
            if isinstance(key, Hashable):
                seen.add(key)
        return super().construct_mapping(node, deep=deep)


def shipped_policies() -> tuple[str, ...]:
    """Names of the policies that come with the program, in alphabetical order."""
    return tuple(sorted(path.stem for path in resources.policies().glob("*.yaml")))


def load_policy(name_or_path: str | Path = DEFAULT_POLICY) -> Policy:
    """The shipped policy of this name, or the one in this YAML file.

    Raises:
        PolicyError: there is none, or it is not complete.
    """
    if str(name_or_path) in shipped_policies():
        return read_policy(resources.policies() / f"{name_or_path}.yaml")
    path = Path(name_or_path)
    if path.suffix not in {".yaml", ".yml"}:
        known = ", ".join(shipped_policies())
        raise PolicyError(f"no policy {str(name_or_path)!r}: use {known}, or a .yaml file")
    return read_policy(path)


def read_policy(path: Path) -> Policy:
    """The policy in a YAML file.

    Raises:
        PolicyError: the file cannot be read or is not a complete policy.
    """
    try:
        raw = path.read_bytes()
        if len(raw) > _MAX_BYTES:
            raise PolicyError(f"larger than {_MAX_BYTES} bytes")
        return parse_policy(yaml.load(raw.decode("utf-8"), Loader=_UniqueKeyLoader))  # noqa: S506
    except PolicyError as error:
        raise PolicyError(f"policy {path.name}: {error}") from None
    except OSError as error:
        raise PolicyError(f"policy {path.name}: cannot be read ({error.strerror})") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise PolicyError(f"policy {path.name}: not valid YAML in UTF-8") from None


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
    try:
        basis = Basis(str(top.get("basis")))
    except ValueError:
        raise PolicyError(f"`basis` must be one of {', '.join(Basis)}") from None
    treatments = _treatments(top)
    thresholds = _thresholds(top)
    if basis is Basis.SAFE_HARBOR:
        _require_safe_harbor(treatments)
    if basis is Basis.LIMITED_DATA_SET:
        _require_limited_data_set(treatments)
    description = str(top.get("description", ""))
    canonical = {
        "name": name,
        "version": version,
        "basis": basis.value,
        "description": description,
        "treatments": {label: [t.operator, dict(t.options)] for label, t in treatments.items()},
        "thresholds": dict(thresholds),
    }
    encoded = json.dumps(canonical, sort_keys=True, separators=(",", ":")).encode()
    return Policy(
        name=name,
        version=version,
        basis=basis,
        description=description,
        treatments=treatments,
        thresholds=thresholds,
        digest=hashlib.sha256(encoded).hexdigest(),
    )


def _require_safe_harbor(treatments: Mapping[Label, Treatment]) -> None:
    """Refuse what 45 CFR 164.514(b)(2) and (c) do not allow under the name of Safe Harbor."""
    forbidden = {OperatorName.KEEP, OperatorName.SHIFT_DATE, OperatorName.HASH}
    for label, treatment in treatments.items():
        if label.names.safe_harbor and treatment.operator in forbidden:
            raise PolicyError(
                f"{label} may not be treated by `{treatment.operator}` on the basis safe-harbor: "
                "use another operator, or the basis expert-determination"
            )
    if treatments[Label.DATE].operator is OperatorName.SURROGATE:
        raise PolicyError("DATE may not get a surrogate on the basis safe-harbor: use generalise")


_CONTACT_LABELS = frozenset({Label.PHONE, Label.FAX, Label.EMAIL, Label.URL, Label.IP})
_DIRECT_IDENTIFIERS = NAME_LABELS | _CONTACT_LABELS | {Label.STREET} | ID_LABELS
_DIRECT_IDENTIFIERS -= {Label.USERNAME, Label.IDNUM}


def _require_limited_data_set(treatments: Mapping[Label, Treatment]) -> None:
    """Refuse to keep a direct identifier of 45 CFR 164.514(e)(2)."""
    for label in sorted(_DIRECT_IDENTIFIERS):
        if treatments[label].operator is OperatorName.KEEP:
            raise PolicyError(f"{label} may not stay on the basis limited-data-set: tag it")


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
    allowed = _ALLOWED_OPTIONS[operator]
    _only(fields, {"operator", *allowed}, where)
    options: dict[str, Option] = {}
    for key, kind in allowed.items():
        if key not in fields:
            continue
        value = fields[key]
        if type(value) is not kind:
            raise PolicyError(f"{where}: `{key}` must be of type {kind.__name__}")
        options[key] = cast(Option, value)
    _check_ranges(options, where)
    return Treatment(operator, MappingProxyType(options))


_RANGES = {"width": (0, 64), "redraw_percent": (0, 100), "max_days": (1, 3650), "digits": (8, 64)}


def _check_ranges(options: Mapping[str, Option], where: str) -> None:
    for key, (low, high) in _RANGES.items():
        if key in options and not low <= int(options[key]) <= high:
            raise PolicyError(f"{where}: `{key}` must lie between {low} and {high}")
    character = str(options.get("character", "*"))
    if len(character) != 1 or not character.isprintable() or character.isspace():
        raise PolicyError(f"{where}: `character` must be one visible character")
    if options.get("kind", "consistent") not in {"consistent", "markov"}:
        raise PolicyError(f"{where}: `kind` must be consistent or markov")


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
    return float(node)


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
