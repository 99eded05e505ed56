"""Presentations: `.pptx` (ISO/IEC 29500-1, 19).

A presentation is one note: the texts of its slides, then notes, comments, charts and diagrams, what
stands on masters and layouts, and whatever else a person may have written in a text or an
attribute: names of slides, sections and shapes, alternative texts, tags, authors, properties.
"""

from __future__ import annotations

import re
from typing import Final

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.markup import Place
from deid.formats.ooxml.container import Container, in_words, open_container
from deid.formats.ooxml.office import OfficeFile, OfficeKind, as_it_is, read_office
from deid.formats.ooxml.slide_places import GIVEN_TEXTS, is_open, label_of

_SHOW: Final = "ppt/presentation.xml"
_ORDER: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"ppt/slides/slide(\d{1,9})\.xml",
        r"ppt/notesSlides/notesSlide(\d{1,9})\.xml",
        r"ppt/comments/\w*?(\d{0,9})\.xml",
        r"ppt/charts/chart(\d{0,9})\.xml",
        r"ppt/diagrams/data(\d{0,9})\.xml",
        r"ppt/diagrams/drawing(\d{0,9})\.xml",
    )
)
_CALLED: Final = {
    "notesSlide": "notes",
    "slideLayout": "layout",
    "slideMaster": "master",
    "notesMaster": "master of the notes",
    "handoutMaster": "master of the handouts",
    "commentAuthors": "authors of comments",
    "authors": "authors of comments",
    "comment": "comments",
    "data": "diagram",
    "drawing": "picture of the diagram",
    "app": "properties",
    "core": "properties",
    "custom": "properties",
    "presProps": "settings",
    "viewProps": "settings",
    "presentation": "presentation",
}


def read(content: bytes, *, name: str, options: ReadOptions) -> OfficeFile:
    """The note in a presentation.

    Raises:
        InputError: it is damaged, encrypted, empty, or a part of it cannot be examined.
    """
    container = open_container(content, options=options)
    _check(container)
    return read_office(content, container, kind=_KIND, name=name, options=options)


def _check(container: Container) -> None:
    kinds = {
        place.value
        for place in container.texts["[Content_Types].xml"].places
        if place.name == "ContentType"
    }
    if any("macroEnabled" in kind for kind in kinds):
        raise UnsupportedFormat("the presentation may hold macros: save it without, as .pptx")
    if _SHOW not in container.texts:
        raise MalformedRecord("there is no presentation in it: open it and save it anew as .pptx")
    if any("chartEx" in member for member in container.texts):
        raise UnsupportedFormat(
            "the presentation holds a chart of a kind that cannot be examined: take it out"
        )


def _rank(member: str) -> tuple[int, int, str]:
    for number, pattern in enumerate(_ORDER):
        found = pattern.fullmatch(member)
        if found:
            return number, int(found.group(1) or 0), member
    return len(_ORDER), 0, member


def _where(member: str) -> str:
    return "comments" if "modernComment" in member else in_words(member, _CALLED)


def _layer(_: Place) -> int:
    return 0


_KIND: Final = OfficeKind(
    format="pptx",
    what="presentation",
    rank=_rank,
    where=_where,
    runs=frozenset({"t"}),
    given=GIVEN_TEXTS,
    layer=_layer,
    is_open=is_open,
    label_of=label_of,
    finished=as_it_is,
)
