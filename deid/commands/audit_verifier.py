"""`deid audit verifier`: hand out the second verifier, which needs only Python."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.printing import printable

if TYPE_CHECKING:
    from deid.commands.options import Commands


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "verifier",
        help="write out a second verifier, for somebody who does not trust this program",
        description="Write out a second verifier of logs: one file that runs with Python 3.9 or "
        "newer alone (`python verify_log.py LOG --key PUBLIC_KEY`) and was written from the "
        "description of the log (docs/audit-log.md), not from this program. It is short enough to "
        "be read, and leaves proofs to `deid audit verify --proof`.",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FILE", help="write it to a new file"
    )
    parser.set_defaults(run=_verifier)


def _verifier(options: argparse.Namespace) -> int:
    from importlib.resources import files

    from deid.errors import OutputError

    source = files("deid.audit").joinpath("verify_log.py").read_bytes()
    try:
        with options.out.open("xb") as file:
            file.write(source)
    except OSError as error:
        raise OutputError(
            f"{options.out.name}: cannot be written ({error.strerror}): choose another place"
        ) from None
    print(f"written: {printable(options.out)}")
    return 0
