"""Archives of files: what is read, what is written, and what is refused."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deid.datatypes import Document, Redacted
from deid.errors import (
    DefectError,
    DeidError,
    InputError,
    MalformedRecord,
    NoteTooLarge,
    UnsupportedFormat,
)
from deid.formats import ReadOptions
from deid.formats.entries import Directory, entries, entry
from deid.formats.tails import tail_of
from deid.formats.zipped import ZipFile, read
from deid.policy import Unexamined
from tests.formats.archives import zipped

CANARY = "Quenbridge"


def opened(content: bytes, **options: object) -> tuple[ZipFile, list[Document]]:
    """An archive and its notes."""
    file = read(content, name="n.zip", options=ReadOptions(**options))
    return file, [note for note in file.notes() if isinstance(note, Document)]


def unchanged(file: ZipFile, notes: list[Document], *ids: str) -> bytes:
    """The output where nothing is replaced but these ids of the first notes."""
    tail = tail_of(file)
    pieces = []
    for number, note in enumerate(notes):
        name = ids[number] if number < len(ids) else note.id
        redacted = Redacted(note.id, note.text, ())
        pieces.append(file.render(note, redacted, id=name, patient=""))
        tail.add(pieces[-1])
    return b"".join([*pieces, tail.content()])


def packed(files: dict[str, bytes], **info: int) -> bytes:
    """An archive as other programs write them."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            row = zipfile.ZipInfo(name)
            for key, value in info.items():
                setattr(row, key, value)
            archive.writestr(row, data)
    return stream.getvalue()


