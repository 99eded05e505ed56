"""`deid audit measure-reviewers` and `deid audit reviewers`: what reviewers catch, measured."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.review.rates import Rate

_DIGITS: Final = 4
_HEAD: Final = ("reviewer", "notes", "withheld", "caught", "rate", "95 % interval")


def add(actions: Commands) -> None:
    """Add the two actions to the parser of `deid audit`."""
    measure = actions.add_parser(
        "measure-reviewers",
        help="whether some sure findings are withheld from reviewers, and which share",
        description="A share of the sure findings of each note is not shown to its reviewer, at "
        "most two a note. They are replaced in every output, whether or not the reviewer marks "
        "them; how many of them were marked is recorded when the note is saved. It is off until "
        "it is chosen here, the log records each change, and it holds for notes that the window "
        "examines after its next start. Tell the reviewers that it is on. Once people are "
        "enrolled (`deid audit people`), an officer's key is wanted.",
    )
    what = measure.add_mutually_exclusive_group(required=True)
    what.add_argument("--share", type=_share, metavar="S", help="withhold this part, such as 0.05")
    what.add_argument(
        "--off", dest="share", action="store_const", const=0.0, help="withhold nothing"
    )
    what.add_argument("--show", action="store_true", help="say what holds now")
    add_person(measure)
    add_json(measure)
    measure.set_defaults(run=_measure)
    reviewers = actions.add_parser(
        "reviewers",
        help="what each reviewer caught of what was withheld",
        description="What each reviewer caught of what was withheld, with the exact 95 % interval "
        "(Clopper and Pearson) of the rate. A note counts once for each reviewer, as it was first "
        "saved.",
    )
    add_json(reviewers)
    reviewers.set_defaults(run=_reviewers)


def _measure(options: argparse.Namespace) -> int:
    from deid.officer.measuring import measure_reviewers
    from deid.resources import home
    from deid.site_settings import read_settings

    if not options.show:
        with officer_desk(options) as desk:
            measure_reviewers(desk, options.share)
    share = read_settings(home()).withheld_share
    if options.json:
        print_json({"share": share})
    elif share:
        print(f"withheld from reviewers: {share:g} of the sure findings, at most two a note")
    else:
        print("nothing is withheld from reviewers")
    return 0


def _reviewers(options: argparse.Namespace) -> int:
    from deid.audit.store import AuditLog, Filter
    from deid.resources import home
    from deid.review.rates import KINDS, rates

    with AuditLog.open(home(), create=False, read_only=True) as log:
        found = rates(log.select(Filter(kinds=KINDS)))
    if options.json:
        print_json({"reviewers": [_node(rate) for rate in found]})
    elif found:
        print_rows([_HEAD, *map(_row, found)])
    else:
        print("no reviewer was measured")
    return 0


def _node(rate: Rate) -> dict[str, object]:
    low, high = rate.interval
    return {
        "reviewer": rate.reviewer,
        "notes": rate.notes,
        "withheld": rate.withheld,
        "caught": rate.caught,
        "rate": rate.rate,
        "low": low,
        "high": high,
    }


def _row(rate: Rate) -> tuple[object, ...]:
    low, high = rate.interval
    share = "-" if rate.rate is None else f"{rate.rate:.1%}"
    span = f"{low:.1%} to {high:.1%}"
    return printable(rate.reviewer), rate.notes, rate.withheld, rate.caught, share, span


def _share(argument: str) -> float:
    try:
        share = round(float(argument), _DIGITS)
    except ValueError:
        share = 0.0
    if not 0 < share <= 1:
        raise argparse.ArgumentTypeError(
            f"must be a number above 0 and up to 1, with up to {_DIGITS} digits after the point"
        )
    return share
