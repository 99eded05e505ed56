import io
import json
import sys
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import SimpleNamespace
from typing import Any

import pytest
import regex

from deid.batch import FileResult, FileStatus
from deid.commands import printing
from deid.commands.redact import STDIN_FORMATS
from deid.commands.redact_printing import print_summary
from deid.errors import OutputError
from deid.formats import suffixes
from deid.formats.atomic import StagedFile
from deid.formats.inputs import Inputs
from deid.policy import load_policy

Deid = Callable[..., Any]
RULES = ("--detector", "rules")


def test_a_folder_is_redacted_with_a_summary(deid: Deid, notes: Path, tmp_path: Path) -> None:
    (notes / ".hidden.txt").write_text("not looked at")
    said = deid("redact", notes, "--out", tmp_path / "out", *RULES)
    assert said.code == 0
    assert said.err == ""
    assert "files: 2 done" in said.out
    assert "under policy safe-harbor" in said.out
    assert "hidden files left alone: 1" in said.out
    assert (tmp_path / "out" / "a.txt").read_text() == (
        "Call Mrs. [PATIENT-1] at [PHONE-1].\nStable on 2024.\n"
    )
    verified = deid("audit", "verify", "--json").json()
    assert (verified["verified"], verified["documents"]) == (True, 2)


def test_the_summary_for_programs(deid: Deid, notes: Path, tmp_path: Path) -> None:
    said = deid("redact", notes, "--out", tmp_path / "out", *RULES, "--json")
    summary = said.json()
    assert summary["notes"] == 2
    assert summary["policy"]["name"] == "safe-harbor"
    assert summary["files"][0] == {
        "input": str(notes / "a.txt"),
        "output": "a.txt",
        "status": "done",
        "notes": 1,
        "redactions": {"DATE": 1, "PATIENT": 1, "PHONE": 1},
        "refusals": [],
        "more_refusals": 0,
        "removed": {},
    }


def test_several_processes_give_the_same_as_one(deid: Deid, notes: Path, tmp_path: Path) -> None:
    (notes / "c.jsonl").write_text(json.dumps({"id": "00482913", "text": "Seen 03/14/2024."}))
    (notes / "d.txt").write_bytes(b"")
    one, two = tmp_path / "one", tmp_path / "two"
    assert deid("redact", notes, "--out", one, *RULES, "--jobs", "1").code == 10
    assert deid("redact", notes, "--out", two, *RULES, "--jobs", "2").code == 10
    written = {path.name: path.read_bytes() for path in one.iterdir()}
    assert written == {path.name: path.read_bytes() for path in two.iterdir()}
    assert sorted(written) == ["a.txt", "b.txt", "c.jsonl"]
    assert deid("audit", "verify").code == 0


def test_the_shipped_model_works_along(deid: Deid, notes: Path, tmp_path: Path) -> None:
    (notes / "c.txt").write_text("Spoke with Bartholomew Okonkwo-Reyes about his knee.\n")
    said = deid("redact", notes, "--out", tmp_path / "out")
    assert said.code == 0
    assert "Okonkwo" not in (tmp_path / "out" / "c.txt").read_text()


def test_dash_takes_stdin_to_stdout(deid: Deid, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(content: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content)))

    feed(b"\xef\xbb\xbfCall (801) 555-0147.\r\n")
    said = deid("redact", "-", *RULES)
    assert (said.code, said.out) == (0, "\ufeffCall [PHONE-1].\r\n")
    feed(b'{"id":"a","text":"Call (801) 555-0147."}\n')
    said = deid("redact", "-", *RULES, "--stdin-format", "jsonl")
    assert (said.code, said.out) == (0, '{"id":"a","text":"Call [PHONE-1]."}\n')


def test_other_keys_of_a_line_are_dropped_only_when_asked_for(deid: Deid, tmp_path: Path) -> None:
    path, out = tmp_path / "n.jsonl", tmp_path / "out"
    path.write_text(json.dumps({"id": "a", "text": "Stable.", "nurse": "Quenbridge"}))
    said = deid("redact", path, "--out", out, *RULES)
    assert said.code == 3
    assert "--drop-keys" in said.err
    assert deid("redact", path, "--out", out, *RULES, "--drop-keys").code == 0
    assert (out / "n.jsonl").read_text() == '{"id": "a", "text": "Stable."}'


