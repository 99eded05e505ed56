"""Pages as notes: their texts as they are seen, then attributes, comments and the rest.

Texts that only inline markup parts are read as one. What does not change stays to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, EmptyNote, InputError, OutputError
from deid.formats import ReadOptions
from deid.formats.html.charset import decoded
from deid.formats.html.places import Page, Place, page_of
from deid.formats.html.references import escaped, rewritten, value_of
from deid.formats.html.tokens import Kind
from deid.formats.one_note import OneNote
from deid.formats.text import TextForm, encode
from deid.parts import Assembly, part_texts


@dataclass(frozen=True, slots=True)
class HtmlFile(OneNote):
    """A page, which is one note."""

    document: Document
    page: Page = field(repr=False)
    form: TextForm
    raw: bytes = field(repr=False)
    numbers: tuple[int, ...] = field(repr=False)
    format: ClassVar[str] = "html"

    @property
    def encoding(self) -> str:
        """Name of the encoding."""
        return self.form.encoding

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The page with its new texts.

        Raises:
            DefectError: what was written does not read as it should.
            OutputError: a script or comment of this encoding cannot hold the new text.
        """
        values: dict[int, str] = {}
        for number, text in zip(self.numbers, part_texts(document, redacted), strict=True):
            place = self.page.places[number]
            if text != place.value:
                values[number] = value_of(escaped(text), collapses=place.collapses)
        if not values:
            return self.raw
        output = encode(self._written(values), self.form)
        self._read_back(output, values)
        return output

    def _written(self, values: Mapping[int, str]) -> str:
        text = self.page.text
        codes = "ascii" if self.raw.isascii() else self.form.encoding
        pieces: list[str] = []
        at = 0
        for number in sorted(values, key=lambda one: self.page.places[one].start):
            place = self.page.places[number]
            raw = text[place.start : place.end]
            pieces += (text[at : place.start], _new(place, raw, values[number], codes))
            at = place.end
        return "".join([*pieces, text[at:]])

    def _read_back(self, output: bytes, values: Mapping[int, str]) -> None:
        options = ReadOptions(self.form.encoding, max_note_bytes=len(output))
        try:
            text, _ = decoded(output, options=options)
            again = page_of(text)
        except InputError:
            again = Page("")
        places = enumerate(self.page.places)
        wanted = [(one.kind, values.get(number, one.value)) for number, one in places]
        read = [(one.kind, one.value) for one in again.places]
        is_same = [row for row in wanted if row[1].strip()] == [
            row for row in read if row[1].strip()
        ]
        if not is_same or again.frame != self.page.frame:
            raise DefectError("the page does not read as it was written: nothing was written")


def read(content: bytes, *, name: str, options: ReadOptions) -> HtmlFile:
    """The note in a page.

    Raises:
        InputError: it is empty, cannot be read with certainty, or a part of it not be examined.
    """
    text, form = decoded(content, options=options)
    page = page_of(text)
    assembly = Assembly(between="")
    shown = (*page.texts, *page.others)
    for one in shown:
        assembly.add(
            page.places[one.number].value,
            one.where,
            label=one.label,
            lead=one.lead,
            goes_on=one.goes_on,
        )
    document = assembly.document(name)
    if not document.text.strip():
        raise EmptyNote("there is no text in the page")
    return HtmlFile(document, page, form, content, tuple(one.number for one in shown))


def _new(place: Place, raw: str, value: str, codes: str) -> str:
    """A new value as it is written in its place.

    Args:
        place: the place.
        raw: what is written there now.
        value: what shall be read there.
        codes: encoding of which no other characters may stand there as they are.
    """
    match place.kind:
        case Kind.TEXT:
            return _coded(rewritten(raw, value, collapses=place.collapses), codes)
        case Kind.START if place.is_quoted:
            return _coded(rewritten(raw, value, is_attribute=True), codes)
        case Kind.START:
            return _coded(f'"{escaped(value, is_attribute=True)}"', codes)
        case _:
            try:
                value.encode(codes)
            except UnicodeError:
                raise OutputError(
                    "a replacement in a script, style or comment holds a character that the page "
                    "cannot: use a policy with tags, or save the page as UTF-8 with letters in it"
                ) from None
            return value


def _coded(written: str, codes: str) -> str:
    """Markup in which characters that the encoding cannot hold are written by their numbers."""
    return written.encode(codes, "xmlcharrefreplace").decode(codes)
