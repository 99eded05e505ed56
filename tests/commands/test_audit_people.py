"""`deid audit people`, and acts with somebody's key."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid.commands import officer_options

Deid = Callable[..., Any]
PinFile = Callable[..., Path]
ADA, OLIVE = "Ada Minister", "Olive Officer"


@pytest.fixture
def pin_file(tmp_path: Path) -> PinFile:
    """A file with this PIN that only its owner may read."""

    def write(pin: str, mode: int = 0o600) -> Path:
        path = tmp_path / f"pin-{len(list(tmp_path.iterdir()))}"
        path.write_text(f"{pin}\nnot the PIN\n", encoding="utf-8")
        path.chmod(mode)
        return path

    return write


@pytest.fixture
def ada(deid: Deid, pin_file: PinFile) -> list[object]:
    """The first administrator, and the arguments that act with her key."""
    pin = pin_file("the first of all")
    added = deid(
        "audit", "people", "add", "--name", ADA, "--role", "administrator", "--new-pin-file", pin
    )
    assert (added.code, added.err) == (0, "")
    return ["--as", ADA, "--pin-file", pin]


@pytest.fixture
def olive(deid: Deid, ada: list[object], pin_file: PinFile) -> list[object]:
    """An officer, and the arguments that act with her key."""
    pin = pin_file("grüne Wiese")
    made = deid("audit", "people", "add", "--name", OLIVE, "--new-pin-file", pin)
    assert "no role yet" in made.out
    assert deid("audit", "people", "grant", OLIVE, "--role", "officer", *ada).code == 0
    return ["--as", OLIVE, "--pin-file", pin]


def test_who_has_which_role_is_listed(deid: Deid, olive: list[object]) -> None:
    people = deid("audit", "people", "list", "--json").json()["people"]
    assert [(one["name"], one["role"], one["key_here"]) for one in people] == [
        (ADA, "administrator", True),
        (OLIVE, "officer", True),
    ]
    told = deid("audit", "people", "list").out
    assert re.search(rf"{people[1]['id']}\s+{OLIVE}\s+officer\s+yes", told)
    assert deid("audit", "verify").code == 0


def test_listing_makes_nothing(deid: Deid, home: Path) -> None:
    assert "nobody is enrolled" in deid("audit", "people", "list").out
    assert not home.exists()


def test_the_first_is_an_administrator(deid: Deid, pin_file: PinFile) -> None:
    pin = pin_file("the first of all")
    refused = deid(
        "audit", "people", "add", "--name", OLIVE, "--role", "officer", "--new-pin-file", pin
    )
    assert refused.code == 12
    assert "must be an administrator" in refused.err
    assert deid("audit", "people", "list", "--json").json() == {"people": []}


def test_only_an_administrator_enrols(deid: Deid, olive: list[object], pin_file: PinFile) -> None:
    new = ["--name", "Eve", "--role", "officer", "--new-pin-file", pin_file("let me in please")]
    for key, said in (([], "unlock one"), (olive, "the role of the unlocked one is: officer")):
        refused = deid("audit", "people", "add", *new, *key)
        assert refused.code == 12
        assert said in refused.err
    assert len(deid("audit", "people", "list", "--json").json()["people"]) == 2


def test_a_role_is_withdrawn(deid: Deid, ada: list[object], olive: list[object]) -> None:
    assert deid("audit", "sign-off", "--meaning", "reviewed", *olive).code == 0
    assert "withdrawn: officer" in deid("audit", "people", "withdraw", OLIVE, *ada).out
    refused = deid("audit", "sign-off", "--meaning", "reviewed", *olive)
    assert refused.code == 12
    assert "is: none" in refused.err
    last = deid("audit", "people", "withdraw", ADA, *ada)
    assert last.code == 12
    assert "last administrator" in last.err
    assert deid("audit", "verify").code == 0


def test_a_wrong_pin_is_refused_and_recorded(
    deid: Deid, olive: list[object], pin_file: PinFile
) -> None:
    wrong = ["--as", OLIVE, "--pin-file", pin_file("grune Wiese")]
    refused = deid("audit", "sign-off", "--meaning", "reviewed", *wrong)
    assert refused.code == 7
    assert "PIN does not open" in refused.err
    last = deid("audit", "list", "--event", "key-changed", "--json").out.splitlines()[-1]
    assert '"act":"refused"' in last
    assert '"person":null' in last


def test_a_pin_is_changed(deid: Deid, olive: list[object], pin_file: PinFile) -> None:
    new = pin_file("another meadow")
    wrong = pin_file("no meadow")
    arguments = ["audit", "people", "change-pin", OLIVE, "--new-pin-file", new, "--pin-file"]
    assert deid(*arguments, wrong).code == 7
    assert deid("audit", "sign-off", "--meaning", "reviewed", *olive).code == 0
    assert deid(*arguments, olive[-1]).code == 0
    assert deid("audit", "sign-off", "--meaning", "reviewed", *olive).code == 7
    with_new = ["--as", OLIVE, "--pin-file", new]
    assert deid("audit", "sign-off", "--meaning", "reviewed", *with_new).code == 0


@pytest.mark.parametrize("pin", ["", "12345", "x" * 129])
def test_a_pin_of_no_use_is_refused(deid: Deid, pin_file: PinFile, home: Path, pin: str) -> None:
    refused = deid("audit", "people", "add", "--name", ADA, "--new-pin-file", pin_file(pin))
    assert refused.code == 7
    assert "6 to 128 characters" in refused.err
    assert not list(home.rglob("people/*"))


def test_names_that_several_have_are_told_apart_by_their_ids(
    deid: Deid, olive: list[object], ada: list[object], pin_file: PinFile
) -> None:
    again = deid("audit", "people", "add", "--name", OLIVE, "--new-pin-file", pin_file("a twin"))
    refused = deid("audit", "people", "grant", OLIVE, "--role", "redactor", *ada)
    assert refused.code == 7
    assert "give the id" in refused.err
    own = again.out.split()[0]
    assert deid("audit", "people", "grant", own, "--role", "redactor", *ada).code == 0
    assert deid("audit", "people", "grant", "Nobody", "--role", "redactor", *ada).code == 7


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_a_pin_file_that_others_may_read_is_refused(deid: Deid, pin_file: PinFile) -> None:
    pin = pin_file("the first of all", 0o640)
    refused = deid("audit", "people", "add", "--name", ADA, "--new-pin-file", pin)
    assert refused.code == 7
    assert "open to other users" in refused.err


class _Terminal:
    def isatty(self) -> bool:
        return True


def test_a_pin_is_asked_for_unseen_and_a_new_one_twice(
    deid: Deid, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["the first of all", "the first of al", "the first of all", "the first of all"]
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return answers.pop(0)

    monkeypatch.setattr(officer_options.sys, "stdin", _Terminal())
    monkeypatch.setattr(officer_options.getpass, "getpass", ask)
    add = ["audit", "people", "add", "--name", ADA, "--role", "administrator"]
    unlike = deid(*add)
    assert unlike.code == 7
    assert "not the same" in unlike.err
    assert deid(*add).code == 0
    assert asked == [f"PIN for {ADA}: ", f"PIN for {ADA}, again: "] * 2


def test_where_there_is_nobody_to_ask_a_file_is_wanted(
    deid: Deid, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(officer_options.sys, "stdin", None)
    refused = deid("audit", "people", "add", "--name", ADA)
    assert refused.code == 12
    assert "--new-pin-file" in refused.err


def test_signing_off_verifies_first_and_is_listed(
    deid: Deid, olive: list[object], tmp_path: Path
) -> None:
    assert "nobody signed" in deid("audit", "sign-offs").out
    kept = tmp_path / "kept.txt"
    assert deid("audit", "checkpoint", "--out", kept).code == 0
    with_kept = ["--meaning", "approved", "--checkpoint", kept, "--json"]
    (signed,) = deid("audit", "sign-off", *with_kept, *olive).json()["sign_offs"]
    assert (signed["name"], signed["meaning"]) == (OLIVE, "approved")
    assert deid("audit", "sign-offs", "--json").json() == {"sign_offs": [signed]}
    listed = deid("audit", "sign-offs").out.splitlines()[1]
    assert listed.split()[0] == str(signed["record"])
    assert f"{OLIVE}" in listed
    assert deid("audit", "verify").code == 0


def test_a_log_that_does_not_verify_is_not_signed(
    deid: Deid, olive: list[object], tmp_path: Path
) -> None:
    kept = tmp_path / "kept.txt"
    assert deid("audit", "checkpoint", "--out", kept).code == 0
    note = kept.read_text(encoding="utf-8")
    kept.write_text(note.replace("\n", "\n1", 1), encoding="utf-8")
    refused = deid("audit", "sign-off", "--meaning", "reviewed", "--checkpoint", kept, *olive)
    assert refused.code == 7
    assert "nobody signed" in deid("audit", "sign-offs").out


def test_signing_off_compares_the_log_with_its_witness(
    deid: Deid, olive: list[object], home: Path, tmp_path: Path
) -> None:
    witness = tmp_path / "witness"
    witness.mkdir()
    assert deid("audit", "witness", "--add", witness, *olive).code == 0
    before = home / "audit" / "log.sqlite"
    older = before.read_bytes()
    for _ in range(2):
        assert deid("audit", "sign-off", "--meaning", "reviewed", *olive).code == 0
    assert deid("audit", "anchor").code == 0
    before.write_bytes(older)
    for name in ("log.sqlite-wal", "log.sqlite-shm"):
        before.with_name(name).unlink(missing_ok=True)
    refused = deid("audit", "sign-off", "--meaning", "reviewed", *olive)
    assert refused.code == 7
    assert "records" in refused.err


def test_an_administrator_does_not_sign_off(deid: Deid, ada: list[object]) -> None:
    refused = deid("audit", "sign-off", "--meaning", "reviewed", *ada)
    assert refused.code == 12
    assert "the role of the unlocked one is: administrator" in refused.err


def test_every_command_of_the_document_runs(deid: Deid, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(officer_options.sys, "stdin", _Terminal())
    monkeypatch.setattr(officer_options.getpass, "getpass", lambda prompt: "a short sentence")
    document = (Path(__file__).resolve().parents[2] / "docs" / "people.md").read_text("utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", document, re.MULTILINE | re.DOTALL)
    commands = [line for block in blocks for line in block.splitlines()]
    # The signature stands below the withdrawal of the one who signs.
    commands.sort(key=lambda line: "withdraw" in line)
    for line in commands:
        program, *arguments = shlex.split(line.removeprefix("$ "))
        assert (program, deid(*arguments).code) == ("deid", 0), line
    assert len(commands) == 8
    assert deid("audit", "verify").code == 0
