"""Batches with a detector of their own: a capital word in stars is a name."""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import regex

from deid.audit.keys import Keys
from deid.audit.records import DocumentCommitted, DocumentRefused, PartRemoved, ReleaseHeld
from deid.audit.store import AuditLog, Filter
from deid.batch import Batch, BatchOptions, FileResult, FileStatus
from deid.datatypes import Document, Finding, Redacted
from deid.detect import View
from deid.errors import (
    BinaryInput,
    DefectError,
    DetectionIncomplete,
    EmptyNote,
    LogUnavailable,
    NoteTooLarge,
    NotPermitted,
    OutputError,
    OutputExists,
)
from deid.formats import ReadOptions
from deid.formats.atomic import PREFIX
from deid.formats.inputs import find_inputs, read_input
from deid.held.store import HeldStore
from deid.labels import Label
from deid.pipeline import Deidentifier
from deid.policy import ReleaseRule, derive, load_policy
from deid.site import Site
from deid.workers import Recipe, Workers

posix = pytest.mark.skipif(os.name == "nt", reason="POSIX files")


class StarDetector:
    """Finds *Names*, and breaks down over the word `broken`."""

    name = "known"

    def detect(self, view: View) -> Sequence[Finding]:
        if "broken" in view.text:
            raise ValueError(view.text)
        found = regex.finditer(r"(?<=\*)[A-Z]\w+(?=\*)", view.text)
        return [Finding(view.span(*m.span()), Label.PATIENT, 0.9, self.name) for m in found]


class Bench:
    """A site and a detector; each run is a batch of its own."""

    def __init__(self, folder: Path, policy: str) -> None:
        self.home = folder / "home"
        self.source = folder / "in"
        self.out = folder / "out"
        self.source.mkdir()
        self.policy = load_policy(policy)
        self.deidentifier = Deidentifier(policy=self.policy, detectors=[StarDetector()])

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def run(self, **options: object) -> list[FileResult]:
        with self.batch(BatchOptions(**options)) as batch:
            return list(batch.run(find_inputs([self.source], out=self.out), self.out))

    def batch(self, options: BatchOptions) -> _Batch:
        return _Batch(self, options)

    def events(self, kind: type) -> list[object]:
        with AuditLog.open(self.home) as log:
            return [record.event for record in log.select(Filter(kinds=(kind,)))]

    def outputs(self) -> dict[str, bytes]:
        files = [path for path in self.out.rglob("*") if path.is_file()]
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in files}


class _Batch:
    def __init__(self, bench: Bench, options: BatchOptions) -> None:
        self._bench, self._options = bench, options

    def __enter__(self) -> Batch:
        bench = self._bench
        self._site = Site.open(bench.home)
        workers = Workers(bench.deidentifier, Recipe(policy=bench.policy))
        return Batch(
            site=self._site,
            deidentifier=bench.deidentifier,
            workers=workers,
            options=self._options,
        )

    def __exit__(self, *error: object) -> None:
        self._site.close()


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path, "safe-harbor")


@pytest.fixture
def research(tmp_path: Path) -> Iterator[Bench]:
    return Bench(tmp_path, "research")


def test_notes_are_released_in_order_with_their_bytes(bench: Bench) -> None:
    bench.write("b/2.txt", b"\xef\xbb\xbfSaw *Ann* twice.\r\n")
    bench.write("a.txt", b"na\xefve *Bea*\n")
    results = bench.run()
    assert [(str(r.output), r.status, r.notes) for r in results] == [
        ("a.txt", FileStatus.DONE, 1),
        ("b/2.txt", FileStatus.DONE, 1),
    ]
    assert bench.outputs() == {
        "a.txt": b"na\xefve *[PATIENT-1]*\n",
        "b/2.txt": b"\xef\xbb\xbfSaw *[PATIENT-1]* twice.\r\n",
    }
    assert results[0].counts == {Label.PATIENT: 1}


def test_the_log_has_the_digest_of_every_output(bench: Bench) -> None:
    import hashlib

    bench.write("a.txt", "Saw *Ann*.")
    bench.run()
    (event,) = bench.events(DocumentCommitted)
    assert isinstance(event, DocumentCommitted)
    assert event.output_sha256 == hashlib.sha256(bench.outputs()["a.txt"]).hexdigest()


