from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.errors import (
    DeidError,
    EmptyNote,
    InputError,
    MalformedRecord,
    NoteTooLarge,
    OutputError,
    UnsupportedFormat,
)
from deid.formats import ReadOptions
from deid.formats.markup import read_markup
from deid.formats.ooxml.office import OfficeFile
from deid.formats.ooxml.word import read
from deid.formats.packed import unpack
from deid.formats.pictures import BLANK
from deid.labels import Label
from deid.parts import declared, fitted, part_texts
from deid.policy import Unexamined, load_policy
from deid.redact.apply import apply
from tests.formats.ooxml.documents import NAMESPACES, PLAIN, docx, run
from tests.formats.pictures.drawn import drawn, saved

CANARY = "Quenbridge"
NO_DATE = "1970-01-01T00:00:00Z"
SEED = bytes(32)


def opened(content: bytes, *, blank_pictures: bool = False) -> OfficeFile:
    return read(content, name="n.docx", options=ReadOptions(blank_pictures=blank_pictures))


def redacted(file: OfficeFile, *values: str) -> tuple[Redacted, bytes]:
    """What becomes of a document in which these values, and what fields say, are replaced."""
    text = file.document.text
    kept = [
        Finding(
            Span(text.index(value), text.index(value) + len(value)), Label.PATIENT, 1.0, "known"
        )
        for value in values
    ]
    found = sorted([*kept, *declared(file.document)], key=lambda one: one.span)
    result = apply(file.document, Resolution(tuple(found)), load_policy("safe-harbor"), seed=SEED)
    result = fitted(file.document, result)
    return result, file.render(file.document, result, id="", patient="")


def member(content: bytes, name: str = "word/document.xml") -> str:
    return unpack(content, what="document")[name].data.decode()


def test_paragraphs_are_read_as_they_are_seen() -> None:
    body = (
        f"<w:p>{run('Ja')}{run('ne')}<w:r><w:tab/></w:r>{run('Doe')}<w:r><w:br/></w:r>{run('x')}</w:p>"
        f"<w:p><w:del>{run('gone', tag='w:delText')}</w:del>{run('kept')}</w:p>"
    )
    lines = opened(docx(body)).document.text.split("\n")
    assert lines[2:6] == ["Jane\tDoe", "x", "kept", "gone"]


def _gone(text: str) -> str:
    return f"<w:del w:id='1'>{run(text, tag='w:delText')}</w:del>"


def _hidden(text: str, value: str = "") -> str:
    return run(text).replace("<w:r>", f"<w:r><w:rPr><w:vanish{value}/></w:rPr>")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{run('Dr Quen')}{_gone('bridge')}", "Dr [PATIENT-1]|"),
        (f"{_gone('Quen')}{run('bridge here')}", "[PATIENT-1]| here"),
        (f"{_gone('Quenx')}<w:ins>{run('Quen')}</w:ins>{run('bridge')}", "Quenx|[PATIENT-1]|"),
        (f"{run('Quen')}{_hidden('xx')}{run('bridge')}", "[PATIENT-1]|xx|"),
        (f"{run('Quen')}{_hidden('bridge')}", "[PATIENT-1]|"),
    ],
)
def test_a_name_that_is_whole_with_or_without_what_is_not_seen_goes(
    before: str, after: str
) -> None:
    file = opened(docx(f"<w:p>{before}</w:p>"))
    body = member(redacted(file, "Quenbridge")[1])
    texts = re.findall(r"<w:(?:t|delText)(?: [^>]*)?(?:/>|>([^<]*)<)", body)
    assert "|".join(texts[1:]) == after


def test_text_that_is_said_not_to_be_hidden_is_read_once() -> None:
    shown = run("Quen") + _hidden("xx", ' w:val="0"') + run("bridge")
    assert opened(docx(f"<w:p>{shown}</w:p>")).document.text.endswith("\nQuenxxbridge")


def test_tables_are_read_below_their_headings() -> None:
    def row(*cells: str) -> str:
        return "<w:tr>" + "".join(cells) + "</w:tr>"

    def cell(text: str, *, wide: int = 1) -> str:
        span = f'<w:tcPr><w:gridSpan w:val="{wide}"/></w:tcPr>'
        return f"<w:tc>{span}<w:p>{run(text)}</w:p></w:tc>"

    head = row(cell("Visit", wide=2), cell("Patient name"), cell("MRN"))
    rows = row(cell("1"), cell("3 March"), cell(f"Otto {CANARY}"), cell("48213377"))
    file = opened(docx(f"<w:tbl>{head}{rows}</w:tbl>"))
    labels = {part.span.of(file.document.text): part.label for part in file.document.parts}
    assert labels[f"Otto {CANARY}"] is Label.PATIENT
    assert labels["48213377"] is Label.MRN
    assert labels["3 March"] is None
    assert file.document.patient == "48213377"
    assert ("name", f"Otto {CANARY}") in file.document.known


