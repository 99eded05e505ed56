"""The outermost of a PDF: opened within limits, and written anew."""

from __future__ import annotations

import io

import pikepdf

from deid.errors import MalformedRecord, UnsupportedFormat
from deid.formats import ReadOptions


def open_pdf(content: bytes, options: ReadOptions) -> pikepdf.Pdf:
    """The document of these bytes.

    Raises:
        InputError: it is damaged or encrypted.
    """
    try:
        pdf = pikepdf.open(io.BytesIO(content))
    except pikepdf.PasswordError:
        raise UnsupportedFormat(
            "the document has a password: save it anew without a password"
        ) from None
    except pikepdf.PdfError:
        raise MalformedRecord("the document is damaged: save it anew") from None
    if pdf.is_encrypted:
        raise UnsupportedFormat("the document is encrypted: save it anew without a password")
    return pdf


def save(pdf: pikepdf.Pdf) -> bytes:
    """The bytes of a document, every object written anew; the same document, the same bytes."""
    output = io.BytesIO()
    pdf.save(
        output,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.disable,
        compress_streams=True,
        recompress_flate=True,
        linearize=False,
    )
    return output.getvalue()
