"""`deid audit archive`: move the oldest records out of the log."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from deid.commands.archive_options import records_told
from deid.commands.audit_records import MOST_RECORDS, moment
from deid.commands.officer_options import add_person, officer_desk
from deid.commands.options import add_json, whole_number
from deid.commands.printing import print_json, print_rows, printable

if TYPE_CHECKING:
    from deid.audit.archive import Moved
    from deid.commands.options import Commands


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "archive",
        help="move the oldest records to an archive",
        description="Move the oldest records into one file that verifies by itself and together "
        "with the log, which keeps their hashes: every proof and checkpoint holds as before. What "
        "an unfinished note, sample or release needs stays. Keep the archives, in two places, as "
        "long as the law asks (six years after 45 CFR 164.316(b)(2)(i)). Wants the key of an "
        "administrator.",
    )
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument(
        "--before", type=moment, metavar="DATE", help="the records before this time, ISO 8601"
    )
    which.add_argument(
        "--records",
        type=whole_number(1, MOST_RECORDS),
        metavar="N",
        help="the N oldest that are in the log",
    )
    parser.add_argument(
        "--out", type=Path, required=True, metavar="FOLDER", help="where the archive will lie"
    )
    add_person(parser)
    add_json(parser)
    parser.set_defaults(run=_archive)


def _archive(options: argparse.Namespace) -> int:
    from deid.audit.rows import archived_until
    from deid.officer.archiving import archive_before, archive_records

    with officer_desk(options) as desk:
        told = records_told(quiet=options.json)
        if options.before is not None:
            moved = archive_before(desk, options.out, moment=options.before, told=told)
        else:
            stop = archived_until(desk.log.archived()) + options.records
            moved = archive_records(desk, options.out, stop=stop, told=told)
        left = desk.log.size
    if moved is None:
        if options.json:
            print_json({"archived": 0})
        else:
            print("There is nothing to archive: no record is so old, or something needs them all.")
        return 0
    _tell(moved, left=left, json_wanted=options.json)
    return 0


def _tell(moved: Moved, *, left: int, json_wanted: bool) -> None:
    event = moved.event
    if json_wanted:
        print_json(
            {
                "archived": event.stop - event.first,
                "first": event.first,
                "stop": event.stop,
                "file": str(moved.path),
                "sha256": event.sha256,
                "size": event.size,
            }
        )
        return
    print_rows(
        [
            ("records", f"{event.first} to {event.stop - 1}"),
            ("left in the log", left - event.stop),
            ("file", printable(moved.path)),
            ("sha256", event.sha256),
        ]
    )
    if not moved.shrunk:
        print("The log's file is as large as before: new records will take the space.")
    print("Keep a second copy of the file elsewhere: what it holds is nowhere else.")
