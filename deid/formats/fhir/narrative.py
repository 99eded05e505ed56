"""The narrative of a resource: XHTML in a string (FHIR, Narrative)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from deid.errors import InputError, UnsupportedFormat
from deid.formats.markup import Kind, Markup, Place, read_markup
from deid.parts import Assembly

_XHTML: Final = "http://www.w3.org/1999/xhtml"
_TAG: Final = re.compile(r"<(/?)([^\s/>!?]+)[^>]*>")
_NO_TAGS: Final = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_INLINE: Final = _words(
    "a abbr acronym b big bdo cite code dfn em i kbd q s samp small span strong sub sup tt u var"
)
_BETWEEN_BLOCKS: Final = _words("table thead tbody tfoot tr ul ol dl colgroup")
_ELEMENTS: Final = (
    _INLINE
    | _BETWEEN_BLOCKS
    | _words(
        "blockquote br caption center col dd del div dt font h1 h2 h3 h4 h5 h6 hr img ins li p pre"
        " section strike td th"
    )
)
_ATTRIBUTES: Final = _words(
    "abbr accesskey align alt axis bgcolor border cellpadding cellspacing char charoff charset cite"
    " class color colspan coords datetime dir frame headers height href hreflang id lang longdesc"
    " name nowrap rel rev rowspan rules scope shape span src start style summary tabindex title"
    " type valign width xmlns"
)
_STYLE: Final = re.compile(
    r"(?:\s*(?:(?:min-|max-)?(?:width|height)|(?:margin|padding|border)(?:-(?:top|left|right|bottom))?"
    r"|text-align|vertical-align|font-(?:size|weight|style)|color|background(?:-color)?|border-collapse"
    r"|border-spacing|float|display|white-space|text-decoration)\s*:"
    r"(?:\s*(?:\d{1,4}(?:\.\d{1,2})?(?:px|pt|em|ex|cm|mm|in|%)?|#[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3})?"
    r"|solid|none|bold|normal|italic|left|right|center|justify|top|middle|bottom|auto|collapse|black"
    r"|white|gr[ae]y|red|blue|green|yellow|silver|inline|block|underline|pre|pre-wrap|nowrap|dotted"
    r"|dashed|thin|small|large|medium|transparent))+\s*;?)*\s*"
)
_XML: Final = "http://www.w3.org/XML/1998/namespace "


@dataclass(frozen=True, slots=True)
class Narrative:
    """A narrative whose places are parts of a note.

    Attributes:
        markup: as it was read.
        numbers: of the places of `markup` that are parts, in the order of these.
    """

    markup: Markup = field(repr=False)
    numbers: tuple[int, ...]

    def written(self, texts: Sequence[str]) -> str:
        """The string with other texts in its parts.

        Raises:
            DefectError: it does not read as it should.
            OutputError: XML cannot hold a text.
        """
        values = dict(zip(self.numbers, texts, strict=True))
        return self.markup.rewritten(values).decode("utf-8")


def add_narrative(assembly: Assembly, content: str, place: str) -> Narrative:
    """Add the places of a narrative to a note: text first, then attributes and comments.

    Raises:
        InputError: it is no well-formed XHTML.
        UnsupportedFormat: it holds an image of its own.
    """
    try:
        markup = read_markup(content.encode("utf-8"))
    except InputError as error:
        raise type(error)(f"{place}: {error}") from None
    _check_names(markup, place)
    numbers: list[int] = []
    last: Place | None = None
    for number, one in _texts(markup):
        goes_on = last is not None and _goes_on(markup, last, one)
        assembly.add(one.value, place, lead="" if goes_on else "\n", goes_on=goes_on)
        numbers.append(number)
        last = one
    for number, one in enumerate(markup.places):
        if one.kind in (Kind.TEXT, Kind.SECTION) or one.value == _XHTML or not one.value.strip():
            continue
        if one.name == "style" and _STYLE.fullmatch(one.value):
            continue
        if re.search(r"\bdata:", one.value, re.IGNORECASE):
            raise UnsupportedFormat(
                f"{place}: the narrative holds an image or another file in an attribute, which "
                "cannot be examined: take it out"
            )
        assembly.add(one.value, f"{place}, {one.kind}", lead="\n")
        numbers.append(number)
    return Narrative(markup, tuple(numbers))


def _check_names(markup: Markup, place: str) -> None:
    """Refuse elements and attributes that XHTML does not know: their names may say anything."""
    tags = _TAG.finditer(_NO_TAGS.sub("", markup.data.decode("utf-8")))
    attributes = (one.name for one in markup.places if one.kind is Kind.ATTRIBUTE)
    spaces = (one.value for one in markup.places if one.name == "xmlns")
    known = (
        all(space == _XHTML for space in spaces)
        and all(found.group(2) in _ELEMENTS for found in tags)
        and all(name.removeprefix(_XML) in _ATTRIBUTES for name in attributes)
    )
    if not known or any(one.kind is Kind.INSTRUCTION for one in markup.places):
        raise UnsupportedFormat(
            f"{place}: the narrative holds an element or attribute that FHIR does not allow in "
            "one: take it out"
        )


def _texts(markup: Markup) -> Iterator[tuple[int, Place]]:
    for number, one in enumerate(markup.places):
        is_text = one.kind in (Kind.TEXT, Kind.SECTION)
        parent = one.path[-1].rpartition(" ")[2] if one.path else ""
        if is_text and (one.value.strip() or parent not in _BETWEEN_BLOCKS):
            yield number, one


def _goes_on(markup: Markup, last: Place, one: Place) -> bool:
    """Whether nothing but inline elements begins or ends between two texts."""
    between = markup.data[last.end : one.start].decode("utf-8")
    return all(found.group(2) in _INLINE for found in _TAG.finditer(between))
