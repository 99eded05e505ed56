"""Where identifiers hide in presentations."""

from __future__ import annotations

from collections.abc import Callable

from tests.formats.ooxml.documents import OFFICE, RELATIONS, docx
from tests.formats.ooxml.presentations import (
    HEAD,
    NAMESPACES,
    page,
    paragraph,
    pptx,
    run,
    shape,
)
from tests.formats.ooxml.workbooks import text, xlsx
from tests.formats.oracle.channels import Channel, Words

Build = Callable[[Words], bytes]
_P14 = 'xmlns:p14="http://schemas.microsoft.com/office/powerpoint/2010/main"'
_P188 = 'xmlns:p188="http://schemas.microsoft.com/office/powerpoint/2018/8/main"'
_DGM = 'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram"'
_DSP = 'xmlns:dsp="http://schemas.microsoft.com/office/drawing/2008/diagram"'
_CHART = 'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
_VT = 'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
_ID = "{9A8B7C6D-1111-4222-8333-944455556666}"


def _said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def _paragraph(words: Words) -> str:
    return paragraph(run(_said(words)))


def _on_slide(write: Callable[[Words], str]) -> Build:
    return lambda words: pptx(write(words))


def _member(name: str, write: Callable[[Words], str]) -> Build:
    return lambda words: pptx(members={name: HEAD + write(words)})


def _split(words: Words) -> str:
    half = len(words.family) // 2
    return shape(
        paragraph(
            run(f"Seen with {words.given[:3]}"),
            run(words.given[3:], looks=' b="1"'),
            run(f" {words.family[:half]}", looks=' sz="1800"'),
            run(words.family[half:]),
            run(f", {words.number[:4]}", looks=' i="1"'),
            run(f"{words.number[4:]}."),
        )
    )


def _table(words: Words) -> str:
    cells = "".join(
        f"<a:tc><a:txBody><a:bodyPr/>{paragraph(run(one))}</a:txBody><a:tcPr anchor='b'/></a:tc>"
        for one in (words.name, words.number)
    )
    return (
        '<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="4" name="Table 3"/>'
        "<p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><a:graphic><a:graphicData "
        'uri="http://schemas.openxmlformats.org/drawingml/2006/table"><a:tbl><a:tblPr>'
        "<a:tableStyleId>{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}</a:tableStyleId></a:tblPr>"
        f'<a:tr h="370840">{cells}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>'
    )


def _link(words: Words) -> bytes:
    target = f"mailto:{words.given}.{words.family}.{words.number}@example.org"
    inner = "<a:r><a:rPr><a:hlinkClick r:id='rId9'/></a:rPr><a:t>write</a:t></a:r>"
    return pptx(
        shape(paragraph(inner)),
        relations=f'<Relationship Id="rId9" Type="{OFFICE}/hyperlink" Target="{target}" '
        'TargetMode="External"/>',
    )


def _hint(words: Words) -> str:
    return shape(
        paragraph(
            f"<a:r><a:rPr><a:hlinkClick r:id='' action='ppaction://hlinkshowjump?jump=nextslide' "
            f'tooltip="{_said(words)}"/></a:rPr><a:t>next</a:t></a:r>'
        )
    )


def _comments(words: Words) -> bytes:
    return pptx(
        members={
            "ppt/comments/comment1.xml": (
                f'{HEAD}<p:cmLst {NAMESPACES}><p:cm authorId="0" dt="2026-03-01T10:00:00.000" '
                f'idx="1"><p:pos x="10" y="10"/><p:text>{_said(words)}</p:text></p:cm></p:cmLst>'
            )
        }
    )


def _authors(words: Words) -> str:
    return (
        f'<p:cmAuthorLst {NAMESPACES}><p:cmAuthor id="0" name="{words.name}" '
        f'initials="{words.number}" lastIdx="1" clrIdx="0"/></p:cmAuthorLst>'
    )


