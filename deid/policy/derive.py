"""A policy made from another one, and how two policies differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from deid.errors import PolicyError
from deid.labels import Label
from deid.policy.form import parse_policy
from deid.policy.parts import Basis, Policy, ReleaseRule, Treatment, Unexamined, VaultUse
from deid.policy.written import to_tree

Said = Basis | ReleaseRule | VaultUse | Unexamined | Treatment | float
"""What a policy says of one thing."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing in which a policy differs from another.

    Attributes:
        label: the label whose treatment or threshold differs; None for the basis, the rule of
            release, the use of the vault and the parts that cannot be examined.
        before: what the first policy says.
        after: what the second one says.
    """

    label: Label | None
    before: Said
    after: Said


def derive(
    base: Policy,
    *,
    name: str,
    description: str,
    treatments: Mapping[Label, Treatment],
    thresholds: Mapping[Label, float],
    basis: Basis | None = None,
    release: ReleaseRule | None = None,
    vault: VaultUse | None = None,
    unexamined: Unexamined | None = None,
) -> Policy:
    """The base with some things changed; what it locks stays locked.

    Args:
        base: the policy to begin with.
        name: of the new policy. Under the base's own name it is the base's next version.
        description: one line for people.
        treatments: those that change; the base's hold for all other labels.
        thresholds: those that change; the base's hold for all other labels.
        basis: what the output is meant to serve; None: what the base's is.
        release: who releases a note; None: as the base says.
        vault: whether what is replaced is kept; None: as the base says.
        unexamined: what becomes of parts that cannot be examined; None: as the base says.

    Raises:
        PolicyError: the base locks something that would change, or what would come out is not a
            policy: Safe Harbor does not let a label stay that it names, for one.
    """
    changed = replace(
        base,
        name=name,
        version=base.version + 1 if name == base.name else 1,
        basis=basis if basis is not None else base.basis,
        description=description,
        treatments={**base.treatments, **treatments},
        thresholds={**base.thresholds, **thresholds},
        release=release if release is not None else base.release,
        vault=vault if vault is not None else base.vault,
        unexamined=unexamined if unexamined is not None else base.unexamined,
    )
    policy = parse_policy(to_tree(changed))
    require_locks(base, policy)
    return policy


def differences(before: Policy, after: Policy) -> tuple[Difference, ...]:
    """In what two policies differ, names, versions, descriptions and locks apart."""
    return tuple(_differences(before, after))


def require_locks(base: Policy, policy: Policy) -> None:
    """Refuse a policy that changes what the base locks, or drops a lock of it.

    Raises:
        PolicyError: it does; the message names the key.
    """
    for difference in _differences(base, policy):
        key = _locked_key(base, difference)
        if key:
            raise PolicyError(f"{key} is locked by the policy {base.name}: leave it as it is there")
    for key in sorted(base.locked - policy.locked):
        raise PolicyError(f"the policy {base.name} locks {key}: keep it under `locked`")


def _differences(before: Policy, after: Policy) -> Iterator[Difference]:
    if before.basis is not after.basis:
        yield Difference(None, before.basis, after.basis)
    if before.release is not after.release:
        yield Difference(None, before.release, after.release)
    if before.vault_use is not after.vault_use:
        yield Difference(None, before.vault_use, after.vault_use)
    if before.unexamined is not after.unexamined:
        yield Difference(None, before.unexamined, after.unexamined)
    for label in Label:
        if before.treatments[label] != after.treatments[label]:
            yield Difference(label, before.treatments[label], after.treatments[label])
        if before.thresholds[label] != after.thresholds[label]:
            yield Difference(label, before.thresholds[label], after.thresholds[label])


def _locked_key(base: Policy, difference: Difference) -> str:
    """What the base locks that the difference would change; empty if it does not."""
    label = difference.label
    if label is None:
        match difference.before:
            case ReleaseRule():
                return "`release`" if base.locks_release() else ""
            case VaultUse():
                return "`vault`" if base.locks_vault() else ""
            case Unexamined():
                return "`unexamined`" if base.locks_unexamined() else ""
            case _:
                return "`basis`" if base.locks_basis() else ""
    if isinstance(difference.before, Treatment):
        return f"the treatment of {label}" if base.locks_treatment(label) else ""
    return f"the threshold of {label}" if base.locks_threshold(label) else ""
