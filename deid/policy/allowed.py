"""Which policies notes may be redacted under on this computer, by what IT manages."""

from __future__ import annotations

from functools import cache

from deid import managed
from deid.errors import PolicyError, SettingLocked
from deid.managed import Name
from deid.policy.files import DEFAULT_POLICY, load_policy, shipped_policies, user_policies
from deid.policy.parts import OperatorName, Policy


def check_allowed(policy: Policy) -> None:
    """Go on, unless IT does not let this policy be used.

    A policy is known by all that it says, not by its name alone.

    Raises:
        SettingLocked: it may not be used; the message names the key that says so.
    """
    here = managed.current()
    if here.policies and not any(_is(policy, entry) for entry in here.policies):
        raise managed.locked(
            Name.ALLOWED_POLICIES,
            f"policy {policy.name} may not be used here (allowed: {', '.join(here.policies)})",
        )
    highest = here.highest_threshold
    if highest is not None and highest < _threshold(policy):
        raise managed.locked(
            Name.HIGHEST_THRESHOLD,
            f"policy {policy.name} lets findings with a score of {highest:g} stay uncounted, and "
            "may not be used here",
        )


def is_allowed(policy: Policy) -> bool:
    """Whether IT lets this policy be used."""
    try:
        check_allowed(policy)
    except SettingLocked:
        return False
    return True


def usual_policy() -> Policy:
    """The policy that is used where nobody names one: the first that IT allows.

    Raises:
        PolicyError: it cannot be loaded.
        SettingLocked: none of those that are allowed is on this computer.
    """
    entries = managed.current().policies
    if not entries:
        return load_policy(DEFAULT_POLICY)
    shipped = [load_policy(name) for name in shipped_policies()]
    known = [*shipped, *user_policies().policies]
    found = (policy for entry in entries for policy in known if _is(policy, entry))
    first = next(found, None)
    if first is None:
        raise managed.locked(
            Name.ALLOWED_POLICIES, "none of the policies that may be used is on this computer"
        )
    return first


def _is(policy: Policy, entry: str) -> bool:
    return policy.digest == entry or (
        policy.name == entry and policy.digest == _shipped_digest(entry)
    )


@cache
def _shipped_digest(name: str) -> str | None:
    try:
        return load_policy(name).digest if name in shipped_policies() else None
    except PolicyError:
        return None


def _threshold(policy: Policy) -> float:
    """The highest threshold of what is replaced; what is kept is kept at any score."""
    replaced = (
        policy.thresholds[label]
        for label, treatment in policy.treatments.items()
        if treatment.operator is not OperatorName.KEEP
    )
    return max(replaced, default=0.0)
