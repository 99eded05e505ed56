"""Presentations made by hand, with whatever a test wants in them."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from deid.formats.packed import Member, pack
from tests.formats.ooxml.documents import OFFICE, RELATIONS

NAMESPACES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)
MAIN = "application/vnd.openxmlformats-officedocument.presentationml"
DRAWING = "application/vnd.openxmlformats-officedocument.drawingml"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TREE = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'


def run(text: str, *, looks: str = "") -> str:
    """A run of this text."""
    return f"<a:r><a:rPr lang='en-US'{looks}/><a:t>{escape(text)}</a:t></a:r>"


def paragraph(*runs: str) -> str:
    """A paragraph of these runs."""
    return f"<a:p>{''.join(runs)}</a:p>"


def shape(body: str, *, name: str = "TextBox 2", more: str = "") -> str:
    """A shape with these paragraphs."""
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="2" name="{name}"{more}/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
        '<p:spPr><a:xfrm><a:off x="685800" y="685800"/><a:ext cx="7772400" cy="1143000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        f"<p:txBody><a:bodyPr anchor='ctr'/><a:lstStyle/>{body}</p:txBody></p:sp>"
    )


def page(root: str, shapes: str, *, name: str = "") -> str:
    """A slide, a page of notes, a layout or a master with these shapes."""
    named = f' name="{name}"' if name else ""
    return (
        f"{HEAD}<p:{root} {NAMESPACES}><p:cSld{named}><p:spTree>{_TREE}{shapes}</p:spTree></p:cSld>"
        f"</p:{root}>"
    )


PLAIN = shape(paragraph(run("The knee is stable and the swelling has gone.")))


def pptx(
    shapes: str = "",
    *,
    members: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    types: str = "",
    show: str = "",
    timing: str = "",
) -> bytes:
    """A presentation of one slide with these shapes beside a plain one, and with more members."""
    slide = page("sld", PLAIN + shapes).replace("</p:sld>", f"{timing}</p:sld>")
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            f'{HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="jpeg" ContentType="image/jpeg"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="mp4" ContentType="video/mp4"/>'
            '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument'
            '.oleObject"/><Default Extension="xlsx" ContentType="application/vnd.openxmlformats-'
            'officedocument.spreadsheetml.sheet"/>'
            f'<Override PartName="/ppt/presentation.xml" ContentType="{MAIN}.presentation.main'
            f'+xml"/><Override PartName="/ppt/slides/slide1.xml" ContentType="{MAIN}.slide+xml"/>'
            f"{types}</Types>"
        ),
        "_rels/.rels": (
            f'{HEAD}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="ppt/presentation.xml"/></Relationships>'
        ),
        "ppt/presentation.xml": (
            f'{HEAD}<p:presentation {NAMESPACES}><p:sldIdLst><p:sldId id="256" r:id="rId1"/>'
            f'</p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" '
            f'cy="9144000"/>{show}</p:presentation>'
        ),
        "ppt/_rels/presentation.xml.rels": (
            f'{HEAD}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/slide" Target="slides/slide1.xml"/></Relationships>'
        ),
        "ppt/slides/slide1.xml": slide,
        "ppt/slides/_rels/slide1.xml.rels": (
            f'{HEAD}<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'
        ),
        **(members or {}),
    }
    return pack(
        {
            name: Member(data.encode() if isinstance(data, str) else data, is_packed=True)
            for name, data in files.items()
        }
    )
