"""Streams of a PDF and their dictionaries, by kind (ISO 32000-2, 7.3.8)."""

from __future__ import annotations

from typing import Any, Final

import pikepdf

from deid.errors import UnsupportedFormat
from deid.formats.pdf.slots import Slot
from deid.formats.pdf.values import HANDLERS as VALUES
from deid.formats.pdf.walk import Handler, Walk

_SHORT: Final = 16
_LETTERS: Final = frozenset(b"\t\n\r" + bytes(range(0x20, 0x7F)))


def stream_of(kind: str) -> Handler:
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


def either(kind: str) -> Handler:
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


def table(walk: Walk, slot: Slot, where: str) -> None:
    """A table of numbers, which does not read as text."""
    value = slot.value
    if isinstance(value, pikepdf.Stream):
        if not as_stream(walk, value, "table", where):
            return
        data = value.read_bytes()
    else:
        data = bytes(value)
    check_table(data, where)


def check_table(data: bytes, where: str) -> None:
    """Refuse a table of numbers that reads as text.

    Raises:
        UnsupportedFormat: it does.
    """
    if len(data) > _SHORT and all(byte in _LETTERS for byte in data):
        raise UnsupportedFormat(f"{where}: has a table that is text: print it to a new PDF")
