"""Where identifiers hide in Word documents."""

from __future__ import annotations

from collections.abc import Callable

from deid.formats.pictures import BLANK
from tests.formats.ooxml.documents import NAMESPACES, OFFICE, RELATIONS, docx, run
from tests.formats.oracle.channels import Channel, Words


def _said(words: Words) -> str:
    return f"Seen with {words.name}, {words.number}."


def _in_body(write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: docx(write(words))


def _member(name: str, root: str, write: Callable[[Words], str]) -> Callable[[Words], bytes]:
    return lambda words: docx(
        members={name: f"<{root} {NAMESPACES}>{write(words)}</{root.split()[0]}>"}
    )


def _paragraph(words: Words) -> str:
    return f"<w:p>{run(_said(words))}</w:p>"


def _split(words: Words) -> str:
    half = len(words.family) // 2
    return (
        f"<w:p>{run('Seen with ' + words.given[:3])}{run(words.given[3:] + ' ')}"
        f'<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">{words.family[:half]}</w:t></w:r>'
        f"{run(words.family[half:] + ', ' + words.number[:4])}{run(words.number[4:] + '.')}</w:p>"
    )


def _link(words: Words) -> bytes:
    target = f"mailto:{words.given}.{words.family}.{words.number}@example.org"
    return docx(
        f'<w:p><w:hyperlink r:id="rId9">{run("write")}</w:hyperlink></w:p>',
        relations=f'<Relationship Id="rId9" Type="{OFFICE}/hyperlink" Target="{target}" '
        'TargetMode="External"/>',
    )


def _core(words: Words) -> bytes:
    return docx(
        members={
            "docProps/core.xml": (
                '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/'
                'metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" '
                'xmlns:dcterms="http://purl.org/dc/terms/" '
                'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
                f"<dc:title>{_said(words)}</dc:title><dc:creator>{words.name}</dc:creator>"
                f"<cp:keywords>{words.number}</cp:keywords>"
                f"<cp:lastModifiedBy>{words.name}</cp:lastModifiedBy>"
                '<dcterms:created xsi:type="dcterms:W3CDTF">2026-03-01T10:00:00Z</dcterms:created>'
                "</cp:coreProperties>"
            )
        }
    )


def _thumbnail(words: Words) -> bytes:
    return docx(members={"docProps/thumbnail.jpeg": b"\xff\xd8" + " ".join(words.all).encode()})


def _inside(words: Words) -> bytes:
    return docx(members={"word/embeddings/package1.docx": docx(_paragraph(words))})


def _beside_picture(words: Words) -> bytes:
    """A drawing in SVG and handwriting, each with a picture beside it, and a signature."""
    said = f"<text>{_said(words)}</text>"
    svg = (
        '<w:p><w:r><w:drawing><a:blip r:embed="rId1"><a:extLst><a:ext uri="u"><asvg:svgBlip '
        'xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="rId2"/>'
        "</a:ext></a:extLst></a:blip></w:drawing></w:r></w:p>"
    )
    ink = (
        "<w:p><w:r><mc:AlternateContent "
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice>'
        '<w:contentPart r:id="rId3"/></mc:Choice><mc:Fallback><w:drawing/></mc:Fallback>'
        "</mc:AlternateContent></w:r></w:p>"
    )
    return docx(
        svg + ink,
        members={
            "word/media/image1.png": BLANK["png"],
            "word/media/image2.svg": f'<svg xmlns="http://www.w3.org/2000/svg">{said}</svg>',
            "word/ink/ink1.xml": f"<ink>{said}</ink>",
        },
        relations=(
            f'<Relationship Id="rId1" Type="{OFFICE}/image" Target="media/image1.png"/>'
            f'<Relationship Id="rId2" Type="{OFFICE}/image" Target="media/image2.svg"/>'
            f'<Relationship Id="rId3" Type="{OFFICE}/customXml" Target="ink/ink1.xml"/>'
        ),
        types='<Default Extension="svg" ContentType="image/svg+xml"/><Override '
        'PartName="/word/ink/ink1.xml" ContentType="application/inkml+xml"/>',
    )


def _font(words: Words) -> bytes:
    return docx(
        members={
            "word/fontTable.xml": f'<w:fonts {NAMESPACES}><w:font w:name="Arial">'
            '<w:embedRegular r:id="rId1"/></w:font></w:fonts>',
            "word/_rels/fontTable.xml.rels": f'<Relationships xmlns="{RELATIONS}">'
            f'<Relationship Id="rId1" Type="{OFFICE}/font" Target="fonts/{words.given}.ttf"/>'
            "</Relationships>",
            f"word/fonts/{words.given}.ttf": _said(words),
        },
        relations=f'<Relationship Id="rId9" Type="{OFFICE}/fontTable" Target="fontTable.xml"/>',
    )


CHANNELS = (
    Channel(".docx", "paragraph", _in_body(_paragraph)),
    Channel(".docx", "name and number split over runs", _in_body(_split)),
    Channel(
        ".docx",
        "names of fonts and styles",
        _in_body(
            lambda w: "".join(
                f'<w:p><w:pPr><w:pStyle w:val="{one}"/></w:pPr><w:r><w:rPr>'
                f'<w:rFonts w:ascii="{one}" w:hAnsi="{one}"/></w:rPr><w:t>Well.</w:t></w:r></w:p>'
                for one in (w.name, w.number, w.name)
            )
        ),
    ),
    Channel(
        ".docx",
        "table cell",
        _in_body(lambda w: f"<w:tbl><w:tr><w:tc>{_paragraph(w)}</w:tc></w:tr></w:tbl>"),
    ),
    Channel(
        ".docx",
        "text box, and its fallback",
        _in_body(
            lambda w: (
                "<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>"
                f"{_paragraph(w)}</w:txbxContent></v:textbox></v:shape></w:pict></w:r></w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "tracked insertion",
        _in_body(lambda w: f'<w:p><w:ins w:id="1" w:author="x">{run(_said(w))}</w:ins></w:p>'),
        is_field=True,
    ),
    Channel(
        ".docx",
        "half of a name and of a number deleted, tracked",
        _in_body(
            lambda w: (
                f"<w:p>{run(f'Seen with {w.given} {w.family[:4]}')}<w:del w:id='1'>"
                f"{run(f'{w.family[4:]}, {w.number[:5]}', tag='w:delText')}</w:del>"
                f"{run(w.number[5:] + ' again.')}</w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "tracked deletion",
        _in_body(
            lambda w: (
                "<w:p>"
                f"{run('Stable. ')}<w:del w:id='1'>{run(_said(w), tag='w:delText')}</w:del></w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "author of a change",
        _in_body(
            lambda w: (
                f'<w:p><w:ins w:id="1" w:author="{w.name} {w.number}" '
                f'w:date="2026-03-01T10:00:00Z">{run("stable")}</w:ins></w:p>'
            )
        ),
        is_field=True,
    ),
    Channel(
        ".docx",
        "content control: name, tag and content",
        _in_body(
            lambda w: (
                f'<w:sdt><w:sdtPr><w:alias w:val="{w.name}"/><w:tag w:val="{w.number}"/>'
                f"</w:sdtPr><w:sdtContent>{_paragraph(w)}</w:sdtContent></w:sdt>"
            )
        ),
    ),
    Channel(
        ".docx",
        "list of a content control",
        _in_body(
            lambda w: (
                "<w:sdt><w:sdtPr><w:dropDownList><w:listItem "
                f'w:displayText="{w.name}" w:value="{w.number}"/></w:dropDownList></w:sdtPr>'
                "<w:sdtContent><w:p/></w:sdtContent></w:sdt>"
            )
        ),
    ),
    Channel(
        ".docx",
        "code of a field",
        _in_body(
            lambda w: (
                "<w:p><w:r><w:fldChar w:fldCharType='begin'/></w:r>"
                + run(f' QUOTE "{_said(w)}" ', tag="w:instrText")
                + "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "simple field",
        _in_body(
            lambda w: (
                f"<w:p><w:fldSimple w:instr=' QUOTE \"{_said(w)}\" '>{run('x')}</w:fldSimple></w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "form field: name, default and help",
        _in_body(
            lambda w: (
                "<w:p><w:r><w:fldChar w:fldCharType='begin'><w:ffData>"
                f'<w:name w:val="{w.family}"/><w:helpText w:val="{w.given}"/>'
                f'<w:textInput><w:default w:val="{w.number}"/></w:textInput></w:ffData></w:fldChar>'
                "</w:r></w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "bookmark",
        _in_body(
            lambda w: (
                f'<w:p><w:bookmarkStart w:id="0" w:name="{w.given}_{w.family}_{w.number}"/>'
                '<w:bookmarkEnd w:id="0"/></w:p>'
            )
        ),
    ),
    Channel(
        ".docx",
        "alternative text of a drawing",
        _in_body(
            lambda w: (
                "<w:p><w:r><w:drawing><wp:inline>"
                f'<wp:docPr id="1" name="{w.name}" descr="{_said(w)}" title="{w.number}"/>'
                "</wp:inline></w:drawing></w:r></w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "text of a drawing",
        _in_body(
            lambda w: (
                "<w:p><w:r><w:drawing><a:txBody><a:p><a:r>"
                f"<a:t>{_said(w)}</a:t></a:r></a:p></a:txBody></w:drawing></w:r></w:p>"
            )
        ),
    ),
    Channel(
        ".docx",
        "art of words",
        _in_body(
            lambda w: (
                "<w:p><w:r><w:pict><v:shape alt='" + w.number + "'>"
                f"<v:textpath string='{w.name}'/></v:shape></w:pict></w:r></w:p>"
            )
        ),
    ),
    Channel(".docx", "target of a link", _link, is_field=True),
    Channel(".docx", "remark in the XML", _in_body(lambda w: f"<!-- {_said(w)} -->")),
    Channel(
        ".docx",
        "instruction in the XML",
        _in_body(lambda w: f"<?note {_said(w)}?>"),
    ),
    Channel(
        ".docx",
        "section of characters",
        _in_body(lambda w: f"<w:p><w:r><w:t><![CDATA[{_said(w)}]]></w:t></w:r></w:p>"),
    ),
    Channel(".docx", "header", _member("word/header1.xml", "w:hdr", _paragraph)),
    Channel(".docx", "footer", _member("word/footer2.xml", "w:ftr", _paragraph)),
    Channel(
        ".docx",
        "footnote",
        _member(
            "word/footnotes.xml",
            "w:footnotes",
            lambda w: f'<w:footnote w:id="1">{_paragraph(w)}</w:footnote>',
        ),
    ),
    Channel(
        ".docx",
        "endnote",
        _member(
            "word/endnotes.xml",
            "w:endnotes",
            lambda w: f'<w:endnote w:id="1">{_paragraph(w)}</w:endnote>',
        ),
    ),
    Channel(
        ".docx",
        "comment, its author and initials",
        _member(
            "word/comments.xml",
            "w:comments",
            lambda w: (
                f'<w:comment w:id="0" w:author="{w.name}" w:initials="TQ" '
                f'w:date="2026-03-01T10:00:00Z">{_paragraph(w)}</w:comment>'
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".docx",
        "people",
        _member(
            "word/people.xml",
            "x:people xmlns:x='http://schemas.microsoft.com/office/word/2012/wordml'",
            lambda w: (
                f'<x:person x:author="{w.name}"><x:presenceInfo x:providerId="AD" '
                f'x:userId="{w.number}"/></x:person>'
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".docx",
        "variables of the settings",
        _member(
            "word/settings.xml",
            "w:settings",
            lambda w: f'<w:docVars><w:docVar w:name="{w.name}" w:val="{w.number}"/></w:docVars>',
        ),
    ),
    Channel(
        ".docx",
        "names of styles",
        _member(
            "word/styles.xml",
            "w:styles",
            lambda w: (
                f'<w:style w:type="paragraph" w:styleId="a"><w:name w:val="{w.name}"/>'
                f'<w:aliases w:val="{w.number}"/></w:style>'
            ),
        ),
    ),
    Channel(".docx", "properties", _core, is_field=True),
    Channel(
        ".docx",
        "properties of the program: company, manager, template",
        _member(
            "docProps/app.xml",
            "Properties",
            lambda w: (
                f"<Template>C:\\{w.number}.dotx</Template><Manager>{w.name}</Manager>"
                f"<Company>{w.name}</Company><Pages>1</Pages>"
            ),
        ),
        is_field=True,
    ),
    Channel(
        ".docx",
        "properties of one's own",
        _member(
            "docProps/custom.xml",
            "Properties",
            lambda w: f'<property name="{w.name}"><lpwstr>{w.number}</lpwstr></property>',
        ),
    ),
    Channel(
        ".docx",
        "XML of one's own",
        _member(
            "customXml/item1.xml",
            "patient",
            lambda w: f'<name given="{w.given}">{w.family}</name><id root="{w.number}"/>',
        ),
    ),
    Channel(".docx", "embedded document", _inside),
    Channel(
        ".docx", "drawing in SVG, and handwriting, beside pictures", _beside_picture, is_field=True
    ),
    Channel(".docx", "embedded font, and its name", _font, is_field=True),
    Channel(".docx", "picture of the first page", _thumbnail, is_field=True),
)
