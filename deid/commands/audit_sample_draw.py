"""`deid audit sample plan` and `deid audit sample draw`: before anything is read."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from deid.commands.audit_records import moment
from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, label, whole_number
from deid.commands.printing import print_json
from deid.commands.sample_printing import plan_node, print_plan, sample_node

if TYPE_CHECKING:
    from deid.audit.records import SampleDesign
    from deid.commands.options import Commands
    from deid.officer import Desk
    from deid.officer.bound import Sensitivity

MOST_NOTES: Final = 1_000_000
_DIGITS: Final = 4


def add_plan(steps: Commands) -> None:
    """Add `deid audit sample plan`."""
    plan = steps.add_parser("plan", help="how many notes are to be read")
    _add_terms(plan)
    plan.add_argument(
        "--of",
        type=whole_number(1, MOST_NOTES * 1000),
        metavar="N",
        help="so many notes were released (default: so many that it is no matter)",
    )
    add_measured(plan)
    add_json(plan)
    plan.set_defaults(run=_plan)


def add_draw(steps: Commands) -> None:
    """Add `deid audit sample draw`."""
    draw = steps.add_parser(
        "draw",
        help="draw a sample with a new seed, and record it",
        description="Draw released notes with a new seed of the system, and record the seed before "
        "anybody reads. Every sample stays in the log, also one that nobody reads.",
    )
    _add_terms(draw)
    draw.add_argument(
        "--sequential",
        action="store_true",
        help="one may stop at any note; else all that are drawn are to be read",
    )
    draw.add_argument(
        "--risk-weighted",
        action="store_true",
        help="rather notes that are likelier to leak: finds more, and bounds nothing",
    )
    draw.add_argument(
        "--notes",
        type=whole_number(1, MOST_NOTES),
        metavar="N",
        help="draw so many (default: what `deid audit sample plan` says)",
    )
    draw.add_argument("--policy", metavar="P", help="only notes released under this policy")
    draw.add_argument(
        "--label", type=label, metavar="L", help="only notes in which this was found, such as MRN"
    )
    draw.add_argument("--since", type=moment, metavar="TIME", help="released from then on")
    draw.add_argument("--until", type=moment, metavar="TIME", help="released before then")
    add_measured(draw)
    add_person(draw)
    add_json(draw)
    draw.set_defaults(run=_draw)


def add_measured(parser: argparse.ArgumentParser) -> None:
    """Add `--measured-as`."""
    parser.add_argument(
        "--measured-as",
        action="append",
        default=[],
        metavar="REVIEWER",
        help="the reader as `deid audit reviewers` names them (default: the name of the reader's "
        "key); several times for several readers",
    )


def _add_terms(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--target",
        type=_decimal(0.0005, 0.5),
        default=0.05,
        metavar="S",
        help="at most this share of the notes is to leak (default: %(default)s)",
    )
    parser.add_argument(
        "--confidence",
        type=_decimal(0.5, 0.999),
        default=0.95,
        metavar="C",
        help="how often the bound is to hold (default: %(default)s)",
    )


def _plan(options: argparse.Namespace) -> int:
    from deid.audit.store import AuditLog
    from deid.officer.bound import Sensitivity, Terms, sensitivity
    from deid.officer.plan import reading_plan
    from deid.officer.readers import known_rates, measured_as
    from deid.resources import home

    readers = Sensitivity()
    if options.measured_as:
        with AuditLog.open(home(), create=False, read_only=True) as log:
            measured = measured_as(options.measured_as, known_rates(log), must=True)
        readers = sensitivity(measured, confidence=options.confidence)
    plan = reading_plan(Terms(options.of, options.target, options.confidence), readers)
    if options.json:
        print_json(plan_node(plan))
    else:
        print_plan(plan)
    return 0


def _draw(options: argparse.Namespace) -> int:
    from deid.audit.records import SampleDesign, SampleMethod
    from deid.officer.samples import Wanted, draw_sample, frame, places
    from deid.policy import load_policy

    method = SampleMethod.RISK_WEIGHTED if options.risk_weighted else SampleMethod.RANDOM
    design = SampleDesign.SEQUENTIAL if options.sequential else SampleDesign.FIXED
    digest = load_policy(options.policy).digest if options.policy is not None else None
    with officer_desk(options) as desk:
        first, stop = places(desk.log, since=options.since, until=options.until)
        notes = frame(desk.log, first=first, stop=stop, policy_digest=digest, label=options.label)
        wanted = Wanted(
            count=options.notes or _planned(desk, options, design, len(notes)),
            method=method,
            design=design,
            target=options.target,
            confidence=options.confidence,
            first=first,
            stop=stop,
            policy_digest=digest,
            label=options.label,
        )
        sample = draw_sample(desk, wanted)
    if options.json:
        print_json(sample_node(sample))
    else:
        drawn = sample.drawn
        print(f"sample {sample.id}: {drawn.drawn} of {drawn.frame} released notes")
        print(f"seed {drawn.seed}, over the records from {drawn.first} to before {drawn.stop}")
        print(f"read them with `deid audit sample show {sample.id} NOTE --from FOLDER`")
    return 0


def _planned(desk: Desk, options: argparse.Namespace, design: SampleDesign, notes: int) -> int:
    """How many of so many released notes the plan says to draw."""
    from deid.errors import InputError
    from deid.officer.bound import Terms
    from deid.officer.plan import notes_to_draw, rows_of

    terms = Terms(notes, options.target, options.confidence)
    rows = rows_of(terms, _sensitivity(desk, options))
    count = notes_to_draw(rows, design)
    if count is None:
        raise InputError(
            f"no number of {notes} released notes would do for this target: choose a higher "
            "--target, or say with --notes how many to draw"
        )
    return count


def _sensitivity(desk: Desk, options: argparse.Namespace) -> Sensitivity:
    from deid.officer.bound import sensitivity
    from deid.officer.readers import known_rates, measured_as

    own = [desk.person.name] if desk.person is not None else []
    named = options.measured_as
    measured = measured_as(named or own, known_rates(desk.log), must=bool(named))
    return sensitivity(measured, confidence=options.confidence)


def _decimal(low: float, high: float) -> Callable[[str], float]:
    """What turns an argument into a number in `[low, high]` of four digits after the point."""

    def parse(argument: str) -> float:
        try:
            number = round(float(argument), _DIGITS)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"must be a number from {low} to {high}")
        return number

    return parse
