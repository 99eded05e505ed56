"""The cells of a sheet: what each reads, and how it is written with another text (pure).

A text in a cell lies in the cell, or in a table of strings that all sheets share; a number says
nothing of what it is. A cell that changes becomes a text of its own (`t="str"`), or a date again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from deid.errors import MalformedRecord
from deid.formats.markup import Kind, Markup, Place, read_markup
from deid.formats.ooxml.open_places import local
from deid.formats.ooxml.serials import (
    is_date_format,
    serial_of,
    shown_date,
    shown_number,
)

_ADDRESS: Final = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
_TYPES: Final = frozenset({"", "n", "s", "str", "inlineStr", "b", "e", "d"})
_CONSTANT: Final = re.compile(
    r"0|1|true|false|#(?:NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|SPILL!|CALC!)"
)
# Characters as Excel writes them in texts (ISO/IEC 29500-1, 22.4.2.4, xstring).
_ESCAPED: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)|[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_TAG: Final = re.compile(rb"<([^\s/>]+)")
_LITERAL: Final = 200
_UNUSUAL: Final = "a cell is written in an unusual way: open the workbook and save it anew"


@dataclass(frozen=True, slots=True)
class Looks:
    """How numbers are shown: for each style of a cell whether it is a date; the first year."""

    dates: tuple[bool, ...] = ()
    since_1904: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell.

    Attributes:
        element: its number in the sheet.
        row: its row, from 1.
        column: its column, from 1.
        kind: its type, as `t` says.
        typed: number of the place that says it; None: nothing does.
        values: numbers of the places that its text stands in.
        text: what it reads; empty, where that is a closed word, such as an error.
        constant: its value as it would stand in a formula.
        shared: number of the shared string that it shows.
        formula: number of the element of its formula.
        group: number of the formula that it shares with other cells.
        is_date: whether its number is a date.
    """

    element: int
    row: int
    column: int
    kind: str
    typed: int | None
    values: tuple[int, ...]
    text: str = field(repr=False)
    constant: str = field(repr=False)
    shared: int | None = None
    formula: int | None = None
    group: str = ""
    is_date: bool = False


def decoded(value: str) -> str:
    """A text without the escapes of Excel."""
    return _ESCAPED.sub(lambda hit: chr(int(hit.group(1), 16)), value)


def encoded(text: str) -> str:
    """A text with the escapes that it needs."""
    return _TO_ESCAPE.sub(lambda hit: f"_x{ord(hit.group()):04X}_", text)


def looks(styles: Markup | None, *, since_1904: bool) -> Looks:
    """How the cells of a workbook show numbers."""
    if styles is None:
        return Looks(since_1904=since_1904)
    codes: dict[int, str] = {}
    formats: list[int] = []
    rows = attributes(styles)
    for element, name in enumerate(styles.elements):
        row = {key: place.value for key, (_, place) in rows.get(element, {}).items()}
        if local(name) == "numFmt":
            codes[_whole(row.get("numFmtId", "0"))] = row.get("formatCode", "")
        elif local(name) == "xf" and local(styles.elements[styles.parents[element]]) == "cellXfs":
            formats.append(_whole(row.get("numFmtId", "0")))
    return Looks(tuple(is_date_format(number, codes) for number in formats), since_1904)


def shared_strings(markup: Markup | None) -> list[list[int]]:
    """For each shared string the places that its text stands in, without what says its sound."""
    if markup is None:
        return []
    strings: dict[int, list[int]] = {
        element: [] for element, name in enumerate(markup.elements) if local(name) == "si"
    }
    for number, place in enumerate(markup.places):
        if place.kind is Kind.TEXT and local(place.path[-1]) == "t" and not is_sound(place):
            element = ancestor(markup, place.element, "si")
            if element is not None:
                strings[element].append(number)
    return list(strings.values())


def is_sound(place: Place) -> bool:
    """Whether a text says how another one sounds."""
    return any(local(name) == "rPh" for name in place.path)


def ancestor(markup: Markup, element: int, name: str) -> int | None:
    """The element of this name that another lies in, or is."""
    while element >= 0:
        if local(markup.elements[element]) == name:
            return element
        element = markup.parents[element]
    return None


def attributes(markup: Markup) -> dict[int, dict[str, tuple[int, Place]]]:
    """The attributes of each element: by their names the number of the place, and the place."""
    rows: dict[int, dict[str, tuple[int, Place]]] = {}
    for number, place in enumerate(markup.places):
        if place.kind is Kind.ATTRIBUTE:
            rows.setdefault(place.element, {})[place.name] = number, place
    return rows


def cells(markup: Markup, look: Looks, strings: Sequence[str]) -> Iterator[Cell]:
    """The cells of a sheet, in their order.

    Raises:
        MalformedRecord: a cell is not as programs for tables write it.
    """
    rows = attributes(markup)
    texts: dict[int, list[int]] = {}
    children: dict[int, dict[str, int]] = {}
    found = [number for number, name in enumerate(markup.elements) if local(name) == "c"]
    inside = set(found)
    for number, parent in enumerate(markup.parents):
        if parent in inside:
            name = local(markup.elements[number])
            if name in children.setdefault(parent, {}):
                raise MalformedRecord(_UNUSUAL)
            children[parent][name] = number
    for number, place in enumerate(markup.places):
        if place.kind is Kind.TEXT:
            texts.setdefault(place.element, []).append(number)
        elif place.kind is not Kind.ATTRIBUTE and ancestor(markup, place.element, "c") is not None:
            raise MalformedRecord(_UNUSUAL)
    inline: dict[int, list[int]] = {}
    for element, numbers in texts.items():
        if local(markup.elements[element]) == "t" and not is_sound(markup.places[numbers[0]]):
            of = ancestor(markup, element, "c")
            if of is not None:
                inline.setdefault(of, []).extend(numbers)
    for element in found:
        yield _cell(markup, element, rows, children.get(element, {}), texts, inline, look, strings)


