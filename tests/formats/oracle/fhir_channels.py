"""Where identifiers hide in resources of FHIR."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable

from tests.formats.oracle.channels import Channel, Words

_XHTML = "http://www.w3.org/1999/xhtml"
Build = Callable[[Words], bytes]


def _resource(
    kind: str, write: Callable[[Words], dict[str, object]], *, ascii_only: bool = True
) -> Build:
    def written(words: Words) -> bytes:
        resource = {"resourceType": kind, "language": "en", "status": "final", **write(words)}
        return json.dumps(resource, ensure_ascii=ascii_only, indent=1).encode()

    return written


def _note(text: str) -> dict[str, object]:
    return {"note": [{"text": text}]}


def _saw(words: Words) -> str:
    return f"saw {words.name}, {words.number}, who is well"


def _narrative(write: Callable[[Words], str]) -> Build:
    return _resource(
        "Observation",
        lambda w: {
            "text": {"status": "generated", "div": f'<div xmlns="{_XHTML}">{write(w)}</div>'}
        },
    )


def _attached(content_type: str, write: Callable[[Words], bytes]) -> Build:
    def attachment(words: Words) -> dict[str, object]:
        data = base64.b64encode(write(words)).decode()
        return {"content": [{"attachment": {"contentType": content_type, "data": data}}]}

    return _resource("DocumentReference", attachment)


def _patient(words: Words) -> dict[str, object]:
    return {
        "name": [{"family": words.family, "given": [words.given], "text": words.name}],
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": words.number}],
        "contact": [{"name": {"text": words.name}}],
    }


def _reachable(words: Words) -> dict[str, object]:
    return {
        "telecom": [
            {"system": "email", "value": f"{words.given}@{words.family}.example"},
            {"system": "other", "value": words.number},
        ],
        "address": [{"line": [words.name], "city": words.family, "postalCode": words.number}],
    }


def _bundle(write: Callable[[Words], dict[str, object]]) -> Build:
    return _resource("Bundle", lambda w: {"entry": [{"resource": write(w)}]})


def _line(resource: dict[str, object]) -> bytes:
    return json.dumps(resource, separators=(",", ":")).encode() + b"\n"


def _lines(words: Words) -> bytes:
    first: dict[str, object] = {"resourceType": "Observation", "note": [{"text": _saw(words)}]}
    return _line(first) + _line({"resourceType": "Basic", "note": [{"text": "stable"}]})


def _escaped(words: Words) -> bytes:
    letters = "".join(f"\\u{ord(letter):04x}" for letter in _saw(words))
    return f'{{"resourceType":"Basic","note":[{{"text":"{letters}"}}]}}'.encode()


def _nested(words: Words) -> bytes:
    return _line({"resourceType": "Observation", **_note(_saw(words))})


CHANNELS = (
    Channel(
        ".json",
        "names and numbers of a person (HumanName, Identifier)",
        _resource("Patient", _patient),
        is_field=True,
    ),
    Channel(
        ".json",
        "addresses (Address, ContactPoint)",
        _resource("RelatedPerson", _reachable),
        is_field=True,
    ),
    Channel(
        ".json",
        "ids, full addresses and references",
        _resource(
            "Observation",
            lambda w: {
                "id": w.number,
                "subject": {"reference": f"Patient/{w.number}", "display": w.name},
                "hasMember": [{"reference": f"http://{w.given}.{w.family}/fhir/Basic/{w.number}"}],
                "focus": [{"reference": f"Patient?name={w.family}&given={w.given}"}],
            },
        ),
        is_field=True,
    ),
    Channel(
        ".json",
        "dates that hold something else",
        _resource("Patient", lambda w: {"birthDate": f"{w.given} {w.family} {w.number}"}),
        is_field=True,
    ),
    Channel(
        ".json",
        "names and numbers of organizations, devices and insurance",
        _resource(
            "Coverage",
            lambda w: {
                "subscriberId": w.number,
                "contained": [
                    {"resourceType": "Organization", "name": w.family, "alias": [w.given]},
                    {"resourceType": "Device", "serialNumber": w.number},
                ],
            },
        ),
        is_field=True,
    ),
    Channel(".json", "comment", _resource("Observation", lambda w: _note(_saw(w)))),
    Channel(
        ".json",
        "display and text of codes",
        _resource(
            "Condition",
            lambda w: {
                "code": {
                    "coding": [{"system": "http://loinc.org", "display": w.name}],
                    "text": w.number,
                }
            },
        ),
    ),
    Channel(
        ".json",
        "elements of a closed vocabulary",
        _resource(
            "Observation",
            lambda w: {
                "status": w.name,
                "language": w.number,
                "code": {"coding": [{"system": "http://loinc.org", "code": w.family}]},
            },
        ),
    ),
    Channel(
        ".json",
        "extension",
        _resource(
            "Patient",
            lambda w: {
                "extension": [
                    {"url": "note", "extension": [{"url": "x", "valueString": _saw(w)}]},
                    {"url": "code", "valueCode": w.family},
                ]
            },
        ),
    ),
    Channel(
        ".json",
        "addresses of HL7 that it does not have",
        _resource(
            "Patient",
            lambda w: {
                "meta": {"profile": [f"http://hl7.org/fhir/StructureDefinition/{w.family}"]},
                "extension": [
                    {
                        "url": f"http://hl7.org/fhir/StructureDefinition/{w.given}-{w.number}",
                        "valueBoolean": True,
                    }
                ],
            },
        ),
        is_field=True,
    ),
    Channel(
        ".json",
        "extension of a primitive element",
        _resource(
            "Patient",
            lambda w: {"_birthDate": {"extension": [{"url": "note", "valueString": _saw(w)}]}},
        ),
    ),
    Channel(
        ".json",
        "contained resource",
        _resource(
            "Observation", lambda w: {"contained": [{"resourceType": "Basic", **_note(_saw(w))}]}
        ),
    ),
    Channel(
        ".json",
        "entry of a Bundle",
        _bundle(lambda w: {"resourceType": "Observation", **_note(_saw(w))}),
    ),
    Channel(".json", "narrative", _narrative(lambda w: f"<p>{_saw(w)}</p>")),
    Channel(
        ".json",
        "one name over inline elements of a narrative",
        _narrative(
            lambda w: f"<p>saw {w.given[:2]}<b>{w.given[2:]}</b> <i>{w.family}</i> {w.number}</p>"
        ),
    ),
    Channel(
        ".json",
        "attribute and comment of a narrative",
        _narrative(lambda w: f'<p title="{w.name}">well</p><!-- {w.name} {w.number} -->'),
    ),
    Channel(
        ".json",
        "references to characters in a narrative",
        _narrative(lambda w: "".join(f"&#{ord(letter)};" for letter in _saw(w))),
    ),
    Channel(".json", "text in an attachment", _attached("text/plain", lambda w: _saw(w).encode())),
    Channel(".json", "resource in an attachment", _attached("application/fhir+json", _nested)),
    Channel(
        ".json",
        "HL7 v2 message in an attachment",
        _attached(
            "application/hl7-v2",
            lambda w: f"MSH|^~\\&|||||||ORU^R01||P|2.5\rNTE|1|L|{_saw(w)}\r".encode(),
        ),
    ),
    Channel(
        ".json",
        "title of an attachment",
        _resource(
            "DocumentReference",
            lambda w: {"content": [{"attachment": {"title": f"{w.name} {w.number}"}}]},
        ),
    ),
    Channel(
        ".json",
        "address of an attachment",
        _resource(
            "DocumentReference",
            lambda w: {
                "content": [
                    {
                        "attachment": {
                            "contentType": "text/plain",
                            "url": f"https://averton.example/{w.given}/{w.family}/{w.number}",
                        }
                    }
                ]
            },
        ),
        is_field=True,
    ),
    Channel(
        ".json",
        "letters that are not ASCII beside it",
        _resource("Observation", lambda w: _note(f"\xe9t\xe9: {_saw(w)}"), ascii_only=False),
    ),
    Channel(".json", "escape sequences", _escaped),
    Channel(".json", "byte order mark", lambda w: b"\xef\xbb\xbf" + _nested(w)),
    Channel(".ndjson", "line", _lines),
    Channel(
        ".ndjson",
        "names, numbers and ids of a line",
        lambda w: _line({"resourceType": "Patient", "id": w.number, **_patient(w)}),
        is_field=True,
    ),
)
