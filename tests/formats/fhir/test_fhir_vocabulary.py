"""The closed lists of FHIR, and the forms of codes and references."""

from __future__ import annotations

import pytest
from fhir.resources import R4B, get_fhir_model_class

from deid.formats.fhir.references import (
    fits,
    is_closed_address,
    parse_reference,
    stand_in,
)
from deid.formats.fhir.terminologies import is_clinical
from deid.formats.fhir.vocabulary import (
    CODED,
    CODES,
    DATES,
    ELEMENTS,
    INSTANTS,
    NUMBERS,
    RESOURCES,
    URIS,
)

COMMON = (
    "Patient",
    "Observation",
    "Encounter",
    "Composition",
    "Bundle",
    "DocumentReference",
    "DiagnosticReport",
    "Practitioner",
)
SNOMED = "http://snomed.info/sct"


@pytest.mark.parametrize("kind", COMMON)
def test_the_elements_of_the_standard_are_known(kind: str) -> None:
    assert kind in RESOURCES
    for model in (get_fhir_model_class(kind), R4B.get_fhir_model_class(kind)):
        fields = model.model_fields
        names = {field.alias or name for name, field in fields.items()}
        assert {name for name in names if not name.startswith("_")} <= ELEMENTS
        listed = [(field.json_schema_extra or {}) for field in fields.values()]
        values = [one.get("enum_values") for one in listed if isinstance(one, dict)]
        assert {code for row in values if isinstance(row, list) for code in row} <= CODES


@pytest.mark.parametrize(
    "kind", [*COMMON, "Claim", "Coverage", "Immunization", "MedicationRequest"]
)
def test_elements_that_hold_numbers_hold_no_text_elsewhere(kind: str) -> None:
    for model in (get_fhir_model_class(kind), R4B.get_fhir_model_class(kind)):
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        texts = {name for name, field in fields.items() if "[str, String" in str(field.annotation)}
        assert not texts & NUMBERS


def test_lists_of_kinds_of_elements_name_elements() -> None:
    assert DATES | URIS | CODED | INSTANTS | NUMBERS <= ELEMENTS
    assert INSTANTS <= DATES


@pytest.mark.parametrize(
    ("system", "code", "is_known"),
    [
        (SNOMED, "44054006", True),
        (SNOMED, "22298006", True),
        (SNOMED, "44054007", False),
        (SNOMED, "Quenbridge", False),
        ("http://loinc.org", "718-7", True),
        ("http://loinc.org", "48021377", False),
        ("http://hospital.example", "718-7", False),
        ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "AMB", True),
        ("http://terminology.hl7.org/CodeSystem/v3-ActCode", "Quenbridge", False),
    ],
)
def test_codes_are_known_by_system_and_form(system: str, code: str, is_known: bool) -> None:
    assert is_clinical(system, code) is is_known


@pytest.mark.parametrize(
    ("address", "is_closed"),
    [
        ("http://hl7.org/fhir/StructureDefinition/data-absent-reason", True),
        ("http://terminology.hl7.org/CodeSystem/v2-0203", True),
        ("http://hl7.org/fhir/us/core/StructureDefinition/us-core-birthsex|6.1.0", True),
        ("http://hl7.org/fhir/StructureDefinition/patient-mothersMaidenName", True),
        ("http://terminology.hl7.org/CodeSystem/observation-category", True),
        ("http://hl7.org/fhir/48021377", False),
        ("http://hl7.org/fhir/StructureDefinition/Quenbridge", False),
        ("http://terminology.hl7.org/quenbridge/CodeSystem/v2-0203", False),
        ("http://hl7.org.averton.example/fhir", False),
        ("http://averton.example/http://hl7.org/", False),
    ],
)
def test_addresses_of_the_standard_are_known(address: str, is_closed: bool) -> None:
    assert is_closed_address(address) is is_closed


@pytest.mark.parametrize(
    "value",
    [
        "Patient/a1",
        "#a1",
        "urn:uuid:8c9b1d2e-0f3a-4b5c-8d7e-9f0a1b2c3d4e",
        "https://averton.example/fhir/Patient/a1/_history/12",
    ],
)
def test_references_are_written_as_they_were_read(value: str) -> None:
    found = parse_reference(value)
    assert found is not None
    assert found.written(base=found.base, id=found.id, version=found.version) == value


@pytest.mark.parametrize("value", ["Patient?name=a", "Quenbridge/a1", "Patient/a b", "a1", ""])
def test_what_is_no_reference_is_none(value: str) -> None:
    assert parse_reference(value) is None


@pytest.mark.parametrize("old", ["a1", "8c9b1d2e-0f3a-4b5c-8d7e-9f0a1b2c3d4e", "1.2.840.1"])
def test_stand_ins_have_the_form_of_ids(old: str) -> None:
    new = stand_in(old, key=b"1" * 32)
    assert new != old
    assert fits(old, new)
    assert new == stand_in(old, key=b"1" * 32) != stand_in(old, key=b"2" * 32)