def test_what_stands_elsewhere_in_the_document_follows_the_text_of_its_pages() -> None:
    file = opened(
        docx(
            members={
                "word/comments.xml": f"<c {NAMESPACES}>{run('a comment')}</c>",
                "word/header1.xml": f"<h {NAMESPACES}>{run('a header')}</h>",
            }
        )
    )
    places = [part.place for part in file.document.parts if part.span]
    assert places == ["text, paragraph 1", "header 1, paragraph 1", "comments, paragraph 1"]


def test_only_what_was_replaced_differs() -> None:
    body = f"<w:p>{run('Seen Ja')}{run('ne Doe')}{run(' & well')}</w:p><w:p>{run('stable')}</w:p>"
    file = opened(docx(body))
    result, output = redacted(file, "Jane Doe")
    written = result.redactions[0].output_span.of(result.text)
    before = member(file.raw)
    after = member(output)
    assert after == before.replace("Seen Ja<", f"Seen {written}<").replace(">ne Doe<", "><")
    assert list(unpack(output, what="x")) == list(unpack(file.raw, what="x"))


def test_a_document_in_which_nothing_changes_comes_back_to_the_byte() -> None:
    file = opened(docx())
    unchanged = Redacted(file.document.id, file.document.text)
    assert file.render(file.document, unchanged, id="", patient="") == file.raw
    assert list(file.notes()) == [file.document]
    assert file.content(file.document) == file.raw


def test_a_run_that_loses_its_beginning_keeps_its_blank() -> None:
    body = "<w:p><w:r><w:t>Ja</w:t></w:r><w:r><w:t>ne was here</w:t></w:r></w:p>"
    _, output = redacted(opened(docx(body)), "Jane")
    assert '<w:t xml:space="preserve"> was here</w:t>' in member(output)


def test_dates_of_changes_stay_dates() -> None:
    body = f'<w:p><w:ins w:date="2026-03-01T10:00:00Z" w:author="x">{run("a")}</w:ins></w:p>'
    _, output = redacted(opened(docx(body)))
    assert f'w:date="{NO_DATE}"' in member(output)


def test_the_target_of_a_link_stays_one() -> None:
    relation = '<Relationship Id="rId9" Target="mailto:jane@x.org" TargetMode="External"/>'
    _, output = redacted(opened(docx(relations=relation)), "jane@x.org")
    written = member(output, "word/_rels/document.xml.rels")
    assert 'Target="mailto:[PATIENT-1]"' in written
    inner = opened(docx(relations='<Relationship Id="rId9" Target="media/image1.png"/>'))
    assert "image1" not in inner.document.text
    named = opened(docx(relations=f'<Relationship Id="rId9" Target="media/{CANARY}.png"/>'))
    assert CANARY in named.document.text


PICTURE = {"word/media/image1.png": b"\x89PNG" + CANARY.encode()}


def test_a_picture_is_read_as_part_of_the_note() -> None:
    picture = {"word/media/image1.png": saved(drawn(f"Seen with {CANARY} today"))}
    file = opened(docx(members=picture))
    assert file.document.text.endswith(f"Seen with {CANARY} today")
    assert file.document.parts[-1].place == "picture 1, line 1"
    _, output = redacted(file, CANARY)
    again = opened(output).document.text
    assert CANARY not in again
    assert "Seen with" in again


def test_a_picture_without_words_keeps_nobody_from_reading_the_document() -> None:
    file = opened(docx(members={"word/media/image1.png": saved(Image.new("L", (40, 40), 7))}))
    assert file.document.text.strip() == "The knee is stable and the swelling has gone."
    _, output = redacted(file)
    assert opened(output).document.text == file.document.text


def test_a_picture_that_cannot_be_read_is_refused_or_emptied_and_then_told() -> None:
    with pytest.raises(MalformedRecord, match=r"picture 1: the picture is damaged"):
        opened(docx(members=PICTURE))
    file = opened(docx(members=PICTURE), blank_pictures=True)
    assert file.document.removed == ("picture 1",)
    _, output = redacted(file)
    assert unpack(output, what="document")["word/media/image1.png"].data == BLANK["png"]
    assert opened(output, blank_pictures=True).document.removed == ()


