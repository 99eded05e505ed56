from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deid.datatypes import Document, Finding, Redacted, Resolution, Span
from deid.errors import (
    BinaryInput,
    DeidError,
    EmptyNote,
    MalformedRecord,
    NoteTooLarge,
    OutputError,
)
from deid.formats import ReadOptions, Unreadable, max_file_bytes
from deid.formats.columns import COLUMNS, column_of
from deid.formats.delimited import DelimitedFile, read
from deid.labels import Label
from deid.parts import declared, part_texts
from deid.policy import load_policy
from deid.redact.apply import apply

SEED = bytes(32)
CANARY = "Quenbridge"


def opened(text: str, *, name: str = "n.csv", max_note_bytes: int = 1000) -> DelimitedFile:
    options = ReadOptions(max_note_bytes=max_note_bytes)
    return read(text.encode(), name=name, options=options)


def documents(file: DelimitedFile) -> list[Document]:
    return [note for note in file.notes() if isinstance(note, Document)]


def cells(file: DelimitedFile) -> list[list[str]]:
    return [[part.span.of(note.text) for part in note.parts] for note in documents(file)]


def unchanged(file: DelimitedFile) -> bytes:
    notes = documents(file)
    pieces = [file.render(n, Redacted(n.id, n.text), id=n.id, patient="") for n in notes]
    return file.head + b"".join(pieces)


cell = st.text(st.sampled_from('ab ,;|\t"\né'), max_size=6)
rows = st.lists(st.lists(cell, min_size=1, max_size=4), min_size=1, max_size=5)


@given(
    rows,
    st.sampled_from(",;\t|"),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_common_writers_write_is_read_as_it_was_and_comes_back_to_the_byte(
    table: list[list[str]], delimiter: str, end: str, quoting: int
) -> None:
    if not any(value.strip() for row in table for value in row):
        return
    stream = io.StringIO(newline="")
    csv.writer(
        stream,
        delimiter=delimiter,
        lineterminator=end,
        quoting=quoting,  # type: ignore[arg-type]
    ).writerows(table)
    file = opened(f"sep={delimiter}{end}{stream.getvalue()}")
    filled = [row for row in table if any(value.strip() for value in row)]
    assert cells(file) == filled
    assert unchanged(file) == f"sep={delimiter}{end}{stream.getvalue()}".encode()


@given(st.text(st.sampled_from('a,"\n\r b'), min_size=1))
@example('a"b,c\n')
@example("a\rb\r")
def test_what_is_read_at_all_is_read_as_python_reads_it(text: str) -> None:
    try:
        file = opened(text)
    except (MalformedRecord, EmptyNote):
        return
    expected = [
        row
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=file.delimiter)
        if any(value.strip() for value in row)
    ]
    assert cells(file) == expected


@given(rows, st.data())
def test_only_what_was_replaced_differs(table: list[list[str]], data: st.DataObject) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream).writerows([["x", "y", "z"], *table])
    file = opened("sep=,\n" + stream.getvalue())
    policy = load_policy("safe-harbor")
    pieces = [file.head]
    expected: list[list[str]] = []
    for note in documents(file):
        size = len(note.text)
        edges = sorted(data.draw(st.sets(st.integers(0, size), max_size=4)))
        kept = []
        for start, end in pairwise(edges):
            span = Span(start, end)
            if any(part.span.covers(span) for part in note.parts) and not kept:
                kept.append(Finding(span, Label.PATIENT, 1.0, "known"))
        redacted = apply(note, Resolution(tuple(kept)), policy, seed=SEED)
        pieces.append(file.render(note, redacted, id=note.id, patient=""))
        expected.append(list(part_texts(note, redacted)))
    assert cells(read(b"".join(pieces), name="n.csv", options=ReadOptions())) == expected


@given(st.binary(max_size=60))
def test_nothing_but_our_own_errors_comes_of_any_bytes(content: bytes) -> None:
    try:
        file = read(content, name="n.csv", options=ReadOptions())
    except DeidError:
        return
    assert unchanged(file) == content


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b\n1,2\n", ","),
        ("a;b\n1,5;2\n1,7;3\n", ";"),
        ("a\tb, c\n1\t2\n", "\t"),
        ("a|b\n1|2\n", "|"),
        ("one column\nonly\n", ","),
    ],
)
def test_the_delimiter_is_found_out(text: str, delimiter: str) -> None:
    assert opened(text).delimiter == delimiter


def test_a_tsv_is_parted_by_tabs_alone() -> None:
    assert cells(opened("a, b\tc, d\n", name="N.TSV")) == [["a, b", "c, d"]]


