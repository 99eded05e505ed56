"""Every reading of a PDF that somebody who looks for a name in it would try."""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdf
import pypdfium2

_MANY_DOTS = 400_000
_MANY_LINES = 200


def pdf_readings(content: bytes) -> Iterator[bytes]:
    """Streams without their filters, strings of all objects, and what other programs read."""
    if not content.startswith(b"%PDF-"):
        return
    try:
        pdf = pikepdf.open(io.BytesIO(content), attempt_recovery=False)
    except pikepdf.PdfError:  # another reading of a document, such as one without its tags
        return
    yield from _pieces(pdf)
    yield from map(_without_hyphens, _seen(content))
    yield from _pictures(pdf)
    if any(len(_lines(thing)) > _MANY_LINES for thing in pdf.objects):
        yield from _drawn(content)


def _lines(thing: Any) -> list[Any]:
    """The operators of a content that draw lines."""
    if not isinstance(thing, pikepdf.Stream) or thing.get("/Subtype", "/Form") != "/Form":
        return []
    try:
        return [one for one in _instructions(thing) if str(one.operator) in "lcvy"]
    except UnicodeDecodeError:  # a stream that is no content
        return []


def _drawn(content: bytes) -> Iterator[bytes]:
    """Every page as it is seen, as a picture."""
    with pypdfium2.PdfDocument(content) as document:
        for page in document:
            stream = io.BytesIO()
            page.render(scale=200 / 72).to_pil().save(stream, "PNG")
            yield stream.getvalue()


def _pieces(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    strings: list[str] = []
    for thing in pdf.objects:
        strings += _strings(thing, 30)
        if isinstance(thing, pikepdf.Stream):
            try:
                data = thing.read_bytes()
            except pikepdf.PdfError:
                data = thing.read_raw_bytes()
            if thing.get("/Subtype") == "/Image" and len(data) > _MANY_DOTS:
                continue  # it is seen, and so many bytes take long to read in all other ways
            yield data
            yield b"".join(_shown(thing))
    strings += _strings(pdf.trailer, 30)
    yield "\n".join(strings).encode("utf-8", "ignore")


def _shown(stream: pikepdf.Stream) -> Iterator[bytes]:
    """The strings of a content, one behind the other."""
    for one in _instructions(stream):
        for operand in one.operands:
            several = operand if isinstance(operand, pikepdf.Array) else [operand]
            yield from (bytes(piece) for piece in several if isinstance(piece, pikepdf.String))


def _instructions(thing: Any) -> list[Any]:
    with warnings.catch_warnings():  # it tells of streams that are no contents
        warnings.simplefilter("ignore")
        try:
            return list(pikepdf.parse_content_stream(thing))
        except (pikepdf.PdfError, ValueError, TypeError):
            return []


def _strings(thing: Any, depth: int) -> Iterator[str]:
    """Strings and names of an object; what it refers to is an object of its own."""
    if depth == 0:
        return
    if isinstance(thing, (pikepdf.String, pikepdf.Name)):
        yield str(thing)
    elif isinstance(thing, (pikepdf.Dictionary, pikepdf.Stream)):
        for key in thing.keys():  # noqa: SIM118
            yield key
            yield from _below(thing.get(key), depth)
    elif isinstance(thing, pikepdf.Array):
        for one in thing:
            yield from _below(one, depth)


def _below(thing: Any, depth: int) -> Iterator[str]:
    if getattr(thing, "is_indirect", False):
        return
    yield from _strings(thing, depth - 1)


def _seen(content: bytes) -> Iterator[str]:
    document = pypdfium2.PdfDocument(content)
    for page in document:
        yield page.get_textpage().get_text_range(errors="ignore")
    document.close()
    with warnings.catch_warnings():  # of what is odd in a document, such as one without its tags
        warnings.simplefilter("ignore")
        for page in pypdf.PdfReader(io.BytesIO(content)).pages:
            yield page.extract_text()


def _pictures(pdf: pikepdf.Pdf) -> Iterator[bytes]:
    """Every picture, as a file that its own readings are then tried on."""
    found: list[Any] = [
        pikepdf.PdfImage(thing)
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") == "/Image"
    ]
    found += [
        one.operands[0]
        for page in pdf.pages
        for one in _instructions(page)
        if str(one.operator) == "INLINE IMAGE"
    ]
    for picture in found:
        stream = io.BytesIO()
        picture.as_pil_image().convert("RGB").save(stream, "PNG")
        yield stream.getvalue()


def _without_hyphens(text: str) -> bytes:
    return re.sub("[-\u00ad\u0002\ufffe]\\s+", "", text).encode("utf-8", "ignore")
