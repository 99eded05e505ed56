"""Pages, and what they are drawn with: forms, pictures, patterns (ISO 32000-2, 7.7 and 8)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.errors import MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats.pdf.operands import WrongOperandsError, plain
from deid.formats.pdf.slots import Slot
from deid.formats.pdf.streams import as_stream, either, stream_of
from deid.formats.pdf.values import HANDLERS as VALUES
from deid.formats.pdf.values import is_number
from deid.formats.pdf.walk import Handler, Walk

MAX_PAGES: Final = 5_000
"""More pages are not examined."""


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


def _mask(walk: Walk, slot: Slot, where: str) -> None:
    if isinstance(slot.value, pikepdf.Name):
        VALUES["name"](walk, slot, where)
    else:
        walk.plain(slot, "mask", where)


HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "pages": _pages,
        "box": _box,
        "turn": _turn,
        "content": stream_of("content"),
        "xobject": _xobject,
        "image": _image,
        "image_mask": _image_mask,
        "pattern": _pattern,
        "shading": either("shading"),
        "mask": _mask,
        "masking": _masking,
        "jbig2": stream_of("jbig2"),
    }
)