def test_what_cannot_be_examined_is_removed_where_the_policy_says_so() -> None:
    members = {**PICTURE, "word/media/image2.emf": CANARY, "word/embeddings/oleObject1.bin": CANARY}
    with pytest.raises(UnsupportedFormat, match=r"embedded object.*cannot be examined"):
        opened(docx(members={"word/embeddings/oleObject1.bin": CANARY}))
    removing = ReadOptions(unexamined=Unexamined.REMOVE)
    file = read(docx(members=members), name="n.docx", options=removing)
    assert sorted(file.document.removed) == [
        f"{place}, all of it, which could not be examined"
        for place in ("embedded file 1", "picture 1", "picture 2")
    ]
    _, output = redacted(file)
    written = unpack(output, what="document")
    assert written["word/media/image1.png"].data == BLANK["png"]
    assert written["word/media/image2.emf"].data == BLANK["emf"]
    assert written["word/embeddings/oleObject1.bin"].data == b""


def test_the_blank_pictures_are_pictures() -> None:
    image = pytest.importorskip("PIL.Image")
    for suffix in ("png", "gif", "jpg", "tif", "emf", "wmf"):
        assert image.open(io.BytesIO(BLANK[suffix])).size[0] <= 1000


@pytest.mark.parametrize(
    ("content", "error", "told"),
    [
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), UnsupportedFormat, "encrypted"),
        (lambda: b"PK\x03\x04" + CANARY.encode(), MalformedRecord, "damaged"),
        (lambda: b"", MalformedRecord, "damaged"),
        (
            lambda: docx(members={f"word/{CANARY}.xml": "<a/>"}),
            UnsupportedFormat,
            "unusual name",
        ),
        (
            lambda: docx(members={"word/embeddings/oleObject1.bin": b"\xd0\xcf" + bytes(9)}),
            UnsupportedFormat,
            "embedded object",
        ),
        (
            lambda: docx(
                members={"word/vbaProject.bin": b"x"},
                types='<Override PartName="/word/vbaProject.bin" '
                'ContentType="application/vnd.ms-office.vbaProject"/>',
            ),
            UnsupportedFormat,
            "macros",
        ),
        (
            lambda: docx(members={"word/fonts/font1.odttf": b"x"}),
            UnsupportedFormat,
            "unknown kind",
        ),
        (
            lambda: docx(members={"word/embeddings/package1.docx": docx(members=PICTURE)}),
            MalformedRecord,
            "embedded file 1: picture 1: the picture is damaged",
        ),
        (
            lambda: docx(members={"word/header1.xml": f"<!DOCTYPE a><a>{CANARY}</a>"}),
            MalformedRecord,
            "DOCTYPE",
        ),
    ],
)
def test_what_cannot_be_examined_is_refused(
    content: Callable[[], bytes], error: type[InputError], told: str
) -> None:
    with pytest.raises(error, match=told) as caught:
        opened(content())
    assert CANARY not in str(caught.value)


def test_a_document_without_a_list_of_kinds_or_without_text_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("word/document.xml", "<a/>")
    with pytest.raises(MalformedRecord, match="damaged"):
        opened(stream.getvalue())
    empty = f"<w:document {NAMESPACES}><w:body/></w:document>"
    blank = docx(members={"word/document.xml": empty})
    with pytest.raises(EmptyNote, match="no text"):
        opened(blank)


@given(st.data())
def test_nothing_but_our_own_errors_comes_of_a_changed_document(data: st.DataObject) -> None:
    text = f"<w:document xmlns:w='u'><w:body>{PLAIN}</w:body></w:document>"
    at = data.draw(st.integers(0, len(text)))
    piece = data.draw(st.text(st.sampled_from("<>/w:tp'\"=&; x"), max_size=8))
    changed = text[:at] + piece + text[at + data.draw(st.integers(0, 8)) :]
    with suppress(DeidError):
        file = opened(docx(members={"word/document.xml": changed}))
        size = len(file.document.text)
        edges = sorted(data.draw(st.tuples(st.integers(0, size), st.integers(0, size))))
        finding = Finding(Span(*edges), Label.PATIENT, 1.0, "known")
        spans = [one.span for one in file.document.parts]
        if finding.span and any(one.covers(finding.span) for one in spans):
            policy = load_policy("safe-harbor")
            result = apply(file.document, Resolution((finding,)), policy, seed=SEED)
            result = fitted(file.document, result)
            output = file.render(file.document, result, id="", patient="")
            assert "".join(part_texts(file.document, result)) != ""
            assert read_markup(member(output).encode()).places


def test_the_patient_of_a_document_is_not_known_by_it() -> None:
    document = opened(docx()).document
    assert isinstance(document, Document)
    assert (document.patient, document.known) == ("", ())


