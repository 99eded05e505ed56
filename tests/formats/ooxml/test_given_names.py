from __future__ import annotations

import io
from collections.abc import Callable
from typing import IO

import docx
import openpyxl
import pptx
import pytest
from openpyxl.comments import Comment

from deid.formats import ReadOptions
from deid.formats.ooxml import excel, open_places, slides, word
from deid.formats.ooxml.given_names import is_style
from tests.formats.ooxml.documents import docx as made_docx
from tests.formats.ooxml.documents import run
from tests.formats.ooxml.workbooks import xlsx

STYLES = """heading 1|List Bullet 2|Light Shading Accent 3|Medium Grid 2 Accent 6|toc 3
Grid Table 5 Dark Accent 4|Table Web 2|Plain Table 1|Table 3D effects 1|HTML Preformatted|No List
Body Text First Indent 2|Unresolved Mention|Heading 2 Char|Comma [0]|40% - Accent3|RowLevel_1
Title, 2 Content over Content|Visited Internet Link|Medium Style 2 - Accent 1|Linked Cell"""


@pytest.mark.parametrize("name", STYLES.replace("\n", "|").split("|"))
def test_the_styles_of_programs_are_known(name: str) -> None:
    assert is_style(name)


@pytest.mark.parametrize(
    "name", ["Quenbridge", "heading Quenbridge", "heading 48", "toc 482 913", "Mr Strong", "Date 3"]
)
def test_other_names_are_not(name: str) -> None:
    assert not is_style(name)


def saved(save: Callable[[IO[bytes]], object]) -> bytes:
    stream = io.BytesIO()
    save(stream)
    return stream.getvalue()


def test_of_a_new_document_words_authors_and_dates_alone_are_parts() -> None:
    made = docx.Document()
    made.add_paragraph("Lungs clear.", style="List Bullet 2")
    file = word.read(saved(made.save), name="n", options=ReadOptions())
    texts = [part.span.of(file.document.text) for part in file.document.parts]
    assert texts == ["Lungs clear.", "python-docx", *["2013-12-23T23:15:00Z"] * 2]


def test_of_a_new_presentation_words_authors_and_dates_alone_are_parts() -> None:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = "Lungs clear."
    file = slides.read(saved(made.save), name="n", options=ReadOptions())
    texts = {part.span.of(file.document.text) for part in file.document.parts}
    expected = {"Lungs clear.", "Steve Canny", "2013-01-27T09:14:16Z", "2013-01-27T09:15:58Z"}
    assert texts == expected | {"1/27/13"}


def test_of_a_new_workbook_words_authors_and_dates_alone_are_parts() -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = "Lungs clear."
    file = excel.read(saved(made.save), name="n", options=ReadOptions())
    texts = [part.span.of(file.document.text) for part in file.document.parts]
    assert texts[:2] == ["Lungs clear.", "openpyxl"]
    assert len(texts) == 4


@pytest.mark.parametrize(
    ("member", "is_part"),
    [("media/image1.png", False), ("Quenbridge.png", True), ("media/image1.png/Quenbridge", True)],
)
def test_the_name_of_a_member_is_no_part_where_all_members_are_listed(
    member: str, is_part: bool
) -> None:
    listed = f'<Override PartName="/word/{member}" ContentType="image/png"/>'
    file = word.read(made_docx(types=listed), name="n", options=ReadOptions())
    assert (member in file.document.text) == is_part


def test_a_comment_that_openpyxl_wrote_is_read() -> None:
    made = openpyxl.Workbook()
    made.active["A1"] = "Lungs clear."
    made.active["A1"].comment = Comment("Ask Quenbridge.", "Tarn")
    file = excel.read(saved(made.save), name="n", options=ReadOptions())
    assert "Ask Quenbridge." in file.document.text
    assert "Tarn" in file.document.text


@pytest.mark.parametrize("value", ["Quenbridge", "Room 3F", "02020603050405020319880314"])
@pytest.mark.parametrize(
    "style",
    [
        '<w:style><w:name w:val="{}"/></w:style>',
        '<w:style><w:shd w:themeFillTint="{}"/></w:style>',
        '<w:style><w:panose1 w:val="{}"/></w:style>',
    ],
)
def test_another_value_in_the_same_place_stays_a_part(style: str, value: str) -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    styles = f'<w:styles xmlns:w="{space}">{style.format(value)}</w:styles>'
    content = made_docx(run("Lungs clear."), members={"word/styles.xml": styles})
    file = word.read(content, name="n", options=ReadOptions())
    assert value in file.document.text


def test_in_xml_of_a_sites_own_a_word_of_a_style_stays_a_part() -> None:
    content = made_docx(members={"customXml/item1.xml": '<style><name val="Strong"/></style>'})
    file = word.read(content, name="n", options=ReadOptions())
    assert "Strong" in file.document.text


@pytest.mark.parametrize("name", ["48021377", "482 913 377", "Picture48021377"])
def test_a_number_is_no_name_that_programs_give(name: str) -> None:
    made = pptx.Presentation()
    title = made.slides.add_slide(made.slide_layouts[5]).shapes.title
    title.text, title.name = "Lungs clear.", name
    file = slides.read(saved(made.save), name="n", options=ReadOptions())
    assert name in file.document.text
    assert name in excel.read(xlsx(sheet=name), name="n", options=ReadOptions()).document.text


@pytest.mark.parametrize(
    ("name", "is_given"),
    [
        ("Heading1", True),
        ("a3", True),
        ("{5C22544A-7EE6-4342-B048-85BDC9FD1C3A}", True),
        ("020F0502020204030204", True),
        ("48021377", False),
        ("482 913 377", False),
        ("a48021377", False),
    ],
)
def test_looks_named_by_a_long_number_are_read(name: str, is_given: bool) -> None:
    assert open_places.is_given_look(name) is is_given
