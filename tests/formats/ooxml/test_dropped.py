from __future__ import annotations

import base64

import pytest

from deid.errors import UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.ooxml.office import OfficeFile
from deid.formats.ooxml.slides import read as read_slides
from deid.formats.ooxml.word import read
from deid.formats.packed import unpack
from deid.formats.pictures import BLANK
from tests.formats.ooxml.documents import MAIN, OFFICE, RELATIONS, docx, run
from tests.formats.ooxml.presentations import pptx
from tests.formats.ooxml.test_word import redacted

CANARY = "Quenbridge"
MICROSOFT = "http://schemas.microsoft.com/office/2007/relationships"
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
SVG = f"<svg xmlns='http://www.w3.org/2000/svg'><text>{CANARY}</text></svg>"
PICTURE = 'Type="' + OFFICE + '/image" Target="media/image1.png"/>'
DRAWN = 'Type="' + OFFICE + '/image" Target="media/image2.svg"/>'


def related(id_: str, rest: str) -> str:
    return f'<Relationship Id="{id_}" {rest}'


def blip(more: str, *, embed: str = "rId1") -> str:
    return (
        f'<w:p><w:r><w:drawing><a:blip r:embed="{embed}"><a:extLst>{more}</a:extLst></a:blip>'
        "</w:drawing></w:r></w:p>"
    )


SVG_BLIP = (
    '<a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip xmlns:asvg='
    '"http://schemas.microsoft.com/office/drawing/2016/SVG/main" r:embed="rId2"/></a:ext>'
)
LAYER = (
    '<a:ext uri="{BEBA8EAE-BF5A-486C-A8C5-ECC9F3942E4B}"><a14:imgProps xmlns:a14='
    '"http://schemas.microsoft.com/office/drawing/2010/main"><a14:imgLayer r:embed="rId2"/>'
    "</a14:imgProps></a:ext>"
)
SVG_TYPE = '<Default Extension="svg" ContentType="image/svg+xml"/>'
WDP_TYPE = '<Default Extension="wdp" ContentType="image/vnd.ms-photo"/>'
INK_TYPE = '<Override PartName="/word/ink/ink1.xml" ContentType="application/inkml+xml"/>'


def opened(content: bytes) -> OfficeFile:
    return read(content, name="n.docx", options=ReadOptions())


def members(content: bytes) -> dict[str, str]:
    return {
        name: one.data.decode("latin-1") for name, one in unpack(content, what="document").items()
    }


def written(file: OfficeFile) -> dict[str, str]:
    """The members of the output, in which nothing of what was dropped may be."""
    found = members(redacted(file)[1])
    assert CANARY not in "".join([*found, *found.values()])
    return found


def test_of_a_drawing_in_svg_the_picture_beside_it_stays() -> None:
    media: dict[str, str | bytes] = {
        "word/media/image1.png": BLANK["png"],
        "word/media/image2.svg": SVG,
    }
    relations = related("rId1", PICTURE) + related("rId2", DRAWN)
    file = opened(docx(blip(SVG_BLIP), members=media, relations=relations, types=SVG_TYPE))
    assert file.document.removed == ("drawing in SVG, of which the picture stays",)
    found = written(file)
    assert "word/media/image1.png" in found
    assert "word/media/image2.svg" not in found
    assert 'r:embed="rId1"><a:extLst></a:extLst>' in found["word/document.xml"]
    assert "rId2" not in "".join(found.values())


def test_a_drawing_in_svg_without_a_picture_beside_it_is_refused() -> None:
    media: dict[str, str | bytes] = {"word/media/image2.svg": SVG}
    body = blip("", embed="rId2")
    content = docx(body, members=media, relations=related("rId2", DRAWN), types=SVG_TYPE)
    with pytest.raises(UnsupportedFormat, match="picture of a kind"):
        opened(content)


def test_of_a_picture_with_effects_what_it_was_before_goes() -> None:
    media: dict[str, str | bytes] = {
        "word/media/image1.png": BLANK["png"],
        "word/media/hdphoto1.wdp": CANARY,
    }
    layer = f'Type="{MICROSOFT}/hdphoto" Target="media/hdphoto1.wdp"/>'
    relations = related("rId1", PICTURE) + related("rId2", layer)
    file = opened(docx(blip(LAYER), members=media, relations=relations, types=WDP_TYPE))
    assert "word/media/hdphoto1.wdp" not in written(file)


INK = f"<ink xmlns='http://www.w3.org/2003/InkML'><trace>{CANARY}</trace></ink>"
INKED = f'Type="{OFFICE}/customXml" Target="ink/ink1.xml"/>'


def choice(fallback: str) -> str:
    return (
        f'<w:p><w:r><mc:AlternateContent {MC}><mc:Choice Requires="wpi"><w:drawing>'
        '<w14:contentPart xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
        f'r:id="rId2"/></w:drawing></mc:Choice>{fallback}</mc:AlternateContent></w:r></w:p>'
    )


