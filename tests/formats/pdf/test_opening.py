"""How PDF files are opened, and written anew."""

from __future__ import annotations

import io
import zlib

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from deid.errors import InputError, MalformedRecord, NoteTooLarge, UnsupportedFormat
from deid.formats import ReadOptions
from deid.formats.pdf import opening
from deid.formats.pdf.objects import examine
from deid.formats.pdf.opening import open_pdf, save
from tests.formats.pdf.objects import new_pdf, page_of, written

OPTIONS = ReadOptions()


def _saved(pdf: pikepdf.Pdf, **how: object) -> bytes:
    output = io.BytesIO()
    pdf.save(output, **how)  # type: ignore[arg-type]
    return output.getvalue()


def test_a_password_is_refused() -> None:
    locked = pikepdf.Encryption(user="open", owner="own")
    with pytest.raises(UnsupportedFormat, match="password"):
        open_pdf(_saved(new_pdf(), encryption=locked), OPTIONS)


def test_a_document_that_opens_without_a_password_is_written_without_encryption() -> None:
    restricted = pikepdf.Encryption(user="", owner="own", allow=pikepdf.Permissions(extract=False))
    output = save(open_pdf(_saved(new_pdf(), encryption=restricted), OPTIONS))
    assert b"/Encrypt" not in output
    assert not pikepdf.open(io.BytesIO(output)).is_encrypted


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content[: len(content) // 2],
        lambda content: content.replace(b"startxref", b"startxxxx"),
        lambda content: b"%PDF-1.4\n",
        lambda content: b"no PDF",
        lambda content: b"",
    ],
    ids=["cut off", "no table", "head alone", "another kind", "empty"],
)
def test_damaged_documents_are_refused(spoil: object) -> None:
    with pytest.raises(InputError):
        open_pdf(spoil(written(new_pdf())), OPTIONS)  # type: ignore[operator]


def test_too_many_objects_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "MAX_OBJECTS", 2)
    with pytest.raises(NoteTooLarge, match="objects"):
        open_pdf(written(new_pdf()), OPTIONS)


def test_a_stream_that_unpacks_to_too_much_is_refused() -> None:
    pdf = new_pdf()
    bomb = pikepdf.Stream(pdf, zlib.compress(bytes(300 << 20), 9))
    bomb.Filter = Name.FlateDecode
    page_of(pdf).Resources.Font.F1.ToUnicode = pdf.make_indirect(bomb)
    document = open_pdf(_saved(pdf, compress_streams=False), OPTIONS)
    with pytest.raises(MalformedRecord):
        examine(document, OPTIONS)


def test_the_same_document_gives_the_same_bytes() -> None:
    content = written(new_pdf())
    assert save(open_pdf(content, OPTIONS)) == save(open_pdf(content, OPTIONS))


def test_what_is_written_is_clean() -> None:
    pdf = new_pdf()
    pdf.Root.Lang = pikepdf.String("en")
    content = written(pdf) + b"\n% behind the end"
    output = save(open_pdf(content, OPTIONS))
    assert output.endswith(b"%%EOF\n")
    assert output.count(b"%%EOF") == 1
    assert b"behind" not in output
    assert save(open_pdf(output, OPTIONS)) == output


def test_a_document_in_object_streams_reads_the_same() -> None:
    pdf = new_pdf()
    pdf.trailer.Info = pdf.make_indirect(Dictionary(Title=pikepdf.String("Seen today")))
    plain = written(pdf)
    packed = _saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    texts = [
        [text.text for text in examine(open_pdf(one, OPTIONS), OPTIONS).texts]
        for one in (plain, packed)
    ]
    assert texts == [["Seen today"], ["Seen today"]]