def _thread(words: Words) -> str:
    return (
        f'<p188:cmLst {NAMESPACES} {_P188}><p188:cm id="{_ID}" authorId="{_ID}" '
        'created="2026-03-01T10:00:00.000"><p188:txBody><a:bodyPr/>'
        f"{_paragraph(words)}</p188:txBody><p188:replyLst><p188:reply><p188:txBody>"
        f"{_paragraph(words)}</p188:txBody></p188:reply></p188:replyLst></p188:cm></p188:cmLst>"
    )


def _people(words: Words) -> str:
    return (
        f'<p188:authorLst {NAMESPACES} {_P188}><p188:author id="{_ID}" name="{words.name}" '
        f'initials="x" userId="S::{words.number}" providerId="AD"/></p188:authorLst>'
    )


def _chart(words: Words) -> str:
    points = "".join(
        f'<c:pt idx="{number}"><c:v>{one}</c:v></c:pt>'
        for number, one in enumerate((words.name, words.number))
    )
    return (
        f"<c:chartSpace {NAMESPACES} {_CHART}><c:chart><c:title><c:tx><c:rich><a:bodyPr/>"
        f"{_paragraph(words)}</c:rich></c:tx></c:title><c:plotArea><c:lineChart><c:ser><c:cat>"
        "<c:strRef><c:f>Sheet1!$A$2:$A$3</c:f><c:strCache>"
        f'<c:ptCount val="2"/>{points}</c:strCache></c:strRef></c:cat></c:ser></c:lineChart>'
        "</c:plotArea></c:chart></c:chartSpace>"
    )


def _diagram(words: Words) -> bytes:
    body = f"<a:bodyPr/>{_paragraph(words)}"
    return pptx(
        members={
            "ppt/diagrams/data1.xml": (
                f'{HEAD}<dgm:dataModel {NAMESPACES} {_DGM}><dgm:ptLst><dgm:pt modelId="{_ID}">'
                f'<dgm:prSet phldrT="{words.name}"/><dgm:t>{body}</dgm:t></dgm:pt></dgm:ptLst>'
                "</dgm:dataModel>"
            ),
            "ppt/diagrams/drawing1.xml": (
                f'{HEAD}<dsp:drawing {NAMESPACES} {_DSP}><dsp:spTree><dsp:sp modelId="{_ID}">'
                f"<dsp:txBody>{body}</dsp:txBody></dsp:sp></dsp:spTree></dsp:drawing>"
            ),
        }
    )


def _picture(words: Words) -> str:
    return shape(
        paragraph(run("well")),
        name=words.name,
        more=f' descr="{_said(words)}" title="{words.number}"',
    )


def _show(write: Callable[[Words], str]) -> Build:
    return lambda words: pptx(show=write(words))


def _movement(words: Words) -> bytes:
    return pptx(
        timing=(
            '<p:timing><p:tnLst><p:par><p:cTn id="1"><p:childTnLst><p:set><p:cBhvr><p:attrNameLst>'
            "<p:attrName>style.visibility</p:attrName></p:attrNameLst></p:cBhvr><p:to>"
            f'<p:strVal val="{words.name} {words.number}"/></p:to></p:set></p:childTnLst></p:cTn>'
            "</p:par></p:tnLst></p:timing>"
        )
    )


def _core(words: Words) -> str:
    return (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
        'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{_said(words)}</dc:title><dc:creator>{words.name}</dc:creator>"
        f"<cp:keywords>{words.number}</cp:keywords></cp:coreProperties>"
    )


def _program(words: Words) -> str:
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'extended-properties" {_VT}><Application>Microsoft Office PowerPoint</Application>'
        "<TitlesOfParts><vt:vector size='2' baseType='lpstr'><vt:lpstr>Office Theme</vt:lpstr>"
        f"<vt:lpstr>{_said(words)}</vt:lpstr></vt:vector></TitlesOfParts><Manager>{words.name}"
        f"</Manager><Company>{words.number}</Company></Properties>"
    )


