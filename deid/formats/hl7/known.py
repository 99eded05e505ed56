"""What the fields of a message say of its patient, by the keys of a roster (pure)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from types import MappingProxyType
from typing import Final

from deid.formats.hl7.syntax import Leaf
from deid.labels import NAME_LABELS, Label

_NAME_KEYS: Final = MappingProxyType(
    {Label.PATIENT: "name", Label.PERSON: "relative", Label.DOCTOR: "provider"}
)
_CODE_KEYS: Final = MappingProxyType(
    {
        Label.MRN: "mrn",
        Label.SSN: "ssn",
        Label.ACCOUNT: "account",
        Label.HEALTHPLAN: "health_plan",
        Label.LICENSE: "license",
        Label.IDNUM: "id",
        Label.PHONE: "phone",
        Label.FAX: "fax",
        Label.EMAIL: "email",
        Label.URL: "url",
    }
)
_PLACE_KEYS: Final = MappingProxyType(
    {
        Label.STREET: "street",
        Label.CITY: "city",
        Label.COUNTY: "county",
        Label.ZIP: "zip",
        Label.ORGANIZATION: "employer",
        Label.HOSPITAL: "hospital",
    }
)
_INSTITUTION_KEYS: Final = MappingProxyType({Label.HOSPITAL: "hospital"})
_WORDS: Final = frozenset({Label.EMAIL, Label.URL})
# Addresses and employers of others, such as a laboratory, say nothing of the patient.
_OF_PATIENT: Final = frozenset({"PID", "PD1", "NK1", "GT1", "IN1", "IN2", "ACC"})
_TYPE: Final = 4
_RECORDS: Final = -3
_LEAST_CODE: Final = 5
_LEAST_PLACE: Final = 4
_BIRTH_DATES: Final = frozenset({("PID", 7)})
_DAY: Final = 8

Value = tuple[Leaf, str]
"""A leaf and what it reads."""


def known_of(values: Iterable[Value]) -> Iterator[tuple[str, str]]:
    """What is known of the patient, and of people around, each once."""
    seen: dict[tuple[str, str], None] = {}
    for _, group in groupby(values, key=lambda value: value[0].group):
        for pair in _of_field(list(group)):
            seen.setdefault(pair)
    yield from seen


def patient_of(values: Iterable[Value]) -> str:
    """The patient's key; empty where there is none.

    The number in PID-3 whose type (CX.5) is that of a medical record (MR), else the first one
    there, else that of PID-2.
    """
    numbers: dict[tuple[int, int], str] = {}
    types: dict[tuple[int, int], str] = {}
    for leaf, text in values:
        if leaf.segment.name != "PID" or leaf.field not in (2, 3) or not text.strip():
            continue
        place = (-leaf.field, leaf.repetition)
        if leaf.component == leaf.subcomponent == 0:
            numbers.setdefault(place, text.strip())
        elif leaf.component == _TYPE and leaf.subcomponent == 0:
            types.setdefault(place, text.strip().upper())
    of_record = (place for place in numbers if place[0] == _RECORDS and types.get(place) == "MR")
    first = next(of_record, None) or min(numbers, default=None)
    return numbers[first] if first else ""


def _of_field(group: list[Value]) -> Iterator[tuple[str, str]]:
    places = _PLACE_KEYS if group[0][0].segment.name in _OF_PATIENT else _INSTITUTION_KEYS
    yield from _name(group)
    for leaf, text in group:
        value, label = text.strip(), leaf.use.label
        length = sum(map(str.isalnum, value))
        if (leaf.segment.name, leaf.field) in _BIRTH_DATES and leaf.component == 0:
            yield "birth_date", value[:_DAY]
        elif label is None:
            continue
        elif label in _CODE_KEYS and length >= _LEAST_CODE:
            if any(map(str.isdigit, value)) or label in _WORDS:
                yield _CODE_KEYS[label], value
        elif label in places and length >= _LEAST_PLACE:
            yield places[label], value


def _name(group: list[Value]) -> Iterator[tuple[str, str]]:
    """A person's name as `Family, Given Middle`: the first of its components is the family name."""
    words: dict[int, list[str]] = {}
    for leaf, text in group:
        if leaf.use.label in NAME_LABELS and text.strip():
            words.setdefault(leaf.component, []).append(text.strip())
    label = next((leaf.use.label for leaf, _ in group if leaf.use.label in NAME_LABELS), None)
    if not words or label is None:
        return
    datatype = group[0][0].meaning.datatype if group[0][0].meaning else ""
    if datatype in ("NDL", "ST", "XAD"):
        parts = [word for row in words.values() for word in row]
        yield _NAME_KEYS[label], f"{parts[0]}, {' '.join(parts[1:])}".rstrip(", ")
        return
    at = 0 if datatype in ("XPN", "PN") else 1
    family = " ".join(words.pop(at, []))
    given = " ".join(word for row in words.values() for word in row)
    yield _NAME_KEYS[label], f"{family}, {given}".strip(", ")
