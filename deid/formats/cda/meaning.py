"""What the places of a clinical document hold, by the data types of HL7 V3 (pure)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType
from typing import Final

from deid.formats.cda.vocabulary import (
    PLAIN_NAMES,
    PREFIXES,
    STRUCTURAL,
    TITLES,
    VALUES,
    words_of,
)
from deid.formats.fhir.references import is_closed_address
from deid.formats.fhir.terminologies import is_clinical
from deid.formats.markup import Kind, Place
from deid.labels import Label


class Sort(StrEnum):
    """How a value is examined and written back."""

    CLOSED = "closed"
    """Of a closed list: left as it is."""
    TEXT = "text"
    STRING = "string"
    """An attribute that may hold any characters but no emptiness."""
    LISTED = "listed"
    """Of a closed list that this value is not of: left out where it changes."""
    CODE = "code"
    NUMBER = "number"
    DATE = "date"
    UID = "uid"
    """An OID or a UUID."""
    ID = "id"
    """A name for, or of, another place in the document."""
    TELECOM = "telecom"
    URL = "url"
    STYLE = "style"
    """An instruction that names a style sheet."""
    DATA = "data"
    """A file in base64, or in characters of its own."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a value is: how it is treated, and the identifier that it is known to be."""

    sort: Sort
    label: Label | None = None


CLOSED: Final = Use(Sort.CLOSED)

TIME: Final = re.compile(
    r"(?P<year>\d{4})(?:(?P<month>0[1-9]|1[0-2])(?:(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?P<tail>(?:[01]\d|2[0-3])(?:[0-5]\d(?:[0-5]\d(?:\.\d{1,4})?)?)?(?:[+-]\d{4})?)?)?)?"
)
"""A point in time (HL7 V3 data types, TS)."""

TELECOM: Final = re.compile(
    r"(?P<scheme>(?:tel|fax|mailto|sms|modem|x-text-fax|x-text-tel):)?(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
_SCHEMES: Final = MappingProxyType(
    {"fax": Label.FAX, "x-text-fax": Label.FAX, "mailto": Label.EMAIL}
)
_OTHER_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_SMALL: Final = re.compile(r"[+-]?\d{1,5}(?:\.\d{1,5})?%?")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:\.\d+)?")
_PUBLIC: Final = re.compile(
    r"2\.16\.840\.1\.113883\.(?:1|4|5|6|10|11|12|13|18|21)(?:\.\d{1,5}){1,7}"
    r"|2\.16\.840\.1\.113883\.3\.(?:26\.1|88\.1[12])(?:\.\d{1,5}){0,4}"
    r"|2\.16\.840\.1\.113883\.(?:3\.3719|2\.1\.4\.1)"
    r"|2\.16\.840\.1\.113762\.1\.4(?:\.\d{1,4}){1,2}|2\.16\.840\.1\.114222\.4\.(?:5|11)\.\d{1,4}"
    r"|1\.3\.6\.1\.4\.1\.(?:19376|12009)(?:\.\d{1,4}){1,8}|1\.2\.840\.10008(?:\.\d{1,3}){1,4}"
    r"|1\.0\.(?:3166|639)(?:\.\d){1,4}"
)
_SSN: Final = "2.16.840.1.113883.4.1"
_NUMBERS: Final = MappingProxyType(
    {
        _SSN: Label.SSN,
        "2.16.840.1.113883.4.6": Label.LICENSE,
        "2.16.840.1.113883.4.572": Label.HEALTHPLAN,
        "2.16.840.1.113883.4.927": Label.HEALTHPLAN,
        "2.16.840.1.113883.2.1.4.1": Label.MRN,
        "2.16.840.1.113883.3.3719": Label.DEVICE,
    }
)
_SYSTEMS: Final = MappingProxyType(
    {
        "2.16.840.1.113883.6.1": "http://loinc.org",
        "2.16.840.1.113883.6.96": "http://snomed.info/sct",
        "2.16.840.1.113883.6.88": "http://www.nlm.nih.gov/research/umls/rxnorm",
        "2.16.840.1.113883.6.90": "http://hl7.org/fhir/sid/icd-10-cm",
        "2.16.840.1.113883.6.3": "http://hl7.org/fhir/sid/icd-10",
        "2.16.840.1.113883.6.103": "http://hl7.org/fhir/sid/icd-9-cm",
        "2.16.840.1.113883.6.12": "http://www.ama-assn.org/go/cpt",
        "2.16.840.1.113883.12.292": "http://hl7.org/fhir/sid/cvx",
    }
)
"""The address that FHIR gives a terminology, by its OID."""