def test_refused_notes_leave_the_others_and_stand_in_the_log(bench: Bench) -> None:
    bench.write("a.txt", "Saw *Ann*.")
    bench.write("b.txt", b"\x00\x01")
    bench.write("c.txt", "")
    bench.write("d.txt", "a broken Quenbridge")
    bench.write("e.exe", "MZ")
    results = {r.path.name: r for r in bench.run()}
    assert results["a.txt"].status is FileStatus.DONE
    errors = {name: type(r.refusals[0].error) for name, r in results.items() if r.refusals}
    assert errors.pop("e.exe").__name__ == "UnsupportedFormat"
    assert errors == {"b.txt": BinaryInput, "c.txt": EmptyNote, "d.txt": DetectionIncomplete}
    assert list(bench.outputs()) == ["a.txt"]
    assert len(bench.events(DocumentRefused)) == 4
    assert "Quenbridge" not in str(results["d.txt"].refusals[0].error)


def test_what_was_removed_is_told_and_logged(bench: Bench) -> None:
    bench.write("notes.jsonl", '{"id": "n", "text": "*Okonkwo*", "key": "Ada Rahmani"}\n')
    bench.write("plain.txt", "*Okonkwo*")
    reading = ReadOptions(drop_keys=True)
    results = bench.run(read=reading)
    assert [dict(one.removed) for one in results] == [{"other keys of the line": 1}, {}]
    assert [one.place for one in bench.events(PartRemoved)] == ["other keys of the line"]


def test_a_note_over_the_limit_is_refused(bench: Bench) -> None:
    bench.write("a.txt", "x" * 101)
    (result,) = bench.run(read=ReadOptions(max_note_bytes=100))
    assert isinstance(result.refusals[0].error, NoteTooLarge)


def test_a_line_of_five_megabytes_is_examined_to_its_end(bench: Bench) -> None:
    text = "Stable and well. " * 300_000
    bench.write("n.jsonl", json.dumps({"id": "a", "text": text + "Saw *Ann*."}))
    bench.run()
    (line,) = bench.outputs()["n.jsonl"].splitlines()
    assert json.loads(line) == {"id": "a", "text": text + "Saw *[PATIENT-1]*."}


def test_nothing_is_overwritten_unasked(bench: Bench) -> None:
    bench.write("a.txt", "Saw *Ann*.")
    bench.out.mkdir()
    (bench.out / "a.txt").write_bytes(b"mine")
    (result,) = bench.run()
    assert isinstance(result.refusals[0].error, OutputExists)
    (result,) = bench.run(resume=True)
    assert isinstance(result.refusals[0].error, OutputExists)
    assert "the log does not know it" in str(result.refusals[0].error)
    assert bench.outputs() == {"a.txt": b"mine"}
    (result,) = bench.run(overwrite=True)
    assert bench.outputs() == {"a.txt": b"Saw *[PATIENT-1]*."}


def test_an_original_is_never_replaced_even_when_asked(bench: Bench) -> None:
    path = bench.write("a.txt", "Saw *Ann*.")
    with bench.batch(BatchOptions(overwrite=True)) as batch:
        (result,) = batch.run(find_inputs([path], out=bench.source), bench.source)
    assert isinstance(result.refusals[0].error, OutputExists)
    assert path.read_text() == "Saw *Ann*."


def test_two_inputs_never_share_an_output(bench: Bench) -> None:
    one, two = bench.write("x/a.txt", "Saw *Ann*."), bench.write("y/A.TXT", "Saw *Bea*.")
    with bench.batch(BatchOptions(overwrite=True)) as batch:
        first, second = batch.run(find_inputs([one, two], out=bench.out), bench.out)
    assert first.status is FileStatus.DONE
    assert isinstance(second.refusals[0].error, OutputExists)


def test_a_name_that_identifies_is_replaced(bench: Bench) -> None:
    bench.write("ward/*Quenbridge*.txt", "Stable.")
    bench.write("00482913.txt", "Stable.")
    bench.run()
    names = sorted(bench.outputs())
    assert len(names) == 2
    assert all(regex.fullmatch(r"note-[a-p]{12}\.txt", name) for name in names)


