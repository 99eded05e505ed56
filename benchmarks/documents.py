"""Speed and memory of NoteVeil on large files of each document format.

    python benchmarks/documents.py [FORMAT ...] [--notes 5000] [--rules 5000] [--hybrid 200]

Each row is a process of its own that reads the file, redacts notes of it under the Safe Harbor
policy and writes them, without the log: as many of the first notes as --rules says by rules alone,
as many as --hybrid says by rules and model.

- *read*: seconds of one core to take the file apart, all notes of it;
- *whole*: seconds of one core for everything, detectors loaded already; on a computer that does
  nothing else that is the time it takes;
- *peak memory*: largest resident memory of the process, with detectors and the file itself.

A format is a function that makes the file: add one to `FORMATS`, with the file's ending.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from invented import invented_notes
from machine import machine

SEED = bytes(range(32))
_DIFFERENT = 200


@dataclass(frozen=True, slots=True)
class Format:
    """A file to measure.

    Attributes:
        what: the file, in words.
        suffix: its ending, with the dot.
        make: its bytes, in pieces, of so many notes.
    """

    what: str
    suffix: str
    make: Callable[[int], Iterator[bytes]]


def hl7_messages(count: int) -> Iterator[bytes]:
    """Results with a report of about 1,000 characters in lines, each message of another patient."""
    notes = list(invented_notes(min(count, _DIFFERENT), length=1000))
    for number, note in enumerate(islice(cycle(notes), count)):
        lines = [line for line in note.replace("|", " ").replace("&", "and").split("\n") if line]
        head, family = note.partition("MRN: ")[0], note.split()[2]
        given = head.removeprefix("Patient: ").split()[0]
        header = f"LAB|AVERTON GENERAL|EHR|AVERTON|20240304101530||ORU^R01|M{number:08d}|P|2.5"
        patient = f"{10**7 + number}^^^AVERTON^MR||{family}^{given}||19620304|F"
        segments = [
            rf"MSH|^~\&|{header}",
            f"PID|1||{patient}|||12 Larkspur Lane^^Averton^IL^62704||(217)555-0143",
            "PV1|1|I|3W^312^B||||12345^VANDERMEER^OTTOLINE",
            f"OBR|1|O{number:07d}|L{number:07d}|24331-1^Lipid panel^LN|||20240304093000",
            "OBX|1|NM|718-7^Hemoglobin^LN||13.5|g/dL|12-16|N|||F",
            *(
                f"OBX|{place}|TX|11488-4^Consult note^LN|{place}|{line}||||||F"
                for place, line in enumerate(lines, 2)
            ),
        ]
        yield "".join(segment + "\r" for segment in segments).encode()


def csv_rows(count: int) -> Iterator[bytes]:
    """A heading, and records of ten cells with a remark of about 100 characters, four a patient."""
    notes = list(invented_notes(min(count, _DIFFERENT), length=1000))
    heading = "MRN,Patient Name,DOB,Visit Date,Ward,Pulse,Systolic,Diastolic,Attending,Remark"
    yield heading.encode() + b"\r\n"
    for number, note in enumerate(islice(cycle(notes), max(0, count - 1))):
        words = note.replace('"', "").replace(",", "").split()
        start = 20 + number * 7 % max(1, len(words) - 40)
        cells = [
            str(10**7 + number // 4),
            f"{words[1]} {words[2]}",
            "1962-03-04",
            f"03/{1 + number % 28:02d}/2024",
            "3W",
            str(60 + number % 40),
            str(110 + number % 40),
            str(60 + number % 30),
            "Dr. Ottoline Vandermeer",
            f'"{" ".join(words[start : start + 16])}"',
        ]
        yield ",".join(cells).encode() + b"\r\n"


def fhir_lines(count: int) -> Iterator[bytes]:
    """Reports of about 1,000 characters in base64, every eighth line their patient."""
    notes = list(invented_notes(min(count, _DIFFERENT), length=1000))
    for number, note in enumerate(islice(cycle(notes), count)):
        name = f"pt-{number // 8:07d}"
        if number % 8 == 0:
            yield fhir_line("Patient", name, {"name": [{"text": " ".join(note.split()[1:3])}]})
            continue
        attachment = {"contentType": "text/plain", "data": b64encode(note.encode()).decode()}
        report = {
            "status": "current",
            "subject": {"reference": f"Patient/{name}"},
            "date": "2024-03-04T10:15:30Z",
            "content": [{"attachment": attachment}],
        }
        yield fhir_line("DocumentReference", f"doc-{number:08d}", report)


def fhir_line(kind: str, name: str, elements: Mapping[str, object]) -> bytes:
    """A resource as a line."""
    return json.dumps({"resourceType": kind, "id": name, **elements}).encode() + b"\n"


def pdf_pages(count: int) -> Iterator[bytes]:
    """One document of so many pages, with about 2,500 letters a page and an embedded font."""
    from io import BytesIO

    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

    pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
    style = ParagraphStyle("note", fontName="Vera", fontSize=9, leading=12)
    notes = list(invented_notes(min(count, _DIFFERENT), length=2500))
    story: list[object] = []
    for note in islice(cycle(notes), count):
        lines = note.replace("&", "and").replace("<", "").split("\n")
        story += [Paragraph(line, style) for line in lines if line]
        story.append(PageBreak())
    stream = BytesIO()
    SimpleDocTemplate(stream).build(story)
    yield stream.getvalue()


FORMATS = {
    "csv": Format("records of a csv", ".csv", csv_rows),
    "hl7": Format("HL7 v2 messages", ".hl7", hl7_messages),
    "pdf": Format("pages of a PDF", ".pdf", pdf_pages),
    "fhir": Format("FHIR resources in NDJSON", ".ndjson", fhir_lines),
}


def main() -> None:
    """Measure the formats named, or all, and print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("formats", nargs="*", metavar="FORMAT", help=", ".join(FORMATS))
    parser.add_argument("--notes", type=int, default=5000, help="notes of a file (default: 5000)")
    parser.add_argument("--rules", type=int, default=5000, help="notes for rules alone")
    parser.add_argument("--hybrid", type=int, default=200, help="notes for rules and model")
    parser.add_argument("--one", nargs=3, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        path, detectors, part = arguments.one
        print(json.dumps(_measure(Path(path), detectors, int(part))))
        return
    print(f"On {machine()}.\n")
    print("| file | MB | detectors | notes | read, s | whole, s | notes/s | peak memory, MB |")
    print("|---|--:|---|--:|--:|--:|--:|--:|")
    for name in arguments.formats or FORMATS:
        _rows(
            FORMATS[name],
            arguments.notes,
            {"rules": arguments.rules, "hybrid": arguments.hybrid},
        )


def _rows(made: Format, count: int, parts: Mapping[str, int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"file{made.suffix}"
        with path.open("wb") as file:
            file.writelines(made.make(count))
        size = path.stat().st_size / 1e6
        for detectors, notes in parts.items():
            one = [sys.executable, __file__, "--one", str(path), detectors, str(notes)]
            told = subprocess.run(one, stdout=subprocess.PIPE, check=True)
            found = json.loads(told.stdout)
            print(
                f"| {count:,} {made.what} | {size:.1f} | {detectors} | {found['notes']:,} "
                f"| {found['read']:.1f} | {found['whole']:.1f} "
                f"| {found['notes'] / found['whole']:.1f} | {found['peak'] / 1e6:.0f} |",
                flush=True,
            )


def _measure(path: Path, detectors: str, part: int) -> dict[str, float]:
    from deid.datatypes import Document
    from deid.formats import ReadOptions
    from deid.formats.inputs import read_input
    from deid.pipeline import Deidentifier, DetectorChoice
    from deid.policy import load_policy

    choice = DetectorChoice(detectors)
    deidentifier = Deidentifier.open(policy=load_policy("safe-harbor"), detectors=choice)
    begun = time.process_time()
    file = read_input(path, name=path.name, options=ReadOptions())
    for _ in file.notes():
        pass
    read = time.process_time() - begun
    begun, count = time.process_time(), 0
    with path.with_suffix(".out").open("wb") as output:
        output.write(file.head)
        for note in islice(file.notes(), part):
            if not isinstance(note, Document):
                raise TypeError(f"line {note.line} cannot be read: {note.error}")
            redacted = deidentifier.deidentify(note, seed=SEED)
            output.write(file.render(note, redacted, id=note.id, patient=""))
            count += 1
    whole = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return {"notes": count, "read": read, "whole": whole, "peak": peak}


if __name__ == "__main__":
    main()
