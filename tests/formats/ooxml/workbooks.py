"""Workbooks made by hand, with whatever a test wants in them."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

from deid.formats.packed import Member, pack

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
NAMESPACES = (
    f'xmlns="{MAIN}" xmlns:r="{OFFICE}" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DATE_STYLE = 1
STYLES = (
    f'<styleSheet {NAMESPACES}><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="1"><font><name val="Arial"/></font>'
    '</fonts><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/>'
    '<Default Extension="jpeg" ContentType="image/jpeg"/>'
    '<Default Extension="vml" '
    'ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary"/>'
    '<Override PartName="/xl/workbook.xml" ContentType="{}"/></Types>'
)


def text(address: str, value: str) -> str:
    """A cell with a text of its own."""
    return f'<c r="{address}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'


def xlsx(
    rows: str = "",
    *,
    after: str = "",
    strings: str = "",
    book: str = "",
    sheet: str = "Sheet1",
    members: Mapping[str, str | bytes] | None = None,
    relations: str = "",
    kind: str = KIND,
) -> bytes:
    """A workbook with these rows below a plain one, and with more members."""
    plain = f'<row r="1">{text("A1", "The knee is stable and the swelling has gone.")}</row>'
    files: dict[str, str | bytes] = {
        "[Content_Types].xml": TYPES.format(kind),
        "_rels/.rels": (
            f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
            f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<workbook {NAMESPACES}><sheets><sheet name="{sheet}" sheetId="1" r:id="rId1"/>'
            f"</sheets>{book}</workbook>"
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{RELATIONS}">'
            f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>'
            f'<Relationship Id="rId3" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>"
        ),
        "xl/worksheets/sheet1.xml": (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'
            f"<worksheet {NAMESPACES}><sheetData>{plain}{rows}</sheetData>{after}</worksheet>"
        ),
        "xl/worksheets/_rels/sheet1.xml.rels": (
            f'<Relationships xmlns="{RELATIONS}">{relations}</Relationships>'
        ),
        "xl/styles.xml": STYLES,
        "xl/sharedStrings.xml": f"<sst {NAMESPACES}>{strings}</sst>",
        **(members or {}),
    }
    return pack(
        {
            name: Member(data.encode() if isinstance(data, str) else data, is_packed=True)
            for name, data in files.items()
        }
    )
