"""Messages of invented people."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from deid.datatypes import Document
from deid.formats import ReadOptions, Unreadable
from deid.formats.hl7 import Hl7File, read
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy

SEED = bytes(range(32))
HEADER = r"MSH|^~\&|||||||ORU^R01||P|2.5"
"""It names nobody, and no place or day."""

REPORT = tuple(
    r"""
MSH|^~\&|LABSYS|MERIDIAN HOSPITAL^1.2.3.4^ISO|EHR|NORTHGATE CLINIC|20240304101530||ORU^R01^ORU_R01
|MSG00012345|P|2.5.1||||||UNICODE UTF-8
PID|1||B7788120^^^MERIDIAN^MR~912-55-0144^^^USSSA^SS||QUENBRIDGE^THESSALY^A^^MS^^L||19620304|F||
2106-3^White^HL70005|12 Larkspur Lane^Apt 4^Averton^IL^62704^USA^H||^PRN^PH^^1^217^5550143~
tq@example.com|(217)555-0199||M||ACC998877|912-55-0144
NK1|1|QUENBRIDGE^MARLOW|HUS^Husband^HL70063|12 Larkspur Lane^^Averton^IL^62704
PV1|1|I|3W^312^B^MERIDIAN HOSPITAL||||1234567893^VANDERMEER^OTTOLINE^J^^DR^MD^^NPI
OBR|1|ORD77123^EHR|LAB88234^LABSYS|24331-1^Lipid panel^LN|||20240304093000
OBX|1|NM|718-7^Hemoglobin^LN||13.5|g/dL|12-16|N|||F|||20240304
OBX|2|TX|11488-4^Consult note^LN|1|Ms. Quenbridge came with her husband Marlow, sent by||||||F
OBX|3|TX|11488-4^Consult note^LN|2|Dr. Vandermeer.\.br\MRN B7788120 \T\ a \H\stable\N\ knee||||||F
NTE|1|L|Discussed with Thessaly Quenbridge by phone
""".replace("\n|MSG", "|MSG")
    .replace("\n2106", "2106")
    .replace("\ntq@", "tq@")
    .split("\n")[1:-1]
)


def joined(segments: Sequence[str], *, end: str = "\r") -> bytes:
    """Segments with their ends."""
    return "".join(segment + end for segment in segments).encode()


def opened(content: bytes, *, encoding: str | None = None) -> tuple[Hl7File, list[Document]]:
    """A file and its notes, which all are readable."""
    file = read(content, name="file.hl7", options=ReadOptions(encoding=encoding))
    notes = list(file.notes())
    documents = [note for note in notes if not isinstance(note, Unreadable)]
    assert len(documents) == len(notes)
    return file, documents


@cache
def deidentifier(policy: str) -> Deidentifier:
    """Rules alone under a shipped policy."""
    if policy != "safe-harbor":
        return deidentifier("safe-harbor").with_policy(load_policy(policy))
    return Deidentifier.open(policy=load_policy(policy), detectors=DetectorChoice.RULES)


def redacted(content: bytes, *, policy: str = "safe-harbor", encoding: str | None = None) -> bytes:
    """The file after redaction by rules alone."""
    file, documents = opened(content, encoding=encoding)
    pieces = [file.head]
    for document in documents:
        result = deidentifier(policy).deidentify(document, seed=SEED)
        pieces.append(file.render(document, result, id=document.id, patient=""))
    return b"".join(pieces)


def fields(message: bytes, segment: str, *, encoding: str = "utf-8") -> list[list[str]]:
    """The fields of every segment of this name, the name first."""
    lines = message.decode(encoding).replace("\n", "\r").split("\r")
    return [line.split("|") for line in lines if line.startswith(segment)]