def _own(words: Words) -> str:
    return (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'custom-properties" {_VT}><property fmtid="{_ID}" pid="2" name="{words.number}">'
        f"<vt:lpwstr>{_said(words)}</vt:lpwstr></property></Properties>"
    )


def _changes(words: Words) -> str:
    return (
        '<pc:chgInfo xmlns:pc="http://schemas.microsoft.com/office/powerpoint/2013/main/command">'
        f'<pc:docChgLst><pc:chgData name="{words.name}" userId="{words.number}" providerId="AD"/>'
        "</pc:docChgLst></pc:chgInfo>"
    )


def _of_page(folder: str, stem: str, root: str) -> Build:
    return lambda words: pptx(
        members={f"ppt/{folder}/{stem}1.xml": page(root, shape(_paragraph(words)))}
    )


CHANNELS = (
    Channel(".pptx", "paragraph of a slide", _on_slide(lambda w: shape(_paragraph(w)))),
    Channel(".pptx", "name and number split over runs", _on_slide(_split)),
    Channel(
        ".pptx",
        "field, and a line broken in a paragraph",
        _on_slide(
            lambda w: shape(
                paragraph(
                    run("Seen with"),
                    "<a:br/>",
                    f'<a:fld id="{_ID}" type="datetime1"><a:t>{w.name}</a:t></a:fld>',
                    run(f", {w.number}"),
                )
            )
        ),
    ),
    Channel(".pptx", "cell of a table", _on_slide(_table)),
    Channel(
        ".pptx",
        "shape in a group",
        _on_slide(
            lambda w: (
                '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="7" name="Group 6"/><p:cNvGrpSpPr/><p:nvPr/>'
                f"</p:nvGrpSpPr><p:grpSpPr/>{shape(_paragraph(w))}</p:grpSp>"
            )
        ),
    ),
    Channel(".pptx", "name and alternative text of a shape", _on_slide(_picture)),
    Channel(
        ".pptx",
        "name of a font",
        lambda w: pptx(
            shape(
                paragraph(
                    *(
                        f'<a:r><a:rPr><a:latin typeface="{one}"/><a:sym typeface="{one}"/></a:rPr>'
                        "<a:t>Well.</a:t></a:r>"
                        for one in (w.name, w.number, w.name)
                    )
                )
            )
        ),
    ),
    Channel(".pptx", "hint of a link", _on_slide(_hint)),
    Channel(".pptx", "target of a link", _link, is_field=True),
    Channel(".pptx", "notes", _of_page("notesSlides", "notesSlide", "notes")),
    Channel(".pptx", "layout", _of_page("slideLayouts", "slideLayout", "sldLayout")),
    Channel(".pptx", "master", _of_page("slideMasters", "slideMaster", "sldMaster")),
    Channel(".pptx", "master of the notes", _of_page("notesMasters", "notesMaster", "notesMaster")),
    Channel(
        ".pptx",
        "master of the handouts",
        _of_page("handoutMasters", "handoutMaster", "handoutMaster"),
    ),
    Channel(
        ".pptx",
        "name of a slide, and of a layout",
        lambda w: pptx(
            members={
                "ppt/slides/slide2.xml": page("sld", "", name=w.name),
                "ppt/slideLayouts/slideLayout1.xml": page("sldLayout", "", name=w.number),
            }
        ),
    ),
    Channel(".pptx", "comment", _comments, is_field=True),
    Channel(
        ".pptx",
        "author of a comment",
        _member("ppt/commentAuthors.xml", _authors),
        is_field=True,
    ),
    Channel(
        ".pptx",
        "comment in a thread, and the answer",
        _member("ppt/comments/modernComment_100_7FA1.xml", _thread),
        is_field=True,
    ),
    Channel(
        ".pptx",
        "authors of threads",
        _member("ppt/authors.xml", _people),
        is_field=True,
    ),
    Channel(
        ".pptx",
        "who changed what",
        _member("ppt/changesInfos/changesInfo1.xml", _changes),
        is_field=True,
    ),
    Channel(
        ".pptx",
        "chart: title, and its copy of texts",
        _member("ppt/charts/chart1.xml", _chart),
    ),
    Channel(
        ".pptx",
        "workbook behind a chart",
        lambda w: pptx(
            members={
                "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx(
                    f'<row r="2">{text("A2", _said(w))}</row>'
                )
            }
        ),
    ),
    Channel(
        ".pptx",
        "embedded document",
        lambda w: pptx(
            members={
                "ppt/embeddings/package1.docx": docx(f"<w:p><w:r><w:t>{_said(w)}</w:t></w:r></w:p>")
            }
        ),
    ),
    Channel(".pptx", "diagram: its data, its picture and its prompt", _diagram),
    Channel(
        ".pptx",
        "name of a section",
        _show(
            lambda w: (
                f'<p:extLst><p:ext uri="{_ID}"><p14:sectionLst {_P14}><p14:section '
                f'name="{w.name} {w.number}" id="{_ID}"/></p14:sectionLst></p:ext></p:extLst>'
            )
        ),
    ),
    Channel(
        ".pptx",
        "name of a show of one's own",
        _show(
            lambda w: (
                f'<p:custShowLst><p:custShow name="{w.name} {w.number}" id="0"/></p:custShowLst>'
            )
        ),
    ),
    Channel(
        ".pptx",
        "tag: its name and value",
        _member(
            "ppt/tags/tag1.xml",
            lambda w: (
                f'<p:tagLst {NAMESPACES}><p:tag name="{w.number}" val="{w.name}"/></p:tagLst>'
            ),
        ),
    ),
    Channel(
        ".pptx",
        "name of a theme and its colours",
        _member(
            "ppt/theme/theme1.xml",
            lambda w: (
                f'<a:theme {NAMESPACES} name="{w.name}"><a:themeElements><a:clrScheme '
                f'name="{w.number}"/></a:themeElements></a:theme>'
            ),
        ),
    ),
    Channel(".pptx", "value of a movement", _movement),
    Channel(
        ".pptx",
        "remark and instruction in the XML",
        lambda w: pptx(f"<!-- {_said(w)} --><?note {w.name} {w.number}?>"),
    ),
    Channel(
        ".pptx",
        "section of characters",
        _on_slide(
            lambda w: shape(f"<a:p><a:r><a:t><![CDATA[{_said(w)}]]></a:t></a:r></a:p>"),
        ),
    ),
    Channel(".pptx", "properties", _member("docProps/core.xml", _core), is_field=True),
    Channel(
        ".pptx",
        "properties of the program: titles of slides, company, manager",
        _member("docProps/app.xml", _program),
        is_field=True,
    ),
    Channel(".pptx", "properties of one's own", _member("docProps/custom.xml", _own)),
    Channel(
        ".pptx",
        "XML of one's own",
        _member(
            "customXml/item1.xml",
            lambda w: f'<case who="{w.name}"><number>{w.number}</number></case>',
        ),
    ),
    Channel(
        ".pptx",
        "path of a linked file",
        lambda w: pptx(
            members={
                "ppt/slides/_rels/slide1.xml.rels": (
                    f'{HEAD}<Relationships xmlns="{RELATIONS}"><Relationship Id="rId3" '
                    f'Type="{OFFICE}/oleObject" Target="file:///C:/{w.given}%20{w.family}/'
                    f'{w.number}.xlsx" TargetMode="External"/></Relationships>'
                )
            }
        ),
    ),
    Channel(
        ".pptx",
        "picture of the first page",
        lambda w: pptx(members={"docProps/thumbnail.jpeg": b"\xff\xd8" + " ".join(w.all).encode()}),
        is_field=True,
    ),
)
