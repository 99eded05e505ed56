"""Every kind of bad input: its exit code and message, and what it leaves alone."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deid import resources
from deid.audit import store
from deid.formats import atomic

Deid = Callable[..., Any]
CANARY = "Quenbridge"
NOTE = f"Call Mrs. {CANARY} at (801) 555-0147.\n"
RULES = ("--detector", "rules")
UNKNOWN_LABEL = """\
{name: site, version: 1, basis: safe-harbor, default: {operator: tag},
 labels: {NOMEN: {operator: tag}}}
"""
ALIEN = "caf\xe9 ".encode("cp1252")


def leaks(said: Any, home: Path) -> list[str]:
    """Where the canary stands: on the terminal or in a file of the data folder."""
    found = [name for name in ("out", "err") if CANARY.encode() in getattr(said, name).encode()]
    files = [path for path in home.rglob("*") if path.is_file()]
    return found + [path.name for path in files if CANARY.encode() in path.read_bytes()]


def snapshot(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.rglob("*") if p.is_file()}


BAD_FILES = {
    "empty.txt": (b"", "EmptyNote", "no text"),
    "blank.txt": (b" \r\n\t\n", "EmptyNote", "no text"),
    "image.txt": (b"\x89PNG\r\n\x1a\n" + NOTE.encode(), "BinaryInput", "control bytes"),
    "nul.txt": (NOTE.encode() + b"\x00", "BinaryInput", "NUL"),
    "mixed.txt": (NOTE.encode() + "é".encode() + ALIEN, "EncodingError", "mixed"),
    "undefined.txt": (NOTE.encode() + b"\x81", "EncodingError", "--encoding"),
    "half.txt": (b"\xff\xfe" + NOTE.encode("utf-16-le") + b"x", "EncodingError", "utf-16-le"),
    "pair.txt": (b"\xff\xfe" + NOTE.encode("utf-16-le") + b"\x00\xd8", "EncodingError", "utf-16"),
    "scan.exe": (b"%PDF " + NOTE.encode(), "UnsupportedFormat", ".txt, .md"),
    "old.doc": (b"\xd0\xcf\x11\xe0" + NOTE.encode(), "UnsupportedFormat", "save it as .docx"),
    "macros.XLSM": (b"PK" + NOTE.encode(), "UnsupportedFormat", "save it as .xlsx"),
    "cut.jsonl": (
        b'{"id":"a","text":"x"}\n{"id":"b","text":"' + NOTE.strip().encode(),
        "MalformedRecord",
        "line 2",
    ),
    "key.jsonl": (
        json.dumps({"id": "a", "text": NOTE, "note": NOTE}).encode(),
        "MalformedRecord",
        "line 1: the key `note`",
    ),
    "twice.jsonl": (
        b"\n".join([json.dumps({"id": CANARY, "text": NOTE}).encode()] * 2),
        "DuplicateId",
        "lines 1 and 2",
    ),
    "surrogate.jsonl": (
        b'{"id":"a","text":"' + NOTE.strip().encode() + rb'\ud800"}',
        "EncodingError",
        "line 1",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_alone_ends_with_its_own_code(
    deid: Deid, home: Path, tmp_path: Path, name: str
) -> None:
    content, _, message = BAD_FILES[name]
    path = tmp_path / name
    path.write_bytes(content)
    said = deid("redact", path, "--out", tmp_path / "out", *RULES)
    assert said.code == 3
    assert message in said.err
    assert said.err.count("\n") == 1
    assert path.read_bytes() == content
    assert snapshot(tmp_path / "out") == {}
    assert not leaks(said, home)


def test_bad_files_in_a_folder_are_told_and_the_good_ones_done(
    deid: Deid, home: Path, notes: Path, tmp_path: Path
) -> None:
    for name, (content, _, _) in BAD_FILES.items():
        (notes / name).write_bytes(content)
    before = snapshot(notes)
    said = deid("redact", notes, "--out", tmp_path / "out", *RULES, "--json")
    assert said.code == 10
    files = {Path(file["input"]).name: file for file in said.json()["files"]}
    for name, (_, error, message) in BAD_FILES.items():
        (refusal,) = files[name]["refusals"]
        assert refusal["error"] == error
        assert message in refusal["message"]
        assert files[name]["output"] is None
    assert set(snapshot(tmp_path / "out")) == {"a.txt", "b.txt"}
    assert snapshot(notes) == before
    assert not leaks(said, home)
    for_people = deid("redact", notes, "--out", tmp_path / "out", *RULES, "--resume")
    assert for_people.code == 10
    assert "2 skipped" in for_people.out
    assert "cut.jsonl: line 2" in for_people.out
    assert not leaks(for_people, home)


@pytest.mark.parametrize("name", ["cut.jsonl", "twice.jsonl", "surrogate.jsonl", "scan.exe"])
def test_detect_refuses_a_bad_file_of_lines(
    deid: Deid, home: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(BAD_FILES[name][0])
    said = deid("detect", tmp_path / name, *RULES)
    assert (said.code, said.out) == (3, "")
    assert BAD_FILES[name][2] in said.err
    assert not leaks(said, home)


def test_an_encoding_may_be_told(deid: Deid, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(NOTE.encode() + "é".encode() + ALIEN)
    said = deid("redact", path, "--out", tmp_path / "out", *RULES, "--encoding", "latin-1")
    assert said.code == 0
    assert snapshot(tmp_path / "out")["a.txt"].endswith("é".encode() + ALIEN)


def test_a_note_of_50_megabytes_is_refused_unless_allowed(deid: Deid, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"x\n" * 25_000_000)
    said = deid("redact", path, "--out", tmp_path / "out", *RULES)
    assert said.code == 3
    assert "longer than 10000000 bytes" in said.err
    line = tmp_path / "n.jsonl"
    line.write_text(json.dumps({"id": "a", "text": "x " * 600_000}))
    said = deid("detect", line, *RULES, "--max-note-mb", "1")
    assert said.code == 10
    assert "line 1: the note is longer than 1000000 bytes" in said.err


def test_thousands_of_findings_are_all_replaced(deid: Deid, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("".join(f"Phone: (801) 555-{i:04}.\n" for i in range(2000)))
    said = deid("redact", path, "--out", tmp_path / "out", *RULES, "--json")
    assert said.code == 0
    assert said.json()["files"][0]["redactions"] == {"PHONE": 2000}
    assert b"555-" not in snapshot(tmp_path / "out")["a.txt"]


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{name: [", "not valid YAML"),
        ("{name: site, version: 1, basis: safe-harbor}", "default: must be a mapping"),
        (
            UNKNOWN_LABEL,
            "unknown label 'NOMEN'",
        ),
        (
            "{name: site, version: 1, basis: safe-harbor, default: {operator: keep}}",
            "basis safe-harbor",
        ),
    ],
)
def test_a_broken_policy_or_an_unknown_label_is_named(
    deid: Deid, notes: Path, tmp_path: Path, written: str, message: str
) -> None:
    policy = tmp_path / "site.yaml"
    policy.write_text(written)
    for arguments in (
        ("redact", notes, "--out", tmp_path / "out", *RULES, "--policy", policy),
        ("policy", "check", policy),
    ):
        said = deid(*arguments)
        assert said.code == 4
        assert "site.yaml" in said.err
        assert message in said.err
    assert not (tmp_path / "out").exists()


def test_a_policy_that_is_not_there(deid: Deid, notes: Path, tmp_path: Path) -> None:
    said = deid("redact", notes, "--out", tmp_path / "out", *RULES, "--policy", "nonsense")
    assert said.code == 4
    assert "safe-harbor" in said.err


def test_a_broken_rule_pack_is_named(deid: Deid, notes: Path, tmp_path: Path) -> None:
    pack = tmp_path / "site.yaml"
    pack.write_text("recognizers: [{name: x")
    said = deid("redact", notes, "--out", tmp_path / "out", *RULES, "--rules", pack)
    assert said.code == 4
    assert "site" in said.err
    assert deid("rules", "test", pack).code == 4


def test_a_broken_roster_is_refused(deid: Deid, home: Path, notes: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text(f"nonsense\n{CANARY}\n")
    said = deid("redact", notes, "--out", tmp_path / "out", *RULES, "--roster", roster)
    assert said.code == 4
    assert not leaks(said, home)


def shipped_model() -> Path:
    folders = [path.parent for path in resources.models().glob("*/manifest.json")]
    if not folders:
        pytest.skip("no model is shipped in this checkout")
    return folders[0]


def test_a_model_with_one_byte_changed_is_refused(deid: Deid, notes: Path, tmp_path: Path) -> None:
    model = tmp_path / "model"
    shutil.copytree(shipped_model(), model)
    path = model / "model.onnx"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    for arguments in (
        ("redact", notes, "--out", tmp_path / "out", "--model", model),
        ("model", "verify", model),
        ("model", "info", model),
        ("selftest", "--model", model),
    ):
        said = deid(*arguments)
        assert said.code == 5
        assert "model.onnx" in said.err
    assert not (tmp_path / "out").exists()


def test_a_model_that_is_not_there(deid: Deid, notes: Path, tmp_path: Path) -> None:
    said = deid("redact", notes, "--out", tmp_path / "out", "--model", tmp_path / "none")
    assert said.code == 5
    assert not (tmp_path / "out").exists()


def test_a_locked_log_releases_nothing(
    deid: Deid, home: Path, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert deid("redact", notes / "a.txt", "--out", tmp_path / "one", *RULES).code == 0
    patient = store.AuditLog.open
    monkeypatch.setattr(
        store.AuditLog, "open", lambda folder, **options: patient(folder, **options, wait=0.1)
    )
    with closing(sqlite3.connect(store.log_path(home), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        said = deid("redact", notes, "--out", tmp_path / "out", *RULES)
    assert said.code == 7
    assert snapshot(tmp_path / "out") == {}
    assert not leaks(said, home)


def test_a_damaged_log_releases_nothing(
    deid: Deid, home: Path, notes: Path, tmp_path: Path
) -> None:
    assert deid("redact", notes / "a.txt", "--out", tmp_path / "one", *RULES).code == 0
    log = store.log_path(home)
    for path in log.parent.glob("log.sqlite-*"):
        path.unlink()
    log.write_bytes(b"no log at all " * 1000)
    before = log.read_bytes()
    for arguments in (
        ("redact", notes, "--out", tmp_path / "out", *RULES),
        ("audit", "verify"),
        ("audit", "list"),
    ):
        said = deid(*arguments)
        assert said.code == 7
        assert not leaks(said, home)
    assert snapshot(tmp_path / "out") == {}
    assert log.read_bytes() == before


def test_a_changed_log_does_not_verify(deid: Deid, home: Path, notes: Path, tmp_path: Path) -> None:
    deid("redact", notes, "--out", tmp_path / "out", *RULES)
    assert deid("audit", "verify").code == 0
    with closing(sqlite3.connect(store.log_path(home))) as connection, connection:
        connection.execute("UPDATE records SET body = replace(body, 'PHONE', 'EMAIL')")
    assert deid("audit", "verify").code == 7


@pytest.mark.skipif(os.name == "nt", reason="POSIX files")
def test_an_output_folder_that_cannot_be_written(deid: Deid, home: Path, notes: Path) -> None:
    before = snapshot(notes)
    said = deid("redact", notes, "--out", "/proc/nothing", *RULES)
    assert said.code == 6
    assert "cannot be written" in said.err
    assert snapshot(notes) == before
    assert not leaks(said, home)


class FillingDisk:
    """The module `os`, on a disk that has room for one more file."""

    def __init__(self) -> None:
        self.files = 0

    def __getattr__(self, name: str) -> object:
        return getattr(os, name)

    def fsync(self, handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            self.files += 1
            if self.files > 1:
                raise OSError(errno.ENOSPC, "No space left on device")
        os.fsync(handle)


def test_a_full_disk_leaves_no_half_output(
    deid: Deid, home: Path, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    with monkeypatch.context() as patch:
        patch.setattr(atomic, "os", FillingDisk())
        said = deid("redact", notes, "--out", out, *RULES)
    assert said.code == 6
    assert "No space left" in said.err
    assert not leaks(said, home)
    assert list(snapshot(out)) == ["a.txt"]
    assert deid("redact", notes, "--out", out, *RULES, "--resume").code == 0
    assert sorted(snapshot(out)) == ["a.txt", "b.txt"]


def test_an_output_that_is_there_is_kept(deid: Deid, notes: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.txt").write_bytes(b"mine")
    said = deid("redact", notes, "--out", out, *RULES)
    assert said.code == 10
    assert "a.txt: the output is there already" in said.out
    assert snapshot(out)["a.txt"] == b"mine"
    assert "b.txt" in snapshot(out)
    said = deid("redact", notes / "a.txt", "--out", out, *RULES)
    assert said.code == 6


def test_an_output_folder_in_the_input_folder(deid: Deid, notes: Path) -> None:
    before = snapshot(notes)
    said = deid("redact", notes, "--out", notes / "out", *RULES)
    assert said.code == 6
    assert "choose another --out" in said.err
    assert snapshot(notes) == before


def test_nothing_to_do_is_told(deid: Deid, tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    said = deid("redact", tmp_path / "in", "--out", tmp_path / "out", *RULES)
    assert said.code == 3
    assert "no note" in said.err


def test_a_path_that_is_not_there(deid: Deid, tmp_path: Path) -> None:
    said = deid("redact", tmp_path / "gone.txt", "--out", tmp_path / "out", *RULES)
    assert said.code == 3
    assert "No such file" in said.err


def test_a_bad_stream_puts_nothing_out(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deid", "redact", "-", *RULES],
        input=NOTE.encode() + b"\x00",
        capture_output=True,
    )
    assert (done.returncode, done.stdout) == (3, b"")
    assert CANARY.encode() not in done.stderr


def test_originals_keep_their_bytes_and_times(deid: Deid, notes: Path, tmp_path: Path) -> None:
    def facts() -> list[tuple[str, str, int]]:
        return [
            (p.name, hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mtime_ns)
            for p in sorted(notes.iterdir())
        ]

    before = facts()
    deid("redact", notes, "--out", tmp_path / "out", *RULES, "--overwrite")
    assert facts() == before
