"""Which places of a workbook beside its cells a person may have written in (pure).

The rules are those of `deid.formats.ooxml.open_places`, and what only workbooks have.
"""

from __future__ import annotations

import re
from typing import Final

from deid.formats.markup import Kind, Place
from deid.formats.ooxml import open_places
from deid.formats.ooxml.container import is_member_name
from deid.formats.ooxml.given_names import is_given
from deid.formats.ooxml.open_places import local
from deid.labels import Label


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


# Attributes that are examined however short and plain they are.
_ATTRIBUTES: Final = _set(
    "name displayName tooltip location display prompt promptTitle error errorTitle title text "
    "comment description userName user totalsRowLabel caption customList codeName url userId "
    "headerRowCellStyle uniqueName providerId destinationFile sourceObject link"
)
# Elements whose names a person gave, also where these are words of programs: Page is a surname.
_OF_PERSONS: Final = _set("sheet definedName table tableColumn person")
_VALUED: Final = _set("filter customFilter inputCells sheetName")
_OUTSIDE: Final = _set("connections queryTable volTypes")
"""Outermost elements of what leads to data outside, of which numbers and few words are no parts."""
_PLAIN_WORD: Final = re.compile(
    r"-?\d{1,4}|true|false|integrated|none|stored|prompt|value|cell|rId\d{1,6}"
    r"|\{[0-9A-Fa-f-]{36}\}|http://schemas\.(?:openxmlformats\.org|microsoft\.com)/[A-Za-z0-9/-]*"
)
_REFERENCE: Final = re.compile(
    r"\$?[A-Z]{0,3}\$?\d{0,7}(?::\$?[A-Z]{0,3}\$?\d{0,7})?"
    r"(?: \$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?)*"
)
_REFERRING: Final = _set("r ref sqref topLeftCell activeCell spans r1 r2 cell pane")
_NUMBER: Final = re.compile(r"-?[\d.]{1,20}(?:E[+-]?\d{1,3})?")
_GIVEN: Final = re.compile(
    r"https?://schemas\.(?:libreoffice|openoffice)\.org/[A-Za-z0-9./-]{0,60}"
    r"|_xlnm\.[A-Za-z_]{1,20}|(?:Table|Pivot)Style(?:Light|Medium|Dark)\d{1,2}|General|ThisWorkbook"
    r"|(?:Sheet|Chart|Table|Column)\d{1,3}"
    r"|(?:(?:xr|x|xxl|c|a|v|mc|x14ac|x15ac|xcalcf|thm|xdr)\d{0,2}(?: (?!$)|$))+"
)
CODE: Final = re.compile(
    r'(?:[ymdhsaAPMp0#?.,:/\\ ;@%*$+E()_-]|"[^\w"]{0,9}"|General'
    r"|\[(?:Red|Blue|Green|Black|White|Magenta|Cyan|Yellow|h+|m+|s+|\$-[0-9A-Fa-f]{1,8})\])+"
)
_POSITIONS: Final = _set("col colOff row rowOff Anchor Row Column sqref x y")
_POSITION: Final = re.compile(r"-?\d{1,10}|\d{1,5}(?:, ?\d{1,5}){1,12}")
_FONT_NAMES: Final = _set("name rFont")
_FONT: Final = re.compile(r"[\w @.,;+&()-]{1,60}")

FORMULAS: Final = _set(
    "f formula formula1 formula2 definedName calculatedColumnFormula totalsRowFormula"
)
"""Elements whose texts are formulas."""
HEADERS: Final = _set("oddHeader oddFooter evenHeader evenFooter firstHeader firstFooter")
"""Elements whose texts stand above and below the pages, with codes between them."""
_HEADER_CODE: Final = re.compile(
    r"&(?:[LCRPNDTFAGUSBIEXYOHZ&]|\d{1,3}|K(?:[0-9A-F]{6}|\d\d[+-]\d{3})"
    r'|"[\w +-]{1,40},(?:[Rr]egular|[Bb]old|[Ii]talic|[Bb]old [Ii]talic|Standard|-)")'
)
_STRING: Final = re.compile(r'"(?:[^"]|"")*"')
_PLAIN: Final = re.compile(
    r"(?:\$?[A-Z]{1,3}\$?\d{1,7}(?![\w.])|\d{1,3}(?:\.\d{1,4})?(?![\w.])|[-+*/^=<>(),: ]"
    r"|(?:SUM|AVERAGE|COUNT|COUNTA|MIN|MAX|IF|AND|OR|NOT|ROUND|TODAY|NOW|MEDIAN|ABS)(?=\())+"
)


def is_open(place: Place, *, is_own: bool) -> bool:
    """Whether a person may have written what stands in a place; see `open_places.is_open`."""
    value = place.value
    if not value.strip() or is_given(place, is_own=is_own):
        return False
    if is_own:
        return open_places.is_open(place, is_own=True)
    element = local(place.path[-1]) if place.path else ""
    if place.kind is Kind.TEXT:
        if element in _POSITIONS and (_POSITION.fullmatch(value) or _REFERENCE.fullmatch(value)):
            return False
        if element in FORMULAS and is_plain_formula(value):
            return False
        if element == "formatCode" and CODE.fullmatch(value):
            return False
        return open_places.is_open(place, is_own=False)
    if place.kind is not Kind.ATTRIBUTE:
        return True
    return _is_open_attribute(place, element, local(place.name))


def _is_open_attribute(place: Place, element: str, name: str) -> bool:
    value = place.value
    if local(place.path[0]) in _OUTSIDE:
        return _PLAIN_WORD.fullmatch(value) is None
    if _GIVEN.fullmatch(value) or (name in _REFERRING and _REFERENCE.fullmatch(value)):
        return False
    if name == "PartName" and is_member_name(value.removeprefix("/")):
        return False
    if name == "formatCode":
        return CODE.fullmatch(value) is None
    around = local(place.path[-2]) if len(place.path) > 1 else ""
    if element in _FONT_NAMES and name == "val" and around in ("font", "rPr"):
        return _FONT.fullmatch(value) is None
    if element in _VALUED and name == "val":
        return True
    if name in _ATTRIBUTES:
        return element in _OF_PERSONS or not open_places.is_builtin(value)
    return _NUMBER.fullmatch(value) is None and open_places.is_open(place, is_own=False)


def is_plain_formula(formula: str) -> bool:
    """Whether a formula is made of cells, small numbers and a few well-known functions."""
    return _PLAIN.fullmatch(formula) is not None


def is_formula(place: Place) -> bool:
    """Whether a place holds a formula."""
    return place.kind is Kind.TEXT and bool(place.path) and local(place.path[-1]) in FORMULAS


def keeps_formula(before: str, after: str) -> bool:
    """Whether two formulas differ in nothing but texts between quotation marks."""
    return _STRING.sub('""', before) == _STRING.sub('""', after)


def is_reference(text: str) -> bool:
    """Whether a text is nothing but cells."""
    return _REFERENCE.fullmatch(text) is not None


def between_codes(value: str) -> list[tuple[int, int]]:
    """The ranges of a header that are no codes."""
    edges = [0]
    for hit in _HEADER_CODE.finditer(value):
        edges += (hit.start(), hit.end())
    edges.append(len(value))
    return [(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True) if start < end]


def label_of(place: Place) -> Label | None:
    """What a place is known to hold, if it holds nothing but an identifier."""
    if local(place.name) == "displayName" and local(place.path[-1]) == "person":
        return Label.PERSON
    return open_places.label_of(place)