def names(content: bytes) -> list[str]:
    """The names in an archive, as another library reads them."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return archive.namelist()


def test_each_file_is_a_note_and_its_name_the_id() -> None:
    files = {"a/one.txt": b"stable", "a/one.md": b"# well", "two.CSV": b"MRN,Note\n1,well\n"}
    file, notes = opened(packed(files))
    assert [note.id for note in notes] == ["a/one", "a/one 2", "two"]
    assert [note.text.strip() for note in notes[:2]] == ["stable", "# well"]
    assert [file.line(note) for note in notes] == [1, 2, 3]
    output = unchanged(file, notes, "note-x", "note-y")
    assert names(output) == ["note-x.txt", "note-y.md", "two.CSV"]


def test_a_file_of_several_notes_is_of_a_patient_where_all_are() -> None:
    table = b"MRN,Note\n{},stable\n{},well\n"
    _, notes = opened(
        packed(
            {
                "one.csv": table.replace(b"{}", b"48213377"),
                "two.csv": table.replace(b"{}", b"48213377", 1).replace(b"{}", b"48213378"),
            }
        )
    )
    assert [note.patient for note in notes] == ["48213377", ""]
    assert ("mrn", "48213378") not in notes[0].known
    assert ("mrn", "48213378") in notes[1].known


def test_an_archive_that_was_written_here_is_the_same_to_the_byte() -> None:
    content = zipped({"one.txt": b"stable" * 99, "caf\xe9/two.txt": b"well"})
    file, notes = opened(content)
    assert unchanged(file, notes) == content
    assert list(file.pieces(content)) == [file.content(note) for note in notes]


def test_what_programs_for_files_leave_behind_is_dropped_and_said_so() -> None:
    files = {
        ".DS_Store": b"x",
        "a/Thumbs.db": b"x",
        "__MACOSX/a/._one.txt": b"x",
        "empty.txt": b"",
        "a/one.txt": b"stable",
        "b/": b"",
    }
    file, notes = opened(packed(files))
    assert names(unchanged(file, notes)) == ["a/one.txt"]
    assert notes[0].removed == (
        "file 1, left behind by a program for files",
        "file 2, left behind by a program for files",
        "file 3, left behind by a program for files",
        "file 4, which is empty",
    )


def test_names_of_files_in_an_archive_in_an_archive_become_numbers() -> None:
    inner = packed({f"{CANARY}.txt": b"stable", "page-2.txt": b"well"})
    file, notes = opened(packed({"in.zip": inner}))
    with zipfile.ZipFile(io.BytesIO(unchanged(file, notes))) as archive:
        assert names(archive.read("in.zip")) == ["note-1.txt", "page-2.txt"]


def _nested(depth: int) -> bytes:
    content = b"stable"
    name = "page-1.txt"
    for _ in range(depth):
        content = packed({name: content})
        name = "in.zip"
    return content


def test_resources_refer_to_people_in_other_files_of_the_archive() -> None:
    patient = b'{"resourceType":"Patient","id":"p1","name":[{"family":"Quenbridge"}]}'
    about = b'{"resourceType":"Basic","subject":{"reference":"Patient/p1"}}'
    archive = packed(
        {"people/p.json": patient, "b.ndjson": about + b"\n", "c.zip": packed({"b.json": about})}
    )
    _, notes = opened(archive)
    assert all(CANARY in dict(note.known).values() for note in notes)
    _, (alone,) = opened(packed({"b.json": about}))
    assert not alone.known


def test_archives_lie_in_archives_down_to_a_depth() -> None:
    _, notes = opened(_nested(5))
    assert notes[0].text.strip() == "stable"
    with pytest.raises(UnsupportedFormat, match="more than 5 deep"):
        opened(_nested(6))


@pytest.mark.parametrize(
    ("content", "error", "words"),
    [
        (
            packed({f"{CANARY}.bin": b"\0\1"}),
            UnsupportedFormat,
            "file 1: a file of a kind",
        ),
        (packed({f"{CANARY}.docx": b"x"}), MalformedRecord, "file 1: "),
        (packed({"a.txt": b"x", f"{CANARY}.md": b"\0"}), InputError, "file 2: "),
        (packed({f"../{CANARY}.txt": b"x"}), MalformedRecord, "leads elsewhere"),
        (packed({f"/{CANARY}.txt": b"x"}), MalformedRecord, "leads elsewhere"),
        (packed({f"C:{CANARY}.txt": b"x"}), MalformedRecord, "unusual name"),
        (packed({f"{CANARY}\n.txt": b"x"}), MalformedRecord, "unusual name"),
        (packed({"a.txt": b"x", "A.txt": b"x"}), MalformedRecord, "one name"),
        (
            packed({f"{CANARY}.txt": b"x"}, external_attr=(stat.S_IFLNK | 0o777) << 16),
            UnsupportedFormat,
            "a link",
        ),
        (packed({f"{CANARY}.txt": b"x" * (1 << 22)}, compress_type=8), NoteTooLarge, "too tightly"),
        (packed({"a/": b""}), MalformedRecord, "no file"),
        (zipped({"": b"x"}), MalformedRecord, "no name"),
        (b"PK\x05\x06" + bytes(18), MalformedRecord, "no file"),
        (b"Quenbridge", MalformedRecord, "damaged"),
    ],
)
def test_what_cannot_be_examined_is_refused(
    content: bytes, error: type[InputError], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        opened(content)
    assert CANARY not in str(caught.value)


def test_where_the_policy_says_so_what_cannot_be_examined_is_left_out_and_told() -> None:
    files = {f"{CANARY}.bin": b"\0\1", "a.txt": b"stable", "b.docx": b"x"}
    file, notes = opened(packed(files), unexamined=Unexamined.REMOVE)
    assert names(unchanged(file, notes)) == ["a.txt"]
    assert notes[0].removed == (
        "file 1, which could not be examined",
        "file 3, which could not be examined",
    )


def test_encrypted_files_are_refused() -> None:
    content = bytearray(packed({"a.txt": b"stable"}))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(UnsupportedFormat, match="encrypted"):
        opened(bytes(content))


def test_a_file_that_is_too_large_is_to_be_unpacked() -> None:
    with pytest.raises(NoteTooLarge, match="unpack the archive, and redact its files"):
        opened(packed({"a.csv": b"MRN,Note\n" + b"1,stable\n" * 20}), max_note_bytes=100)


def test_no_archive_is_written_with_two_files_of_one_name() -> None:
    listed = Directory()
    listed.add(entry("a.txt", b"x"))
    for piece in (entry("A.txt", b"y"), b"PK", b"x" * 40):
        with pytest.raises(DefectError):
            listed.add(piece)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1),
        st.binary(max_size=300),
        max_size=4,
    ),
    st.integers(0, 2000),
)
def test_archives_come_apart_into_what_they_were_made_of(files: dict[str, bytes], at: int) -> None:
    unique = {name.lower().encode().lower(): (name, data) for name, data in files.items()}
    pieces = [entry(name, data) for name, data in unique.values()]
    content = b"".join(pieces)
    listed = Directory()
    for piece in pieces:
        listed.add(piece)
    content += listed.content()
    assert list(entries(content)) == pieces
    assert b"".join(entries(content[:at])) in (content[:at], b"".join(pieces))


_BASE = packed({"a.txt": b"stable", "b.md": b"# well"})


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, len(_BASE) - 1), byte=st.integers(0, 255))
def test_nothing_but_our_own_errors_comes_of_a_changed_file(at: int, byte: int) -> None:
    content = _BASE[:at] + bytes([byte]) + _BASE[at + 1 :]
    try:
        file, notes = opened(content)
    except DeidError:
        return
    names(unchanged(file, notes))
