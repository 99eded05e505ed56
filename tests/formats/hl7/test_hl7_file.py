"""Files of messages: batches, framing, line ends, encodings; what is refused, and how."""

from __future__ import annotations

import codecs
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Redacted
from deid.errors import (
    BinaryInput,
    DeidError,
    EncodingError,
    InputError,
    MalformedRecord,
    NoteTooLarge,
    OutputError,
)
from deid.formats import ReadOptions, Unreadable
from deid.formats.hl7 import read
from tests.formats.hl7.samples import (
    HEADER,
    REPORT,
    SEED,
    deidentifier,
    joined,
    opened,
    redacted,
)

SECOND = (
    HEADER,
    "PID|1||A5512907||FELLOWES^ARABELLA",
    "OBX|1|TX|X||Fellowes walks well",
)
BATCH = (
    r"FHS|^~\&|LABSYS|MERIDIAN HOSPITAL|||20240304",
    r"BHS|^~\&|LABSYS|MERIDIAN HOSPITAL|||20240304||NIGHT RUN|for Ms. Quenbridge",
    *REPORT,
    *SECOND,
    "BTS|2|all sent",
    "FTS|1",
)


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
@pytest.mark.parametrize("bom", [b"", codecs.BOM_UTF8])
def test_a_file_that_identifies_nobody_comes_back_to_the_byte(end: str, bom: bytes) -> None:
    plain = (
        HEADER,
        "PID|1",
        r"OBX|1|TX|X||a \H\stable\N\ knee\.br\C:\x & more|mg~\T\||",
        'ZZZ|""|',
    )
    for content in (joined(plain, end=end), joined([*plain, *plain], end=end).rstrip()):
        assert redacted(bom + content) == bom + content


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_line_ends_and_the_number_of_fields_stay(end: str) -> None:
    output = redacted(joined(REPORT, end=end))
    lines = output.decode().split(end)
    assert lines[-1] == ""
    assert [line.count("|") for line in lines[:-1]] == [line.count("|") for line in REPORT]
    assert [line[:4] for line in lines[:-1]] == [line[:4] for line in REPORT]


def test_each_message_of_a_batch_is_a_note_with_its_own_patient() -> None:
    file, notes = opened(joined(BATCH))
    assert [note.patient for note in notes] == ["", "", "B7788120", "A5512907", "", ""]
    assert [file.line(note) for note in notes] == [1, 2, 3, 12, 15, 16]
    assert b"".join(map(file.content, notes)) == file.raw
    output = redacted(joined(BATCH))
    assert [line[:4] for line in output.decode().split("\r")] == [x[:4] for x in [*BATCH, ""]]
    assert b"uenbridge" not in output
    assert b"ellowes" not in output
    assert b"BTS|2|all sent\rFTS|1\r" in output


def test_framing_stays_and_an_output_falls_into_the_same_pieces() -> None:
    messages = [joined(REPORT), joined(SECOND)]
    content = b"".join(b"\x0b" + message + b"\x1c\r" for message in messages)
    file, notes = opened(content)
    pieces = []
    for note in notes:
        result = deidentifier("safe-harbor").deidentify(note, seed=SEED)
        pieces.append(file.render(note, result, id=note.id, patient=""))
    assert [piece[:4] for piece in pieces] == [b"\x0bMSH"] * 2
    assert [piece[-2:] for piece in pieces] == [b"\x1c\r"] * 2
    assert list(file.pieces(file.head + b"".join(pieces))) == pieces
    assert list(file.pieces(content)) == [b"\x0b" + message + b"\x1c\r" for message in messages]


def test_pieces_are_found_behind_a_byte_order_mark() -> None:
    content = codecs.BOM_UTF8 + joined(SECOND) * 2
    file, _ = opened(content)
    assert list(file.pieces(content)) == [joined(SECOND)] * 2
    assert list(file.pieces(joined(SECOND))) == []


def test_a_single_message_is_a_note_of_the_file_name() -> None:
    file, (note,) = opened(joined(REPORT))
    assert (note.id, note.patient, file.line(note)) == ("file.hl7", "B7788120", None)


def test_each_message_has_delimiters_of_its_own() -> None:
    other = [line.translate(str.maketrans("|^~\\&", "#%!?+")) for line in REPORT]
    assert other[0].startswith("MSH#%!?+#")
    output = redacted(joined(REPORT) + joined(other))
    second = output[output.index(b"MSH#") :].decode()
    assert second.translate(str.maketrans("#%!?+", "|^~\\&")).encode() == redacted(joined(REPORT))


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [
        ("8859/1", "iso8859-1"),
        ("8859/5", "iso8859-5"),
        ("UNICODE UTF-8", "utf-8"),
        ("GB 18030-2000", "gb18030"),
        ("", "cp1252"),
        ("ASCII", "utf-8"),
    ],
)
def test_the_message_is_written_in_the_encoding_that_it_names(charset: str, encoding: str) -> None:
    name = "Жуков" if encoding == "iso8859-5" else "Müllerström"
    header = f"{HEADER}||||||{charset}"
    lines = (header, f"PID|1||77120934||{name}^Anna", f"NTE|1|L|{name} sieht gut: № §"[:40])
    content = "\r".join(lines).replace("№ ", "").encode(encoding)
    output = redacted(content)
    assert output.decode(encoding).startswith(header)
    assert name not in output.decode(encoding)
    assert "sieht gut: §".encode(encoding) in output


