"""`deid queue`: the notes that are in work in the window, and the runs of the command line."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from deid.commands.options import add_json, whole_number
from deid.commands.printing import complain, print_json, print_rows, printable
from deid.errors import counted

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.worklist.items import Batch, Item
    from deid.worklist.store import Worklist

_MOST_NOTES: Final = 2**53 - 1
_HEAD: Final = ("id", "state", "uncertain", "from", "note")


def add(commands: Commands) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "queue",
        help="list, fill and clear the notes in work",
        description="The notes that are in work in the window, with the runs of `deid redact` and "
        "what these refused. The list is kept in your data folder, sealed under the site key.",
    )
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="what is in work (shows the names of the files)")
    add_json(listing)
    listing.set_defaults(run=_list)
    adding = actions.add_parser(
        "add",
        help="put files and folders in work",
        description="Put files, and the notes in folders, in work: the window examines them next. "
        "Files of a kind that is not known, and links, are told and left out.",
    )
    adding.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="file or folder")
    adding.set_defaults(run=_add)
    clear = actions.add_parser("clear", help="take out what is finished; no file is touched")
    clear.set_defaults(run=_clear)
    remove = actions.add_parser(
        "remove",
        help="take notes out, with their reviews; no file is touched",
        description="Take notes out of the list. What was reviewed in them and not saved is lost; "
        "the files stay as they are. What was typed or pasted is gone.",
    )
    remove.add_argument(
        "ids", nargs="+", type=whole_number(1, _MOST_NOTES), metavar="ID", help="as listed"
    )
    remove.set_defaults(run=_remove)


def _list(options: argparse.Namespace) -> int:
    with _worklist() as worklist:
        items, batches = worklist.items(), worklist.batches()
    if options.json:
        print_json(
            {"notes": [_note(item) for item in items], "runs": [_run(batch) for batch in batches]}
        )
        return 0
    if items:
        print_rows([_HEAD, *map(_row, items)])
    else:
        print("nothing is in work")
    for batch in batches:
        _print_run(batch)
    return 0


def _add(options: argparse.Namespace) -> int:
    from deid.errors import BatchIncomplete
    from deid.formats.inputs import find_inputs
    from deid.worklist.items import Origin

    inputs = find_inputs(options.paths)
    named = {path for path in options.paths if not path.is_dir()}
    files = [file.path for file in inputs.files]
    with _worklist() as worklist:
        added = worklist.add_files([f for f in files if f in named], origin=Origin.FILE)
        added += worklist.add_files([f for f in files if f not in named], origin=Origin.FOLDER)
    print(f"in work: {len({item.id for item in added})} notes of the paths named")
    if inputs.hidden:
        print(f"hidden files left alone: {inputs.hidden}")
    for refused in inputs.refused:
        complain(f"{refused.path}: left out: {refused.error}")
    if inputs.refused:
        raise BatchIncomplete(f"{len(inputs.refused)} of the files were left out")
    return 0


def _clear(_options: argparse.Namespace) -> int:
    with _worklist() as worklist:
        before = len(worklist.items())
        worklist.clear_finished()
        print(f"taken out: {before - len(worklist.items())} finished notes")
    return 0


def _remove(options: argparse.Namespace) -> int:
    with _worklist() as worklist:
        ids = {worklist.item(id_).id for id_ in options.ids}
        worklist.remove(ids)
    print(f"taken out: {counted(len(ids), 'note')}")
    return 0


@contextmanager
def _worklist() -> Iterator[Worklist]:
    from deid.audit.keys import Keys
    from deid.resources import home
    from deid.worklist.store import Worklist

    with Worklist.open(home(), keys=Keys.open(home())) as worklist:
        yield worklist


def _row(item: Item) -> tuple[str, ...]:
    name = "(typed)" if item.path is None else printable(item.path)
    said = f"{name}: {printable(item.reason)}" if item.reason else name
    return (str(item.id), item.state, str(item.uncertain), item.origin, said)


def _print_run(batch: Batch) -> None:
    how = "ended" if batch.ended else "last heard of"
    when = batch.heard.astimezone().isoformat(sep=" ", timespec="seconds")
    print(
        f"run {batch.id}: {batch.done} of {counted(batch.total, 'file')} done, "
        f"{batch.refused} refused, {how} {when}: {printable(batch.folder)}"
    )


def _note(item: Item) -> dict[str, object]:
    return {
        "id": item.id,
        "path": None if item.path is None else str(item.path),
        "origin": item.origin,
        "state": item.state,
        "reason": item.reason,
        "length": item.length,
        "marks": item.marks,
        "uncertain": item.uncertain,
        "policy": item.policy,
        "output": None if item.target is None else str(item.target),
        "added": item.added.isoformat(),
        "run": item.batch,
    }


def _run(batch: Batch) -> dict[str, object]:
    return {
        "id": batch.id,
        "folder": str(batch.folder),
        "files": batch.total,
        "done": batch.done,
        "refused": batch.refused,
        "started": batch.started.isoformat(),
        "heard": batch.heard.isoformat(),
        "ended": None if batch.ended is None else batch.ended.isoformat(),
    }
