"""`deid audit shred-site-key`: destroy the key from which all fingerprints derive."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from deid.commands.officer_options import add_person, officer_desk
from deid.errors import NotPermitted, counted

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer.shredding import Lost


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "shred-site-key",
        help="destroy the site key, so that no fingerprint can be tied to a value again",
        description="Destroy the site key and make a new one. Every proof, checkpoint and archive "
        "holds as before; no fingerprint made until now can be tied to a value again. The notes in "
        "the queue and the table of patients' codes go with the key. Close every other window of "
        "the program before, and destroy the backups of the key yourself. Wants the key of an "
        "administrator.",
    )
    parser.add_argument(
        "--yes", action="store_true", help="do not ask, and lose unfinished notes too"
    )
    add_person(parser)
    parser.set_defaults(run=_shred)


def _shred(options: argparse.Namespace) -> int:
    from deid.audit.roles import Permission
    from deid.officer.shredding import lost_with_key, shred_site_key

    with officer_desk(options) as desk:
        desk.require(Permission.SHRED)
        lost = lost_with_key(desk)
        for line in _lost(lost):
            print(line)
        if not options.yes:
            _ask(lost)
        done = shred_site_key(desk, unfinished_too=options.yes)
    print(f"destroyed: site key {done.old}; from now on {done.new} is used")
    print("Copies of the old key, in backups of the data folder, are for you to destroy.")
    return 0


def _lost(lost: Lost) -> list[str]:
    told = [f"Site key {lost.key} will be destroyed. This cannot be undone."]
    if lost.unfinished:
        told.append(
            f"Lost: {counted(lost.unfinished, 'note')} in the queue, {lost.typed} of them typed or "
            "pasted, which lie nowhere else."
        )
    if lost.held:
        told.append(
            f"Lost: {counted(lost.held, 'held output')} that nobody has decided on; redact these "
            "notes again."
        )
    if lost.codes:
        told.append(
            "Lost: the table of patients' codes. Stand-ins and shifted dates of a patient will be "
            "others from now on."
        )
    return told


def _ask(lost: Lost) -> None:
    if sys.stdin is None or not sys.stdin.isatty():
        raise NotPermitted("there is no terminal to ask at: nothing was changed; use --yes")
    print("Type the id of the key to destroy it: ", end="", flush=True)
    if sys.stdin.readline().strip() != lost.key:
        raise NotPermitted("that is not the id of the key: nothing was changed")
