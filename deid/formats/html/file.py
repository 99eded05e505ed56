"""Pages as notes: their texts as they are seen, then attributes, comments and the rest.

Texts that only inline markup parts are read as one. What does not change stays to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest
from typing import ClassVar

from deid.datatypes import Document, Redacted
from deid.errors import DefectError, EmptyNote, InputError, NoteTooLarge, OutputError
from deid.formats import ReadOptions, max_nested_bytes
from deid.formats.data_addresses import (
    MARK,
    REMOVED,
    DataFiles,
    Lifted,
    add_files,
    lifted,
    marks,
    restored,
)
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
    files: DataFiles
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
        texts = part_texts(document, redacted)
        for number, text in zip(self.numbers, texts, strict=False):  # behind them are the files'
            place = self.page.places[number]
            if text != place.value:
                values[number] = value_of(escaped(text), collapses=place.collapses)
        addresses = self.files.written(document, redacted)
        if not values and addresses == tuple(one.written for one in self.files.addresses):
            return self.raw
        written = self._written(values)
        output = encode(restored(written, addresses), self.form)
        self._read_back(output, values, [addresses[number] for number in marks(written)])
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

    def _read_back(
        self, output: bytes, values: Mapping[int, str], addresses: Sequence[str]
    ) -> None:
        options = ReadOptions(self.form.encoding, max_note_bytes=len(output))
        try:
            text, _ = decoded(output, options=options)
            lean = lifted(text)
            again = page_of(lean.text, is_written=True)
        except InputError:
            lean, again = Lifted("", ()), Page("")
        places = enumerate(self.page.places)
        wanted = [(one.kind, values.get(number, one.value)) for number, one in places]
        read = [(one.kind, one.value) for one in again.places]
        is_same = _said(wanted) == _said(read) and again.frame == self.page.frame
        left = [one for one in addresses if one != REMOVED]
        if not is_same or [one.written for one in lean.addresses] != left:
            raise DefectError("the page does not read as it was written: nothing was written")


def read(content: bytes, *, name: str, options: ReadOptions) -> HtmlFile:
    """The note in a page.

    Raises:
        InputError: it is empty, cannot be read with certainty, or a part of it not be examined.
    """
    most = max_nested_bytes(".html", options)
    text, form = decoded(content, options=replace(options, max_note_bytes=most))
    lean = lifted(text)
    if len(content) - lean.size > options.max_note_bytes:
        raise NoteTooLarge(f"the page is longer than {options.max_note_bytes} bytes: split it")
    page = page_of(lean.text)
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
    files = add_files(lean.addresses, assembly, options)
    document = assembly.document(name)
    if not document.text.strip() and not (options.depth and any(files.files)):
        raise EmptyNote("there is no text in the page")
    return HtmlFile(document, page, files, form, content, tuple(one.number for one in shown))


def _said(rows: Sequence[tuple[Kind, str]]) -> list[tuple[Kind, str]]:
    """What places read that read something, without the addresses of files."""
    found = ((kind, MARK.sub("", value).replace(REMOVED, "")) for kind, value in rows)
    return [row for row in found if row[1].strip()]


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
                MARK.sub("", value).encode(codes)
            except UnicodeError:
                raise OutputError(
                    "a replacement in a script, style or comment holds a character that the page "
                    "cannot: use a policy with tags, or save the page as UTF-8 with letters in it"
                ) from None
            return value


def _coded(written: str, codes: str) -> str:
    """Markup in which characters that the encoding cannot hold are written by their numbers."""
    pieces = (one.encode(codes, "xmlcharrefreplace").decode(codes) for one in MARK.split(written))
    return "".join(
        piece + mark for piece, mark in zip_longest(pieces, MARK.findall(written), fillvalue="")
    )
