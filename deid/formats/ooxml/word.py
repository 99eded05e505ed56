"""Word documents: `.docx` (ISO/IEC 29500-1, 17).

The runs of a paragraph are read as one text, deleted ones and the codes of fields behind it. Then
follow, each as a part of its own, headers, footers, notes, comments, properties, names of authors,
targets of links, and whatever else a person may have written in a text or an attribute.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from deid.formats import ReadOptions
from deid.formats.markup import Kind, Place, read_markup
from deid.formats.ooxml.container import in_words, open_container
from deid.formats.ooxml.office import OfficeFile, OfficeKind, read_office
from deid.formats.ooxml.open_places import is_open, label_of, local

_RUN_TEXT: Final = frozenset({"t", "delText", "instrText", "delInstrText"})
_ORDER: Final = (
    "word/document",
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
    "word/comments",
)
_CALLED: Final = {"document": "text", "app": "properties", "core": "properties"}
_BARE_RUN: Final = b"<w:t>"
_KEEPING_BLANKS: Final = b' xml:space="preserve"'


class _Layer(IntEnum):
    """Which of the texts that lie over each other in a paragraph a run belongs to."""

    SHOWN = 0
    DELETED = 1
    CODE = 2


def read(content: bytes, *, name: str, options: ReadOptions) -> OfficeFile:
    """The note in a document.

    Raises:
        InputError: it is damaged, encrypted, empty, or a part of it cannot be examined.
    """
    container = open_container(content, options=options)
    return read_office(content, container, kind=_KIND, name=name, options=options)


def _keeping_blanks(content: bytes, values: frozenset[str]) -> bytes:
    """A member that says of runs with new texts that blanks at their edges stay.

    A run that loses its beginning may now begin with a blank, which else is not shown.
    """
    edged = {value for value in values if value != value.strip()}
    markup = read_markup(content) if edged else None
    if markup is None or markup.encoding != "utf-8":
        return content
    pieces: list[bytes] = [markup.mark]
    at = 0
    for place in markup.places:
        is_bare = markup.data.endswith(_BARE_RUN, 0, place.start)
        if place.kind is Kind.TEXT and is_bare and place.value in edged:
            pieces += (markup.data[at : place.start - 1], _KEEPING_BLANKS)
            at = place.start - 1
    return b"".join([*pieces, markup.data[at:]])


def _rank(member: str) -> tuple[int, int, str]:
    for number, start in enumerate(_ORDER):
        if member.startswith(start):
            return number, 0, member
    return len(_ORDER), 0, member


def _where(member: str) -> str:
    return in_words(member, _CALLED)


def _layer(place: Place) -> _Layer:
    names = {local(name) for name in place.path}
    if names & {"instrText", "delInstrText"}:
        return _Layer.CODE
    return _Layer.DELETED if names & {"del", "delText", "moveFrom"} else _Layer.SHOWN


_KIND: Final = OfficeKind(
    format="docx",
    what="document",
    rank=_rank,
    where=_where,
    runs=_RUN_TEXT,
    given=frozenset(),
    layer=_layer,
    is_open=is_open,
    label_of=label_of,
    finished=_keeping_blanks,
)
