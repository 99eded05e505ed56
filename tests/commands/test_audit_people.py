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
    for key, said in (
        ([], "unlock one with --as PERSON"),
        (olive, "the role of the unlocked one is: officer"),
    ):
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


def test_what_a_signature_can_mean_is_listed(deid: Deid) -> None:
    refused = deid("audit", "sign-off", "--meaning", "funny")
    assert refused.code == 2
    assert "one of reviewed, approved, released, rejected, responsible" in refused.err


def test_an_administrator_does_not_sign_off(deid: Deid, ada: list[object]) -> None:
    refused = deid("audit", "sign-off", "--meaning", "reviewed", *ada)
    assert refused.code == 12
    assert "the role of the unlocked one is: administrator" in refused.err


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A terminal at which every PIN is the same, and every other answer the first of these."""
    answers = ["yes"]
    monkeypatch.setattr(officer_options.sys, "stdin", _Terminal())
    monkeypatch.setattr(officer_options.getpass, "getpass", lambda prompt: "a short sentence")
    monkeypatch.setattr("builtins.input", lambda prompt: answers[0])
    return answers


def _commands(section: Callable[[str], bool]) -> list[list[str]]:
    """The arguments of `deid` in the sections of the document whose heading is wanted."""
    document = (Path(__file__).resolve().parents[2] / "docs" / "people.md").read_text("utf-8")
    found: list[list[str]] = []
    for part in document.split("\n## "):
        blocks = re.findall(r"^```console\n(.*?)^```$", part, re.MULTILINE | re.DOTALL)
        lines = [line for block in blocks for line in block.splitlines()]
        if section(part.partition("\n")[0]):
            found += [shlex.split(line.removeprefix("$ ")) for line in lines]
    assert all(command[0] == "deid" for command in found)
    return [command[1:] for command in found]


_STICK = "An officer with a stick"


@pytest.mark.usefixtures("typed")
def test_every_command_of_the_document_runs(deid: Deid) -> None:
    commands = _commands(lambda heading: heading != _STICK)
    # The signature stands below the withdrawal of the one who signs.
    for command in sorted(commands, key=lambda arguments: "withdraw" in arguments):
        assert deid(*command).code == 0, command
    assert len(commands) == 8
    assert deid("audit", "verify").code == 0


@pytest.mark.usefixtures("typed")
def test_an_officer_s_stick_serves_at_another_computer(
    deid: Deid, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o700)
    made, written, enrolled, signed, changed = (
        [argument.replace("/media/otto", str(stick)) for argument in command]
        for command in _commands(lambda heading: heading == _STICK)
    )
    monkeypatch.setenv("DEID_HOME", str(tmp_path / "officer"))
    own = deid(*made).out.split()[0]
    told = deid(*written).out
    assert " ".join(re.findall("....", own)) in told
    monkeypatch.setenv("DEID_HOME", str(tmp_path / "redactor"))
    first = ["audit", "people", "add", "--name", ADA, "--role", "administrator"]
    assert deid(*first).code == 0
    shown = deid(*enrolled)
    assert " ".join(re.findall("....", own)) in shown.err
    assert f"{own}  Otto Officer  officer" in shown.out
    assert deid(*signed).code == 0
    assert deid(*changed).code == 0
    without = deid(*signed[: signed.index("--key")])
    assert without.code == 7
    assert "--key names one on a stick" in without.err
    (signature,) = deid("audit", "sign-offs", "--json").json()["sign_offs"]
    assert (signature["person"], signature["name"]) == (own, "Otto Officer")
    assert deid("audit", "verify").code == 0
    for home in (tmp_path / "officer", tmp_path / "redactor"):
        assert not list(home.rglob(f"*{own}*"))
    assert [path.name for path in stick.iterdir()] == ["otto.key"]


@pytest.fixture
def otto(deid: Deid, typed: list[str], tmp_path: Path) -> tuple[str, Path, Path]:
    """An id, a key file that lies elsewhere, and the file of its public keys; Ada is enrolled."""
    stick = tmp_path / "stick"
    stick.mkdir(mode=0o700)
    key, public = stick / "otto.key", tmp_path / "otto.public"
    assert deid("audit", "people", "add", "--name", ADA, "--role", "administrator").code == 0
    own = deid("audit", "people", "add", "--name", "Otto", "--key-out", key).out.split()[0]
    assert deid("audit", "people", "public", "Otto", "--key", key, "--out", public).code == 0
    return own, key, public


def test_nobody_is_enrolled_whose_id_was_not_compared(
    deid: Deid,
    otto: tuple[str, Path, Path],
    typed: list[str],
    monkeypatch: pytest.MonkeyPatch,
    pin_file: PinFile,
) -> None:
    own, _key, public = otto
    enrol = ["audit", "people", "add", "--public", public, "--role", "officer", "--as", ADA]
    typed[0] = "y"
    refused = deid(*enrol)
    assert (refused.code, "nobody is enrolled" in refused.err) == (12, True)
    assert deid(*enrol, "--id", "0" * 16).code == 12
    monkeypatch.setattr(officer_options.sys, "stdin", None)
    pin = ["--pin-file", pin_file("a short sentence")]
    unasked = deid(*enrol, *pin)
    assert (unasked.code, "--id" in unasked.err) == (12, True)
    assert "officer" not in deid("audit", "people", "list").out
    heard = " ".join(re.findall("....", own.upper()))
    assert deid(*enrol, *pin, "--id", heard).code == 0
    people = deid("audit", "people", "list", "--json").json()["people"]
    assert [(one["name"], one["role"], one["key_here"]) for one in people] == [
        (ADA, "administrator", True),
        ("Otto", "officer", False),
    ]


def test_public_keys_that_were_changed_are_refused(
    deid: Deid, otto: tuple[str, Path, Path], tmp_path: Path
) -> None:
    own, _key, public = otto
    enrol = ["audit", "people", "add", "--role", "officer", "--as", ADA, "--id", own, "--public"]
    public.write_text(public.read_text("utf-8").replace("name: Otto", "name: Otta"), "utf-8")
    assert "was changed" in deid(*enrol, public).err
    assert "cannot be read" in deid(*enrol, tmp_path / "nowhere").err
    public.write_bytes(b"\xff")
    assert "does not hold" in deid(*enrol, public).err
    assert "wants --role" in deid("audit", "people", "add", "--public", public).err


def test_a_role_is_granted_again_to_a_key_that_lies_elsewhere(
    deid: Deid, otto: tuple[str, Path, Path]
) -> None:
    own, key, public = otto
    admin = ["--as", ADA]
    enrol = ["audit", "people", "add", "--public", public, "--role", "officer", "--id", own]
    assert deid(*enrol, *admin).code == 0
    assert deid("audit", "people", "withdraw", "Otto", *admin).code == 0
    sign = ["audit", "sign-off", "--meaning", "reviewed", "--key", key]
    assert deid(*sign).code == 12
    assert deid("audit", "people", "grant", "Otto", "--role", "officer", *admin).code == 0
    assert deid(*sign).code == 0
    assert "another person" in deid(*sign, "--as", ADA).err
    assert deid("audit", "verify").code == 0


def test_the_first_administrator_s_key_may_lie_on_a_stick(
    deid: Deid, typed: list[str], tmp_path: Path, home: Path
) -> None:
    key = tmp_path / "ada.key"
    add = ["audit", "people", "add", "--role", "administrator", "--name"]
    assert deid(*add, ADA, "--key-out", key).code == 0
    assert not list(home.rglob("people/*"))
    again = deid(*add, "Adam", "--key-out", key, "--as", ADA, "--key", key)
    assert (again.code, "there already" in again.err) == (7, True)
    gone = deid(*add, "Adam", "--key-out", tmp_path / "no" / "a.key", "--key", key)
    assert (gone.code, "stick is in place" in gone.err) == (7, True)
    assert not (tmp_path / "no").exists()
    assert deid(*add, "Adam", "--key", key).code == 0
    assert deid("audit", "verify").code == 0


def test_wrong_pins_are_told_once_when_the_key_is_unlocked(
    deid: Deid, olive: list[object], ada: list[object], pin_file: PinFile
) -> None:
    sign = ["audit", "sign-off", "--meaning", "reviewed"]
    for _ in range(3):
        assert deid(*sign, "--as", OLIVE, "--pin-file", pin_file("grune Wiese")).code == 7
    assert "wrong PIN" not in deid("audit", "people", "withdraw", "Nobody", *ada).err
    told = deid(*sign, *olive).err
    assert f"3 wrong PINs for the key of {OLIVE} since it was last unlocked here" in told
    assert re.search(r"the last on \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\+00:00", told)
    assert deid(*sign, *olive).err == ""
    assert deid(*sign, "--as", OLIVE, "--pin-file", pin_file("grune Wiese")).code == 7
    change = ["audit", "people", "change-pin", OLIVE, "--pin-file", olive[-1]]
    assert "1 wrong PIN for" in deid(*change, "--new-pin-file", pin_file("another")).err
