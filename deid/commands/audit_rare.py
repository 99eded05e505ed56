"""`deid audit rare`: notes that may tell who it is with every identifier gone."""

from __future__ import annotations

import argparse
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.commands.notes import places
from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, add_reading, whole_number
from deid.commands.output_notes import closing, described, read_folder
from deid.commands.printing import print_json, print_rows, printable, progress
from deid.errors import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from deid.commands.options import Commands
    from deid.officer import Desk
    from deid.officer.outputs import Outputs
    from deid.officer.rare import RareDetail, RareNote

_TOP: Final = 20
_SHOWN: Final = 5
_DIGITS: Final = 4
_WORDS: Final[Mapping[str, str]] = {
    "office": "public office or fame",
    "first": "first, only or record",
    "event": "event that is told in the news",
    "occupation": "rare occupation",
    "family": "rare family",
    "extreme": "extreme number",
    "diagnosis": "rare diagnosis or injury",
    "term": "term of this patient alone",
    "pair": "two terms together in this patient alone",
}
_DESCRIPTION: Final = """\
List the notes of a folder that may tell who it is with every identifier gone, those
first that tell most: public offices, firsts and records, events that stand in the
news, rare occupations, families, diagnoses and numbers, and terms that no other
patient of the folder has. It works on outputs of `deid redact` and on other notes.

The score is for an order of reading; it is no probability. What people in a place
know about each other, no program can know: a note that is not listed is not
thereby safe. Places are listed; --show-text shows the words as well, and wants the
key of an officer."""


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "rare",
        help="notes whose rare details identify with every identifier gone",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="a folder, or a file of notes")
    parser.add_argument(
        "--top",
        type=whole_number(1, 100_000),
        default=_TOP,
        metavar="N",
        help="list so many notes (default: %(default)s); --json lists all",
    )
    parser.add_argument("--show-text", action="store_true", help="show the words to an officer")
    add_person(parser)
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(drop_keys=True, blank_pictures=False, fixed_boxes=False, run=_run)


def _run(options: argparse.Namespace) -> int:
    from deid.officer import Permission
    from deid.officer.rare import RareFinder, rank_rare

    with ExitStack() as held:
        desk = held.enter_context(officer_desk(options)) if options.show_text else None
        if desk is not None:
            desk.require(Permission.READ_VALUES)
        outputs = read_folder(options)
        with progress(len(outputs.notes), quiet=options.json) as bar:
            ranked = rank_rare(outputs.documents, RareFinder(), told=lambda _: bar.step(1, 1))
        if options.json:
            print_json({"notes": [_tree(outputs, note) for note in ranked]})
        else:
            _print_ranked(desk, outputs, ranked, options.top)
    return closing(outputs)


def _print_ranked(
    desk: Desk | None, outputs: Outputs, ranked: Sequence[RareNote], top: int
) -> None:
    print(f"{counted(len(outputs.notes), 'note')}, {len(ranked)} of them with rare details.")
    for note in ranked[:top]:
        source = outputs.notes[note.note]
        print(f"\n{printable(source.place)}  score {note.score:.2f}")
        shown = note.details[:_SHOWN]
        words = described(desk, outputs, [(note.note, detail.span) for detail in shown])
        at = places(source.document.text)
        rows = []
        for detail, text in zip(shown, words, strict=True):
            line, column = at(detail.span.start)
            rows.append((f"{line}:{column}", len(detail.span), _reason(detail), text))
        print_rows(rows, indent=2)
        if len(note.details) > len(shown):
            print(f"  and {len(note.details) - len(shown)} more")
    print("\nA note that is not listed is not thereby safe.")


def _reason(detail: RareDetail) -> str:
    shared = f", {detail.sharing} patients here" if detail.sharing > 1 else ""
    return _WORDS[detail.kind] + shared


def _tree(outputs: Outputs, note: RareNote) -> dict[str, object]:
    return {
        "note": outputs.notes[note.note].place,
        "score": round(note.score, _DIGITS),
        "details": [
            {
                "start": detail.span.start,
                "end": detail.span.end,
                "other": None if detail.other is None else [detail.other.start, detail.other.end],
                "kind": detail.kind,
                "rule": detail.rule,
                "weight": round(detail.weight, _DIGITS),
                "sharing": detail.sharing,
            }
            for detail in note.details
        ],
    }
