"""Files that lie in files: their parts in the outer note, and back to their own bytes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Finding, Redacted, Resolution, Span
from deid.errors import InputError, NoteTooLarge, UnsupportedFormat
from deid.formats import MAX_DEPTH, ReadOptions
from deid.formats.nested import INSTEAD, open_nested, suffix_of
from deid.formats.pictures import BLANK
from deid.labels import Label
from deid.parts import Assembly, part_texts, within_parts
from deid.policy import Unexamined, load_policy
from deid.redact.apply import apply

SEED = bytes(32)
TABLE = b'name,result\r\n"Doe, Jane",stable\r\n\r\nRoe,"well\r\nand ""up"""\r\n'


@pytest.mark.parametrize(
    ("content", "declared", "suffix"),
    [
        (b"%PDF-1.7", ".txt", ".pdf"),
        (b" {\\rtf1 x}", "", ".rtf"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", ".xml", ".html"),
        (b"<?xml version='1.0'?><a/>", "", ".xml"),
        (b"<?xml version='1.0'?><a/>", ".txt", ".xml"),
        (b"MSH|^~\\&|", ".txt", ".hl7"),
        (b"plain text", ".txt", ".txt"),
        (b"\xff\xd8\xff", "", ".jpg"),
        (b"\x89PNG\r\n\x1a\n", ".txt", ".png"),
        (b"BM6\x03\0\0\0\0\0\0", "", ".bmp"),
        (b"BMI 23 today", "", ""),
        (b"II*\0", "", ".tif"),
        (b"GIF89a", "", ".gif"),
        (b"\0\1", "", ""),
    ],
)
def test_bytes_go_before_what_is_declared(content: bytes, declared: str, suffix: str) -> None:
    assert suffix_of(content, declared=declared) == suffix


@settings(max_examples=40)
@given(st.data())
def test_what_is_replaced_in_the_outer_note_is_replaced_in_the_inner_file(
    data: st.DataObject,
) -> None:
    nested = open_nested(TABLE, suffix=".csv", place="OBX-5", options=ReadOptions())
    text = open_nested(b"Doe is well", suffix=".txt", place="OBX-6", options=ReadOptions())
    assembly = Assembly(between="")
    assembly.add("before", "OBX-3")
    nested.add_to(assembly, "OBX-5", lead="\nTable: ")
    text.add_to(assembly, "OBX-6", lead="\nText: ")
    outer = assembly.document("a note")
    assert len(outer.parts) == 1 + nested.size + text.size
    assert outer.parts[1].place == "OBX-5, line 1, column 1"
    edges = sorted(data.draw(st.sets(st.integers(0, len(outer.text)), max_size=8)))
    spans = [Span(a, b) for a, b in zip(edges[::2], edges[1::2], strict=False)]
    kept = tuple(Finding(span, Label.PERSON, 0.9, "model:0") for span in spans)
    resolution = within_parts(outer, Resolution(kept))
    redacted = apply(outer, resolution, load_policy("safe-harbor"), seed=SEED)
    after = part_texts(outer, redacted)
    output = nested.render(outer, redacted, first=1)
    again = open_nested(output, suffix=".csv", place="", options=ReadOptions())
    read = [part.span.of(note.text) for note in again.notes for part in note.parts]
    assert tuple(read) == after[1 : 1 + nested.size]
    assert text.render(outer, redacted, first=1 + nested.size).decode() == after[-1]
    before = tuple(part.span.of(outer.text) for part in outer.parts)
    if after[1 : 1 + nested.size] == before[1 : 1 + nested.size]:
        assert output == TABLE


def test_what_is_known_inside_comes_out() -> None:
    nested = open_nested(b"mrn,name\n7712,Doe\n", suffix=".csv", place="x", options=ReadOptions())
    assert list(nested.known) == [("mrn", "7712"), ("name", "Doe")]


@pytest.mark.parametrize(
    ("content", "suffix", "error", "told"),
    [
        (b"Jane\x00", ".txt", InputError, "^the attachment: the file holds NUL"),
        (b"Jane", ".exe", UnsupportedFormat, "^the attachment: no reader"),
        (b'{"id": "a"}', ".jsonl", InputError, "^the attachment: line 1"),
        (b'{"id": "a", "text": ""}', ".jsonl", InputError, "^the attachment, line 1: "),
        (b"Jane" * 9, ".txt", NoteTooLarge, "^the attachment: what lies there is longer than 32"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_place(
    content: bytes, suffix: str, error: type[Exception], told: str
) -> None:
    options = ReadOptions(max_note_bytes=32)
    with pytest.raises(error, match=told) as caught:
        open_nested(content, suffix=suffix, place="the attachment", options=options)
    assert "Jane" not in str(caught.value)


def test_a_file_that_carries_others_may_be_longer_than_a_note() -> None:
    content = b"{\\rtf1\\ansi " + b"{\\*\\themedata 00}" * 40 + b"Jane}"
    options = ReadOptions(max_note_bytes=len(content) // 2)
    nested = open_nested(content, suffix=".rtf", place="x", options=options)
    assert [note.text.strip() for note in nested.notes] == ["Jane"]


def test_files_lie_in_files_only_so_deep() -> None:
    options = ReadOptions(depth=MAX_DEPTH)
    with pytest.raises(UnsupportedFormat, match="more than 5 deep"):
        open_nested(b"Jane", suffix=".txt", place="x", options=options)


def test_a_name_over_parts_of_the_inner_file_is_one_outside() -> None:
    page = b"<p>Ja<b>ne</b> Doe</p>"
    nested = open_nested(page, suffix=".html", place="x", options=ReadOptions())
    assembly = Assembly(between="")
    nested.add_to(assembly, "x")
    outer = assembly.document("a note")
    assert [part.goes_on for part in outer.parts] == [False, True, True]
    at = outer.text.index("Jane Doe")
    kept = (Finding(Span(at, at + len("Jane Doe")), Label.PATIENT, 0.9, "model:0"),)
    redacted = apply(outer, Resolution(kept), load_policy("safe-harbor"), seed=SEED)
    assert nested.render(outer, redacted, first=0) == b"<p>[PATIENT-1]<b></b></p>"


def test_what_an_inner_file_loses_is_told_of_the_outer_one() -> None:
    line = b'{"id": "1", "text": "well", "key": "Doe"}\n'
    options = ReadOptions(drop_keys=True)
    nested = open_nested(line, suffix=".jsonl", place="OBX-5", options=options)
    assembly = Assembly(between="")
    assembly.remove("printer settings")
    nested.add_to(assembly, "OBX-5")
    removed = ("printer settings", "OBX-5, other keys of the line")
    assert assembly.document("a note").removed == removed


@pytest.mark.parametrize(
    ("suffix", "content", "words"),
    [
        ("", b"\0\1", "kind that cannot be examined"),
        (".png", b"\x89PNG\r\n\x1a\n", "damaged"),
        (".docx", b"PK", "damaged"),
    ],
)
def test_what_cannot_be_examined_is_refused_or_removed_and_told(
    suffix: str, content: bytes, words: str
) -> None:
    with pytest.raises(InputError, match=words) as refused:
        open_nested(content, suffix=suffix, place="picture 3", options=ReadOptions())
    assert str(refused.value).startswith("picture 3: ")
    removing = ReadOptions(unexamined=Unexamined.REMOVE)
    file = open_nested(content, suffix=suffix, place="picture 3", options=removing)
    assembly = Assembly(between="")
    assembly.add("x", "here")
    file.add_to(assembly, "picture 3")
    document = assembly.document("n")
    assert document.text == "x"
    assert document.removed == ("picture 3, all of it, which could not be examined",)
    output = file.render(document, Redacted("n", document.text), first=1)
    assert output == BLANK["png"] if suffix == ".png" else INSTEAD