def _cell(
    markup: Markup,
    element: int,
    rows: Mapping[int, Mapping[str, tuple[int, Place]]],
    children: Mapping[str, int],
    texts: Mapping[int, Sequence[int]],
    inline: Mapping[int, Sequence[int]],
    look: Looks,
    strings: Sequence[str],
) -> Cell:
    row = {key: place.value for key, (_, place) in rows.get(element, {}).items()}
    address = _ADDRESS.fullmatch(row.get("r", ""))
    kind = row.get("t", "")
    values = tuple(texts.get(children["v"], ())) if "v" in children else ()
    formula = children.get("f")
    odd = len(values) > 1 or (formula is not None and len(texts.get(formula, ())) > 1)
    if address is None or kind not in _TYPES or odd or (inline.get(element) and values):
        raise MalformedRecord(_UNUSUAL)
    typed = rows[element]["t"][0] if "t" in rows[element] else None
    shape = rows.get(formula, {}) if formula is not None else {}
    group = shape["si"][1].value if "si" in shape else ""
    cell = Cell(
        element, int(address[2]), _column(address[1]), kind, typed, values, "", '""',
        formula=formula, group=group,
    )  # fmt: skip
    if inline.get(element):
        values = tuple(inline[element])
        text = decoded("".join(markup.places[number].value for number in values))
        return replace(cell, values=values, text=text, kind="inlineStr")
    return _valued(cell, markup.places[values[0]].value, row, look, strings) if values else cell


def _valued(
    cell: Cell, value: str, row: Mapping[str, str], look: Looks, strings: Sequence[str]
) -> Cell:
    match cell.kind:
        case "s":
            index = _whole(value)
            if index >= len(strings):
                raise MalformedRecord(_UNUSUAL)
            text = strings[index]
            return replace(cell, shared=index, text=text, constant=literal(text))
        case "b" | "e" if _CONSTANT.fullmatch(value):
            constant = {"0": "FALSE", "1": "TRUE"}.get(value, value)
            return replace(cell, constant=constant)
        case "" | "n":
            style = _whole(row.get("s", "0"))
            is_date = style < len(look.dates) and look.dates[style]
            date = shown_date(value, since_1904=look.since_1904) if is_date else None
            text = date or shown_number(value)
            constant = value if text != value or is_number(value) else literal(value)
            return replace(cell, text=text, constant=constant, is_date=date is not None)
        case _:
            text = decoded(value)
            return replace(cell, text=text, constant=literal(text))


def literal(text: str) -> str:
    """A text as it stands in a formula, which takes no long ones in one piece."""
    pieces = [text[at : at + _LITERAL] for at in range(0, len(text), _LITERAL)] or [""]
    return "&".join('"' + encoded(piece).replace('"', '""') + '"' for piece in pieces)


def changes(cell: Cell, text: str, look: Looks) -> tuple[dict[int, str], bool, str]:
    """How a cell is written with another text.

    Returns:
        New values of places, whether `t` must be added, and the value as a constant of a formula.
    """
    if cell.is_date and (serial := serial_of(text, since_1904=look.since_1904)) is not None:
        return {cell.values[0]: serial}, False, serial
    values = dict.fromkeys(cell.values[1:], "")
    values[cell.values[0]] = encoded(text)
    if cell.kind == "inlineStr":
        return values, False, literal(text)
    if cell.typed is not None:
        values[cell.typed] = "str"
    return values, cell.typed is None, literal(text)


def respliced(content: bytes, typed: set[int], formulas: Mapping[int, str]) -> bytes:
    """A sheet in which cells say that they are texts, and formulas are others.

    Args:
        content: the sheet.
        typed: numbers of the elements of cells that did not say what they are.
        formulas: new formulas, by the numbers of their elements.
    """
    markup = read_markup(content)
    rows = attributes(markup)
    texts = {place.element: place for place in markup.places if place.kind is Kind.TEXT}
    edits: list[tuple[int, int, bytes]] = []
    for element in typed:
        at = max(place.end for _, place in rows[element].values()) + 1
        edits.append((at, at, b' t="str"'))
    for element, formula in formulas.items():
        here = [place for _, place in rows.get(element, {}).values()]
        here += [texts[element]] if element in texts else []
        if not here:
            continue
        start = markup.data.rindex(b"<", 0, min(place.start for place in here))
        end = markup.data.index(b">", max(place.end for place in here)) + 1
        if element not in texts and markup.data[end - 2 : end] != b"/>":
            end = markup.data.index(b">", end) + 1
        found = _TAG.match(markup.data, start)
        name = found.group(1) if found else b"f"
        inner = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode()
        edits.append((start, end, b"<" + name + b">" + inner + b"</" + name + b">"))
    data = bytearray(markup.data)
    for start, end, piece in sorted(edits, reverse=True):
        data[start:end] = piece
    return replace(markup, data=bytes(data)).rewritten({})


def _whole(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) < 10):
        raise MalformedRecord(_UNUSUAL)
    return int(value)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def is_number(value: str) -> bool:
    """Whether a value is written as a number."""
    try:
        float(value)
    except ValueError:
        return False
    return True
