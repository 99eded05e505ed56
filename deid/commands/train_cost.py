"""`deid train list`, `ledger`, `budget` and `statement`: what training has cost, without torch."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows
from deid.commands.train_options import open_log, positive, share
from deid.commands.train_printing import (
    RUNS_HEAD,
    budget_line,
    budget_node,
    run_node,
    run_row,
    total_lines,
    total_node,
)

if TYPE_CHECKING:
    from deid.commands.options import Commands


def add(actions: Commands) -> None:
    """Add the actions to the parser of `deid train`."""
    listing = actions.add_parser("list", help="every run, and what became of its model")
    add_json(listing)
    listing.set_defaults(run=_list)
    ledger = actions.add_parser(
        "ledger",
        help="what every run cost in privacy, and all of them together",
        description="What every run cost in privacy, and all of them together, as if each patient "
        "had taken part in each: the log cannot tell who did not.",
    )
    add_json(ledger)
    ledger.set_defaults(run=_ledger)
    _add_budget(actions)
    statement = actions.add_parser(
        "statement", help="what the model of a run tells of a patient at most, in Markdown"
    )
    statement.add_argument("name", metavar="RUN", help="its id, or the beginning or end of it")
    statement.add_argument(
        "--tuned-on-notes",
        action="store_true",
        help="say that settings were chosen by looking at these notes elsewhere",
    )
    statement.set_defaults(run=_statement)


def _add_budget(actions: Commands) -> None:
    budget = actions.add_parser(
        "budget",
        help="what all private runs together may cost, or set it",
        description="What all private runs together may cost. With --epsilon and --delta, set it: "
        "a run that might overspend it is not begun.",
    )
    budget.add_argument("--epsilon", type=positive, metavar="E", help="at most this in all")
    budget.add_argument("--delta", type=share, metavar="D", help="at this δ, far below 1/patients")
    budget.add_argument(
        "--unit",
        choices=("patient", "note"),
        default="patient",
        help="of what it speaks; runs of the other are not begun (default: %(default)s)",
    )
    add_person(budget)
    add_json(budget)
    budget.set_defaults(run=lambda options: _budget(budget, options))


def _list(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.site_models import in_use_by
    from deid.training.account import ledger_of
    from deid.training.promotion import orphans

    home = resources.home()
    with open_log() as log:
        ledger, model = ledger_of(log), in_use_by(log, home)
    runs, alone = ledger.runs, orphans(ledger, home)
    digest = None if model is None else model.digest
    if options.json:
        nodes = [run_node(run, digest) for run in runs]
        print_json({"in_use": digest, "runs": nodes, "without_a_run": alone})
        return 0
    if runs:
        print_rows([RUNS_HEAD, *(run_row(run, digest) for run in runs)])
    else:
        print("nothing was trained")
    named = "the one that comes with the program" if digest is None else digest[:16]
    print(f"model in use: {named}")
    for one in alone:
        print(f"no run made the package {one}: `deid train remove --package` removes it")
    return 0


def _ledger(options: argparse.Namespace) -> int:
    from deid.training.account import ledger_of
    from deid.training.private.printed import up

    with open_log() as log:
        ledger = ledger_of(log)
    total = ledger.total()
    if options.json:
        runs = [run_node(run, None) for run in ledger.runs]
        print_json({"runs": runs, "total": total_node(total), "budget": budget_node(ledger.budget)})
        return 0
    for run in ledger.runs:
        started, private = run.started, run.mechanism is not None
        print(f"run {run.id}, {run.time.date()}")
        rows: list[tuple[str, object]] = [
            ("unit", started.unit),
            ("learnt from", f"{started.patients} {started.unit}s with {started.notes} notes"),
            ("steps that count", f"{run.steps} of {started.steps} planned"),
            ("sampling rate q", started.sampling_rate),
        ]
        if private:
            rows += [
                ("noise multiplier σ", started.noise_multiplier),
                ("clipping norm C", started.clipping_norm),
                ("neighbours", started.relation),
                ("ε", f"{up(run.epsilon)} at δ {started.delta}, by {started.accountant}"),
            ]
        else:
            rows.append(("privacy", "none"))
        print_rows(rows, indent=2)
    print("\n".join(total_lines(total)))
    print(budget_line(ledger.budget))
    return 0


def _budget(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from deid.audit.records import PrivacyUnit
    from deid.training.account import ledger_of, set_budget

    if (options.epsilon is None) != (options.delta is None):
        parser.error("--epsilon and --delta go together")
    if options.epsilon is None:
        with open_log() as log:
            found = ledger_of(log).budget
    else:
        with officer_desk(options) as desk:
            unit = PrivacyUnit(options.unit)
            found = set_budget(desk, epsilon=options.epsilon, delta=options.delta, unit=unit)
    if options.json:
        print_json({"budget": budget_node(found)})
    else:
        print(budget_line(found))
    return 0


def _statement(options: argparse.Namespace) -> int:
    from deid.training.account import ledger_of
    from deid.training.stated import statement_of

    with open_log() as log:
        ledger = ledger_of(log)
    run = ledger.run(options.name)
    print(statement_of(ledger, run, tuned_on_notes=options.tuned_on_notes).rstrip("\n"))
    return 0
