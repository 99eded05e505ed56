"""`deid audit held`: notes that wait for a second person, under policies that want four eyes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json
from deid.commands.printing import print_json, print_remarks, print_rows, printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from deid.commands.options import Commands
    from deid.held.store import Held
    from deid.officer.held import HeldHistory


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "held",
        help="release or decline what waits for a second person",
        description="Under a policy that wants four eyes redacted notes are held until an officer "
        "decides on them, with a signature, who is not the one who redacted them.",
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="what waits, and what was decided")
    listing.add_argument(
        "--decided", action="store_true", help="every note that was held, and what became of it"
    )
    add_json(listing)
    listing.set_defaults(run=_list)
    read = acts.add_parser("read", help="print a held output as it would be released")
    _finish(read, _read)
    release = acts.add_parser("release", help="release a held output")
    release.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="folder in which it appears (default: where whoever redacted it asked for)",
    )
    _finish(release, _release)
    decline = acts.add_parser("decline", help="decline a held output, which removes it")
    _finish(decline, _decline)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    parser.add_argument("id", metavar="ID", help="as `deid audit held list` shows it")
    add_person(parser)
    parser.set_defaults(run=run)


def _list(options: argparse.Namespace) -> int:
    from deid.officer import Desk
    from deid.officer.held import held_history, held_releases, stuck_releases

    with Desk.open() as desk:
        if options.decided:
            return _list_decided(options, held_history(desk.log))
        waiting, stuck = held_releases(desk), stuck_releases(desk)
    rows = [(*_row(held), "waits") for held in waiting]
    rows += [(*_row(held), "approved, but a file lies in its place") for held in stuck]
    names = ("id", "since", "redacted by", "policy", "notes", "file", "state")
    if options.json:
        print_json({"held": [_node(names, row) for row in rows]})
    elif rows:
        print_rows([names, *rows])
    else:
        print("nothing waits for a second person")
    return 0


def _node(names: Sequence[str], row: Sequence[object]) -> dict[str, object]:
    """A row as JSON, by the heads of its columns without blanks."""
    return {name.replace(" ", "_"): cell for name, cell in zip(names, row, strict=True)}


def _row(held: Held) -> tuple[str, str, str, str, int, str]:
    since = held.time.astimezone().isoformat(sep=" ", timespec="minutes")
    who, file = printable(held.user), printable(held.target.name)
    return held.id, since, who, held.policy, len(held.notes), file


def _list_decided(options: argparse.Namespace, history: Sequence[HeldHistory]) -> int:
    names = ("held in record", "decided in record", "became", "by")
    rows = [_became(one) for one in history]
    if options.json:
        print_json({"notes": [_node(names, row) for row in rows]})
    elif rows:
        print_rows([names, *[["-" if cell is None else cell for cell in row] for row in rows]])
    else:
        print("no note was ever held")
    return 0


def _became(note: HeldHistory) -> tuple[int, int | None, str, str | None]:
    from deid.audit.records import ReleaseDecided

    decided = note.decided
    if decided is None or not isinstance(decided.event, ReleaseDecided):
        return note.held.seq, None, "waits", None
    return note.held.seq, decided.seq, decided.event.decision.value, decided.event.person


def _read(options: argparse.Namespace) -> int:
    from deid.officer.held import read_held

    with officer_desk(options) as desk:
        notes = read_held(desk, options.id)
    for number, note in enumerate(notes, start=1):
        if len(notes) > 1:
            print(f"--- note {number} of {len(notes)}")
        print_remarks(note.remarks)
        for line in note.text.split("\n"):
            print(printable(line))
    return 0


def _release(options: argparse.Namespace) -> int:
    from deid.officer.held import release_held

    with officer_desk(options) as desk:
        target = release_held(desk, options.id, out=options.out)
    print(f"released: {printable(target)}")
    return 0


def _decline(options: argparse.Namespace) -> int:
    from deid.officer.held import decline_held

    with officer_desk(options) as desk:
        decline_held(desk, options.id)
    print(f"declined: {options.id}; redact the notes again to have them held anew")
    return 0
