"""`deid train measure-leakage`: what an attack on the training itself reaches, beside the proof."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from deid.commands.options import add_json, whole_number
from deid.commands.printing import print_json, print_rows
from deid.commands.train_options import open_log

if TYPE_CHECKING:
    from deid.commands.options import Commands

_CANARIES: Final = 1000
_MOST: Final = 100_000
_WORDS: Final = """\
Attack the training as it was done in a run: with its numbers, the program's own
mechanism and the system's randomness, but on made-up patients, so that no note
is read and nothing is spent. Each made-up patient pulls at a weight of their own
as hard as may be, and the attacker sees every step. What the attack reaches is a
lower bound on ε; where it is above the proven one, the training is broken."""


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid train`."""
    parser = actions.add_parser(
        "measure-leakage",
        help="attack the training with the numbers of a run, and compare with the proof",
        description=_WORDS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="RUN", help="its id, or the beginning or end of it")
    parser.add_argument(
        "--patients",
        type=whole_number(20, _MOST),
        default=_CANARIES,
        metavar="N",
        help="how many are made up; more, and the bound is closer (default: %(default)s)",
    )
    add_json(parser)
    parser.set_defaults(run=_measure)


def _measure(options: argparse.Namespace) -> int:
    from deid.errors import DefectError
    from deid.training.account import ledger_of
    from deid.training.leakage import measure_leakage
    from deid.training.private.printed import figure_up, up

    with open_log() as log:
        run = ledger_of(log).run(options.name)
    found = measure_leakage(run, patients=options.patients)
    if options.json:
        print_json(
            {
                "run": run.id,
                "patients": found.patients,
                "measured_epsilon": found.measured,
                "proven_epsilon": found.proven,
                "delta": found.delta,
                "doubt": found.doubt,
            }
        )
    else:
        print_rows(
            [
                ("proven: ε at most", f"{up(found.proven)} at δ {figure_up(found.delta)}"),
                ("measured: ε at least", f"{found.measured:.3f}"),
            ]
        )
        print(
            f"{found.patients} made-up patients; the measured bound lies above the true ε in at "
            f"most {found.doubt:.0%} of such attacks"
        )
    if found.refuted:
        raise DefectError(
            "the attack reached more than the proof allows: measure again, and if it does so again "
            "use no model of this training; please report this line"
        )
    return 0
