"""What docs/attack-test.md and docs/rare-details.md show is what the program does."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from deid import resources
from deid.cli import main
from deid.officer.attack import ENOUGH_NOTES, FEWEST_NOTES, Attack
from deid.officer.attack.pool import may_be_stand_in
from deid.officer.rare import RareKind
from deid.redact.name_pools import pool

ROOT = Path(__file__).resolve().parents[2]


def text_of(document: str) -> str:
    return (ROOT / "docs" / document).read_text(encoding="utf-8")


@pytest.mark.parametrize(("document", "count"), [("attack-test.md", 4), ("rare-details.md", 2)])
def test_every_command_runs_in_its_order(
    document: str,
    count: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```console\n(.*?)^```$", text_of(document), re.MULTILINE | re.DOTALL)
    commands = [
        shlex.split(line.removeprefix("$ ")) for block in blocks for line in block.splitlines()
    ]
    assert len(commands) == count
    for command in commands:
        assert command[0] == "deid"
        assert main(command[1:]) == 0, capsys.readouterr().err


def test_attacks_and_their_bounds_are_described() -> None:
    text = text_of("attack-test.md")
    assert all(f"| {attack} |" in text for attack in Attack)
    assert f"fewer than {FEWEST_NOTES} notes" in text
    assert f"fewer than {ENOUGH_NOTES}" in text


def test_as_many_names_as_the_document_says_are_drawn_from() -> None:
    latin = pool("LATIN")
    names = {name.casefold() for name in latin.given.names + latin.family.names}
    assert f"{len(names):,} names" in text_of("attack-test.md")
    assert all(map(may_be_stand_in, names))


def test_all_kinds_and_files_of_rules_are_described() -> None:
    text = text_of("rare-details.md")
    assert all(f"| `{kind}` |" in text for kind in RareKind)
    assert all(f"`{path.name}`" in text for path in resources.rare_rules().glob("*.yaml"))
