"""Resources of FHIR in JSON and NDJSON: what is written, what stays, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Redacted, Redaction, Span
from deid.detect.roster import Roster, identifiers_of
from deid.errors import (
    DeidError,
    EncodingError,
    InputError,
    MalformedRecord,
    NoteTooLarge,
    UnsupportedFormat,
)
from deid.formats import NoteFile, Reader, ReadOptions, Unreadable
from deid.formats.fhir import read, read_lines
from deid.labels import Label
from deid.parts import fitted
from deid.pipeline import Deidentifier, DetectorChoice
from deid.policy import load_policy
from tests.formats.fhir.samples import (
    ABSENT,
    REPORT,
    Json,
    base64_of,
    bundle,
    diagnostic_report,
    document_reference,
    encounter,
    everything,
    observation,
    patient,
    written,
)

POLICIES = ("safe-harbor", "research", "gdpr-pseudonymise", "everything")
SEED = bytes(32)
REASON = {"url": ABSENT, "valueCode": "masked"}
_RULES = Deidentifier.open(policy=load_policy(POLICIES[0]), detectors=DetectorChoice.RULES)
_DEIDENTIFIERS = {name: _RULES.with_policy(load_policy(name)) for name in POLICIES}


def output(content: bytes, *, policy: str = "safe-harbor", lines: bool = False) -> bytes:
    """What becomes of a file."""
    reader = read_lines if lines else read
    file: NoteFile = reader(content, name="file", options=ReadOptions())
    pieces = [file.head]
    for note in documents(file):
        redacted = _DEIDENTIFIERS[policy].deidentify(note, seed=SEED)
        pieces.append(file.render(note, redacted, id=note.id, patient=""))
    return b"".join(pieces)


def redacted_json(resource: Json, *, policy: str = "safe-harbor") -> Json:
    """What becomes of a resource."""
    tree: Json = json.loads(output(written(resource), policy=policy))
    return tree


def documents(file: NoteFile) -> Iterator[Document]:
    """The notes of a file, of which all can be read."""
    for note in file.notes():
        assert isinstance(note, Document)
        yield note


def only(resource: Json) -> Document:
    """The note of a resource."""
    (note,) = documents(read(written(resource), name="file", options=ReadOptions()))
    return note


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("resource", everything(), ids=lambda one: one["resourceType"])
def test_what_is_written_is_valid_and_names_nobody(resource: Json, policy: str) -> None:
    content = output(written(resource, indent=2), policy=policy)
    kind = str(resource["resourceType"])
    get_fhir_model_class(kind).model_validate_json(content)
    words = [b"Quenbridge", b"QX4821377", b"a1b2c3", b"1961-03-14", b"Larkspur", b"555-0147"]
    assert [word for word in words if word in content] == []


def test_dates_stay_dates_or_are_left_out_with_the_reason() -> None:
    tree = redacted_json(patient())
    assert tree["birthDate"] == "1961"
    assert tree["_birthDate"]["extension"][0]["valueDateTime"] == "1961"  # type: ignore[index]
    assert tree["meta"] == {"versionId": "4", "_lastUpdated": {"extension": [REASON]}}
    masked = redacted_json(patient(), policy="everything")
    assert "birthDate" not in masked
    first, second = masked["_birthDate"]["extension"]  # type: ignore[index]
    assert first == REASON
    assert second["extension"] == [REASON]


def test_shifted_dates_keep_the_time_of_day() -> None:
    tree = redacted_json(observation(), policy="research")
    assert str(tree["issued"]).endswith("T10:15:00.000-05:00")
    assert str(tree["issued"])[:10] == str(tree["effectiveDateTime"])[:10] != "2025-11-03"


def test_dates_in_a_list_are_left_out_one_by_one() -> None:
    timing = {"event": ["2025-11-03T08:00:00Z", "2025"], "repeat": {"count": 3}}
    resource: Json = {
        "resourceType": "Basic",
        "extension": [{"url": "u", "valueTiming": timing}],
    }
    tree = redacted_json(resource, policy="everything")
    found = tree["extension"][0]["valueTiming"]  # type: ignore[index]
    absent = {"extension": [REASON]}
    assert found == {"event": [None, None], "_event": [absent, absent], "repeat": {"count": 3}}


@pytest.mark.parametrize("policy", POLICIES)
def test_ids_still_lead_where_they_led(policy: str) -> None:
    tree = redacted_json(bundle(patient(), observation(), encounter()), policy=policy)
    one, two, three = (entry for entry in tree["entry"])  # type: ignore[attr-defined]
    name = one["resource"]["id"]
    assert name != "a1b2c3"
    assert one["fullUrl"].endswith(f"/Patient/{name}")
    assert two["resource"]["subject"]["reference"] == f"Patient/{name}"
    assert three["resource"]["subject"]["reference"] == f"Patient/{name}"
    assert two["resource"]["encounter"]["reference"] == f"Encounter/{three['resource']['id']}"


@pytest.mark.parametrize("policy", POLICIES)
def test_ids_of_lines_lead_to_other_lines(policy: str) -> None:
    lines = b"".join(written(one) + b"\n" for one in (patient(), observation(), encounter()))
    first, second, third = map(json.loads, output(lines, policy=policy, lines=True).splitlines())
    assert second["subject"]["reference"] == f"Patient/{first['id']}"
    assert second["encounter"]["reference"] == f"Encounter/{third['id']}"


def test_urns_stay_urns() -> None:
    name = "8c9b1d2e-0f3a-4b5c-8d7e-9f0a1b2c3d4e"
    resource = bundle(observation(subject={"reference": f"urn:uuid:{name}"}))
    for policy in POLICIES:
        tree = redacted_json(resource, policy=policy)
        found = tree["entry"][0]["resource"]["subject"]["reference"]  # type: ignore[index]
        assert found != f"urn:uuid:{name}"
        assert len(found) == len(f"urn:uuid:{name}")
        assert found.startswith("urn:uuid:")


def test_a_file_knows_its_patient_and_whom_else_it_names() -> None:
    note = only(bundle(patient(), observation()))
    assert note.patient == "QX4821377"
    assert ("name", "Quenbridge, Thessaly Mae") in note.known
    assert ("birth_date", "1961-03-14") in note.known
    assert ("relative", "Vandermeer, Otto") in note.known
    assert ("provider", "Dr. Ottoline Vandermeer") in note.known


def test_lines_know_the_patient_of_another_line() -> None:
    content = written(observation()) + b"\n" + written(patient()) + b"\n" + written(encounter())
    notes = list(documents(read_lines(content, name="file", options=ReadOptions())))
    assert {note.patient for note in notes} == {"QX4821377"}
    assert all(("name", "T. Quenbridge") in note.known for note in notes)


def test_contained_patients_of_the_same_id_are_not_taken_for_one() -> None:
    def held(family: str) -> bytes:
        inner = {"resourceType": "Patient", "id": "p1", "name": [{"family": family}]}
        resource = encounter() | {"contained": [inner], "subject": {"reference": "#p1"}}
        return written(resource) + b"\n"

    content = held("Quenbridge") + held("Vandermeer")
    first, second = documents(read_lines(content, name="file", options=ReadOptions()))
    assert (first.patient, second.patient) == ("", "")
    assert first.known == (("name", "Quenbridge"),)
    assert second.known == (("name", "Vandermeer"),)


def test_several_patients_of_a_bundle_share_no_key() -> None:
    other = patient() | {"id": "z9", "identifier": [], "name": [{"family": "Vandermeer"}]}
    note = only(bundle(patient(), other, observation()))
    assert note.patient == ""
    assert {("name", "T. Quenbridge"), ("name", "Vandermeer")} <= set(note.known)


def test_codes_of_closed_lists_are_no_parts() -> None:
    texts = [part.span.of(only(observation()).text) for part in only(observation()).parts]
    assert not {"final", "718-7", "http://loinc.org"} & set(texts)
    assert "Hemoglobin" in texts


def test_units_and_the_looks_of_a_narrative_are_no_parts() -> None:
    narrative = '<div xmlns="http://www.w3.org/1999/xhtml" style="border: 1px solid; color:#333"/>'
    quantity = {"value": 72, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"}
    parts = only(observation(valueQuantity=quantity, text={"div": narrative})).parts
    assert not [part for part in parts if "valueQuantity" in part.place or "text.div" in part.place]
    odd = '<div xmlns="http://www.w3.org/1999/xhtml" style="border: quenbridge"/>'
    quantity = {"value": 72, "unit": "Quenbridge"}
    parts = only(observation(valueQuantity=quantity, text={"div": odd})).parts
    assert [part.place for part in parts if "valueQ" in part.place or "text.div" in part.place] == [
        "Observation.valueQuantity.unit",
        "Observation.text.div, attribute",
    ]


@pytest.mark.parametrize(
    ("resource", "left"),
    [
        (observation(onsetAge={"value": 92, "code": "a"}), "92"),
        (observation(valueInteger=48213770), "48213770"),
        (observation(extension=[{"url": "u", "valueDecimal": 48213770}]), "48213770"),
    ],
    ids=["age of 90 or more", "number", "number of an extension"],
)
def test_numbers_that_may_identify_are_left_out(resource: Json, left: str) -> None:
    assert f": {left}".encode() in written(resource)
    content = output(written(resource))
    assert f": {left}".encode() not in content
    assert ABSENT.encode() in content


def test_a_position_is_left_out_and_the_place_stays_valid() -> None:
    position = {"longitude": -83.694, "latitude": 42.256}
    content = output(written({"resourceType": "Location", "name": "West", "position": position}))
    get_fhir_model_class("Location").model_validate_json(content)
    assert b"83.69" not in content
    assert b"42.25" not in content


def _places(node: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    match node:
        case dict():
            for key, value in node.items():
                yield from _places(value, (*path, key))
        case list():
            for index, value in enumerate(node):
                yield from _places(value, (*path, index))
        case str():
            yield path


def _planted(resource: Json, path: tuple[str | int, ...], word: str) -> Json:
    """The resource with a word in one place of it."""
    tree: Json = json.loads(json.dumps(resource))
    node: object = tree
    for key in path[:-1]:
        node = node[key]  # type: ignore[index]
    node[path[-1]] = word  # type: ignore[index]
    return tree


def test_a_name_is_found_wherever_it_stands() -> None:
    known = identifiers_of([("name", "Thessavine Quenbrixley")])
    safe_harbor = load_policy("safe-harbor")
    roster = Roster({"": known})
    rules = DetectorChoice.RULES
    deidentifier = Deidentifier.open(policy=safe_harbor, detectors=rules, roster=roster)
    count = 0
    for path in _places(diagnostic_report()):
        content = written(_planted(diagnostic_report(), path, "Thessavine Quenbrixley"))
        try:
            file = read(content, name="file", options=ReadOptions())
        except UnsupportedFormat:
            assert path[-1] == "resourceType"
            continue
        (note,) = documents(file)
        redacted = deidentifier.deidentify(replace(note, patient=""), seed=SEED)
        assert b"uenbrix" not in file.render(note, redacted, id="", patient="")
        count += 1
    assert count > 10


def test_numbers_that_measure_stay() -> None:
    value = {"value": 1234567.5, "unit": "cells"}
    assert redacted_json(observation(valueQuantity=value))["valueQuantity"] == value


def test_a_file_in_an_attachment_is_redacted_and_its_size_put_right() -> None:
    tree = redacted_json(bundle(patient(), document_reference()))
    content = tree["entry"][1]["resource"]["content"]  # type: ignore[index]
    attachment = content[0]["attachment"]
    text = "Mrs. [PATIENT-1] was seen on 2025. [PATIENT-1] is well. Call [PHONE-1].\n"
    assert attachment["data"] == base64_of(text)
    assert attachment["size"] == len(text)


def test_only_what_was_replaced_differs() -> None:
    resource = observation(note=[{"text": f"\xe9t\xe9 / {REPORT}"}])
    content = written(resource, indent=3, ascii_only=False).replace(b'"text": ', b'"text"  :\t')
    before, after = json.loads(content), json.loads(output(content, policy="research"))
    assert output(content, policy="research").count(b"\n") == content.count(b"\n")
    for key in ("code", "status", "valueQuantity"):
        assert after[key] == before[key]
    assert "\xe9t\xe9 / Mrs. ".encode() in output(content, policy="research")


@pytest.mark.parametrize("resource", everything(), ids=lambda one: one["resourceType"])
def test_a_file_in_which_nothing_changes_is_the_same_to_the_byte(resource: Json) -> None:
    content = b"\xef\xbb\xbf" + written(resource, indent=1).replace(b"Mae", b"M\\u0061e\\/")
    file = read(content, name="file", options=ReadOptions())
    (note,) = documents(file)
    same = Redacted(note.id, note.text)
    assert file.head + file.render(note, same, id=note.id, patient="") == content


REFUSED = {
    "no JSON": (b"{", MalformedRecord),
    "no object": (b"[]", UnsupportedFormat),
    "no resource": (b'{"a": 1}', UnsupportedFormat),
    "unknown resource": (b'{"resourceType": "Quenbridge"}', UnsupportedFormat),
    "key twice": (b'{"resourceType": "Basic", "id": "a", "id": "b"}', MalformedRecord),
    "unknown element": (b'{"resourceType": "Basic", "quenbridge": "a"}', UnsupportedFormat),
    "no UTF-8": (b'{"resourceType": "Basic", "id": "\xff"}', EncodingError),
    "half a pair": (b'{"resourceType": "Basic", "id": "\\ud800"}', EncodingError),
    "no number": (b'{"resourceType": "Basic", "id": NaN}', MalformedRecord),
    "too deep": (b'{"resourceType": "Basic", "id": ' + b"[" * 5000, MalformedRecord),
    "list in list": (b'{"resourceType": "Basic", "note": [["a"]]}', MalformedRecord),
    "control characters": (b'{"resourceType": "Basic", "id": "a\\u0000"}', InputError),
    "nothing": (b'{"resourceType": "Basic"}', InputError),
}
_IMAGE = {"contentType": "image/png", "data": base64_of("\x89PNG\r\n\x1a\n")}
REFUSED_RESOURCES = {
    "image": (patient(photo=[_IMAGE]), "Patient.photo\\[0\\].data"),
    "no base64": (patient(photo=[{"data": "Quenbridge?"}]), "Patient.photo\\[0\\].data"),
    "encoded text": (observation(comment="QUJD" * 60), "Observation.comment"),
    "narrative": (observation(text={"div": "<div>Quenbridge"}), "Observation.text.div"),
    "element of a narrative": (
        observation(text={"div": "<div><quenbridge/></div>"}),
        "Observation.text.div",
    ),
    "image in a narrative": (
        observation(text={"div": '<div><img src="data:image/png;base64,QUJD"/></div>'}),
        "Observation.text.div",
    ),
    "half": (patient(_active="Quenbridge"), "Patient.active"),
    "halves": (patient(_gender=["Quenbridge"]), "Patient.gender"),
}


@pytest.mark.parametrize(("content", "error"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_examined_is_refused(content: bytes, error: type[InputError]) -> None:
    with pytest.raises(error) as caught:
        read(content, name="file", options=ReadOptions())
    assert "uenbridge" not in str(caught.value)


@pytest.mark.parametrize(("resource", "place"), REFUSED_RESOURCES.values(), ids=REFUSED_RESOURCES)
def test_what_is_refused_is_named_by_its_elements(resource: Json, place: str) -> None:
    with pytest.raises(InputError, match=place) as caught:
        read(written(resource), name="file", options=ReadOptions())
    assert "uenbridge" not in str(caught.value)
    line = written(resource) + b"\n"
    (refused,) = read_lines(line, name="file", options=ReadOptions()).notes()
    assert isinstance(refused, Unreadable)
    assert refused.line == 1


def test_files_that_are_too_long_are_refused() -> None:
    options = ReadOptions(max_note_bytes=100)
    with pytest.raises(NoteTooLarge):
        read(written(patient()), name="file", options=options)
    (refused,) = read_lines(written(patient()), name="file", options=options).notes()
    assert isinstance(refused, Unreadable)
    with pytest.raises(MalformedRecord):
        read_lines(b"\n \n", name="file", options=options)


_WHOLE = written(bundle(*everything()[:4]), indent=1)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_is_read_is_refused_or_comes_back(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(_WHOLE)))
    more = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from([b'"', b"}", b'"a":[', b""])))
    content = _WHOLE[:at] + more + _WHOLE[at + data.draw(st.integers(0, 12)) :]
    for reader in (read, read_lines):
        messages = list(_messages_of(reader, content))
        assert [message for message in messages if "uenbridge" in message] == []


def _messages_of(reader: Reader, content: bytes) -> Iterator[str]:
    """What is said of a file that may not be readable; notes that are come back as they were."""
    try:
        file = reader(content, name="file", options=ReadOptions())
        notes = list(file.notes())
    except DeidError as error:
        yield str(error)
        return
    for note in notes:
        if isinstance(note, Unreadable):
            yield str(note.error)
            continue
        same = Redacted(note.id, note.text)
        assert file.render(note, same, id=note.id, patient="") == file.content(note)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_whatever_is_replaced_reads_as_it_was_written(data: st.DataObject) -> None:
    file = read(_WHOLE, name="file", options=ReadOptions())
    (note,) = documents(file)
    chosen = data.draw(st.sets(st.integers(0, len(note.parts) - 1), max_size=12))
    words = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=5)
    redacted = fitted(note, _replaced(note, {index: data.draw(words) for index in chosen}))
    json.loads(file.render(note, redacted, id=note.id, patient=""))


def _replaced(note: Document, new: dict[int, str]) -> Redacted:
    """A note in which some parts are replaced whole."""
    pieces: list[str] = []
    redactions: list[Redaction] = []
    at = length = 0
    for index in sorted(new):
        span = note.parts[index].span
        if not span:
            continue
        pieces += (note.text[at : span.start], new[index])
        length += span.start - at
        written_to = Span(length, length + len(new[index]))
        redactions.append(Redaction(Finding(span, Label.OTHER, 1.0, "field"), "tag", written_to))
        at, length = span.end, written_to.end
    return Redacted(note.id, "".join([*pieces, note.text[at:]]), tuple(redactions))
