"""Annotations, fields of forms, and what happens on a click (ISO 32000-2, 12.5 to 12.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.formats.columns import column_of
from deid.formats.pdf import fields, words
from deid.formats.pdf.slots import Look, Slot, identity, is_dictionary
from deid.formats.pdf.values import HANDLERS as VALUES
from deid.formats.pdf.values import string_of, text, write_text
from deid.formats.pdf.walk import Handler, Walk, renamed

_SCRIPTS: Final = "actions and scripts"
_SIGNATURES: Final = "signatures"
_DEEPEST: Final = 30
_DEFAULT_LOOK: Final = "/Helv 0 Tf 0 g"
_FITS: Final = words.words_of("/XYZ /Fit /FitH /FitV /FitR /FitB /FitBH /FitBV")


def _annotation(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        if slot.name == "/Annots":
            walk.close_gaps(value)
        if walk.is_new(value, "annotation"):
            for index in reversed(range(len(value))):
                walk.push(Slot(value, index), "annotation", f"{where}, annotation {index + 1}")
        return
    if not isinstance(value, pikepdf.Dictionary):
        walk.drop(slot)
        return
    subtype = str(value.get("/Subtype"))
    if subtype not in words.ANNOTATIONS:
        walk.drop(slot, "annotations that play, show or run something")
    elif subtype == "/Widget":
        walk.plain(slot, "form_field", f"{where}, field")
    else:
        walk.plain(slot, "markup", where)


def _field(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.close_gaps(value)
        if walk.is_new(value, "field"):
            for index in reversed(range(len(value))):
                place = (
                    f"{where} {index + 1}" if where.startswith("field") else f"field {index + 1}"
                )
                walk.push(Slot(value, index), "field", place)
        return
    walk.plain(slot, "form_field", where or "field")


def _acroform(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if not isinstance(value, pikepdf.Dictionary):
        walk.drop(slot)
        return
    if "/XFA" in value and not len(value.get("/Fields", [])):
        walk.facts["is_dynamic"] = True
    walk.facts["acroform"] = value
    walk.plain(slot, "acroform", "form")


def _above(field: Any) -> Iterator[Any]:
    """A field, and those that it inherits from."""
    for _ in range(_DEEPEST):
        if not is_dictionary(field):
            return
        yield field
        field = field.get("/Parent")


def _names(field: Any) -> list[str]:
    return [
        str(one["/T"])
        for one in _above(field)
        if "/T" in one and isinstance(one["/T"], pikepdf.String)
    ]


def _value(walk: Walk, slot: Slot, where: str) -> None:
    value, field = slot.value, slot.holder
    kinds = [str(one["/FT"]) for one in _above(field) if "/FT" in one]
    if kinds and kinds[0] == "/Sig":
        walk.drop(slot, _SIGNATURES)
    elif isinstance(value, pikepdf.Name):
        walk.push(slot, "state", where)
    elif isinstance(value, pikepdf.Array):
        for index in range(len(value)):
            _text_value(walk, Slot(value, index), field, where)
    else:
        _text_value(walk, slot, field, where)


def _text_value(walk: Walk, slot: Slot, field: Any, where: str) -> None:
    read = string_of(slot.value)
    if read is None:
        walk.drop(slot, _SIGNATURES if is_dictionary(slot.value) else "values of an unknown kind")
        return
    if isinstance(slot.value, pikepdf.Stream):
        write_text(slot, read)
    names = _names(field)
    column = column_of(names[0]) if names else None

    def write(new: str) -> None:
        write_text(slot, new)
        drop_looks(walk, field)

    lead = f"{names[0]}: " if column else ""
    walk.text(read, f"{where}, value", write, label=column.label if column else None, lead=lead)


def drop_looks(walk: Walk, field: Any) -> None:
    """Let viewers draw a field anew, for its value has changed."""
    below = [field]
    seen: set[tuple[int, int]] = set()
    while below:
        one = below.pop()
        key = identity(one)
        if key is not None and key in seen:
            continue
        seen.add(key or (0, 0))
        if "/AP" in one:
            del one["/AP"]
            walk.facts.setdefault("to draw", []).append(one)
        kids = one.get("/Kids")
        if isinstance(kids, pikepdf.Array):
            below += [kid for kid in kids if is_dictionary(kid)]


def draw_anew(walk: Walk, pdf: pikepdf.Pdf) -> None:
    """Draw the fields whose value changed; where that cannot be, viewers do."""
    if not fields.draw_anew(pdf, walk.facts.pop("to draw", [])):
        _let_viewers_draw(walk)


def _appearances(walk: Walk, slot: Slot, where: str) -> None:
    walk.plain(slot, "appearances", where)


def _appearance(walk: Walk, slot: Slot, where: str) -> None:
    """One look, or one for each state, whose names may say something."""
    value = slot.value
    if isinstance(value, pikepdf.Stream):
        place = f"{where}, look"
        walk.push(slot, "xobject", place)
        number = identity(value) or (0, 0)
        look = walk.looks.setdefault(number, Look(value, place, [], lambda: _tell(walk)))
        look.slots.append(slot)
    elif isinstance(value, pikepdf.Dictionary) and walk.is_new(value, "looks"):
        for key in sorted(value.keys(), reverse=True):
            if not words.is_plain(key):
                walk.chosen("state", key[1:], f"{where}, state of a field", renamed(value, key))
            walk.push(Slot(value, key), "appearance", where)


def _tell(walk: Walk) -> None:
    walk.remove("looks of annotations and fields, which viewers draw anew")
    _let_viewers_draw(walk)


def _let_viewers_draw(walk: Walk) -> None:
    if (form := walk.facts.get("acroform")) is not None:
        form["/NeedAppearances"] = True


def _appearance_text(walk: Walk, slot: Slot, where: str) -> None:
    """How a text looks: the operators of a content stream, without any text (12.7.4.3)."""
    read = string_of(slot.value)
    if read is None or words.LOOK.fullmatch(read) is None:
        write_text(slot, _DEFAULT_LOOK)
        walk.remove("unusual looks of texts")
        return
    walk.facts.setdefault("looks of texts", []).append(slot)


def _action(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "action", where)
    elif not isinstance(value, pikepdf.Dictionary) or str(value.get("/S")) not in words.ACTIONS:
        walk.drop(slot, _SCRIPTS)
    else:
        walk.plain(slot, "one_action", where)


def _open_action(walk: Walk, slot: Slot, where: str) -> None:
    is_action = isinstance(slot.value, pikepdf.Dictionary)
    walk.push(slot, "action" if is_action else "destination", "what is shown first")


def _layer_state(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "layer_state", where)
    else:
        walk.push(slot, "name" if isinstance(value, pikepdf.Name) else "layer", where)


def _destination(walk: Walk, slot: Slot, where: str) -> None:
    """A place to go to; one that has a name is written out, so that no name is needed (12.3.2)."""
    value = slot.value
    if isinstance(value, (pikepdf.String, pikepdf.Name)):
        key = bytes(value) if isinstance(value, pikepdf.String) else str(value)
        value = walk.facts["destinations"].get(key)
        if isinstance(value, pikepdf.Dictionary):
            value = value.get("/D")
    if not isinstance(value, pikepdf.Array) or not len(value):
        walk.drop(slot, "links to places that are not there")
        return
    slot.set(pikepdf.Array(list(value)))
    written = slot.value
    for index in range(len(written)):
        one = Slot(written, index)
        if is_dictionary(one.value):
            walk.back(one)
        elif isinstance(one.value, pikepdf.Name) and str(one.value) in _FITS:
            continue
        else:
            VALUES["number"](walk, one, where)


def _field_name(walk: Walk, slot: Slot, where: str) -> None:
    text(walk, slot, where, lead="Field: ")


HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "annotation": _annotation,
        "field": _field,
        "acroform": _acroform,
        "value": _value,
        "field_name": _field_name,
        "appearances": _appearances,
        "appearance": _appearance,
        "appearance_text": _appearance_text,
        "action": _action,
        "open_action": _open_action,
        "layer_state": _layer_state,
        "destination": _destination,
    }
)
