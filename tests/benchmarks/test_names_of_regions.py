"""The measurement of whether names of every region are found alike."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from deid.evaluate.fairness import Gender
from deid.evaluate.fairness_names import GROUPS, extended

BENCHMARKS = Path(__file__).resolve().parent.parent.parent / "benchmarks"


@pytest.fixture
def fairness(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    spec = importlib.util.spec_from_file_location("fairness", BENCHMARKS / "fairness.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_group_is_measured_against_the_best(tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [
        *(sys.executable, str(BENCHMARKS / "fairness.py")),
        *(str(BENCHMARKS.parent / "samples" / "marked.jsonl"), "--detector", "rules"),
        *("--json", str(figures)),
    ]
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in done.stdout.splitlines() if line[:1] == "|"]
    assert sorted(rows[3:]) == sorted(group.name for group in GROUPS)
    tree = json.loads(figures.read_text(encoding="utf-8"))
    recalls = tree["regions"]
    gap = 100 * (max(recalls.values()) - min(recalls.values()))
    assert tree["worst_below_best"]["value"] == pytest.approx(gap)
    assert recalls[tree["worst"]] == min(recalls.values())
    assert len(tree["versions"]) == len(GROUPS) * len(Gender) + 1
    assert "Worst below best" in done.stdout


def test_lists_by_country_lengthen_the_groups(fairness: ModuleType, shared_data: Path) -> None:
    rows = fairness.listed(shared_data / "names")
    assert {gender for _, gender, _ in rows} == {None, *Gender}
    longer = [extended(group, rows) for group in GROUPS]
    grown = [b.name for a, b in zip(GROUPS, longer, strict=True) if len(b.family) > len(a.family)]
    assert len(grown) > 12
