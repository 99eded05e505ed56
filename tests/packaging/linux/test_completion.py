"""Completion offers the commands and options that there are, and knows what takes a value."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from linux.completion import bash, fish, zsh
from linux.content import programs

DEID, WINDOW = programs()


def offered(script: Path, line: str) -> list[str]:
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    code = (
        f"source '{script}'; COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1};"
        ' _deid; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    done = subprocess.run(["bash", "-c", code], check=True, capture_output=True, text=True)
    return done.stdout.split()


def test_bash_offers_commands_options_and_choices(tmp_path: Path) -> None:
    script = tmp_path / "deid"
    script.write_text(bash(DEID), encoding="utf-8")
    assert offered(script, "deid ") == [command.path[-1] for command in DEID.commands]
    assert offered(script, "deid red") == ["redact"]
    assert offered(script, "deid redact --detector ") == ["hybrid", "rules"]
    assert "verify" in offered(script, "deid audit ")
    assert "--overwrite" in offered(script, "deid redact --out audit --over")


@pytest.mark.parametrize(("shell", "written"), [("bash", bash), ("zsh", zsh), ("fish", fish)])
def test_a_shell_understands_its_script(shell: str, written: object, tmp_path: Path) -> None:
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed here")
    for program in (DEID, WINDOW):
        script = tmp_path / program.path[0]
        script.write_text(written(program), encoding="utf-8")  # type: ignore[operator]
        subprocess.run([shell, "-n", str(script)], check=True)
