from __future__ import annotations

import io
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from deid.audit.keys import Keys
from deid.worklist.database import worklist_path
from deid.worklist.items import ItemState
from deid.worklist.store import Worklist

Deid = Callable[..., Any]


def states(listed: Any) -> dict[str, str]:
    return {Path(note["path"]).name: note["state"] for note in listed.json()["notes"]}


def test_notes_are_put_in_work_listed_and_taken_out(deid: Deid, notes: Path) -> None:
    assert deid("queue", "list").out == "nothing is in work\n"
    (notes / ".hidden.txt").write_text("x")
    added = deid("queue", "add", notes, notes / "a.txt")
    assert (added.code, added.out.splitlines()) == (
        0, ["in work: 2 notes of the paths named", "hidden files left alone: 1"],
    )  # fmt: skip
    listed = deid("queue", "list", "--json")
    assert states(listed) == {"a.txt": "waiting", "b.txt": "waiting"}
    assert {n["origin"] for n in listed.json()["notes"]} == {"file", "folder"}
    rows = deid("queue", "list").out.splitlines()
    assert rows[0].split() == ["id", "state", "uncertain", "from", "note"]
    assert [row.split()[-1] for row in rows[1:]] == [
        note["path"] for note in listed.json()["notes"]
    ]
    first = listed.json()["notes"][0]["id"]
    assert deid("queue", "remove", first).out == "taken out: 1 note\n"
    assert len(states(deid("queue", "list", "--json"))) == 1
    assert (notes / "a.txt").exists()
    assert (notes / "b.txt").exists()


def test_what_is_no_note_is_told_and_the_others_are_put_in_work(deid: Deid, notes: Path) -> None:
    (notes / "picture.bin").write_bytes(b"\0")
    added = deid("queue", "add", notes, notes / "gone.txt")
    assert added.code == 10
    assert "picture.bin: left out" in added.err
    assert "gone.txt: left out" in added.err
    assert states(deid("queue", "list", "--json")) == {"a.txt": "waiting", "b.txt": "waiting"}


def test_only_what_is_finished_is_cleared(deid: Deid, notes: Path, home: Path) -> None:
    deid("queue", "add", notes)
    with Worklist.open(home, keys=Keys.open(home)) as worklist:
        worklist.set_state(1, ItemState.DONE, target=notes / "out.txt")
        typed = worklist.add_text("Stable.")
    assert deid("queue", "list", "--json").json()["notes"][0]["output"] == str(notes / "out.txt")
    assert deid("queue", "clear").out == "taken out: 1 finished notes\n"
    listed = deid("queue", "list")
    assert f"{typed.id}   waiting  0          typed   (typed)" in listed.out.splitlines()


def test_a_note_that_is_not_there_cannot_be_taken_out(deid: Deid, notes: Path) -> None:
    deid("queue", "add", notes)
    gone = deid("queue", "remove", 1, 99)
    assert gone.code == 11
    assert "no note 99" in gone.err
    assert len(states(deid("queue", "list", "--json"))) == 2


def test_no_name_steers_the_terminal(deid: Deid, notes: Path) -> None:
    (notes / "\x1b[2Jc.txt").write_text("Stable.")
    deid("queue", "add", notes)
    assert "\x1b" not in deid("queue", "list").out


def test_a_run_shows_up_with_what_it_refused(deid: Deid, notes: Path, tmp_path: Path) -> None:
    (notes / "c.txt").write_bytes(b"")
    lines = [
        f'{{"id": "{number}", "text": "{text}"}}' for number, text in enumerate(["Ok", "", ""])
    ]
    (notes / "d.jsonl").write_text("\n".join(lines))
    out = tmp_path / "out"
    assert deid("redact", notes, "--out", out, "--detector", "rules").code == 10
    listed = deid("queue", "list", "--json").json()
    (run,) = listed["runs"]
    assert (run["folder"], run["files"], run["done"], run["refused"]) == (str(notes), 4, 2, 2)
    assert run["ended"] is not None
    assert [(Path(n["path"]).name, n["state"], n["run"]) for n in listed["notes"]] == [
        ("c.txt", "refused", run["id"]), ("d.jsonl", "refused", run["id"]),
    ]  # fmt: skip
    assert "no text" in listed["notes"][0]["reason"]
    assert listed["notes"][1]["reason"].startswith("2 notes, the first in line 2: ")
    shown = deid("queue", "list").out.splitlines()
    assert shown[-1].startswith("run 1: 2 of 4 files done, 2 refused, ended ")
    assert shown[-1].endswith(str(notes))

    (notes / "c.txt").write_text("Stable.")
    (notes / "d.jsonl").unlink()
    assert deid("redact", notes, "--out", out, "--detector", "rules", "--resume").code == 0
    listed = deid("queue", "list", "--json").json()
    assert [Path(n["path"]).name for n in listed["notes"]] == ["d.jsonl"]
    assert [run["done"] for run in listed["runs"]] == [2, 3]
    assert deid("queue", "clear").code == 0
    assert deid("queue", "list", "--json").json()["runs"] == []


def test_what_comes_in_as_a_stream_is_no_run(deid: Deid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"Stable.")))
    assert deid("redact", "-", "--detector", "rules").out == "Stable."
    assert deid("queue", "list", "--json").json() == {"notes": [], "runs": []}


@pytest.mark.parametrize("trouble", ["damaged", "locked", "folder", "key"])
def test_no_trouble_with_the_list_keeps_a_run_from_its_work(
    deid: Deid, notes: Path, tmp_path: Path, home: Path, trouble: str
) -> None:
    (notes / "c.txt").write_bytes(b"")
    with Worklist.open(home, keys=Keys.open(home)):
        pass
    path = worklist_path(home)
    with closing(sqlite3.connect(path)) as blocker:
        blocker.isolation_level = None
        if trouble == "locked":
            blocker.execute("BEGIN IMMEDIATE")
        elif trouble == "key":
            (home / "keys" / "site.key").unlink()
        else:
            path.write_bytes(b"no database" * 1000)
            if trouble == "folder":
                path.unlink()
                path.mkdir()
        done = deid("redact", notes, "--out", tmp_path / "out", "--detector", "rules", "--json")
    assert done.code == 10
    assert [file["status"] for file in done.json()["files"]] == ["done", "done", "refused"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.txt", "b.txt"]
    told = done.err.splitlines()
    assert len(told) == 2
    assert told[0].startswith(f"deid: error: worklist {path}: ")
    assert told[0].endswith("the run goes on, but the window may not show it")
    assert deid("audit", "verify").code == 0
