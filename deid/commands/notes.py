"""Notes that a command only looks at: read, and examined one by one."""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from deid.commands.options import read_options
from deid.commands.printing import complain
from deid.errors import counted

if TYPE_CHECKING:
    from deid.datatypes import Document
    from deid.formats import NoteFile

_Result = TypeVar("_Result")


def read_notes(options: argparse.Namespace) -> NoteFile:
    """The file that `options.notes` names; `-` is JSON lines from the standard input.

    Raises:
        InputError: it cannot be read.
    """
    from deid.formats import reader_for
    from deid.formats.inputs import read_input

    how = read_options(options)
    if options.notes == "-":
        name = "stdin.jsonl"
        return reader_for(name)(sys.stdin.buffer.read(), name=name, options=how)
    path = Path(options.notes)
    return read_input(path, name=path.name, options=how)


def examined(
    notes: NoteFile, examine: Callable[[Document], _Result]
) -> Iterator[tuple[Document, _Result]]:
    """Each note with what came of it; of those that cannot be examined, a complaint each.

    Raises:
        BatchIncomplete: behind the last note, if there were complaints.
    """
    from deid.errors import BatchIncomplete, DetectionIncomplete, InputError
    from deid.formats import Unreadable

    refused = 0
    for note in notes.notes():
        try:
            if isinstance(note, Unreadable):
                raise note.error
            result = examine(note)
        except (InputError, DetectionIncomplete) as error:
            refused += 1
            line = note.line if isinstance(note, Unreadable) else notes.line(note)
            complain(f"line {line}: {error}" if line is not None else str(error))
            continue
        yield note, result
    if refused:
        raise BatchIncomplete(
            f"{counted(refused, 'note')} could not be examined; all others are done"
        )


def places(text: str) -> Callable[[int], tuple[int, int]]:
    """What turns an offset of the text into line and column, both counted from 1."""
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]

    def place(offset: int) -> tuple[int, int]:
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    return place
