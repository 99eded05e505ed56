"""Invented resources for the tests of FHIR."""

from __future__ import annotations

import base64
import json

REPORT = "Mrs. Quenbridge was seen on 2025-11-03. Thessaly is well. Call (801) 555-0147.\n"
ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"

Json = dict[str, object]


def base64_of(text: str) -> str:
    """A text as an element of type base64Binary."""
    return base64.b64encode(text.encode()).decode()


def patient(**more: object) -> Json:
    """A patient with everything that the standard has a place for."""
    return {
        "resourceType": "Patient",
        "id": "a1b2c3",
        "meta": {"versionId": "4", "lastUpdated": "2025-11-03T09:30:00.000-05:00"},
        "text": {
            "status": "generated",
            "div": (
                '<div xmlns="http://www.w3.org/1999/xhtml"><p>Thes<b>saly</b> Quenbridge,'
                " born 1961-03-14</p><table><tr><td>MRN</td><td>QX4821377</td></tr></table></div>"
            ),
        },
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName",
                "valueString": "Ottoline",
            }
        ],
        "identifier": [
            {
                "use": "usual",
                "type": {
                    "coding": [
                        {
                            "system": "http://terminology.hl7.org/CodeSystem/v2-0203",
                            "code": "MR",
                        }
                    ]
                },
                "system": "http://averton.example/mrn",
                "value": "QX4821377",
                "assigner": {"display": "Averton General"},
            },
            {"system": "http://hl7.org/fhir/sid/us-ssn", "value": "123-45-6789"},
        ],
        "active": True,
        "name": [{"family": "Quenbridge", "given": ["Thessaly", "Mae"], "text": "T. Quenbridge"}],
        "telecom": [{"system": "phone", "value": "(801) 555-0147", "use": "home"}],
        "gender": "female",
        "birthDate": "1961-03-14",
        "_birthDate": {
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime",
                    "valueDateTime": "1961-03-14T05:35:45-04:00",
                }
            ]
        },
        "deceasedDateTime": "2025-11-20T10:00:00Z",
        "address": [
            {
                "line": ["12 Larkspur Lane"],
                "city": "Averton",
                "district": "Sangamon",
                "state": "IL",
                "postalCode": "62704",
            }
        ],
        "contact": [{"name": {"family": "Vandermeer", "given": ["Otto"]}}],
        **more,
    }


def observation(**more: object) -> Json:
    """A finding with a value, a comment and who made it."""
    return {
        "resourceType": "Observation",
        "id": "obs-77012",
        "status": "final",
        "code": {
            "coding": [{"system": "http://loinc.org", "code": "718-7", "display": "Hemoglobin"}]
        },
        "subject": {"reference": "Patient/a1b2c3", "display": "Thessaly Quenbridge"},
        "encounter": {"reference": "Encounter/enc-9"},
        "effectiveDateTime": "2025-11-03T09:30:00-05:00",
        "issued": "2025-11-03T10:15:00.000-05:00",
        "performer": [{"reference": "Practitioner/p-5", "display": "Dr. Ottoline Vandermeer"}],
        "valueQuantity": {
            "value": 13.5,
            "unit": "g/dL",
            "system": "http://unitsofmeasure.org",
            "code": "g/dL",
        },
        "note": [{"authorString": "O. Vandermeer", "time": "2025-11-03", "text": REPORT}],
        **more,
    }


def document_reference(**more: object) -> Json:
    """A document in base64."""
    return {
        "resourceType": "DocumentReference",
        "id": "doc-1",
        "status": "current",
        "subject": {"reference": "Patient/a1b2c3"},
        "date": "2025-11-03T10:15:00Z",
        "content": [
            {
                "attachment": {
                    "contentType": "text/plain; charset=utf-8",
                    "data": base64_of(REPORT),
                    "size": len(REPORT),
                    "title": "Note on Thessaly Quenbridge",
                }
            }
        ],
        **more,
    }


def diagnostic_report() -> Json:
    """A report with contained resources."""
    return {
        "resourceType": "DiagnosticReport",
        "id": "rep-1",
        "contained": [
            {
                "resourceType": "Practitioner",
                "id": "prac",
                "name": [{"family": "Vandermeer", "given": ["Ottoline"], "prefix": ["Dr."]}],
            }
        ],
        "status": "final",
        "code": {"text": "Lipid panel"},
        "subject": {"reference": "Patient/a1b2c3"},
        "effectivePeriod": {"start": "2025-11-03", "end": "2025-11-04"},
        "issued": "2025-11-03T10:15:00Z",
        "performer": [{"reference": "#prac"}],
        "conclusion": "Thessaly Quenbridge has normal lipids.",
    }


def encounter() -> Json:
    """A stay."""
    return {
        "resourceType": "Encounter",
        "id": "enc-9",
        "status": "finished",
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "AMB",
        },
        "subject": {"reference": "Patient/a1b2c3"},
        "period": {"start": "2025-11-03T08:00:00Z", "end": "2025-11-03T12:00:00Z"},
        "location": [{"location": {"reference": "Location/w3", "display": "Ward 3 West"}}],
    }


def composition() -> Json:
    """A document whose section has a narrative."""
    return {
        "resourceType": "Composition",
        "id": "comp-1",
        "status": "final",
        "type": {"text": "Discharge summary"},
        "subject": {"reference": "Patient/a1b2c3"},
        "date": "2025-11-04",
        "author": [{"reference": "Practitioner/p-5", "display": "Ottoline Vandermeer"}],
        "title": "Discharge summary",
        "section": [
            {
                "title": "Course",
                "text": {
                    "status": "additional",
                    "div": (
                        '<div xmlns="http://www.w3.org/1999/xhtml"><p>Mrs. <i>Quen</i>bridge &amp;'
                        " family<br/>left on 2025-11-04.</p></div>"
                    ),
                },
            }
        ],
    }


def bundle(*resources: Json, kind: str = "collection") -> Json:
    """A Bundle of resources."""
    return {
        "resourceType": "Bundle",
        "id": "bundle-55",
        "type": kind,
        "timestamp": "2025-11-04T08:00:00Z",
        "entry": [
            {
                "fullUrl": f"http://averton.example/fhir/{one['resourceType']}/{one['id']}",
                "resource": one,
            }
            for one in resources
        ],
    }


def everything() -> tuple[Json, ...]:
    """A resource of each kind."""
    single = (
        patient(),
        observation(),
        document_reference(),
        diagnostic_report(),
        encounter(),
        composition(),
    )
    return (*single, bundle(*single))


def written(resource: Json, *, indent: int | None = None, ascii_only: bool = True) -> bytes:
    """A resource as a file."""
    return json.dumps(resource, indent=indent, ensure_ascii=ascii_only).encode()
