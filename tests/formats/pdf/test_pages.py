"""The letters of pages: read in order, taken out, and nothing else moved."""

from __future__ import annotations

import io
import re
from collections import Counter

import pikepdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Array, Dictionary, Name, String
from reportlab.pdfgen.canvas import Canvas

from deid.datatypes import Document, Finding, Redacted, Redaction, Span
from deid.errors import DefectError, InputError, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.pdf.file import PdfFile, read
from deid.labels import Label
from deid.parts import fitted
from deid.policy import Unexamined
from tests.formats.pdf.documents import PLAIN, font, literal, pdf, type0_font, written
from tests.formats.pdf.outlines import outlined
from tests.formats.pdf.structure import structure
from tests.formats.pictures.drawn import drawn


def opened(content: bytes, *, fixed: bool = False) -> PdfFile:
    return read(content, name="letter.pdf", options=ReadOptions(fixed_boxes=fixed))


def lines_of(content: bytes) -> list[str]:
    document = opened(content).document
    return [part.span.of(document.text) for part in document.parts]


def test_properties_that_libraries_write_unasked_are_no_parts() -> None:
    def made(title: str, author: str) -> list[str]:
        stream = io.BytesIO()
        canvas = Canvas(stream)
        canvas.setTitle(title)
        canvas.setAuthor(author)
        canvas.drawString(72, 700, "Lungs clear.")
        canvas.save()
        return lines_of(stream.getvalue())

    unasked = made("untitled", "anonymous")
    assert not {"untitled", "unspecified", "anonymous"} & set(unasked)
    assert {"untitled Quenbridge", "Anonymous"} <= set(made("untitled Quenbridge", "Anonymous"))


def replaced(document: Document, **words: str) -> Redacted:
    """A note in which some words became others."""
    pattern = re.compile("|".join(map(re.escape, words)) or r"(?!)")
    pieces, redactions, at, length = [], [], 0, 0
    for hit in pattern.finditer(document.text):
        new = words[hit.group()]
        before = document.text[at : hit.start()]
        pieces += [before, new]
        start = length + len(before)
        length, at = start + len(new), hit.end()
        finding = Finding(Span(*hit.span()), Label.PATIENT, 1.0, "known")
        redactions.append(Redaction(finding, "tag", Span(start, length)))
    return Redacted(document.id, "".join([*pieces, document.text[at:]]), tuple(redactions))


def rendered(content: bytes, *, fixed: bool = False, **words: str) -> bytes:
    file = opened(content, fixed=fixed)
    redacted = replaced(file.document, **words)
    return file.render(file.document, redacted, id="", patient="")


def places(content: bytes, page: int = 0) -> list[tuple[str, float, float]]:
    """The letters that pdfium reads on a page, and where each is."""
    document = pypdfium2.PdfDocument(content)
    text = document[page].get_textpage()
    found = []
    for index in range(text.count_chars()):
        letter = text.get_text_range(index, 1)
        if letter.strip():
            left, low, _, _ = text.get_charbox(index, loose=True)
            found.append((letter, round(left, 1), round(low, 1)))
    document.close()
    return found


def pixels(content: bytes, page: int = 0) -> bytes:
    document = pypdfium2.PdfDocument(content)
    drawn = document[page].render(scale=1).to_numpy().tobytes()
    document.close()
    return drawn


def contents(content: bytes) -> list[bytes]:
    with pikepdf.open(io.BytesIO(content)) as document:
        return [page.Contents.read_bytes() for page in document.pages]


def show(text: str, x: int = 72, y: int = 600) -> str:
    return f"BT /F1 11 Tf {x} {y} Td {literal(text)} Tj ET\n"


def test_letters_beside_a_stand_in_stay_where_they_were() -> None:
    line = (
        "BT /F1 11 Tf 2 Tw 0.3 Tc 95 Tz 72 600 Td [(Seen) -300 (by Ja) 40 (ne, who) -20 (left.)] TJ"
    )
    content = pdf(PLAIN + line + " ( And then.) Tj ET\n" + show("below", y=586))
    before, after = places(content), places(rendered(content, Jane="X"))
    gone = Counter(before) - Counter(after)
    assert "".join(sorted(letter for letter, _, _ in gone)) == "Jaen"
    assert [letter for letter, _, _ in (Counter(after) - Counter(before))] == ["X"]


