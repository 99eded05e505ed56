"""`deid audit verifier`, and what it writes out on a log that the commands made."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

Deid = Callable[..., Any]


@pytest.fixture
def acts(deid: Deid, notes: Path, tmp_path: Path) -> Path:
    """A folder with two checkpoints of notes that were redacted and signed for."""
    pins = tmp_path / "pins"
    pins.mkdir()
    for name in ("ada", "olive"):
        (pins / name).write_text(f"the long PIN of {name}\n", encoding="utf-8")
        (pins / name).chmod(0o600)
    ada = ["--as", "Ada Minister", "--pin-file", pins / "ada"]
    olive = ["--as", "Olive Officer", "--pin-file", pins / "olive"]
    told = tmp_path / "told"
    told.mkdir()
    add = ["audit", "people", "add", "--name"]
    for command in (
        ["redact", notes, "--out", tmp_path / "out", "--detector", "rules"],
        [*add, "Ada Minister", "--role", "administrator", "--new-pin-file", pins / "ada"],
        ["audit", "checkpoint", "--out", told / "first"],
        [*add, "Olive Officer", "--new-pin-file", pins / "olive"],
        ["audit", "people", "grant", "Olive Officer", "--role", "officer", *ada],
        ["audit", "sign-off", "--meaning", "reviewed", *olive],
        ["audit", "people", "withdraw", "Olive Officer", *ada],
        ["audit", "checkpoint", "--out", told / "last"],
    ):
        assert deid(*command).code in (0, 10), command
    return told


def test_the_verifier_that_is_handed_out_needs_nothing_else(
    deid: Deid, home: Path, acts: Path, tmp_path: Path
) -> None:
    script, log = tmp_path / "handed out.py", home / "audit" / "log.sqlite"
    assert deid("audit", "verifier", "--out", script).code == 0
    found = deid("audit", "verify", "--json").json()
    told = [log, "--key", found["public_key"]]
    told += ["--checkpoint", acts / "first", "--checkpoint", acts / "last"]

    def alone() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", script, *told]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    said = alone()
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith(f"VERIFIED: {found['records']} records agree")
    with closing(sqlite3.connect(log)) as connection, connection:
        connection.execute("UPDATE records SET body = replace(body, ':4,', ':3,') WHERE seq = 4")
    assert deid("audit", "verify").code != 0
    refused = alone()
    assert (refused.returncode, refused.stderr) == (1, "")
    assert refused.stdout.startswith("REFUSED: record 4: ")


def test_nothing_is_overwritten(deid: Deid, tmp_path: Path) -> None:
    script = tmp_path / "verify_log.py"
    script.write_text("mine")
    refused = deid("audit", "verifier", "--out", script)
    assert refused.code == 6
    assert "choose another place" in refused.err
    assert script.read_text() == "mine"