def test_columns_that_hold_identifiers_are_replaced_whole_and_known_in_the_text() -> None:
    file = opened("Patient_Name,MRN,visitDate,note\nDoe,0042,2026-03-01,well\n")
    heading, row = documents(file)
    assert not list(declared(heading))
    found = [(one.span.of(row.text), one.label) for one in declared(row)]
    assert found == [("Doe", "PATIENT"), ("0042", "MRN"), ("2026-03-01", "DATE")]
    assert row.patient == "0042"
    assert row.known == (("name", "Doe"), ("mrn", "0042"))
    assert row.text.endswith("note: well")


@pytest.mark.parametrize(
    "heading", ["Patient Name", "PATIENT_NAME", "patientName", " patient-name "]
)
def test_headings_are_compared_as_words(heading: str) -> None:
    assert column_of(heading) == COLUMNS["patient name"]
    assert column_of(f"{heading} x") is None


@pytest.mark.parametrize(
    "first", ["result,finding", "mrn,mrn", f"mrn,{'long ' * 20}", "0042,2026-03-01"]
)
def test_a_first_record_that_names_no_known_column_is_a_record(first: str) -> None:
    assert opened(f"{first}\n1,2\n").headings == ()


def test_blank_records_stay_where_they_are() -> None:
    text = "\n,,\na,b\n\n,\nc,d\n\n"
    file = opened("sep=,\n" + text)
    assert cells(file) == [["a", "b"], ["c", "d"]]
    assert unchanged(file) == ("sep=,\n" + text).encode()
    first, second = documents(file)
    assert (file.content(first), file.line(first)) == (b"a,b\n\n,\n", 4)
    assert list(file.pieces(unchanged(file))) == [file.content(first), file.content(second)]


def test_a_record_that_is_too_long_is_refused_alone() -> None:
    file = opened(f"a,b\n{'x' * 50},y\nc,d\n", max_note_bytes=30)
    first, long, last = file.notes()
    assert isinstance(first, Document)
    assert isinstance(last, Document)
    assert isinstance(long, Unreadable)
    assert (long.line, type(long.error)) == (2, NoteTooLarge)
    assert max_file_bytes("n.csv", ReadOptions()) > 1 << 29


@pytest.mark.parametrize(
    ("text", "error", "told"),
    [
        (f'a,b\n"{CANARY},c\n', MalformedRecord, "line 2: a quotation mark is not closed"),
        (f'sep=,\na,"b"{CANARY}\n', MalformedRecord, "line 2"),
        (",,\n\n", EmptyNote, "no text"),
        (f"{CANARY}\0,b\n", BinaryInput, "NUL"),
    ],
)
def test_what_is_no_table_is_refused(text: str, error: type[DeidError], told: str) -> None:
    with pytest.raises(error, match=told) as caught:
        opened(text)
    assert CANARY not in str(caught.value)


def test_a_replacement_outside_the_encoding_is_refused() -> None:
    file = read(b"na\xefve,b\n", name="n.csv", options=ReadOptions())
    (note,) = documents(file)
    with pytest.raises(OutputError, match="cp1252"):
        file.render(note, Redacted(note.id, "Łna\n"), id="", patient="")


def test_a_record_is_written_from_its_own_characters_alone() -> None:
    file = opened("a,b\nc,d\ne,f\n")
    last = documents(file)[-1]
    table = replace(file.table, content=b" " * 8 + b"e,f\n")
    elsewhere = replace(file, table=table)
    output = elsewhere.render(last, Redacted(last.id, last.text), id=last.id, patient="")
    assert output == b"e,f\n"


def test_headings_below_a_title_are_headings() -> None:
    title, heading, row = documents(opened("Report of March\n\nname,mrn,note\nDoe,0042,well\n"))
    assert not list(declared(title))
    assert not list(declared(heading))
    assert [one.span.of(row.text) for one in declared(row)] == ["Doe", "0042"]


def test_one_known_word_below_a_title_makes_no_headings() -> None:
    assert opened("Report of March\nname,Doe\nwell,yes\n").headings == ()


@pytest.mark.parametrize(
    ("heading", "known"),
    [
        ("DOB (mm/dd/yyyy)", "date of birth"),
        ("Name (Last, First)", "name"),
        ("PAT_MRN_ID", "mrn"),
        ("Patient\u2019s Name", "name"),
        ("MRN #", "mrn"),
    ],
)
def test_headings_are_known_as_hospitals_write_them(heading: str, known: str) -> None:
    assert column_of(heading) == COLUMNS[known]
