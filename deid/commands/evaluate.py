"""`deid evaluate`: how much of what people marked is found."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from deid.commands.options import Commands


def add(commands: Commands) -> None:
    """Add the command to the parser."""
