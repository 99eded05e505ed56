"""What lies outside of the pages of a PDF: texts, and what never comes back."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from deid.errors import InputError, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.pdf import dates
from deid.formats.pdf.addresses import quoted, unquoted
from deid.formats.pdf.binaries import plain_cmap, plain_formula, plain_profile
from deid.formats.pdf.grammar import KINDS
from deid.formats.pdf.objects import HANDLERS, Objects, examine
from deid.formats.pdf.opening import open_pdf, save
from deid.formats.pdf.words import is_font, is_glyph, is_language, is_plain, is_program
from deid.labels import Label
from tests.formats.pdf.objects import attached, form, new_pdf, page_of, profile, written

OPTIONS = ReadOptions()


def _examined(pdf: pikepdf.Pdf) -> tuple[pikepdf.Pdf, Objects]:
    document = open_pdf(written(pdf), OPTIONS)
    return document, examine(document, OPTIONS)


def _texts(objects: Objects) -> dict[str, str]:
    return {text.place: text.text for text in objects.texts}


def test_every_kind_that_the_grammar_names_is_known() -> None:
    named = {
        kind.strip("{}") for keys in KINDS.values() for kind in keys.values() if kind[:1] != "!"
    }
    assert named <= KINDS.keys() | HANDLERS.keys()


def test_a_text_names_its_place_and_what_it_holds() -> None:
    pdf = new_pdf()
    pdf.trailer.Info = pdf.make_indirect(
        Dictionary(Author=String("Ada Tell"), CreationDate=String("D:20260301101500+01'00'"))
    )
    _, objects = _examined(pdf)
    found = {text.place: (text.text, text.label) for text in objects.texts}
    assert found == {
        "properties, author": ("Ada Tell", Label.PERSON),
        "properties, date made": ("2026-03-01T10:15:00+01:00", Label.DATE),
    }


def test_what_never_comes_back_is_told() -> None:
    pdf = new_pdf()
    pdf.Root.Metadata = pdf.make_stream(b"<x/>")
    pdf.Root.PieceInfo = Dictionary()
    document, objects = _examined(pdf)
    assert objects.removed == ("data of other programs", "metadata (XMP)")
    assert "/Metadata" not in document.Root


def test_a_page_that_is_in_no_tree_does_not_come_back() -> None:
    pdf = new_pdf()
    gone = pdf.make_indirect(Dictionary(Type=Name.Page, Contents=pdf.make_stream(b"(secret) Tj")))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    link.Dest = Array([gone, Name.Fit])
    page_of(pdf).Annots = Array([link])
    document, _ = _examined(pdf)
    assert b"secret" not in save(document)


def test_links_to_named_places_lead_where_they_led() -> None:
    pdf = new_pdf()
    place = Array([page_of(pdf), Name.XYZ, 10, 20, None])
    pdf.Root.Names = Dictionary(Dests=Dictionary(Names=Array([String("Tell, Ada"), place])))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]))
    link.Dest = String("Tell, Ada")
    page_of(pdf).Annots = Array([link])
    document, _ = _examined(pdf)
    written_out = document.pages[0].obj.Annots[0].Dest
    assert written_out[0].objgen == document.pages[0].obj.objgen
    assert [str(one) for one in list(written_out)[1:4]] == ["/XYZ", "10", "20"]
    assert b"Tell" not in save(document)


def test_the_value_of_a_field_says_what_it_is_by_the_name_of_the_field() -> None:
    pdf = new_pdf()
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Rect=Array([0, 0, 9, 9]))
    widget.T, widget.V = String("Patient Name"), String("Ada Tell")
    form(pdf, widget)
    _, objects = _examined(pdf)
    labels = {text.text: (text.label, text.lead) for text in objects.texts}
    assert labels["Ada Tell"] == (Label.PATIENT, "Patient Name: ")


def test_one_name_in_several_places_is_one_text() -> None:
    pdf = new_pdf()
    look: dict[str, Any] = {"/Type": Name.XObject, "/Subtype": Name.Form}
    look["/BBox"] = Array([0, 0, 9, 9])
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, Rect=Array([0, 0, 9, 9]))
    widget.T, widget.V, widget.AS = String("seen"), Name("/by Ada"), Name("/by Ada")
    form(pdf, widget)
    page_of(pdf).Annots[0].AP = Dictionary(N=Dictionary({"/by Ada": pdf.make_stream(b"", look)}))
    document, objects = _examined(pdf)
    states = [text for text in objects.texts if text.text == "by Ada"]
    assert len(states) == 1
    states[0].write("by NN")
    field = document.Root.AcroForm.Fields[0]
    assert (str(field.V), str(field.AS)) == ("/by NN", "/by NN")


def test_new_names_are_never_empty_and_never_the_same() -> None:
    pdf = new_pdf()
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Btn, Rect=Array([0, 0, 9, 9]))
    widget.T, widget.V, widget.AS = String("seen"), Name("/by Ada"), Name("/by Tell")
    form(pdf, widget)
    _, objects = _examined(pdf)
    made = next(text.form for text in objects.texts if text.text == "by Ada")
    assert made is not None
    assert made.fitted("by Ada", "", {}) == "x"
    assert made.fitted("by Ada", "a\0b", {}) == "ab"
    assert made.fitted("by Tell", "[X]", {"[X]": "by Ada"}) == "[X] 2"


def test_ids_of_elements_lead_where_they_led() -> None:
    pdf = new_pdf()
    root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
    head = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.TH, P=root, ID=String("Ada")))
    cell = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Own, P=root))
    cell.A = Dictionary(O=Name.Table, Headers=Array([String("Ada")]))
    root.K = Array([head, cell])
    root.RoleMap = Dictionary(Own=Name.TD)
    pdf.Root.StructTreeRoot = root
    document, _ = _examined(pdf)
    first, second = document.Root.StructTreeRoot.K
    assert bytes(second.A.Headers[0]) == bytes(first.ID)
    assert str(second.S) == "/TD"
    assert document.Root.StructTreeRoot.IDTree.Names[1].objgen == first.objgen
    assert b"Ada" not in save(document)


def test_a_file_of_an_unknown_kind_is_refused_without_its_name() -> None:
    pdf = new_pdf()
    attached(pdf, "Ada Tell.xyz", b"\x00\x01\x02")
    with pytest.raises(UnsupportedFormat, match="attachment 1") as refused:
        _examined(pdf)
    assert "Ada" not in str(refused.value)


def test_a_form_that_only_xfa_draws_is_refused() -> None:
    pdf = new_pdf()
    pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp/>"))
    with pytest.raises(UnsupportedFormat, match="XFA"):
        _examined(pdf)


def test_odd_names_of_resources_are_others_in_contents_and_looks() -> None:
    pdf = new_pdf()
    fonts = page_of(pdf).Resources.Font
    fonts["/AdaTell"] = fonts["/F1"]
    page_of(pdf).Contents = Array(
        [pdf.make_stream(b"BT /AdaTell"), pdf.make_stream(b" 12 Tf (Stable) Tj ET")]
    )
    widget = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Rect=Array([0, 0, 9, 9]))
    widget.T, widget.DA = String("seen"), String("/AdaTell 9 Tf 0 g")
    form(pdf, widget)
    pdf.Root.AcroForm.DR = Dictionary(Font=Dictionary({"/AdaTell": fonts["/F1"]}))
    document, _ = _examined(pdf)
    output = save(document)
    assert b"AdaTell" not in output
    again = pikepdf.open(io.BytesIO(output))
    page = again.pages[0]
    operands = [one.operands for one in pikepdf.parse_content_stream(page) if one.operands]
    assert str(operands[0][0]) in page.obj.Resources.Font


def test_an_object_that_is_used_in_two_ways_is_refused() -> None:
    pdf = new_pdf()
    page_of(pdf).Resources.ExtGState = pdf.Root.Pages
    with pytest.raises(InputError, match="two ways"):
        _examined(pdf)


def test_an_examined_document_has_nothing_left_to_take_out() -> None:
    pdf = new_pdf()
    pdf.Root.Metadata = pdf.make_stream(b"<x/>")
    pdf.Root[Name("/Own")] = String("own")
    attached(pdf, "Ada.txt", b"Stable.")
    document, _ = _examined(pdf)
    once = save(document)
    again = open_pdf(once, OPTIONS)
    assert examine(again, OPTIONS).removed == ()
    assert save(again) == once


@pytest.mark.parametrize(
    "text",
    ["2026", "2026-03", "2026-03-01", "2026-03-01T10:15:00Z", "2026-03-01T10:15:00-05:30"],
)
def test_dates_come_back_in_the_form_of_the_file(text: str) -> None:
    stored = dates.stored(text)
    assert stored is not None
    assert dates.written(stored) == text


def test_other_words_are_no_dates() -> None:
    assert dates.stored("[DATE-1]") is None
    assert dates.written("Ada Tell") is None


def test_addresses_are_read_as_people_read_them() -> None:
    assert unquoted("https://example.org/Ada%2520Tell") == "https://example.org/Ada Tell"
    assert quoted("https://example.org/NN NN") == "https://example.org/NN%20NN"


def test_a_colour_profile_loses_its_words_alone() -> None:
    plain = plain_profile(profile("Scanner of Ada Tell"))
    assert b"Ada" not in plain
    assert plain[-20:] == profile("Scanner of Ada Tell")[-20:]
    assert plain_profile(plain) == plain


@pytest.mark.parametrize("data", [b"", b"Ada" * 100, profile("a")[:140]])
def test_a_damaged_colour_profile_is_refused(data: bytes) -> None:
    with pytest.raises(InputError):
        plain_profile(data)


def test_a_formula_loses_its_remarks() -> None:
    assert plain_formula(b"{ % Ada\n 1 exch sub dup}") == b"{ 1 exch sub dup }"
    with pytest.raises(InputError):
        plain_formula(b"{ (Ada) }")


def test_letters_of_a_font_hold_no_texts() -> None:
    long = "Ada Tell".encode("utf-16-be").hex()
    cmap = (
        f"% Ada\n1 begincodespacerange <00> <ff> endcodespacerange\n2 beginbfchar\n<01> <0041>\n"
        f"<02> <{long}>\nendbfchar\n1 beginbfrange\n<03> <04> [<0042> <{long}>]\nendbfrange"
    )
    plain = plain_cmap(cmap.encode(), to_unicode=True).decode()
    assert "<01> <0041>" in plain
    assert "[ <0042> <fffd> ]" in plain
    assert long not in plain
    assert "Ada" not in plain
    assert plain_cmap(plain.encode(), to_unicode=True).decode() == plain


@pytest.mark.parametrize("name", ["/F1", "/Im0", "/Image12", "/TT2", "/Helv", "/f-0-0", "/C2_0"])
def test_names_of_programs_stay(name: str) -> None:
    assert is_plain(name)


@pytest.mark.parametrize("name", ["/Ada", "/AdaTell", "/QX480213", "/Tell_Ada"])
def test_names_of_people_do_not(name: str) -> None:
    assert not is_plain(name)
    assert not is_font(name)


def test_fonts_programs_glyphs_and_languages_are_known() -> None:
    assert is_font("/BCDEEE+Calibri-BoldItalic")
    assert is_font("/LiberationSans")
    assert is_program("Microsoft® Word 2019")
    assert not is_program("Word of Ada Tell")
    assert is_glyph("/f_f_i")
    assert is_glyph("/uni00A0")
    assert not is_glyph("/AdaTell")
    assert is_language("en-GB")
    assert not is_language("x-ada-tell")
