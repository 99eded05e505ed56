"""Arguments that several commands share, and what is made from them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from deid.labels import Label
from deid.managed import Name, current
from deid.policy import DEFAULT_POLICY, Unexamined, check_allowed, load_policy, usual_policy

if TYPE_CHECKING:
    from deid.formats import ReadOptions
    from deid.policy import Policy
    from deid.workers import Recipe

    Commands: TypeAlias = argparse._SubParsersAction[argparse.ArgumentParser]


def add_detection(
    parser: argparse.ArgumentParser, *, detectors: tuple[str, ...], roster: bool = True
) -> None:
    """Add what decides what is found: policy, detectors, model, rules and roster.

    Without `roster` the command has an option of its own for known identifiers.
    """
    parser.add_argument(
        "--policy",
        metavar="P",
        help=f"name of a policy, or a .yaml file (default: {DEFAULT_POLICY})",
    )
    parser.add_argument(
        "--detector",
        choices=detectors,
        default="hybrid",
        help="which detectors look at the notes (default: %(default)s, which is all of them)",
    )
    parser.add_argument(
        "--model",
        type=Path,
        metavar="PATH",
        help="folder of another model than the one in use: a model package, or a Hugging Face "
        "token classifier",
    )
    parser.add_argument(
        "--rules",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a rule pack of your own beside the shipped ones; may be given several times",
    )
    if roster:
        parser.add_argument(
            "--roster",
            type=Path,
            metavar="FILE",
            help="known identifiers of the patients, CSV or JSON",
        )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """Add how files are read."""
    parser.add_argument(
        "--encoding",
        metavar="E",
        help="encoding of the text files (default: found out; refused where it is uncertain)",
    )
    parser.add_argument(
        "--max-note-mb",
        type=whole_number(1, 1000),
        default=10,
        metavar="N",
        help="refuse notes longer than so many million bytes (default: %(default)s)",
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """Add `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")


def label(argument: str) -> Label:
    """A label, from an argument."""
    try:
        return Label(argument)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(Label)}") from None


def whole_number(low: int, high: int) -> Callable[[str], int]:
    """What turns an argument into a whole number in `[low, high]`."""

    def parse(argument: str) -> int:
        try:
            number = int(argument)
        except ValueError:
            number = low - 1
        if not low <= number <= high:
            raise argparse.ArgumentTypeError(f"must be a whole number from {low} to {high}")
        return number

    return parse


def recipe(options: argparse.Namespace, *, policy: Policy | None = None) -> Recipe:
    """The detectors and the policy that the arguments name.

    Args:
        options: the arguments.
        policy: the command's own, under which it releases nothing; None: the one that they name.

    Raises:
        PolicyError: the policy cannot be used.
        SettingLocked: IT does not let the policy be used, or these detectors.
        RosterError: the roster cannot be read.
    """
    from deid.detect.roster import read_roster
    from deid.pipeline import DetectorChoice
    from deid.workers import Recipe

    if policy is None:
        policy = usual_policy() if options.policy is None else load_policy(options.policy)
        check_allowed(policy)
    if options.model is not None or options.rules or options.detector != DetectorChoice.HYBRID:
        current().check(Name.OWN_DETECTORS, wanted="--detector, --model or --rules")
    return Recipe(
        policy=policy,
        detectors=DetectorChoice(options.detector),
        model=options.model,
        rules=tuple(options.rules),
        roster=read_roster(options.roster) if options.roster is not None else None,
    )


def read_options(options: argparse.Namespace, policy: Policy | None = None) -> ReadOptions:
    """How files are read, as the arguments and the policy say.

    Args:
        options: the arguments.
        policy: under which they are released; None: they are only looked at, and what cannot be
            examined in them is passed over.
    """
    from deid.formats import ReadOptions

    return ReadOptions(
        encoding=options.encoding,
        max_note_bytes=int(options.max_note_mb) * 1_000_000,
        drop_keys=options.drop_keys,
        blank_pictures=options.blank_pictures,
        fixed_boxes=options.fixed_boxes,
        unexamined=policy.unexamined if policy else Unexamined.REMOVE,
    )