@pytest.mark.parametrize(("new", "drawn"), [("Иван", "[PATIENT]"), ("Dvořák", "Dvorák")])
def test_what_is_logged_is_what_can_be_read_in_the_file(new: str, drawn: str) -> None:
    content = pdf(PLAIN + show("Saw Jane Brontefield today."))
    file = opened(content)
    redacted = fitted(file.document, replaced(file.document, **{"Jane Brontefield": new}))
    output = file.render(file.document, redacted, id="", patient="")
    assert f"Saw {drawn} today." in lines_of(output)
    assert f"Saw {drawn} today." in redacted.text
    assert drawn in "".join(letter for letter, _, _ in places(output))


@pytest.mark.parametrize("shown", ["({}) '", '1 0.2 ({}) "', "[({})] TJ", "T* ({}) Tj"])
def test_every_operator_that_shows_letters_loses_them(shown: str) -> None:
    line = f"BT /F1 11 Tf 14 TL 72 600 Td (First.) Tj {shown.format('Saw Jane today.')} (On.) ' ET"
    content = pdf(PLAIN + line + "\n")
    output = rendered(content, Jane="XX")
    assert b"Jane" not in b"".join(contents(output))
    kept = Counter(places(content)) & Counter(places(output))
    assert sum(kept.values()) == len(places(content)) - 4


def test_what_is_not_replaced_comes_back_and_looks_the_same() -> None:
    forms = {"/X2": show("Form in a form", 0, 0), "/X1": "q 1 0 0 1 10 10 cm /X2 Do Q"}
    page = PLAIN + "0.5 g 70 590 200 20 re f q 1 0 0 1 72 500 cm /X1 Do Q\n" + show("Stable.")
    content = pdf(page, PLAIN, forms=forms, rotated=90)
    output = rendered(content)
    assert structure(output) == structure(content)
    assert [pixels(output, at) for at in (0, 1)] == [pixels(content, at) for at in (0, 1)]
    assert rendered(output) == output


def test_a_form_changes_only_on_the_page_that_loses_letters_of_it() -> None:
    content = pdf(PLAIN + "/X1 Do\n", PLAIN + "/X1 Do\n", forms={"/X1": show("Jane left.")})
    file = opened(content)
    redacted = replaced(file.document, Jane="X")
    only_first = Redacted("", redacted.text[:-12] + "Jane left.", redacted.redactions[:1])
    output = file.render(file.document, only_first, id="", patient="")
    assert [lines_of(output)[at] for at in (1, 3)] == ["X left.", "Jane left."]


def test_half_of_a_ligature_that_stays_is_drawn_anew() -> None:
    made, code = type0_font("Saw ﬁt")
    made.ToUnicode = String(bytes(made.ToUnicode).replace(b"<fb01>", b"<00660069>"))
    content = pdf(PLAIN + f"BT /F2 11 Tf 72 600 Td <{code('Saw ﬁt')}> Tj ET\n", fonts={"/F2": made})
    assert lines_of(content)[1] == "Saw fit"
    assert lines_of(rendered(content, **{"Saw f": "X"}))[1] == "Xit"


def test_words_go_on_over_hyphens_columns_and_cells() -> None:
    left = [
        "The swelling of the knee has gone",
        "and Jane Quen-",
        "bridge walks without her stick.",
    ]
    right = ["Another column of the letter with", "words that have nothing to do with", "her."]
    text = "".join(show(line, 60, 600 - 13 * at) for at, line in enumerate(left))
    text += "".join(show(line, 320, 600 - 13 * at) for at, line in enumerate(right))
    document = opened(pdf(PLAIN + text)).document
    assert "Jane Quen\u00adbridge walks" in document.text
    assert document.text.index("stick.") < document.text.index("Another column")


def test_rows_of_a_table_without_lines_are_read_as_rows() -> None:
    rows = (("Name", "Jane Doe"), ("MRN", "123456"))
    text = "".join(
        show(cell, 72 + 150 * across, 600 - 20 * down)
        for down, row in enumerate(rows)
        for across, cell in enumerate(row)
    )
    assert "Name    Jane Doe\n\nMRN    123456" in opened(pdf(text)).document.text


