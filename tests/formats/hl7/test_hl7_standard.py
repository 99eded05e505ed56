"""The tables of fields and data types against those of another library (hl7apy), v2.3 to v2.8."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Mapping
from typing import Final

import pytest

from deid.formats.hl7.datatypes import use_of
from deid.formats.hl7.fields import NAMED_SEGMENTS, FieldMeaning, meaning_of
from deid.labels import Label

pytest.importorskip("hl7apy", reason="hl7apy is not installed")

_VERSIONS: Final = ("2_3", "2_3_1", "2_4", "2_5", "2_5_1", "2_6", "2_7", "2_8")
# Of each type the components that tell who, where or when, whatever the field is.
_TELLING: Final = {
    "AD": (1, 3, 5),
    "AUI": (2,),
    "CCD": (2,),
    "CN": (1, 2, 3),
    "CNN": (1, 2, 3),
    "CX": (1, 4, 7, 8),
    "DIN": (1, 2),
    "DLD": (1, 2),
    "DLN": (1, 3),
    "DR": (1, 2),
    "DT": (1,),
    "DTM": (1,),
    "EI": (1, 2, 3),
    "EIP": (1, 2),
    "FC": (2,),
    "HD": (1, 2),
    "ICD": (3,),
    "JCC": (1,),
    "LA1": (1, 2, 3, 4, 9),
    "NDL": (1, 2, 3, 4, 5, 6, 7),
    "OCD": (2,),
    "OSP": (2, 3),
    "PCF": (3,),
    "PIP": (3, 4),
    "PL": (1, 2, 3, 4, 7, 8, 9, 10),
    "PLN": (1, 4),
    "PN": (1, 2, 3),
    "RP": (1,),
    "SPD": (4,),
    "TN": (1,),
    "TQ": (4, 5),
    "TS": (1,),
    "XAD": (1, 2, 3, 5, 8, 9, 13, 14),
    "XCN": (1, 2, 3, 4, 9, 14),
    "XON": (1, 3, 6, 10),
    "XPN": (1, 2, 3),
    "XTN": (1, 4, 12),
}


def _fields() -> dict[tuple[str, int], list[str]]:
    """The types of each field, those of the oldest version first."""
    found: dict[tuple[str, int], list[str]] = defaultdict(list)
    for version in _VERSIONS:
        table: Mapping[str, tuple[str | None, ...]] = importlib.import_module(
            f"hl7apy.v{version}.fields"
        ).FIELDS
        for key, row in table.items():
            segment, _, number = key.rpartition("_")
            if segment in NAMED_SEGMENTS and number.isdigit() and row[2]:
                found[segment, int(number)].append(row[2].removeprefix("CM_"))
    return found


FIELDS: Final = _fields()


def _tells(meaning: FieldMeaning, component: int) -> bool:
    """Whether what stands in a component is replaced for where it stands."""
    values = [["Quenbridge7"] for _ in range(30)]
    return use_of(meaning, values, component - 1, 0).label is not None


def test_what_tells_in_a_type_of_the_standard_tells_in_each_field_of_it() -> None:
    missed = []
    for (segment, number), types in FIELDS.items():
        telling = [one for one in types if one in _TELLING]
        if not telling:
            continue
        meaning = meaning_of(segment, number)
        if meaning is None or not all(_tells(meaning, one) for one in _TELLING[telling[-1]]):
            missed.append(f"{segment}-{number}: {telling[-1]}")
    # The profile that a message keeps to names no person and no place.
    assert missed == ["MSH-21: EI"]


def test_people_places_and_times_stand_where_the_standard_has_them() -> None:
    """No row is one field off: a row of these types is of such a type in some version."""
    types = {"XPN", "XCN", "XAD", "XTN", "CX", "PL", "XON", "DR", "DTM", "HD", "EI"}
    same = {
        "AD": "XAD",
        "CK": "CX",
        "CN": "XCN",
        "CNN": "XCN",
        "DT": "DTM",
        "PN": "XPN",
        "TN": "XTN",
        "TS": "DTM",
    }
    strange = []
    for (segment, number), known in FIELDS.items():
        meaning = meaning_of(segment, number)
        if meaning is None or meaning.datatype not in types:
            continue
        if meaning.datatype not in {same.get(one, one) for one in known}:
            strange.append((segment, number, meaning.datatype, known[-1]))
    # A number in older versions, of a type with components where it says more.
    assert strange == [("FT1", 2, "CX", "ST")]


def test_segments_of_the_standard_are_known() -> None:
    of_others = {
        name
        for version in _VERSIONS
        for name in importlib.import_module(f"hl7apy.v{version}.segments").SEGMENTS
        if len(name) == 3
    }
    assert of_others <= NAMED_SEGMENTS


def test_a_reader_that_knows_nothing_would_be_seen() -> None:
    """The comparison is not of empty tables, and says so of a field that is only text."""
    assert len(FIELDS) > 2000
    assert not _tells(FieldMeaning("ST", None, "text"), 1)
    assert _tells(FieldMeaning("XPN", Label.PERSON, "name"), 2)
