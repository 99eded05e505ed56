"""What the components of the standard's data types identify (HL7 v2.8, chapter 2.A; pure data).

A type is rows of `component:what`. `@` is what the field identifies, `@id` the number that goes
with it, a label is itself, another type stands in sub-components, and `#name` is a closed
vocabulary, `#name@` one whose strangers are what the field identifies. `*` is every component
that has no row; without it such are text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from deid.formats.hl7.closed import is_closed, is_code
from deid.formats.hl7.fields import FieldMeaning, meaning_of
from deid.labels import Label

_TYPES: Final = {
    "ST": "*:@",
    "TX": "",
    "FT": "",
    "NM": "",
    "FN": "*:@",
    "DTM": "1:DATE 2:#precision",
    "DR": "*:DATE",
    "HD": "1:#authority@ 2:IDNUM 3:#universal",
    "HOLDER": "1:#authority|HOSPITAL 2:IDNUM 3:#universal",
    "CX": "1:@ 2:@ 3:#check 4:HOLDER 5:#id_type 6:HOLDER 7:DATE 8:DATE",
    "SYSTEM": "1:#authority|ORGANIZATION 2:IDNUM 3:#universal",
    "EI": "1:@ 2:SYSTEM 3:IDNUM 4:#universal",
    "EIP": "1:EI 2:EI",
    "XPN": (
        "1:FN 2:@ 3:@ 4:#suffix@ 5:#prefix@ 6:#degree@ 7:#name_type 8:#representation 10:DR "
        "11:#order 12:DATE 13:DATE 14:#degree@ 15:@"
    ),
    "PN": "1:FN 2:@ 3:@ 4:#suffix@ 5:#prefix@ 6:#degree@",
    "XCN": (
        "1:@id 2:FN 3:@ 4:@ 5:#suffix@ 6:#prefix@ 7:#degree@ 9:HOLDER 10:#name_type 11:@id "
        "12:#check 13:#id_type 14:HOLDER 15:#representation 17:DR 18:#order 19:DATE 20:DATE "
        "21:#degree@"
    ),
    "PPN": (
        "1:@id 2:FN 3:@ 4:@ 5:#suffix@ 6:#prefix@ 7:#degree@ 9:HOLDER 10:#name_type 11:@id "
        "12:#check 13:#id_type 14:HOLDER 15:DATE 16:#representation 18:DR 19:#order 20:DATE "
        "21:DATE 22:#degree@"
    ),
    "CNN": "1:@id 2:@ 3:@ 4:@ 5:#suffix@ 6:#prefix@ 7:#degree@ 9:HOSPITAL 10:HOSPITAL",
    "NDL": (
        "1:CNN 2:DATE 3:DATE 4:DEPARTMENT 5:ROOM 6:ROOM 7:HOLDER 9:#location 10:LOCATION 11:ROOM"
    ),
    "SAD": "*:STREET",
    "XAD": (
        "1:SAD 2:STREET 3:CITY 4:STATE 5:ZIP 6:COUNTRY 7:#address_type 8:LOCATION 9:COUNTY "
        "10:LOCATION 11:#representation 12:DR 13:DATE 14:DATE 19:PERSON 23:EI_ADDRESS"
    ),
    "EI_ADDRESS": "*:IDNUM",
    "XTN": (
        "1:PHONE 2:#use 3:#equipment 4:EMAIL 5:PHONE 6:PHONE 7:PHONE 8:PHONE 10:PHONE 11:PHONE "
        "12:PHONE 13:DATE 14:DATE 17:EI_ADDRESS"
    ),
    "XON": "1:@ 3:IDNUM 4:IDNUM 5:#check 6:HOLDER 7:#id_type 8:HOLDER 10:IDNUM",
    "PL": (
        "1:DEPARTMENT 2:ROOM 3:ROOM 4:HOLDER 6:#location 7:LOCATION 8:ROOM 9:LOCATION 10:EI_PLACE "
        "11:HOLDER"
    ),
    "EI_PLACE": "*:IDNUM",
    "LA1": ("1:DEPARTMENT 2:ROOM 3:ROOM 4:HOLDER 6:#location 7:LOCATION 8:ROOM 9:XAD"),
    "LA2": (
        "1:DEPARTMENT 2:ROOM 3:ROOM 4:HOLDER 6:#location 7:LOCATION 8:ROOM 9:STREET 10:STREET "
        "11:CITY 12:STATE 13:ZIP 14:COUNTRY 16:LOCATION"
    ),
    "DLN": "1:@ 2:STATE 3:DATE",
    "JCC": "*:@",
    "CWE": "1:@ 2:@ 3:#table 4:@ 5:@ 6:#table 9:@",
    "RACE": "1:#race 2:#race 3:#table 4:#race 5:#race 6:#table",
    "RELATION": "1:#relation 2:#relation 3:#table",
    "MARITAL": "1:#marital 2:#marital 3:#table",
    "FC": "2:DATE",
    "DLD": "1:LOCATION 2:DATE",
    "DIN": "1:DATE 2:HOSPITAL",
    "AUI": "1:@ 2:DATE",
    "PLN": "1:@ 3:STATE 4:DATE",
    "SPD": "4:DATE",
    "PIP": "3:DATE 4:DATE 5:HOSPITAL",
    "TQ": "4:DATE 5:DATE",
    "OCD": "2:DATE",
    "OSP": "2:DATE 3:DATE",
    "PCF": "3:DATE",
    "ICD": "3:DATE",
    "CCD": "2:DATE",
    "SPS": "",
    "MSG": "1:#message 2:#EVENT 3:#structure",
    "RP": "1:URL 2:HOLDER 3:#data_type 4:#data_subtype",
    "ED": "1:HOLDER 2:#data_type 3:#data_subtype 4:#encoding",
    "VID": "1:#VID",
    "PT": "1:#PT",
    "FLAGS": "1:#FLAGS",
    "UNITS": "1:#UNITS 3:#table",
}
_SAME: Final = {
    "AD": "XAD",
    "CE": "CWE",
    "CF": "CWE",
    "CK": "CX",
    "CN": "XCN",
    "CNE": "CWE",
    "DT": "DTM",
    "TN": "XTN",
    "TS": "DTM",
}
# Identifier types (table 0203) that are something other than the field says.
_BY_ID_TYPE: Final = {
    **dict.fromkeys(("SS",), Label.SSN),
    **dict.fromkeys(("DL", "LN", "MD", "NPI", "DEA", "UPIN", "RN", "DN"), Label.LICENSE),
    **dict.fromkeys(("AN", "BA", "CC", "BC"), Label.ACCOUNT),
    **dict.fromkeys(("MA", "MC", "HC", "SN", "WC", "MB", "PEN", "MCD", "MCR"), Label.HEALTHPLAN),
    **dict.fromkeys(("MR", "PI", "PT", "NH", "PE", "NI"), Label.MRN),
    **dict.fromkeys(("VN", "PPN", "EI", "XX"), Label.IDNUM),
}
_IN_ANY_CASE: Final = frozenset({"suffix", "prefix", "degree", "relation"})
_QUERIED: Final = re.compile(r"@([A-Z][A-Z0-9]{2})\.(\d{1,3})(?:\.(\d{1,2}))?(?:\.(\d{1,2}))?")
_LICENSING: Final = frozenset({"NPI", "DEA", "UPIN"})

Components = Sequence[Sequence[str]]
"""The components of one repetition of a field, each as its sub-components."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a sub-component is.

    Attributes:
        label: what it identifies; None: it is text.
        is_closed: whether it is a value of a closed vocabulary.
    """

    label: Label | None = None
    is_closed: bool = False


_TEXT: Final = Use()


def is_datatype(name: str) -> bool:
    """Whether this is the name of a data type whose components are known."""
    return _SAME.get(name, name) in _TYPES


def use_of(meaning: FieldMeaning, values: Components, component: int, subcomponent: int) -> Use:
    """What one sub-component of a field is.

    Args:
        meaning: of the field.
        values: all components of its repetition, as they are written.
        component: index of the component, from 0.
        subcomponent: index of the sub-component in it, from 0.
    """
    value = values[component][subcomponent]
    datatype = _SAME.get(meaning.datatype, meaning.datatype)
    if datatype == "QIP":
        return _queried(meaning, values, component)
    if datatype not in _TYPES:
        return _vocabulary(datatype, value)
    if datatype == "CWE" and component in (0, 3) and is_code(value, _first(values, component + 2)):
        return Use(is_closed=True)
    what = _what(datatype, component + 1)
    number = subcomponent + 1
    while what in _TYPES:
        what, number = _what(what, number), 1
    return _resolved(what, value, meaning, values)


def _queried(meaning: FieldMeaning, values: Components, component: int) -> Use:
    """What a parameter of a query is: `@PID.5.1` and a value, else an identifier (chapter 5.5)."""
    match = _QUERIED.fullmatch(_first(values, 0))
    if match is None:
        return use_of(replace(meaning, datatype="CX"), values, component, 0)
    if component == 0:
        return Use(is_closed=True)
    asked = meaning_of(match[1], int(match[2]))
    if asked is None:
        return _TEXT
    place, inner = int(match[3] or 1) - 1, int(match[4] or 1) - 1
    as_asked: list[list[str]] = [[""] for _ in range(place)] + [
        [""] * inner + [values[component][0]]
    ]
    return use_of(asked, as_asked, place, inner)


def _resolved(what: str, value: str, meaning: FieldMeaning, values: Components) -> Use:
    if not what:
        return _TEXT
    if what[0] == "#":
        name, _, label = what[1:].partition("|")
        vocabulary = name.rstrip("@")
        if is_closed(vocabulary, value.upper() if vocabulary in _IN_ANY_CASE else value):
            return Use(is_closed=True)
        if label:
            return Use(Label[label])
        return Use(meaning.label) if name != vocabulary else _TEXT
    if what == "@":
        return Use(_number_label(meaning, values))
    if what == "@id":
        return Use(_holder_label(meaning, values))
    return Use(_contact_label(Label[what], value, values))


def _number_label(meaning: FieldMeaning, values: Components) -> Label | None:
    """The label of a field, or of its identifier type where a number names one."""
    if meaning.datatype not in ("CX", "CK"):
        return meaning.label
    return _BY_ID_TYPE.get(_first(values, 4), meaning.label)


def _holder_label(meaning: FieldMeaning, values: Components) -> Label:
    """The label of the number of a person."""
    if meaning.label is Label.PATIENT:
        return Label.MRN
    licensing = _LICENSING & {_first(values, 8), _first(values, 12)}
    return Label.LICENSE if licensing else Label.IDNUM


def _contact_label(label: Label, value: str, values: Components) -> Label:
    if label is Label.EMAIL and "@" not in value:
        return Label.URL
    if label is Label.PHONE:
        if "@" in value:
            return Label.EMAIL
        return Label.FAX if _first(values, 2) == "FX" else Label.PHONE
    return label


def _first(values: Components, component: int) -> str:
    return values[component][0] if component < len(values) else ""


def _vocabulary(name: str, value: str) -> Use:
    """A field that is a closed vocabulary by itself, or of a type that this table lacks."""
    try:
        return Use(is_closed=is_closed(name, value))
    except KeyError:
        return _TEXT


def _what(datatype: str, number: int) -> str:
    rows = _rows(datatype)
    return rows.get(str(number), rows.get("*", ""))


@cache
def _rows(datatype: str) -> dict[str, str]:
    rows = (row.partition(":") for row in _TYPES[datatype].split())
    return {number: what for number, _, what in rows}
