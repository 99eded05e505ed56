"""Codes of terminologies that name no people, by their forms (pure)."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Final

from deid.formats.fhir.references import is_closed_address


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


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
_UCUM: Final = "http://unitsofmeasure.org"
_UNITS: Final = _words(
    """
    % /min 1 10*3/uL 10*6/uL 10*9/L 10*12/L Cel IU/L IU/mL U/L U/mL [IU]/L [degF] [in_i] [lb_av] a
    bpm beats/min breaths/min cm d days dL degF fL ft g g/L g/dL g/mL h hours in kPa kcal kg kg/m2
    kg/m^2 lb lbs m mIU/L mL mL/h mL/min mL/min/{1.73_m2} mg mg/L mg/dL mg/g mg/kg mg/mL min minutes
    mm mm/h mm[Hg] mmHg mmol/L mmol/mol mo months ms mEq/L meq/L ng/dL ng/mL nmol/L pg pg/mL percent
    pmol/L s seconds uL ug ug/L ug/dL ug/mL umol/L weeks wk years {score} {beats}/min {breaths}/min
    """
)
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


def is_unit(system: str, word: str) -> bool:
    """Whether it is a common unit, in the words of UCUM or as people write it."""
    return system in ("", _UCUM) and word in _UNITS


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
