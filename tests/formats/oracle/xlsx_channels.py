"""Where identifiers hide in workbooks."""

from __future__ import annotations

from collections.abc import Callable

from tests.formats.ooxml.documents import docx, run
from tests.formats.ooxml.pivots import column, item, pivoted
from tests.formats.ooxml.workbooks import NAMESPACES, OFFICE, text, xlsx
from tests.formats.oracle.channels import Channel, Words


def _said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def _numbered(text: str) -> str:
    return "".join(f"_x{ord(one):04X}_" for one in text)


def _row(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: xlsx(f'<row r="2">{write(words)}</row>')


def _after(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: xlsx(after=write(words))


def _member(name: str, root: str, write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: xlsx(
        members={name: f"<{root} {NAMESPACES}>{write(words)}</{root.split()[0]}>"}
    )


def _shared(words: Words) -> bytes:
    cells = '<c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>0</v></c>'
    return xlsx(f'<row r="2">{cells}</row>', strings=f"<si><t>{_said(words)}</t></si>")


def _rich(words: Words) -> bytes:
    half = len(words.family) // 2
    runs = (
        f'<r><t xml:space="preserve">Seen with {words.given} {words.family[:half]}</t></r>'
        f"<r><rPr><b/></rPr><t>{words.family[half:]}, {words.number}.</t></r>"
    )
    return xlsx(
        '<row r="2"><c r="A2" t="s"><v>0</v></c></row>',
        strings=f'<si>{runs}<rPh sb="0" eb="1"><t>{words.name}</t></rPh></si>',
    )


def _column(words: Words) -> bytes:
    rows = (
        f'<row r="2">{text("A2", "Patient Name")}{text("B2", "MRN")}{text("C2", "HR")}</row>'
        f'<row r="3">{text("A3", words.name)}{text("B3", words.number)}'
        '<c r="C3"><v>72</v></c></row>'
    )
    return xlsx(rows)


def _table(words: Words) -> bytes:
    return xlsx(
        members={
            "xl/tables/table1.xml": (
                f'<table {NAMESPACES} id="1" name="Table1" displayName="Table1" ref="A1:A2" '
                f'comment="{_said(words)}"><tableColumns count="1"><tableColumn id="1" '
                f'name="Column1" totalsRowLabel="{words.name}"/></tableColumns></table>'
            )
        }
    )


def _link(words: Words) -> bytes:
    target = f"mailto:{words.given}.{words.family}.{words.number}@example.org"
    return xlsx(
        after='<hyperlinks><hyperlink ref="A1" r:id="rId9"/></hyperlinks>',
        relations=f'<Relationship Id="rId9" Type="{OFFICE}/hyperlink" Target="{target}" '
        'TargetMode="External"/>',
    )


def _named_sheet(words: Words) -> bytes:
    called = f"&apos;{words.name} {words.number}&apos;!A1"
    return xlsx(
        f'<row r="2"><c r="A2"><f>SUM({called}:A9)+VLOOKUP("a",{called},1)</f><v>1</v></c></row>',
        sheet=f"{words.name} {words.number}",
        after=f'<hyperlinks><hyperlink ref="A1" location="{called}"/></hyperlinks>',
        book=f"<definedNames><definedName name='Here'>{called}</definedName></definedNames>",
        members={
            "xl/charts/chart1.xml": f"<c:chartSpace {NAMESPACES}><c:f>{called}</c:f>"
            "</c:chartSpace>",
            "docProps/app.xml": (
                f"<Properties><TitlesOfParts><lpstr>{words.name} {words.number}</lpstr>"
                f"<lpstr>{called}</lpstr></TitlesOfParts></Properties>"
            ),
        },
    )


def _named_range(words: Words) -> bytes:
    name = f"{words.given}_{words.family}_{words.number}"
    return xlsx(
        f'<row r="2"><c r="A2"><f>SUM({name})</f><v>1</v></c></row>',
        book=f'<definedNames><definedName name="{name}">Sheet1!$A$1</definedName></definedNames>',
    )


def _named_column(words: Words) -> bytes:
    table, column = f"{words.given}.{words.family}", f"{words.name} {words.number}"
    rows = f"""<row r="2">{text("A2", column)}{text("B2", "Pulse")}</row>
        <row r="3"><c r="A3"><v>7</v></c>
        <c r="B3"><f>SUM({table}[{column}])+{table}[[#This Row],[{column}]]</f><v>7</v></c></row>"""
    return xlsx(
        rows,
        members={
            "xl/tables/table1.xml": (
                f'<table {NAMESPACES} id="1" name="{table}" displayName="{table}" ref="A2:B3">'
                f'<tableColumns count="2"><tableColumn id="1" name="{column}"/>'
                '<tableColumn id="2" name="Pulse"/></tableColumns></table>'
            )
        },
        relations=f'<Relationship Id="rId9" Type="{OFFICE}/table" Target="../tables/table1.xml"/>',
    )


def _core(words: Words) -> bytes:
    return xlsx(
        members={
            "docProps/core.xml": (
                '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
                'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
                f"<dc:title>{_said(words)}</dc:title><dc:creator>{words.name}</dc:creator>"
                f"<cp:lastModifiedBy>{words.name} {words.number}</cp:lastModifiedBy>"
                "</cp:coreProperties>"
            )
        }
    )


CHANNELS = (
    Channel(".xlsx", "cell with a text of its own", _row(lambda w: text("A2", _said(w)))),
    Channel(".xlsx", "text that cells share", _shared),
    Channel(".xlsx", "name over runs of a shared text, and how it sounds", _rich),
    Channel(
        ".xlsx",
        "shared text that no cell shows",
        lambda w: xlsx(strings=f"<si><t>{_said(w)}</t></si>"),
    ),
    Channel(".xlsx", "columns of patients and record numbers", _column, is_field=True),
    Channel(
        ".xlsx",
        "form: a name and its value beside it",
        _row(lambda w: text("A2", "Patient:") + text("B2", f"{w.name} {w.number}")),
        is_field=True,
    ),
    Channel(
        ".xlsx",
        "characters as Excel escapes them",
        _row(
            lambda w: (
                f'<c r="A2" t="str"><v>Seen with {w.given}_x0020_{w.family},_x000A_{w.number}'
                "</v></c>"
            )
        ),
    ),
    Channel(
        ".xlsx",
        "formula, and its result",
        _row(lambda w: f'<c r="A2" t="str"><f>CONCATENATE("{_said(w)}")</f><v>{_said(w)}</v></c>'),
    ),
    Channel(
        ".xlsx",
        "formula over several cells",
        _row(
            lambda w: (
                f'<c r="A2" t="str"><f t="shared" ref="A2:B2" si="0">"{_said(w)}"</f>'
                f'<v>{_said(w)}</v></c><c r="B2" t="str"><f t="shared" si="0"/>'
                f"<v>{_said(w)}</v></c>"
            )
        ),
    ),
    Channel(
        ".xlsx",
        "header and footer",
        _after(
            lambda w: (
                f'<headerFooter><oddHeader>&amp;C{w.name}&amp;R&amp;"Arial,Bold"{w.number}'
                f"</oddHeader><oddFooter>&amp;L{_said(w)}</oddFooter></headerFooter>"
            )
        ),
    ),
    Channel(
        ".xlsx",
        "list of allowed values, and its hints",
        _after(
            lambda w: (
                '<dataValidations><dataValidation type="list" sqref="A1" '
                f'prompt="{_said(w)}" errorTitle="{w.name}">'
                f'<formula1>"{w.name},{w.number}"</formula1></dataValidation></dataValidations>'
            )
        ),
    ),
    Channel(
        ".xlsx",
        "filter and rule of formatting",
        _after(
            lambda w: (
                '<autoFilter ref="A1:A2"><filterColumn colId="0"><filters>'
                f'<filter val="{w.name}"/></filters></filterColumn></autoFilter>'
                '<conditionalFormatting sqref="A1"><cfRule type="containsText" priority="1" '
                f'text="{w.number}"><formula>A1="{w.number}"</formula></cfRule>'
                "</conditionalFormatting>"
            )
        ),
    ),
    Channel(
        ".xlsx",
        "link: what it shows and its hint",
        _after(
            lambda w: (
                f'<hyperlinks><hyperlink ref="A1" display="{w.name}" tooltip="{_said(w)}"/>'
                "</hyperlinks>"
            )
        ),
    ),
    Channel(".xlsx", "target of a link", _link, is_field=True),
    Channel(".xlsx", "name of a sheet, and what calls it", _named_sheet),
    Channel(".xlsx", "name of a range, and what calls it", _named_range),
    Channel(".xlsx", "names of a table and its column, and what calls them", _named_column),
    Channel(
        ".xlsx",
        "link to a sheet that is gone",
        _after(
            lambda w: (
                f'<hyperlinks><hyperlink ref="A1" location="&apos;{w.name} {w.number}&apos;!A1"/>'
                "</hyperlinks>"
            )
        ),
    ),
    Channel(
        ".xlsx",
        "text in the name of a range",
        lambda w: xlsx(
            book=f'<definedNames><definedName name="Who" comment="{w.number}">"{w.name}"'
            "</definedName></definedNames>"
        ),
    ),
    Channel(
        ".xlsx",
        "path of the workbook, and who keeps it",
        lambda w: xlsx(
            book=f'<fileSharing userName="{w.name}"/><absPath url="C:\\Users\\{w.number}\\"/>'
        ),
    ),
    Channel(
        ".xlsx",
        "comment and its author",
        _member(
            "xl/comments1.xml",
            "comments",
            lambda w: (
                f"<authors><author>{w.name}</author></authors><commentList>"
                f'<comment ref="A1" authorId="0"><text><r><t>Seen with {w.given} {w.family[:4]}</t>'
                f"</r><r><t>{w.family[4:]}, {w.number}</t></r></text></comment></commentList>"
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".xlsx",
        "comment in a thread",
        _member(
            "xl/threadedComments/threadedComment1.xml",
            "ThreadedComments",
            lambda w: (
                '<threadedComment ref="A1" dT="2026-03-01T10:00:00.00">'
                f"<text>{_said(w)}</text></threadedComment>"
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".xlsx",
        "people",
        _member(
            "xl/persons/person.xml",
            "personList",
            lambda w: f'<person displayName="{w.name}" userId="{w.number}" providerId="AD"/>',
        ),
        is_field=True,
    ),
    Channel(".xlsx", "table: remark and label of its totals", _table),
    Channel(
        ".xlsx",
        "other workbooks: names of their sheets, and copies of their data",
        _member(
            "xl/externalLinks/externalLink1.xml",
            "externalLink",
            lambda w: (
                f'<externalBook><sheetNames><sheetName val="{w.name}"/></sheetNames><sheetDataSet>'
                f'<sheetData><row r="1"><cell r="A1" t="str"><v>{w.number}</v></cell></row>'
                "</sheetData></sheetDataSet></externalBook>"
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".xlsx",
        "connections to data outside, and their fields",
        lambda w: xlsx(
            members={
                "xl/connections.xml": f'<connections {NAMESPACES}><connection id="1" '
                f'name="{w.name}"><dbPr connection="DSN={w.number}" command="select {w.name}"/>'
                "</connection></connections>",
                "xl/queryTables/queryTable1.xml": f'<queryTable {NAMESPACES} name="{w.name}">'
                f'<queryTableField name="{w.number}"/></queryTable>',
            }
        ),
    ),
    Channel(
        ".xlsx",
        "pivot table: values of columns, in lists and rows",
        lambda w: pivoted(
            column("Remark", item(_said(w)), told=' count="1"'),
            column("Finding"),
            rows=f'<r><x v="0"/><s v="{w.name} {w.number}"/></r>',
        ),
    ),
    Channel(
        ".xlsx",
        "pivot table: columns of patients and record numbers",
        lambda w: pivoted(
            column("Patient Name", item(w.name)), column("MRN"), rows=f'<r><s v="{w.number}"/></r>'
        ),
        is_field=True,
    ),
    Channel(
        ".xlsx",
        "pivot table: names of columns, and the headings of its data",
        lambda w: pivoted(
            column(w.name),
            column(w.number),
            cells=f'<row r="2">{text("A2", w.name)}{text("B2", w.number)}</row>',
        ),
    ),
    Channel(
        ".xlsx",
        "name of a sheet, hint of a link and name in a pivot table with letters by their numbers",
        lambda w: pivoted(
            column("Stage", item("well")),
            pivot=_numbered(w.name),
            table=f'<dataFields><dataField name="Sum of {_numbered(w.number)}" fld="0"/>'
            "</dataFields>",
            sheet=_numbered(w.number),
            behind='<hyperlinks><hyperlink ref="A1" location="Data!A1" '
            f'tooltip="See {w.given}_x000A_{_numbered(w.family)}"/></hyperlinks>',
        ),
    ),
    Channel(
        ".xlsx",
        "pivot table: column called by a name, and its values",
        lambda w: pivoted(column(f"{w.given}_x000a_{w.family}", item(w.number))),
    ),
    Channel(
        ".xlsx",
        "pivot table: names of groups, of the table and of its values, and filters",
        lambda w: pivoted(
            column(
                "Stage", groups=f"<fieldGroup><groupItems>{item(w.name)}</groupItems></fieldGroup>"
            ),
            pivot=f"{w.name} {w.number}",
            table=f'<dataFields><dataField name="Sum of {w.name}" fld="0"/></dataFields><filters>'
            f'<filter fld="0" type="captionContains" stringValue1="{w.number}"><autoFilter '
            f'ref="A1"><filterColumn colId="0"><customFilters><customFilter val="*{w.name}*"/>'
            "</customFilters></filterColumn></autoFilter></filter></filters>",
        ),
    ),
    Channel(
        ".xlsx",
        "pivot table: who refreshed it, and where its data lie",
        lambda w: pivoted(
            column("Stage"),
            source=f'<worksheetSource ref="A1:B2" sheet="{w.number}"/>',
            refreshed=f' refreshedBy="{w.name}"',
        ),
        is_field=True,
    ),
    Channel(
        ".xlsx",
        "drawing: text and alternative text",
        _member(
            "xl/drawings/drawing1.xml",
            "wsDr",
            lambda w: (
                f'<cNvPr id="2" name="{w.name}" descr="{w.number}"/><a:p><a:r>'
                f"<a:t>{_said(w)}</a:t></a:r></a:p>"
            ),
        ),
    ),
    Channel(
        ".xlsx",
        "chart: title, and its copy of texts",
        _member(
            "xl/charts/chart1.xml",
            "c:chartSpace",
            lambda w: (
                f"<a:p><a:r><a:t>{_said(w)}</a:t></a:r></a:p><c:cat><c:strRef><c:f>Sheet1!$A$1"
                f'</c:f><c:strCache><c:pt idx="0"><c:v>{w.name}, {w.number}</c:v></c:pt>'
                "</c:strCache></c:strRef></c:cat>"
            ),
        ),
    ),
    Channel(
        ".xlsx",
        "names of styles, and codes of formats",
        _member(
            "xl/styles.xml",
            "styleSheet",
            lambda w: (
                f'<numFmts><numFmt numFmtId="164" formatCode="0&quot;{w.name}&quot;"/></numFmts>'
                f'<cellStyles><cellStyle name="{w.number}" xfId="0"/></cellStyles>'
            ),
        ),
    ),
    Channel(".xlsx", "properties", _core, is_field=True),
    Channel(
        ".xlsx",
        "properties of the program: names of sheets, company, manager",
        _member(
            "docProps/app.xml",
            "Properties",
            lambda w: (
                f"<TitlesOfParts><lpstr>{w.name}</lpstr></TitlesOfParts><Manager>{w.name}</Manager>"
                f"<Company>{w.number}</Company>"
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".xlsx",
        "properties of one's own",
        _member(
            "docProps/custom.xml",
            "Properties",
            lambda w: f'<property name="{w.name}"><lpwstr>{w.number}</lpwstr></property>',
        ),
    ),
    Channel(
        ".xlsx",
        "XML of one's own",
        _member(
            "customXml/item1.xml",
            "patient",
            lambda w: f'<name given="{w.given}">{w.family}</name><id root="{w.number}"/>',
        ),
    ),
    Channel(".xlsx", "remark in the XML", _after(lambda w: f"<!-- {_said(w)} -->")),
    Channel(
        ".xlsx",
        "embedded document",
        lambda w: xlsx(
            members={"xl/embeddings/package1.docx": docx(f"<w:p>{run(_said(w))}</w:p>")}
        ),
    ),
)
