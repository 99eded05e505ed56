"""`deid audit list` and `deid audit show`: the records of the log, for people and programs."""

from __future__ import annotations

import argparse
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from deid.audit.records import (
    EVENTS,
    DocumentCommitted,
    DocumentRefused,
    Event,
    FindingDropped,
    MeasuringChanged,
    Record,
    RedactionMade,
    ReviewActed,
    ReviewerMeasured,
    ReviewFinished,
    SessionOpened,
)
from deid.commands.options import add_json, whole_number
from deid.commands.printing import print_json, print_rows, printable
from deid.labels import Label

if TYPE_CHECKING:
    from deid.audit.store import AuditLog
    from deid.commands.options import Commands

MOST_RECORDS: Final = 2**53


def add(actions: Commands) -> None:
    """Add the two actions to the parser of `deid audit`."""
    listing = actions.add_parser("list", help="the records, oldest first")
    kinds = [event.kind for event in EVENTS]
    listing.add_argument(
        "--event", choices=kinds, metavar="KIND", help=f"one of {', '.join(kinds)}"
    )
    listing.add_argument("--since", type=_moment, metavar="TIME", help="from then on, ISO 8601")
    listing.add_argument("--until", type=_moment, metavar="TIME", help="before then, ISO 8601")
    listing.add_argument("--document", metavar="ID", help="id of a note, or its file's name")
    listing.add_argument("--label", type=Label, choices=list(Label), metavar="LABEL")
    listing.add_argument("--detector", metavar="D", help="such as rule:us/mrn@2, or its beginning")
    listing.add_argument("--policy", metavar="P", help="name or file of a policy")
    listing.add_argument("--user", metavar="U", help="who opened the session")
    listing.add_argument(
        "--last", type=whole_number(1, MOST_RECORDS), metavar="N", help="only the last N"
    )
    add_json(listing)
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="one record, whole")
    show.add_argument("seq", type=whole_number(0, MOST_RECORDS), metavar="SEQ", help="its number")
    add_json(show)
    show.set_defaults(run=_show)


def _list(options: argparse.Namespace) -> int:
    from deid.audit.canonical import encode

    with _log() as log:
        found = _selected(log, options)
        for record in found if options.last is None else deque(found, maxlen=options.last):
            if options.json:
                print_json(json.loads(encode(record)))
            else:
                time = record.time.isoformat(sep=" ", timespec="seconds")
                print(f"{record.seq:>7}  {time}  {record.event.kind:18}  {_gist(record.event)}")
    return 0


def _show(options: argparse.Namespace) -> int:
    with _log() as log:
        log.record(options.seq)
        body = json.loads(log.body(options.seq))
    if options.json:
        print_json(body)
    else:
        print_rows([(name.replace("_", " "), printable(str(body[name]))) for name in sorted(body)])
    return 0


def _selected(log: AuditLog, options: argparse.Namespace) -> Iterator[Record]:
    from deid.audit.store import Filter
    from deid.policy import load_policy

    kinds = tuple(event for event in EVENTS if event.kind == options.event)
    wanted = Filter(
        kinds=kinds or None,
        document=_fingerprint(options.document) if options.document is not None else None,
        since=options.since,
        until=options.until,
    )
    equal: dict[str, object] = {}
    if options.label is not None:
        equal["label"] = options.label
    if options.policy is not None:
        equal["policy_digest"] = load_policy(options.policy).digest
    sessions = _sessions_of(log, options.user) if options.user is not None else None
    for record in log.select(wanted):
        event = record.event
        if sessions is not None and record.session not in sessions:
            continue
        if any(getattr(event, name, None) != value for name, value in equal.items()):
            continue
        detector = str(getattr(event, "detector", ""))
        if options.detector is None or detector.startswith(options.detector):
            yield record


def _fingerprint(document: str) -> str:
    from deid import resources
    from deid.audit.keys import Keys

    return Keys.open(resources.home()).fingerprint("document", document)


def _sessions_of(log: AuditLog, user: str) -> frozenset[str]:
    from deid.audit.store import Filter

    return frozenset(
        record.session
        for record in log.select(Filter(kinds=(SessionOpened,)))
        if isinstance(record.event, SessionOpened) and record.event.user == user
    )


def _gist(event: Event) -> str:
    """What a person wants to see of an event at a glance."""
    match event:
        case RedactionMade():
            place = f"[{event.span.start}, {event.span.end})"
            return f"{event.label} {place} {event.operator}, {printable(event.detector)}"
        case FindingDropped():
            place = f"[{event.span.start}, {event.span.end})"
            return f"{event.label} {place} {event.reason}, {printable(event.detector)}"
        case ReviewActed():
            place = f"[{event.span.start}, {event.span.end})"
            return f"{event.label_after or event.label_before} {place} {event.act}"
        case ReviewFinished():
            return f"{event.replaced} replaced, {event.uncertain_left} of them uncertain"
        case ReviewerMeasured():
            return f"{event.caught} caught of {event.withheld} withheld"
        case MeasuringChanged():
            return f"share withheld: {event.share:g}" if event.share else "nothing is withheld"
        case DocumentCommitted():
            return f"{event.redactions} redactions, output {event.output_sha256[:16]}"
        case DocumentRefused():
            return event.error
        case _:
            return ""


@contextmanager
def _log() -> Iterator[AuditLog]:
    from deid import resources
    from deid.audit.store import AuditLog

    with AuditLog.open(resources.home(), create=False, read_only=True) as log:
        yield log


def _moment(argument: str) -> datetime:
    try:
        moment = datetime.fromisoformat(argument)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "must be a date or time such as 2026-11-21T08:00"
        ) from None
    return moment.astimezone(UTC)