def test_what_lies_beside_the_parts_never_comes_back() -> None:
    stream = io.BytesIO(docx(members={"word/printerSettings/printerSettings1.bin": CANARY}))
    with zipfile.ZipFile(stream, "a") as made:
        made.comment = CANARY.encode()
        made.writestr(f"{CANARY}/", b"")
    file = opened(stream.getvalue())
    result, output = redacted(file)
    assert not result.redactions
    assert CANARY.encode() not in output
    assert opened(output).document.text == file.document.text


@pytest.mark.parametrize(
    "markup",
    [
        '<w:bookmarkStart w:id="0" w:name="{}"/>',
        '<w:fldChar><w:ffData><w:name w:val="{}"/></w:ffData></w:fldChar>',
        '<w:ddList><w:listEntry w:val="{}"/></w:ddList>',
        '<w:smartTagPr><w:attr w:name="x" w:val="{}"/></w:smartTagPr>',
        '<w:tblPr><w:tblCaption w:val="{}"/></w:tblPr>',
        '<w:lvl><w:lvlText w:val="{}"/></w:lvl>',
        '<wp:docPr id="1" name="{}"/>',
    ],
)
@pytest.mark.parametrize("word", ["quenbridge", "48021377"])
def test_a_name_that_looks_like_a_word_of_the_format_is_examined(markup: str, word: str) -> None:
    assert word in opened(docx(f"<w:p>{markup.format(word)}</w:p>")).document.text


def test_names_that_programs_give_are_no_parts() -> None:
    body = (
        '<w:bookmarkStart w:id="48021377" w:name="_Toc48021377"/>'
        '<v:shape id="_x0000_s1026"/><wp:docPr id="48021377" name="Picture 1"/>'
    )
    assert "48021377" not in opened(docx(f"<w:p>{body}</w:p>")).document.text


def test_the_date_of_a_control_stays_a_date() -> None:
    stamp = "2026-03-01T00:00:00Z"
    file = opened(docx(f'<w:sdt><w:sdtPr><w:date w:fullDate="{stamp}"/></w:sdtPr></w:sdt>'))
    _, output = redacted(file)
    assert f'w:fullDate="{NO_DATE}"' in member(output)


def test_a_value_like_many_names_of_versions_is_looked_at_once() -> None:
    body = f'<w:p><w:r><w:sz w:val="{"w10" * 5000}!"/></w:r></w:p>'
    assert "w10!" in opened(docx(body)).document.text


@pytest.mark.parametrize(
    ("program", "is_part"),
    [
        ("LibreOffice/7.4.7.2$Linux_X86_64 LibreOffice_project/40$Build-2", False),
        (f"LibreOffice/7.4.7.2 of {CANARY}", True),
    ],
)
def test_the_program_that_wrote_a_document_is_told_by_its_own_words(
    program: str, *, is_part: bool
) -> None:
    properties = f"<Properties><Application>{program}</Application></Properties>"
    text = opened(docx(members={"docProps/app.xml": properties})).document.text
    assert (program in text) is is_part


def test_a_document_that_unpacks_to_a_long_note_is_refused() -> None:
    content = docx(f"<w:p>{run('stable ' * 500)}</w:p>")
    with pytest.raises(NoteTooLarge, match="longer than 2000 bytes"):
        read(content, name="n.docx", options=ReadOptions(max_note_bytes=2000))


def test_blanks_stay_at_the_edges_of_new_texts_and_nowhere_else() -> None:
    bare = "<w:r><w:t>Jane</w:t></w:r><w:r><w:t> Doe was seen</w:t></w:r>"
    other = (
        "<w:p><w:r><w:t> as before</w:t></w:r><w:r><w:t><![CDATA[<w:t> said]]></w:t></w:r></w:p>"
    )
    file = opened(docx(f"<w:p>{bare}</w:p>{other}"))
    _, output = redacted(file, "Jane Doe")
    assert '<w:t xml:space="preserve"> was seen</w:t>' in member(output)
    assert other in member(output)


def test_a_name_of_an_embedded_file_that_a_person_gave_is_refused() -> None:
    name = f"word/embeddings/Microsoft_Excel_{CANARY}.docx"
    with pytest.raises(UnsupportedFormat, match="unusual name") as caught:
        opened(docx(members={name: docx()}))
    assert CANARY not in str(caught.value)


def test_names_of_elements_of_other_programs_are_examined_and_refused_where_they_identify() -> None:
    body = '<q:Quenbridge xmlns:q="http://example.org/" q:hasKnee="1"/>'
    file = opened(docx(body))
    assert file.document.text.endswith("\nQuenbridge\nhasKnee")
    assert redacted(file)[1] == file.raw
    with pytest.raises(OutputError, match="another program") as caught:
        redacted(file, "Quenbridge")
    assert "Quenbridge" not in str(caught.value)
