"""`deid rules test`: whether every rule finds its examples and leaves its near-misses."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.commands.options import Commands


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser("rules", help="test rule packs")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    test = actions.add_parser(
        "test",
        help="whether rules find their examples, leave their near-misses and are fast",
        description="Run the examples and near-misses that rules carry, and look for slow rules.",
    )
    test.add_argument(
        "files",
        nargs="*",
        type=Path,
        metavar="FILE",
        help="rule packs (default: those that come with the program)",
    )
    add_json(test)
    test.set_defaults(run=_test)


def _test(options: argparse.Namespace) -> int:
    from deid.detect.examples import test_packs
    from deid.detect.packs import load_packs, read_pack
    from deid.errors import RulePackError

    packs = tuple(map(read_pack, options.files)) if options.files else load_packs()
    failures = test_packs(packs)
    rules = [rule for pack in packs for rule in pack.rules]
    examples = sum(len(rule.examples) for rule in rules)
    near_misses = sum(len(rule.near_misses) for rule in rules)
    if options.json:
        print_json(
            {
                "packs": [pack.name for pack in packs],
                "rules": len(rules),
                "examples": examples,
                "near_misses": near_misses,
                "failures": [
                    {"rule": failure.rule_id, "kind": failure.kind, "case": failure.case}
                    for failure in failures
                ],
            }
        )
    else:
        print(
            f"{len(packs)} packs, {len(rules)} rules, {examples} examples, "
            f"{near_misses} near-misses, {len(failures)} failures"
        )
        print_rows([(f.rule_id, f.kind, printable(f.case)) for f in failures], indent=2)
    if failures:
        raise RulePackError(f"{len(failures)} tests of rules failed: mend the rules named")
    return 0