def test_resuming_passes_over_what_is_finished(bench: Bench) -> None:
    bench.write("a.txt", "Saw *Ann*.")
    bench.write("b.txt", "Saw *Bea*.")
    bench.run()
    (bench.out / "b.txt").unlink()
    (bench.out / f"{PREFIX}0123456789abcdef").write_bytes(b"half")
    before = (bench.out / "a.txt").stat().st_mtime_ns
    assert [r.status for r in bench.run(resume=True)] == [FileStatus.SKIPPED, FileStatus.DONE]
    assert (bench.out / "a.txt").stat().st_mtime_ns == before
    assert sorted(bench.outputs()) == ["a.txt", "b.txt"]
    assert [r.status for r in bench.run(resume=True)] == [FileStatus.SKIPPED] * 2


@pytest.mark.parametrize("changed", ["input", "output", "policy"])
def test_resuming_does_not_take_something_else_for_finished(bench: Bench, changed: str) -> None:
    bench.write("a.txt", "Saw *Ann*.")
    bench.run()
    if changed == "input":
        bench.write("a.txt", "Saw *Ann* and *Bea*.")
    elif changed == "output":
        (bench.out / "a.txt").write_bytes(b"Saw somebody.")
    else:
        bench.policy = load_policy("everything")
        bench.deidentifier = bench.deidentifier.with_policy(bench.policy)
    before = bench.outputs()
    (result,) = bench.run(resume=True)
    assert isinstance(result.refusals[0].error, OutputExists)
    assert bench.outputs() == before


def test_names_that_were_replaced_are_found_again(bench: Bench) -> None:
    bench.write("00482913.txt", "Saw *Ann*.")
    bench.run()
    assert [r.status for r in bench.run(resume=True)] == [FileStatus.SKIPPED]
    assert len(bench.outputs()) == 1


LINES = (
    {"id": "a", "text": "Saw *Ann*.", "patient": "P1"},
    {"id": "*Quenbridge*", "text": "Stable."},
    {"id": "00482913", "text": "Saw *Bea*."},
)


def test_lines_keep_their_order_and_lose_ids_that_identify(bench: Bench) -> None:
    bench.write("n.jsonl", "\n".join(map(json.dumps, LINES)))
    (result,) = bench.run()
    assert result.notes == 3
    lines = [json.loads(line) for line in bench.outputs()["n.jsonl"].splitlines()]
    assert [line["text"] for line in lines] == [
        "Saw *[PATIENT-1]*.",
        "Stable.",
        "Saw *[PATIENT-1]*.",
    ]
    assert lines[0]["id"] == "a"
    assert all(regex.fullmatch(r"note-[a-p]{12}", line["id"]) for line in lines[1:])
    assert all("patient" not in line for line in lines)


def test_a_policy_that_links_keeps_a_code_for_the_patient(research: Bench) -> None:
    bench = research
    rows = [*LINES[:1], {"id": "b", "text": "Stable.", "patient": "P1"}]
    bench.write("n.jsonl", "\n".join(map(json.dumps, rows)))
    bench.run()
    codes = [json.loads(line)["patient"] for line in bench.outputs()["n.jsonl"].splitlines()]
    assert codes[0] == codes[1] != "P1"


def test_refused_lines_are_named_and_the_others_done(bench: Bench) -> None:
    rows = [*LINES[:1], {"id": "x", "text": "broken"}, {"id": "y", "text": " "}]
    bench.write("n.jsonl", "\n".join(map(json.dumps, rows)))
    (result,) = bench.run()
    assert result.status is FileStatus.DONE
    assert [(r.line, type(r.error)) for r in result.refusals] == [
        (2, DetectionIncomplete),
        (3, EmptyNote),
    ]
    assert len(bench.outputs()["n.jsonl"].splitlines()) == 1


