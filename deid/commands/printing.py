"""What the commands print: JSON for programs, lines for people, complaints on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


_EACH: Final = 10
"""Percent between two lines where there is no terminal."""


class Bar(Protocol):
    """A progress bar."""

    def step(self, files: int = 0, notes: int = 0) -> None:
        """So many more are done."""


def print_json(value: object) -> None:
    """Print one line of JSON in ASCII, so that no terminal can spoil it."""
    print(json.dumps(value, separators=(",", ":")))


def print_rows(rows: Iterable[Sequence[object]], *, indent: int = 0) -> None:
    """Print rows as columns aligned to the left."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(" " * indent + padded.rstrip())


def complain(message: str) -> None:
    """Tell on the standard error, in one line, what went wrong."""
    print(f"deid: error: {printable(message)}", file=sys.stderr)


def print_remarks(remarks: Iterable[str]) -> None:
    """Tell on the standard error what must be known of a text that is printed."""
    for remark in remarks:
        print(f"deid: {printable(remark)}", file=sys.stderr)


def printable(text: str | PurePath) -> str:
    """The text with control characters escaped, so that no file name steers the terminal."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(text))


@contextmanager
def progress(files: int, *, quiet: bool) -> Iterator[Bar]:
    """A progress bar on the standard error if that is a terminal, else nothing.

    Args:
        files: how many there are.
        quiet: show nothing in any case.
    """
    if quiet or not sys.stderr.isatty():
        yield _NoBar()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("files, {task.fields[notes]} notes"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield _RichBar(bar, bar.add_task("", total=files, notes=0))


@contextmanager
def part_done(of: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """Says on the standard error how far something is: in one line, or a few without a terminal.

    Args:
        of: what is done, in a few words.
        quiet: say nothing in any case.
    """
    live, last = sys.stderr.isatty(), 0

    def told(part: float) -> None:
        nonlocal last
        percent = int(100 * part)
        if quiet or percent // (1 if live else _EACH) == last // (1 if live else _EACH):
            return
        last = percent
        print(f"  {percent}% {of}", end="\r" if live else "\n", file=sys.stderr, flush=True)

    yield told
    if live and last:
        print(file=sys.stderr)


class _NoBar:
    def step(self, files: int = 0, notes: int = 0) -> None:
        """Shows nothing."""


class _RichBar:
    def __init__(self, bar: Progress, task: TaskID) -> None:
        self._bar = bar
        self._task = task
        self._notes = 0

    def step(self, files: int = 0, notes: int = 0) -> None:
        """So many more are done."""
        self._notes += notes
        self._bar.update(self._task, advance=files, notes=self._notes)
