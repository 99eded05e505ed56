"""What the elements of FHIR hold, by their names and by the objects they stand in (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from deid.formats.fhir.lookup import Lookup
from deid.formats.fhir.references import is_closed_address, parse_reference
from deid.formats.fhir.terminologies import is_clinical, is_unit
from deid.formats.fhir.tree import Items, Leaf, Members
from deid.formats.fhir.vocabulary import CODED, CODES, DATES, RESOURCES, URIS
from deid.labels import Label


class Sort(StrEnum):
    """How a value is examined and written back."""

    CLOSED = "closed"
    """Of a closed vocabulary: left as it is."""
    TEXT = "text"
    CODE = "code"
    URI = "uri"
    DATE = "date"
    ID = "id"
    REFERENCE = "reference"
    NUMBER = "number"
    DATA = "data"
    """A file in base64."""
    BINARY = "binary"
    """Base64 that identifies and is no file."""
    NARRATIVE = "narrative"


@dataclass(frozen=True, slots=True)
class Spot:
    """A leaf and where it stands.

    Attributes:
        leaf: the leaf.
        key: name of its element, without the `_` of its other half.
        owner: the object it stands in.
        owner_key: name of the element that the object is; of a resource, its type.
        index: its number in an array, from 0; None: it stands in none.
        resource: type of the innermost resource.
        path: element names from that resource down to the object.
        place: in plain words.
    """

    leaf: Leaf = field(repr=False)
    key: str
    owner: Members = field(repr=False)
    owner_key: str
    index: int | None
    resource: str
    path: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Use:
    """What a value is: how it is treated, and the identifier that it is known to be."""

    sort: Sort
    label: Label | None = None


DAY: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
"""A date, partial or not (FHIR, date)."""

DATE: Final = re.compile(
    rf"(?P<date>{DAY.pattern})(?P<time>T\d\d:\d\d"
    r"(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?"
)
"""A date, partial or not, with a time of day or without (FHIR, dateTime)."""

ID: Final = re.compile(r"[A-Za-z0-9.-]{1,64}")
"""An id (FHIR, id)."""

SHORT_VERSION: Final = re.compile(r"\d{1,3}")
"""A version that only counts."""

_TIME_ALONE: Final = re.compile(r"\d\d:\d\d(:\d\d(\.\d{1,9})?)?")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SCHEMA: Final = re.compile(
    r"(?:\.\./)*(?:(?:schemas?|src-generated|fhir-all-xsd)/)*fhir-(?:all|single)\.xsd"
)
_YEARS: Final = frozenset({"a", "year", "years", "yr", "yrs", "y"})
_LEAST_DIGITS: Final = 6
_PLACE_LABELS: Final = MappingProxyType(
    {
        "line": Label.STREET,
        "text": Label.STREET,
        "city": Label.CITY,
        "district": Label.COUNTY,
        "state": Label.STATE,
        "postalCode": Label.ZIP,
        "country": Label.COUNTRY,
    }
)
_TELECOM: Final = MappingProxyType(
    {
        "phone": Label.PHONE,
        "sms": Label.PHONE,
        "pager": Label.PHONE,
        "fax": Label.FAX,
        "email": Label.EMAIL,
        "url": Label.URL,
    }
)
_NUMBER_TYPES: Final = MappingProxyType(
    {
        **dict.fromkeys(("MR", "MRT", "PI", "PT", "NHS", "NH"), Label.MRN),
        **dict.fromkeys(("SS", "SB", "TAX"), Label.SSN),
        **dict.fromkeys(("AN", "ANON", "ANC", "ANT", "BA", "CC"), Label.ACCOUNT),
        **dict.fromkeys(("MA", "MB", "MC", "MI", "SN", "HC", "NIIP", "WC"), Label.HEALTHPLAN),
        **dict.fromkeys(("DL", "NPI", "PRN", "LN", "MD", "DEA", "DN", "RN"), Label.LICENSE),
        **dict.fromkeys(("SNO", "UDI"), Label.DEVICE),
    }
)
_NUMBER_SYSTEMS: Final = (
    ("us-ssn", Label.SSN),
    ("us-npi", Label.LICENSE),
    ("us-medicare", Label.HEALTHPLAN),
    ("us-mbi", Label.HEALTHPLAN),
    ("nhs-number", Label.MRN),
    ("mrn", Label.MRN),
    ("2.16.840.1.113883.4.1", Label.SSN),
    ("2.16.840.1.113883.4.6", Label.LICENSE),
)
# Elements that hold an identifier in any resource.
_ALWAYS: Final = MappingProxyType(
    {
        **dict.fromkeys(("subscriberId", "policyNumber", "certificateNumber"), Label.HEALTHPLAN),
        **dict.fromkeys(
            ("serialNumber", "lotNumber", "deviceIdentifier", "carrierHRF", "distinctIdentifier"),
            Label.DEVICE,
        ),
        **dict.fromkeys(("authorString", "sourceString"), Label.PERSON),
        **dict.fromkeys(("bornString",), Label.DATE),
        **dict.fromkeys(("ageString",), Label.AGE),
        **dict.fromkeys(("uid", "seriesUid", "studyUid", "frameOfReferenceUid"), Label.IDNUM),
        **dict.fromkeys(("accountNumber",), Label.ACCOUNT),
        **dict.fromkeys(("accessionNumber", "preAuthRef", "altId", "ifNoneExist"), Label.IDNUM),
    }
)
_OF_RESOURCE: Final = MappingProxyType(
    {
        ("Organization", "Organization", "name"): Label.HOSPITAL,
        ("Organization", "Organization", "alias"): Label.HOSPITAL,
        ("HealthcareService", "HealthcareService", "name"): Label.HOSPITAL,
        ("Location", "Location", "name"): Label.LOCATION,
        ("Location", "Location", "alias"): Label.LOCATION,
        ("FamilyMemberHistory", "FamilyMemberHistory", "name"): Label.PERSON,
        ("AuditEvent", "agent", "name"): Label.PERSON,
        ("AuditEvent", "network", "address"): Label.IP,
        ("AuditEvent", "agent", "networkString"): Label.IP,
        ("Endpoint", "Endpoint", "address"): Label.URL,
        ("Coverage", "class", "value"): Label.HEALTHPLAN,
        ("Coverage", "Coverage", "dependent"): Label.HEALTHPLAN,
    }
)
_PERSONS: Final = MappingProxyType(
    {
        "Patient": Label.PATIENT,
        "Practitioner": Label.DOCTOR,
        "PractitionerRole": Label.DOCTOR,
        "RelatedPerson": Label.PERSON,
        "Person": Label.PERSON,
        "Organization": Label.HOSPITAL,
        "HealthcareService": Label.HOSPITAL,
        "Location": Label.LOCATION,
        "Device": Label.DEVICE,
    }
)
_PATIENT_ROLES: Final = frozenset({"subject", "patient", "beneficiary", "candidate", "individual"})
_DOCTOR_ROLES: Final = frozenset(
    {
        "author", "performer", "practitioner", "actor", "requester", "recorder", "asserter",
        "party", "who", "attending", "participant", "member", "provider", "interpreter",
        "resultsInterpreter", "operator", "receiver", "sender", "enterer", "informationSource",
        "authenticator", "generalPractitioner", "collector", "responsible", "onBehalfOf",
    }
)  # fmt: skip
_PERSON_ROLES: Final = frozenset(
    {"subscriber", "policyHolder", "guarantor", "responsibleParty", "signee", "payee"}
)
_PLACE_ROLES: Final = frozenset(
    {
        "managingOrganization", "serviceProvider", "custodian", "location", "assigner", "payor",
        "insurer", "issuer", "facility", "origin", "destination", "organization",
    }
)  # fmt: skip
BESIDE: Final = MappingProxyType({"xml-stylesheet": "style sheet", "xsi:schemaLocation": "schema"})
"""What a file of XML may hold beside its elements, and how it is called in plain words."""

_OF_ATTACHMENTS: Final = ("contentType", "title", "hash", "size", "creation")


def use_of(spot: Spot, types: Lookup[str]) -> Use:
    """What a leaf is.

    Args:
        spot: the leaf.
        types: of the resources that references may name, by those references.
    """
    leaf = spot.leaf
    if not leaf.is_text:
        return _number(spot) if leaf.is_number else Use(Sort.CLOSED)
    if spot.key in BESIDE:
        return _beside(spot)
    is_type = spot.key == "resourceType" and leaf.value in RESOURCES
    if is_type or not leaf.value.strip():
        return Use(Sort.CLOSED)
    if spot.key == "div" and spot.owner_key == "text":
        return Use(Sort.NARRATIVE)
    if spot.key == "versionId" and SHORT_VERSION.fullmatch(leaf.value):
        return Use(Sort.CLOSED)
    if spot.key in ("id", "versionId"):
        return Use(Sort.ID if ID.fullmatch(leaf.value) else Sort.TEXT, Label.IDNUM)
    return _binary(spot) or _date(spot) or _address(spot) or _word(spot, types)


def is_age(spot: Spot) -> bool:
    """Whether the value is an age, or a number of years, which may be one."""
    units = {spot.owner.text("code"), spot.owner.text("unit").lower()}
    return spot.key == "value" and (spot.owner_key.endswith("Age") or bool(units & _YEARS))


def person_label(resource: str, path: tuple[str, ...]) -> Label:
    """What a name is that stands in such a resource."""
    if resource == "Patient":
        return Label.PERSON if "contact" in path else Label.PATIENT
    return Label.DOCTOR if resource.startswith("Practitioner") else Label.PERSON


def number_label(owner: Members) -> Label:
    """What an Identifier is, by its type and its system."""
    kind = owner.get("type")
    coding = kind.get("coding") if isinstance(kind, Members) else None
    for one in coding.items if isinstance(coding, Items) else (coding,):
        found = _NUMBER_TYPES.get(one.text("code")) if isinstance(one, Members) else None
        if found is not None:
            return found
    words = f"{owner.text('system')} {kind.text('text') if isinstance(kind, Members) else ''}"
    for word, label in _NUMBER_SYSTEMS:
        if word in words.lower():
            return label
    return Label.MRN if "medical record" in words.lower() else Label.IDNUM


def _beside(spot: Spot) -> Use:
    if spot.key == "xml-stylesheet":
        return Use(Sort.TEXT, Label.URL)
    is_closed = is_closed_address(spot.leaf.value) or _SCHEMA.fullmatch(spot.leaf.value)
    return Use(Sort.CLOSED) if is_closed else Use(Sort.URI, Label.URL)


def _number(spot: Spot) -> Use:
    word = spot.leaf.value
    if is_age(spot):
        return Use(Sort.NUMBER, Label.AGE)
    if spot.owner_key == "position":
        return Use(Sort.NUMBER, Label.LOCATION)
    if sum(map(str.isdigit, word)) < _LEAST_DIGITS:
        return Use(Sort.CLOSED)
    is_whole = word.lstrip("-").isdigit()
    alone = is_whole and spot.key.startswith(("valueInteger", "valueDecimal", "valuePositiveInt"))
    in_extension = is_whole and spot.owner.get("url") is not None
    return Use(Sort.NUMBER, Label.IDNUM if alone or in_extension else None)


def _binary(spot: Spot) -> Use | None:
    match spot.key:
        case "hash":
            return Use(Sort.BINARY, Label.IDNUM)
        case "carrierAIDC":
            return Use(Sort.BINARY, Label.DEVICE)
        case "data" if spot.owner.get("dimensions") or spot.owner.get("origin"):
            return Use(Sort.TEXT)
        case "data" if spot.owner.get("who") or spot.owner.get("sigFormat"):
            return Use(Sort.BINARY, Label.BIOID)
        case "data":
            return Use(Sort.DATA)
        case _ if spot.key.endswith("Base64Binary"):
            return Use(Sort.DATA)
    return None


def _date(spot: Spot) -> Use | None:
    value = spot.leaf.value
    if spot.key == "value":  # numbers may look like dates
        return None
    found = DATE.fullmatch(value)
    if found is None:
        is_date = spot.key in DATES and any(map(str.isdigit, value))
        return Use(Sort.TEXT, Label.DATE) if is_date or spot.key == "birthDate" else None
    if len(found["date"]) > len("2025") or spot.key in DATES:
        return Use(Sort.DATE, Label.DATE)
    return None


def _address(spot: Spot) -> Use | None:
    """An address on the network, or a reference."""
    value = spot.leaf.value
    if spot.key not in URIS and spot.key not in ("reference", "source"):
        return None
    if is_closed_address(value) and not spot.key.startswith("value"):
        return Use(Sort.CLOSED)
    if parse_reference(value) is not None:
        return Use(Sort.REFERENCE, Label.IDNUM)
    if spot.key == "reference":
        return Use(Sort.URI, Label.IDNUM)
    if not _SCHEME.match(value) or " " in value:
        return Use(Sort.TEXT, Label.IDNUM) if "?" in value and "=" in value else None
    is_known = "?" in value or (
        spot.key == "url" and any(spot.owner.get(key) for key in _OF_ATTACHMENTS)
    )
    label = Label.URL if is_known else _OF_RESOURCE.get((spot.resource, spot.owner_key, spot.key))
    return Use(Sort.URI, label)


def _word(spot: Spot, types: Lookup[str]) -> Use:
    value, label = spot.leaf.value, _label(spot, types)
    is_of_quantity = spot.key in ("unit", "code") and spot.owner.get("value") is not None
    if label is None and is_of_quantity and is_unit(spot.owner.text("system"), value):
        return Use(Sort.CLOSED)
    if label is None and spot.key in CODED:
        is_listed = value in CODES or value in RESOURCES
        if is_listed or (spot.key == "code" and is_clinical(spot.owner.text("system"), value)):
            return Use(Sort.CLOSED)
        return Use(Sort.CODE)
    if label is None and _TIME_ALONE.fullmatch(value):
        return Use(Sort.CLOSED)
    return Use(Sort.TEXT, label)


def _label(spot: Spot, types: Lookup[str]) -> Label | None:
    key, kind = spot.key, spot.owner_key.removeprefix("value")
    if key in _ALWAYS:
        return _ALWAYS[key]
    if (spot.resource, spot.owner_key, key) in _OF_RESOURCE:
        return _OF_RESOURCE[spot.resource, spot.owner_key, key]
    if key == "name" and spot.owner_key == "contact":
        return Label.PERSON
    if kind in ("name", "HumanName"):
        return _of_name(spot) if key in ("family", "given", "text") else None
    if key == "valueString" and ("name" in spot.path or "mothersMaiden" in spot.owner.text("url")):
        return _of_name(spot)
    if kind in ("address", "Address"):
        return _PLACE_LABELS.get(key)
    if key == "value" and kind in ("telecom", "ContactPoint", "contact"):
        return _TELECOM.get(spot.owner.text("system"), Label.IDNUM)
    if key == "value" and (kind.lower().endswith("identifier") or kind == "requisition"):
        return number_label(spot.owner)
    if key == "display" and spot.owner.get("code") is None and spot.owner.get("system") is None:
        return _of_reference(spot, types)
    return None


def _of_name(spot: Spot) -> Label:
    return person_label(spot.resource, spot.path)


def _of_reference(spot: Spot, types: Lookup[str]) -> Label | None:
    """Whom the words beside a reference name, by what it refers to or the role it has."""
    target = spot.owner.text("reference")
    reference = parse_reference(target)
    kind = types.get(target) or spot.owner.text("type") or (reference.type if reference else "")
    if kind:
        return _PERSONS.get(kind)
    if spot.owner_key in _PATIENT_ROLES:
        return Label.PATIENT
    if spot.owner_key in _PERSON_ROLES:
        return Label.PERSON
    if spot.owner_key in _PLACE_ROLES:
        return Label.HOSPITAL
    return Label.DOCTOR if spot.owner_key in _DOCTOR_ROLES else None
