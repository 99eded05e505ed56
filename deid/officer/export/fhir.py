"""FHIR R4 AuditEvents after the IHE De-Identification Handbook.

Its profile `IHE.BasicAudit.DeIdentification.Source` (HL7 FHIR 4.0.1) asks for one event for each
patient, of the type Export (DICOM 110106) with a subtype of ISO 21089, an agent that is the source
and also the observer, and the patient among the entities. Ours stand for one note each, so that no
event names two patients, and the patient goes by a keyed fingerprint of the log. Where the log
knows no patient, the note's own fingerprint stands in the place.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from deid.audit.canonical import format_time
from deid.audit.records import (
    DocumentCommitted,
    DocumentRefused,
    Purpose,
    SessionOpened,
    ValueRevealed,
)
from deid.audit.roles import Enrolled
from deid.officer.export.told import Fate, Told
from deid.resources import version

Node = dict[str, object]

PROFILE: Final = (
    "https://profiles.ihe.net/ITI/DeId/StructureDefinition/IHE.BasicAudit.DeIdentification.Source"
)
_DCM: Final = "http://dicom.nema.org/resources/ontology/DCM"
_LIFECYCLE: Final = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
_ENTITY: Final = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
_ROLE: Final = "http://terminology.hl7.org/CodeSystem/object-role"
_LIFE: Final = "http://terminology.hl7.org/CodeSystem/dicom-audit-lifecycle"
_DEID: Final = "https://profiles.ihe.net/ITI/DeId/CodeSystem/DeIdentificationEntityType"
_SOURCE_TYPE: Final = "http://terminology.hl7.org/CodeSystem/security-source-type"
_PARTICIPATION: Final = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
_REASON: Final = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
_OWN: Final = "urn:x-noteveil"
_URI: Final = "urn:ietf:rfc:3986"
_SUCCESS, _SERIOUS = "0", "8"
_FATES: Final = {
    Fate.WAITING: "a second person has not decided",
    Fate.DECLINED: "declined by a second person",
}
_USED, _MADE = ("6", "Access / Use"), ("7", "De-identification")
_PURPOSES: Final = {
    Purpose.SAMPLE: ("HQUALIMP", "health quality improvement"),
    Purpose.QUALITY: ("HQUALIMP", "health quality improvement"),
    Purpose.CARE: ("TREAT", "treatment"),
    Purpose.COMPLAINT: ("PATADMIN", "patient administration"),
    Purpose.COURT: ("HLEGAL", "legal"),
}


def bundle(
    events: Iterable[Told],
    people: Mapping[str, Enrolled],
    *,
    log: str,
    note: str,
    time: str,
) -> Iterator[bytes]:
    """A Bundle of AuditEvents and of the checkpoint that covers their records, in pieces.

    Args:
        events: what became of notes.
        people: everybody who ever had a role, by id.
        log: name of the log.
        note: the signed checkpoint.
        time: when the bundle is made, in the form of a record's.
    """
    head: Node = {
        "resourceType": "Bundle",
        "type": "collection",
        "identifier": {"system": _URI, "value": _urn(log, f"bundle {note}")},
        "timestamp": time,
    }
    yield json.dumps(head).removesuffix("}").encode() + b', "entry": [\n'
    checkpoint: Node = {
        "resourceType": "Binary",
        "id": _id(log, "checkpoint"),
        "contentType": "text/plain; charset=utf-8",
        "data": base64.b64encode(note.encode()).decode(),
    }
    yield _entry(checkpoint, log, "checkpoint")
    for one in events:
        event = audit_event(one, people, log=log)
        yield b",\n" + _entry(event, log, f"record {one.record.seq}")
    yield b"\n]}\n"


def audit_event(one: Told, people: Mapping[str, Enrolled], *, log: str) -> Node:
    """The AuditEvent for what became of a note."""
    event = one.record.event
    source = _device(log, one.session)
    machine = one.session.machine if one.session is not None else log
    node: Node = {
        "resourceType": "AuditEvent",
        "id": _id(log, f"record {one.record.seq}"),
        "meta": {"profile": [PROFILE]},
        "type": _coding(_DCM, "110106", "Export"),
        "subtype": [_subtype(one)],
        "action": "R",
        "recorded": format_time(one.record.time),
        "outcome": _SUCCESS,
        "agent": [
            {
                "type": _concept(_DCM, "110153", "Source Role ID"),
                "who": source,
                "requestor": False,
                "network": {"address": machine, "type": "1"},
            },
            _user(one, people),
        ],
        "source": {
            "site": log,
            "observer": source,
            "type": [_coding(_SOURCE_TYPE, "1", "User Device")],
        },
        "entity": [_patient(one), *_entities(one)],
    }
    if isinstance(event, DocumentRefused):
        node |= {"outcome": _SERIOUS, "outcomeDesc": f"not released: {event.error}"}
    if one.fate is not Fate.RELEASED:
        node |= {"outcome": _SERIOUS, "outcomeDesc": f"not released: {_FATES[one.fate]}"}
    if isinstance(event, ValueRevealed) and event.purpose in _PURPOSES:
        node["purposeOfEvent"] = [_concept(_REASON, *_PURPOSES[event.purpose])]
    return node


def _subtype(one: Told) -> Node:
    if isinstance(one.record.event, ValueRevealed):
        return _coding(_LIFECYCLE, "reidentify", "Re-identify Record Lifecycle Event")
    return _coding(_LIFECYCLE, "deidentify")


def _device(log: str, session: SessionOpened | None) -> Node:
    program = session.program_version if session is not None else version()
    return {
        "type": "Device",
        "identifier": {"system": f"{_OWN}:log", "value": log},
        "display": f"NoteVeil {program}",
    }


def _user(one: Told, people: Mapping[str, Enrolled]) -> Node:
    event = one.record.event
    who: Node
    if isinstance(event, ValueRevealed):
        known = people.get(event.person)
        who = {"identifier": {"system": f"{_OWN}:person", "value": event.person}}
        who |= {"display": known.name} if known is not None else {}
    else:
        name = one.session.user if one.session is not None else "unknown"
        who = {"identifier": {"system": f"{_OWN}:user", "value": name}}
    return {
        "type": _concept(_PARTICIPATION, "IRCP", "information recipient"),
        "who": who,
        "requestor": True,
    }


def _patient(one: Told) -> Node:
    patient = one.read.patient if one.read is not None else None
    system = f"{_OWN}:patient" if patient is not None else f"{_OWN}:document"
    return {
        "what": {
            "type": "Patient",
            "identifier": {"system": system, "value": patient or _document(one)},
        },
        "type": _coding(_ENTITY, "1", "Person"),
        "role": _coding(_ROLE, "1", "Patient"),
    }


def _entities(one: Told) -> list[Node]:
    event = one.record.event
    found: list[Node] = []
    policy = event.policy_digest if isinstance(event, DocumentCommitted) else None
    if policy is None and one.session is not None:
        policy = one.session.policy_digest
    if policy is not None:
        found.append(_algorithm(policy, one.session))
    if one.read is not None:
        found.append(_file(one.read.sha256, _document(one), _USED))
    else:
        found.append(_note(_document(one)))
    if isinstance(event, DocumentCommitted):
        counts = [_detail(f"redactions {label}", f"{n}") for label, n in one.replaced.items()]
        total = _detail("redactions", f"{one.replaced.total()}")
        found.append(_file(event.output_sha256, _document(one), _MADE, total, *counts))
    return found


def _algorithm(policy: str, session: SessionOpened | None) -> Node:
    details = [_detail("policy sha256", policy)]
    if session is not None:
        details.append(_detail("rules sha256", session.rules_digest))
        if session.model_digest is not None:
            details.append(_detail("model sha256", session.model_digest))
    return {
        "what": {
            "identifier": {"system": _URI, "value": f"{_OWN}:policy:{policy}"},
            "display": "De-identification policy, by its digest",
        },
        "type": _coding(_DEID, "DeId-algorithm", "De-Identification Algorithm"),
        "detail": details,
    }


def _file(sha256: str, document: str, use: tuple[str, str], *details: Node) -> Node:
    # RFC 6920: a name for a file that is its hash.
    named = base64.urlsafe_b64encode(bytes.fromhex(sha256)).decode().rstrip("=")
    return {
        "what": {"identifier": {"system": _URI, "value": f"ni:///sha-256;{named}"}},
        "type": _coding(_ENTITY, "2", "System Object"),
        "role": _coding(_ROLE, "3", "Report"),
        "lifecycle": _coding(_LIFE, *use),
        "detail": [_detail("sha256", sha256), _detail("document", document), *details],
    }


def _note(document: str) -> Node:
    return {
        "what": {"identifier": {"system": f"{_OWN}:document", "value": document}},
        "type": _coding(_ENTITY, "2", "System Object"),
        "role": _coding(_ROLE, "3", "Report"),
    }


def _document(one: Told) -> str:
    event = one.record.event
    if isinstance(event, DocumentCommitted | DocumentRefused | ValueRevealed):
        return event.document
    return ""


def _entry(resource: Node, log: str, name: str) -> bytes:
    return json.dumps({"fullUrl": _urn(log, name), "resource": resource}).encode()


def _detail(name: str, value: str) -> Node:
    return {"type": name, "valueString": value}


def _coding(system: str, code: str, display: str | None = None) -> Node:
    coding: Node = {"system": system, "code": code}
    return coding | ({"display": display} if display is not None else {})


def _concept(system: str, code: str, display: str) -> Node:
    return {"coding": [_coding(system, code, display)]}


def _id(log: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{_OWN}:{log}:{name}"))


def _urn(log: str, name: str) -> str:
    return f"urn:uuid:{_id(log, name)}"
