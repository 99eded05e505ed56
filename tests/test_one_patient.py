"""One patient in files of every kind: the same stand-ins, and the same shift of dates."""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from deid.batch import Batch, BatchOptions, FileStatus
from deid.detect.roster import Roster, read_roster
from deid.errors import RosterError
from deid.formats.inputs import find_inputs
from deid.patients import patient_key
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from deid.site import Site
from deid.workers import Recipe, Workers
from tests.formats.cda.documents import AUTHOR, PATIENT, document, section
from tests.formats.ooxml.documents import docx

SEEN = "Marisol Quenbridge was seen on 2025-11-03."
SAID = re.compile(r"(\w+) (\w+) was seen on (\d{4}-\d\d-\d\d)\.")
ROSTER = 'patient,name\nQZ48213377,"Quenbridge, Marisol"\n99999999,"Thornbury, Alfred"\n'
IDENTIFIER = {"type": {"coding": [{"code": "MR"}]}, "value": "qz48213377"}
PERSON = {
    "resourceType": "Patient",
    "id": "pat-7",
    "identifier": [IDENTIFIER],
    "name": [{"family": "Quenbridge", "given": ["Marisol"]}],
}


def report(name: str, patient: str = "pat-7", text: str = SEEN) -> dict[str, object]:
    data = b64encode(text.encode()).decode()
    return {
        "resourceType": "DocumentReference",
        "id": name,
        "status": "current",
        "subject": {"reference": f"Patient/{patient}"},
        "content": [{"attachment": {"contentType": "text/plain", "data": data}}],
    }


