"""`deid audit sign-off` and `deid audit sign-offs`: signing for the log, and who signed."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from deid.audit.records import Meaning
from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable
from deid.errors import counted

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer.signoff import SignOff


def add(actions: Commands) -> None:
    """Add the two actions to the parser of `deid audit`."""
    sign = actions.add_parser(
        "sign-off",
        help="verify the log and sign for it, as an officer",
        description="Verify the whole log, and sign for the records that it then had: with the "
        "officer's name, the time and what the signature means (21 CFR 11.50), under the "
        "officer's own key. The checkpoints in the witness folders are compared with it too.",
    )
    sign.add_argument(
        "--meaning",
        type=_meaning,
        required=True,
        metavar="MEANING",
        help=f"what the signature means: {', '.join(Meaning)}",
    )
    sign.add_argument(
        "--checkpoint",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a checkpoint that was kept elsewhere, to verify against; may be given several times",
    )
    add_person(sign)
    add_json(sign)
    sign.set_defaults(run=_sign)
    listing = actions.add_parser("sign-offs", help="who signed for the log; each is checked")
    add_json(listing)
    listing.set_defaults(run=_list)


def _meaning(argument: str) -> Meaning:
    """What a signature means, from an argument."""
    try:
        return Meaning(argument)
    except ValueError:
        raise argparse.ArgumentTypeError(f"must be one of {', '.join(Meaning)}") from None


def _sign(options: argparse.Namespace) -> int:
    from deid.audit.roles import Permission
    from deid.commands.audit_verify import checkpoint_text
    from deid.officer.signoff import sign_off, verify_to_sign

    notes = [checkpoint_text(path) for path in options.checkpoint]
    with officer_desk(options) as desk:
        desk.require(Permission.SIGN_OFF)
        verified = verify_to_sign(desk.home, checkpoints=notes, workers=os.cpu_count() or 1)
        signed = sign_off(desk, meaning=options.meaning, verified=verified)
    _tell([signed], json_wanted=options.json)
    return 0


def _list(options: argparse.Namespace) -> int:
    from deid.audit.keys import read_public_key
    from deid.audit.note import VerifierKey
    from deid.audit.store import AuditLog
    from deid.officer.signoff import sign_offs
    from deid.resources import home

    name = VerifierKey.parse(read_public_key(home())).name
    with AuditLog.open(home(), create=False, read_only=True) as log:
        found = sign_offs(log, name=name)
    _tell(found, json_wanted=options.json)
    return 0


def _tell(found: list[SignOff] | tuple[SignOff, ...], *, json_wanted: bool) -> None:
    if json_wanted:
        print_json({"sign_offs": [_node(signed) for signed in found]})
    elif found:
        print_rows([("record", "time", "meaning", "name", "for the first"), *map(_row, found)])
    else:
        print("nobody signed for this log")


def _node(signed: SignOff) -> dict[str, object]:
    return {
        "record": signed.seq,
        "person": signed.person,
        "name": signed.name,
        "meaning": signed.meaning.value,
        "time": signed.time.isoformat(),
        "size": signed.size,
        "root": signed.root.hex(),
    }


def _row(signed: SignOff) -> tuple[object, ...]:
    time = signed.time.isoformat(sep=" ", timespec="seconds")
    return (
        signed.seq,
        time,
        signed.meaning.value,
        printable(signed.name),
        counted(signed.size, "record"),
    )
