"""`deid selftest`: invented notes through everything, in a folder that is removed again."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.selftest.installed import Installed
    from deid.selftest.steps import Step, Steps


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "selftest",
        help="send invented notes through everything",
        description="Send invented notes of every format through everything, in a folder that is "
        "removed again, and say whether each step does its work. An installed program is compared "
        "with what was built as well.",
    )
    parser.add_argument("--model", type=Path, metavar="PATH", help="test another model")
    parser.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        help="write a report to FILE (.json), signed by the key of your log, and a page for people "
        "beside it (.html), also when a step fails",
    )
    parser.add_argument(
        "--verify-report",
        type=Path,
        metavar="FILE",
        help="check such a report instead; ends with the exit code of the test that it tells of",
    )
    parser.add_argument(
        "--public-key",
        metavar="KEY",
        help="with --verify-report: the key that must have signed, from a source that you trust "
        "(default: that of your own log)",
    )
    add_json(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.selftest.filing import prepare
    from deid.selftest.steps import Steps
    from deid.selftest.trial import try_all

    if options.verify_report is not None:
        return _verify(options)
    if options.report is not None:
        prepare(options.report, home=resources.home())
    steps = Steps((lambda step: None) if options.json else _tell)
    tested = try_all(steps, model=options.model)
    if options.report is not None:
        from deid.selftest.installed import look

        _file(steps, options.report, look(tested, model=options.model))
    if steps.first_error is not None:
        raise steps.first_error
    if options.json:
        print_json({"ok": True, "steps": {step.name: step.seconds for step in steps.taken}})
    else:
        print("All is well.")
    return 0


def _tell(step: Step) -> None:
    from deid.selftest.steps import State

    match step.state:
        case State.PASSED:
            print(f"ok  {step.name} ({step.seconds:.1f} s)")
        case State.FAILED:
            print(f"FAILED  {step.name}: {printable(step.told)}")
        case State.NOT_TRIED:
            print(f"--  {step.name}: not tried, {step.told}")


def _file(steps: Steps, path: Path, installed: Installed) -> None:
    from deid import resources
    from deid.selftest.filing import file_report
    from deid.selftest.report import Report

    report = Report(
        made=datetime.now(UTC),
        exit_code=steps.first_error.exit_code if steps.first_error is not None else 0,
        installed=installed,
        steps=steps.taken,
    )
    file_report(report, path, home=resources.home())


def _verify(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.audit.keys import read_public_key
    from deid.selftest.filing import read_report

    key = options.public_key or read_public_key(resources.home())
    found = read_report(options.verify_report, public_key=key)
    if options.json:
        print_json(
            {
                "verified": True,
                "public_key": key,
                "made": found.made,
                "machine": found.machine,
                "program": found.program,
                "sealed": found.sealed,
                "exit_code": found.exit_code,
                "failed": list(found.failed),
            }
        )
        return found.exit_code
    rows = [
        ("made", found.made),
        ("machine", printable(found.machine)),
        ("program", printable(found.program)),
        ("sealed", "yes" if found.sealed else "no: a checkout or a wheel"),
        ("steps that failed", "; ".join(map(printable, found.failed)) or "none"),
    ]
    print_rows(rows)
    print("The report is as it was signed by this key.")
    return found.exit_code
