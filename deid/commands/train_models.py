"""`deid train results`, `promote`, `aside`, `rollback` and `remove`: which model is used."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows
from deid.commands.train_options import open_log
from deid.commands.train_printing import finished_lines, finished_node, results_rows

if TYPE_CHECKING:
    from deid.audit.records import ModelDecided
    from deid.commands.options import Commands

_RUN = "its id, or the beginning or end of it"


def add(actions: Commands) -> None:
    """Add the actions to the parser of `deid train`."""
    results = actions.add_parser(
        "results",
        help="the model of a run beside the one in use",
        description="The model of a run beside the one that was in use: in all, by label, by style "
        "and on notes made harder to read, with 95 % intervals over patients. Figures of held-out "
        "patients are exact: no ε speaks of them, so do not publish them.",
    )
    results.add_argument("name", metavar="RUN", help=_RUN)
    add_json(results)
    results.set_defaults(run=_results)
    for name, what, run in (
        ("promote", "let the model of a run find identifiers, if it passed the gate", _promote),
        ("aside", "record that the model of a run is not used for now", _aside),
    ):
        action = actions.add_parser(name, help=what)
        action.add_argument("name", metavar="RUN", help=_RUN)
        add_person(action)
        add_json(action)
        action.set_defaults(run=run)
    removing = actions.add_parser(
        "remove",
        help="remove the model of a run and its folder; its cost stays in the log",
        description="Remove the model of a run and its folder, or a package that no run made. The "
        "log tells of it, and keeps what the run cost.",
    )
    which = removing.add_mutually_exclusive_group(required=True)
    which.add_argument("name", nargs="?", metavar="RUN", help=_RUN)
    which.add_argument(
        "--package", metavar="DIGEST", help="of a package that no run made, or its beginning"
    )
    add_person(removing)
    add_json(removing)
    removing.set_defaults(run=_remove)
    rollback = actions.add_parser("rollback", help="go back to the model that was in use before")
    rollback.add_argument(
        "--shipped", action="store_true", help="to the one that comes with the program"
    )
    add_person(rollback)
    add_json(rollback)
    rollback.set_defaults(run=_rollback)


def _results(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.training.account import ledger_of
    from deid.training.outcome import finished
    from deid.training.tune.run_folder import RunFolder

    with open_log() as log:
        run = ledger_of(log).run(options.name)
    found = finished(RunFolder.open(resources.home(), run.id))
    if options.json:
        print_json(finished_node(found))
        return 0
    for title, results in (
        (f"held-out {found.unit}s", found.held_out),
        ("notes that come with the program", found.shipped),
    ):
        print(title)
        print_rows(results_rows(results), indent=2)
    print("\n".join(finished_lines(found)))
    return 0


def _promote(options: argparse.Namespace) -> int:
    from deid.training.promotion import promote

    with officer_desk(options) as desk:
        event = promote(desk, options.name)
    return _told(event, "finds identifiers from now on", options)


def _aside(options: argparse.Namespace) -> int:
    from deid.training.promotion import keep_aside

    with officer_desk(options) as desk:
        event = keep_aside(desk, options.name)
    return _told(event, "is kept aside", options)


def _rollback(options: argparse.Namespace) -> int:
    from deid.training.promotion import roll_back

    with officer_desk(options) as desk:
        event = roll_back(desk, to_shipped=options.shipped)
    return _told(event, "finds identifiers again", options)


def _remove(options: argparse.Namespace) -> int:
    from deid.training.promotion import forget, forget_package

    with officer_desk(options) as desk:
        if options.package is not None:
            return _package_removed(forget_package(desk, options.package), options)
        run = forget(desk, options.name)
    if options.json:
        print_json({"run": run, "removed": True})
    else:
        print(f"what run {run} left is removed; what it cost stays in the log")
    return 0


def _package_removed(digest: str, options: argparse.Namespace) -> int:
    if options.json:
        print_json({"package": digest, "removed": True})
    else:
        print(f"the package {digest[:16]} is removed")
    return 0


def _told(event: ModelDecided, what: str, options: argparse.Namespace) -> int:
    if options.json:
        print_json(
            {
                "decision": event.decision,
                "model": event.model_digest,
                "before": event.before_digest,
                "run": event.run,
            }
        )
    else:
        named = "that comes with the program" if event.run is None else f"of run {event.run}"
        print(f"the model {named} ({event.model_digest[:16]}) {what}")
    return 0
