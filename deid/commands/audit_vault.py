"""`deid audit vault`: what pseudonymising policies replaced, sealed for officers."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.officer_options import add_person, find_person, officer_desk
from deid.commands.options import add_json, whole_number
from deid.commands.printing import print_json, print_rows, printable
from deid.errors import InputError, counted

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer.vault import FoundNote
    from deid.vault.values import KeptValue

_PURPOSES = ("care", "complaint", "court", "quality", "sample", "other")
_MOST = 1 << 30


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "vault",
        help="get back what was replaced, under an officer's key",
        description="Policies on the basis of pseudonymisation keep what they replace, sealed for "
        "the officers of the site. Who makes, shares and opens the vault stands in the log.",
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    show = acts.add_parser("show", help="whether there is a vault, and who can open it")
    add_json(show)
    show.set_defaults(run=_show)
    create = acts.add_parser("create", help="make a vault that every officer of now can open")
    create.add_argument(
        "--lost",
        action="store_true",
        help="the vault of before is lost or was destroyed: what it held cannot be had back",
    )
    _finish(create, _create)
    share = acts.add_parser("share", help="let another officer open it, and all that is in it")
    share.add_argument("--with", dest="other", required=True, metavar="PERSON", help="name or id")
    _finish(share, _share)
    renew = acts.add_parser(
        "renew",
        help="give it a new key, for the officers of now",
        description="Give the vault a new key, after an officer has left. What is in it already "
        "can still be opened by whoever could, and has a copy of the vault's file.",
    )
    _finish(renew, _renew)
    _add_open(acts)


def _add_open(acts: Commands) -> None:
    opening = acts.add_parser(
        "open",
        help="show single values that were replaced",
        description="Without --at, --value and --all the places of a note are listed and nothing "
        "is shown. Each value that is shown is recorded first: by whom, and what for.",
    )
    opening.add_argument("file", nargs="?", type=Path, metavar="FILE", help="a released output")
    opening.add_argument("--document", metavar="ID", help="the id of a note, instead of its file")
    opening.add_argument(
        "--at",
        action="append",
        default=[],
        metavar="LINE:COLUMN",
        help="the value replaced there in FILE; may be given several times",
    )
    opening.add_argument(
        "--value",
        action="append",
        default=[],
        type=whole_number(1, _MOST),
        metavar="N",
        help="the value of this number in the list; may be given several times",
    )
    opening.add_argument("--all", action="store_true", help="all values of the note")
    opening.add_argument("--purpose", choices=_PURPOSES, help="what the value is needed for")
    opening.add_argument("--encoding", metavar="NAME", help="of FILE (default: found out)")
    _finish(opening, _open)


def _finish(parser: argparse.ArgumentParser, run: object) -> None:
    add_person(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def _show(options: argparse.Namespace) -> int:
    from deid.officer import Desk
    from deid.officer.vault import vault_state

    with Desk.open() as desk:
        state = vault_state(desk)
    if options.json:
        print_json(
            {
                "key": state.key,
                "since": None if state.since is None else state.since.isoformat(),
                "notes": state.notes,
                "keys": state.keys,
                "openers": [one.id for one in state.openers],
                "lacking": [one.id for one in state.lacking],
            }
        )
    elif state.key is None:
        print("there is no vault: an officer makes one with `deid audit vault create --as PERSON`")
    else:
        notes = counted(state.notes, "note")
        print(f"vault key {state.key}, {state.keys} so far; values are kept of {notes}")
        rows = [(one.id, printable(one.name), "can open it") for one in state.openers]
        rows += [(one.id, printable(one.name), "cannot open it yet") for one in state.lacking]
        print_rows(rows, indent=2)
    return 0


def _create(options: argparse.Namespace) -> int:
    from deid.officer.vault import create_vault

    with officer_desk(options) as desk:
        key = create_vault(desk, lost=options.lost)
    _tell(options, "made", key)
    return 0


def _share(options: argparse.Namespace) -> int:
    from deid.officer.vault import share_vault

    with officer_desk(options) as desk:
        named = [
            one.id
            for one in desk.roles().people.values()
            if one.role is not None and options.other in (one.id, one.name)
        ]
        other = named[0] if len(named) == 1 else find_person(desk, options.other).id
        share_vault(desk, other)
    _tell(options, "shared with", other)
    return 0


def _renew(options: argparse.Namespace) -> int:
    from deid.officer.vault import renew_vault

    with officer_desk(options) as desk:
        key = renew_vault(desk)
    _tell(options, "renewed", key)
    return 0


def _tell(options: argparse.Namespace, what: str, own: str) -> None:
    if options.json:
        print_json({what.replace(" ", "_"): own})
    else:
        print(f"{what}: {own}")


def _open(options: argparse.Namespace) -> int:
    from deid.audit.records import Purpose
    from deid.officer.vault import find_by_id, find_released, open_values

    if (options.file is None) == (options.document is None):
        raise InputError("name either the FILE that was released or --document ID")
    if options.file is not None and not os.path.lexists(options.file):
        raise InputError("there is no FILE of that name: check how it is written")
    with officer_desk(options) as desk:
        if options.document is not None:
            note = find_by_id(desk, options.document)
        else:
            note = find_released(desk, options.file, encoding=options.encoding)
        wanted = _wanted(options, note)
        if not wanted:
            _print_places(options, note)
            return 0
        if options.purpose is None:
            raise InputError("say with --purpose what the values are needed for")
        values = open_values(desk, note, wanted, purpose=Purpose(options.purpose))
    _print_values(options, sorted(wanted), values)
    return 0


def _wanted(options: argparse.Namespace, note: FoundNote) -> set[int]:
    if options.all:
        return set(range(len(note.places)))
    return {number - 1 for number in options.value} | {_index(note, at) for at in options.at}


def _index(note: FoundNote, at: str) -> int:
    line, _, column = at.partition(":")
    if not (line.isdecimal() and column.isdecimal()):
        raise InputError("a place is LINE:COLUMN, both counted from 1")
    if note.text is None:
        raise InputError(
            "--at wants the FILE, which reads as it was written: use --value, whose numbers are "
            "listed without it"
        )
    found = note.index_at(int(line), int(column))
    if found is None:
        raise InputError("nothing was replaced there: without --at the places are listed")
    return found


def _print_places(options: argparse.Namespace, note: FoundNote) -> None:
    rows: list[Sequence[object]] = [
        (index + 1, place.label.value, _where(note, index))
        for index, place in enumerate(note.places)
    ]
    if options.json:
        names = ("number", "label", "at")
        print_json({"places": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        print_rows([("number", "label", "at"), *rows])
        print("nothing was shown: ask for values with --value or --at, and --purpose")


def _where(note: FoundNote, index: int) -> str:
    where = note.line_and_column(index)
    if where is None:
        return f"character {note.places[index].span.start + 1}"
    return f"{where[0]}:{where[1]}"


def _print_values(
    options: argparse.Namespace, wanted: Sequence[int], values: Sequence[KeptValue]
) -> None:
    rows = [
        (index + 1, value.place.label.value, value.original, value.replacement)
        for index, value in zip(wanted, values, strict=True)
    ]
    names = ("number", "label", "original", "replacement")
    if options.json:
        print_json({"values": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        told = [(n, label, printable(was), printable(now)) for n, label, was, now in rows]
        print_rows([names, *told])
