"""Codes of terminologies that name no people, by their forms (pure)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from deid.formats.fhir.references import is_closed_address

_CLINICAL_CODES: Final = MappingProxyType(
    {
        "http://loinc.org": re.compile(r"(?:\d{1,5}|L[AP]\d{1,6})-\d"),
        "http://www.nlm.nih.gov/research/umls/rxnorm": re.compile(r"\d{1,7}"),
        "http://hl7.org/fhir/sid/icd-10": re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"),
        "http://hl7.org/fhir/sid/icd-10-cm": re.compile(r"[A-Z]\d[0-9A-Z](?:\.[0-9A-Z]{1,4})?"),
        "http://hl7.org/fhir/sid/icd-9-cm": re.compile(r"[EV]?\d{2,3}(?:\.\d{1,2})?"),
        "http://hl7.org/fhir/sid/cvx": re.compile(r"\d{1,3}"),
        "http://www.ama-assn.org/go/cpt": re.compile(r"\d{4}[0-9FTU]"),
    }
)
_HL7: Final = ("http://terminology.hl7.org/CodeSystem/", "http://hl7.org/fhir/")
_HL7_CODE: Final = re.compile(r"[A-Z]{1,6}\d{0,2}|[a-z]{2,20}(?:-[a-z]{2,20})+")
_SNOMED: Final = "http://snomed.info/sct"
_SNOMED_CODE: Final = re.compile(r"[1-9]\d{5,17}")


def is_clinical(system: str, code: str) -> bool:
    """Whether it is a code of a terminology that names no people, by its form."""
    if system == _SNOMED:
        return _SNOMED_CODE.fullmatch(code) is not None and _checks(code)
    if system.startswith(_HL7) and is_closed_address(system) and _HL7_CODE.fullmatch(code):
        return True
    form = _CLINICAL_CODES.get(system)
    return form is not None and form.fullmatch(code) is not None


def _checks(code: str) -> bool:
    """Whether the last digit is that of Verhoeff's method, as in every code of SNOMED CT."""
    total = 0
    for place, digit in enumerate(reversed(code)):
        permuted = int(digit)
        for _ in range(place % 8):
            permuted = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[permuted]
        total = _turned(total, permuted)
    return total == 0


def _turned(left: int, right: int) -> int:
    """The product of two elements of the dihedral group of order 10."""
    if left < 5:
        return (left + right) % 5 if right < 5 else 5 + (left + right) % 5
    return 5 + (left - right) % 5 if right < 5 else (left - right) % 5
