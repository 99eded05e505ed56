"""`deid audit archive`, `shred-site-key` and `machines`."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.audit.checkpoint import seal
from deid.audit.keys import Keys
from deid.audit.records import PolicyChanged, Role, SessionOpened
from deid.audit.store import AuditLog, log_path
from deid.officer import Desk
from deid.officer.enrolment import enrol, make_key
from deid.worklist.store import Worklist

Deid = Callable[..., Any]
PIN = "a short sentence"
DIGEST = "6" * 64


@pytest.fixture
def admin(home: Path, tmp_path: Path) -> list[object]:
    """A log with an administrator and forty records behind, and the arguments to act as her."""
    with Desk.open(home) as desk:
        person = make_key(desk, name="Ada Minister", pin=PIN)
        desk.unlock(person.id, PIN)
        enrol(desk, person.id, Role.ADMINISTRATOR)
        desk.log.append([SessionOpened("ada", "pc-1", "0.1.0", None, DIGEST, DIGEST)])
        desk.log.append([PolicyChanged(DIGEST)] * 40)
    pin = tmp_path / "pin"
    pin.write_text(f"{PIN}\n")
    pin.chmod(0o600)
    return ["--as", "Ada Minister", "--pin-file", pin]


@pytest.fixture
def officer(deid: Deid, home: Path, admin: list[object], tmp_path: Path) -> list[object]:
    """Thirty of the records are archived; the arguments to act as an officer."""
    with Desk.open(home) as desk:
        ada = next(one for one in desk.people() if one.name == "Ada Minister")
        desk.unlock(ada.id, PIN)
        enrol(desk, make_key(desk, name="Olive Officer", pin=PIN).id, Role.OFFICER)
    archive = ("audit", "archive", "--records", "30", "--out", tmp_path / "archives")
    assert deid(*archive, *admin).code == 0
    return ["--as", "Olive Officer", *admin[2:]]


def test_records_are_archived_and_read_again(
    deid: Deid, home: Path, admin: list[object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "archives"
    before = deid("audit", "show", "9", "--json").json()
    archived = deid("audit", "archive", "--records", "30", "--out", out, "--json", *admin).json()
    assert (archived["archived"], archived["first"], archived["stop"]) == (30, 0, 30)
    said = deid("audit", "show", "9")
    assert said.code == 7
    assert "--archive" in said.err
    assert deid("audit", "show", "9", "--json", "--archive", out).json() == before
    plain = deid("audit", "verify")
    assert plain.code == 0
    assert "30 records are in archives that were not given" in plain.out
    assert "records 0 to 29" in plain.out
    found = deid("audit", "verify", "--archive", out, "--json").json()
    assert found["archived"] == [{"first": 0, "stop": 30, "examined": True}]
    assert "not examined" not in deid("audit", "verify", "--archive", archived["file"]).out
    listed = [json.loads(line)["seq"] for line in deid("audit", "list", "--json").out.splitlines()]
    whole = deid("audit", "list", "--json", "--archive", out).out.splitlines()
    assert [json.loads(line)["seq"] for line in whole] == list(range(len(whole)))
    assert len(listed) < len(whole) - 20
    proof = tmp_path / "proof"
    assert deid("audit", "prove", "9", "--archive", out, "--out", proof).code == 0
    assert deid("audit", "verify", "--proof", proof).code == 0
    key = found["public_key"]
    monkeypatch.setenv("DEID_HOME", str(tmp_path / "elsewhere"))
    alone = ("audit", "verify", "--archive-alone", archived["file"], "--public-key", key)
    assert deid(*alone, "--json").json()["sha256"] == archived["sha256"]
    assert "records that were signed" in deid(*alone).out
    monkeypatch.setenv("DEID_HOME", str(home))
    Path(archived["file"]).write_bytes(b"lost")
    assert deid("audit", "verify", "--archive", out).code == 7


@pytest.mark.parametrize("form", ["csv", "json", "fhir"])
def test_no_export_leaves_archived_records_out_in_silence(
    deid: Deid, home: Path, officer: list[object], tmp_path: Path, form: str
) -> None:
    with AuditLog.open(home) as log:
        (moved,) = log.archived()
        until = log.record(moved.stop).time
    behind = "--behind-archives"
    export = ("audit", "export", form, "--out", tmp_path / "given")
    for some in ((), ("--since", until.isoformat()), (behind, "--user", "ada")):
        said = deid(*export, *some, *officer)
        assert said.code == 7
        assert f"{moved.stop - moved.kept} of the" in said.err
        assert "--archive" in said.err
        assert not (tmp_path / "given").exists()
    assert deid(*export, "--archive", tmp_path / "archives", *officer).code == 0
    (tmp_path / "given").unlink()
    assert deid(*export, behind, *officer).code == 0


def test_archiving_by_date_and_in_words(deid: Deid, admin: list[object], tmp_path: Path) -> None:
    out = tmp_path / "archives"
    told = deid("audit", "archive", "--before", "2020-01-01", "--out", out, *admin)
    assert (told.code, out.exists()) == (0, False)
    assert "nothing to archive" in told.out
    none = deid("audit", "archive", "--before", "2020-01-01", "--out", out, "--json", *admin)
    assert none.json() == {"archived": 0}
    told = deid("audit", "archive", "--before", "2999-01-01", "--out", out, *admin)
    assert told.code == 0
    assert "Keep a second copy" in told.out
    assert deid("audit", "people", "list").code == 0
    assert deid("audit", "verify", "--archive", out).code == 0
    assert deid("audit", "archive", "--out", out, *admin).code == 2
    assert deid("audit", "archive", "--records", "5", "--out", out).code == 12


def test_the_site_key_is_destroyed_on_request(
    deid: Deid, home: Path, admin: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = Keys.open(home)
    with Worklist.open(home, keys=keys) as worklist:
        worklist.add_text("A note")
    (home / "codes.sqlite").touch()
    said = deid("audit", "shred-site-key", *admin)
    assert said.code == 12
    assert "no terminal" in said.err
    assert "Lost: 1 note in the queue, 1 of them typed" in said.out
    assert deid("audit", "shred-site-key", "--yes").code == 12

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("something else\n"))
    assert "not the id" in deid("audit", "shred-site-key", *admin).err
    monkeypatch.setattr("sys.stdin", Terminal(f"{keys.id}\n"))
    assert "would be lost unfinished" in deid("audit", "shred-site-key", *admin).err
    assert Keys.open(home) == keys
    done = deid("audit", "shred-site-key", "--yes", *admin)
    assert done.code == 0
    assert f"destroyed: site key {keys.id}" in done.out
    assert Keys.open(home).id != keys.id
    assert deid("audit", "verify").code == 0
    monkeypatch.setattr("sys.stdin", Terminal(f"{Keys.open(home).id}\n"))
    assert deid("audit", "shred-site-key", *admin).code == 0


@pytest.fixture
def ward(tmp_path: Path) -> Path:
    """Another machine's data folder."""
    home = tmp_path / "ward"
    keys = Keys.open(home)
    with AuditLog.open(home) as log:
        log.append([SessionOpened("clerk", "ward-pc", "0.1.0", None, DIGEST, DIGEST)])
        seal(log, keys.signer)
    return home


