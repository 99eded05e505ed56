"""Workbooks with pivot tables, written as Excel writes them."""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from tests.formats.ooxml.workbooks import MAIN, NAMESPACES, OFFICE, RELATIONS, text, xlsx

_REVISION = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" mc:Ignorable="xr" '
    'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision"'
)
SOURCE = '<worksheetSource ref="A2:D4" sheet="Data"/>'


def item(value: str) -> str:
    """A text in the list of a column."""
    return f"<s v={quoteattr(value)}/>"


def column(name: str, items: str = "", *, told: str = "", more: str = "", groups: str = "") -> str:
    """A column of a copy of data."""
    return (
        f'<cacheField name={quoteattr(name)} numFmtId="0"{more}><sharedItems{told}>{items}'
        f"</sharedItems>{groups}</cacheField>"
    )


def pivoted(
    *columns: str,
    rows: str = "",
    table: str = "",
    pivot: str = "PivotTable1",
    cells: str = "",
    shown: str = "",
    source: str = SOURCE,
    more: str = "",
    refreshed: str = "",
    sheet: str = "Sheet2",
    behind: str = "",
) -> bytes:
    """A workbook with a pivot table of these columns.

    Args:
        columns: of the copy of its data.
        rows: of the copy of its data.
        table: what the pivot table holds behind its place.
        pivot: its name.
        cells: of the sheet that the data come from.
        shown: cells of the sheet that the table stands on.
        source: where the data come from.
        more: what stands behind the columns.
        refreshed: attributes of the copy.
        sheet: name of the sheet that the table stands on.
        behind: what stands on it behind the cells.
    """
    data = (
        f"<worksheet {NAMESPACES}><sheetData><row r='1'>{text('A1', 'The knee is stable.')}</row>"
        f"{cells}</sheetData></worksheet>"
    )
    beside = (
        f'<worksheet {NAMESPACES}><sheetData><row r="3">{text("A3", "Row Labels")}'
        f"{text('B3', 'Sum of Weight')}</row>{shown}</sheetData>{behind}</worksheet>"
    )
    folder = "pivotCacheDefinition1.xml"
    return xlsx(
        members={
            "xl/workbook.xml": (
                f'<workbook {NAMESPACES}><sheets><sheet name="Data" sheetId="1" r:id="rId1"/>'
                f'<sheet name={quoteattr(sheet)} sheetId="2" r:id="rId4"/></sheets><pivotCaches>'
                '<pivotCache cacheId="1" r:id="rId5"/></pivotCaches></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": (
                f'<Relationships xmlns="{RELATIONS}">'
                f'<Relationship Id="rId1" Type="{OFFICE}/worksheet" '
                'Target="worksheets/sheet1.xml"/>'
                f'<Relationship Id="rId2" Type="{OFFICE}/styles" Target="styles.xml"/>'
                f'<Relationship Id="rId4" Type="{OFFICE}/worksheet" '
                'Target="worksheets/sheet2.xml"/>'
                f'<Relationship Id="rId5" Type="{OFFICE}/pivotCacheDefinition" '
                f'Target="pivotCache/{folder}"/></Relationships>'
            ),
            "xl/worksheets/sheet1.xml": data,
            "xl/worksheets/sheet2.xml": beside,
            "xl/worksheets/_rels/sheet2.xml.rels": _related(
                "pivotTable", "../pivotTables/pivotTable1.xml"
            ),
            "xl/pivotTables/pivotTable1.xml": (
                f'<pivotTableDefinition xmlns="{MAIN}" {_REVISION} name={quoteattr(pivot)} '
                'cacheId="1" applyNumberFormats="0" dataCaption="Values" updatedVersion="6" '
                'minRefreshableVersion="3" useAutoFormatting="1" itemPrintTitles="1" '
                'createdVersion="6" indent="0" outline="1" outlineData="1" '
                'multipleFieldFilters="0" xr:uid="{5A5A0B5C-1D2E-4F3A-9B8C-7D6E5F4A3B2C}">'
                '<location ref="A3:B6" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
                f'<pivotFields count="{len(columns)}"><pivotField axis="axisRow" showAll="0">'
                '<items count="2"><item x="0"/><item t="default"/></items></pivotField>'
                f"</pivotFields>{table}<pivotTableStyleInfo "
                'name="PivotStyleLight16" showRowHeaders="1" showColHeaders="1"/>'
                "</pivotTableDefinition>"
            ),
            "xl/pivotTables/_rels/pivotTable1.xml.rels": _related(
                "pivotCacheDefinition", f"../pivotCache/{folder}"
            ),
            f"xl/pivotCache/{folder}": (
                f'<pivotCacheDefinition xmlns="{MAIN}" xmlns:r="{OFFICE}" {_REVISION} r:id="rId1" '
                f'createdVersion="6" refreshedVersion="6" recordCount="1"{refreshed}>'
                f'<cacheSource type="worksheet">{source}</cacheSource>'
                f'<cacheFields count="{len(columns)}">{"".join(columns)}</cacheFields>{more}'
                "</pivotCacheDefinition>"
            ),
            f"xl/pivotCache/_rels/{folder}.rels": _related(
                "pivotCacheRecords", "pivotCacheRecords1.xml"
            ),
            "xl/pivotCache/pivotCacheRecords1.xml": (
                f'<pivotCacheRecords xmlns="{MAIN}" xmlns:r="{OFFICE}" count="1">{rows}'
                "</pivotCacheRecords>"
            ),
        }
    )


def _related(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" Type="{OFFICE}/{kind}" '
        f'Target="{target}"/></Relationships>'
    )
