"""`deid audit attack`: which names of an output stand out, and how many planted leaks would."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.commands.notes import places
from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_detection, add_json, add_reading, recipe, whole_number
from deid.commands.output_notes import closing, described, read_folder
from deid.commands.printing import print_json, print_rows, printable, progress
from deid.errors import counted
from deid.policy import load_policy

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.detect.roster import Roster
    from deid.officer.attack import Attack, Examined, Kind, Leaving, Marked, Outcome, Suspect
    from deid.officer.outputs import Outputs

_TOP: Final = 50
_LEAVING: Final = ("mention", "person")
_WHY: Final[Mapping[str, str]] = {
    "pool": "no name of the program's lists",
    "odd-one-out": "differs from the others",
    "parrot": "not found by a parrot",
}
_DESCRIPTION: Final = """\
Attack a folder of outputs with stand-ins as somebody would who has nothing else,
and list the names that stand out: a person should look at these first. Places are
listed; --show-text shows the words as well, and wants the key of an officer.

  no name of the program's lists   a word of it is in none of the lists that
                                   stand-ins are drawn from
  differs from the others          other mentions of the patient are somebody else
  not found by a parrot            a detector that was trained on the other notes
                                   of the folder does not find it (Carrell 2019)

With --plant, PATH holds notes before redaction: a share of their names is left on
purpose, the rest is redacted with consistent and with Markov stand-ins, and it is
counted how many of the leaks the attacks find in either. Nothing is written.

