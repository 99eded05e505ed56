"""`deid train measure-leakage`: what an attack on the training itself reaches, beside the proof."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, whole_number
from deid.commands.printing import part_done, print_json, print_rows

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.training.leakage import Leakage

_CANARIES: Final = 1000
_MOST: Final = 100_000
_WORDS: Final = """\
Attack the training as it was done in a run: with its numbers, the program's own
mechanism and the system's randomness, but on made-up patients, so that no note
is read and nothing is spent. Each made-up patient pulls at a weight of their own
as hard as may be, and the attacker sees every step. What the attack reaches is a
lower bound on ε; where it is above the proven one, the training is broken. Either
way it is recorded, and stands in the run's privacy statement from then on."""


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
    add_person(parser)
    add_json(parser)
    parser.set_defaults(run=_measure)


def _measure(options: argparse.Namespace) -> int:
    from deid.audit.roles import Permission
    from deid.errors import DefectError
    from deid.training.account import ledger_of
    from deid.training.leakage import measure_leakage, record_leakage

    with officer_desk(options) as desk:
        desk.require(Permission.TRAIN)
        run = ledger_of(desk.log).run(options.name)
        with part_done("of the attack", quiet=options.json) as told:
            found = measure_leakage(run, patients=options.patients, told=told)
        record_leakage(desk, run, found)
    _tell(run.id, found, json=options.json)
    if found.refuted:
        raise DefectError(
            "the attack reached more than the proof allows: the model of this run cannot be "
            "promoted any more, and if it is in use, go back with `deid train rollback`; please "
            "report this line"
        )
    return 0


def _tell(run: str, found: Leakage, *, json: bool) -> None:
    from deid.training.private.printed import figure_up, up

    if json:
        print_json(
            {
                "run": run,
                "patients": found.patients,
                "measured_epsilon": found.measured,
                "proven_epsilon": found.proven,
                "delta": found.delta,
                "doubt": found.doubt,
                "refuted": found.refuted,
            }
        )
        return
    print_rows(
        [
            ("proven: ε at most", f"{up(found.proven)} at δ {figure_up(found.delta)}"),
            ("measured: ε at least", f"{found.measured:.3f}"),
        ]
    )
    print(
        f"{found.patients} made-up patients; the measured bound lies above the true ε in at "
        f"most {found.doubt:.0%} of such attacks. It is in the log."
    )
