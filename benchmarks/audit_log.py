"""How fast the log is: appending, verifying everything, proving one record among many.

    python benchmarks/audit_log.py [--records 100000] [--verify 1000000] [--folder DIR]

Prints a table in Markdown, by the clock and in processor time: on a busy machine only the second
says what the program needs. The log is made in a temporary folder of the place named, so that the
disk measured is the one meant; it takes about 850 bytes a record. Verified are the first records
of it, as many as `--verify` says, as soon as they are there. Verifying runs in a
process of its own, so that its memory can be told.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

from machine import machine

from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.proof import check_inclusion, prove_inclusion
from deid.audit.records import DocumentCommitted, DocumentRead, Event, RedactionMade
from deid.audit.store import AuditLog, log_path
from deid.audit.verify import verify
from deid.datatypes import Span
from deid.labels import Label

BATCH = 1000
REDACTIONS = 23  # a note is 25 records: read, redactions, committed
PROOFS = 1000


def fingerprint(keys: Keys, kind: str, number: int) -> str:
    """What looks like a fingerprint and takes no time to speak of: it is not what is measured."""
    return f"hmac-sha256:{keys.id}:{hashlib.sha256(f'{kind} {number}'.encode()).hexdigest()}"


def note(keys: Keys, number: int) -> Iterator[Event]:
    """The records of one invented note."""
    document = fingerprint(keys, "document", number)
    digest, policy = f"{number:064x}", "0" * 64
    length = 100 * REDACTIONS
    yield DocumentRead(document, digest, length, length, "text", "utf-8")
    for place in range(REDACTIONS):
        span = Span(100 * place, 100 * place + 9)
        original = fingerprint(keys, "original", REDACTIONS * number + place)
        yield RedactionMade(
            document, span, Label.PATIENT, "A", "model:0a1b2c3d", 0.9731, "tag", policy, original,
            span,
        )  # fmt: skip
    yield DocumentCommitted(
        document, digest, f"{number + 1:064x}", length, length, REDACTIONS, 0, policy,
        fingerprint(keys, "output-name", number), {Label.PATIENT: REDACTIONS},
    )  # fmt: skip


def batches(keys: Keys, first: int, stop: int) -> Iterator[list[Event]]:
    """Whole notes in batches of `BATCH` records, for the places in `[first, stop)` of a log."""
    a_note = REDACTIONS + 2
    for begin in range(first, stop, BATCH):
        numbers = range(begin // a_note, min(begin + BATCH, stop) // a_note)
        yield [event for number in numbers for event in note(keys, number)]


@dataclass
class Watch:
    """Seconds by the clock and of the processor, of the times between `start` and `stop`."""

    clock: float = 0.0
    processor: float = 0.0
    _started: tuple[float, float] = field(default=(0.0, 0.0))

    def start(self) -> None:
        """Count from now on."""
        self._started = perf_counter(), process_time()

    def stop(self) -> None:
        """Count until now."""
        self.clock += perf_counter() - self._started[0]
        self.processor += process_time() - self._started[1]


@dataclass
class Appended:
    """What appending took, in all and for the last records."""

    whole: Watch = field(default_factory=Watch)
    last: Watch = field(default_factory=Watch)
    last_records: int = 0


def append(log: AuditLog, keys: Keys, stop: int, appended: Appended) -> None:
    """Fill a log until it has so many records. Making the events is not counted."""
    for events in batches(keys, log.size, stop):
        watch = Watch()
        watch.start()
        log.append(events)
        watch.stop()
        appended.whole.clock += watch.clock
        appended.whole.processor += watch.processor
        if stop - log.size < 100_000:
            appended.last.clock += watch.clock
            appended.last.processor += watch.processor
            appended.last_records += len(events)


def verified(home: Path, workers: int) -> dict[str, float]:
    """Verify in a process of its own: seconds, processor seconds and MiB at the most."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); import audit_log;"
        " audit_log.verify_and_tell(sys.argv[2], int(sys.argv[3]))"
    )
    here = str(Path(__file__).resolve().parent)
    done = subprocess.run(
        [sys.executable, "-c", code, here, str(home), str(workers)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout)
    return found


def verify_and_tell(home: str, workers: int) -> None:
    """Verify the log of a folder, and print what it took."""
    import resource

    keys = Keys.open(Path(home))
    start = perf_counter()
    found = verify(log_path(Path(home)), public_key=keys.public_key, workers=workers)
    clock = perf_counter() - start
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    told = {
        "records": found.size,
        "clock": clock,
        "processor": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
        "memory": (own.ru_maxrss + workers * others.ru_maxrss * (workers > 1)) / 1024,
    }
    print(json.dumps(told))


def proofs(log: AuditLog, keys: Keys) -> list[tuple[float, float]]:
    """Milliseconds by the clock and of the processor for proofs of records drawn at random."""
    seal(log, keys.signer)
    times = []
    for seq in random.Random(1).choices(range(log.size), k=PROOFS):
        watch = Watch()
        watch.start()
        proof = prove_inclusion(log, seq, keys.signer)
        watch.stop()
        times.append((watch.clock * 1000, watch.processor * 1000))
        check_inclusion(proof.to_json(), public_key=keys.public_key)
    return times


def measure(home: Path, records: int, to_verify: int) -> Iterator[tuple[str, str, str]]:
    """What was measured, by the clock, and in processor time."""
    import resource

    keys, appended = Keys.open(home), Appended()
    with AuditLog.open(home) as log:
        append(log, keys, min(records, to_verify), appended)
        seal(log, keys.signer)
    workers = os.cpu_count() or 1
    found = verified(home, workers)
    what = f"verify {found['records']:,.0f} records in {workers} processes"
    yield what, f"{found['clock']:.1f} s", f"{found['processor']:.1f} s"
    yield "memory for verifying, of all processes", f"{found['memory']:,.0f} MiB", ""
    with AuditLog.open(home) as log:
        append(log, keys, records, appended)
        size = log.size
        for what, watch, number in (
            (f"append {size:,} records in batches of {BATCH:,}", appended.whole, size),
            ("append the last 100,000 of them", appended.last, appended.last_records),
        ):
            rates = (number / watch.clock, number / watch.processor)
            yield what, *(f"{rate:,.0f} records/s" for rate in rates)
        clock, processor = zip(*proofs(log, keys), strict=True)
        for name, of in (
            ("median", statistics.median),
            ("99th of 100", lambda times: statistics.quantiles(times, n=100)[-1]),
            ("slowest", max),
        ):
            what = f"inclusion proof among {size:,} records, {name}"
            yield what, f"{of(clock):.2f} ms", f"{of(processor):.2f} ms"
        bytes_ = log.path.stat().st_size
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield f"file: {bytes_ / 2**30:.2f} GiB", f"{bytes_ / size:.0f} bytes a record", ""
    yield "memory for appending and proving", f"{memory:,.0f} MiB", ""


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--verify", type=int, default=1_000_000, metavar="RECORDS")
    parser.add_argument("--folder", type=Path, help="where to make the log")
    arguments = parser.parse_args()
    print(
        f"On {machine()}.\n\n| what | by the clock | of the processor |\n|---|---|---|", flush=True
    )
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        for row in measure(Path(folder), arguments.records, arguments.verify):
            print("| " + " | ".join(row) + " |", flush=True)


if __name__ == "__main__":
    main()
