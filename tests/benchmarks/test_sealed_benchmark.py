from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def test_the_check_of_the_program_is_measured_in_a_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = ["--megabytes", "1", "--files", "20", "--times", "2", "--folder", str(tmp_path)]
    monkeypatch.setattr(sys, "argv", ["sealed.py", *sizes])
    monkeypatch.syspath_prepend(BENCHMARKS)
    runpy.run_path(str(BENCHMARKS / "sealed.py"), run_name="__main__")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("On ")
    assert lines[-1].startswith("| 20 files, 1 MB, 2 times | ")
    assert list(tmp_path.iterdir()) == []
