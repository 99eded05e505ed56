"""Word documents: `.docx` (ISO/IEC 29500-1, 17).

The runs of a paragraph are read as one text, deleted ones and the codes of fields behind it. Then
follow, each as a part of its own, headers, footers, notes, comments, properties, names of authors,
targets of links, and whatever else a person may have written in a text or an attribute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from typing import ClassVar, Final

from deid.datatypes import Document, Redacted
from deid.errors import EmptyNote, NoteTooLarge
from deid.formats import ReadOptions
from deid.formats.markup import Kind, Markup, Place, read_markup
from deid.formats.one_note import OneNote
from deid.formats.ooxml.container import Container, in_words, is_member_name, open_container
from deid.formats.ooxml.open_places import (
    called,
    form_of,
    is_open,
    label_of,
    local,
)
from deid.parts import Assembly, part_texts

_RUN_TEXT: Final = frozenset({"t", "delText", "instrText", "delInstrText"})
_BREAKS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_ORDER: Final = (
    "word/document",
    "word/header",
    "word/footer",
    "word/footnotes",
    "word/endnotes",
    "word/comments",
)
_LEADS: Final = {"author": "Author: ", "creator": "Author: ", "lastModifiedBy": "Changed by: "}
_CALLED: Final = {"document": "text", "app": "properties", "core": "properties"}
_BARE_RUN: Final = b"<w:t>"
_KEEPING_BLANKS: Final = b' xml:space="preserve"'


class _Layer(IntEnum):
    """Which of the texts that lie over each other in a paragraph a run belongs to."""

    SHOWN = 0
    DELETED = 1
    CODE = 2


@dataclass(frozen=True, slots=True)
class _Open:
    """A place that a person may have written in.

    Attributes:
        member: name of the member it lies in.
        number: its number there.
        place: the place.
        where: it is, in plain words.
    """

    member: str
    number: int
    place: Place = field(repr=False)
    where: str


@dataclass(frozen=True, slots=True)
class WordFile(OneNote):
    """A document, which is one note."""

    document: Document
    container: Container
    raw: bytes = field(repr=False)
    places: tuple[_Open, ...] = field(repr=False)
    files: tuple[tuple[str, int], ...] = field(repr=False)
    format: ClassVar[str] = "docx"
    encoding: ClassVar[str] = "utf-8"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The document with its new texts, packed anew: what lies beside its parts is no text.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a replacement holds a character that XML cannot.
        """
        after = part_texts(document, redacted)
        before = [part.span.of(document.text) for part in document.parts]
        changed = {
            name: self.container.files[name].render(document, redacted, first=first)
            for name, first in self.files
        }
        values: dict[str, dict[int, str]] = {}
        for one, value, old in zip(self.places, after, before, strict=False):
            if value != old:
                values.setdefault(one.member, {})[one.number] = value
        for name, new in values.items():
            written = self.container.texts[name].rewritten(new)
            changed[name] = _keeping_blanks(written, frozenset(new.values()))
        return self.container.rewritten(changed)


def read(content: bytes, *, name: str, options: ReadOptions) -> WordFile:
    """The note in a document.

    Raises:
        InputError: it is damaged, encrypted, empty, or a part of it cannot be examined.
    """
    container = open_container(content, options=options)
    assembly = Assembly(between="")
    places: list[_Open] = []
    for member in sorted(container.texts, key=_rank):
        for one, lead, goes_on in _reading_order(member, container.texts[member]):
            assembly.add(
                one.place.value,
                one.where,
                label=label_of(one.place),
                lead=lead,
                goes_on=goes_on,
                form=form_of(one.place),
            )
            places.append(one)
    files: list[tuple[str, int]] = []
    for number, (member, file) in enumerate(container.files.items(), 1):
        files.append((member, len(assembly)))
        file.add_to(assembly, f"embedded file {number}", lead="\n")
    for place in container.removed:
        assembly.remove(place)
    document = assembly.document(name)
    if not document.text.strip():
        raise EmptyNote("there is no text in the document")
    if len(document.text.encode("utf-8")) > options.max_note_bytes:
        raise NoteTooLarge(
            f"the text of the document is longer than {options.max_note_bytes} bytes: split it"
        )
    return WordFile(document, container, content, tuple(places), tuple(files))


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


def _rank(member: str) -> tuple[int, str]:
    for number, start in enumerate(_ORDER):
        if member.startswith(start):
            return number, member
    return len(_ORDER), member


def _reading_order(member: str, markup: Markup) -> Iterator[tuple[_Open, str, bool]]:
    """The places of a member as they are read, with what stands before each."""
    paragraphs: dict[int, int] = {}
    runs: list[tuple[tuple[int, _Layer], _Open]] = []
    others: list[_Open] = []
    external = _external(markup)
    is_own = member.startswith("customXml/") and not member.endswith(".rels")
    for number, place in enumerate(markup.places):
        if _is_run(place):
            first_seen = len(paragraphs) + 1
            paragraph = paragraphs.setdefault(_paragraph(markup, place), first_seen)
            where = f"{in_words(member, _CALLED)}, paragraph {paragraph}"
            runs.append(((paragraph, _layer(place)), _Open(member, number, place, where)))
        elif is_open(place, is_own=is_own) and not _is_inner_target(place, external):
            others.append(_Open(member, number, place, in_words(member, _CALLED)))
    runs.sort(key=lambda row: (row[0], row[1].number))
    before: tuple[tuple[int, _Layer], _Open] | None = None
    for key, one in runs:
        follows = before is not None and before[0] == key
        lead = _between(markup, before[1].place, one.place) if before and follows else "\n"
        yield one, lead, follows and not lead
        before = key, one
    for one in others:
        yield one, "\n" + _LEADS.get(called(one.place), ""), False


def _is_run(place: Place) -> bool:
    return place.kind is Kind.TEXT and local(place.path[-1]) in _RUN_TEXT


def _paragraph(markup: Markup, place: Place) -> int:
    """Number of the paragraph that a run lies in; of the element itself, where it lies in none."""
    element = place.element
    for name in reversed(place.path):
        if local(name) == "p":
            return element
        element = markup.parents[element]
    return place.element


def _layer(place: Place) -> _Layer:
    names = {local(name) for name in place.path}
    if names & {"instrText", "delInstrText"}:
        return _Layer.CODE
    return _Layer.DELETED if names & {"del", "delText", "moveFrom"} else _Layer.SHOWN


def _between(markup: Markup, first: Place, second: Place) -> str:
    """What stands between two runs of one paragraph: tabs and breaks hold no characters."""
    names = map(local, markup.elements[first.element + 1 : second.element + 1])
    return "".join(_BREAKS.get(name, "") for name in names)


def _external(markup: Markup) -> frozenset[int]:
    """The relations that lead out of the document."""
    return frozenset(
        place.element
        for place in markup.places
        if place.name == "TargetMode" and place.value == "External"
    )


def _is_inner_target(place: Place, external: frozenset[int]) -> bool:
    """Whether a place names another member; the names of members are looked at by themselves."""
    return (
        place.name == "Target"
        and place.element not in external
        and is_member_name(place.value.removeprefix("/").replace("../", ""))
    )