Others may attack better: what is found is a lower bound of the risk."""


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "attack",
        help="which names of an output stand out as leaked",
        description=_DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("path", type=Path, metavar="PATH", help="a folder, or a file of notes")
    parser.add_argument(
        "--known",
        type=Path,
        metavar="FILE",
        help="known identifiers of the patients, CSV or JSON: it is counted how many of them are "
        "still there, and how many of these stand out",
    )
    parser.add_argument("--plant", type=_share, metavar="S", help="leave this share, such as 0.05")
    parser.add_argument(
        "--leave",
        choices=_LEAVING,
        default="mention",
        help="with --plant: what is left at one go (default: %(default)s)",
    )
    parser.add_argument(
        "--marked",
        action="store_true",
        help="with --plant: the notes are marked, as `deid evaluate` reads them; else what the "
        "detectors find is taken for all there is",
    )
    parser.add_argument(
        "--seed", type=whole_number(0, 2**31), default=1, metavar="N", help="of what is drawn"
    )
    parser.add_argument(
        "--top",
        type=whole_number(1, 100_000),
        default=_TOP,
        metavar="N",
        help="list so many (default: %(default)s); --json lists all",
    )
    parser.add_argument("--show-text", action="store_true", help="show the words to an officer")
    add_person(parser)
    add_detection(parser, detectors=("hybrid", "rules"), roster=False)
    add_reading(parser)
    add_json(parser)
    parser.set_defaults(
        drop_keys=True, blank_pictures=False, fixed_boxes=False, policy="research", roster=None
    )
    parser.set_defaults(run=lambda options: _run(parser, options))


def _run(parser: argparse.ArgumentParser, options: argparse.Namespace) -> int:
    if options.plant is None:
        if options.marked:
            parser.error("--marked goes with --plant")
        return _examine(options)
    if options.known is not None or options.show_text:
        parser.error("--known and --show-text do not go with --plant")
    return _plant(options)


def _known(path: Path) -> Roster:
    """The known identifiers, which are not called a roster here.

    Raises:
        RosterError: they cannot be read.
    """
    from deid.detect.roster import read_roster
    from deid.errors import RosterError

    try:
        return read_roster(path)
    except RosterError as error:
        raise RosterError(f"--known{str(error).removeprefix('roster')}") from None


def _examine(options: argparse.Namespace) -> int:
    from deid.officer import Permission
    from deid.officer.attack import NameReader, examine_outputs

    with ExitStack() as held:
        desk = held.enter_context(officer_desk(options)) if options.show_text else None
        if desk is not None:
            desk.require(Permission.READ_VALUES)
        roster = _known(options.known) if options.known is not None else None
        outputs = read_folder(options)
        reader = NameReader(recipe(options, policy=load_policy(options.policy)).make())
        with progress(len(outputs.notes), quiet=options.json) as bar:
            found = examine_outputs(
                outputs.documents, reader, roster=roster, told=lambda _: bar.step(1, 1)
            )
        if options.json:
            print_json(_tree(outputs, found))
        else:
            shown = found.suspects[: options.top]
            words = described(desk, outputs, [(s.name.note, s.name.span) for s in shown])
            _print_found(outputs, found, shown, words)
    return closing(outputs)


def _print_found(
    outputs: Outputs, found: Examined, shown: Sequence[Suspect], words: Sequence[str]
) -> None:
    from deid.officer.attack import ENOUGH_NOTES, FEWEST_NOTES

    print(
        f"{counted(found.notes, 'note')}, {counted(len(found.names), 'name')} that a reader sees; "
        f"{found.own} of these "
        "may be stand-ins of this program"
    )
    if not found.are_stand_ins:
        print("Most are not: they were left, or another program drew the stand-ins.")
    if found.notes < FEWEST_NOTES:
        print(f"With fewer than {FEWEST_NOTES} notes no parrot can be trained.")
    elif found.notes < ENOUGH_NOTES:
        print(f"With fewer than {ENOUGH_NOTES} notes a parrot takes many stand-ins for leaks.")
    if found.known is not None:
        known = found.known
        print(f"{known.leaks} of the names are known identifiers; {known.found} of them stand out.")
    if not found.suspects:
        print("Nothing stands out. A better attack might find something.")
        return
    count = len(found.suspects)
    stand = "name stands" if count == 1 else "names stand"
    print(f"{count} {stand} out: a person should look first at what is listed.")
    rows = [("note", "line:column", "length", "label", "why", "words" if any(words) else "")]
    for suspect, text in zip(shown, words, strict=True):
        rows.append((*_place(outputs, suspect), suspect.name.label, _why(suspect), text))
    print_rows(rows, indent=2)
    if count > len(shown):
        print(f"  and {count - len(shown)} more: --top {count}")


def _place(outputs: Outputs, suspect: Suspect) -> tuple[str, str, str]:
    note = outputs.notes[suspect.name.note]
    line, column = places(note.document.text)(suspect.name.span.start)
    return printable(note.place), f"{line}:{column}", str(len(suspect.name.span))


def _why(suspect: Suspect) -> str:
    return ", ".join(_WHY[reason] for reason in suspect.reasons)


def _tree(outputs: Outputs, found: Examined) -> dict[str, object]:
    return {
        "notes": found.notes,
        "names": len(found.names),
        "may_be_stand_ins": found.own,
        "known": None if found.known is None else _counts(found.known),
        "suspects": [
            {
                "note": outputs.notes[suspect.name.note].place,
                "start": suspect.name.span.start,
                "end": suspect.name.span.end,
                "label": suspect.name.label,
                "reasons": list(suspect.reasons),
                "sureness": round(suspect.sureness, 4),
            }
            for suspect in found.suspects
        ],
    }


def _plant(options: argparse.Namespace) -> int:
    from deid.officer.attack import Leaving, draw_leaks, side_by_side

    leaving = Leaving(options.leave)
    notes, done = _gold(options) if options.marked else _found(options)
    leaks = draw_leaks(notes, share=options.plant, seed=options.seed, leaving=leaving)
    table = side_by_side(notes, leaks, policy=load_policy(options.policy), seed=options.seed)
    if options.json:
        print_json(
            {
                "notes": len(notes),
                "share": options.plant,
                "seed": options.seed,
                "leave": leaving,
                "found": {
                    kind: {attack: _counts(one) for attack, one in row.items()}
                    for kind, row in table.items()
                },
            }
        )
    else:
        _print_table(len(notes), leaving, table)
    return done()


def _gold(options: argparse.Namespace) -> tuple[Sequence[Marked], Callable[[], int]]:
    from deid.evaluate import read_gold
    from deid.officer.attack import marked

    return [marked(note) for note in read_gold(options.path)], lambda: 0


def _found(options: argparse.Namespace) -> tuple[Sequence[Marked], Callable[[], int]]:
    from deid.officer.attack import Marked

    outputs = read_folder(options)
    deidentifier = recipe(options, policy=load_policy(options.policy)).make()
    notes = []
    with progress(len(outputs.notes), quiet=options.json) as bar:
        for document in outputs.documents:
            notes.append(Marked(document, deidentifier.analyze(document).kept))
            bar.step(1, 1)
    return notes, lambda: closing(outputs)


def _print_table(
    notes: int, leaving: Leaving, table: Mapping[Kind, Mapping[Attack, Outcome]]
) -> None:
    from deid.officer.attack import Attack, Kind

    one = table[Kind.CONSISTENT][Attack.ANY]
    seen = f"{counted(notes, 'note')}, {counted(one.names, 'name')}"
    print(f"{seen}; left by {leaving}: {one.leaks} ({one.chance:.1%})")
    rows = [("attack", "stand-ins", "suspects", "leaks found", "of the leaks", "of the suspects")]
    for attack in Attack:
        for kind in Kind:
            found = table[kind][attack]
            counts = (str(found.suspects), str(found.found))
            leaks = _rate(found.found, found.leaks, found.recall)
            right = _rate(found.found, found.suspects, found.precision)
            rows.append((attack, kind, *counts, leaks, right))
    print_rows(rows, indent=2)
    print(
        f"In brackets exact 95 % intervals. Who picks names blindly is right {one.chance:.1%} of "
        "the time.\nA better attack may find more."
    )


def _rate(part: int, whole: int, interval: tuple[float, float]) -> str:
    low, high = interval
    return f"{part / whole:.0%} ({low:.0%} to {high:.0%})" if whole else "-"


def _counts(found: Outcome) -> dict[str, object]:
    return {
        "names": found.names,
        "leaks": found.leaks,
        "suspects": found.suspects,
        "found": found.found,
        "recall_95": [round(bound, 4) for bound in found.recall],
        "precision_95": [round(bound, 4) for bound in found.precision],
    }


def _share(argument: str) -> float:
    try:
        share = float(argument)
    except ValueError:
        share = 0.0
    if not 0 < share < 1:
        raise argparse.ArgumentTypeError("must be a number above 0 and below 1")
    return share
