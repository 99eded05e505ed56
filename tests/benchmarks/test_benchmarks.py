"""The commands that make the figures in the documents run."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(scope="module")
def invented() -> ModuleType:
    spec = importlib.util.spec_from_file_location("invented", ROOT / "benchmarks" / "invented.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_invented_notes_have_the_length_asked_for_and_repeat(invented: ModuleType) -> None:
    notes = list(invented.invented_notes(5, length=2000))
    assert {len(note) for note in notes} == {2000}
    assert len(set(notes)) == 5
    assert list(invented.invented_notes(5, length=2000)) == notes
    assert list(invented.invented_notes(5, length=2000, seed=3)) != notes


def test_quality_prints_rules_model_and_both_side_by_side(tmp_path: Path) -> None:
    counts = tmp_path / "counts.json"
    command = [
        *(sys.executable, str(ROOT / "benchmarks" / "quality.py")),
        *(str(ROOT / "samples" / "marked.jsonl"), "--json", str(counts)),
    ]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8", cwd=ROOT)
    assert "2 notes, 26 marked spans" in done.stdout
    header = next(line for line in done.stdout.splitlines() if "hybrid" in line)
    assert header.split() == ["rules", "model", "hybrid"]
    trees = json.loads(counts.read_text(encoding="utf-8"))
    assert all(trees[name]["characters"]["gold"] == 237 for name in ("rules", "model", "hybrid"))
    assert trees["hybrid"]["characters"]["found"] >= trees["rules"]["characters"]["found"]
