"""Documents made by hand, with whatever a test wants in them."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from deid.formats.packed import Member, pack

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml"
PLAIN = "<w:p><w:r><w:t>The knee is stable and the swelling has gone.</w:t></w:r></w:p>"


def docx(
    body: str = "",
    *,
    members: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    types: str = "",
) -> bytes:
    """A document with this body behind a plain paragraph, and with more members."""
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="jpeg" ContentType="image/jpeg"/>'
            '<Default Extension="png" ContentType="image/png"/>'
            '<Default Extension="txt" ContentType="text/plain"/>'
            '<Default Extension="bin" ContentType="application/vnd.openxmlformats-officedocument'
            '.oleObject"/>'
            f'<Override PartName="/word/document.xml" ContentType="{MAIN}.document.main+xml"/>'
            f"{types}</Types>"
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
            f"<w:document {NAMESPACES}><w:body>{PLAIN}{body}"
            '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>'
        ),
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'
        ),
        **(members or {}),
    }
    return pack(
        {
            name: Member(data.encode() if isinstance(data, str) else data, is_packed=True)
            for name, data in files.items()
        }
    )


def run(text: str, *, tag: str = "w:t") -> str:
    """A run of this text."""
    return f'<w:r><{tag} xml:space="preserve">{escape(text)}</{tag}></w:r>'
