"""`deid update`: rules and models that come as one signed file, without a network."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable
from deid.errors import counted

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.updates.listing import Listed
    from deid.updates.metadata import TrustedUpdate


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "update",
        help="install newer rules and models from a signed file",
        description="Install newer rules and models for all users of this machine from one signed "
        "file, a bundle. Nothing is fetched from anywhere.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list",
        help="what is in use on this machine, and what was before it",
        description="Compare every file of the updates on this machine with what was signed, and "
        "list them.",
    )
    add_json(listing)
    listing.set_defaults(run=_list)
    show = actions.add_parser(
        "show", help="whether a bundle could be installed here, and what it brings"
    )
    show.add_argument("bundle", type=Path, metavar="BUNDLE")
    add_json(show)
    show.set_defaults(run=_show)
    install = actions.add_parser("install", help="install a bundle; for administrators")
    install.add_argument("bundle", type=Path, metavar="BUNDLE")
    install.set_defaults(run=_install)
    undo = actions.add_parser(
        "undo", help="go back to what was in use before the last install; for administrators"
    )
    undo.add_argument(
        "--to-release",
        action="store_true",
        help="go back to the rules and models that came with the program",
    )
    undo.set_defaults(run=_undo)


def _list(options: argparse.Namespace) -> int:
    from deid.updating import installed_updates

    found = installed_updates()
    if options.json:
        print_json({"updates": [_entry(one) for one in found]})
    else:
        print_rows([(f"{one.place}:", _told(one)) for one in found])
    return 0


def _show(options: argparse.Namespace) -> int:
    from deid.updating import examine_bundle

    update = examine_bundle(options.bundle)
    if options.json:
        print_json(_facts(update) | {"expires": update.expires.isoformat()})
        return 0
    print("The bundle can be installed here.")
    print_rows(
        [
            ("update", update.version),
            ("made", f"{update.made:%Y-%m-%d}"),
            ("to be installed until", f"{update.expires:%Y-%m-%d}"),
            ("for program version", update.suits),
            ("brings", f"{' and '.join(update.parts)}, {counted(len(update.files), 'file')}"),
            ("digest", update.digest),
        ]
    )
    return 0


def _install(options: argparse.Namespace) -> int:
    from deid.updating import install_update

    update = install_update(options.bundle)
    print(f"in use from the next start of the program: {_name(update)}")
    return 0


def _undo(options: argparse.Namespace) -> int:
    from deid.updates.state import RELEASE
    from deid.updating import undo_update

    back = undo_update(to_release=options.to_release)
    what = "what came with the program" if back == RELEASE else f"update {back.split('-')[0]}"
    print(f"in use from the next start of the program: {what}")
    return 0


def _told(one: Listed) -> str:
    if one.update is None:
        return printable(one.problem) if one.problem else "what came with the program"
    unused = f"; not used: {one.problem}" if one.problem else ""
    return f"{_name(one.update)}{unused}"


def _name(update: TrustedUpdate) -> str:
    parts = " and ".join(update.parts)
    return f"update {update.version} of {update.made:%Y-%m-%d}, {parts}"


def _entry(one: Listed) -> dict[str, object]:
    facts = {} if one.update is None else _facts(one.update)
    return {"place": one.place, "problem": one.problem} | facts


def _facts(update: TrustedUpdate) -> dict[str, object]:
    return {
        "update": update.version,
        "made": update.made.isoformat(),
        "for": str(update.suits),
        "parts": list(update.parts),
        "files": len(update.files),
        "digest": update.digest,
    }
