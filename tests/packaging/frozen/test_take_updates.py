"""A program that does not take updates as it should is told by each step that went wrong."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from frozen import take_updates

BUNDLES = {"1.zip": b"older", "2.zip": b"newer"}
PROGRAM = """\
#!/bin/sh
case "$*" in
    *show*1.zip*) echo '{"update": 1}' ;;
    *show*2.zip*) echo '{"update": 2}' ;;
    *list*) echo 'in use: update 2' ;;
    *) echo 'in use from the next start of the program: update 2'
       /bin/mkdir -p /var/lib/noteveil/updates/2-aa/rules/packs
       echo rules > /var/lib/noteveil/updates/2-aa/rules/packs/ids.yaml ;;
esac
"""


def test_a_program_that_refuses_nothing_does_not_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed here")
    (tmp_path / "trial").mkdir()
    program = tmp_path / "deid"
    program.write_text(PROGRAM, encoding="ascii")
    program.chmod(0o755)
    for name, content in BUNDLES.items():
        (tmp_path / name).write_bytes(content)
    if take_updates.Machine(program, tmp_path / "trial").run("--version").returncode:
        pytest.skip("this system allows no namespace")
    given = [str(tmp_path), *(str(tmp_path / name) for name in BUNDLES)]
    monkeypatch.setattr(sys, "argv", ["take_updates.py", *given])
    assert take_updates.main() == 1
    said = capsys.readouterr()
    rows = [line.strip("| ").split(" | ") for line in said.out.splitlines()[2:]]
    assert ["the newer bundle as it is", "0"] in [row[:2] for row in rows]
    told = dict(line.split(": ", 1) for line in said.err.splitlines())
    assert told["the older one again"] == "it should end with 15; it should say: get the newest"
    assert told["the newer one, a bit turned"] == "it should end with 15"
    assert told["a bit of its rules turned, and a note redacted"].startswith(
        "it should end with 16"
    )
    assert told["what is in use on a new machine"] == "not what came with the program"
    assert told["the program tests itself with it"] == "tested with update None"
    assert "the newer bundle as it is" not in told


def test_a_bundle_that_cannot_be_installed_ends_the_trial(tmp_path: Path) -> None:
    if shutil.which("bwrap") is None:
        pytest.skip("bubblewrap is not installed here")
    machine = take_updates.Machine(tmp_path / "missing", tmp_path / "trial")
    (tmp_path / "trial").mkdir()
    with pytest.raises(SystemExit, match=r"1\.zip cannot be installed with this program"):
        list(take_updates.steps(machine, tmp_path / "1.zip", tmp_path / "2.zip"))
