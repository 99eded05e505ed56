import codecs
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deid.datatypes import Document, Redacted
from deid.errors import (
    BinaryInput,
    DuplicateId,
    EmptyNote,
    EncodingError,
    MalformedRecord,
    NoteTooLarge,
    OutputError,
)
from deid.formats import ReadOptions, Unreadable
from deid.formats.jsonl import JsonLinesFile, read

CANARY = "Quenbridge"
GOOD = b'{"id": "a", "text": "Seen today."}\n'


def opened(content: bytes, *, max_note_bytes: int = 1000) -> JsonLinesFile:
    return read(content, name="n.jsonl", options=ReadOptions(max_note_bytes=max_note_bytes))


def output(file: JsonLinesFile, *, patient: str = "") -> bytes:
    documents = [note for note in file.notes() if isinstance(note, Document)]
    lines = [
        file.render(d, Redacted(d.id, d.text), id=d.id, patient=patient and d.patient)
        for d in documents
    ]
    return file.head + b"".join(lines)


unicode_text = st.text(st.characters(exclude_categories=["Cs"]))
records = st.lists(
    st.tuples(unicode_text.filter(str.strip), unicode_text, st.none() | unicode_text.filter(bool)),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row[0],
)


@given(
    records,
    st.booleans(),
    st.sampled_from([(", ", ": "), (",", ":")]),
    st.sampled_from([b"\n", b"\r\n"]),
)
def test_lines_of_common_writers_come_back_to_the_byte(
    rows: list[tuple[str, str, str | None]],
    escapes: bool,
    separators: tuple[str, str],
    end: bytes,
) -> None:
    lines = []
    for name, text, patient in rows:
        fields = {"text": "x" + text.translate(dict.fromkeys([*range(9), *range(14, 32), 127]))}
        fields |= {"id": name} | ({"patient": patient} if patient else {})
        lines.append(json.dumps(fields, ensure_ascii=escapes, separators=separators).encode())
    content = end.join(lines)
    assert output(opened(content), patient="keep") == content


@pytest.mark.parametrize("written", ["\x7f", "\\u007f"])
def test_a_line_keeps_its_way_with_a_sign_that_only_some_writers_escape(written: str) -> None:
    content = f'{{"id": "a{written}", "text": "x"}}\n'.encode()
    assert output(opened(content)) == content


def test_order_of_keys_mark_line_ends_and_missing_last_end_are_kept() -> None:
    content = codecs.BOM_UTF8 + b'{"text":"one","id":"a"}\r\n{"id": "b", "text": "two"}'
    file = opened(content)
    assert output(file) == content
    documents = [note for note in file.notes() if isinstance(note, Document)]
    assert file.head + b"".join(map(file.content, documents)) == content
    assert list(file.pieces(content)) == [file.content(document) for document in documents]
    assert [file.line(document) for document in documents] == [1, 2]


def test_a_changed_note_keeps_the_form_of_its_line() -> None:
    file = opened(b'{"text":"caf\\u00e9","patient":"P1","id":"a"}\n')
    (document,) = file.notes()
    assert isinstance(document, Document)
    assert document == Document(id="a", text="café", patient="P1")
    rendered = file.render(document, Redacted("a", "ø"), id="note-1", patient="k")
    assert rendered == b'{"text":"\\u00f8","patient":"k","id":"note-1"}\n'


def test_the_patient_key_is_left_out_unless_a_new_one_is_given() -> None:
    file = opened(b'{"id": "a", "patient": "P1", "text": "one"}\n')
    assert output(file) == b'{"id": "a", "text": "one"}\n'


