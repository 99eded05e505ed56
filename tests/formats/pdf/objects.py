"""PDF files for tests, built object by object."""

from __future__ import annotations

import io
import struct
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, String


def new_pdf(text: str = "Stable. Walks with a stick.") -> pikepdf.Pdf:
    """A document of one page with a line of text."""
    pdf = pikepdf.new()
    font = Dictionary(
        Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding
    )
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 595, 842]),
        Resources=Dictionary(Font=Dictionary(F1=pdf.make_indirect(font))),
        Contents=pdf.make_stream(f"BT /F1 12 Tf 72 700 Td ({text}) Tj ET".encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))
    return pdf


def page_of(pdf: pikepdf.Pdf) -> Any:
    """Its first page."""
    return pdf.pages[0].obj


def written(pdf: pikepdf.Pdf) -> bytes:
    """Its bytes, streams as they were made, so that a reader needs no filter."""
    output = io.BytesIO()
    pdf.save(output, static_id=True, compress_streams=False, fix_metadata_version=False)
    return output.getvalue()


def form(pdf: pikepdf.Pdf, widget: Dictionary) -> None:
    """Give it a form of one field."""
    field = pdf.make_indirect(widget)
    page_of(pdf).Annots = Array([field])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]))


def attached(
    pdf: pikepdf.Pdf, name: str, data: bytes, *, description: str = "", is_listed: bool = True
) -> pikepdf.Object:
    """Put a file into it."""
    stream = pdf.make_stream(data, {"/Type": Name.EmbeddedFile})
    stream.Params = Dictionary(Size=len(data))
    spec = Dictionary(Type=Name.Filespec, F=String(name), UF=String(name), EF=Dictionary(F=stream))
    if description:
        spec.Desc = String(description)
    shared = pdf.make_indirect(spec)
    if is_listed:
        pdf.Root.Names = Dictionary(
            EmbeddedFiles=Dictionary(Names=Array([String("attachment 0001"), shared]))
        )
    return shared


def profile(description: str) -> bytes:
    """A colour profile with a description and a white point (ISO 15076-1, 7)."""
    text = (
        b"desc" + bytes(4) + struct.pack(">I", len(description) + 1) + description.encode() + b"\0"
    )
    text += bytes(-len(text) % 4)
    white = b"XYZ " + bytes(4) + struct.pack(">3i", 63190, 65536, 54061)
    start = 128 + 4 + 2 * 12
    table = struct.pack(">I", 2) + struct.pack(">4sII", b"desc", start, len(text))
    table += struct.pack(">4sII", b"wtpt", start + len(text), len(white))
    header = bytearray(128)
    header[12:24] = b"mntrRGB XYZ "
    header[36:40] = b"acsp"
    struct.pack_into(">I", header, 0, start + len(text) + len(white))
    return bytes(header) + table + text + white
