"""Memory of `deid redact` on files that are longer than it may take: they must be streamed.

    python benchmarks/long_files.py [FORMAT ...] [--megabytes 1000] [--jobs 1] [--folder DIR]

Each row is a run of the command line as a user starts it, with its log, by rules alone under the
Safe Harbor policy, on a file of at least so many megabytes (10**6 bytes). While it runs, the
resident memory of all its processes is added up every half second: what is their own, and pages of
files that they have mapped; pages that they share count in each. Behind it the log is verified.

- *ndjson*: FHIR, reports of 20,000 characters in base64 with a date and a doctor in them, every
  eighth line the patient: there is little to find, so that a gigabyte is done in an hour;
- *jsonl*, *hl7*, *csv*: notes as in `documents.py`, of 1,000 characters and less: many of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from itertools import count, cycle, islice
from pathlib import Path

import psutil
from documents import csv_rows, fhir_line, hl7_messages
from invented import invented_notes
from machine import machine

_ENDLESS = 10**9
_LOOK_EVERY = 0.5
_SENTENCES = (
    "The wound edges are well approximated, without erythema, warmth or drainage. ",
    "The abdomen is soft and not tender; bowel sounds are present in all quadrants. ",
    "Strength is full in all extremities, with normal tone and no pronator drift. ",
    "There is no fever, and no nausea, vomiting, weight loss or night sweats. ",
    "Breath sounds are clear on both sides, and the heart is regular without murmur. ",
    "Diet was tolerated, and walking in the hall was possible with a little help. ",
    "The plan was discussed at length, and all questions were answered. ",
)


def reports(length: int) -> Iterator[bytes]:
    """Reports of so many characters, every eighth line their patient."""
    words = [note.split() for note in invented_notes(200, length=1000)]
    for number in count():
        given, family = words[number % len(words)][1:3]
        name = f"pt-{number // 8:07d}"
        if number % 8 == 0:
            record = {"type": {"coding": [{"code": "MR"}]}, "value": f"{10**7 + number}"}
            patient = {"identifier": [record], "name": [{"family": family, "given": [given]}]}
            yield fhir_line("Patient", name, patient)
            continue
        rest = cycle([*_SENTENCES[number % len(_SENTENCES) :], *_SENTENCES])
        text = f"Seen on 03/{1 + number % 28:02d}/2024 by Dr. {family}.\n" + "".join(
            islice(rest, length // 80)
        )
        attachment = {"contentType": "text/plain", "data": b64encode(text.encode()).decode()}
        report = {
            "status": "current",
            "subject": {"reference": f"Patient/{name}"},
            "date": "2024-03-04T10:15:30Z",
            "content": [{"attachment": attachment}],
        }
        yield fhir_line("DocumentReference", f"doc-{number:08d}", report)


def notes() -> Iterator[bytes]:
    """Notes of 1,000 characters as JSON lines, four of each patient."""
    texts = cycle(list(invented_notes(200, length=1000)))
    for number, text in enumerate(texts):
        yield json.dumps({"id": f"n{number}", "text": text, "patient": f"{number // 4}"}).encode()
        yield b"\n"


FORMATS: dict[str, tuple[str, Callable[[], Iterator[bytes]]]] = {
    "ndjson": (".ndjson", lambda: reports(20_000)),
    "jsonl": (".jsonl", notes),
    "hl7": (".hl7", lambda: hl7_messages(_ENDLESS)),
    "csv": (".csv", lambda: csv_rows(_ENDLESS)),
}


def main() -> None:
    """Run the formats named, or all, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--megabytes", type=int, default=1000, help="of a file (default: 1000)")
    parser.add_argument("--jobs", type=int, default=1, help="as of `deid redact`")
    parser.add_argument("--folder", type=Path, help="where files are made (default: a new one)")
    arguments = parser.parse_args()
    print(f"On {machine()}.\n")
    print("| file | MB | jobs | notes | minutes | notes/s | peak of all processes, MB |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for name in arguments.formats or FORMATS:
        with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
            _row(name, Path(folder), arguments.megabytes * 10**6, arguments.jobs)


def _row(name: str, folder: Path, size: int, jobs: int) -> None:
    suffix, make = FORMATS[name]
    path = folder / f"file{suffix}"
    with path.open("wb") as file:
        for piece in make():
            file.write(piece)
            if file.tell() >= size:
                break
    home = {**os.environ, "DEID_HOME": str(folder / "home")}
    deid = [sys.executable, "-m", "deid"]
    begun = time.monotonic()
    command = [*deid, "redact", str(path), "--out", str(folder / "out"), "--detector", "rules"]
    with subprocess.Popen(
        [*command, "--jobs", str(jobs), "--json"], stdout=subprocess.PIPE, env=home
    ) as process:
        peak = _watched(process)
        told = json.loads(process.stdout.read() if process.stdout else b"")
    taken = time.monotonic() - begun
    if process.returncode or told["files"][0]["refusals"]:
        raise RuntimeError(f"{name}: refused")
    verified = subprocess.run(
        [*deid, "audit", "verify", "--json"], stdout=subprocess.PIPE, env=home, check=True
    )
    if json.loads(verified.stdout)["documents"] != told["notes"]:
        raise RuntimeError(f"{name}: the log does not have all notes")
    print(
        f"| {name} | {path.stat().st_size / 1e6:.0f} | {jobs} | {told['notes']:,} "
        f"| {taken / 60:.1f} | {told['notes'] / taken:.1f} | {peak / 1e6:.0f} |",
        flush=True,
    )


def _watched(process: subprocess.Popen[bytes]) -> int:
    """The most bytes that all processes of a run had in memory at once."""
    peak = 0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(_LOOK_EVERY)
    return peak


def _resident(pid: int) -> int:
    total = 0
    try:
        first = psutil.Process(pid)
        for one in (first, *first.children(recursive=True)):
            total += one.memory_info().rss
    except psutil.NoSuchProcess:
        pass
    return total


if __name__ == "__main__":
    main()