def test_machines_are_listed_verified_and_shown_together(
    deid: Deid, admin: list[object], ward: Path
) -> None:
    assert "no other machine" in deid("audit", "machines", "list").out
    key = Keys.open(ward).public_key
    add = ("audit", "machines", "add", "ward", ward, "--public-key")
    assert deid(*add, key).code == 0
    assert deid(*add, key).code == 4
    assert deid("audit", "machines", "list", "--json").json()["machines"][0]["public_key"] == key
    found = deid("audit", "machines", "verify", "--json").json()["machines"]
    assert [(one["name"], one["verified"]) for one in found] == [
        ("this machine", True),
        ("ward", True),
    ]
    assert "ward  " in deid("audit", "machines", "list").out
    lines = deid("audit", "machines", "records", "--json").out.splitlines()
    listed = [(json.loads(line)["listed_as"], json.loads(line)["opened_by"]) for line in lines]
    assert listed[-1] == ("ward", "clerk")
    assert ("this machine", "ada") in listed
    sessions = deid("audit", "machines", "records", "--event", "session-opened", "--last", "1")
    assert "ward, clerk" in sessions.out
    assert "agrees with itself and with the 1 records" in deid("audit", "machines", "verify").out
    log_path(ward).write_bytes(b"lost")
    broken = deid("audit", "machines", "verify")
    assert broken.code == 7
    assert "1 of 2 logs could not be verified" in broken.err
    assert deid("audit", "machines", "verify", "--json").json()["machines"][1]["problem"]
    assert deid("audit", "machines", "records", "--json").out.splitlines() == lines
    assert deid("audit", "machines", "remove", "ward").code == 0
    assert deid("audit", "machines", "remove", "ward").code == 4
