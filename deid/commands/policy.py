"""`deid policy`: which policies there are, what they say, and whether a file is one."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.options import add_json
from deid.commands.printing import complain, print_json, print_rows, printable
from deid.labels import Label
from deid.policy import (
    Policy,
    Unexamined,
    load_policy,
    read_policy,
    shipped_policies,
    user_policies,
)

if TYPE_CHECKING:
    from deid.commands.options import Commands


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("policy", help="list, show and check policies")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list", help="the policies that come with the program, and your own"
    )
    add_json(listing)
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="what a policy does with each label")
    show.add_argument("name", metavar="NAME", help="name of a policy, or a .yaml file")
    add_json(show)
    show.set_defaults(run=_show)
    check = actions.add_parser("check", help="whether a file is a complete policy")
    check.add_argument("file", type=Path, metavar="FILE", help="a .yaml file")
    add_json(check)
    check.set_defaults(run=_check)


def _list(options: argparse.Namespace) -> int:
    policies = [load_policy(name) for name in shipped_policies()]
    own = user_policies()
    if options.json:
        shipped = [_head(policy) | {"own": False} for policy in policies]
        print_json([*shipped, *(_head(policy) | {"own": True} for policy in own.policies)])
    else:
        policies.extend(own.policies)
        print_rows([(p.name, p.version, p.basis, printable(p.description)) for p in policies])
    for error in own.refused:
        complain(f"{error}; this file is left out")
    return 0


def _show(options: argparse.Namespace) -> int:
    policy = load_policy(options.name)
    if options.json:
        print_json(_head(policy) | {"labels": {label: _row(policy, label) for label in Label}})
        return 0
    _print_head(policy)
    rows = [("label", "Safe Harbor", "operator", "options", "counts from")]
    for label in Label:
        treatment = policy.treatments[label]
        said = ", ".join(f"{key}={value}" for key, value in treatment.options.items())
        letter = label.names.safe_harbor or "-"
        rows.append((label, letter, treatment.operator, said, f"{policy.thresholds[label]:g}"))
    print_rows(rows)
    return 0


def _check(options: argparse.Namespace) -> int:
    policy = read_policy(options.file)
    if options.json:
        print_json(_head(policy))
    else:
        _print_head(policy)
        print("The policy is complete.")
    return 0


def _print_head(policy: Policy) -> None:
    print(f"{policy.name} {policy.version}, {policy.basis}: {printable(policy.description)}")
    print(f"digest {policy.digest}")
    print(f"release {policy.release}, vault {policy.vault_use}")
    if policy.unexamined is not Unexamined.REFUSE:
        print("parts that cannot be examined are removed")
    if policy.locked:
        print(f"locked {', '.join(sorted(policy.locked))}")


def _head(policy: Policy) -> dict[str, object]:
    return {
        "name": policy.name,
        "version": policy.version,
        "basis": policy.basis,
        "description": policy.description,
        "digest": policy.digest,
        "locked": sorted(policy.locked),
        "release": policy.release,
        "vault": policy.vault_use,
        "unexamined": policy.unexamined,
    }


def _row(policy: Policy, label: Label) -> dict[str, object]:
    treatment = policy.treatments[label]
    return {
        "safe_harbor": label.names.safe_harbor,
        "operator": treatment.operator,
        "options": dict(treatment.options),
        "threshold": policy.thresholds[label],
    }
