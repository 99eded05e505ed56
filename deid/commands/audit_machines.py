"""`deid audit machines`: the logs of several machines as one site."""

from __future__ import annotations

import argparse
import json
import os
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

from deid.audit.records import EVENTS
from deid.commands.archive_options import records_told
from deid.commands.audit_records import MOST_RECORDS, moment
from deid.commands.audit_verify import facts
from deid.commands.gists import gist
from deid.commands.options import add_json, whole_number
from deid.commands.printing import print_json, print_rows, printable
from deid.errors import VerificationFailed

if TYPE_CHECKING:
    from deid.commands.options import Commands
    from deid.officer.machines import Looked


def add(actions: Commands) -> None:
    """Add the action to the parser of `deid audit`."""
    parser = actions.add_parser(
        "machines",
        help="the logs of several machines as one site",
        description="Each machine has a log of its own. List them here, and each is copied, "
        "verified by itself and against what was seen of it before, and shown together with the "
        "others. Nothing is written to another machine.",
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", required=True)
    new = acts.add_parser("add", help="list the log of another machine")
    new.add_argument("name", metavar="NAME", help="what the machine is called here")
    new.add_argument(
        "path", type=Path, metavar="PATH", help="its log or data folder, on a share or copied"
    )
    new.add_argument(
        "--public-key", required=True, metavar="KEY", help="as `deid audit verify` shows it there"
    )
    new.set_defaults(run=_add)
    gone = acts.add_parser("remove", help="list a machine no more, and remove the copy of its log")
    gone.add_argument("name", metavar="NAME")
    gone.set_defaults(run=_remove)
    listing = acts.add_parser("list", help="which machines there are")
    add_json(listing)
    listing.set_defaults(run=_list)
    verify = acts.add_parser("verify", help="copy every log anew, and verify each")
    add_json(verify)
    verify.set_defaults(run=_verify)
    records = acts.add_parser(
        "records", help="the records of all machines by time, as of the last good look at each"
    )
    kinds = [event.kind for event in EVENTS]
    records.add_argument("--event", choices=kinds, metavar="KIND", help="a kind of event")
    records.add_argument("--since", type=moment, metavar="TIME", help="from then on, ISO 8601")
    records.add_argument("--until", type=moment, metavar="TIME", help="before then, ISO 8601")
    records.add_argument(
        "--last", type=whole_number(1, MOST_RECORDS), metavar="N", help="only the last N"
    )
    add_json(records)
    records.set_defaults(run=_records)


def _add(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.officer.machines import add_machine

    machine = add_machine(
        resources.home(), name=options.name, path=options.path, public_key=options.public_key
    )
    print(f"listed: {printable(machine.name)}; `deid audit machines verify` looks at it")
    return 0


def _remove(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.officer.machines import remove_machine

    remove_machine(resources.home(), options.name)
    print(f"no longer listed: {printable(options.name)}")
    return 0


def _list(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.officer.machine_list import read_machines

    machines = read_machines(resources.home())
    if options.json:
        node = [{"name": m.name, "path": str(m.path), "public_key": m.public_key} for m in machines]
        print_json({"machines": node})
    elif machines:
        rows = [(printable(m.name), printable(m.path), "yes" if m.seen else "no") for m in machines]
        print_rows([("name", "path", "seen"), *rows])
    else:
        print("no other machine is listed: begin with `deid audit machines add`")
    return 0


def _verify(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.officer.machine_list import read_machines
    from deid.officer.machines import look_at, look_at_own

    home, workers = resources.home(), os.cpu_count() or 1
    told = records_told(quiet=options.json)
    names = [machine.name for machine in read_machines(home)]
    found = [
        look_at_own(home, workers=workers, told=told),
        *(look_at(home, name, workers=workers, told=told) for name in names),
    ]
    if options.json:
        print_json({"machines": [_fact(looked) for looked in found]})
    else:
        print_rows([("machine", "records", "found"), *map(_row, found)])
    broken = sum(looked.problem is not None for looked in found)
    if broken:
        raise VerificationFailed(
            f"{broken} of {len(found)} logs could not be verified: look at each machine, and keep "
            "its log as it is"
        )
    return 0


def _fact(looked: Looked) -> dict[str, object]:
    if looked.verified is None:
        return {"name": looked.name, "verified": False, "problem": str(looked.problem)}
    return {"name": looked.name, "verified": True} | facts(looked.verified)


def _row(looked: Looked) -> tuple[object, ...]:
    name = printable(looked.name)
    if looked.verified is None:
        return name, "", printable(str(looked.problem))
    found = "agrees with itself"
    if looked.verified.witnessed:
        found += f" and with the {looked.verified.witnessed} records seen before"
    if looked.verified.unexamined:
        found += f"; {looked.verified.unexamined} are in archives and were not examined"
    return name, looked.verified.size, found


def _records(options: argparse.Namespace) -> int:
    from deid import resources
    from deid.audit.canonical import encode
    from deid.audit.selection import Filter
    from deid.officer.machines import copies, merged

    kinds = tuple(event for event in EVENTS if event.kind == options.event)
    wanted = Filter(kinds=kinds or None, since=options.since, until=options.until)
    found = merged(copies(resources.home()), wanted)
    for entry in found if options.last is None else deque(found, maxlen=options.last):
        record = entry.record
        if options.json:
            body = json.loads(encode(record))
            print_json({"listed_as": entry.machine, "opened_by": entry.user, "record": body})
        else:
            time = record.time.isoformat(sep=" ", timespec="seconds")
            who = f"{printable(entry.machine)}, {printable(entry.user)}"
            print(
                f"{time}  {who:24}  {record.seq:>7}  {record.event.kind:18}  {gist(record.event)}"
            )
    return 0
