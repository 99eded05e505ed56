"""Plain values outside of the pages: numbers, names, texts, points in time, languages."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.formats.pdf import dates, words
from deid.formats.pdf.addresses import quoted, unquoted
from deid.formats.pdf.slots import Slot, is_dictionary
from deid.formats.pdf.walk import Handler, Walk, free_name
from deid.labels import Label

_LONGEST: Final = 2_000_000
# What libraries write where nobody gave a title, a subject or an author.
_UNNAMED: Final = frozenset(
    f"{before}{word}{after}"
    for word in ("untitled", "unspecified", "anonymous")
    for before, after in (("", ""), ("(", ")"))
)


def place_of(slot: Slot, where: str) -> str:
    """Where a text stands, in plain words."""
    name = _CALLED.get(slot.name, "text")
    return f"{where}, {name}" if where else name


def string_of(value: Any) -> str | None:
    """The text of a string or of a stream that holds one; None: it is none."""
    if isinstance(value, pikepdf.String):
        return str(value)
    if isinstance(value, pikepdf.Stream):
        data = value.read_bytes()
        if len(data) < _LONGEST:
            return str(pikepdf.String(data))
    return None


def write_text(slot: Slot, new: str) -> None:
    """Put a text into a slot."""
    slot.set(pikepdf.String(new))


def text(walk: Walk, slot: Slot, where: str, *, label: Label | None = None, lead: str = "") -> None:
    """A text that a person may have written."""
    value = slot.value
    if isinstance(value, pikepdf.Array):
        for index in range(len(value)):
            text(walk, Slot(value, index), where, label=label, lead=lead)
        return
    read = string_of(value)
    if read is None:
        walk.drop(slot)
        return
    if isinstance(value, pikepdf.Stream):
        write_text(slot, read)
    walk.text(
        read, place_of(slot, where), lambda new: write_text(slot, new), label=label, lead=lead
    )


def _person(walk: Walk, slot: Slot, where: str) -> None:
    if string_of(slot.value) not in _UNNAMED:
        text(walk, slot, where, label=Label.PERSON, lead="Author: ")


def _property(walk: Walk, slot: Slot, where: str) -> None:
    if string_of(slot.value) not in _UNNAMED:
        text(walk, slot, where)


def _program(walk: Walk, slot: Slot, where: str) -> None:
    read = string_of(slot.value)
    if read is None or not words.is_program(read):
        text(walk, slot, where)


def _date(walk: Walk, slot: Slot, where: str) -> None:
    read = string_of(slot.value)
    if read is None:
        walk.drop(slot)
        return

    def write(new: str) -> None:
        slot.set(pikepdf.String(dates.stored(new) or ""))
        if not new:
            slot.clear()

    known = dates.written(read)
    if known is None:
        text(walk, slot, where)
    else:
        walk.text(known, place_of(slot, where), write, label=Label.DATE, form=dates.FORM)


def _number(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        if walk.is_new(value, "number") and not all(map(is_number, value)):
            walk.elements(value, "number", where)
    elif not is_number(value):
        walk.drop(slot)


def is_number(value: object) -> bool:
    """Whether a value is a number, or none at all."""
    return value is None or isinstance(value, (int, float, Decimal))


def _name(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "name", where)
    elif isinstance(value, pikepdf.String) and f"/{value}" in words.NAMES:  # some programs err so
        slot.set(pikepdf.Name(f"/{value}"))
    elif not (isinstance(value, pikepdf.Name) and str(value) in words.NAMES) and not is_number(
        value
    ):
        walk.drop(slot)


def _version(walk: Walk, slot: Slot, where: str) -> None:
    if str(slot.value) not in {f"/1.{digit}" for digit in range(8)} | {"/2.0"}:
        walk.drop(slot)


def _closed(is_known: Any) -> Handler:
    def examine(walk: Walk, slot: Slot, where: str) -> None:
        read = string_of(slot.value)
        if read is None or not is_known(read):
            walk.drop(slot, "unknown names of languages, reviews or collections of letters")

    return examine


def _condition(walk: Walk, slot: Slot, where: str) -> None:
    read = string_of(slot.value)
    if read is None or not words.is_condition(read):
        text(walk, slot, where)


def _named(group: str, place: str, is_known: Any) -> Handler:
    def examine(walk: Walk, slot: Slot, where: str) -> None:
        value = slot.value
        if isinstance(value, pikepdf.Array):
            walk.elements(value, group, where)
        elif isinstance(value, pikepdf.Name):
            if not is_known(str(value)):
                walk.chosen(
                    group,
                    str(value)[1:],
                    f"{where}, {place}" if where else place,
                    lambda new: slot.set(pikepdf.Name(free_name(new))),
                )
        elif not is_number(value):
            walk.drop(slot)

    return examine


def _back(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        if walk.is_new(value, "back"):
            for index in range(len(value)):
                _back(walk, Slot(value, index), where)
    elif is_dictionary(value):
        walk.back(slot)
    elif not is_number(value):
        walk.drop(slot)


def _layer_order(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.String):
        text(walk, slot, where)
    elif isinstance(slot.value, pikepdf.Array):
        walk.elements(slot.value, "layer_order", where)
    else:
        walk.push(slot, "layer", where)


def _visibility(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "visibility", where)
    else:
        walk.push(slot, "name" if isinstance(value, pikepdf.Name) else "layer", where)


def _layer(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Array):
        walk.elements(slot.value, "layer", where)
    else:
        walk.plain(slot, "properties", "layer")


def _address(walk: Walk, slot: Slot, where: str) -> None:
    read = string_of(slot.value)
    if read is None:
        walk.drop(slot)
        return
    walk.text(
        unquoted(read),
        place_of(slot, where),
        lambda new: write_text(slot, quoted(new)),
    )


def _labels(walk: Walk, slot: Slot, where: str) -> None:
    """The list of a tree of numbers: numbers, and what they lead to."""
    value = slot.value
    if not isinstance(value, pikepdf.Array):
        walk.drop(slot)
    elif walk.is_new(value, "label"):
        for index in reversed(range(len(value))):
            kind = "page_label" if index % 2 else "number"
            walk.push(Slot(value, index), kind, f"label of pages {index // 2 + 1}")


_CALLED: Final = MappingProxyType(
    {
        "/Title": "title",
        "/Subject": "subject",
        "/Subj": "subject",
        "/Author": "author",
        "/Keywords": "keywords",
        "/Creator": "program",
        "/Producer": "program",
        "/CreationDate": "date made",
        "/ModDate": "date changed",
        "/M": "date changed",
        "/Contents": "contents",
        "/T": "name",
        "/TU": "hint",
        "/TM": "name for export",
        "/V": "value",
        "/DV": "default value",
        "/Opt": "choice",
        "/URI": "address",
        "/Alt": "alternative text",
        "/ActualText": "text",
        "/E": "abbreviation written out",
        "/Desc": "description",
        "/CA": "caption",
        "/RC": "caption",
        "/AC": "caption",
        "/OverlayText": "text over it",
        "/P": "prefix",
        "/Name": "name",
    }
)
HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "text": text,
        "person": _person,
        "property": _property,
        "program": _program,
        "date": _date,
        "number": _number,
        "measure": lambda walk, slot, where: (
            _name(walk, slot, where)
            if isinstance(slot.value, pikepdf.Name)
            else _number(walk, slot, where)
        ),
        "transition_angle": lambda walk, slot, where: (
            _name(walk, slot, where)
            if isinstance(slot.value, pikepdf.Name)
            else _number(walk, slot, where)
        ),
        "name": _name,
        "version": _version,
        "lang": _closed(words.is_language),
        "review": _closed(words.is_review),
        "registry": _closed(words.is_registry),
        "condition": _condition,
        "font_name": _named("font_name", "name of a font", words.is_font),
        "glyph_name": _named("glyph_name", "name of a glyph", words.is_glyph),
        "state": _named("state", "state of a field", words.is_plain),
        "back": _back,
        "layer": _layer,
        "layer_order": _layer_order,
        "visibility": _visibility,
        "address": _address,
        "label": _labels,
    }
)