def test_blank_lines_are_no_notes_and_are_counted() -> None:
    with pytest.raises(MalformedRecord, match="line 4 "):
        opened(GOOD + b"\n  \r\n" + b"{\n")
    assert len(list(opened(GOOD + b"\n\n").notes())) == 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (f'{{"id": "b", "text": "{CANARY}"', "line 2 is not valid JSON at column 3"),
        (CANARY, "line 2 is not valid JSON at column 1"),
        (f'["{CANARY}"]', "line 2 is not an object"),
        (f'{{"text": "{CANARY}"}}', "line 2: the key `id` is missing"),
        (f'{{"id": "{CANARY}"}}', "line 2: the key `text` is missing"),
        (f'{{"id": 7, "text": "{CANARY}"}}', "line 2: the value of `id` is not a string"),
        (f'{{"id": "b", "text": ["{CANARY}"]}}', "line 2: the value of `text` is not a string"),
        (f'{{"id": "b", "text": "", "patient": null, "x": "{CANARY}"}}', "line 2: the value of"),
        (f'{{"id": "b", "text": "", "note_date": "{CANARY}"}}', "the key `note_date` is not one"),
        (f'{{"id": "b", "text": "", "{CANARY}": ""}}', "line 2: a key is not one of id, text"),
        (f'{{"id": "b", "id": "c", "text": "{CANARY}"}}', "line 2: a key stands twice"),
        (f'{{"id": " ", "text": "{CANARY}"}}', "line 2: `id` is empty"),
        ("[" * 100_000, "line 2 is not valid JSON"),
        ("1" * 5_000, "line 2 is not valid JSON"),
    ],
)
def test_malformed_lines_are_named_by_number_without_their_content(line: str, message: str) -> None:
    with pytest.raises(MalformedRecord) as caught:
        opened(GOOD + line.encode())
    assert message in str(caught.value)
    assert CANARY not in str(caught.value)


def test_other_keys_are_dropped_where_that_is_asked_for() -> None:
    content = b'{"id": "a", "spans": [{"x": 1}], "text": "one", "Quenbridge": null}\n'
    file = read(content, name="n.jsonl", options=ReadOptions(drop_keys=True))
    assert output(file) == b'{"id": "a", "text": "one"}\n'


def test_repeated_ids_are_refused_with_both_lines() -> None:
    with pytest.raises(DuplicateId, match="lines 1 and 3") as caught:
        opened(f'{{"id":"{CANARY}","text":"x"}}\n\n{{"id":"{CANARY}","text":"y"}}'.encode())
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        rb'{"id": "b", "text": "Quenbridge \ud800"}',
        rb'{"id": "b\udfff", "text": "Quenbridge"}',
        b'{"id": "b", "text": "Quenbridge \xff"}',
    ],
)
def test_half_surrogates_and_other_encodings_are_refused_with_the_line(line: bytes) -> None:
    with pytest.raises(EncodingError, match="line 2") as caught:
        opened(GOOD + line)
    assert CANARY not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind"),
    [(r" \n", EmptyNote), ("", EmptyNote), (r"a\u0000", BinaryInput), ("x" * 51, NoteTooLarge)],
)
def test_a_note_that_cannot_be_examined_leaves_the_others(text: str, kind: type[Exception]) -> None:
    content = f'{{"id": "b", "text": "{text}"}}\n'.encode() + GOOD
    bad, good = opened(content, max_note_bytes=50).notes()
    assert isinstance(bad, Unreadable)
    assert (bad.line, type(bad.error)) == (1, kind)
    assert good == Document(id="a", text="Seen today.")


def test_a_file_without_notes_is_refused() -> None:
    with pytest.raises(MalformedRecord, match="no note"):
        opened(b"\n\n")


def test_a_replacement_that_is_no_unicode_is_refused() -> None:
    file = opened(b'{"id": "a", "text": "\xc3\xb8"}\n')
    (document,) = file.notes()
    assert isinstance(document, Document)
    with pytest.raises(OutputError, match="no valid Unicode"):
        file.render(document, Redacted("a", "\ud800"), id="a", patient="")


def test_a_line_of_five_megabytes_is_read() -> None:
    text = "Stable. " * 650_000
    file = opened(json.dumps({"id": "a", "text": text}).encode(), max_note_bytes=10_000_000)
    assert next(file.notes()) == Document(id="a", text=text)
