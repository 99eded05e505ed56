"""Fonts of a redacted PDF tell nothing of the letters that were taken out."""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2
import pytest
import reportlab
from hypothesis import given
from hypothesis import strategies as st
from pdfminer.cmapdb import CMapParser, FileUnicodeMap
from pikepdf import Array, Dictionary, Name
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from deid.formats.pdf.binaries import cut_cmap
from tests.formats.oracle.channels import TOKENS
from tests.formats.pdf.documents import PLAIN, font, pdf, type0_font, written
from tests.formats.pdf.structure import structure
from tests.formats.pdf.test_pages import lines_of, rendered

STAYS = "Walks with a stick again."
VERA = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"


@cache
def numbered_by_first_use() -> bytes:
    """A document whose fonts number their codes in the order of first use: the name comes first."""
    pdfmetrics.registerFont(TTFont("Vera", VERA, asciiReadable=False))
    output = io.BytesIO()
    canvas = Canvas(output, invariant=True)
    for text, down in ((TOKENS.name, 700), (STAYS, 680), (TOKENS.number, 660)):
        canvas.setFont("Vera", 11)
        canvas.drawString(72, down, text)
    canvas.save()
    return output.getvalue()


def redacted(content: bytes) -> bytes:
    words = {TOKENS.given: "Xx", TOKENS.family: "Yy", TOKENS.number: "Zz"}
    return rendered(content, **words)


def mapped(content: bytes) -> str:
    """The letters that the tables of all fonts lead to, in the order of the codes."""
    found: list[str] = []
    with pikepdf.open(io.BytesIO(content)) as document:
        for one in document.objects:
            if isinstance(one, Dictionary) and "/ToUnicode" in one:
                found += letters_of(one.ToUnicode.read_bytes()).values()
    return "".join(found)


def letters_of(cmap: bytes) -> dict[int, str]:
    read = FileUnicodeMap()
    CMapParser(read, io.BytesIO(cmap)).run()
    return dict(sorted(read.cid2unichr.items()))


def lines_by_others(content: bytes) -> list[list[str]]:
    """The lines of the first page by two other programs."""
    document = pypdfium2.PdfDocument(content)
    text = document[0].get_textpage().get_text_range()
    document.close()
    others = (text, pypdf.PdfReader(io.BytesIO(content)).pages[0].extract_text())
    return [[line.strip() for line in one.splitlines() if line.strip()] for one in others]


def row_of_what_stays(content: bytes) -> bytes:
    """The part of the first page, as it is drawn, on which nothing is removed."""
    document = pypdfium2.PdfDocument(content)
    drawn = document[0].render(scale=1).to_numpy()
    document.close()
    return bytes(drawn[842 - 692 : 842 - 676].tobytes())


def test_the_order_of_codes_does_not_spell_what_was_removed() -> None:
    content = numbered_by_first_use()
    output = redacted(content)
    seen = "".join(dict.fromkeys(TOKENS.name + STAYS + TOKENS.number))
    assert mapped(content).replace("\0", "").replace(" ", "") == seen.replace(" ", "")
    assert set(mapped(output)) == set(STAYS)


def test_what_is_left_reads_and_looks_as_it_did() -> None:
    content = numbered_by_first_use()
    output = redacted(content)
    assert STAYS in lines_of(output)
    for before, after in zip(lines_by_others(content), lines_by_others(output), strict=True):
        assert [line for line in before if line in after] == [STAYS]
    drawn = row_of_what_stays(content)
    assert re.search(rb"[^\xff]", drawn)
    assert row_of_what_stays(output) == drawn


def test_names_and_widths_of_codes_that_nothing_uses_go() -> None:
    names = [Name("/" + letter) for letter in "Janeolks"]
    encoding = Dictionary(Type=Name.Encoding, Differences=Array([1, *names]))
    own = font(encoding=encoding)
    own.FirstChar, own.LastChar = 1, 8
    own.Widths = Array([501, 502, 503, 504, 505, 506, 507, 508])
    page = PLAIN + "BT /F2 11 Tf 72 600 Td (\x01\x02\x03\x04) Tj 72 0 Td (\x02\x03\x04) Tj ET\n"
    content = pdf(page, fonts={"/F2": own})
    with pikepdf.open(io.BytesIO(rendered(content, Jane="X"))) as document:
        left = document.pages[0].Resources.Font.F2
        assert list(left.Encoding.Differences) == [2, Name.a, Name.n, Name.e]
        assert (left.FirstChar, left.LastChar, list(left.Widths)) == (2, 4, [502, 503, 504])