def test_resuming_a_file_of_lines(bench: Bench) -> None:
    bench.write("n.jsonl", "\n".join(map(json.dumps, LINES)))
    bench.run()
    assert [r.status for r in bench.run(resume=True)] == [FileStatus.SKIPPED]
    # One line is missing, as after a run in which it was refused: the file is made anew.
    whole = bench.outputs()["n.jsonl"]
    (bench.out / "n.jsonl").write_bytes(b"".join(whole.splitlines(keepends=True)[:2]))
    assert [r.status for r in bench.run(resume=True)] == [FileStatus.DONE]
    assert bench.outputs()["n.jsonl"] == whole
    (bench.out / "n.jsonl").write_bytes(whole + b"more\n")
    (result,) = bench.run(resume=True)
    assert isinstance(result.refusals[0].error, OutputExists)


def _archive(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return stream.getvalue()


def _unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert packed.testzip() is None
        return {name: packed.read(name) for name in packed.namelist()}


def test_files_of_an_archive_are_notes_of_their_own_and_lose_names_that_identify(
    bench: Bench,
) -> None:
    files = {"a/one.txt": b"Saw *Ann*.", "*Bea*/two.txt": b"broken", "*Cy*.txt": b"Met *Dee*."}
    bench.write("n.zip", _archive(files))
    (result,) = bench.run()
    assert (result.status, result.notes) == (FileStatus.DONE, 2)
    assert [(one.line, type(one.error)) for one in result.refusals] == [(2, DetectionIncomplete)]
    plain, hidden = _unpacked(bench.outputs()["n.zip"]).items()
    assert plain == ("a/one.txt", b"Saw *[PATIENT-1]*.")
    assert hidden[1] == b"Met *[PATIENT-1]*."
    assert regex.fullmatch(r"note-[a-p]{12}\.txt", hidden[0])


def test_resuming_an_archive(bench: Bench) -> None:
    bench.write("n.zip", _archive({"a.txt": b"Saw *Ann*.", "b.txt": b"Met *Bea*."}))
    bench.run()
    whole = bench.outputs()["n.zip"]
    assert [one.status for one in bench.run(resume=True)] == [FileStatus.SKIPPED]
    for changed in (whole + b"more", whole[:-1], whole[:40], b"", whole.replace(b"Saw", b"Not")):
        (bench.out / "n.zip").write_bytes(changed)
        (result,) = bench.run(resume=True)
        assert isinstance(result.refusals[0].error, OutputExists)
    bench.write("n.zip", _archive({"a.txt": b"Saw *Ann*."}))
    bench.run(overwrite=True)
    bench.write("n.zip", _archive({"a.txt": b"Saw *Ann*.", "b.txt": b"Met *Bea*."}))
    assert [one.status for one in bench.run(resume=True)] == [FileStatus.DONE]
    assert bench.outputs()["n.zip"] == whole


def test_what_the_program_redacted_before_goes_out_as_it_came_in(bench: Bench) -> None:
    bench.write("a.txt", "Saw *Ann*.")
    bench.write("n.jsonl", "\n".join(map(json.dumps, LINES)))
    bench.run()
    first = bench.outputs()
    for again in ("again", "once-more"):
        bench.source, bench.out = bench.out, bench.home.parent / again
        bench.run()
        assert bench.outputs() == first


def test_what_another_policy_let_out_is_examined_anew(bench: Bench) -> None:
    bench.write("a.txt", "Saw *Ann*, not *[PATIENT-1]* nor *Bea*.")
    bench.run()
    kept = bench.home.parent / "lenient.yaml"
    kept.write_text(
        "{name: lenient, version: 1, basis: expert-determination, default: {operator: keep},"
        " labels: {PERSON: {operator: tag}}}"
    )
    bench.policy, strict = load_policy(kept), bench.policy
    bench.deidentifier = bench.deidentifier.with_policy(bench.policy)
    bench.out = bench.home.parent / "lenient"
    (result,) = bench.run(overwrite=True)
    assert result.counts == {}
    assert bench.outputs() == {"a.txt": (bench.source / "a.txt").read_bytes()}
    bench.policy, bench.source = strict, bench.out
    bench.deidentifier = bench.deidentifier.with_policy(strict)
    bench.out = bench.home.parent / "strict"
    bench.run()
    assert b"Ann" not in bench.outputs()["a.txt"]


def test_a_log_that_cannot_be_written_releases_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.write("a.txt", "Saw *Ann*.")

    def refuse(self: AuditLog, events: object) -> range:
        raise LogUnavailable("locked")

    with bench.batch(BatchOptions()) as batch:
        inputs = find_inputs([bench.source], out=bench.out)
        with monkeypatch.context() as patch:
            patch.setattr(AuditLog, "append", refuse)
            with pytest.raises(LogUnavailable):
                list(batch.run(inputs, bench.out))
    assert bench.outputs() == {}


def test_a_crash_before_the_rename_leaves_a_record_but_no_file(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from deid.formats.atomic import StagedFile

    bench.write("a.txt", "Saw *Ann*.")

    def crash(self: StagedFile) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(StagedFile, "publish", crash)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    assert bench.outputs() == {}
    assert len(bench.events(DocumentCommitted)) == 1
    assert [r.status for r in bench.run(resume=True)] == [FileStatus.DONE]


@posix
class _Fails:
    """A file of two notes whose format fails at one of its steps."""

    format, encoding, head, holds_ids = "text", "utf-8", b"", False

    def __init__(self, step: str) -> None:
        self._step = step

    def notes(self) -> Iterator[Document]:
        yield Document("one", "Stable, *Jane* came.")
        if self._step == "notes":
            raise KeyError("Jane")
        yield Document("two", "Stable, *Jane* left.")

    def content(self, document: Document) -> bytes:
        return document.text.encode()

    def line(self, document: Document) -> int:
        return 1 if document.id == "one" else 2

    def render(self, document: Document, redacted: Redacted, *, id: str, patient: str) -> bytes:  # noqa: A002
        if self._step == "render" and document.id == "two":
            raise KeyError("Jane")
        return redacted.text.encode()


@pytest.mark.parametrize("step", ["read", "notes", "render"])
def test_a_format_that_fails_costs_its_file_and_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def reader(path: Path, **rest: Any) -> Any:
        if path.name != "b.txt":
            return read_input(path, **rest)
        if step == "read":
            raise KeyError("Jane")
        return _Fails(step)

    monkeypatch.setattr("deid.batch.read_input", reader)
    for name in ("a.txt", "b.txt", "c.txt"):
        bench.write(name, "Stable, *Jane* came.")
    first, failed, last = bench.run()
    assert (first.status, last.status) == (FileStatus.DONE, FileStatus.DONE)
    (refusal,) = failed.refusals
    assert isinstance(refusal.error, DefectError)
    assert "unexpected KeyError" in str(refusal.error)
    assert "Jane" not in str(refusal.error)
    left = {"a.txt", "c.txt"} | ({"b.txt"} if step == "render" else set())
    assert set(bench.outputs()) == left
    assert len(bench.events(DocumentRefused)) == 1


def test_an_output_folder_that_cannot_be_made_ends_the_batch(bench: Bench) -> None:
    bench.write("a.txt", "Saw *Ann*.")
    bench.out = Path("/proc/nothing")
    with pytest.raises(OutputError, match="cannot be written"):
        bench.run()


def test_a_stream_gets_its_output_after_the_record(bench: Bench) -> None:
    stream = io.BytesIO()
    with bench.batch(BatchOptions()) as batch:
        result = batch.run_stream(b"Saw *Ann*.\r\n", name="stdin.txt", stream=stream)
    assert result.status is FileStatus.DONE
    assert stream.getvalue() == b"Saw *[PATIENT-1]*.\r\n"
    assert len(bench.events(DocumentCommitted)) == 1


def test_a_stream_that_is_refused_stands_in_the_log(bench: Bench) -> None:
    stream = io.BytesIO()
    with bench.batch(BatchOptions()) as batch, pytest.raises(BinaryInput):
        batch.run_stream(b"\x00", name="stdin.txt", stream=stream)
    assert stream.getvalue() == b""
    assert len(bench.events(DocumentRefused)) == 1


# Four eyes


@pytest.fixture
def ward(tmp_path: Path) -> Bench:
    """Works under a policy that wants a second person."""
    bench = Bench(tmp_path, "safe-harbor")
    bench.policy = derive(
        bench.policy,
        name="ward",
        description="",
        treatments={},
        thresholds={},
        release=ReleaseRule.FOUR_EYES,
    )
    bench.deidentifier = Deidentifier(policy=bench.policy, detectors=[StarDetector()])
    return bench


def held(bench: Bench) -> list[bytes]:
    return [one.content for one in HeldStore(bench.home, Keys.open(bench.home)).all()]


def test_under_four_eyes_nothing_appears_and_everything_is_recorded(ward: Bench) -> None:
    ward.write("a.txt", "Saw *Ann*.\n")
    rows = [{"id": "1", "text": "Met *Bea*."}, {"id": "2", "text": "Met *Cy*."}]
    ward.write("b.jsonl", "\n".join(map(json.dumps, rows)))
    results = ward.run()
    assert [(r.status, r.output, r.notes) for r in results] == [
        (FileStatus.HELD, None, 1),
        (FileStatus.HELD, None, 2),
    ]
    assert not ward.out.exists()
    assert len(ward.events(DocumentCommitted)) == len(ward.events(ReleaseHeld)) == 3
    texts = b"".join(held(ward))
    assert texts.count(b"[PATIENT-1]") == 3
    assert not any(name in texts for name in (b"Ann", b"Bea", b"Cy"))


def test_an_archive_is_held_whole(ward: Bench) -> None:
    ward.write("n.zip", _archive({"a.txt": b"Saw *Ann*.", "b.txt": b"Met *Bea*."}))
    assert ward.run()[0].status is FileStatus.HELD
    (content,) = held(ward)
    assert list(_unpacked(content)) == ["a.txt", "b.txt"]


def test_what_is_held_already_is_passed_over_when_resuming(ward: Bench) -> None:
    ward.write("a.txt", "Saw *Ann*.\n")
    assert ward.run()[0].status is FileStatus.HELD
    ward.write("b.txt", "Saw *Bea*.\n")
    assert [one.status for one in ward.run(resume=True)] == [FileStatus.SKIPPED, FileStatus.HELD]
    assert len(held(ward)) == 2


def test_four_eyes_never_replace_a_file(ward: Bench) -> None:
    ward.write("a.txt", "Saw *Ann*.\n")
    ward.out.mkdir()
    (ward.out / "a.txt").write_text("mine")
    for options in ({"overwrite": True}, {"resume": True}, {}):
        (result,) = ward.run(**options)
        assert result.status is FileStatus.REFUSED
    assert held(ward) == []
    assert (ward.out / "a.txt").read_text() == "mine"


def test_four_eyes_put_nothing_into_a_stream(ward: Bench) -> None:
    stream = io.BytesIO()
    with ward.batch(BatchOptions()) as batch, pytest.raises(NotPermitted, match="second person"):
        batch.run_stream(b"Saw *Ann*.", name="stdin.txt", stream=stream)
    assert stream.getvalue() == b""


_MANY = {
    "n.ndjson": "".join(
        f'{{"resourceType": "Basic", "id": "b{n}", "code": {{"text": "Saw *Ann* {n}"}}}}\n'
        for n in range(7)
    ),
    "n.csv": "".join(f"one,Saw *Ann* {n}\r\n" for n in range(7)),
    "n.hl7": "".join(f"MSH|^~\\&|A\rNTE|1||Saw *Ann* {n}\r" for n in range(7)),
}


@pytest.mark.parametrize("name", list(_MANY))
def test_a_run_that_was_killed_within_a_file_leaves_none_and_is_resumed(
    bench: Bench, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    monkeypatch.setattr("deid.batch._SHARE_NOTES", 2)
    bench.write(name, _MANY[name])
    with monkeypatch.context() as patch:

        def killed(*_args: object, **_options: object) -> None:
            raise Killed

        patch.setattr(Site, "commit", killed)
        with pytest.raises(Killed):
            bench.run()
    assert bench.outputs() == {}
    assert len(bench.events(DocumentCommitted)) == 6
    (result,) = bench.run(resume=True)
    assert (result.status, result.notes, result.refusals) == (FileStatus.DONE, 7, ())
    (output,) = bench.outputs().values()
    assert b"Ann" not in output
    assert output.count(b"Saw") == 7
    assert [one.status for one in bench.run(resume=True)] == [FileStatus.SKIPPED]
