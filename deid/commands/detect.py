"""`deid detect`: what would be redacted, without redacting it."""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_right
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.commands.options import add_detection, add_reading, read_options, recipe
from deid.commands.printing import complain, print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.datatypes import Document, Finding, Resolution
    from deid.formats import NoteFile

_DESCRIPTION: Final = """\
Find identifiers in the notes of a .jsonl or .txt file (- for JSON lines from the
standard input) and print one line of JSON for each note:

  {"id": ..., "spans": [{"start", "end", "label", "score", "detector"}]}

Offsets count Unicode code points; `end` lies behind the last one. The spans are
disjoint and in order, and no text is printed. With --explain, lines for people:
also what was dropped, why, and in whose favour."""


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "detect",
        help="print what would be redacted",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("notes", metavar="NOTES", help="a .jsonl or .txt file, or -")
    add_detection(parser, detectors=("hybrid", "rules", "model"))
    parser.add_argument("--explain", action="store_true", help="print lines for people")
    parser.add_argument(
        "--show-text",
        action="store_true",
        help="with --explain: print what was found, too; it is what the notes must be rid of",
    )
    add_reading(parser)
    # Nothing of a line comes out but its id, so it does not matter what else stands there.
    parser.set_defaults(drop_keys=True)
    parser.set_defaults(run=lambda options: _run(parser, options))


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    from deid.errors import BatchIncomplete, DetectionIncomplete, InputError
    from deid.formats import Unreadable

    if options.show_text and not options.explain:
        parser.error("--show-text goes with --explain")
    made = recipe(options)
    notes = _read(options)
    deidentifier = made.make()
    refused = 0
    for note in notes.notes():
        try:
            if isinstance(note, Unreadable):
                raise note.error
            resolution = deidentifier.analyze(note)
        except (InputError, DetectionIncomplete) as error:
            refused += 1
            line = note.line if isinstance(note, Unreadable) else notes.line(note)
            complain(f"line {line}: {error}" if line is not None else str(error))
            continue
        if options.explain:
            _explain(note, resolution, show_text=options.show_text)
        else:
            print_json({"id": note.id, "spans": [_span(found) for found in resolution.kept]})
    if refused:
        raise BatchIncomplete(f"{refused} notes could not be examined; all others are done")
    return 0


def _read(options: argparse.Namespace) -> NoteFile:
    from deid.formats import reader_for
    from deid.formats.inputs import read_input

    how = read_options(options)
    if options.notes == "-":
        name = "stdin.jsonl"
        return reader_for(name)(sys.stdin.buffer.read(), name=name, options=how)
    path = Path(options.notes)
    return read_input(path, name=path.name, options=how)


def _span(found: Finding) -> dict[str, object]:
    return {
        "start": found.span.start,
        "end": found.span.end,
        "label": found.label,
        "score": round(found.score, 4),
        "detector": found.detector,
    }


def _explain(note: Document, resolution: Resolution, *, show_text: bool) -> None:
    starts = [0, *accumulate(len(line) + 1 for line in note.text.split("\n"))]

    def row(found: Finding, fate: str) -> tuple[str, ...]:
        line = bisect_right(starts, found.span.start)
        column = found.span.start - starts[line - 1] + 1
        value = printable(found.span.of(note.text)) if show_text else ""
        place = f"{line}:{column}"
        score = f"{found.score:.2f}"
        return (place, str(len(found.span)), found.label, score, found.detector, fate, value)

    rows = [(found.span, row(found, "kept")) for found in resolution.kept]
    for dropped in resolution.dropped:
        winner = f" by {dropped.winner.detector}" if dropped.winner is not None else ""
        fate = f"dropped: {dropped.reason}{winner}"
        rows.append((dropped.finding.span, row(dropped.finding, fate)))
    print(f"{printable(note.id)}: {len(resolution.kept)} kept, {len(resolution.dropped)} dropped")
    heads = ("line:column", "length", "label", "score", "detector", "", "text" * show_text)
    if rows:
        print_rows([heads, *(cells for _, cells in sorted(rows))], indent=2)