def test_a_cell_that_goes_on_on_the_next_line_is_read_whole() -> None:
    rows = (
        (("Patient", 72), ("Jane Quen-", 150), ("12 Larkspur Lane", 320)),
        (("bridge", 150), ("Averton", 320)),
        (("MRN", 72), ("123456", 150), ("none", 320)),
    )
    text = "".join(
        show(cell, x, 600 - 13 * down) for down, row in enumerate(rows) for cell, x in row
    )
    assert opened(pdf(text)).document.text.strip() == (
        "Patient    Jane Quen\u00adbridge    12 Larkspur Lane\nAverton\nMRN    123456    none"
    )


def test_text_that_nobody_sees_is_read_behind_the_rest() -> None:
    hidden = (
        "BT 3 Tr /F1 11 Tf 72 650 Td (unseen) Tj ET BT 0 Tr 1 g /F1 11 Tf 72 640 Td (white) Tj ET\n"
    )
    tiny = "0 g BT /F1 0.5 Tf 72 630 Td (tiny) Tj ET\n" + show("beside", -300, 620)
    assert lines_of(pdf(hidden + tiny + show("Seen."))) == [
        "Seen.",
        "white",
        "beside",
        "tiny",
        "unseen",
    ]


WORDS = "who left the ward today on foot with his own stick and in good heart again. "
NAMES = ("Jo", "Bartholomew-Featherstonehaugh")


@pytest.mark.parametrize(
    "line",
    [
        "BT /F1 11 Tf 72 600 Td (Seen by {}, who left.) Tj ET\n",
        "BT /F1 11 Tf 72 600 Td [(Seen by ) -50 ({}) 20 (, who left.)] TJ ( On.) Tj ET\n",
        f"BT /F1 11 Tf {{justified}} Tw 30 600 Td (Seen by {{}}, {WORDS}) Tj ET\n",
        "BT /F1 11 Tf 1 0 0 1 72 600 Tm (By ) Tj 20 0 Td ({}) Tj {behind} 0 Td (, left) Tj ET\n",
        "q 0 1 -1 0 300 100 cm BT /F1 11 Tf (Seen by {}, and {} left.) Tj ET Q\n",
    ],
    ids=["one string", "array", "stretched to the margin", "placed", "turned, twice"],
)
def test_boxes_of_fixed_width_say_nothing_of_what_was_there(line: str) -> None:
    outputs = []
    for name in NAMES:
        width = _width(name)
        text = line.replace("{justified}", f"{(170 - width) / 17:.3f}")
        text = text.replace("{behind}", f"{width:.3f}").replace("{}", name)
        output = rendered(pdf(PLAIN + text), fixed=True, **{name: "[PATIENT-1]"})
        assert not set(NAMES) & set(lines_of(output))
        outputs.append(contents(output))
    assert outputs[0] == outputs[1]


def _width(text: str) -> float:
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(text, "Helvetica", 11))


def type3() -> Dictionary:
    return Dictionary(
        Type=Name.Font,
        Subtype=Name.Type3,
        FontBBox=Array([0, 0, 1, 1]),
        FontMatrix=Array([1, 0, 0, 1, 0, 0]),
        CharProcs=Dictionary(),
        Encoding=Dictionary(Differences=Array([65, Name.A])),
        FirstChar=65,
        LastChar=65,
        Widths=Array([1]),
    )


def unknown_letters() -> Dictionary:
    made, _ = type0_font("A")
    del made.ToUnicode
    return made