_STATES: Final = words_of(
    "completed active aborted cancelled suspended held new normal nullified obsolete resolved US"
    " M F UN N R V S D W P"
)
_LANGUAGE: Final = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
_TIMES: Final = words_of(
    "effectiveTime time birthTime deceasedTime useablePeriod validTime expectedUseTime"
    " expirationTime copyTime"
)
_SPANS: Final = frozenset({"period", "width", "standardDeviation", "offset"})
_UNITS: Final = words_of(
    "mg g kg ug ng mL L dL cm m mm in_i [in_i] [lb_av] h d wk mo a min s % 1 mm[Hg] mg/dL g/dL"
    " mmol/L meq/L /min {beats}/min kg/m2 Cel [degF] U [iU] {tbl} {cap} 10*3/uL 10*6/uL"
)
_YEARS: Final = frozenset({"a", "year", "years", "yr", "yrs"})
_PEOPLE: Final[Mapping[str, Label | None]] = MappingProxyType(
    {
        **dict.fromkeys(("patient", "patientRole"), Label.PATIENT),
        **dict.fromkeys(
            (
                "guardian", "guardianPerson", "relatedPerson", "associatedPerson", "subject",
                "informationRecipient",
            ),
            Label.PERSON,
        ),
        **dict.fromkeys(("assignedPerson", "maintainingPerson"), Label.DOCTOR),
        **dict.fromkeys(
            (
                "providerOrganization", "representedOrganization", "serviceProviderOrganization",
                "representedCustodianOrganization", "wholeOrganization", "scopingOrganization",
                "receivedOrganization", "guardianOrganization", "healthCareFacility",
            ),
            Label.HOSPITAL,
        ),
        **dict.fromkeys(("manufacturerOrganization",), Label.ORGANIZATION),
        **dict.fromkeys(("place",), Label.LOCATION),
        **dict.fromkeys(
            (
                "playingEntity", "playingDevice", "manufacturedMaterial",
                "manufacturedLabeledDrug", "specimenPlayingEntity",
            ),
            None,
        ),
    }
)  # fmt: skip
_ADDRESS: Final = MappingProxyType(
    {
        "city": Label.CITY,
        "state": Label.STATE,
        "county": Label.COUNTY,
        "precinct": Label.COUNTY,
        "postalCode": Label.ZIP,
        "country": Label.COUNTRY,
    }
)
_NAME_PARTS: Final = frozenset({"given", "family", "prefix", "suffix", "delimiter"})
_ID_WORDS: Final = words_of(
    "id sec section text content ref allergy allergies alg problem problems prob med meds"
    " medication medications result results vital vitals sign signs proc procedure procedures imm"
    " immunization immunizations enc encounter encounters social history family hist note notes"
    " reaction severity comment sig name value code item row cell table list para paragraph title"
    " body plan goal goals device order orders functional status reason smoking desc"
)
_FEW_DIGITS: Final = 5
_WORD_EDGE: Final = re.compile(
    r"[-_.]+|(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=\d)|(?<=\d)(?=[A-Za-z])"
)
_SCHEMA: Final = re.compile(
    r"urn:hl7-org:(?:v3|sdtc) (?:\.\./|infrastructure/|cda/|CDA_Schema_Files/)*CDA(?:_SDTC)?\.xsd"
)
_STYLE: Final = re.compile(r"type=\"text/xsl\" href=\"(?:\./|\.\./)*(?:CDA|cda|ccda|CCDA)\.xslt?\"")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place, and what stands around it.

    Attributes:
        place: the place.
        names: of the elements it lies in, outermost first, without namespaces.
        attributes: of the innermost of them, by their names without namespaces.
        types: the values of `xsi:type` of all of them.
    """

    place: Place = field(repr=False)
    names: Sequence[str]
    attributes: Mapping[str, str] = field(repr=False)
    types: Sequence[str] = field(repr=False)

    @property
    def owner(self) -> str:
        """Name of the innermost element."""
        return self.names[-1] if self.names else ""


def local(name: str) -> str:
    """A name without its namespace."""
    return name.rpartition(" ")[2]


def is_narrative(names: Sequence[str]) -> bool:
    """Whether a place with these elements around it lies in the narrative of a section."""
    return any(pair == ("section", "text") for pair in pairwise(names))


def use_of(spot: Spot) -> Use:
    """What a place holds."""
    match spot.place.kind:
        case Kind.TEXT | Kind.SECTION:
            return _text(spot)
        case Kind.ATTRIBUTE:
            return _attribute(spot)
        case Kind.INSTRUCTION:
            return CLOSED if _STYLE.fullmatch(spot.place.value) else Use(Sort.STYLE, Label.URL)
        case Kind.COMMENT:
            return Use(Sort.TEXT)


def is_file(attributes: Mapping[str, str]) -> bool:
    """Whether the text of an element with these attributes is a file of its own."""
    kind = attributes.get("mediaType", "").partition(";")[0].strip().lower()
    is_plain = kind in ("", "text/plain", "text/x-hl7-text+xml")
    return attributes.get("representation") == "B64" or not is_plain


def person_label(names: Sequence[str]) -> Label | None:
    """Whose name stands there, by the innermost element that says it."""
    for name in reversed(names):
        if name in _PEOPLE:
            return _PEOPLE[name]
    return None


def _text(spot: Spot) -> Use:
    if is_narrative(spot.names) and spot.attributes.get("representation") != "B64":
        return Use(Sort.TEXT)
    if is_file(spot.attributes):
        return Use(Sort.DATA)
    owner = spot.owner
    if "addr" in spot.names:
        return Use(Sort.TEXT, _ADDRESS.get(owner, Label.STREET))
    if owner in _NAME_PARTS:
        if owner in ("prefix", "suffix") and spot.place.value.strip(" .,") in TITLES:
            return CLOSED
        return Use(Sort.TEXT, person_label(spot.names) or Label.PERSON)
    if owner == "name":
        return Use(Sort.TEXT, person_label(spot.names))
    return Use(Sort.TEXT, Label.DEVICE if owner == "lotNumberText" else None)


def _attribute(spot: Spot) -> Use:
    name, value = local(spot.place.name), spot.place.value
    if not value.strip() or name == "xmlns" or name.startswith("xmlns:"):
        return CLOSED
    if name in STRUCTURAL or name in ("border", "rowspan", "colspan"):
        return CLOSED if _is_listed(value) or _LANGUAGE.fullmatch(value) else Use(Sort.LISTED)
    match name:
        case "root" | "codeSystem" | "valueSet":
            return CLOSED if _PUBLIC.fullmatch(value) else Use(Sort.UID, Label.IDNUM)
        case "extension":
            return _extension(spot)
        case "value":
            return _value(spot)
        case "code":
            return CLOSED if _is_closed_code(spot) else Use(Sort.CODE)
        case "unit":
            return CLOSED if value in _UNITS else Use(Sort.CODE)
        case "ID" | "IDREF" | "referencedObject" | "headers":
            return CLOSED if _is_plain_id(value) else Use(Sort.ID)
        case "href" | "base":
            return _address(value)
        case "schemaLocation" | "noNamespaceSchemaLocation":
            closed = _SCHEMA.fullmatch(" ".join(value.split()))
            return CLOSED if closed else Use(Sort.LISTED, Label.URL)
        case "assigningAuthorityName":
            return Use(Sort.STRING, Label.HOSPITAL)
        case "integrityCheck":
            return Use(Sort.LISTED, Label.IDNUM)
        case "codeSystemName" | "displayName" if value in PLAIN_NAMES:
            return CLOSED
    return Use(Sort.STRING)


def _is_listed(value: str) -> bool:
    words = (word.rpartition(":") for word in value.split())
    return all(
        (not prefix or prefix in PREFIXES) and (word in VALUES or _SMALL.fullmatch(word))
        for prefix, _, word in words
    )


def _extension(spot: Spot) -> Use:
    value, root = spot.place.value, spot.attributes.get("root", "")
    if spot.owner == "templateId" and re.fullmatch(r"20[0-3]\d-[01]\d-[0-3]\d", value):
        return CLOSED
    if spot.owner == "typeId" and value == "POCD_HD000040":
        return CLOSED
    if root in _NUMBERS:
        return Use(Sort.STRING, _NUMBERS[root])
    is_patient = spot.owner == "id" and "patientRole" in spot.names[-2:]
    return Use(Sort.STRING, Label.MRN if is_patient else Label.IDNUM)


def _value(spot: Spot) -> Use:
    value, unit = spot.place.value, spot.attributes.get("unit", "")
    if spot.owner in ("telecom", "reference") or spot.types[-1:] == ("TEL",):
        return _address(value)
    if value in ("true", "false"):
        return CLOSED
    is_time = not set(_TIMES).isdisjoint(spot.names) or any(
        one.endswith("TS") for one in spot.types
    )
    if is_time and not unit and spot.owner not in _SPANS:
        return Use(Sort.DATE, Label.DATE)
    if unit in _YEARS:
        return Use(Sort.NUMBER, Label.AGE)
    if _SMALL.fullmatch(value):
        return CLOSED
    if _NUMBER.fullmatch(value):
        return Use(Sort.NUMBER, None if unit else Label.IDNUM)
    return Use(Sort.STRING)


def _address(value: str) -> Use:
    if value.startswith("#"):
        return CLOSED if _is_plain_id(value[1:]) else Use(Sort.ID)
    if is_closed_address(value):
        return CLOSED
    found = TELECOM.fullmatch(value)
    scheme = found["scheme"] if found else None
    if scheme:
        return Use(Sort.TELECOM, _SCHEMES.get(scheme[:-1].lower(), Label.PHONE))
    is_file_name = re.search(r"[/\\]|\.[A-Za-z]{2,5}$", value) and "@" not in value
    if _OTHER_SCHEME.match(value) or is_file_name:
        return Use(Sort.URL, Label.URL)
    return Use(Sort.TELECOM, Label.EMAIL if "@" in value else Label.PHONE)


def _is_closed_code(spot: Spot) -> bool:
    value, system = spot.place.value, spot.attributes.get("codeSystem", "")
    if value in _STATES or (system.startswith("2.16.840.1.113883.5.") and value in VALUES):
        return True
    if spot.owner == "languageCode" and _LANGUAGE.fullmatch(value):
        return True
    return system in _SYSTEMS and is_clinical(_SYSTEMS[system], value)


def _is_plain_id(value: str) -> bool:
    words = [word for one in value.split() for word in _WORD_EDGE.split(one) if word]
    digits = sum(len(word) for word in words if word.isdigit())
    letters = sum(len(word) == 1 and word.isalpha() for word in words)
    return (
        digits <= _FEW_DIGITS
        and letters <= 1
        and all(word.isdigit() or len(word) == 1 or word.lower() in _ID_WORDS for word in words)
    )