@pytest.mark.parametrize("widths", [[3, [500] * 12], [3, 14, 500]])
def test_widths_of_characters_that_nothing_uses_go(widths: list[object]) -> None:
    own, code = type0_font("Jane walks")
    own.DescendantFonts[0].W = Array([Array(x) if isinstance(x, list) else x for x in widths])
    own.DescendantFonts[0].FontDescriptor.CharSet = pikepdf.String("/J/a/n/e")
    shown = f"<{code('Jane')}> Tj 72 0 Td <{code('aks')}>"
    content = pdf(PLAIN + f"BT /F2 11 Tf 72 600 Td {shown} Tj ET\n", fonts={"/F2": own})
    output = rendered(content, Jane="X")
    with pikepdf.open(io.BytesIO(output)) as document:
        below = document.pages[0].Resources.Font.F2.DescendantFonts[0]
        told = [list(map(int, one)) if isinstance(one, Array) else one for one in below.W]
        assert told == [5, [500], 7, [500], 10, [500]]
        assert "/CharSet" not in below.FontDescriptor
    assert mapped(output) == "aks"
    assert "aks" in " ".join(lines_of(output))


def test_a_font_that_nothing_uses_any_more_is_gone() -> None:
    own, code = type0_font("Jane")
    content = pdf(PLAIN + f"BT /F2 11 Tf 72 600 Td <{code('Jane')}> Tj ET\n", fonts={"/F2": own})
    with pikepdf.open(io.BytesIO(rendered(content, Jane="X"))) as document:
        fonts = {str(one.get("/BaseFont")) for one in document.pages[0].Resources.Font.values()}
    assert fonts == {"/Helvetica"}


def test_letters_that_another_page_uses_stay() -> None:
    own, code = type0_font("Janewlks")
    page = PLAIN + "BT /F2 11 Tf 72 600 Td <{}> Tj ET\n"
    content = pdf(page.format(code("Jane")), page.format(code("walks")), fonts={"/F2": own})
    output = rendered(content, Jane="X")
    assert sorted(mapped(output)) == sorted("walks")
    assert "walks" in lines_of(output)


def test_a_table_that_two_fonts_share_is_cut_for_both() -> None:
    own, code = type0_font("Janewlks")
    page = PLAIN + "BT /F2 11 Tf 72 600 Td <{}> Tj /F3 11 Tf 72 0 Td <{}> Tj ET\n"
    made = pdf(page.format(code("Jane"), code("walks")), fonts={"/F2": own, "/F3": font()})
    with pikepdf.open(io.BytesIO(made)) as document:
        fonts = document.pages[0].Resources.Font
        fonts["/F3"] = document.make_indirect(Dictionary(dict(fonts.F2.items())))
        content = written(document)
    assert sorted(mapped(rendered(content, Jane="X"))) == sorted("walks")


def test_fonts_within_the_dictionary_of_a_page_are_told_apart() -> None:
    own, code = type0_font("Janewlks")
    page = PLAIN + "BT /F2 11 Tf 72 600 Td <{}> Tj /F3 11 Tf 72 0 Td <{}> Tj ET\n"
    made = pdf(page.format(code("Jane"), code("Jawas")), fonts={"/F2": own, "/F3": font()})
    with pikepdf.open(io.BytesIO(made)) as document:
        fonts = document.pages[0].Resources.Font
        given = dict(fonts.F2.items())
        fonts["/F2"], fonts["/F3"] = Dictionary(given), Dictionary(given)
        content = written(document)
    assert sorted(mapped(rendered(content, Jane="X"))) == sorted("Jaws")


def test_fonts_of_which_nothing_was_removed_come_back_whole() -> None:
    content = numbered_by_first_use()
    own, code = type0_font("Janewalks")
    other = pdf(PLAIN + f"BT /F2 11 Tf 72 600 Td <{code('walks')}> Tj ET\n", fonts={"/F2": own})
    assert mapped(rendered(content)) == mapped(content)
    assert structure(rendered(other)) == structure(other)
    assert mapped(rendered(other, knee="X")) == mapped(other)


@given(
    rows=st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 55), st.integers(0x41, 0xFF00)), max_size=8
    ),
    used=st.sets(st.integers(0, 255)),
)
def test_a_cut_table_leads_where_it_led(rows: list[tuple[int, int, int]], used: set[int]) -> None:
    lines = "".join(f"<{a:02x}> <{a + n:02x}> <{to:04x}>\n" for a, n, to in rows)
    cmap = f"begincmap {len(rows)} beginbfrange\n{lines}endbfrange endcmap".encode()
    wanted = {code: text for code, text in letters_of(cmap).items() if code in used}
    assert letters_of(cut_cmap(cmap, used)) == wanted
