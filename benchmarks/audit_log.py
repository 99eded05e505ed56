"""How fast the log is: appending, proving one record, verifying everything.

    python benchmarks/audit_log.py [--records 100000] [--folder DIR]

Prints one line a figure, by the clock and in processor time: on a busy machine only the second
says what the program needs. The log is made in a temporary folder of the place named, so that the
disk measured is the one meant.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.proof import check_inclusion, prove_inclusion
from deid.audit.records import DocumentCommitted, DocumentRead, Event, RedactionMade
from deid.audit.store import AuditLog
from deid.audit.verify import verify
from deid.datatypes import Span
from deid.labels import Label

BATCH = 1000
REDACTIONS = 23  # a note is 25 records: read, redactions, committed
PROOFS = 200


def note(keys: Keys, number: int) -> Iterator[Event]:
    """The records of one invented note."""
    document = keys.fingerprint("document", f"note-{number}")
    digest, policy = f"{number:064x}", "0" * 64
    length = 100 * REDACTIONS
    yield DocumentRead(document, digest, length, length, "text", "utf-8")
    for place in range(REDACTIONS):
        yield RedactionMade(
            document, Span(100 * place, 100 * place + 9), Label.PATIENT, "A", "model:0a1b2c3d",
            0.9731, "tag", policy, keys.fingerprint("original", f"{number}/{place}"),
            Span(100 * place, 100 * place + 9),
        )  # fmt: skip
    yield DocumentCommitted(
        document, digest, f"{number:064x}", length, length, REDACTIONS, 0, policy,
        keys.fingerprint("output-name", f"{number}.txt"), {Label.PATIENT: REDACTIONS},
    )  # fmt: skip


def batches(keys: Keys, records: int) -> list[list[Event]]:
    """Whole notes in batches of `BATCH` records."""
    notes = BATCH // (REDACTIONS + 2)
    return [
        [event for number in range(first, first + notes) for event in note(keys, number)]
        for first in range(0, records // BATCH * notes, notes)
    ]


@dataclass
class Watch:
    """Seconds by the clock and of the processor since it was made."""

    clock: float = field(default_factory=perf_counter)
    processor: float = field(default_factory=process_time)

    def read(self) -> tuple[float, float]:
        """Seconds by the clock, seconds of the processor."""
        return perf_counter() - self.clock, process_time() - self.processor


def measure(folder: Path, records: int) -> None:
    """Fill a log, prove some of its records, verify all of it, and print how long each took."""
    keys = Keys.open(folder)
    events = batches(keys, records)
    with AuditLog.open(folder) as log:
        watch = Watch()
        for batch in events:
            log.append(batch)
        clock, processor = watch.read()
        size, path = log.size, log.path
        print(
            f"append {size:,} records in batches of {BATCH:,}: {size / clock:,.0f} records/s, "
            f"{size / processor:,.0f} a processor second"
        )
        seal(log, keys.signer)
        draw = random.Random(1)
        times = []
        for seq in draw.choices(range(size), k=PROOFS):
            watch = Watch()
            proof = prove_inclusion(log, seq, keys.signer)
            times.append(watch.read())
            check_inclusion(proof.to_json(), public_key=keys.public_key)
        clock, processor = (median(column) * 1000 for column in zip(*times, strict=True))
        print(f"inclusion proof, median: {clock:.2f} ms, {processor:.2f} ms of the processor")
    watch = Watch()
    verify(path, public_key=keys.public_key)
    clock, processor = (seconds / size * 100_000 for seconds in watch.read())
    print(f"verify, per 100,000 records: {clock:.2f} s, {processor:.2f} s of one processor")
    print(f"file: {path.stat().st_size / size:.0f} bytes a record")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, help="where to make the log")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        measure(Path(folder), arguments.records)


if __name__ == "__main__":
    main()
