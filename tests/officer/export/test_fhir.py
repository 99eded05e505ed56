"""AuditEvents: those that FHIR R4 and the profile of the IHE De-Identification Handbook ask for."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from fhir.resources.R4B.bundle import Bundle

from deid.audit.checkpoint import parse
from deid.audit.records import Purpose, RevealSource, ValueRevealed
from deid.errors import NotPermitted
from deid.officer import Desk
from deid.officer.export import export_fhir
from deid.officer.export.fhir import PROFILE
from deid.officer.index.query import Query

NOW = datetime(2026, 11, 21, 4, 5, 6, tzinfo=UTC)
Node = dict[str, Any]


@pytest.fixture
def bundle(desk: Desk, tmp_path: Path) -> Node:
    known = desk.keys.fingerprint("document", "note-1")
    person = desk.person
    assert person is not None
    revealed = ValueRevealed(person.id, known, RevealSource.VAULT, 1, Purpose.CARE)
    desk.record(desk.sign(revealed))
    given = export_fhir(desk, Query(), tmp_path / "bundle.json", now=NOW)
    found = json.loads(given.path.read_bytes())
    assert isinstance(found, dict)
    return found


def events(bundle: Node) -> list[Node]:
    found = [entry["resource"] for entry in bundle["entry"]]
    return [one for one in found if one["resourceType"] == "AuditEvent"]


def test_the_bundle_is_valid_fhir(bundle: Node) -> None:
    Bundle.model_validate(bundle)
    assert bundle["type"] == "collection"
    urls = [entry["fullUrl"] for entry in bundle["entry"]]
    assert len(set(urls)) == len(urls) == 16
    for entry in bundle["entry"]:
        assert entry["fullUrl"] == f"urn:uuid:{entry['resource']['id']}"


def test_each_event_keeps_to_the_profile(bundle: Node) -> None:
    """The constraints of `audit.fsh` of the handbook, one by one."""
    for event in events(bundle):
        AuditEvent.model_validate(event)
        assert event["meta"]["profile"] == [PROFILE]
        assert "modifierExtension" not in event
        assert event["type"] == {
            "system": "http://dicom.nema.org/resources/ontology/DCM",
            "code": "110106",
            "display": "Export",
        }
        assert event["action"] == "R"
        (subtype,) = event["subtype"]
        assert subtype["system"] == "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
        assert subtype["code"] in ("deidentify", "reidentify")
        assert event["outcome"] in ("0", "8")
        assert len(event["agent"]) >= 2
        assert len(event["entity"]) >= 2
        sources = [one for one in event["agent"] if one["type"]["coding"][0]["code"] == "110153"]
        (source,) = sources
        assert source["who"] == event["source"]["observer"]
        assert source["network"] == {"address": source["network"]["address"], "type": "1"}
        patients = [one for one in event["entity"] if one["type"]["code"] == "1"]
        (patient,) = patients
        assert patient["role"]["code"] == "1"
        assert patient["what"]["type"] == "Patient"
        algorithms = [one for one in event["entity"] if one["type"]["code"] == "DeId-algorithm"]
        assert len(algorithms) <= 1
        assert all(one["what"] for one in algorithms)
        assert all(not ("name" in one and "query" in one) for one in event["entity"])
        assert [one["requestor"] for one in event["agent"]] == [False, True]


def test_the_patient_is_a_keyed_fingerprint_and_else_the_note_is(desk: Desk, bundle: Node) -> None:
    found = [event["entity"][0]["what"]["identifier"] for event in events(bundle)]
    assert found[1] == {
        "system": "urn:x-noteveil:patient",
        "value": desk.keys.fingerprint("patient", "patient-1"),
    }
    assert found[0] == {
        "system": "urn:x-noteveil:document",
        "value": desk.keys.fingerprint("document", "note-0"),
    }


def test_the_files_are_told_by_their_hashes(desk: Desk, bundle: Node) -> None:
    _patient, algorithm, read, made = events(bundle)[0]["entity"]
    details = {one["type"]: one["valueString"] for one in made["detail"]}
    assert (details["redactions"], details["redactions PATIENT"]) == ("1", "1")
    assert (read["lifecycle"]["code"], made["lifecycle"]["code"]) == ("6", "7")
    named = made["what"]["identifier"]["value"].removeprefix("ni:///sha-256;")
    assert base64.urlsafe_b64decode(named + "=").hex() == details["sha256"]
    assert [one["type"] for one in algorithm["detail"]] == [
        "policy sha256",
        "rules sha256",
        "model sha256",
    ]


def test_refusals_and_reveals_are_events_too(desk: Desk, bundle: Node) -> None:
    *_, empty, leaky, revealed = events(bundle)
    assert (empty["outcome"], empty["outcomeDesc"]) == ("8", "not released: EmptyNote")
    assert leaky["outcomeDesc"] == "not released: ResidualFound"
    assert revealed["subtype"][0]["code"] == "reidentify"
    assert revealed["purposeOfEvent"][0]["coding"][0]["code"] == "TREAT"
    person = revealed["agent"][1]["who"]
    assert desk.person is not None
    assert person["identifier"]["value"] == desk.person.id
    assert revealed["entity"][0]["what"]["identifier"]["value"] == desk.keys.fingerprint(
        "patient", "patient-1"
    )


def test_the_checkpoint_is_in_it_and_the_same_is_written_again(
    desk: Desk, bundle: Node, tmp_path: Path
) -> None:
    binary = bundle["entry"][0]["resource"]
    note = base64.b64decode(binary["data"]).decode()
    assert parse(note, desk.keys.signer.verifier).size == 1 + max(
        record.seq for record in desk.log.records() if record.event.kind == "value-revealed"
    )
    chosen = Query(document=desk.keys.fingerprint("document", "note-3"))
    given = export_fhir(desk, chosen, tmp_path / "one.json", now=NOW)
    (event,) = events(json.loads(given.path.read_bytes()))
    assert event in events(bundle)


def test_it_wants_an_officer(desk: Desk, tmp_path: Path) -> None:
    desk.lock()
    with pytest.raises(NotPermitted):
        export_fhir(desk, Query(), tmp_path / "bundle.json", now=NOW)
    assert not (tmp_path / "bundle.json").exists()
