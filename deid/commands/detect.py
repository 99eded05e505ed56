"""`deid detect`: what would be redacted, without redacting it."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Final

from deid.commands.notes import examined, places, read_notes
from deid.commands.options import add_detection, add_reading, recipe
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.datatypes import Document, Finding, Resolution

_DESCRIPTION: Final = """\
Find identifiers in the notes of a file of any kind that `deid redact` reads (- for
JSON lines from the standard input) and print one line of JSON for each note:

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
    parser.add_argument("notes", metavar="NOTES", help="a file of notes, or -")
    add_detection(parser, detectors=("hybrid", "rules", "model"))
    parser.add_argument("--explain", action="store_true", help="print lines for people")
    parser.add_argument(
        "--show-text",
        action="store_true",
        help="with --explain: print what was found, too; it is what the notes must be rid of",
    )
    add_reading(parser)
    # Nothing of a line comes out but its id, so it does not matter what else stands there.
    parser.set_defaults(drop_keys=True, blank_pictures=False, fixed_boxes=False)
    parser.set_defaults(run=lambda options: _run(parser, options))


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if options.show_text and not options.explain:
        parser.error("--show-text goes with --explain")
    made = recipe(options)
    notes = read_notes(options)
    for note, resolution in examined(notes, made.make().analyze):
        if options.explain:
            _explain(note, resolution, show_text=options.show_text)
        else:
            print_json({"id": note.id, "spans": [_span(found) for found in resolution.kept]})
    return 0


def _span(found: Finding) -> dict[str, object]:
    return {
        "start": found.span.start,
        "end": found.span.end,
        "label": found.label,
        "score": round(found.score, 4),
        "detector": found.detector,
    }


def _explain(note: Document, resolution: Resolution, *, show_text: bool) -> None:
    at = places(note.text)

    def row(found: Finding, fate: str) -> tuple[str, ...]:
        line, column = at(found.span.start)
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