def test_file_names_that_identify_are_replaced(deid: Deid, notes: Path, tmp_path: Path) -> None:
    (notes / "MRN 00482913.txt").write_text("Stable.\n")
    (notes / "03-14-2024").mkdir()
    (notes / "03-14-2024" / "visit.txt").write_text("Stable.\n")
    out = tmp_path / "out"
    said = deid("redact", notes, "--out", out, *RULES)
    assert said.code == 0
    names = sorted(path.name for path in out.iterdir())
    assert names[:2] == ["a.txt", "b.txt"]
    assert len(names) == 4
    told = [line.rpartition(": ")[2] for line in said.out.splitlines() if "another name" in line]
    assert sorted(told) == names[2:]
    assert all(regex.fullmatch(r"note-[a-p]{12}\.txt", name) for name in names[2:])


def test_the_summary_tells_of_each_file_what_was_removed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def print_removed(files: int) -> list[str]:
        results = [
            FileResult(
                Path(f"{number}.docx"),
                PurePosixPath(f"{number}.docx"),
                FileStatus.DONE,
                notes=1,
                removed={"picture 1": 2},
            )
            for number in range(files)
        ]
        print_summary(results, Inputs((), (), 0), load_policy("safe-harbor"))
        return [line for line in capsys.readouterr().out.splitlines() if "removed:" in line]

    expected = ["removed: 0.docx: picture 1 (2 times)", "removed: 1.docx: picture 1 (2 times)"]
    assert print_removed(2) == expected
    assert print_removed(30) == ["removed: picture 1 (60 times)"]


def test_a_run_that_ends_early_tells_how_far_it_came(
    deid: Deid, notes: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = StagedFile.finish

    def fill_the_disk(file: StagedFile) -> None:
        if (tmp_path / "out" / "a.txt").exists():
            raise OutputError("the output cannot be written (No space left on device)")
        finish(file)

    with monkeypatch.context() as full:
        full.setattr(StagedFile, "finish", fill_the_disk)
        said = deid("redact", notes, "--out", tmp_path / "out", *RULES)
    assert said.code == 6
    assert "the run ended after 1 of 2 files" in said.err
    assert deid("redact", notes, "--out", tmp_path / "out", *RULES, "--resume").code == 0


def test_a_file_is_no_folder_for_outputs(deid: Deid, notes: Path) -> None:
    said = deid("redact", notes / "a.txt", "--out", notes / "b.txt", *RULES)
    assert said.code == 6
    assert "--out names a file" in said.err


def test_the_roster_of_a_patient(deid: Deid, notes: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("patient,name\nP1,Zebulon Tarn\nP2,Orla Finch\n")
    (notes / "a.txt").write_text("zebulon is stable.\n")
    (notes / "tarn visit.txt").write_text("Stable.\n")
    more = ("--roster", roster, "--patient", "P1", *RULES)
    assert deid("redact", notes, "--out", tmp_path / "out", *more).code == 0
    assert "zebulon" not in (tmp_path / "out" / "a.txt").read_text()
    assert not list((tmp_path / "out").glob("*tarn*"))
    said = deid(
        "redact", notes / "b.txt", "--out", tmp_path / "x", *more[:2], "--patient", "P9", *RULES
    )
    assert said.code == 4
    assert "roster has no row" in said.err


def test_a_patient_has_the_same_stand_ins_in_all_notes(
    deid: Deid, notes: Path, tmp_path: Path
) -> None:
    more = ("--policy", "research", "--patient", "P1", *RULES)
    assert deid("redact", notes, "--out", tmp_path / "out", *more).code == 0
    first, second = (
        (tmp_path / "out" / name).read_text().split(" at ")[0] for name in ("a.txt", "b.txt")
    )
    assert first == second
    assert "Quenbridge" not in first


def test_control_characters_in_names_do_not_reach_the_terminal(
    deid: Deid, notes: Path, tmp_path: Path
) -> None:
    try:
        (notes / "x\x1b[2Jy.txt").write_bytes(b"")
    except OSError:
        pytest.skip("this file system has no such names")
    said = deid("redact", notes, "--out", tmp_path / "out", *RULES)
    assert "\x1b" not in said.out + said.err
    assert r"x\x1b[2Jy.txt" in said.out


def test_the_bar_is_drawn_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with printing.progress(2, quiet=False) as bar:
        bar.step(files=1)
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with printing.progress(2, quiet=False) as bar:
        bar.step(files=1, notes=7)
        bar.step(files=1)
    assert "7 notes" in capsys.readouterr().err


def test_every_format_may_come_by_the_standard_input() -> None:
    assert {f".{name}" for name in STDIN_FORMATS} == set(suffixes())