@pytest.fixture
def no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is there that reads pictures."""

    def refuse(*given: object, **more: object) -> None:
        raise UnsupportedFormat("there is nothing that reads pictures")

    monkeypatch.setattr("deid.formats.pdf.scans.open_nested", refuse)


UNKNOWN = "1 2 zz\n"
OTHER = "BT /F2 11 Tf 72 600 Td (A) Tj ET\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (pdf(PLAIN + OTHER, fonts={"/F2": type3()}), "Type 3"),
        (
            pdf(PLAIN + OTHER.replace("(A)", "<0003>"), fonts={"/F2": unknown_letters()}),
            "fonts do not tell",
        ),
        (pdf(PLAIN + OTHER), "does not hold"),
        (pdf(outlined("The knee is stable.")), "drawn as curves"),
        (pdf("BT (Jane) Tj ET\n"), "without a font"),
        (pdf(PLAIN + UNKNOWN), "unknown operator"),
        (pdf(PLAIN + "BT /F1 0 Tf (Jane) Tj ET\n"), "without a size"),
        (pdf(PLAIN + "(x) cm\n"), "wrong operands"),
        (pdf(PLAIN + "/X1 Do\n", forms={"/X1": "BT (Jane"}), "damaged"),
        (
            pdf(
                PLAIN + "BT /F2 11 Tf 72 600 Td (abc) Tj ET\n",
                fonts={
                    "/F2": font(
                        encoding=Dictionary(
                            Differences=Array([97, Name("/uni05D0"), Name("/uni05D1")])
                        )
                    )
                },
            ),
            "right to left",
        ),
    ],
)
def test_a_page_that_can_be_read_neither_as_text_nor_as_a_picture_is_refused(
    content: bytes, said: str, no_pictures: None
) -> None:
    with pytest.raises(InputError, match=rf"page 1 .*{said}") as caught:
        opened(content)
    assert "Jane" not in str(caught.value)


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_page_that_is_no_text_comes_back_as_a_picture_of_its_words(turned: int) -> None:
    shown = show("The knee is stable. Saw Jane again.").replace("/F1 11", "/F1 18")
    if turned:  # so that it is upright as it is seen
        a, b = {90: (0, 1), 180: (-1, 0), 270: (0, -1)}[turned]
        place = f"{a} {b} {-b} {a} 300 {400 - 250 * b} cm "
        shown = "q " + place + shown.replace("72 600", "0 0") + " Q\n"
    content = pdf(shown + UNKNOWN, rotated=turned)
    output = rendered(content, Jane="X")
    said = " ".join(lines_of(output))
    assert "knee" in said
    assert "Jane" not in said
    # The words can be searched for, and lie where they are seen.
    assert "The knee is stable. Saw X again." in word_in(output, "knee")[0]
    assert word_in(output, "knee")[1] == pytest.approx(word_in(content, "knee")[1], abs=4)


def word_in(content: bytes, word: str) -> tuple[str, tuple[float, ...]]:
    """What pdfium reads on the first page, and where the first letter of a word lies."""
    document = pypdfium2.PdfDocument(content)
    text = document[0].get_textpage()
    read = text.get_text_range()
    place = text.get_charbox(read.index(word))
    document.close()
    return " ".join(read.split()), place


def test_a_scanned_page_can_be_searched_for_the_words_that_it_shows_and_no_others() -> None:
    picture = drawn("The knee is stable.\nSaw Quenbridge today.", size=40)
    page = f"q {picture.width / 2} 0 0 {picture.height / 2} 72 500 cm /P1 Do Q\n"
    content = pdf(page, picture=(picture.tobytes(), picture.size))
    output = rendered(content, Quenbridge="Vane")
    document = pikepdf.open(io.BytesIO(output))
    rows = pikepdf.parse_content_stream(document.pages[0])
    modes = [row for row in rows if str(row.operator) == "Tr"]
    assert modes
    assert {int(row.operands[0]) for row in modes} == {3}
    assert word_in(output, "knee")[0] == "The knee is stable. Saw Vane today."
    # It is not read besides the picture, and written once.
    assert opened(output).document.text == opened(content).document.text.replace(
        "Quenbridge", "Vane"
    )
    assert word_in(rendered(output, Vane="Lee"), "knee")[0] == "The knee is stable. Saw Lee today."


def test_a_picture_on_a_page_with_letters_of_its_own_gets_no_text() -> None:
    picture = drawn("The knee is stable.")
    page = PLAIN + f"q {picture.width / 2} 0 0 {picture.height / 2} 72 300 cm /P1 Do Q\n"
    content = pdf(page, picture=(picture.tobytes(), picture.size))
    assert word_in(rendered(content), "knee") == word_in(content, "knee")


def test_dates_aslant_below_a_chart_are_replaced() -> None:
    words = "".join(
        f"BT /F1 11 Tf 0.7071 0.7071 -0.7071 0.7071 {72 + 18 * at} 400 Tm (Jane) Tj ET\n"
        for at in range(6)
    )
    output = rendered(pdf(PLAIN + words), Jane="X1")
    assert lines_of(output)[1:7] == ["X1"] * 6


def test_letters_in_patterns_and_masks_are_refused(no_pictures: None) -> None:
    document = pikepdf.open(io.BytesIO(pdf(PLAIN + "/Pattern cs /P1 scn 0 0 9 9 re f\n")))
    pattern = document.make_stream(show("Jane").encode(), PatternType=1)
    document.pages[0].Resources.Pattern = Dictionary(P1=pattern)
    with pytest.raises(InputError, match="a pattern that holds text"):
        opened(written(document))


def test_a_form_that_uses_itself_is_refused(no_pictures: None) -> None:
    document = pikepdf.open(io.BytesIO(pdf(PLAIN + "/X1 Do\n", forms={"/X1": "/X1 Do"})))
    form = document.pages[0].Resources.XObject.X1
    form.Resources.XObject = Dictionary(X1=form)
    with pytest.raises(InputError, match="too deeply"):
        opened(written(document))


def test_forms_that_multiply_are_refused(
    no_pictures: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deid.formats.pdf.interpreter.MAX_OPERATORS", 500)
    forms = {"/X0": "0 0 m"} | {f"/X{n}": f"/X{n - 1} Do " * 5 for n in range(1, 6)}
    with pytest.raises(InputError, match="more than 500 operators"):
        opened(pdf(PLAIN + "/X5 Do\n", forms=forms))


def test_an_output_that_a_second_reader_reads_otherwise_is_not_written(
    monkeypatch: pytest.MonkeyPatch, no_pictures: None
) -> None:
    monkeypatch.setattr("deid.formats.pdf.file.page_text", lambda page: "something else")
    with pytest.raises(InputError, match="two readers"):
        opened(pdf(PLAIN))
    monkeypatch.undo()  # of both
    file = opened(pdf(PLAIN + show("Saw Jane.")))
    monkeypatch.setattr("deid.formats.pdf.rewriting._Plan.is_changed", lambda *given: False)
    with pytest.raises(DefectError, match="page 1 does not read as it should"):
        file.render(file.document, replaced(file.document, Jane="X"), id="", patient="")


words = st.lists(st.text("abcdefgh", min_size=1, max_size=6), min_size=2, max_size=6)


@settings(max_examples=20, deadline=None)
@given(words, st.data())
def test_a_line_cut_anywhere_reads_the_same_and_loses_exactly_what_is_replaced(
    said: list[str], data: st.DataObject
) -> None:
    line = " ".join(said)
    cuts = data.draw(st.lists(st.integers(0, len(line)), max_size=5).map(sorted))
    kerns = data.draw(st.lists(st.integers(-40, 40), min_size=len(cuts), max_size=len(cuts)))
    pieces = [line[start:end] for start, end in zip([0, *cuts], [*cuts, len(line)], strict=True)]
    array = "".join(f"({piece}) {kern} " for piece, kern in zip(pieces, [*kerns, 0], strict=True))
    content = pdf(f"BT /F1 11 Tf 72 600 Td [{array}] TJ ET\n")
    file = opened(content)
    assert file.document.text.strip() == line
    start = data.draw(st.integers(0, len(line) - 1))
    end = data.draw(st.integers(start + 1, len(line)))
    lead = file.document.text.index(line)
    span = Span(lead + start, lead + end)
    text = f"{file.document.text[: span.start]}QZ{file.document.text[span.end :]}"
    one = Redaction(
        Finding(span, Label.PATIENT, 1.0, "known"), "tag", Span(span.start, span.start + 2)
    )
    output = file.render(file.document, Redacted("", text, (one,)), id="", patient="")
    before = len(line[:start].replace(" ", ""))
    gone = len(line[start:end].replace(" ", ""))
    kept = places(content)
    del kept[before : before + gone]
    found = [one for one in places(output) if one[0] not in "QZ"]
    assert [letter for letter, *_ in found] == [letter for letter, *_ in kept]
    assert [x for _, x, _ in found] == pytest.approx([x for _, x, _ in kept], abs=0.2)


def test_a_page_that_cannot_be_examined_comes_back_empty_where_the_policy_says_so(
    no_pictures: None,
) -> None:
    content = pdf(show("Saw Jane.") + UNKNOWN, PLAIN)
    file = read(content, name="a.pdf", options=ReadOptions(unexamined=Unexamined.REMOVE))
    output = file.render(file.document, replaced(file.document), id="", patient="")
    assert file.document.removed == ("page 1 as it was drawn",)
    assert contents(output)[0] == b""
    assert "".join(letter for letter, *_ in places(output, 1)).startswith("Theknee")
