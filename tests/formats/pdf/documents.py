"""PDF documents made by hand, with whatever a test wants on their pages."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, String

PLAIN = "BT /F1 11 Tf 72 700 Td (The knee is stable and the swelling has gone.) Tj ET\n"


def literal(text: str) -> str:
    """A string as it is written in a content."""
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"({escaped})"


def font(name: str = "/Helvetica", encoding: object = Name.WinAnsiEncoding) -> Dictionary:
    """A font that every viewer has."""
    return Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name(name), Encoding=encoding)


def pdf(
    *pages: str | Sequence[str],
    forms: Mapping[str, str] | None = None,
    fonts: Mapping[str, Dictionary] | None = None,
    hidden_layer: str = "",
    rotated: int = 0,
    resources: Mapping[str, object] | None = None,
    picture: tuple[bytes, tuple[int, int]] | None = None,
) -> bytes:
    """A document with a page for each of these contents; forms may use those before them."""
    document = pikepdf.new()
    known = {"/F1": document.make_indirect(font())}
    for name, one in (fonts or {}).items():
        if "/ToUnicode" in one:
            one.ToUnicode = document.make_stream(bytes(one.ToUnicode))
        known[name] = document.make_indirect(one)
    used = Dictionary(Font=Dictionary(known), XObject=Dictionary())
    for name, content in (forms or {}).items():
        form = document.make_stream(content.encode("latin-1"))
        form.Type, form.Subtype = Name.XObject, Name.Form
        form.BBox = Array([-1000, -1000, 1000, 1000])
        form.Resources = Dictionary(Font=used.Font, XObject=Dictionary(dict(used.XObject.items())))
        used.XObject[name] = form
    for kind, entries in (resources or {}).items():
        used[kind] = entries
    if picture is not None:
        used.XObject.P1 = document.make_stream(
            picture[0],
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=picture[1][0],
            Height=picture[1][1],
            BitsPerComponent=8,
            ColorSpace=Name.DeviceGray,
        )
    if hidden_layer:
        group = document.make_indirect(Dictionary(Type=Name.OCG, Name=String("Notes")))
        used.Properties = Dictionary({hidden_layer: group})
        document.Root.OCProperties = Dictionary(
            OCGs=Array([group]), D=Dictionary(OFF=Array([group]), Order=Array([group]))
        )
    for contents in pages:
        streams = [contents] if isinstance(contents, str) else contents
        made = [document.make_stream(one.encode("latin-1")) for one in streams]
        page = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, 612, 792]),
            Contents=made[0] if len(made) == 1 else Array(made),
            Resources=used,
        )
        if rotated:
            page.Rotate = rotated
        document.pages.append(pikepdf.Page(document.make_indirect(page)))
    return written(document)


def written(document: pikepdf.Pdf) -> bytes:
    """The bytes of a document."""
    output = io.BytesIO()
    document.save(output, static_id=True)
    return output.getvalue()


def type0_font(text: str) -> tuple[Dictionary, Callable[[str], str]]:
    """A composite font whose codes are numbers of its own, and what writes a text in them."""
    letters = sorted(set(text))
    codes = {letter: number for number, letter in enumerate(letters, 3)}
    rows = "".join(f"<{code:04x}> <{ord(one):04x}>\n" for one, code in codes.items())
    mapped = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
        f"{len(codes)} beginbfchar\n{rows}endbfchar endcmap end end"
    )
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name("/Own"),
        Flags=4,
        FontBBox=Array([0, -200, 1000, 800]),
        ItalicAngle=0,
        Ascent=800,
        Descent=-200,
        CapHeight=700,
        StemV=80,
    )
    below = Dictionary(
        Type=Name.Font,
        Subtype=Name.CIDFontType2,
        BaseFont=Name("/Own"),
        CIDSystemInfo=Dictionary(
            Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0
        ),
        FontDescriptor=descriptor,
        DW=600,
    )
    made = Dictionary(
        Type=Name.Font,
        Subtype=Name.Type0,
        BaseFont=Name("/Own"),
        Encoding=Name("/Identity-H"),
        DescendantFonts=Array([below]),
    )
    made.ToUnicode = String(mapped)
    return made, lambda said: "".join(f"{codes[one]:04x}" for one in said)
