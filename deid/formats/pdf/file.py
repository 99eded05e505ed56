"""PDF files: `.pdf` (ISO 32000-2). A document is one note: its pages, then what else holds text.

The letters of a page are read with the place of each, put together to lines, and taken out of the
content where they are replaced. pdfium, which shares nothing with that, reads input and output once
more.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import ClassVar

import pikepdf

from deid.datatypes import Document, Redacted
from deid.errors import EmptyNote, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.one_note import OneNote, check_length
from deid.formats.pdf.check import Expected, check_agreement, check_output, expected_of, page_text
from deid.formats.pdf.doubts import check as check_doubts
from deid.formats.pdf.drawings import Drawing, drawings_of
from deid.formats.pdf.excerpts import add_drawings, without
from deid.formats.pdf.glyphs import PageContent, PageProblemError, PageTooLargeError
from deid.formats.pdf.hidden_text import (
    expected_over,
    is_ours,
    over_picture,
    over_pictures,
    texts_of,
)
from deid.formats.pdf.interpreter import Fonts, read_page, resources_of
from deid.formats.pdf.layers import hidden_layers
from deid.formats.pdf.lines import read_lines
from deid.formats.pdf.looks import add_looks, count_looks, read_looks, rewrite_looks
from deid.formats.pdf.objects import clear_strays, examine
from deid.formats.pdf.opening import open_pdf, refusing_damage, save
from deid.formats.pdf.pagebreaks import Flow, join
from deid.formats.pdf.pages import PageParts, add_page, changes_of, edits_of, marks_of
from deid.formats.pdf.pictures import NewPictures, Pictures
from deid.formats.pdf.rendering import opened
from deid.formats.pdf.rewriting import Writer
from deid.formats.pdf.scans import matrix_of, read_scan
from deid.formats.pdf.used import Codes, cut_fonts
from deid.parts import Assembly, part_texts


@dataclass(frozen=True, slots=True)
class PdfFile(OneNote):
    """A document, which is one note."""

    document: Document
    raw: bytes = field(repr=False)
    options: ReadOptions
    pages: tuple[PageParts, ...] = field(repr=False)
    pictures: Pictures = field(repr=False)
    looks: tuple[PageParts, ...] = field(repr=False)
    first: int
    format: ClassVar[str] = "pdf"
    encoding: ClassVar[str] = "binary"

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        """The document without the letters that are replaced, every object written anew.

        Raises:
            DefectError: what was written does not read as it should.
        """
        with refusing_damage():
            return self._written(document, redacted)

    def _written(self, document: Document, redacted: Redacted) -> bytes:
        after = part_texts(document, redacted)
        pdf = open_pdf(self.raw, self.options)
        objects = examine(pdf, self.options)
        pictures = NewPictures(pdf, dict(self.pictures.rendered(document, redacted)))
        texts = texts_of(self.pictures, document, redacted)
        fonts, hidden, writer = Fonts(), hidden_layers(pdf), Writer(pdf, pictures)
        looks = read_looks(pdf, objects.looks, fonts=fonts, hidden=hidden)
        codes = Codes()
        for look in objects.looks:
            if not any(look is one.look for one in looks):
                codes.lose(look.stream.get("/Resources"))
        expected: list[Expected | None] = []
        for number, (page, parts) in enumerate(zip(pdf.pages, self.pages, strict=True), 1):
            if parts.is_scan:
                codes.lose(resources_of(page))
                key, matrix = (-1, number, 0), matrix_of(page, page.cropbox)
                hidden_text = list(over_picture(texts.get(key, ()), matrix))
                writer.draw_picture(page, pictures.get(key), matrix, hidden_text)
                expected.append(expected_over(hidden_text))
                continue
            edits = list(edits_of(document, redacted, parts))
            marks = marks_of(document, after, parts)
            read = read_page(page, fonts=fonts, hidden=hidden)
            is_changed = bool(edits or marks)
            lines = parts.ordered(read_lines(read.glyphs, read.segments)) if is_changed else []
            changes = changes_of(read, lines, edits, marks, fixed=self.options.fixed_boxes)
            hidden_text = list(over_pictures(read, texts))
            if hidden_text or is_ours(read):
                gone = frozenset(range(len(read.glyphs)))
                changes = replace(changes, removed=gone, stand_ins=hidden_text)
                expected.append(expected_over(hidden_text, read, changes))
            else:
                expected.append(expected_of(read, lines, changes) if is_changed else None)
            codes.add(read, changes.removed)
            writer.write(page, read, without(page, read, changes, drawings_of(read)))
        rewrite_looks(document, redacted, after, looks, self.looks, writer, codes)
        objects.write(document, redacted, after, first=self.first)
        clear_strays(pdf, self.options, after[self.first : self.first + len(objects.texts)])
        if codes.changed:
            count_looks(pdf, codes, fonts=fonts, hidden=hidden)
        cut_fonts(
            pdf,
            objects.fonts.values(),
            codes,
            known=fonts.by_object,
            of_forms=objects.fonts_of_forms,
        )
        output = save(pdf)
        check_output(self.raw, output, expected)
        return output


@dataclass(frozen=True, slots=True)
class _Page:
    """A page that was read as text, and is no part of the note yet."""

    number: int
    drawn: PageContent = field(repr=False)
    flow: Flow = field(repr=False)
    drawings: list[Drawing] = field(repr=False)

    def add_lines(self, assembly: Assembly) -> PageParts:
        """Add its lines, and texts of marks."""
        order = self.flow.order()
        lines = [self.flow.lines[number] for number in order]
        return replace(add_page(assembly, f"page {self.number}", self.drawn, lines), order=order)

    def add_pictures(self, assembly: Assembly, pictures: Pictures, pdf: pikepdf.Pdf) -> None:
        """Add its pictures and drawings."""
        pictures.add(assembly, self.number, self.drawn.images)
        add_drawings(assembly, pictures, pdf, self.number, self.drawn, self.drawings)


@dataclass(slots=True)
class _Pages:
    """Puts pages together that go on on the next ones."""

    assembly: Assembly
    pictures: Pictures
    pdf: pikepdf.Pdf
    parts: list[PageParts] = field(default_factory=list)
    last: _Page | None = None
    waiting: list[_Page] = field(default_factory=list)

    def add(self, page: _Page) -> None:
        """Add a page, and what goes on from the one before."""
        last = self.last
        is_joined = last is not None and not last.drawn.marks and join(last.flow, page.flow)
        self._add_last()
        if not is_joined:
            self._add_pictures()
        self.last = page

    def close(self) -> None:
        """Add what is left, before something else follows."""
        self._add_last()
        self._add_pictures()

    def _add_last(self) -> None:
        if self.last is not None:
            self.parts.append(self.last.add_lines(self.assembly))
            self.waiting.append(self.last)
            self.last = None

    def _add_pictures(self) -> None:
        for page in self.waiting:
            page.add_pictures(self.assembly, self.pictures, self.pdf)
        self.waiting.clear()


def read(content: bytes, *, name: str, options: ReadOptions) -> PdfFile:
    """The note in a document.

    Raises:
        InputError: it is damaged, encrypted, empty, or a part of it cannot be examined.
    """
    with refusing_damage():
        return _read(content, name, options)


def _read(content: bytes, name: str, options: ReadOptions) -> PdfFile:
    pdf = open_pdf(content, options)
    objects = examine(pdf, options)
    fonts, hidden = Fonts(), hidden_layers(pdf)
    assembly = Assembly(between="")
    pictures = Pictures(options)
    pages = _Pages(assembly, pictures, pdf)
    with opened(content) as second:
        if len(second) != len(pdf.pages):
            raise UnsupportedFormat("two readers find other pages: save the document anew")
        for number, page in enumerate(pdf.pages, 1):
            try:
                drawn = read_page(page, fonts=fonts, hidden=hidden)
                lines = read_lines(drawn.glyphs, drawn.segments)
                check_doubts(drawn, lines)
                drawings = drawings_of(drawn)
                check_agreement(drawn, lines, page_text(second[number - 1]))
            except PageTooLargeError as error:
                raise NoteTooLarge(f"page {number} cannot be read: {error}") from None
            except PageProblemError as error:
                pages.close()
                scan = read_scan(second[number - 1], number, why=str(error), options=options)
                pages.parts.append(PageParts(len(assembly), 0, 0, is_scan=True))
                assembly.remove(f"page {number} as it was drawn")
                if scan is not None:
                    pictures.add_file(assembly, (-1, number, 0), scan, f"page {number}")
                continue
            lines = [] if is_ours(drawn) else lines
            pages.add(_Page(number, drawn, Flow(lines), drawings))
        pages.close()
    looks = read_looks(pdf, objects.looks, fonts=fonts, hidden=hidden)
    looks_parts = add_looks(assembly, looks)
    first = len(assembly)
    objects.add_to(assembly)
    document = assembly.document(name)
    if not document.text.strip():
        raise EmptyNote("there is no text in the document")
    check_length(document, options, what="document")
    return PdfFile(document, content, options, tuple(pages.parts), pictures, looks_parts, first)
