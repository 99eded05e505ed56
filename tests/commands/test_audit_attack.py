"""`deid audit attack`: places for everybody, words for an officer, and nothing in the log."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.audit.people import make_personal_key
from deid.audit.records import Role
from deid.audit.store import log_path
from deid.officer import Desk
from deid.officer.enrolment import enrol

Deid = Callable[..., Any]
PIN = "a short sentence"
OUTPUT = """\
Patient: Mary Smith
Seen by Dr. Jones on 3/14/2024.
Mrs. Smith is stable. Mrs. Quenbridge sleeps well. Mrs. Smith will return.
"""
NOTE = "Call Mrs. {name} at (801) 555-0147. Seen by Dr. {doctor}. Mrs. {name} is stable.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    (path / "a.txt").write_text(OUTPUT, "utf-8")
    (path / "b.txt").write_text("Seen by Dr. Davis. Mr. Brown is stable.\n", "utf-8")
    return path


@pytest.fixture
def unlocked(home: Path, tmp_path: Path) -> list[object]:
    """The arguments that act with an officer's key."""
    pin = tmp_path / "pin"
    pin.write_text(PIN, "utf-8")
    pin.chmod(0o600)
    with Desk.open(home) as desk:
        first = make_personal_key(home, name="Ada Minister", pin=PIN)
        desk.unlock(first.id, PIN)
        enrol(desk, first.id, Role.ADMINISTRATOR)
        enrol(desk, make_personal_key(home, name="Olive Officer", pin=PIN).id, Role.OFFICER)
    return ["--as", "Olive Officer", "--pin-file", pin]


def test_a_leak_is_listed_by_its_place(deid: Deid, folder: Path, home: Path) -> None:
    said = deid("audit", "attack", folder, "--detector", "rules")
    assert said.code == 0, said.err
    assert "2 notes, 7 names" in said.out
    assert "6 of these may be stand-ins" in said.out
    assert "1 name stands out" in said.out
    row = next(line.split(maxsplit=4) for line in said.out.splitlines() if "a.txt" in line)
    assert row == [
        *("a.txt", "3:28", "10", "PATIENT"),
        "no name of the program's lists, differs from the others",
    ]
    assert "Quenbridge" not in said.out + said.err
    assert not log_path(home).exists()


def test_the_same_for_programs(deid: Deid, folder: Path) -> None:
    found = deid("audit", "attack", folder, "--detector", "rules", "--json").json()
    assert (found["notes"], found["names"], found["may_be_stand_ins"]) == (2, 7, 6)
    (suspect,) = found["suspects"]
    assert OUTPUT[suspect["start"] : suspect["end"]] == "Quenbridge"
    assert suspect["note"] == "a.txt"


def test_known_identifiers_are_counted(deid: Deid, folder: Path, tmp_path: Path) -> None:
    roster = tmp_path / "roster.csv"
    roster.write_text("patient,name\np,Ana Quenbridge\n", "utf-8")
    said = deid("audit", "attack", folder, "--detector", "rules", "--known", roster)
    assert "1 of the names are known identifiers; 1 of them stand out." in said.out
    assert "Quenbridge" not in said.out + said.err


def test_an_officer_sees_the_words_and_the_log_does_not(
    deid: Deid, folder: Path, unlocked: list[object], home: Path
) -> None:
    said = deid("audit", "attack", folder, "--detector", "rules", "--show-text", *unlocked)
    assert said.code == 0, said.err
    assert "Mrs. [[Quenbridge]] sleeps well." in said.out
    for path in home.rglob("*"):
        assert not path.is_file() or b"Quenbridge" not in path.read_bytes()


def test_words_want_an_officer(deid: Deid, folder: Path) -> None:
    said = deid("audit", "attack", folder, "--detector", "rules", "--show-text")
    assert said.code == 12
    assert said.out == ""


def test_what_cannot_be_read_is_told_and_the_rest_is_done(deid: Deid, folder: Path) -> None:
    (folder / "c.docx").write_bytes(b"?")
    said = deid("audit", "attack", folder, "--detector", "rules")
    assert said.code == 10
    assert "c.docx" in said.err
    assert "name stands out" in said.out


@pytest.fixture
def notes_folder(tmp_path: Path) -> Path:
    """Notes before redaction."""
    path = tmp_path / "in"
    path.mkdir()
    names = ("Quenbridge", "Ortolandi", "Wexcombe", "Tarnhelm")
    for number in range(8):
        text = NOTE.format(name=names[number % 4], doctor=names[(number + 1) % 4])
        (path / f"{number}.txt").write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("leave", ["mention", "person"])
def test_planted_leaks_side_by_side(deid: Deid, notes_folder: Path, leave: str) -> None:
    arguments = ("audit", "attack", notes_folder, "--detector", "rules", "--plant", "0.3")
    found = deid(*arguments, "--leave", leave, "--json").json()
    assert (found["notes"], found["leave"]) == (8, leave)
    assert set(found["found"]) == {"consistent", "markov"}
    for row in found["found"].values():
        assert row["pool"]["found"] == row["pool"]["leaks"] > 0
    said = deid(*arguments, "--leave", leave)
    assert "8 notes, 24 names" in said.out
    assert sum(line.split()[:1] == ["parrot"] for line in said.out.splitlines()) == 2
    assert "Quenbridge" not in said.out + said.err


def test_leaks_planted_in_marked_notes(deid: Deid, tmp_path: Path) -> None:
    gold = tmp_path / "gold.jsonl"
    text = "Mrs. Quenbridge is stable."
    rows = [
        {"id": str(n), "text": text, "spans": [{"start": 5, "end": 15, "label": "PATIENT"}]}
        for n in range(9)
    ]
    gold.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    found = deid("audit", "attack", gold, "--plant", "0.5", "--marked", "--json").json()
    assert found["found"]["markov"]["any"]["names"] == 9


@pytest.mark.parametrize(
    "arguments",
    [
        ("--marked",),
        ("--plant", "0.1", "--show-text"),
        ("--plant", "0.1", "--known", "x.csv"),
        ("--plant", "1"),
        ("--plant", "many"),
    ],
)
def test_what_does_not_go_together_is_refused(
    deid: Deid, folder: Path, arguments: tuple[str, ...]
) -> None:
    assert deid("audit", "attack", folder, *arguments).code == 2


@pytest.mark.parametrize("command", ["attack", "rare"])
def test_a_path_that_is_not_there_is_told(deid: Deid, tmp_path: Path, command: str) -> None:
    refused = deid("audit", command, tmp_path / "gone")
    assert refused.code == 3
    assert "no folder or file of that name" in refused.err


def test_known_identifiers_that_cannot_be_read_are_called_by_their_option(
    deid: Deid, folder: Path, tmp_path: Path
) -> None:
    known = tmp_path / "known.json"
    known.write_text("garbage", "utf-8")
    refused = deid("audit", "attack", folder, "--detector", "rules", "--known", known)
    assert refused.code == 4
    assert "--known, line 1: not valid JSON" in refused.err
    assert "roster" not in refused.err
