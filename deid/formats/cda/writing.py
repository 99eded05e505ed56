"""Attributes that are left out of a document of XML, and what says that they were."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from deid.errors import DefectError, InputError, OutputError
from deid.formats.markup import Kind, Markup, Place, read_markup

_MASK: Final = "MSK"
_BEFORE: Final = re.compile(rb"\s+[^\s=<>/\"']+\s*=\s*[\"']\Z")
_REACH: Final = 300


@dataclass(frozen=True, slots=True)
class Omitted:
    """A document without some of its attributes.

    Attributes:
        markup: the document.
        numbers: of its places, those they had before.
    """

    markup: Markup
    numbers: tuple[int, ...]


def omit(markup: Markup, dropped: Collection[int], masked: Collection[int]) -> Omitted:
    """A document without some attributes.

    Args:
        markup: the document.
        dropped: numbers of attributes that are left out.
        masked: numbers of those in whose place `nullFlavor="MSK"` says that something was hidden.

    Raises:
        DefectError: the new document does not read as it should.
        OutputError: an attribute has a name that is too long.
    """
    if not dropped and not masked:
        return Omitted(markup, tuple(range(len(markup.places))))
    pieces: list[bytes] = []
    wanted: list[tuple[Kind, int, str, str]] = []
    numbers: list[int] = []
    at = 0
    with_flavour = {one.element for one in markup.places if one.name == "nullFlavor"}
    for number, place in enumerate(markup.places):
        if number not in dropped and number not in masked:
            wanted.append((place.kind, place.element, place.name, place.value))
            numbers.append(number)
            continue
        pieces.append(markup.data[at : _start(markup, place)])
        at = place.end + 1
        if number in masked and place.element not in with_flavour:
            with_flavour.add(place.element)
            pieces.append(f' nullFlavor="{_MASK}"'.encode())
            wanted.append((Kind.ATTRIBUTE, place.element, "nullFlavor", _MASK))
            numbers.append(number)
    data = b"".join([*pieces, markup.data[at:]])
    try:
        again = read_markup(markup.mark + data.decode("utf-8").encode(markup.encoding))
    except InputError:
        raise DefectError("the output is no XML: nothing was written") from None
    read = [(one.kind, one.element, one.name, one.value) for one in again.places]
    if read != wanted or again.elements != markup.elements or again.parents != markup.parents:
        raise DefectError("the document does not read as it was written: nothing was written")
    return Omitted(again, tuple(numbers))


def _start(markup: Markup, place: Place) -> int:
    """Where the blanks before an attribute begin."""
    reach = max(0, place.start - _REACH)
    found = _BEFORE.search(markup.data[reach : place.start])
    if found is None:
        raise OutputError("an attribute cannot be left out, for its name is too long")
    return reach + found.start()
