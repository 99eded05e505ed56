"""Arguments of `deid train` that say which notes are learnt from, and how."""

from __future__ import annotations

import argparse
import math
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.commands.options import whole_number

if TYPE_CHECKING:
    from deid.audit.store import AuditLog
    from deid.training.choice import Choice
    from deid.training.tune.settings import Settings

_PATIENTS: Final = ("field", "folder", "file", "note")
_METHODS: Final = ("full", "last-layers", "lora", "biases")
_EPSILON: Final = 8.0
_LAYERS: Final = 2
"""Of a method that is named, unless it is said otherwise."""
_MOST_STEPS: Final = 1_000_000
_ELSEWHERE: Final = frozenset({"method", "steps", "epsilon", "delta", "unit"})
"""Settings that have options of their own."""


def add_notes(parser: argparse.ArgumentParser) -> None:
    """Add what says which notes are learnt from."""
    parser.add_argument(
        "paths",
        nargs="+",
        type=Path,
        metavar="PATH",
        help="files or folders with the originals of notes that reviewers finished, as the log "
        "tells; with --gold, one file or folder with marked notes",
    )
    parser.add_argument(
        "--gold",
        choices=_PATIENTS,
        metavar="HOW",
        help="the notes are marked, as `deid evaluate` reads them; whose a note is says its "
        "field, the folder below PATH, its file, or nobody (note: each is one of its own)",
    )
    parser.add_argument(
        "--patient-field",
        default="patient",
        metavar="NAME",
        help="with --gold field: which one (default: %(default)s)",
    )
    parser.add_argument(
        "--unit",
        choices=("patient", "note"),
        default="patient",
        help="of what the privacy is: a patient with all notes, or one note (default: %(default)s)",
    )
    parser.add_argument(
        "--held-out",
        type=share,
        default=0.2,
        metavar="SHARE",
        help="of the patients, to measure on and never to learn from (default: %(default)s)",
    )
    parser.add_argument("--encoding", metavar="E", help="encoding of the text files")


def add_settings(parser: argparse.ArgumentParser) -> None:
    """Add what says how it is learnt."""
    parser.add_argument(
        "--epsilon",
        type=positive,
        default=_EPSILON,
        metavar="E",
        help="what the run may cost in privacy (default: %(default)g)",
    )
    parser.add_argument("--no-privacy", action="store_true", help="clip nothing, and add no noise")
    parser.add_argument(
        "--delta", type=share, metavar="D", help="default: the budget's, or 1/N^1.1 of N patients"
    )
    parser.add_argument("--method", choices=_METHODS, help="which weights are trained")
    parser.add_argument(
        "--steps", type=whole_number(1, _MOST_STEPS), metavar="N", help="how many are taken"
    )
    parser.add_argument(
        "--set",
        dest="changes",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another setting, as `deid train plan --json` names them; may be given several "
        "times. Do not choose settings by what these notes gave: that costs privacy nobody counts",
    )


def choice_of(options: argparse.Namespace) -> Choice:
    """The notes that the arguments name."""
    from deid.training.choice import Choice
    from deid.training.cohort.gather import PatientFrom
    from deid.training.cohort.patients import Unit

    return Choice(
        paths=tuple(options.paths),
        gold=None if options.gold is None else PatientFrom(options.gold),
        patient_field=options.patient_field,
        encoding=options.encoding,
        unit=Unit(options.unit),
        share=options.held_out,
    )


def settings_of(options: argparse.Namespace) -> Settings:
    """The settings that the arguments name.

    Raises:
        ConfigurationError: one is unknown, not of its kind, or out of range.
    """
    from deid.training.tune.settings import PLAIN, Method, Settings

    values: dict[str, object] = dict(PLAIN) if options.no_privacy else {}
    if options.method is not None:
        values |= {"method": Method(options.method), "layers": _LAYERS}
    values |= dict(_change(one) for one in options.changes)
    if options.steps is not None:
        values["steps"] = options.steps
    values["epsilon"] = None if options.no_privacy else options.epsilon
    values["delta"] = options.delta
    return Settings(**values)  # type: ignore[arg-type]


@contextmanager
def open_log() -> Iterator[AuditLog]:
    """The log of the user's data folder, for reading only.

    Raises:
        AuditError: there is none, or it cannot be read.
    """
    from deid import resources
    from deid.audit.store import AuditLog

    with AuditLog.open(resources.home(), create=False, read_only=True) as log:
        yield log


def share(argument: str) -> float:
    """A number above 0 and below 1, from an argument."""
    value = _number(argument)
    if not 0 < value < 1:
        raise argparse.ArgumentTypeError("must lie between 0 and 1")
    return value


def positive(argument: str) -> float:
    """A number above 0, from an argument."""
    value = _number(argument)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError("must be a number above 0")
    return value


def _number(argument: str) -> float:
    try:
        return float(argument)
    except ValueError:
        return math.nan


def _change(argument: str) -> tuple[str, object]:
    """Name and value of a setting, of the kind that its default is of."""
    from deid.errors import ConfigurationError
    from deid.training.tune.settings import Settings

    name, equals, text = argument.partition("=")
    known = {one for one in Settings.__dataclass_fields__ if one not in _ELSEWHERE}
    if not equals or name not in known:
        raise ConfigurationError(
            f"--set takes NAME=VALUE, and NAME is one of: {', '.join(sorted(known))}"
        )
    default = getattr(Settings(), name)
    try:
        if isinstance(default, bool):
            return name, {"yes": True, "no": False}[text]
        kind = type(default) if isinstance(default, StrEnum | int) else float
        return name, kind(text)
    except (KeyError, ValueError):
        raise ConfigurationError(
            f"--set {name}: not a value of its kind, such as {_shown(default)}"
        ) from None


def _shown(default: object) -> str:
    return {True: "yes", False: "no"}[default] if isinstance(default, bool) else str(default)
