"""Files that stay on the disk read as they do in memory, wherever their pieces begin and end."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deid.datatypes import Document, Redacted
from deid.errors import DeidError, DuplicateId, InputError
from deid.formats import NoteFile, ReadOptions, delimited, fhir, hl7, jsonl
from deid.formats import content as seam
from deid.formats.content import FileContent, count_lines, digest, lines
from deid.formats.decoding import form_of
from deid.formats.places import Names, Places
from deid.formats.text import decode

OPTIONS = ReadOptions(max_note_bytes=60)
small = st.integers(1, 9)
in_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@contextmanager
def in_pieces(step: int, block: int) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(seam, "STEP", step)
        patch.setattr(seam, "_BLOCK", block)
        patch.setattr(seam, "_BLOCKS", 3)
        yield


def read(open_file: Callable[[], NoteFile]) -> list[object] | str:
    """Everything that a file says of itself, or why it is refused."""
    try:
        file = open_file()
    except DeidError as error:
        return f"{type(error).__name__}: {error}"
    found: list[object] = [file.head, file.encoding]
    for note in file.notes():
        if not isinstance(note, Document):
            found.append((note.line, str(note.error)))
            continue
        same = Redacted(note.id, note.text)
        output = file.render(note, same, id=note.id, patient=note.patient)
        found += (note, file.content(note), file.line(note), output)
    outputs = file.head + b"".join(one for one in found[2:] if isinstance(one, bytes))
    return [*found, list(file.pieces(outputs))]


def assert_same(
    reader: Callable[..., NoteFile], name: str, content: bytes, path: Path, step: int, block: int
) -> None:
    path.write_bytes(content)
    whole = read(lambda: reader(content, name=name, options=OPTIONS))
    with in_pieces(step, block):
        assert read(lambda: reader(FileContent(path), name=name, options=OPTIONS)) == whole


mark = st.sampled_from([b"", b"", codecs.BOM_UTF8])
pieces = st.lists(
    st.sampled_from(
        [
            '"',
            '""',
            ",",
            ",",
            ";",
            "\t",
            "\r\n",
            "\n",
            "\r",
            "a",
            "mrn",
            "sep=;\n",
            "é",
            "Ł",
            "👩",
            " ",
        ]
    ),
    max_size=25,
).map("".join)


@in_folder
@example('mrn,name\r\n1,"Łna\r\n""x"""\r\n\r\n2,b', codecs.BOM_UTF8, "utf-8", 1, 1)
@example("a,b\r\n", b"", "utf-8", 4, 4)
@given(pieces, mark, st.sampled_from(["utf-8", "utf-8", "utf-8", "cp1252"]), small, small)
def test_a_table_reads_the_same_in_pieces(
    tmp_path: Path, text: str, mark: bytes, encoding: str, step: int, block: int
) -> None:
    content = mark + text.encode(encoding, "ignore")
    assert_same(delimited.read, "t.csv", content, tmp_path / "t.csv", step, block)


@in_folder
@given(pieces, st.sampled_from(["utf-16-le", "utf-16-be", "utf-32-le"]), small, small)
def test_a_table_of_wide_letters_reads_the_same_in_pieces(
    tmp_path: Path, text: str, encoding: str, step: int, block: int
) -> None:
    content = ("\ufeff" + text).encode(encoding)
    assert_same(delimited.read, "t.csv", content, tmp_path / "t.csv", step, block)


note = st.builds(
    '{{"id": "{}", "text": "{}"}}'.format, st.sampled_from("abc"), st.sampled_from(["x", "é" * 40])
)
line = st.one_of(note, note, note, st.sampled_from(["", " ", "{", '{"resourceType": "Basic"}']))
ended = st.tuples(line, st.sampled_from(["\n", "\r\n", "\n\n"])).map("".join)
patient = st.sampled_from(
    [
        '{"resourceType":"Patient","id":"p","name":[{"family":"Ash"}]}',
        '{"resourceType":"Basic","id":"b","subject":{"reference":"Patient/p"}}',
    ]
)


@in_folder
@given(st.lists(ended, max_size=5).map("".join), mark, small, small)
def test_json_lines_read_the_same_in_pieces(
    tmp_path: Path, text: str, mark: bytes, step: int, block: int
) -> None:
    path = tmp_path / "n.jsonl"
    assert_same(jsonl.read, "n.jsonl", mark + text.encode(), path, step, block)


@in_folder
@given(st.lists(st.one_of(patient, line), max_size=4).map("\n".join), mark, small, small)
def test_resources_read_the_same_in_pieces(
    tmp_path: Path, text: str, mark: bytes, step: int, block: int
) -> None:
    path = tmp_path / "n.ndjson"
    assert_same(fhir.read_lines, "n.ndjson", mark + text.encode(), path, step, block)


