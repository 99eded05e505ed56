"""Fonts: their names, codes, letters and programs (ISO 32000-2, 9.5 to 9.10)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats.pdf import words
from deid.formats.pdf.binaries import plain_cmap
from deid.formats.pdf.slots import Slot, identity, is_dictionary
from deid.formats.pdf.streams import as_stream, stream_of, table
from deid.formats.pdf.values import HANDLERS as VALUES
from deid.formats.pdf.walk import Handler, Walk

_WITHIN: Final = frozenset({"/CIDFontType0", "/CIDFontType2"})
_STARTS: Final = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"%!", b"\1\0", b"\x80\1")


def _font(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Array):
        walk.elements(slot.value, "font", where)
    else:
        if is_dictionary(slot.value) and not isinstance(
            slot.value.get("/BaseFont", pikepdf.Name.F), pikepdf.Name
        ):
            raise MalformedRecord(f"{where}: has a damaged font: print it to a new PDF")
        walk.facts.setdefault("fonts", []).append(slot)
        walk.plain(slot, "font", where)


def _font_program(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if not isinstance(value, pikepdf.Stream):
        walk.drop(slot)
    elif as_stream(walk, value, "font_program", where) and not value.read_bytes().startswith(
        _STARTS
    ):
        raise UnsupportedFormat(f"{where}: has a damaged font: print it to a new PDF")


def _font_of_forms(walk: Walk, slot: Slot, where: str) -> None:
    """A font of fields; letters that are drawings are read on pages alone."""
    value = slot.value
    if isinstance(value, pikepdf.Dictionary) and str(value.get("/Subtype")) == "/Type3":
        walk.drop(slot, "fonts of fields whose letters are drawings")
    else:
        walk.facts.setdefault("fonts of forms", []).append(slot)
        _font(walk, slot, where)


def name_fonts(walk: Walk, pdf: pikepdf.Pdf) -> None:
    """Let every font be an object of its own, so that two can be told apart."""
    for slot in walk.facts.get("fonts", []):
        value = slot.value
        if isinstance(value, pikepdf.Dictionary) and identity(value) is None:
            slot.set(pdf.make_indirect(value))


def fonts_of(walk: Walk, which: str) -> dict[tuple[int, int], Any]:
    """The fonts that were found, by their objects; those within others are none."""
    found = [slot.value for slot in walk.facts.get(which, [])]
    return {
        font.objgen: font
        for font in found
        if isinstance(font, pikepdf.Dictionary) and str(font.get("/Subtype")) not in _WITHIN
    }


def _font_and_size(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if not isinstance(value, pikepdf.Array) or len(value) != 2:
        walk.drop(slot)
        return
    walk.push(Slot(value, 1), "number", where)
    walk.push(Slot(value, 0), "font", where)


def _encoding(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Stream):
        _cmap(walk, slot, where, to_unicode=False)
    elif isinstance(value, pikepdf.Name):
        if not words.is_predefined_cmap(str(value)):
            VALUES["name"](walk, slot, where)
    else:
        walk.plain(slot, "encoding", where)


def _to_unicode(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Name):
        if not words.is_predefined_cmap(str(slot.value)):
            walk.drop(slot)
    else:
        _cmap(walk, slot, where, to_unicode=True)


def _cmap(walk: Walk, slot: Slot, where: str, *, to_unicode: bool) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Name):
        if not words.is_predefined_cmap(str(value)):
            walk.drop(slot)
    elif not isinstance(value, pikepdf.Stream):
        walk.drop(slot)
    elif as_stream(walk, value, "cmap", where):
        cmap = value.read_bytes()
        plain = plain_cmap(cmap, to_unicode=to_unicode)
        if plain != cmap:
            value.write(plain)


def _cmap_name(walk: Walk, slot: Slot, where: str) -> None:
    if not words.is_predefined_cmap(str(slot.value)):
        slot.set(pikepdf.Name("/Custom"))


def _glyph_map(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Name):
        VALUES["name"](walk, slot, where)
    else:
        table(walk, slot, where)


HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "font": _font,
        "font_and_size": _font_and_size,
        "font_program": _font_program,
        "font_of_forms": _font_of_forms,
        "encoding": _encoding,
        "to_unicode": _to_unicode,
        "cmap": lambda walk, slot, where: _cmap(walk, slot, where, to_unicode=False),
        "cmap_name": _cmap_name,
        "glyph": stream_of("glyph"),
        "glyph_map": _glyph_map,
    }
)