def test_an_encoding_that_is_told_goes_before_the_one_named() -> None:
    content = joined((f"{HEADER}||||||8859/1", "NTE|1|L|Грудь чистая")).decode().encode("koi8-r")
    _, (note,) = opened(content, encoding="koi8-r")
    assert "Грудь чистая" in note.text


def test_a_replacement_that_the_encoding_lacks_is_refused() -> None:
    content = joined((f"{HEADER}||||||8859/5", "PID|1||77120934||Жуков^Анна")).decode()
    file, (note,) = opened(content.encode("iso8859-5"))
    result = deidentifier("safe-harbor").deidentify(note, seed=SEED)
    other = replace(result, text=result.text.replace("[MRN-1]", "[MÜN-1]"))
    with pytest.raises(OutputError, match="cannot hold"):
        file.render(note, other, id="", patient="")


@pytest.mark.parametrize(
    ("lines", "error", "told"),
    [
        (("PID|1",), MalformedRecord, "does not begin with a header"),
        (("some text", HEADER), MalformedRecord, "does not begin with a header"),
        (("MSH|^^~&|A",), MalformedRecord, "one delimiter twice"),
        (("BTS|1",), MalformedRecord, "trailer of a batch without its header"),
        ((HEADER, "NTE|1|L|a\x01b"), BinaryInput, "control"),
        ((HEADER + "||||||ISO IR87", "NTE|1"), EncodingError, "MSH-18"),
        ((HEADER + "||||||UNICODE UTF-16", "NTE|1"), EncodingError, "MSH-18"),
        ((HEADER, r"NTE|1|L|Jane \M2442\Doe"), InputError, r"^NTE-3 \(segment 2\)"),
        ((HEADER, r"NTE|1|L|Jane \XFE\Doe"), InputError, r"^NTE-3 \(segment 2\)"),
    ],
)
def test_what_cannot_be_read_is_refused_by_its_place(
    lines: Sequence[str], error: type[Exception], told: str
) -> None:
    with pytest.raises(error, match=told) as caught:
        opened(joined(lines))
    assert "Jane" not in str(caught.value)


def test_bytes_that_are_not_in_the_encoding_named_are_refused() -> None:
    content = joined((f"{HEADER}||||||UNICODE UTF-8", "NTE|1|L|M")) + b"\xfcller\r"
    with pytest.raises(EncodingError, match="the message: the bytes are not utf-8"):
        opened(content)
    with pytest.raises(MalformedRecord, match="UTF-16"):
        opened(joined(REPORT).decode().encode("utf-16"))


def test_one_message_that_cannot_be_read_leaves_the_others() -> None:
    bad = joined((HEADER, r"NTE|1|L|Jane \M2442\Doe"))
    file = read(joined(SECOND) + bad + joined(SECOND), name="x.hl7", options=ReadOptions())
    first, second, third = file.notes()
    assert isinstance(second, Unreadable)
    assert second.line == 4
    assert "line 4, NTE-3 (segment 2)" in str(second.error)
    assert not isinstance(first, Unreadable)
    assert not isinstance(third, Unreadable)


def test_a_message_that_is_too_long_is_refused() -> None:
    with pytest.raises(NoteTooLarge, match="longer than 60 bytes"):
        read(joined(REPORT), name="x.hl7", options=ReadOptions(max_note_bytes=60))


def test_a_line_end_within_a_value_belongs_to_it() -> None:
    lines = (HEADER, "PID|1||77120934||QUENBRIDGE^THESSALY", "NTE|1|L|Seen with\nThessaly\nTOM|and")
    output = redacted(joined(lines))
    *_, comment, more = output.decode().rstrip("\r").split("\r")[-1].split("|")
    assert comment.startswith("Seen with\n[PATIENT")
    assert more == "and"


MUTATED = joined(BATCH)


@settings(max_examples=40)
@given(st.data())
def test_nothing_but_errors_of_the_program_comes_out(data: st.DataObject) -> None:
    content = bytearray(MUTATED)
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(content)))
        size = data.draw(st.integers(0, 4))
        content[at : at + size] = data.draw(st.one_of(st.binary(max_size=4), _SIGNS))
    _survives(bytes(content))


@given(st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(b"MSH|^~\\&|".__add__)))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    _survives(content)


_SIGNS = st.sampled_from(
    [b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\x0b", b"\x1c", b"MSH|", b"\r\rMSH"]
)


def _survives(content: bytes) -> None:
    try:
        file = read(content, name="x.hl7", options=ReadOptions())
        notes = list(file.notes())
    except DeidError as error:
        told = str(error)
        notes = []
    else:
        told = " ".join(str(note.error) for note in notes if isinstance(note, Unreadable))
    assert "uenbridge" not in told.lower()
    for note in notes:
        if isinstance(note, Unreadable):
            continue
        unchanged = Redacted(note.id, note.text)
        assert file.render(note, unchanged, id="", patient="") == file.content(note)
