"""Finding the files of sampled notes, and who may see what."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from deid.audit.records import (
    DocumentCommitted,
    DocumentRead,
    Purpose,
    RedactionMade,
    RevealSource,
    ValueRevealed,
)
from deid.audit.store import Filter
from deid.datatypes import Span
from deid.errors import InputError, LogUnavailable, NotPermitted
from deid.formats import ReadOptions
from deid.labels import Label
from deid.officer.sampled_notes import (
    Remark,
    Replaced,
    find_texts,
    output_text,
    reads_otherwise,
    reveal_original,
)
from deid.officer.samples import Wanted, draw_sample, drawn_notes
from deid.officer.sampling import Released
from tests.formats.pdf.documents import pdf
from tests.formats.pictures.drawn import drawn, saved


def reveals(clinic: Any) -> list[ValueRevealed]:
    return [one.event for one in clinic.desk.log.select(Filter(kinds=(ValueRevealed,)))]


@pytest.fixture
def note(clinic: Any):
    return drawn_notes(clinic.desk.log, draw_sample(clinic.desk, Wanted(4)))[2]


def test_outputs_are_found_by_what_they_hold(clinic: Any, note: Any) -> None:
    (clinic.outputs / "deeper").rename(clinic.outputs / "elsewhere")
    found = find_texts([clinic.outputs], {note.commit.output_sha256})
    assert (found.looked_at, found.unreadable, len(found.texts)) == (40, 0, 1)
    shown = output_text(clinic.desk, note, found)
    assert sha256(shown.text.encode()).hexdigest() == note.commit.output_sha256
    (replaced,) = shown.replaced
    assert (replaced.label, replaced.span.of(shown.text)) == (Label.PATIENT, "[PATIENT]")
    assert "Seen" not in repr(shown)
    assert "Seen" not in repr(found)
    assert reveals(clinic) == []


def test_lines_of_a_file_of_many_notes_are_found(tmp_path: Path) -> None:
    lines = [json.dumps({"id": str(n), "text": f"Note {n}."}).encode() + b"\n" for n in range(3)]
    (tmp_path / "notes.jsonl").write_bytes(b"\xef\xbb\xbf" + b"".join(lines))
    wanted = sha256(lines[1]).hexdigest()
    assert find_texts([tmp_path], {wanted}).texts == {wanted: "Note 1."}


def test_what_cannot_be_read_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"\x00\x01")
    (tmp_path / "b.pdf").write_bytes(b"%PDF")
    (tmp_path / "c.jsonl").write_bytes(b'{"id": "1", "text": " "}\n{"id": "2", "text": "x"}\n')
    found = find_texts([tmp_path], set())
    assert (found.looked_at, found.unreadable) == (3, 3)
    with pytest.raises(InputError, match="no such file or folder"):
        find_texts([tmp_path / "away"], set())


def test_a_changed_or_missing_output_is_told(clinic: Any, note: Any) -> None:
    for file in (clinic.outputs / "deeper").iterdir():
        file.write_bytes(file.read_bytes() + b" ")
    found = find_texts([clinic.outputs], {note.commit.output_sha256})
    with pytest.raises(InputError, match="counts as one that leaks"):
        output_text(clinic.desk, note, found)


def test_the_original_is_shown_to_an_officer_and_recorded_before(clinic: Any, note: Any) -> None:
    found = find_texts([clinic.originals, clinic.outputs], {note.commit.input_sha256})
    shown = reveal_original(clinic.desk, note, found)
    assert [one.span.of(shown.text) for one in shown.replaced] == ["Quenbridge"]
    assert [replace(one, statement="") for one in reveals(clinic)] == [
        ValueRevealed(clinic.officer, note.commit.document, RevealSource.FILE, 1, Purpose.SAMPLE)
    ]


def test_nobody_else_sees_it(clinic: Any, note: Any) -> None:
    found = find_texts([clinic.originals], {note.commit.input_sha256})
    clinic.desk.unlock(clinic.administrator, "a short sentence")
    with pytest.raises(NotPermitted, match="officer"):
        reveal_original(clinic.desk, note, found)
    clinic.desk.lock()
    for look in (reveal_original, output_text):
        with pytest.raises(NotPermitted, match="officer"):
            look(clinic.desk, note, found)
    assert reveals(clinic) == []


def test_nothing_is_shown_that_cannot_be_recorded(
    clinic: Any, note: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = find_texts([clinic.originals], {note.commit.input_sha256})

    def full(*_events: object) -> range:
        raise LogUnavailable("there is no space left")

    monkeypatch.setattr(clinic.desk, "record", full)
    with pytest.raises(LogUnavailable):
        reveal_original(clinic.desk, note, found)


def test_an_original_that_is_not_there_is_not_recorded_as_seen(clinic: Any, note: Any) -> None:
    with pytest.raises(InputError, match="not found as it was read"):
        reveal_original(clinic.desk, note, find_texts([clinic.outputs], set()))
    assert reveals(clinic) == []


def test_a_text_looked_for_in_another_encoding_is_read_as_the_log_says(
    clinic: Any, note: Any
) -> None:
    found = find_texts([clinic.outputs], {note.commit.output_sha256}, encoding="utf-16-le")
    shown = output_text(clinic.desk, note, found)
    assert [one.span.of(shown.text) for one in shown.replaced] == ["[PATIENT]"]
    assert shown.remarks == ()


def released_as(clinic: Any, original: bytes, output: bytes, lengths: tuple[int, int]) -> Released:
    """A note of these files, recorded with texts of these lengths; one name was replaced."""
    log, keys = clinic.desk.log, clinic.desk.keys
    document = keys.fingerprint("document", "other")
    read, written = (sha256(content).hexdigest() for content in (original, output))
    commit = DocumentCommitted(
        document, read, written, *lengths, 1, 0, "2" * 64, keys.fingerprint("output-name", "other"),
        {Label.PATIENT: 1},
    )  # fmt: skip
    log.append(
        [
            DocumentRead(document, read, len(original), lengths[0], "docx", "utf-8"),
            RedactionMade(
                document, Span(6, 8), Label.PATIENT, "A", "model:0a1b2c3d", 0.99, "tag", "2" * 64,
                keys.fingerprint("original", "x"), Span(6, 10),
            ),
            commit,
        ]
    )  # fmt: skip
    (last,) = log.select(Filter(document=document, kinds=(DocumentCommitted,)))
    return Released(last.seq, last.session, commit)


def test_an_output_that_reads_otherwise_now_is_shown_and_nothing_marked(clinic: Any) -> None:
    """The bytes are those released, so a reader is to see them, but no place in them holds."""
    note = released_as(clinic, b"Seen: Jo today.\n", b"Seen: [PAT] today.\n", (16, 25))
    (clinic.outputs / "other.txt").write_bytes(b"Seen: [PAT] today.\n")
    found = find_texts([clinic.outputs], {note.commit.output_sha256})
    shown = output_text(clinic.desk, note, found)
    assert (shown.text, shown.replaced) == ("Seen: [PAT] today.\n", ())
    assert shown.remarks == (Remark.DIFFERS,)
    assert "--encoding" not in Remark.DIFFERS


def test_an_output_that_nothing_reads_is_not_told_to_be_missing(clinic: Any) -> None:
    content = b"%PDF-1.7 spoiled"
    note = released_as(clinic, b"Seen: Jo today.\n", content, (16, 25))
    (clinic.outputs / "other.pdf").write_bytes(content)
    found = find_texts([clinic.outputs], {note.commit.output_sha256})
    assert found.unreadable == 1
    with pytest.raises(InputError, match="look at the file itself"):
        output_text(clinic.desk, note, found)


def test_an_original_whose_pictures_were_emptied_reads_as_it_did_then(
    clinic: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deid.officer import sampled_notes

    content = b"Seen: Jo today.\n"
    read_input = sampled_notes.read_input

    def read(path: Path, *, name: str, options: ReadOptions) -> Any:
        file = read_input(path, name=name, options=options)
        if name != "other.txt" or options.blank_pictures:
            return file
        return replace(file, document=replace(file.document, text=file.document.text + "In it"))

    monkeypatch.setattr(sampled_notes, "read_input", read)
    note = released_as(clinic, content, b"-", (16, 25))
    (clinic.originals / "other.txt").write_bytes(content)
    found = find_texts([clinic.originals], {note.commit.input_sha256})
    shown = reveal_original(clinic.desk, note, found)
    assert [one.span.of(shown.text) for one in shown.replaced] == ["Jo"]
    assert (shown.text, shown.remarks) == (content.decode(), ())


@pytest.mark.parametrize("name", ["a.png", "a.pdf", "a.txt"])
def test_words_that_were_read_in_a_picture_of_any_file_are_told_to_be(
    clinic: Any, name: str
) -> None:
    picture = drawn("The knee is better.", size=36)
    page = f"q {picture.width / 2} 0 0 {picture.height / 2} 72 500 cm /P1 Do Q\n"
    content = {
        "a.png": saved(picture),
        "a.pdf": pdf(page, picture=(picture.tobytes(), picture.size)),
        "a.txt": b"The knee is better.",
    }[name]
    (clinic.outputs / name).write_bytes(content)
    note = released_as(clinic, b"Seen: Jo today.\n", content, (16, 99))
    found = find_texts([clinic.outputs], {note.commit.output_sha256})
    shown = output_text(clinic.desk, note, found)
    assert "The knee is better." in shown.text
    assert (Remark.PICTURE in shown.remarks) is (name != "a.txt")


def test_another_reading_of_a_picture_that_is_as_long_is_told_by_its_words() -> None:
    marked = [Replaced(Span(6, 10), Label.PATIENT), Replaced(Span(17, 21), Label.CITY)]
    there, other = "Seen: Anna lives Ulms .", "Seen Annabel ives Ulmst"
    assert len(there) == len(other)
    assert not reads_otherwise(there, 23, marked, is_read=True)
    assert reads_otherwise(other, 23, marked, is_read=True)
    assert not reads_otherwise(other, 23, marked, is_read=False)
    assert reads_otherwise(there, 22, marked, is_read=False)
    assert not reads_otherwise(there, 23, (), is_read=True)
