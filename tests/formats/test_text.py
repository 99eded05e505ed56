import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Redacted
from deid.errors import BinaryInput, EmptyNote, EncodingError, NoteTooLarge, OutputError
from deid.formats import ReadOptions
from deid.formats.text import TextForm, decode, encode, read

CANARY = "Quenbridge"


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b"Seen today.\r\nStable.\n", TextForm("utf-8")),
        ("Müller, 34°".encode(), TextForm("utf-8")),
        (codecs.BOM_UTF8 + "Müller".encode(), TextForm("utf-8", codecs.BOM_UTF8)),
        ("\ufeffMüller \U0001f600".encode("utf-16-le"), TextForm("utf-16-le", codecs.BOM_UTF16_LE)),
        ("\ufeffMüller".encode("utf-16-be"), TextForm("utf-16-be", codecs.BOM_UTF16_BE)),
        ("\ufeffMüller".encode("utf-32-le"), TextForm("utf-32-le", codecs.BOM_UTF32_LE)),
        (b"na\xefve \x93quoted\x94", TextForm("cp1252")),
    ],
)
def test_encoding_is_found_and_bytes_come_back(content: bytes, form: TextForm) -> None:
    text, found = decode(content)
    assert found == form
    assert not text.startswith("\ufeff")
    assert encode(text, found) == content


def test_line_ends_are_not_touched() -> None:
    text, _ = decode(b"a\r\nb\nc\rd\x0b\x0ce")
    assert text == "a\r\nb\nc\rd\x0b\x0ce"


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-16", "latin-1", "utf-7"]))
def test_whatever_is_accepted_is_reversible(content: bytes, encoding: str | None) -> None:
    try:
        text, form = decode(content, encoding=encoding)
    except (EncodingError, BinaryInput, EmptyNote):
        return
    assert encode(text, form) == content


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_text_in_a_marked_or_common_encoding_is_read_as_written(text: str, codec: str) -> None:
    content = text.encode(codec)
    try:
        found, form = decode(content)
    except EmptyNote:
        return
    # A mark within plain UTF-8 is the file's own mark.
    assert found == (text if codec != "utf-8" else text.removeprefix("\ufeff"))
    assert encode(found, form) == content


@pytest.mark.parametrize("encoding", ["utf-16", "UTF16", "utf-16-le"])
def test_a_named_encoding_keeps_the_byte_order_mark(encoding: str) -> None:
    content = "\ufeffMüller".encode("utf-16-le")
    text, form = decode(content, encoding=encoding)
    assert (text, form.mark) == ("Müller", codecs.BOM_UTF16_LE)


def test_named_encodings_without_a_mark() -> None:
    assert decode("Müller".encode("utf-16-le"), encoding="utf-16")[0] == "Müller"
    assert decode(b"M\x81ller", encoding="cp437")[0] == "Müller"
    assert decode("Müller".encode(), encoding="utf-8-sig")[0] == "Müller"


@pytest.mark.parametrize(
    "content",
    [
        f"{CANARY} Müller ".encode() + b"na\xefve",  # mixed: a valid pair and a lone byte
        f"{CANARY} caf".encode() + b"\x81",  # undefined in Windows-1252
        codecs.BOM_UTF8 + CANARY.encode() + b"\xff",
        codecs.BOM_UTF16_LE + CANARY.encode("utf-16-le") + b"\x00\xd8",  # half a pair at the end
        codecs.BOM_UTF16_LE + CANARY.encode("utf-16-le") + b"x",  # odd number of bytes
    ],
)
def test_wrong_and_mixed_encodings_are_refused(content: bytes) -> None:
    with pytest.raises(EncodingError, match="--encoding") as caught:
        decode(content)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("encoding", ["no-such-codec", "rot13", "base64"])
def test_names_of_no_text_encoding_are_refused(encoding: str) -> None:
    with pytest.raises(EncodingError, match="no such text encoding"):
        decode(b"Seen today.", encoding=encoding)


def test_a_wrong_encoding_name_is_refused() -> None:
    with pytest.raises(EncodingError, match=r"not ascii \(byte 3\)"):
        decode("abcü".encode(), encoding="ascii")


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        f"{CANARY}\x00".encode(),
        f"{CANARY}\x1b[31m".encode(),
        f"{CANARY}\x07 na".encode() + b"\xefve",
        CANARY.encode("utf-16-le"),
        codecs.BOM_UTF16_LE + f"{CANARY}\x00".encode("utf-16-le"),
    ],
)
def test_binary_content_is_refused(content: bytes) -> None:
    with pytest.raises(BinaryInput, match="control bytes") as caught:
        decode(content)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b" \r\n\t\n", codecs.BOM_UTF8, "\u200b\u00a0\n".encode()])
def test_empty_and_blank_notes_are_refused(content: bytes) -> None:
    with pytest.raises(EmptyNote, match="no text"):
        decode(content)


def test_long_notes_are_refused_and_the_limit_is_named() -> None:
    assert decode(b"x" * 100, max_bytes=100)[0] == "x" * 100
    with pytest.raises(NoteTooLarge, match="100 bytes"):
        decode(b"x" * 101, max_bytes=100)


def test_a_replacement_outside_the_encoding_is_refused() -> None:
    note = read(b"na\xefve", name="a.txt", options=ReadOptions())
    document = note.document
    assert document.id == "a.txt"
    assert note.render(document, Redacted("a.txt", "\xe9"), id="b.txt", patient="") == b"\xe9"
    with pytest.raises(OutputError, match="cp1252") as caught:
        note.render(document, Redacted("a.txt", "Ł"), id="b.txt", patient="")
    assert "Ł" not in str(caught.value)


def test_the_output_begins_with_the_mark_of_the_input() -> None:
    content = codecs.BOM_UTF16_BE + "note".encode("utf-16-be")
    note = read(content, name="a.txt", options=ReadOptions())
    document = note.document
    assert list(note.notes()) == [document]
    assert note.content(document) == content
    assert (
        note.head + note.render(document, Redacted("", document.text), id="", patient="") == content
    )
