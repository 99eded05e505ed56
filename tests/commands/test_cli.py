import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from deid import cli, errors
from deid.commands import policy
from deid.errors import DeidError

Deid = Callable[..., Any]


def classes(root: type[DeidError]) -> set[type[DeidError]]:
    return {root}.union(*(classes(child) for child in root.__subclasses__()))


def test_help_names_every_exit_code(deid: Deid) -> None:
    said = deid("--help")
    assert said.code == 0
    listed = {int(line.split()[0]) for line in said.out.splitlines() if line.strip()[:1].isdigit()}
    codes = {kind.exit_code for kind in classes(errors.DeidError)} - {DeidError.exit_code}
    assert listed == codes | {0, 2, cli.EXIT_INTERRUPTED}


@pytest.mark.parametrize(
    "command",
    ["redact", "detect", "evaluate", "audit", "policy", "queue", "rules", "model", "selftest"],
)
def test_every_command_has_help(deid: Deid, command: str) -> None:
    said = deid(command, "--help")
    assert said.code == 0
    assert command in said.out


def test_version(deid: Deid) -> None:
    assert deid("--version").out.startswith("deid ")


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["redact"], ["redact", "-", "--out", "x"]])
def test_what_is_not_understood_ends_with_2(deid: Deid, arguments: list[str]) -> None:
    said = deid(*arguments)
    assert said.code == 2
    assert "usage:" in said.err


def test_a_defect_is_told_without_its_message(deid: Deid, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> tuple[str, ...]:
        raise RuntimeError("Quenbridge")

    monkeypatch.setattr(policy, "shipped_policies", fail)
    said = deid("policy", "list")
    assert said.code == 70
    assert "RuntimeError at deid.commands.policy:" in said.err
    assert "Quenbridge" not in said.err
    assert "Traceback" not in said.err


def test_an_interruption_ends_with_130(deid: Deid, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt() -> tuple[str, ...]:
        raise KeyboardInterrupt

    monkeypatch.setattr(policy, "shipped_policies", interrupt)
    said = deid("policy", "list")
    assert said.code == 130
    assert said.err.startswith("deid: error: interrupted")


def run_into(stdout: object, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deid", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX pipes")
@pytest.mark.parametrize("arguments", [["policy", "list"], ["policy", "show", "safe-harbor"]])
def test_a_reader_that_goes_away_leaves_no_traceback(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = run_into(writing, *arguments)
    os.close(writing)
    assert (done.returncode, done.stderr) == (cli.EXIT_OUTPUT, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_an_output_that_is_full_leaves_no_traceback() -> None:
    with Path("/dev/full").open("w") as full:
        done = run_into(full, "policy", "list")
    assert done.returncode == cli.EXIT_OUTPUT
    assert "Traceback" not in done.stderr


def test_help_loads_nothing_heavy() -> None:
    probe = (
        "import sys\nfrom deid.cli import build_parser\nbuild_parser().format_help()\n"
        "print([n for n in ('onnxruntime', 'presidio_analyzer', 'torch', 'rich', 'numpy')"
        " if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
