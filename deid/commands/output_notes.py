"""Folders of outputs that an officer looks at: read, complained about, and their words shown."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deid.commands.options import read_options
from deid.commands.printing import complain, printable

if TYPE_CHECKING:
    from deid.datatypes import Span
    from deid.officer import Desk
    from deid.officer.outputs import Outputs


def read_folder(options: argparse.Namespace) -> Outputs:
    """The notes below `options.path`; what cannot be read is complained about.

    Raises:
        InputError: there is no note to read.
    """
    from deid.officer.outputs import read_outputs

    outputs = read_outputs(options.path, options=read_options(options))
    for place, error in outputs.refused:
        complain(f"{place}: {error}")
    return outputs


def described(desk: Desk | None, outputs: Outputs, places: Sequence[tuple[int, Span]]) -> list[str]:
    """What stands at these places, for an officer; empty texts where there is no desk.

    Raises:
        NotPermitted: no officer is unlocked at the desk.
    """
    from deid.officer.outputs import shown_lines

    if desk is None:
        return [""] * len(places)
    lines = shown_lines(desk, [(outputs.notes[n].document, span) for n, span in places])
    return [printable(f"{line.before}[[{line.words}]]{line.behind}") for line in lines]


def closing(outputs: Outputs) -> int:
    """The exit code when everything that could be read is done.

    Raises:
        BatchIncomplete: something could not be read.
    """
    from deid.errors import BatchIncomplete

    if outputs.refused:
        raise BatchIncomplete(
            f"{len(outputs.refused)} files or notes could not be read; all others are done"
        )
    return 0
