"""`deid audit list` and `deid audit show`: the records of the log, for people and programs."""

from __future__ import annotations

import argparse
import json
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from deid.audit.records import (
    EVENTS,
    Record,
    SessionOpened,
)
from deid.commands.archive_options import add_archives, archives_attached
from deid.commands.gists import gist
from deid.commands.options import add_json, label, whole_number
from deid.commands.printing import print_json, print_rows, printable
from deid.labels import Label

if TYPE_CHECKING:
    from deid.audit.store import AuditLog, Filter
    from deid.commands.options import Commands
    from deid.officer.index.index import Index

MOST_RECORDS: Final = 2**53
_AT_ONCE: Final = 10_000


def add(actions: Commands) -> None:
    """Add the two actions to the parser of `deid audit`."""
    listing = actions.add_parser("list", help="the records, oldest first")
    kinds = [event.kind for event in EVENTS]
    listing.add_argument(
        "--event", choices=kinds, metavar="KIND", help=f"one of {', '.join(kinds)}"
    )
    listing.add_argument("--since", type=moment, metavar="TIME", help="from then on, ISO 8601")
    listing.add_argument("--until", type=moment, metavar="TIME", help="before then, ISO 8601")
    listing.add_argument("--document", metavar="ID", help="id of a note, or its file's name")
    listing.add_argument("--label", type=label, metavar="LABEL", help="such as PATIENT")
    listing.add_argument("--detector", metavar="D", help="such as rule:us/mrn@2, or its beginning")
    listing.add_argument("--policy", metavar="P", help="name or file of a policy")
    listing.add_argument("--user", metavar="U", help="who opened the session")
    listing.add_argument(
        "--last", type=whole_number(1, MOST_RECORDS), metavar="N", help="only the last N"
    )
    add_archives(listing)
    add_json(listing)
    listing.set_defaults(run=_list)
    show = actions.add_parser("show", help="one record, whole")
    show.add_argument("seq", type=whole_number(0, MOST_RECORDS), metavar="SEQ", help="its number")
    add_archives(show)
    add_json(show)
    show.set_defaults(run=_show)


def _list(options: argparse.Namespace) -> int:
    from deid.audit.canonical import encode

    with _log(options) as log:
        for record in _selected(log, options):
            if options.json:
                print_json(json.loads(encode(record)))
            else:
                time = record.time.isoformat(sep=" ", timespec="seconds")
                print(f"{record.seq:>7}  {time}  {record.event.kind:18}  {gist(record.event)}")
    return 0


def _show(options: argparse.Namespace) -> int:
    with _log(options) as log:
        log.record(options.seq)
        body = json.loads(log.body(options.seq))
    if options.json:
        print_json(body)
    else:
        print_rows([(name.replace("_", " "), printable(str(body[name]))) for name in sorted(body)])
    return 0


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Which records are listed.

    Attributes:
        filter: what the log itself can select by.
        label: of the identifier.
        policy: digest of a policy.
        detector: how its name begins.
        user: who opened the session.
    """

    filter: Filter
    label: Label | None
    policy: str | None
    detector: str | None
    user: str | None

    @property
    def asks_for_more(self) -> bool:
        """Whether the log itself cannot select all of it."""
        more = (self.label, self.policy, self.detector, self.user)
        return any(value is not None for value in more)


def _selected(log: AuditLog, options: argparse.Namespace) -> Iterator[Record]:
    wanted = _wanted(options)
    lets_through = _check(log, wanted)
    newest = options.last is not None
    with ExitStack() as opened:
        # The index knows no more of an archived record than the log does.
        index = _index(opened) if wanted.asks_for_more and not options.archive else None
        if index is None:
            listed = filter(lets_through, log.select(wanted.filter))
            yield from deque(listed, maxlen=options.last) if newest else listed
        else:
            listed = filter(lets_through, _indexed(log, index, wanted, newest=newest))
            yield from reversed(list(islice(listed, options.last))) if newest else listed


def _wanted(options: argparse.Namespace) -> _Wanted:
    from deid.audit.store import Filter
    from deid.policy import load_policy

    kinds = tuple(event for event in EVENTS if event.kind == options.event)
    return _Wanted(
        filter=Filter(
            kinds=kinds or None,
            document=fingerprint(options.document) if options.document is not None else None,
            since=options.since,
            until=options.until,
        ),
        label=options.label,
        policy=load_policy(options.policy).digest if options.policy is not None else None,
        detector=options.detector,
        user=options.user,
    )


def _check(log: AuditLog, wanted: _Wanted) -> Callable[[Record], bool]:
    """Whether a record that the log selected is wanted."""
    sessions = _sessions_of(log, wanted.user) if wanted.user is not None else None

    def lets_through(record: Record) -> bool:
        event = record.event
        return (
            (sessions is None or record.session in sessions)
            and wanted.label in (None, getattr(event, "label", None))
            and wanted.policy in (None, getattr(event, "policy_digest", None))
            and str(getattr(event, "detector", "")).startswith(wanted.detector or "")
        )

    return lets_through


def _index(opened: ExitStack) -> Index | None:
    """The index of the log, if there is one that can be used for listing."""
    from deid import resources
    from deid.officer.index.local import index_path, local_index

    home = resources.home()
    if not index_path(home).is_file():
        return None
    index, _updated = opened.enter_context(local_index(home))
    # A record that cannot be read must be come upon.
    return None if index.unreadable else index


def _indexed(log: AuditLog, index: Index, wanted: _Wanted, *, newest: bool) -> Iterator[Record]:
    """The records that are wanted, and perhaps a few others."""
    from deid.officer.index.local import records_at
    from deid.officer.index.query import Dimension, Query

    first = wanted.filter
    query = Query(
        since=first.since,
        until=first.until,
        document=first.document,
        event=None if first.kinds is None else tuple(kind.kind for kind in first.kinds),
        label=None if wanted.label is None else (wanted.label.value,),
        policy=None if wanted.policy is None else (wanted.policy,),
        user=None if wanted.user is None else (wanted.user,),
    )
    if wanted.detector:
        choices = index.facets(query)[Dimension.DETECTOR]
        names = [each.value for each in choices if each.value.startswith(wanted.detector)]
        query = query.but(Dimension.DETECTOR, names)
    start = 0
    while places := index.places(query, start, start + _AT_ONCE, newest=newest):
        yield from records_at(log, (place.seq for place in places))
        start += _AT_ONCE


def fingerprint(document: str) -> str:
    """The fingerprint of a note, by its id or its file's name."""
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


@contextmanager
def _log(options: argparse.Namespace) -> Iterator[AuditLog]:
    from deid import resources
    from deid.audit.store import AuditLog

    with (
        AuditLog.open(resources.home(), create=False, read_only=True) as log,
        archives_attached(log, options),
    ):
        yield log


def moment(argument: str) -> datetime:
    """A point in time, in UTC, from an argument."""
    try:
        read = datetime.fromisoformat(argument)
    except ValueError:
        raise argparse.ArgumentTypeError(
            "must be a date or time such as 2026-11-21T08:00"
        ) from None
    return read.astimezone(UTC)
