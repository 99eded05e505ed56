"""How fast a log is indexed, and how long it takes to ask the index.

    python benchmarks/browse.py [--records 2000000] [--folder DIR]

Prints Markdown. Makes a log of invented records over two years in a temporary folder of the place
named, indexes it, and asks what the officer's desk asks: a page of records, their number, the
values to choose from and the weeks, for each filter by itself and for filters together. Each is
asked in an index that knows nothing of the question yet; the time is the median by the clock.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Final

from machine import machine

from deid.audit import merkle, tiles
from deid.audit.canonical import encode
from deid.audit.keys import Keys
from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    DocumentRefused,
    Event,
    FindingDropped,
    Record,
    RedactionMade,
    ReviewAct,
    ReviewActed,
    SessionOpened,
)
from deid.audit.store import AuditLog
from deid.datatypes import DropReason, Span
from deid.labels import Label
from deid.officer.index.index import Index
from deid.officer.index.local import index_path
from deid.officer.index.query import Dimension, Query
from deid.officer.index.update import Source

WEEKS: Final = 104
FIRST: Final = datetime(2024, 11, 18, 7, 0, tzinfo=UTC)
REDACTIONS: Final = 20
NOTES_A_SESSION: Final = 40
PAGE: Final = 200
TIMES: Final = 5

USERS: Final = tuple(f"clerk{number:02}" for number in range(30))
POLICIES: Final = tuple(f"{number:064x}" for number in (11, 12, 13))
LABELS: Final = tuple(Label)
DETECTORS: Final = ("model:0a1b2c3d", "known", *(f"rule:us/{label.lower()}@2" for label in LABELS))


def invented(keys: Keys, records: int, *, seed: int = 1) -> Iterator[Record]:
    """Records of invented notes over `WEEKS` weeks, by people who make mistakes now and then."""
    draw = random.Random(seed)
    step = timedelta(weeks=WEEKS) / max(records, 1)
    session, seq, note = "", 0, 0
    while seq < records:
        events: list[Event] = []
        if note % NOTES_A_SESSION == 0:
            session = f"{draw.getrandbits(64):016x}"
            user = draw.choice(USERS)
            policy = draw.choice(POLICIES)
            machine_name = f"ward-pc-{draw.randrange(8)}"
            events.append(SessionOpened(user, machine_name, "0.1.0", None, "1" * 64, policy))
        events.extend(_note(draw, keys, note, user, policy))
        for event in events[: records - seq]:
            yield Record(seq, FIRST + seq * step, session, event)
            seq += 1
        note += 1


def _note(draw: random.Random, keys: Keys, number: int, user: str, policy: str) -> Iterator[Event]:
    document = keys.fingerprint("document", f"note-{number}")
    digest, length = f"{number:064x}", 100 * REDACTIONS
    yield DocumentRead(document, digest, length, length, "text", "utf-8")
    if draw.random() < 0.01:
        yield DocumentRefused(document, "ResidualFound", 9)
        return
    counts: dict[Label, int] = {}
    dropped = 0
    for place in range(REDACTIONS):
        label = LABELS[min(int(draw.expovariate(0.25)), len(LABELS) - 1)]
        rule = f"rule:us/{label.lower()}@2"
        span, score = Span(100 * place, 100 * place + 9), round(draw.uniform(0.5, 1), 4)
        chance = draw.random()
        detector = rule if chance < 0.5 else DETECTORS[0]
        if chance > 0.97:
            dropped += 1
            yield FindingDropped(document, span, label, rule, score, DropReason.REJECTED)
            continue
        if chance > 0.95:
            detector = f"reviewer:{user}"
        counts[label] = counts.get(label, 0) + 1
        yield RedactionMade(
            document, span, label, label.names.safe_harbor, detector, score, "tag", policy,
            keys.fingerprint("original", f"{number}/{place}"), span,
        )  # fmt: skip
    if draw.random() < 0.3:
        yield ReviewActed(document, ReviewAct.ADD, user, Span(4, 9), None, Label.PATIENT)
        yield ReviewActed(document, ReviewAct.REJECT, user, Span(14, 19), Label.DATE, Label.DATE)
    yield DocumentCommitted(
        document, digest, f"{number:064x}", length, length, sum(counts.values()), dropped, policy,
        keys.fingerprint("output-name", f"{number}.txt"), counts,
    )  # fmt: skip


def write_log(folder: Path, records: Iterable[Record]) -> Path:
    """Make a log of these records in a data folder; its path.

    They are written behind the program's back: it would give them the time of today.
    """
    with AuditLog.open(folder) as log:
        path = log.path
    rest, known = iter(records), dict[tuple[int, int], bytes]()
    with closing(sqlite3.connect(path)) as connection:
        while batch := [(record.seq, encode(record)) for record in islice(rest, 20_000)]:
            leaves = (merkle.leaf_hash(body) for _seq, body in batch)
            grown = tiles.grow(_reader(known), batch[0][0], leaves)
            known |= grown
            connection.executemany(
                "INSERT INTO records (seq, body) VALUES (?, ?)",
                ((seq, body.decode()) for seq, body in batch),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO tiles VALUES (?, ?, ?)",
                ((row, number, hashes) for (row, number), hashes in grown.items()),
            )
            connection.commit()
    return path


def _reader(known: dict[tuple[int, int], bytes]) -> tiles.ReadTile:
    return lambda row, number: known.get((row, number), b"")


def questions(keys: Keys) -> Iterator[tuple[str, Query]]:
    """What is asked: nothing, each filter alone, and some together."""
    year = FIRST + timedelta(weeks=WEEKS // 2)
    yield "no filter", Query()
    yield "time: a year and a bit", Query(since=year - timedelta(hours=5))
    yield "time: a day", Query(since=year, until=year + timedelta(days=1))
    yield "user", Query(user=(USERS[3],))
    yield "note", Query(document=keys.fingerprint("document", "note-1000"))
    yield "label, frequent", Query(label=(LABELS[0],))
    yield "label, rare", Query(label=(LABELS[-2],))
    yield "detector", Query(detector=(DETECTORS[0],))
    yield "policy", Query(policy=(POLICIES[1],))
    yield "outcome", Query(outcome=("replaced",))
    yield "event", Query(event=("document-refused",))
    yield "machine", Query(machine=("ward-pc-3",))
    yield (
        "user, label, detector",
        Query(user=(USERS[3],), label=(LABELS[0],), detector=(DETECTORS[0],)),
    )
    yield (
        "time, label, outcome, machine",
        Query(since=year, label=(LABELS[2],), outcome=("replaced",), machine=("ward-pc-3",)),
    )
    yield "nothing fits", Query(label=(LABELS[0],), event=("document-refused",))


@dataclass(frozen=True)
class Answered:
    """Seconds that each answer took."""

    page: float
    count: float
    facets: float
    trend: float
    found: int


def ask(index: Index, query: Query) -> Answered:
    """Ask everything about a query, as the officer's desk does."""

    def timed(work: Callable[[], object]) -> float:
        times = []
        for _ in range(TIMES):
            index.places(Query(document="none"), 0, 1)  # forgets what was chosen last
            start = perf_counter()
            work()
            times.append(perf_counter() - start)
        return median(times)

    found = index.count(query)
    return Answered(
        page=timed(lambda: index.places(query, found // 2, found // 2 + PAGE)),
        count=timed(lambda: index.count(query)),
        facets=timed(lambda: index.facets(query)),
        trend=timed(lambda: index.trend(query, by=Dimension.LABEL)),
        found=found,
    )


def measure(folder: Path, records: int) -> None:
    """Make a log, index it, ask, and print a table."""
    keys = Keys.open(folder)
    path = write_log(folder, invented(keys, records))
    sources = [Source("ward", path)]
    print(f"Measured on {machine()}, with a log of {records:,} records.\n")
    with Index(index_path(folder)) as index:
        clock, processor = perf_counter(), process_time()
        index.update(sources)
        clock, processor = perf_counter() - clock, process_time() - processor
        print(
            f"Indexing: {records / clock:,.0f} records a second by the clock, "
            f"{records / processor:,.0f} a second of one processor. "
            f"The index takes {index_path(folder).stat().st_size / records:.0f} bytes a record.\n"
        )
    start = perf_counter()
    with Index(index_path(folder)) as index:
        index.update(sources)
        index.trend(Query(), by=Dimension.LABEL)
        print(f"Opening it with nothing new: {(perf_counter() - start) * 1000:.0f} ms.\n")
        print(f"| filter | records | page of {PAGE} | number | values | weeks |")
        print("|---|---:|---:|---:|---:|---:|")
        for name, query in questions(keys):
            told = ask(index, query)
            times = (told.page, told.count, told.facets, told.trend)
            cells = " | ".join(f"{seconds * 1000:.1f} ms" for seconds in times)
            print(f"| {name} | {told.found:,} | {cells} |")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=2_000_000)
    parser.add_argument("--folder", type=Path, help="where to make the log")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        measure(Path(folder), arguments.records)


if __name__ == "__main__":
    main()