segment = st.sampled_from(
    [
        "MSH|^~\\&|A\r",
        "MSH|^~\\&|A\r",
        "\x0bMSH|^~\\&|A\r",
        "PID|1||7\r",
        "PID|1||7\n",
        "NTE|1||Łna MSH|\r\n",
        "\x1c\r",
        "BHS|^~\\&|B\r",
        "BTS|1\r",
        "\r\n",
        "\x0b",
    ]
)


@in_folder
@example(["\r\n", "MSH|^~\\&|A\r", "PID|1||7\r", "MSH|^~\\&|A\r"], b"", 3, 3)
@given(st.lists(segment, max_size=8), mark, small, small)
def test_messages_read_the_same_in_pieces(
    tmp_path: Path, segments: list[str], mark: bytes, step: int, block: int
) -> None:
    content = mark + "".join(segments).encode()
    assert_same(hl7.read, "m.hl7", content, tmp_path / "m.hl7", step, block)


def outcome(find: Callable[[], object]) -> object:
    try:
        return find()
    except DeidError as error:
        return f"{type(error).__name__}: {error}"


@example(b"caf\xe9 \xc3\xa9", None, 1)
@example(b"caf\xe9", None, 2)
@example(b"\xff\xfea\x00", None, 1)
@given(
    st.one_of(
        st.binary(max_size=12),
        st.text(max_size=8).map(str.encode),
        st.text(max_size=8).map(lambda text: ("\ufeff" + text).encode("utf-16-le", "replace")),
        st.text("aé\n\x81", max_size=8).map(lambda text: text.encode("latin-1")),
    ),
    st.sampled_from([None, None, "utf-8", "utf-16", "cp1252", "iso2022_jp", "hex", "no such"]),
    small,
)
def test_an_encoding_is_found_the_same_in_pieces(
    content: bytes, encoding: str | None, step: int
) -> None:
    whole = outcome(lambda: decode(content, encoding=encoding)[1])
    with in_pieces(step, 4):
        assert outcome(lambda: form_of(content, encoding=encoding)) == whole


@in_folder
@given(st.binary(max_size=60), small, small, st.integers(0, 70), st.integers(0, 70))
def test_a_file_has_the_ranges_of_its_bytes(
    tmp_path: Path, content: bytes, step: int, block: int, start: int, stop: int
) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with in_pieces(step, block):
        file = FileContent(path)
        assert file[start:stop] == content[start:stop]
        assert file[:] == content
        assert len(file) == len(content)
        assert file.find(b"\n", start, stop) == content.find(b"\n", start, stop)
        assert digest(file) == sha256(content).digest()
        found = [content[begin:end] for begin, end in lines(file)]
    assert found == content.split(b"\n")[
        : -1 if content.endswith(b"\n") or not content else None
    ] or (
        b"".join(found) == content and all(one.find(b"\n") in (-1, len(one) - 1) for one in found)
    )


@given(st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a"]), max_size=12).map(b"".join), small)
def test_line_ends_are_counted_once(content: bytes, step: int) -> None:
    with in_pieces(step, 4):
        assert count_lines(content, 0, len(content)) == len(content.splitlines(keepends=True)) - (
            not content.endswith((b"\r", b"\n")) and bool(content)
        )


def test_a_file_that_was_changed_is_read_no_further(tmp_path: Path) -> None:
    path = tmp_path / "n.jsonl"
    path.write_bytes(b'{"id": "a", "text": "x"}\n')
    with in_pieces(4, 4):
        file = jsonl.read(FileContent(path), name="n.jsonl", options=ReadOptions())
        path.write_bytes(b'{"id": "a", "text": "y"}\n ')
        with pytest.raises(InputError, match="was changed"):
            list(file.notes())


def test_a_folder_is_no_content(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        FileContent(tmp_path / "none")
    with pytest.raises(InputError, match="cannot be read"):
        FileContent(tmp_path)


@given(st.lists(st.text("abcd", max_size=3), max_size=600))
def test_a_name_is_found_with_all_its_numbers(names: list[str]) -> None:
    kept = Names()
    for number, name in enumerate(names):
        kept.add(name, number)
    assert len(kept) == len(names)
    for name in {*names, "none"}:
        assert kept.of(name) == [at for at, one in enumerate(names) if one == name]


def test_names_of_one_digest_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Names, "_digest", lambda self, name: 7)
    content = b'{"id": "a", "text": "x"}\n{"id": "b", "text": "y"}\n'
    file = jsonl.read(content, name="n", options=ReadOptions())
    assert [file.line(note) for note in file.notes() if isinstance(note, Document)] == [1, 2]
    with pytest.raises(DuplicateId, match="lines 1 and 3"):
        jsonl.read(content + b'{"id": "a", "text": "z"}', name="n", options=ReadOptions())


def test_a_line_without_a_note_has_no_place() -> None:
    places = Places()
    places.add(2, 10)
    places.add(5, 40)
    assert places.range(2, 99) == (10, 40)
    assert places.range(5, 99) == (40, 99)
    for line in (1, 3, 6):
        with pytest.raises(KeyError):
            places.start(line)