def test_of_handwriting_the_picture_stays() -> None:
    media: dict[str, str | bytes] = {
        "word/media/image1.png": BLANK["png"],
        "word/ink/ink1.xml": INK,
    }
    relations = related("rId1", PICTURE) + related("rId2", INKED)
    body = choice('<mc:Fallback><w:drawing><a:blip r:embed="rId1"/></w:drawing></mc:Fallback>')
    file = opened(docx(body, members=media, relations=relations, types=INK_TYPE))
    found = written(file)
    assert "word/ink/ink1.xml" not in found
    assert "ink1" not in found["[Content_Types].xml"]
    assert "<mc:Fallback><w:drawing>" in found["word/document.xml"]
    assert "contentPart" not in found["word/document.xml"]


def test_handwriting_without_a_picture_is_refused() -> None:
    content = docx(
        choice(""),
        members={"word/ink/ink1.xml": INK},
        relations=related("rId2", INKED),
        types=INK_TYPE,
    )
    with pytest.raises(UnsupportedFormat, match="handwriting"):
        opened(content)


def test_embedded_fonts_go_whatever_they_are_called() -> None:
    table = (
        '<w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        f'xmlns:r="{OFFICE}"><w:font w:name="Arial"><w:charset w:val="00"/><w:embedRegular '
        'r:id="rId1" w:fontKey="{5A5A0B5C-1D2E-4F3A-9B8C-7D6E5F4A3B2C}"/></w:font></w:fonts>'
    )
    content = docx(
        members={
            "word/fontTable.xml": table,
            "word/_rels/fontTable.xml.rels": (
                f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
                f'Type="{OFFICE}/font" Target="fonts/{CANARY}-regular.ttf"/></Relationships>'
            ),
            f"word/fonts/{CANARY}-regular.ttf": CANARY,
        },
        relations=f'<Relationship Id="rId9" Type="{OFFICE}/fontTable" Target="fontTable.xml"/>',
        types=f'<Override PartName="/word/fontTable.xml" ContentType="{MAIN}.fontTable+xml"/>'
        '<Default Extension="ttf" ContentType="application/x-font-ttf"/>',
    )
    file = opened(content)
    assert file.document.removed == ("embedded font",)
    found = written(file)
    assert '<w:charset w:val="00"/></w:font>' in found["word/fontTable.xml"]


def test_embedded_fonts_of_a_presentation_go() -> None:
    fonts = (
        '<p:embeddedFontLst><p:embeddedFont><p:font typeface="Arial"/><p:regular r:id="rId7"/>'
        "</p:embeddedFont></p:embeddedFontLst>"
    )
    base = pptx(show=fonts, members={"ppt/fonts/font1.fntdata": CANARY})
    relations = members(base)["ppt/_rels/presentation.xml.rels"].replace(
        "</Relationships>",
        f'<Relationship Id="rId7" Type="{OFFICE}/font" Target="fonts/font1.fntdata"/>'
        "</Relationships>",
    )
    content = pptx(
        show=fonts,
        members={"ppt/fonts/font1.fntdata": CANARY, "ppt/_rels/presentation.xml.rels": relations},
        types='<Default Extension="fntdata" ContentType="application/x-fontdata"/>',
    )
    file = read_slides(content, name="n.pptx", options=ReadOptions())
    found = members(redacted(file)[1])
    assert CANARY not in "".join(found.values())
    assert '<p:embeddedFont><p:font typeface="Arial"/></p:embeddedFont>' in "".join(found.values())


def test_signatures_go_with_all_that_they_lead_to() -> None:
    kind = f"{RELATIONS}/digital-signature"
    holder = base64.b64encode(CANARY.encode() * 9).decode()
    base = members(docx(run("seen")))["_rels/.rels"]
    content = docx(
        members={
            "_rels/.rels": base.replace(
                "</Relationships>",
                f'<Relationship Id="rId8" Type="{kind}/origin" '
                'Target="_xmlsignatures/origin.sigs"/>'
                "</Relationships>",
            ),
            "_xmlsignatures/origin.sigs": "",
            "_xmlsignatures/_rels/origin.sigs.rels": (
                f'<Relationships xmlns="{RELATIONS}"><Relationship Id="rId1" '
                f'Type="{kind}/signature" Target="sig1.xml"/></Relationships>'
            ),
            "_xmlsignatures/sig1.xml": f"<Signature><X509>{holder}</X509></Signature>",
        },
        types='<Default Extension="sigs" ContentType="application/vnd.openxmlformats-package.'
        'digital-signature-origin"/>',
    )
    file = opened(content)
    assert file.document.removed == ("signature",)
    found = written(file)
    assert not any("signature" in name for name in found)


def test_a_document_without_such_parts_is_packed_as_it_is() -> None:
    content = docx(run("seen"))
    assert opened(content).document.removed == ()
    assert redacted(opened(content))[1] == content


def test_limits_of_an_axis_of_days_go_and_others_stay() -> None:
    chart = (
        '<c:chartSpace xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:scaling>'
        '<c:max val="45383"/><c:min val="45352.5"/></c:scaling><c:scaling><c:max val="120"/>'
        "</c:scaling></c:chartSpace>"
    )
    file = opened(docx(run("seen"), members={"word/charts/chart1.xml": chart}))
    assert file.document.removed == ("limits of an axis of days",)
    output = written(file)["word/charts/chart1.xml"]
    assert '<c:scaling></c:scaling><c:scaling><c:max val="120"/>' in output
