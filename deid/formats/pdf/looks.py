"""Looks of annotations and fields: small contents, read and rewritten as pages are (12.5.5)."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import pikepdf

from deid.datatypes import Document, Redacted
from deid.errors import DefectError
from deid.formats.pdf.check import Expected, check_agreement, expected_of, letters, page_text
from deid.formats.pdf.doubts import check as check_doubts
from deid.formats.pdf.drawings import drawings_of
from deid.formats.pdf.glyphs import PageContent, PageProblemError
from deid.formats.pdf.interpreter import Fonts, read_page
from deid.formats.pdf.lines import Line, read_lines
from deid.formats.pdf.pages import PageParts, add_page, changes_of, edits_of, marks_of
from deid.formats.pdf.rendering import opened
from deid.formats.pdf.rewriting import Writer
from deid.formats.pdf.slots import Look
from deid.formats.pdf.used import Codes
from deid.parts import Assembly

_DEEPEST: Final = 3


@dataclass(frozen=True, slots=True)
class Read:
    """A look that was read.

    Attributes:
        look: which one.
        page: a page that shows nothing but the look; it is in no tree of pages.
        drawn: what it draws.
        lines: its lines.
    """

    look: Look
    page: pikepdf.Page = field(repr=False)
    drawn: PageContent = field(repr=False)
    lines: Sequence[Line] = field(repr=False)


def read_looks(
    pdf: pikepdf.Pdf,
    looks: Sequence[Look],
    *,
    fonts: Fonts,
    hidden: frozenset[tuple[int, int]],
) -> list[Read]:
    """The looks that two readers read alike; the others are taken out, for viewers to draw anew."""
    found: list[Read] = []
    for look in looks:
        page = _page_of(pdf, look.stream)
        try:
            drawn = read_page(page, fonts=fonts, hidden=hidden)
            if drawn.images:
                raise PageProblemError("it holds a picture")
            if drawings_of(drawn):
                raise PageProblemError("it holds a drawing")
            lines = read_lines(drawn.glyphs)
            check_doubts(drawn, lines)
            found.append(Read(look, page, drawn, lines))
        except PageProblemError:
            look.drop()
    agreed: list[Read] = []
    for one, text in zip(found, _second_reading([one.page for one in found]), strict=True):
        try:
            check_agreement(one.drawn, one.lines, text)
            agreed.append(one)
        except PageProblemError:
            one.look.drop()
    return agreed


def add_looks(assembly: Assembly, looks: Sequence[Read]) -> tuple[PageParts, ...]:
    """Add the parts of each."""
    return tuple(add_page(assembly, one.look.place, one.drawn, one.lines) for one in looks)


def rewrite_looks(
    document: Document,
    redacted: Redacted,
    after: Sequence[str],
    looks: Sequence[Read],
    parts: Sequence[PageParts],
    writer: Writer,
    codes: Codes,
) -> None:
    """Write the looks without what is replaced in them.

    Raises:
        DefectError: one does not read as it should then.
    """
    expected: list[Expected] = []
    for one, own in zip(looks, parts, strict=True):
        changes = changes_of(
            one.drawn,
            one.lines,
            list(edits_of(document, redacted, own)),
            marks_of(document, after, own),
        )
        expected.append(expected_of(one.drawn, one.lines, changes))
        codes.add(one.drawn, changes.removed)
        writer.write(one.page, one.drawn, changes)
        one.look.stream.write(one.page.obj.Contents.read_bytes())
        one.look.stream.Resources = one.page.obj.Resources
    for wanted, text in zip(expected, _second_reading([one.page for one in looks]), strict=True):
        if not wanted.is_met(letters(text)):
            raise DefectError("the look of a field does not read as it should: nothing was written")


def count_looks(
    pdf: pikepdf.Pdf, codes: Codes, *, fonts: Fonts, hidden: frozenset[tuple[int, int]]
) -> None:
    """Count the letters of all looks of a document as they are now, those drawn anew among them."""
    for page in pdf.pages:
        for annotation in page.obj.get("/Annots", []):
            for stream in _streams(annotation.get("/AP"), _DEEPEST):
                with contextlib.suppress(PageProblemError):
                    codes.add(read_page(_page_of(pdf, stream), fonts=fonts, hidden=hidden))


def _streams(look: Any, depth: int) -> Iterator[Any]:
    if isinstance(look, pikepdf.Stream):
        yield look
    elif isinstance(look, pikepdf.Dictionary) and depth:
        for key in look.keys():  # noqa: SIM118
            yield from _streams(look[key], depth - 1)


def _page_of(pdf: pikepdf.Pdf, stream: Any) -> pikepdf.Page:
    box = [float(one) for one in stream.get("/BBox", [0, 0, 100, 100])]
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array(box),
        Contents=stream,
        Resources=stream.get("/Resources", pikepdf.Dictionary()),
    )
    return pikepdf.Page(pdf.make_indirect(page))


def _second_reading(pages: Sequence[pikepdf.Page]) -> Iterator[str]:
    """What pdfium reads on pages that are in no tree."""
    if not pages:
        return
    with pikepdf.new() as shown:
        for page in pages:
            shown.pages.append(pikepdf.Page(shown.copy_foreign(page.obj)))
        content = io.BytesIO()
        shown.save(content)
    with opened(content.getvalue()) as second:
        for number in range(len(pages)):
            yield page_text(second[number])
