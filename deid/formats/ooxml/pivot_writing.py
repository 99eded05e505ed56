"""How the copy of data of a pivot table is written with other values (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from deid.formats.markup import Markup, read_markup
from deid.formats.ooxml.cells import attributes, encoded
from deid.formats.ooxml.pivots import BOUNDS, Cache, Column, Value

_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d:\d\d)?")
_INTEGER: Final = re.compile(r"-?\d+")
_TAG: Final = re.compile(rb"<((?:[^\s/>:]+:)?)([^\s/>:]+)")
_ATTRIBUTE: Final = re.compile(rb"""\s+([^\s=<>/]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
_LONG: Final = 255


@dataclass(frozen=True, slots=True)
class Retagged:
    """What changes in the tags of a member.

    Attributes:
        names: new names of elements.
        given: new values of their attributes; None: there is no such one any more.
    """

    names: dict[int, str] = field(default_factory=dict)
    given: dict[int, dict[str, str | None]] = field(default_factory=dict, repr=False)


def changed_values(
    cache: Cache,
    texts: Mapping[str, Markup],
    new: Mapping[int, Mapping[tuple[str, str], str]],
) -> tuple[dict[str, dict[int, str]], dict[str, Retagged]]:
    """How a copy of data is written with other values.

    Args:
        cache: the copy.
        texts: the members of the workbook.
        new: what values read now, by their columns and keys.

    Returns:
        New values of places, and of tags, by members.
    """
    values: dict[str, dict[int, str]] = {}
    tags: dict[str, Retagged] = {cache.member: Retagged()}
    tags[cache.member].given[0] = {"refreshOnLoad": "1"}
    for index, texts_of in new.items():
        column = cache.columns[index]
        final: dict[tuple[str, str], tuple[str, str]] = {}
        for key, value in column.values.items():
            tag, text = final[key] = _as_written(value, texts_of.get(key, value.text))
            if key not in texts_of:
                continue
            for at in (*value.data, *value.groups):
                values.setdefault(at.member, {})[at.number] = text
                if tag != value.tag:
                    tags.setdefault(at.member, Retagged()).names[at.element] = tag
            for at in value.bounds if value.tag.startswith("edge") else ():
                values.setdefault(at.member, {})[at.number] = text
        for element in column.lists:
            told = dict(_told(column, final, element, attributes(texts[cache.member])))
            tags[cache.member].given[element] = told
    return values, tags


def _as_written(value: Value, text: str) -> tuple[str, str]:
    """The element that holds a text in place of a value, and how it is written there."""
    if value.tag.endswith("d") and _DATE.fullmatch(text):
        return value.tag, text.replace(" ", "T") if " " in text else f"{text}T00:00:00"
    if text == value.text or value.tag.startswith("edge"):
        return value.tag, text
    return "s", encoded(text)


def _told(
    column: Column,
    final: Mapping[tuple[str, str], tuple[str, str]],
    element: int,
    given: Mapping[int, Mapping[str, tuple[int, object]]],
) -> Iterator[tuple[str, str | None]]:
    """What a list says of its values (18.3.1.90)."""
    data = [final[key] for key, value in column.values.items() if value.data]
    has = {tag for tag, _ in data} | column.kinds
    numbers = [text for tag, text in data if tag == "n"]
    days = sorted(text for tag, text in data if tag == "d")
    is_text, is_plain = bool(has & {"s", "b", "e"}), has <= {"n", "d"}
    kinds = is_text + ("n" in has) + ("d" in has)
    ranges = _bounds(column, final, element, given, numbers, days)
    if not data:
        yield from ranges
        return
    yield "containsSemiMixedTypes", "0" if is_plain else None
    yield "containsNonDate", "0" if has <= {"d", "m"} else None
    yield "containsDate", "1" if "d" in has else None
    yield "containsString", None if is_text else "0"
    yield "containsBlank", "1" if "m" in has else None
    yield "containsMixedTypes", "1" if kinds > 1 else None
    yield "containsNumber", "1" if "n" in has else None
    whole = bool(numbers) and all(map(_INTEGER.fullmatch, numbers))
    yield "containsInteger", "1" if whole else None
    yield from ranges
    is_long = any(tag == "s" and len(text) > _LONG for tag, text in data)
    yield "longText", "1" if is_long else None


def _bounds(
    column: Column,
    final: Mapping[tuple[str, str], tuple[str, str]],
    element: int,
    given: Mapping[int, Mapping[str, tuple[int, object]]],
    numbers: list[str],
    days: list[str],
) -> Iterator[tuple[str, str | None]]:
    """The least and greatest values: of what is there now, or as they became by themselves."""
    alone = {
        at.number: final[key]
        for key, value in column.values.items()
        if not value.data
        for at in value.bounds
        if at.element == element
    }
    for name, kind in BOUNDS.items():
        number = given.get(element, {}).get(name, (-1, None))[0]
        found = sorted(numbers, key=float) if kind == "n" else days if kind == "d" else []
        if number in alone and alone[number][0] == kind:
            yield name, alone[number][1]
        elif number >= 0 and not kind.startswith("edge"):
            yield name, (found[-1] if name.startswith("max") else found[0]) if found else None


def retagged(content: bytes, tags: Retagged) -> bytes:
    """A member with other names of elements, and other attributes."""
    markup = read_markup(content)
    edits: list[tuple[int, int, bytes]] = []
    for element in {*tags.names, *tags.given}:
        extent = markup.extents[element]
        name = tags.names.get(element, "").encode()
        start = markup.data[extent.start : extent.inner]
        edits.append((extent.start, extent.inner, _tag(start, name, tags.given.get(element, {}))))
        if name and extent.end > extent.inner:
            at = markup.data.rindex(b"</", 0, extent.end)
            prefix = (_TAG.match(start) or _TAG.match(b"<a"))[1]  # type: ignore[index]
            edits.append((at, extent.end, b"</" + prefix + name + b">"))
    data = bytearray(markup.data)
    for begin, end, piece in sorted(edits, reverse=True):
        data[begin:end] = piece
    return markup.encoded(bytes(data))


def _tag(start: bytes, name: bytes, given: Mapping[str, str | None]) -> bytes:
    found = _TAG.match(start)
    if found is None:
        return start
    changed = {key.encode() for key in given}
    kept = [hit.group() for hit in _ATTRIBUTE.finditer(start) if hit[1] not in changed]
    new = [f' {key}="{value}"'.encode() for key, value in given.items() if value is not None]
    end = b"/>" if start.endswith(b"/>") else b">"
    return b"<" + found[1] + (name or found[2]) + b"".join([*kept, *new]) + end
