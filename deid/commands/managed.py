"""`deid managed`: which settings IT manages on this computer, and what they are."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from deid.commands.options import add_json
from deid.commands.printing import print_json, print_rows, printable
from deid.managed import SCHEMA, Key, Managed, current
from deid.managed.values import said

if TYPE_CHECKING:
    from deid.commands.options import Commands

_DESCRIPTION: Final = """\
The settings that an organisation's IT can manage: which of them it does, what
they are then, and where that stands. What is managed is locked: no option, no
environment variable, no file of a user and nothing in the window changes it.
docs/managed-policy.md tells what each one does, and how it is deployed."""

_HEADS: Final = ("setting", "locked", "value", "from")


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "managed",
        help="list the settings that your IT manages",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_json(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    here = current()
    if options.json:
        print_json([_node(key, here) for key in SCHEMA.values()])
        return 0
    print_rows([_HEADS, *(_row(key, here) for key in SCHEMA.values())])
    if not here.locked:
        print("Nothing is managed on this computer.")
    return 0


def _row(key: Key, here: Managed) -> tuple[str, ...]:
    if key.name not in here.settings:
        return key.name, "no", "-", "-"
    found = here.settings[key.name]
    return key.name, "yes", printable(said(found.value)), printable(found.source)


def _node(key: Key, here: Managed) -> dict[str, object]:
    found = here.settings.get(key.name)
    return {
        "key": key.name,
        "locked": found is not None,
        "value": None if found is None else found.value,
        "source": None if found is None else found.source,
    }
