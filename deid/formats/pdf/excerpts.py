"""Drawings of a page by themselves: shown without all the rest, and read as pictures."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

import pikepdf

from deid.errors import InputError
from deid.formats.nested import open_nested
from deid.formats.pdf.cuts import Cuts, cuts_of
from deid.formats.pdf.drawings import Drawing
from deid.formats.pdf.glyphs import Content, PageContent, Path
from deid.formats.pdf.matrices import Box
from deid.formats.pdf.pictures import Key, Pictures
from deid.formats.pdf.rendering import opened
from deid.formats.pdf.rewriting import Changes
from deid.formats.pdf.scans import drawn, matrix_of
from deid.parts import Assembly

_KEY: Final = -2
_DRAWINGS: Final = "drawings that may be letters or writing"
_CODES: Final = "bar codes"
_UNSHOWN: Final = frozenset(
    {*("Tj", "TJ", "'", '"', "Tf", "INLINE IMAGE"), *("BMC", "BDC", "EMC", "MP", "DP")}
)
_KINDS: Final = ("/ExtGState", "/ColorSpace", "/Pattern", "/Shading")
_OF_FORMS: Final = ("/Type", "/Subtype", "/FormType", "/BBox", "/Matrix", "/Group")


def add_drawings(
    assembly: Assembly,
    pictures: Pictures,
    pdf: pikepdf.Pdf,
    number: int,
    read: PageContent,
    drawings: Sequence[Drawing],
) -> None:
    """Read the drawings of a page as pictures, those of one look once, and add their words.

    None comes back; a drawing that cannot be read goes without being read.

    Args:
        assembly: of the note.
        pictures: of the document.
        pdf: it.
        number: of the page, from 1.
        read: what the page draws.
        drawings: those of it that may hold words.
    """
    page = pdf.pages[number - 1]
    for words in sorted({_CODES if one.is_code else _DRAWINGS for one in drawings}):
        assembly.remove(words)
    for count, drawing in enumerate(drawings, 1):
        key, box = _key_of(page, drawing), _seen(drawing, read)
        if drawing.is_code or box is None or key in pictures.looked_at:
            continue
        pictures.looked_at.add(key)
        others = [path for one in drawings if one is not drawing for path in one.paths]
        place = f"page {number}, drawing {count}"
        with contextlib.suppress(InputError):
            picture = picture_of(pdf, page, read, box, others)
            file = open_nested(picture, suffix=".png", place=place, options=pictures.options)
            if any(note.text.strip() for note in file.notes):
                pictures.add_file(assembly, key, file, place)


def without(
    page: pikepdf.Page, read: PageContent, changes: Changes, drawings: Sequence[Drawing]
) -> Changes:
    """Changes that take out drawings, too, and put pictures of their words in their place."""
    placed = [
        (_key_of(page, drawing), matrix_of(page, box))
        for drawing in drawings
        if (box := _seen(drawing, read)) is not None and not drawing.is_code
    ]
    paths = [path for drawing in drawings for path in drawing.paths]
    return replace(changes, cut=paths, pictures=placed)


def _key_of(page: pikepdf.Page, drawing: Drawing) -> Key:
    return _KEY, drawing.key, page.rotation % 360


def _seen(drawing: Drawing, read: PageContent) -> Box | None:
    """What is seen of a drawing; None, where that is nothing."""
    left, low, right, high = drawing.box
    edges = read.crop
    box = max(left, edges[0]), max(low, edges[1]), min(right, edges[2]), min(high, edges[3])
    return box if box[0] < box[2] and box[1] < box[3] else None


def picture_of(
    pdf: pikepdf.Pdf, page: pikepdf.Page, read: PageContent, box: Box, without: Iterable[Path]
) -> bytes:
    """What is drawn in a rectangle of a page, and is neither letter nor picture, as a picture file.

    Args:
        pdf: the document, in which nothing changes that is written.
        page: of the document.
        read: what it draws.
        box: the rectangle.
        without: paths that are not shown.
    """
    stream, resources = _excerpt(pdf, read.content, cuts_of(without))
    shown = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=pikepdf.Array(list(map(_rounded, box))),
        Rotate=page.rotation % 360,
        Contents=stream,
        Resources=resources,
    )
    content = io.BytesIO()
    with pikepdf.new() as alone:
        alone.pages.append(pikepdf.Page(alone.copy_foreign(pdf.make_indirect(shown))))
        alone.save(content)
    with opened(content.getvalue()) as document:
        return drawn(document[0])


def _excerpt(pdf: pikepdf.Pdf, content: Content, cuts: Cuts) -> tuple[Any, Any]:
    """A content without letters and pictures, and what its names stand for."""
    resources = pikepdf.Dictionary()
    for kind in _KINDS:
        given: Any = content.resources.get(kind, {})
        resources[kind] = pikepdf.Dictionary(
            {name: given[name] for name in sorted(content.used.get(kind, ()))}
        )
    forms = {}
    for number, form in content.forms.items():
        stream, inner = _excerpt(pdf, form, cuts)
        for key in _OF_FORMS:
            if key in form.owner:
                stream[key] = form.owner[key]
        stream.Resources = inner
        forms[f"/F{number}"] = stream
    resources.XObject = pikepdf.Dictionary(forms)
    written = pikepdf.unparse_content_stream(list(_shown(content, cuts.get(id(content), {}))))
    return pdf.make_stream(written), resources


def _shown(content: Content, cuts: Mapping[int, Sequence[Any]]) -> Iterator[Any]:
    for number, instruction in enumerate(content.instructions):
        operator = str(instruction.operator)
        if number in cuts:
            yield from cuts[number]
        elif operator == "Do":
            if number in content.forms:
                yield _instruction("Do", pikepdf.Name(f"/F{number}"))
        elif operator not in _UNSHOWN:
            yield instruction


def _rounded(value: float) -> Decimal:
    return round(Decimal(value), 4)


def _instruction(name: str, *operands: Any) -> pikepdf.ContentStreamInstruction:
    return pikepdf.ContentStreamInstruction(operands, pikepdf.Operator(name))
