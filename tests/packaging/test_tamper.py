"""Every way of changing a sealed program is refused, and what is not refused is told."""

from __future__ import annotations

import runpy
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "frozen" / "tamper.py"


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Any]:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(sys, "argv", ["tamper.py", "--made"])
    return runpy.run_path(str(SCRIPT))


def rows(table: str) -> dict[str, list[int]]:
    lines = [line.strip("| ").split(" | ") for line in table.splitlines()[2:]]
    return {name: list(map(int, counts)) for name, *counts in lines}


def test_every_change_of_a_sealed_folder_is_refused(
    script: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    assert script["main"]() == 0
    said = capsys.readouterr()
    assert said.err == ""
    assert said.out in (ROOT / "docs" / "self-check.md").read_text("utf-8")
    table = rows(said.out)
    assert len(table) == 22
    assert table["one bit turned in a file"] == [12, 12, 0, 0]
    for tried, refused, failed, started in table.values():
        assert tried == refused > failed == started == 0


def test_a_start_in_spite_of_a_change_is_told(
    script: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    outcome = script["Outcome"]
    script["main"].__globals__["check_made"] = lambda root, key: outcome.STARTED
    assert script["main"]() == 1
    said = capsys.readouterr()
    assert "started: a file removed: _internal/" in said.err
    assert rows(said.out)["one bit turned in a file"] == [12, 0, 0, 12]
