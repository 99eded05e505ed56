"""Pages, and what they are drawn with: forms, pictures, fonts, colours (ISO 32000-2, 7.7 to 9)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.errors import MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats.pdf import words
from deid.formats.pdf.binaries import plain_cmap, plain_formula, plain_profile
from deid.formats.pdf.operands import WrongOperandsError, plain
from deid.formats.pdf.slots import Slot, is_dictionary
from deid.formats.pdf.values import HANDLERS as VALUES
from deid.formats.pdf.values import is_number
from deid.formats.pdf.walk import UNKNOWN, Handler, Walk

MAX_PAGES: Final = 5_000
"""More pages are not examined."""

_SCREENING: Final = "settings for printing"
_FONT_STARTS: Final = (b"\0\1\0\0", b"OTTO", b"true", b"ttcf", b"%!", b"\1\0", b"\x80\1")
_SHORT: Final = 16
_LETTERS: Final = frozenset(b"\t\n\r" + bytes(range(0x20, 0x7F)))
_FAMILIES: Final = words.words_of("/CalGray /CalRGB /Lab")


def _pages(walk: Walk, slot: Slot, where: str) -> None:
    """The tree of pages, and its pages, which are counted."""
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.elements(value, "pages", where)
    elif isinstance(value, pikepdf.Dictionary) and "/Kids" in value:
        walk.plain(slot, "page_tree", where)
    elif isinstance(value, pikepdf.Dictionary):
        number = walk.facts["pages"] = walk.facts.get("pages", 0) + 1
        if number > MAX_PAGES:
            raise NoteTooLarge(f"the document has more than {MAX_PAGES} pages: split it")
        walk.plain(slot, "page", f"page {number}")
    else:
        walk.drop(slot)


def _box(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if not isinstance(value, pikepdf.Array) or len(value) != 4 or not all(map(is_number, value)):
        raise MalformedRecord(f"{where}: has no size: print the document to a new PDF")


def _turn(walk: Walk, slot: Slot, where: str) -> None:
    if slot.value not in (0, 90, 180, 270, -90, -180, -270, 360):
        raise MalformedRecord(f"{where}: is turned oddly: print the document to a new PDF")


def _stream_of(kind: str) -> Handler:
    """A stream and its dictionary, of one kind."""

    def examine(walk: Walk, slot: Slot, where: str) -> None:
        value = slot.value
        if isinstance(value, pikepdf.Array):
            walk.elements(value, kind, where)
        elif not isinstance(value, pikepdf.Stream):
            walk.drop(slot)
        else:
            as_stream(walk, value, kind, where)

    return examine


def as_stream(walk: Walk, value: Any, kind: str, where: str, *, is_picture: bool = False) -> bool:
    """Look at a stream and its dictionary; whether it is seen for the first time."""
    if not walk.is_new(value, kind):
        return False
    walk.stream(value, kind, where, is_picture=is_picture)
    walk.dictionary(value, kind, where)
    return True


def _xobject(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    subtype = str(value.get("/Subtype")) if isinstance(value, pikepdf.Stream) else ""
    if subtype == "/Form":
        as_stream(walk, value, "form", where)
    elif subtype == "/Image":
        as_stream(walk, value, "image", where, is_picture=True)
    else:
        walk.drop(slot, "objects of an unknown kind")


def _image(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Stream):
        as_stream(walk, slot.value, "image", where, is_picture=True)
    elif not isinstance(slot.value, pikepdf.Name):
        walk.drop(slot)


def _image_mask(walk: Walk, slot: Slot, where: str) -> None:
    is_stream = isinstance(slot.value, pikepdf.Stream)
    walk.push(slot, "image" if is_stream else "number", where)


def _pattern(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Stream):
        if as_stream(walk, value, "tiling", where):
            _write_plain(value, where)
    elif isinstance(value, pikepdf.Dictionary):
        walk.plain(slot, "shaded", where)
    else:
        walk.drop(slot)


def _masking(walk: Walk, slot: Slot, where: str) -> None:
    """The form of a mask, which is no part of the page and may hold no letters."""
    _xobject(walk, slot, where)
    if isinstance(slot.value, pikepdf.Stream) and walk.is_new(slot.value, "mask's form"):
        _write_plain(slot.value, where)


def _write_plain(stream: Any, where: str) -> None:
    """Let a content hold nothing but what is drawn."""
    try:
        instructions = plain(pikepdf.parse_content_stream(stream))
    except WrongOperandsError:
        raise UnsupportedFormat(f"{where}: has odd drawings: print it to a new PDF") from None
    written = pikepdf.unparse_content_stream(instructions)
    if written != stream.read_bytes():
        stream.write(written)


def _table(walk: Walk, slot: Slot, where: str) -> None:
    """A table of numbers, which does not read as text."""
    value = slot.value
    if isinstance(value, pikepdf.Stream):
        if not as_stream(walk, value, "table", where):
            return
        data = value.read_bytes()
    else:
        data = bytes(value)
    _check_table(data, where)


def _check_table(data: bytes, where: str) -> None:
    if len(data) > _SHORT and all(byte in _LETTERS for byte in data):
        raise UnsupportedFormat(f"{where}: has a table that is text: print it to a new PDF")


def _font_program(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if not isinstance(value, pikepdf.Stream):
        walk.drop(slot)
    elif as_stream(walk, value, "font_program", where) and not value.read_bytes().startswith(
        _FONT_STARTS
    ):
        raise UnsupportedFormat(f"{where}: has a damaged font: print it to a new PDF")


def _font_of_forms(walk: Walk, slot: Slot, where: str) -> None:
    """A font of fields; letters that are drawings are read on pages alone."""
    value = slot.value
    if isinstance(value, pikepdf.Dictionary) and str(value.get("/Subtype")) == "/Type3":
        walk.drop(slot, "fonts of fields whose letters are drawings")
    else:
        _font(walk, slot, where)


def _either(kind: str) -> Handler:
    """A dictionary, a stream, or an array of such; a name is one of the standard's."""

    def examine(walk: Walk, slot: Slot, where: str) -> None:
        value = slot.value
        if isinstance(value, pikepdf.Array):
            walk.elements(value, kind, where)
        elif isinstance(value, pikepdf.Stream):
            as_stream(walk, value, kind, where)
        elif isinstance(value, pikepdf.Dictionary):
            if walk.is_new(value, kind):
                walk.dictionary(value, kind, where)
        else:
            VALUES["name"](walk, slot, where)

    return examine


