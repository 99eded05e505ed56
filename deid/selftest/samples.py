"""The invented notes of the self-test, one or more for each format that can be read.

Nobody in them lives: the names are made up, the telephone number is one of those that are kept for
stories. Who adds a format adds a note in it here; a format without one fails the test.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
from dataclasses import dataclass, field
from typing import Final

NOTE: Final = """\
Patient Name: Marisol Quenbridge     MRN: 00482913
DOB: 03/14/1961     Phone: (801) 555-0147

HISTORY: Mrs. Quenbridge was seen on November 3, 2025 for follow-up of hypertension.
Blood pressure 128/76. Continue lisinopril 10 mg daily. Call her at 801-555-0147.
"""
GOES: Final = ("Marisol", "Quenbridge", "00482913", "03/14", "555-0147", "November 3")
"""What identifies in the note."""
STAYS: Final = ("follow-up of hypertension", "128/76", "lisinopril 10 mg daily")
"""What the note is about."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The note in one format.

    Attributes:
        what: the format, in words.
        name: of the file.
        content: its bytes.
    """

    what: str
    name: str
    content: bytes = field(repr=False)


def _lines() -> bytes:
    notes = ({"id": f"sample-{number}", "text": NOTE} for number in (1, 2))
    return "".join(json.dumps(note) + "\n" for note in notes).encode()


def _message() -> bytes:
    lines = NOTE.replace("&", "\\T\\").splitlines()
    report = (f"OBX|{number}|TX|NOTE|{number}|{line}" for number, line in enumerate(lines, 1))
    segments = ("MSH|^~\\&|||||||ORU^R01|1|P|2.5", "PID|1||00482913||Quenbridge^Marisol", *report)
    return "".join(f"{segment}\r" for segment in segments).encode()


def _table(delimiter: str) -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerow(("00482913", NOTE))
    return stream.getvalue().encode()


SAMPLES: Final = (
    Sample("text", "plain.txt", NOTE.encode()),
    Sample("text with the line ends of Windows", "crlf.txt", NOTE.replace("\n", "\r\n").encode()),
    Sample("text in UTF-16", "utf-16.txt", codecs.BOM_UTF16_LE + NOTE.encode("utf-16-le")),
    Sample("JSON lines", "lines.jsonl", _lines()),
    Sample("table parted by commas", "table.csv", _table(",")),
    Sample("table parted by tabs", "table.tsv", _table("\t")),
    Sample("HL7 v2 message", "message.hl7", _message()),
)
