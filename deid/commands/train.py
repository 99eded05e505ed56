"""`deid train`: a model of the site's own, what it cost in privacy, and whether it is used."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from deid.commands import train_cost, train_leakage, train_models, train_run

if TYPE_CHECKING:
    from deid.commands.options import Commands

_DESCRIPTION: Final = """\
Go on from the model that comes with the program with a site's own marked notes,
with differential privacy for each patient unless told otherwise. Nothing leaves
this computer. Every run, what it costs and what becomes of its model stands in
the log, under an officer's key. To train wants the extra: pip install noteveil[train];
to list, account, state, promote and go back does not."""


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="fit the model to a site's own notes, with differential privacy",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    train_run.add(actions)
    train_models.add(actions)
    train_cost.add(actions)
    train_leakage.add(actions)