def _function(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    is_formula = isinstance(value, pikepdf.Stream) and value.get("/FunctionType") == 4
    if is_formula and walk.is_new(value, "formula"):
        formula = value.read_bytes()
        plain = plain_formula(formula)
        if plain != formula:
            value.write(plain)
    if isinstance(value, pikepdf.Stream) and value.get("/FunctionType") == 0:
        _check_table(value.read_bytes(), where)
    _ANY_FUNCTION(walk, slot, where)


def _mask(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Name):
        VALUES["name"](walk, slot, where)
    else:
        walk.plain(slot, "mask", where)


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
    kinds = _COLOURS.get(family, ("colour_values",) if family in _FAMILIES else None)
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
        _table(walk, slot, where)
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


def _font(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Array):
        walk.elements(slot.value, "font", where)
    else:
        if is_dictionary(slot.value) and not isinstance(
            slot.value.get("/BaseFont", pikepdf.Name.F), pikepdf.Name
        ):
            raise MalformedRecord(f"{where}: has a damaged font: print it to a new PDF")
        walk.plain(slot, "font", where)


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
        _table(walk, slot, where)


_ANY_FUNCTION: Final = _either("function")
_COLOURS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
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

HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "pages": _pages,
        "box": _box,
        "turn": _turn,
        "content": _stream_of("content"),
        "xobject": _xobject,
        "image": _image,
        "image_mask": _image_mask,
        "pattern": _pattern,
        "shading": _either("shading"),
        "function": _function,
        "mask": _mask,
        "colours": _colours,
        "colour_name": _colour_name,
        "palette": _palette,
        "icc": _icc,
        "font": _font,
        "font_and_size": _font_and_size,
        "font_program": _font_program,
        "font_of_forms": _font_of_forms,
        "masking": _masking,
        "encoding": _encoding,
        "to_unicode": _to_unicode,
        "cmap": lambda walk, slot, where: _cmap(walk, slot, where, to_unicode=False),
        "cmap_name": _cmap_name,
        "glyph": _stream_of("glyph"),
        "glyph_map": _glyph_map,
        "jbig2": _stream_of("jbig2"),
    }
)

__all__ = ["HANDLERS", "MAX_PAGES", "UNKNOWN", "as_stream", "is_dictionary"]