def line(*resources: dict[str, object]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def redacted(folder: Path, files: dict[str, bytes], roster: Roster | None = None) -> dict[str, str]:
    """The texts of the outputs, taken out of zip and base64."""
    for name, content in files.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_bytes(content)
    policy = load_policy("research")
    made = Deidentifier.open(policy=policy, detectors=DetectorChoice.RULES, roster=roster)
    out = folder / "out"
    with Site.open(folder / "home") as site:
        batch = Batch(
            site=site,
            deidentifier=made,
            workers=Workers(made, Recipe(policy=policy)),
            options=BatchOptions(),
        )
        results = list(batch.run(find_inputs([folder / "in"], out=out), out))
    assert [one.refusals for one in results] == [()] * len(files)
    assert {one.status for one in results} == {FileStatus.DONE}
    return {name: shown((out / name).read_bytes()) for name in files}


def shown(content: bytes) -> str:
    if content.startswith(b"PK"):
        with ZipFile(BytesIO(content)) as packed:
            return packed.read("word/document.xml").decode()
    text = content.decode()
    inside = re.findall(r'"data": "([A-Za-z0-9+/=]+)"', text)
    return text + "".join(b64decode(one).decode() for one in inside)


def test_one_patient_is_the_same_in_files_of_every_kind(tmp_path: Path) -> None:
    (tmp_path / "roster.csv").write_text(ROSTER)
    paragraph = f"<w:p><w:r><w:t>{SEEN} MRN QZ48213377</w:t></w:r></w:p>"
    segments = (
        r"MSH|^~\&|A|B|C|D|20251103||ORU^R01|1|P|2.5",
        "PID|1||123456789^^^^SS~QZ-48213377^^^H^MR||Quenbridge^Marisol||19610314|F",
        f"OBX|1|TX|11488-4^Note^LN||{SEEN}||||||F",
    )
    outputs = redacted(
        tmp_path,
        {
            "message.hl7": "".join(f"{one}\r" for one in segments).encode(),
            "bundle.json": line(
                {
                    "resourceType": "Bundle",
                    "type": "collection",
                    "entry": [{"resource": PERSON}, {"resource": report("a")}],
                }
            ),
            "lines.ndjson": line(PERSON, report("b")),
            "summary.xml": document(PATIENT, AUTHOR, section(f"<paragraph>{SEEN}</paragraph>")),
            "table.csv": f"MRN,Name,Note\nQZ 48213377,Marisol Quenbridge,{SEEN}\n".encode(),
            "notes.jsonl": line({"id": "n", "text": SEEN, "patient": "QZ48213377"}),
            "letter.docx": docx(paragraph),
            "letter.txt": f"{SEEN}\nMRN: QZ48213377\n".encode(),
        },
        read_roster(tmp_path / "roster.csv"),
    )
    said = {name: SAID.findall(text) for name, text in outputs.items()}
    assert {tuple(found) for found in said.values()} == {tuple(said["letter.txt"])}
    ((given, family, day),) = said["letter.txt"]
    assert "Quenbridge" not in family
    assert "Marisol" not in given
    assert day != "2025-11-03"


def test_a_resource_knows_its_patient_from_another_file(tmp_path: Path) -> None:
    outputs = redacted(
        tmp_path,
        {
            "a/DocumentReference.ndjson": line(report("doc-1"), report("doc-2")),
            "a/Patient.ndjson": line(PERSON),
            "b/report.json": line(report("doc-3")),
            "b/table.csv": f"MRN,Name,Note\nQZ48213377,Marisol Quenbridge,{SEEN}\n".encode(),
        },
    )
    said = {one for text in outputs.values() for one in SAID.findall(text)}
    assert len(said) == 1
    assert "Quenbridge" not in "".join(outputs.values())
    (own,) = re.findall(r'"id": "([^"]+)"', outputs["a/Patient.ndjson"])
    referred = re.findall(r'"reference": "Patient/([^"]+)"', "".join(outputs.values()))
    assert own != "pat-7"
    assert referred == [own] * 3


def test_patients_of_one_name_in_two_folders_stay_apart(tmp_path: Path) -> None:
    other = {
        **PERSON,
        "identifier": [{**IDENTIFIER, "value": "88776655"}],
        "name": [{"family": "Thornbury", "given": ["Alfred"]}],
    }
    away = "Alfred Thornbury was seen on 2025-11-03."
    outputs = redacted(
        tmp_path,
        {
            "a/notes.ndjson": line(report("doc-1")),
            "a/people.ndjson": line(PERSON),
            "b/notes.ndjson": line(report("doc-2", text=away)),
            "b/people.ndjson": line(other),
            "c/notes.ndjson": line(report("doc-3", text=f"{SEEN} {away}")),
        },
    )
    (here,), (there,) = (
        SAID.findall(outputs[name]) for name in ("a/notes.ndjson", "b/notes.ndjson")
    )
    assert here != there
    assert not re.search("Quenbridge|Thornbury|Marisol|Alfred", "".join(outputs.values()))


@pytest.mark.parametrize(
    ("number", "key"),
    [
        ("QZ48213377", "QZ48213377"),
        (" qz 48-213\u2011377 ", "QZ48213377"),
        ("\uff11\uff12\uff13", "123"),
        ("0042", "0042"),
        ("-", "-"),
        ("", ""),
    ],
)
def test_a_record_number_is_compared_by_its_letters_and_digits(number: str, key: str) -> None:
    assert patient_key(number) == key
    assert patient_key(key) == key


def test_a_roster_tells_whose_note_it_is_by_one_record_number_alone(tmp_path: Path) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(
        "patient,mrn,name\np-1,4821-3377,Ann Ash\np2,55667788,Bo Birch\np3,55667788,Cy\n"
    )
    roster = read_roster(path)
    assert roster.patient_in("MRN 48213377, seen.") == "P1"
    assert roster.patient_in("MRN 48213377 and 4821-3377") == "P1"
    assert roster.patient_in("Of P-1.") == ""
    assert roster.patient_in("MRN 55667788") == ""
    assert roster.patient_in("MRN 48213377, MRN 55667788") == ""
    assert roster.patient_in("No number at all.") == ""
    assert roster.for_patient("p-1") == roster.for_patient("P 1")
    with pytest.raises(RosterError):
        roster.for_patient("p4")
    path.write_text("mrn,name\n48213377,Ann Ash\n")
    assert read_roster(path).patient_in("Nothing.") == "48213377"
