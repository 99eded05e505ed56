"""The commands in docs/vault.md are those of the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from deid.cli import build_parser

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "vault.md"


def test_every_command_is_one_that_the_program_knows() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    blocks = re.findall(r"^```console\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    assert len(lines) == 10
    for line in lines:
        program, *arguments = shlex.split(line)
        assert program == "deid"
        assert callable(build_parser().parse_args(arguments).run)
