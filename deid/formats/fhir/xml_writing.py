"""New values in the bytes of a resource in XML; see `writing` for what cannot hold its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.errors import DefectError, InputError, OutputError
from deid.formats.fhir.meaning import Spot
from deid.formats.fhir.references import MASKED_ADDRESS
from deid.formats.fhir.tree import Plain, plain
from deid.formats.fhir.writing import ABSENT, Changes, changed, is_value
from deid.formats.fhir.xml_tree import XmlTree, read_xml_tree
from deid.formats.markup import Extent, Kind, Place, read_markup, written

_NAME: Final = re.compile(rb"<([^\s/>]+)")
_BEFORE: Final = re.compile(rb"\s+[^\s=<>/\"']+\s*=\s*[\"']\Z")
_REACH: Final = 300
_NO_NAME: Final = "masked"


@dataclass(frozen=True, slots=True)
class _Edit:
    start: int
    end: int
    data: bytes = field(repr=False)


def rewritten(tree: XmlTree, changes: Changes) -> bytes:
    """The file after changes of its leaves, everything else to the byte as it was.

    Raises:
        DefectError: what was written does not read as it should.
        OutputError: XML, or the encoding of the file, cannot hold a new text.
    """
    changes = _settled(tree, changes)
    edits = sorted(_edits(tree, changes), key=lambda edit: (edit.start, edit.end))
    content = tree.markup.encoded(_edited(tree.markup.data, edits))
    try:
        again = read_xml_tree(read_markup(content))
    except InputError:
        raise DefectError("the output is no FHIR in XML: nothing was written") from None
    if shape(plain(again.root)) != shape(changed(tree.root, changes)):
        raise DefectError("the output does not read as it was written: nothing was written")
    return content


def shape(value: Plain) -> object:
    """What a value says in JSON and in XML alike.

    A list of one is its item, words are strings, and the two halves of a primitive are one.
    """
    match value:
        case str():
            return value
        case ("null",):
            return None
        case (str() as word,):
            return word
        case list():
            items = [shape(item) for item in value]
            return items[0] if len(items) == 1 else items
        case dict():
            names = dict.fromkeys(key.removeprefix("_") for key in value)
            return {
                name: _whole(
                    shape(value.get(name, ("null",))), shape(value.get(f"_{name}", ("null",)))
                )
                for name in names
            }
    raise TypeError("no value of JSON")


def _whole(value: object, other: object) -> object:
    """A primitive of its two halves."""
    if isinstance(value, list) and isinstance(other, list):
        return [_whole(one, half) for one, half in zip(value, other, strict=True)]
    if value is None or other is None:
        return other if value is None else value
    return (value, other)


def _settled(tree: XmlTree, changes: Changes) -> Changes:
    """Changes of which only values are left out; other places are emptied, or lead nowhere."""
    values, masked = dict(changes.values), dict(changes.masked)
    for start in changes.masked:
        place = tree.places.get(start)
        if place is None:
            raise OutputError("a narrative cannot be left out")
        if place.kind is Kind.ATTRIBUTE and place.name == "value":
            continue
        del masked[start]
        values[start] = _instead(place)
    return Changes(values, masked)


def _instead(place: Place) -> str:
    """What stands in a place that cannot be left out."""
    if place.kind is Kind.COMMENT:
        return ""
    return _NO_NAME if place.name in ("id", "xml-stylesheet") else MASKED_ADDRESS


def _edits(tree: XmlTree, changes: Changes) -> Iterator[_Edit]:
    for leaf_start, value in changes.values.items():
        place = tree.places.get(leaf_start)
        if place is None:
            end = _narrative_end(tree, leaf_start)
            yield _Edit(leaf_start, end, value.encode("utf-8"))
            continue
        is_whole = place.start == leaf_start
        end = place.end if is_whole else _word_end(tree.markup.data, leaf_start, place.end)
        yield _Edit(leaf_start, end, written(place.kind, value).encode("utf-8"))
    for start, spot in changes.masked.items():
        yield from _masking(tree, start, spot)


def _narrative_end(tree: XmlTree, start: int) -> int:
    return next(one.end for one in tree.markup.extents if one.start == start)


def _word_end(data: bytes, start: int, end: int) -> int:
    return start + len(data[start:end].split()[0])


def _masking(tree: XmlTree, start: int, spot: Spot) -> Iterator[_Edit]:
    """The edits that take a value out, and say in its place that something was hidden."""
    place, data = tree.places[start], tree.markup.data
    extent = tree.markup.extents[place.element]
    found = _NAME.match(data, extent.start)
    if found is None:
        raise DefectError("a tag does not begin where it did: nothing was written")
    name = found.group(1)
    prefix = name[: name.index(b":") + 1] if b":" in name else b""
    opening = b'<%sextension url="%s"><%svalueCode value="masked"/>' % (
        prefix,
        ABSENT.encode("ascii"),
        prefix,
    )
    closing = b"</%sextension>" % prefix
    is_empty = extent.inner == extent.end
    if is_value(spot.owner, spot.key):
        yield _Edit(extent.start, extent.inner, opening + (closing if is_empty else b""))
        if not is_empty:
            yield _Edit(data.rindex(b"</", extent.start, extent.end), extent.end, closing)
        return
    before = _BEFORE.search(data, max(extent.start, place.start - _REACH), place.start)
    if before is None:
        raise OutputError("an attribute cannot be left out, for its name is too far from its value")
    yield _Edit(before.start(), place.end + 1, b"")
    yield _extended(data, extent, place.end + 1, opening + closing, name)


def _extended(data: bytes, extent: Extent, behind: int, said: bytes, name: bytes) -> _Edit:
    """The edit that puts an extension into an element."""
    if extent.inner != extent.end:
        return _Edit(extent.inner, extent.inner, said)
    slash = data.rindex(b"/", behind, extent.inner)
    return _Edit(slash, extent.inner, b">%s</%s>" % (said, name))


def _edited(data: bytes, edits: Sequence[_Edit]) -> bytes:
    pieces: list[bytes] = []
    at = 0
    for edit in edits:
        if edit.start < at:
            raise DefectError("two edits of a file meet: nothing was written")
        pieces += (data[at : edit.start], edit.data)
        at = edit.end
    return b"".join([*pieces, data[at:]])
