"""The outermost of a PDF: opened within limits, and written anew."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterator
from typing import Final

import pikepdf
from pikepdf import settings

from deid.errors import MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions

MAX_OBJECTS: Final = 500_000
"""A document of more objects is not examined."""

MAX_STREAM: Final = 256 << 20
"""So many bytes at most may a stream have when it is unpacked."""

_HEAD: Final = b"%PDF-"
_HEAD_WITHIN: Final = 1024
_DAMAGED: Final = "the document is damaged: open it in a viewer and print it to a new PDF"

_DAMAGES: Final = (
    pikepdf.PikepdfError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RuntimeError,
    TypeError,
    ValueError,
)

settings.set_qpdf_limits(
    doc_max_warnings=100,
    parser_max_nesting=100,
    max_stream_filters=4,
    flate_max_memory=MAX_STREAM,
    png_max_memory=MAX_STREAM,
    run_length_max_memory=MAX_STREAM,
    tiff_max_memory=MAX_STREAM,
    dct_max_memory=MAX_STREAM,
)


@contextlib.contextmanager
def refusing_damage() -> Iterator[None]:
    """Refuse a document whose objects are not what they should be, in whatever way that shows.

    Raises:
        MalformedRecord: it is damaged.
    """
    try:
        yield
    except _DAMAGES as error:
        raise MalformedRecord(f"{_DAMAGED} ({type(error).__name__})") from None


def open_pdf(content: bytes, options: ReadOptions) -> pikepdf.Pdf:
    """The last revision of the document of these bytes.

    A document that opens without a password, but allows little, is read; it is written without.

    Raises:
        InputError: it is damaged, wants a password, or is too large.
    """
    if _HEAD not in content[:_HEAD_WITHIN]:
        raise UnsupportedFormat("the file is no PDF")
    try:
        pdf = pikepdf.open(
            io.BytesIO(content), attempt_recovery=False, inherit_page_attributes=False
        )
        count = len(pdf.objects)
        pages = len(pdf.pages)
        warnings = " ".join(map(str, pdf.get_warnings()))
    except pikepdf.PasswordError:
        raise UnsupportedFormat(
            "the document has a password: save it anew without a password"
        ) from None
    except (pikepdf.PikepdfError, ValueError, TypeError, RuntimeError, MemoryError):
        raise MalformedRecord(_DAMAGED) from None
    if count > MAX_OBJECTS:
        raise NoteTooLarge(f"the document has more than {MAX_OBJECTS} objects: split it")
    if not pages or "MediaBox" in warnings:
        raise MalformedRecord("the document has no pages, or one without a size")
    return pdf


def save(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a document, every object written anew; the same document, the same bytes."""
    output = io.BytesIO()
    if "/ID" in pdf.trailer:
        del pdf.trailer["/ID"]
    pdf.save(
        output,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
        compress_streams=True,
        recompress_flate=True,
        linearize=False,
        encryption=False,
    )
    return output.getvalue()
