"""Spaces of colours, functions and profiles (ISO 32000-2, 7.10 and 8.6)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pikepdf

from deid.errors import UnsupportedFormat
from deid.formats.pdf import words
from deid.formats.pdf.binaries import plain_formula, plain_profile
from deid.formats.pdf.slots import Slot
from deid.formats.pdf.streams import as_stream, check_table, either, table
from deid.formats.pdf.walk import Handler, Walk

_FAMILIES: Final = words.words_of("/CalGray /CalRGB /Lab")
_ANY_FUNCTION: Final = either("function")
_SPACES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "/DeviceGray": (),
        "/DeviceRGB": (),
        "/DeviceCMYK": (),
        "/Pattern": ("colours",),
        "/ICCBased": ("icc",),
        "/Indexed": ("colours", "number", "palette"),
        "/I": ("colours", "number", "palette"),
        "/Separation": ("colour_name", "colours", "function"),
        "/DeviceN": ("colour_name", "colours", "function", "colour_names"),
    }
)


def _function(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    is_formula = isinstance(value, pikepdf.Stream) and value.get("/FunctionType") == 4
    if is_formula and walk.is_new(value, "formula"):
        formula = value.read_bytes()
        plain = plain_formula(formula)
        if plain != formula:
            value.write(plain)
    if isinstance(value, pikepdf.Stream) and value.get("/FunctionType") == 0:
        check_table(value.read_bytes(), where)
    _ANY_FUNCTION(walk, slot, where)


def _colours(walk: Walk, slot: Slot, where: str) -> None:
    """A space of colours (ISO 32000-2, 8.6)."""
    value = slot.value
    if isinstance(value, pikepdf.Name):
        if not words.is_plain(str(value)):
            slot.set(pikepdf.Name("/" + walk.alias("N", str(value))))
        return
    if not isinstance(value, pikepdf.Array) or not len(value):
        walk.drop(slot)
        return
    if not walk.is_new(value, "colours"):
        return
    family = str(value[0])
    kinds = _SPACES.get(family, ("colour_values",) if family in _FAMILIES else None)
    if kinds is None or len(value) > 1 + len(kinds):
        raise UnsupportedFormat(f"{where}: has unknown colours: print the document to a new PDF")
    for index in reversed(range(1, len(value))):
        walk.push(Slot(value, index), kinds[index - 1], where)


def _colour_name(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "colour_name", where)
    elif not isinstance(value, pikepdf.Name):
        walk.drop(slot)
    elif not words.is_plain(str(value)):
        slot.set(pikepdf.Name("/" + walk.alias("N", str(value))))


def _palette(walk: Walk, slot: Slot, where: str) -> None:
    """The colours of a palette, which are no text (8.6.6.3)."""
    value = slot.value
    if isinstance(value, (pikepdf.Stream, pikepdf.String)):
        table(walk, slot, where)
    else:
        walk.drop(slot)


def _icc(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if not isinstance(value, pikepdf.Stream):
        walk.drop(slot)
    elif as_stream(walk, value, "icc", where):
        profile = value.read_bytes()
        plain = plain_profile(profile)
        if plain != profile:
            value.write(plain)


HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "function": _function,
        "colours": _colours,
        "colour_name": _colour_name,
        "palette": _palette,
        "icc": _icc,
    }
)
