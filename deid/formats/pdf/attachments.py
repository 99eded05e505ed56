"""Files in a PDF: attached, behind an annotation, or associated with a part (ISO 32000-2, 7.11)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pikepdf

from deid.errors import UnsupportedFormat
from deid.formats import suffixes
from deid.formats.nested import open_nested, suffix_of
from deid.formats.pdf.slots import Slot
from deid.formats.pdf.streams import as_stream
from deid.formats.pdf.values import string_of
from deid.formats.pdf.walk import Attachment, Handler, Walk

_DEEPEST: Final = 30
_MOST: Final = 1_000
_NAMES: Final = "names of attached files"
_TYPES: Final = MappingProxyType(
    {
        ".txt": "/text/plain",
        ".csv": "/text/csv",
        ".html": "/text/html",
        ".xml": "/application/xml",
        ".json": "/application/json",
        ".pdf": "/application/pdf",
        ".rtf": "/application/rtf",
    }
)


def _file_names(walk: Walk, slot: Slot, where: str) -> None:
    """The tree of attached files, which becomes one list by names that say nothing (7.9.6)."""
    found: list[Any] = []
    below = [(slot.value, 0)]
    while below:
        node, depth = below.pop()
        if not isinstance(node, pikepdf.Dictionary) or depth > _DEEPEST or len(found) > _MOST:
            raise UnsupportedFormat(
                "the list of attached files is damaged: save them by themselves"
            )
        below += [(kid, depth + 1) for kid in reversed(list(node.get("/Kids", [])))]
        found += list(node.get("/Names", []))[1::2]
    names: list[Any] = []
    for number, spec in enumerate(found, 1):
        names += [pikepdf.String(f"attachment {number:04d}"), spec]
    slot.set(pikepdf.Dictionary(Names=pikepdf.Array(names)))
    array = slot.value["/Names"]
    for index in reversed(range(1, len(array), 2)):
        walk.push(Slot(array, index), "filespec", "")


def _filespec(walk: Walk, slot: Slot, where: str) -> None:
    value = slot.value
    if isinstance(value, pikepdf.Array):
        walk.close_gaps(value)
        walk.elements(value, "filespec", where)
    elif not isinstance(value, pikepdf.Dictionary) or "/EF" not in value:
        walk.drop(slot, "names of other files")
    elif walk.is_new(value, "filespec"):
        number = walk.facts["attachments"] = walk.facts.get("attachments", 0) + 1
        place = f"attachment {number}"
        suffix = _declared(value)
        walk.facts.setdefault("suffixes", {})[place] = suffix
        walk.dictionary(value, "filespec", place)
        for key in ("/F", "/UF"):
            if key in value and str(value[key]) != f"{place}{suffix}":
                value[key] = pikepdf.String(f"{place}{suffix}")
                walk.remove(_NAMES)


def _declared(spec: Any) -> str:
    """The ending of the name of a file, if a reader knows it."""
    for key in ("/UF", "/F"):
        name = string_of(spec[key]) if key in spec else None
        ending = f".{name.rpartition('.')[2].lower()}" if name and "." in name else ""
        if ending in suffixes():
            return ending
    return ""


def _file_name(walk: Walk, slot: Slot, where: str) -> None:
    """Nothing: the name has been replaced already."""


def _file(walk: Walk, slot: Slot, where: str) -> None:
    stream = slot.value
    if not isinstance(stream, pikepdf.Stream):
        walk.drop(slot)
        return
    if not as_stream(walk, stream, "embedded", where):
        return
    content = stream.read_bytes()
    if not content.strip():
        return
    suffix = suffix_of(content, declared=walk.facts["suffixes"].get(where, ""))
    nested = open_nested(content, suffix=suffix, place=where, options=walk.options)
    walk.files.append(Attachment(nested, where, stream))


def _file_type(walk: Walk, slot: Slot, where: str) -> None:
    if str(slot.value) not in _TYPES.values():
        slot.clear()


HANDLERS: Final[Mapping[str, Handler]] = MappingProxyType(
    {
        "file_names": _file_names,
        "filespec": _filespec,
        "file_name": _file_name,
        "file": _file,
        "file_type": _file_type,
    }
)
